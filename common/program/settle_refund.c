#include "common/program/settle_refund.h"

#include <stdio.h>

#include "common/billing/look_delay.h"
#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/refund.h"
#include "common/program/service.h"
#include "common/store/event_store.h"
#include "common/store/reconcile_store.h"
#include "common/store/queue_store.h"

enum { BATCH = 100, ARENA_BYTES = 64 * 1024 * 1024, KEY_SIZE = 64, DETAIL_SIZE = 200 };

static const char actor[] = "program:settle";

struct settling {
    struct running *running;
    struct arena *arena;
    struct refund refund; /* state: what it is known to be */
    struct refund_payment payment;
    struct reconcile_back back;
    int64_t now, timeout_s;
    const char *why; /* for the queue */
};

/* ---- what the gateway tells ---- */

enum result refund_sighting_add(const struct gateway_transaction *transaction, void *context) {
    struct refund_sightings *seen = context;
    size_t at = 0;

    if (!text_equal(transaction->order_id, seen->reference)) {
        /* A refund that the gateway does not tie to its sale may be the one that is looked for. */
        seen->strays += seen->is_report && !transaction->has_sale && !*transaction->order_id &&
                        transaction->refunded_cents == seen->amount_cents;
        return RESULT_OK;
    }
    while (at < seen->count &&
           !text_equal(seen->list[at].transaction_id, transaction->transaction_id))
        at++;
    if (at == REFUND_SIGHTINGS_MAX) {
        seen->is_too_many = true;
        return RESULT_OK;
    }
    /* Told twice, the last word counts. */
    if (at < seen->count && seen->list[at].modified_at > transaction->modified_at)
        return RESULT_OK;
    seen->list[at] = (struct refund_sighting){.has_sale = transaction->has_sale,
                                              .standing = transaction->standing,
                                              .refunded_cents = transaction->refunded_cents,
                                              .modified_at = transaction->modified_at};
    snprintf(seen->list[at].transaction_id, sizeof seen->list[at].transaction_id, "%s",
             transaction->transaction_id);
    if (at == seen->count)
        seen->count++;
    return RESULT_OK;
}

static bool standing_is_money(enum gateway_standing standing) {
    return standing == STANDING_APPROVED || standing == STANDING_SETTLED;
}

enum refund_verdict refund_judge(const struct refund_sightings *seen, const struct refund *refund,
                                 int64_t recorded_cents, const char **out_why) {
    enum gateway_standing sale = STANDING_OTHER;
    int64_t refunded_cents = 0;
    size_t sales = 0;

    *out_why = "the gateway has several transactions under its payment's reference";
    for (size_t at = 0; at < seen->count; at++) {
        const struct refund_sighting *one = &seen->list[at];

        refunded_cents = money_add(refunded_cents, one->refunded_cents);
        if (one->has_sale) {
            sales++;
            sale = one->standing;
        } else if (one->refunded_cents && !standing_is_money(one->standing)) {
            *out_why = "what the gateway says about money that went back is not understood";
            return REFUND_UNCLEAR;
        }
    }
    if (sales > 1 || seen->is_too_many)
        return REFUND_UNCLEAR;
    *out_why = "the gateway does not know the payment";
    if (!sales)
        return seen->count ? REFUND_UNCLEAR : REFUND_ABSENT;
    if (sale == STANDING_VOIDED && refund->is_void && !refunded_cents)
        return REFUND_WENT_BACK;
    *out_why = "the payment at the gateway was voided, or is not understood";
    /* What went back of one that the bank returned since went back all the same; and it was not
     * voided, since the bank had it. */
    if (!standing_is_money(sale) && sale != STANDING_RETURNED)
        return REFUND_UNCLEAR;
    *out_why = "the gateway refunded another amount of the payment than our books say";
    if (refunded_cents == recorded_cents)
        return REFUND_ABSENT;
    return !refund->is_void && refunded_cents == money_add(recorded_cents, refund->amount_cents)
               ? REFUND_WENT_BACK
               : REFUND_UNCLEAR;
}

/* ---- writing ---- */

