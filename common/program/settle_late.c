#include "common/program/settle_late.h"

#include <stdio.h>

#include "common/billing/ach_return.h"
#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/program/return.h"
#include "common/store/event_store.h"

enum {
    REPORT_ARENA_BYTES = 256 * 1024 * 1024,
    ARENA_BYTES = 64 * 1024 * 1024,
    DAY_S = 24 * 3600,
    FIRST_DAYS = 90, /* consumers may dispute a debit for 60 days */
    KEY_SIZE = 96,
    DETAIL_SIZE = 200
};

static const char progress_name[] = "late_returns";
static const char actor[] = "program:settle";

const char *late_end_name(enum late_end end) {
    static const char *const names[LATE_END_COUNT] = {[LATE_RECORDED] = "recorded",
                                                      [LATE_THERE] = "there",
                                                      [LATE_WAITING] = "waiting",
                                                      [LATE_QUEUED] = "queued",
                                                      [LATE_FAILED] = "failed"};

    return names[end];
}

/* ---- reading ---- */

struct found {
    struct gateway_transaction transaction;
    struct found *next;
};

struct reading {
    struct running *running;
    struct arena *arena; /* of what was found */
    struct found *first, **last;
    settle_late_told told;
    void *context;
    struct late_summary *summary;
    int64_t now, from, next; /* next: where the reading after this one continues */
};

static enum result returned_add(const struct gateway_transaction *transaction, void *context) {
    struct reading *reading = context;

    if (transaction->standing != STANDING_RETURNED)
        return RESULT_OK;
    struct found *found = arena_alloc(reading->arena, sizeof *found);

    *found = (struct found){.transaction = *transaction};
    *reading->last = found;
    reading->last = &found->next;
    return RESULT_OK;
}

/* ---- one of them ---- */

struct late {
    struct reading *reading;
    struct arena *arena;
    const struct gateway_transaction *seen;
    struct refund_payment payment;
    char key[KEY_SIZE];
    const char *kind, *why; /* for the queue */
};

static enum result queue_work(struct db *db, void *context) {
    const struct late *late = context;
    char detail[DETAIL_SIZE];

    snprintf(detail, sizeof detail, "%s %s: %s", late->seen->code, late->seen->transaction_id,
             late->why);
    return queue_add(db, late->key, late->kind, late->payment.account_id, late->payment.id, detail,
                     late->reading->now);
}

static enum late_end late_queue(struct late *late, const char *what, const char *kind,
                                const char *why) {
    late->kind = kind;
    late->why = why;
    snprintf(late->key, sizeof late->key, "%s:%s", kind, what);
    LOG(LOG_LEVEL_ERROR, "return.queued", LOG_TEXT("reference", late->payment.reference),
        LOG_TEXT("why", why));
    return db_transaction(late->reading->running->db, queue_work, late) == RESULT_OK ? LATE_QUEUED
                                                                                     : LATE_FAILED;
}

static enum late_end late_record(struct late *late) {
    const struct settings *settings = &late->reading->running->settings;
    struct return_told *told = arena_alloc(late->arena, sizeof *told);
    const char *reference = late->payment.reference;

    switch (return_record(late->reading->running->db, late->arena,
                          &(struct return_ask){.payment_reference = reference,
                                               .code = late->seen->code,
                                               .note = "",
                                               .actor = actor,
                                               .fee_cents = settings->return_fee_cents,
                                               .retry = &settings->autopay.retry,
                                               .now = late->reading->now},
                          told)) {
    case RETURN_RECORDED:
        return LATE_RECORDED;
    case RETURN_AGAIN:
    case RETURN_NO_PAYMENT:
    case RETURN_REFUSED:
        return LATE_THERE;
    case RETURN_BUSY:
        return LATE_WAITING;
    case RETURN_KEY_USED:
    case RETURN_UNFIT:
        return late_queue(late, reference, "late_return", "it does not fit our books");
    case RETURN_UNAVAILABLE:
        break;
    }
    return LATE_FAILED;
}

/* Money that we sent back, and that did not arrive: nothing is booked before a person decides. */
static enum late_end late_refund(struct late *late) {
    bool is_ours = text_equal(late->payment.gateway, gateway_name(late->reading->running->gateway));

    if (!is_ours || !late->seen->refunded_cents)
        return LATE_THERE;
    return late_queue(late, late->seen->transaction_id, "returned_refund",
                      "a refund of the payment came back; the books still say that it went");
}

static enum result method_work(struct db *db, void *context) {
    const struct late *late = context;
    const struct refund_payment *payment = &late->payment;
    enum result result = account_move(db, payment->account_id, 0, 0);

    if (result != RESULT_OK)
        return result;
    return method_paid(db, &(struct method_paid){.account_id = payment->account_id,
                                                 .payment_id = payment->id,
                                                 .is_over = true,
                                                 .transaction_id = "",
                                                 .refusal_code = late->seen->code,
                                                 .now = late->reading->now});
}

/* Somebody recorded the return before the bank said why: what its code says of the account holds
 * all the same. Found again, it changes nothing. */
