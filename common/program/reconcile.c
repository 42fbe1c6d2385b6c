#include "common/program/reconciling.h"

#include <stdlib.h>
#include <string.h>

#include "common/billing/ach_return.h"
#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/text.h"

enum {
    ARENA_BYTES = 1024 * 1024 * 1024, /* of addresses: what is told takes some 200 bytes each */
    BATCH_ARENA_BYTES = 16 * 1024 * 1024,
    REPORT_ARENA_BYTES = 64 * 1024 * 1024,
    TRANSACTIONS_MAX = 2000000,
    FIRST_CAPACITY = 1024,
    FIRST_DAYS = 90 /* consumers may dispute a debit for 60 days */
};

/* Named for what it was read for at first. */
static const char progress_name[] = "late_returns";

const char *reconcile_end_name(enum reconcile_end end) {
    static const char *const names[RECONCILE_END_COUNT] = {
        [RECONCILE_SAME] = "same",       [RECONCILE_RECORDED] = "recorded",
        [RECONCILE_WAITING] = "waiting", [RECONCILE_QUEUED] = "queued",
        [RECONCILE_FOREIGN] = "foreign", [RECONCILE_FAILED] = "failed"};

    return names[end];
}

const char *reconcile_what_name(enum reconcile_what what) {
    static const char *const names[RECONCILE_WHAT_COUNT] = {
        [RECONCILE_RETURN] = "return",   [RECONCILE_CHARGEBACK] = "chargeback",
        [RECONCILE_VOID] = "void",       [RECONCILE_REFUND] = "refund",
        [RECONCILE_BOOKING] = "booking", [RECONCILE_DISAGREEMENT] = "disagreement",
        [RECONCILE_MISSING] = "missing", [RECONCILE_STRANGER] = "foreign"};

    return names[what];
}

void reconcile_tell(struct reconciling *reading, const struct reconcile_news *news,
                    enum reconcile_end end) {
    reading->summary->ends[end]++;
    reading->summary->returns[end] += news->what == RECONCILE_RETURN;
    if (end != RECONCILE_SAME && reading->told)
        reading->told(news, end, reading->context);
}

void reconcile_hold(struct reconciling *reading, int64_t at) {
    if (at < reading->next)
        reading->next = at;
}

/* ---- reading ---- */

static void list_grow(struct reconciling *reading) {
    size_t capacity = reading->capacity ? reading->capacity * 2 : FIRST_CAPACITY;
    struct told_transaction **grown = arena_array(reading->arena, capacity, sizeof *grown);

    if (reading->count)
        memcpy(grown, reading->list, reading->count * sizeof *grown);
    reading->list = grown;
    reading->capacity = capacity;
}

static const char *kept(struct arena *arena, const char *text) {
    return *text ? arena_text(arena, text) : "";
}

static enum result transaction_add(const struct gateway_transaction *transaction, void *context) {
    struct reconciling *reading = context;
    struct arena *arena = reading->arena;

    if (reading->count == TRANSACTIONS_MAX)
        return RESULT_INVALID;
    if (reading->count == reading->capacity)
        list_grow(reading);
    struct told_transaction *told = arena_alloc(arena, sizeof *told);
    *told = (struct told_transaction){.order_id = kept(arena, transaction->order_id),
                                      .transaction_id = kept(arena, transaction->transaction_id),
                                      .original_id = kept(arena, transaction->original_id),
                                      .code = kept(arena, transaction->code),
                                      .standing = transaction->standing,
                                      .is_bank = transaction->is_bank,
                                      .has_sale = transaction->has_sale,
                                      .amount_cents = transaction->amount_cents,
                                      .refunded_cents = transaction->refunded_cents,
                                      .returned_cents = transaction->returned_cents,
                                      .modified_at = transaction->modified_at};
    reading->list[reading->count++] = told;
    return RESULT_OK;
}