static enum result doubt_work(struct db *db, void *context) {
    const struct settling *settling = context;
    struct refund refund = settling->refund;
    enum payment_state state = settling->payment.figures.state;
    enum result result = account_move(db, refund.account_id, 0, 0);

    if (result == RESULT_OK)
        result = refund_doubt(db, refund.account_id, refund.id, settling->timeout_s,
                              settling->now + SETTLE_TAKE_S);
    refund.state = REFUND_UNKNOWN;
    return result == RESULT_OK ? refund_event(db, &refund, state, state, actor, settling->now)
                               : result;
}

static enum result look_again_work(struct db *db, void *context) {
    const struct settling *settling = context;
    const struct refund *refund = &settling->refund;

    return refund_look_again(db, refund->account_id, refund->id,
                             settling->now + look_delay_s(refund->looks + 1));
}

static enum result queue_work(struct db *db, void *context) {
    const struct settling *settling = context;
    const struct refund *refund = &settling->refund;
    char key[KEY_SIZE], detail[DETAIL_SIZE];

    snprintf(key, sizeof key, "settle:%s", refund->reference);
    snprintf(detail, sizeof detail, "%s %s: %s", refund->is_void ? "void" : "refund",
             refund->reference, settling->why);
    enum result result = queue_add(db, key, "unknown_refund", refund->account_id,
                                   refund->payment_id, detail, settling->now);
    if (result == RESULT_OK)
        result = queue_change(db, key, detail);
    return result == RESULT_OK ? look_again_work(db, context) : result;
}

static enum settle_end settle_queue(struct settling *settling, const char *why) {
    settling->why = why;
    LOG(LOG_LEVEL_ERROR, "refund.queued", LOG_TEXT("reference", settling->refund.reference),
        LOG_TEXT("why", why));
    if (db_transaction(settling->running->db, queue_work, settling) != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "queue.unwritten", LOG_TEXT("reference", settling->refund.reference));
    return SETTLE_QUEUED;
}

static enum refund_state state_now(struct settling *settling) {
    struct refund there;

    if (refund_find(settling->running->db, settling->arena, settling->refund.reference, &there) !=
        RESULT_OK)
        return settling->refund.state;
    return there.state;
}

static enum settle_end settle_record(struct settling *settling, enum refund_state to,
                                     const char *transaction_id, const char *text) {
    struct refund_outcome outcome = {.refund = settling->refund,
                                     .to = to,
                                     .actor = actor,
                                     .now = settling->now,
                                     .retry = &settling->running->settings.autopay.retry};

    snprintf(outcome.answer.transaction_id, sizeof outcome.answer.transaction_id, "%s",
             transaction_id);
    snprintf(outcome.answer.text, sizeof outcome.answer.text, "%s", text);
    enum result result = refund_record(settling->running->db, settling->arena, &outcome);
    if (result == RESULT_OK)
        return SETTLE_RESOLVED;
    /* Whatever could not be written now is still unknown, and is looked at again. */
    if (result != RESULT_CONFLICT)
        return SETTLE_UNKNOWN;
    /* Somebody else was first - or nobody was, and our books do not take it. */
    return state_now(settling) == REFUND_UNKNOWN
               ? settle_queue(settling, "it went back at the gateway, and does not fit our books")
               : SETTLE_LOST_RACE;
}

/* ---- deciding ---- */

/* The gateway's own transaction of it, where it is the only one it can be; else "". */
static const char *transaction_of(struct settling *settling, const struct refund_sightings *seen) {
    const char *found = "";

    for (size_t at = 0; at < seen->count; at++) {
        const struct refund_sighting *one = &seen->list[at];
        bool has = true;

        if (one->has_sale || one->refunded_cents != settling->refund.amount_cents)
            continue;
        if (refund_has_transaction(settling->running->db, settling->arena, settling->refund.gateway,
                                   one->transaction_id, &has) != RESULT_OK)
            return "";
        if (!has && *found)
            return "";
        if (!has)
            found = one->transaction_id;
    }
    return found;
}