static enum late_end late_again(struct late *late) {
    struct db *db = late->reading->running->db;
    struct refund refund;

    if (!late->payment.figures.is_bank || !ach_return_find(late->seen->code)->disables)
        return LATE_THERE;
    enum result result = refund_find(
        db, late->arena, return_reference(late->arena, late->payment.reference, false), &refund);
    if (result == RESULT_NOT_FOUND || (result == RESULT_OK && *refund.response_code))
        return LATE_THERE;
    if (result == RESULT_OK)
        result = db_transaction(db, method_work, late);
    return result == RESULT_OK ? LATE_THERE : LATE_FAILED;
}

static enum late_end late_sale(struct late *late) {
    const struct refundable *figures = &late->payment.figures;

    if (figures->state == PAYMENT_RETURNED)
        return late_again(late);
    /* What is not money yet is asked about one by one, and what never was came back to nobody. */
    if (figures->state == PAYMENT_PENDING || payment_is_open(figures->state) ||
        !payment_may_move(figures->state, PAYMENT_RETURNED))
        return LATE_THERE;
    if (!figures->is_bank)
        return late_queue(late, late->payment.reference, "chargeback",
                          "its bank took a card payment back");
    if (late->seen->amount_cents != figures->amount_cents ||
        !text_equal(late->seen->transaction_id, late->payment.transaction_id))
        return late_queue(late, late->payment.reference, "late_return",
                          "another amount or transaction came back than we took");
    return *late->payment.open_refund ? LATE_WAITING : late_record(late);
}

static enum late_end late_one(struct late *late) {
    enum result result = refund_payment(late->reading->running->db, late->arena,
                                        late->seen->order_id, &late->payment);

    if (result == RESULT_NOT_FOUND)
        return LATE_THERE;
    if (result != RESULT_OK)
        return LATE_FAILED;
    return late->seen->has_sale ? late_sale(late) : late_refund(late);
}

/* ---- all of them ---- */

static void found_settle(struct reading *reading, const struct gateway_transaction *seen) {
    struct late late = {.reading = reading, .arena = arena_new(ARENA_BYTES), .seen = seen};
    enum late_end end = late_one(&late);

    reading->summary->ends[end]++;
    if ((end == LATE_WAITING || end == LATE_FAILED) && seen->modified_at < reading->next)
        reading->next = seen->modified_at;
    if (end != LATE_THERE && reading->told)
        reading->told(
            &(struct late_return){late.payment.reference ? late.payment.reference : seen->order_id,
                                  seen->code, seen->amount_cents},
            end, reading->context);
    arena_free(late.arena);
}

/* Where to begin. *out_has_any: there is something that could come back. */
static enum result reading_begin(struct reading *reading, bool *out_has_any) {
    struct db *db = reading->running->db;
    int64_t at = 0, oldest_at = 0, first = reading->now - FIRST_DAYS * DAY_S;
    enum result result = progress_read(db, reading->arena, progress_name, &at);

    *out_has_any = true;
    if (result != RESULT_OK)
        return result;
    if (at) {
        reading->from = (at < reading->now ? at : reading->now) - DAY_S;
        return RESULT_OK;
    }
    result = progress_debits(db, reading->arena, gateway_name(reading->running->gateway),
                             &oldest_at, out_has_any);
    reading->from = oldest_at && oldest_at < first ? oldest_at : first;
    return result;
}

static enum result progress_work(struct db *db, void *context) {
    const struct reading *reading = context;

    return progress_write(db, progress_name, reading->next);
}

static enum result report_read(struct reading *reading) {
    struct arena *arena = arena_new(REPORT_ARENA_BYTES);
    enum result result = gateway_report(reading->running->gateway, arena, reading->from,
                                        reading->now + DAY_S, returned_add, reading);

    arena_free(arena);
    return result;
}

static enum result reading_run(struct reading *reading) {
    bool has_any;
    enum result result = reading_begin(reading, &has_any);

    if (result != RESULT_OK || !has_any)
        return result;
    if (report_read(reading) != RESULT_OK) {
        reading->summary->no_gateway++;
        return RESULT_OK;
    }
    for (const struct found *found = reading->first; found; found = found->next)
        found_settle(reading, &found->transaction);
    FAULT_POINT("late.before_progress");
    result = db_transaction(reading->running->db, progress_work, reading);
    /* Written or not: at worst the same is read once more. */
    return result == RESULT_UNCERTAIN ? RESULT_OK : result;
}

enum result settle_late(struct running *running, settle_late_told told, void *context,
                        struct late_summary *out_summary) {
    int64_t now = clock_now(running->clock);
    struct reading reading = {.running = running,
                              .arena = arena_new(ARENA_BYTES),
                              .told = told,
                              .context = context,
                              .summary = out_summary,
                              .now = now,
                              .next = now};

    *out_summary = (struct late_summary){0};
    reading.last = &reading.first;
    enum result result = reading_run(&reading);
    arena_free(reading.arena);
    return result;
}