static int by_order(const void *a, const void *b) {
    const struct told_transaction *left = *(const struct told_transaction *const *)a;
    const struct told_transaction *right = *(const struct told_transaction *const *)b;
    int order = strcmp(left->order_id, right->order_id);

    if (!order)
        order = strcmp(left->transaction_id, right->transaction_id);
    return order ? order
                 : (left->modified_at > right->modified_at) -
                       (left->modified_at < right->modified_at);
}

/* Read in pages a report may tell a transaction twice: the last word counts. */
static void list_sort(struct reconciling *reading) {
    size_t count = 0;

    if (reading->count)
        qsort(reading->list, reading->count, sizeof(struct told_transaction *), by_order);
    for (size_t at = 0; at < reading->count; at++) {
        struct told_transaction *told = reading->list[at];

        if (count && text_equal(reading->list[count - 1]->order_id, told->order_id) &&
            text_equal(reading->list[count - 1]->transaction_id, told->transaction_id))
            count--;
        reading->list[count++] = told;
    }
    reading->count = count;
}

/* ---- comparing ---- */

static bool was_money(enum payment_state state) {
    return payment_is_money(state) || state == PAYMENT_REFUNDED;
}

static bool was_taken(enum payment_state state) {
    return state == PAYMENT_RETURNED || state == PAYMENT_CHARGED_BACK;
}

/* Recorded by hand without a code, what the code says of the account is still to be taken over. */
static bool return_agrees(const struct told_transaction *told,
                          const struct reconcile_payment *payment) {
    if (payment->state == PAYMENT_RETURNED && payment->is_bank)
        return !ach_return_find(told->code)->disables;
    return !was_money(payment->state);
}

static bool sale_agrees(const struct told_transaction *told,
                        const struct reconcile_payment *payment) {
    switch (told->standing) {
    case STANDING_APPROVED:
    case STANDING_SETTLED:
        return (was_money(payment->state) || was_taken(payment->state)) && !told->refunded_cents &&
               told->amount_cents == payment->amount_cents &&
               text_equal(told->transaction_id, payment->transaction_id);
    case STANDING_VOIDED:
    case STANDING_DECLINED:
        return !was_money(payment->state);
    case STANDING_RETURNED:
        return return_agrees(told, payment);
    case STANDING_OTHER:
        break;
    }
    return !told->amount_cents && !was_money(payment->state);
}

/* Whether nothing has to be asked. What is open or pending is asked about one by one elsewhere. */
static bool agrees(const struct reconciling *reading, const struct told_transaction *told,
                   const struct reconcile_payment *payment) {
    if (payment_is_open(payment->state) || payment->state == PAYMENT_PENDING)
        return true;
    if (!text_equal(payment->gateway, gateway_name(reading->running->gateway)))
        return !told->amount_cents && !told->refunded_cents;
    if (told->has_sale)
        return sale_agrees(told, payment);
    return !told->refunded_cents || (told->is_known && told->standing != STANDING_RETURNED);
}

/* ---- a few references at a time ---- */

/* The transactions under one order id. */
struct group {
    struct told_transaction **list;
    size_t count;
    const struct reconcile_payment *payment; /* NULL: none of ours */
};

struct batch {
    struct arena *arena;
    struct group groups[RECONCILE_BATCH];
    size_t count;
    struct reconcile_payment payments[RECONCILE_BATCH];
    const struct told_transaction *strangers[RECONCILE_STRANGERS_MAX];
    size_t stranger_count;
};

static void batch_take(const struct reconciling *reading, size_t *at, struct batch *batch) {
    while (*at < reading->count && batch->count < RECONCILE_BATCH) {
        struct group *group = &batch->groups[batch->count++];

        *group = (struct group){.list = reading->list + *at};
        while (*at < reading->count &&
               text_equal(reading->list[*at]->order_id, group->list[0]->order_id)) {
            group->count++;
            (*at)++;
        }
    }
}

static enum result batch_payments(struct db *db, struct batch *batch) {
    const char *references[RECONCILE_BATCH] = {0};
    size_t found = 0;