/* A person may know more, and need not wait; the rule goes on all the same. */
static enum settle_end settle_wait(struct settling *settling) {
    if (settling->now >= settling->refund.deadline_at + SETTLE_PERSON_AFTER_S) {
        (void)settle_queue(settling, "the gateway does not have it; unless it turns up, it did not"
                                     " happen a day after it was sent");
        return SETTLE_UNKNOWN;
    }
    if (db_transaction(settling->running->db, look_again_work, settling) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "settle.unplanned",
            LOG_TEXT("reference", settling->refund.reference));
    return SETTLE_UNKNOWN;
}

static enum settle_end settle_back(struct settling *settling, const struct refund_sightings *seen) {
    return settle_record(settling, REFUND_SUCCEEDED, transaction_of(settling, seen), "");
}

/* Not found by reference, long after it could have been sent: the report over the whole time
 * decides. */
static enum settle_end settle_absent(struct settling *settling, struct refund_sightings *seen) {
    const struct refund *refund = &settling->refund;
    int64_t recorded_cents = settling->back.refunded_cents;
    bool is_known = seen->count > 0;
    const char *why;

    if (settling->now < refund->deadline_at + SETTLE_RELEASE_AFTER_S)
        return settle_wait(settling);
    seen->is_report = true;
    if (gateway_report(settling->running->gateway, settling->arena,
                       refund->created_at - SETTLE_REPORT_MARGIN_S,
                       settling->now + SETTLE_REPORT_MARGIN_S, refund_sighting_add,
                       seen) != RESULT_OK)
        return SETTLE_NO_GATEWAY;
    switch (refund_judge(seen, refund, recorded_cents, &why)) {
    case REFUND_WENT_BACK:
        return settle_back(settling, seen);
    case REFUND_UNCLEAR:
        return settle_queue(settling, why);
    case REFUND_ABSENT:
        break;
    }
    if (!is_known)
        return settle_queue(settling, "the gateway does not know its payment");
    if (seen->strays && !refund->is_void)
        return settle_queue(settling, "the gateway sent its amount back without naming a payment");
    return settle_record(settling, REFUND_FAILED, "",
                         "not sent back: the gateway does not have it");
}

static enum settle_end settle_one(struct settling *settling) {
    const struct refund *refund = &settling->refund;
    struct db *db = settling->running->db;
    struct refund_sightings *seen = arena_alloc(settling->arena, sizeof *seen);
    const char *why;

    if (refund->state == REFUND_PROCESSING && !refund->lease_is_over)
        return SETTLE_IN_FLIGHT;
    if (refund_payment(db, settling->arena, refund->payment_reference, &settling->payment) !=
            RESULT_OK ||
        reconcile_back(db, settling->arena, refund->account_id, refund->payment_id,
                       &settling->back) != RESULT_OK)
        return SETTLE_UNKNOWN;
    if (refund->state == REFUND_PROCESSING) {
        enum result result = db_transaction(db, doubt_work, settling);

        if (result == RESULT_CONFLICT)
            return SETTLE_LOST_RACE;
        if (result != RESULT_OK)
            return SETTLE_UNKNOWN;
        settling->refund.state = REFUND_UNKNOWN;
    }
    *seen = (struct refund_sightings){.reference = refund->payment_reference,
                                      .amount_cents = refund->amount_cents};
    if (gateway_lookup(settling->running->gateway, settling->arena, refund->payment_reference,
                       refund_sighting_add, seen) != RESULT_OK)
        return SETTLE_NO_GATEWAY;
    switch (refund_judge(seen, refund, settling->back.refunded_cents, &why)) {
    case REFUND_WENT_BACK:
        return settle_back(settling, seen);
    case REFUND_ABSENT:
        return settle_absent(settling, seen);
    case REFUND_UNCLEAR:
        break;
    }
    return settle_queue(settling, why);
}

/* ---- all of them ---- */

static enum result settle_batch(struct running *running, struct arena *arena, int64_t *after_id,
                                settle_refund_told told, void *context,
                                struct settle_summary *summary) {
    int64_t timeout_s = running->settings.gateway.timeout_ms / 1000 + 1;
    struct refunds open;
    enum result result = refund_open_list(running->db, arena, *after_id, timeout_s, BATCH, &open);

    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < open.count; at++) {
        struct arena *one = arena_new(ARENA_BYTES);
        struct settling settling = {.running = running,
                                    .arena = one,
                                    .refund = open.list[at],
                                    .now = clock_now(running->clock),
                                    .timeout_s = timeout_s};
        enum settle_end end = settle_one(&settling);

        summary->looked_at++;
        summary->ends[end]++;
        *after_id = open.list[at].id;
        if (told)
            told(&open.list[at], end, state_now(&settling), context);
        arena_free(one);
    }
    return open.count == BATCH ? RESULT_RETRY : RESULT_OK;
}

enum result settle_refunds(struct running *running, settle_refund_told told, void *context,
                           struct settle_summary *out_summary) {
    int64_t after_id = 0;
    enum result result = RESULT_RETRY;

    *out_summary = (struct settle_summary){0};
    while (result == RESULT_RETRY) {
        struct arena *arena = arena_new(ARENA_BYTES);

        result = settle_batch(running, arena, &after_id, told, context, out_summary);
        arena_free(arena);
    }
    return result;
}

/* ---- those that are due ---- */

static enum result take_work(struct db *db, void *context) {
    const struct settling *settling = context;
    const struct refund *refund = &settling->refund;

    return refund_take(db, refund->account_id, refund->id, refund->look_at,
                       settling->now + SETTLE_TAKE_S);
}

static enum result soon_work(struct db *db, void *context) {
    const struct settling *settling = context;
    const struct refund *refund = &settling->refund;

    return refund_take(db, refund->account_id, refund->id, settling->now + SETTLE_TAKE_S,
                       settling->now + SETTLE_RETRY_S);
}

/* false: the gateway is away, or the end was asked for. */
static bool due_settle(struct running *running, const struct refunds *due,
                       struct settle_summary *summary) {
    bool goes_on = true;

    for (size_t at = 0; goes_on && at < due->count; at++) {
        struct arena *one = arena_new(ARENA_BYTES);
        struct settling settling = {.running = running,
                                    .arena = one,
                                    .refund = due->list[at],
                                    .now = clock_now(running->clock),
                                    .timeout_s = running->settings.gateway.timeout_ms / 1000 + 1};
        bool is_dead = settling.refund.state == REFUND_PROCESSING;

        if (is_dead || db_transaction(running->db, take_work, &settling) == RESULT_OK) {
            enum settle_end end = settle_one(&settling);

            summary->looked_at++;
            summary->ends[end]++;
            goes_on = end != SETTLE_NO_GATEWAY;
            if (!goes_on && !is_dead &&
                db_transaction(running->db, soon_work, &settling) != RESULT_OK)
                LOG(LOG_LEVEL_WARNING, "settle.unplanned",
                    LOG_TEXT("reference", settling.refund.reference));
        }
        arena_free(one);
        goes_on = goes_on && !service_should_stop();
    }
    return goes_on;
}

static enum result due_batch(struct running *running, bool is_dead,
                             struct settle_summary *summary) {
    struct arena *arena = arena_new(ARENA_BYTES);
    int64_t timeout_s = running->settings.gateway.timeout_ms / 1000 + 1;
    struct refunds due;
    enum result result = is_dead ? refund_dead_list(running->db, arena, timeout_s, BATCH, &due)
                                 : refund_due_list(running->db, arena, clock_now(running->clock),
                                                   BATCH, &due);

    if (result == RESULT_OK && due_settle(running, &due, summary) && due.count == BATCH)
        result = RESULT_RETRY;
    arena_free(arena);
    return result;
}

enum result settle_refunds_due(struct running *running, struct settle_summary *out_summary) {
    enum result result = RESULT_RETRY;

    *out_summary = (struct settle_summary){0};
    while (result == RESULT_RETRY)
        result = due_batch(running, true, out_summary);
    if (result == RESULT_OK)
        result = RESULT_RETRY;
    while (result == RESULT_RETRY && !out_summary->ends[SETTLE_NO_GATEWAY])
        result = due_batch(running, false, out_summary);
    return result == RESULT_RETRY ? RESULT_OK : result;
}