    for (size_t at = 0; at < batch->count; at++)
        references[at] = batch->groups[at].list[0]->order_id;
    enum result result = reconcile_payments(db, batch->arena, references, batch->count,
                                            batch->payments, &found);
    for (size_t at = 0; at < found; at++)
        for (size_t group = 0; group < batch->count; group++)
            if (text_equal(batch->payments[at].reference, references[group]))
                batch->groups[group].payment = &batch->payments[at];
    return result;
}

static enum result refunds_mark(struct db *db, struct arena *arena, const char *gateway,
                                struct told_transaction **list, size_t count) {
    const char *transactions[RECONCILE_BATCH] = {0}, *found[RECONCILE_BATCH];
    size_t found_count = 0;

    for (size_t at = 0; at < count; at++)
        transactions[at] = list[at]->transaction_id;
    enum result result = reconcile_refunds(db, arena, gateway, transactions, count, found,
                                           &found_count);
    for (size_t at = 0; at < found_count; at++)
        for (size_t each = 0; each < count; each++)
            list[each]->is_known |= text_equal(found[at], list[each]->transaction_id);
    return result;
}

/* Which of its refunds are ours. */
static enum result batch_refunds(struct reconciling *reading, struct batch *batch) {
    const char *gateway = gateway_name(reading->running->gateway);
    struct told_transaction *list[RECONCILE_BATCH];
    enum result result = RESULT_OK;
    size_t count = 0;

    for (size_t at = 0; at < batch->count; at++)
        for (size_t each = 0; each < batch->groups[at].count && result == RESULT_OK; each++) {
            struct told_transaction *told = batch->groups[at].list[each];

            if (!told->has_sale && told->refunded_cents)
                list[count++] = told;
            if (count < RECONCILE_BATCH)
                continue;
            result = refunds_mark(reading->running->db, batch->arena, gateway, list, count);
            count = 0;
        }
    return result == RESULT_OK && count
               ? refunds_mark(reading->running->db, batch->arena, gateway, list, count)
               : result;
}

/* ---- what follows ---- */

static void looked(struct reconciling *reading, const struct told_transaction *told,
                   const char *reference, const struct told_transaction *extra) {
    enum reconcile_end end = RECONCILE_WAITING;

    if (reading->looks < RECONCILE_LOOKS_MAX)
        end = reconcile_look(reading, reference, extra);
    if (end == RECONCILE_WAITING || end == RECONCILE_FAILED)
        reconcile_hold(reading, told->modified_at);
}

static void ours_settle(struct reconciling *reading, const struct group *group) {
    struct told_transaction *oldest = NULL;

    for (size_t at = 0; at < group->count; at++) {
        struct told_transaction *told = group->list[at];

        if (!agrees(reading, told, group->payment) &&
            (!oldest || told->modified_at < oldest->modified_at))
            oldest = told;
        else if (told->standing == STANDING_RETURNED)
            reading->summary->returns[RECONCILE_SAME]++;
    }
    if (oldest)
        looked(reading, oldest, group->payment->reference, NULL);
    else
        reading->summary->ends[RECONCILE_SAME]++;
}

static void strangers_settle(struct reconciling *reading, struct batch *batch) {
    if (batch->stranger_count &&
        reconcile_strangers(reading, batch->strangers, batch->stranger_count) == RECONCILE_FAILED)
        for (size_t at = 0; at < batch->stranger_count; at++)
            reconcile_hold(reading, batch->strangers[at]->modified_at);
    batch->stranger_count = 0;
}

/* A refund may be tied to its sale by nothing but its transaction. */
static void other_settle(struct reconciling *reading, struct batch *batch,
                         const struct told_transaction *told) {
    const char *reference = NULL;
    enum result result = RESULT_NOT_FOUND;

    if (told->is_known) {
        reading->summary->ends[RECONCILE_SAME]++;
        return;
    }
    if (!told->has_sale && *told->original_id)
        result = reconcile_sale(reading->running->db, batch->arena,
                                gateway_name(reading->running->gateway), told->original_id,
                                &reference);
    if (result == RESULT_OK)
        looked(reading, told, reference, told);
    else if (result != RESULT_NOT_FOUND)
        reconcile_hold(reading, told->modified_at);
    else
        batch->strangers[batch->stranger_count++] = told;
    if (batch->stranger_count == RECONCILE_STRANGERS_MAX)
        strangers_settle(reading, batch);
}

static enum result batch_settle(struct reconciling *reading, size_t *at) {
    struct batch *batch;
    struct arena *arena = arena_new(BATCH_ARENA_BYTES);

    batch = arena_alloc(arena, sizeof *batch);
    *batch = (struct batch){.arena = arena};
    batch_take(reading, at, batch);
    enum result result = batch_payments(reading->running->db, batch);
    if (result == RESULT_OK)
        result = batch_refunds(reading, batch);
    for (size_t group = 0; result == RESULT_OK && group < batch->count; group++) {
        const struct group *one = &batch->groups[group];

        if (one->payment)
            ours_settle(reading, one);
        else
            for (size_t each = 0; each < one->count; each++)
                other_settle(reading, batch, one->list[each]);
    }
    if (result == RESULT_OK)
        strangers_settle(reading, batch);
    arena_free(arena);
    return result;
}

/* ---- the whole ---- */

/* Where to begin. *out_has_any: there is something that the gateway could tell of. */
static enum result reading_begin(struct reconciling *reading, bool *out_has_any) {
    struct db *db = reading->running->db;
    int64_t at = 0, oldest_at = 0, first = reading->now - FIRST_DAYS * RECONCILE_DAY_S;
    enum result result = progress_read(db, reading->arena, progress_name, &at);

    *out_has_any = true;
    if (result != RESULT_OK)
        return result;
    if (at) {
        reading->from = (at < reading->now ? at : reading->now) - RECONCILE_DAY_S;
        return RESULT_OK;
    }
    result = reconcile_oldest(db, reading->arena, gateway_name(reading->running->gateway),
                              &oldest_at, out_has_any);
    reading->from = oldest_at && oldest_at < first ? oldest_at : first;
    return result;
}

static enum result progress_work(struct db *db, void *context) {
    const struct reconciling *reading = context;

    return progress_write(db, progress_name, reading->next);
}

static enum result report_read(struct reconciling *reading) {
    struct arena *arena = arena_new(REPORT_ARENA_BYTES);
    enum result result = gateway_report(reading->running->gateway, arena, reading->from,
                                        reading->now + RECONCILE_DAY_S, transaction_add, reading);

    arena_free(arena);
    return result;
}

static enum result reading_run(struct reconciling *reading) {
    bool has_any;
    enum result result = reading_begin(reading, &has_any);

    if (result != RESULT_OK || !has_any)
        return result;
    if (report_read(reading) != RESULT_OK) {
        reading->summary->no_gateway++;
        return RESULT_OK;
    }
    list_sort(reading);
    reading->summary->read = (int64_t)reading->count;
    for (size_t at = 0; result == RESULT_OK && at < reading->count;)
        result = batch_settle(reading, &at);
    if (result == RESULT_OK)
        result = reconcile_ours(reading);
    if (result != RESULT_OK)
        return result;
    FAULT_POINT("reconcile.before_progress");
    result = db_transaction(reading->running->db, progress_work, reading);
    /* Written or not: at worst the same is read once more. */
    return result == RESULT_UNCERTAIN ? RESULT_OK : result;
}

enum result reconcile_report(struct running *running, reconcile_told told, void *context,
                             struct reconcile_summary *out_summary) {
    int64_t now = clock_now(running->clock);
    struct reconciling reading = {.running = running,
                                  .arena = arena_new(ARENA_BYTES),
                                  .told = told,
                                  .context = context,
                                  .summary = out_summary,
                                  .now = now,
                                  .next = now};

    *out_summary = (struct reconcile_summary){0};
    enum result result = reading_run(&reading);
    arena_free(reading.arena);
    return result;
}
