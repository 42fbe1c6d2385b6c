#include "common/program/settling.h"

#include <assert.h>
#include <stdio.h>

#include "common/billing/look_delay.h"
#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/program/charge.h"
#include "common/program/service.h"
#include "common/store/event_store.h"
#include "common/store/queue_store.h"

enum {
    BATCH = 100,
    EXPIRE_BATCH = 500,
    ARENA_BYTES = 64 * 1024 * 1024,
    EXPIRE_MARGIN_S = 24 * 3600,
    KEY_SIZE = 64
};

const char *settle_end_name(enum settle_end end) {
    static const char *const names[SETTLE_END_COUNT] = {
        [SETTLE_IN_FLIGHT] = "in_flight", [SETTLE_RESOLVED] = "resolved",
        [SETTLE_UNKNOWN] = "unknown",     [SETTLE_QUEUED] = "queued",
        [SETTLE_LOST_RACE] = "lost_race", [SETTLE_NO_GATEWAY] = "no_gateway",
    };

    return names[end];
}

/* What the gateway has under one reference. */
struct sightings {
    const char *reference;
    size_t count, took_money;
    struct gateway_transaction last, paid; /* paid: one that took money, or was going to */
};

static bool standing_takes_money(enum gateway_standing standing) {
    return standing == STANDING_APPROVED || standing == STANDING_SETTLED;
}

static enum result sighting_add(const struct gateway_transaction *transaction, void *context) {
    struct sightings *sightings = context;

    /* A refund carries the order id of its sale, and says nothing about it. */
    if (!transaction->has_sale || !text_equal(transaction->order_id, sightings->reference))
        return RESULT_OK;
    sightings->count++;
    sightings->last = *transaction;
    if (standing_takes_money(transaction->standing)) {
        sightings->took_money++;
        sightings->paid = *transaction;
    }
    return RESULT_OK;
}

/* ---- writing ---- */

static enum result doubt_work(struct db *db, void *context) {
    const struct settling *settling = context;
    const struct open_payment *payment = settling->payment;
    enum result result = account_move(db, payment->account_id, 0, 0);

    if (result == RESULT_OK)
        result = payment_doubt(db, payment->account_id, payment->id, settling->timeout_s,
                               settling->now + SETTLE_TAKE_S);
    if (result != RESULT_OK)
        return result;
    return payment_event_add(
        db, &(struct payment_event){.account_id = payment->account_id,
                                    .payment_id = payment->id,
                                    .at = settling->now,
                                    .from = payment_state_name(PAYMENT_PROCESSING),
                                    .to = PAYMENT_UNKNOWN,
                                    .actor = "program:settle",
                                    .detail = "the program that sent it did not record an answer"});
}

static enum result look_again_work(struct db *db, void *context) {
    const struct settling *settling = context;
    const struct open_payment *payment = settling->payment;

    return payment_look_again(db, payment->account_id, payment->id,
                              settling->now + look_delay_s(payment->looks + 1));
}

static enum result queue_work(struct db *db, void *context) {
    const struct settling *settling = context;
    char key[KEY_SIZE];

    bool is_pending = settling->payment->state == PAYMENT_PENDING;

    snprintf(key, sizeof key, "%s:%s", is_pending ? "pending" : "settle",
             settling->payment->reference);
    enum result result = queue_add(db, key, is_pending ? "pending_payment" : "unknown_payment",
                                   settling->payment->account_id, settling->payment->id,
                                   settling->why, settling->now);
    if (result == RESULT_OK)
        result = queue_change(db, key, settling->why);
    return result == RESULT_OK ? look_again_work(db, context) : result;
}

enum settle_end settle_queue(struct settling *settling, const char *why) {
    settling->why = why;
    LOG(LOG_LEVEL_ERROR, "payment.queued", LOG_TEXT("reference", settling->payment->reference),
        LOG_TEXT("why", why));
    if (db_transaction(settling->running->db, queue_work, settling) != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "queue.unwritten",
            LOG_TEXT("reference", settling->payment->reference));
    return SETTLE_QUEUED;
}

enum payment_state settle_state_now(struct settling *settling) {
    struct claim_state state;

    if (payment_claim_state(settling->running->db, settling->arena, settling->payment->account_id,
                            settling->payment->id, settling->payment->token, &state) != RESULT_OK)
        return settling->payment->state;
    return state.state;
}

/* A dead claim is unknown by now; what is pending is decided from there. */
static enum payment_state decided_from(const struct settling *settling) {
    return settling->payment->state == PAYMENT_PENDING ? PAYMENT_PENDING : PAYMENT_UNKNOWN;
}

enum settle_end settle_record(struct settling *settling, enum payment_state to,
                              const struct gateway_transaction *seen) {
    const struct open_payment *payment = settling->payment;
    struct charge_outcome outcome = {
        .account_id = payment->account_id,
        .payment_id = payment->id,
        .user_id = payment->user_id,
        .method_id = payment->method_id,
        .reference = payment->reference,
        .amount_cents = payment->amount_cents,
        .credit_cents = payment->credit_cents,
        .return_fee_cents = settling->running->settings.return_fee_cents,
        .token = payment->token,
        .draft_id = payment->draft_id,
        .retry = &settling->running->settings.autopay.retry,
        .from = decided_from(settling),
        .to = to,
        .actor = settling->actor ? settling->actor : "program:settle",
        .now = settling->now,
    };

    if (seen) {
        snprintf(outcome.answer.transaction_id, sizeof outcome.answer.transaction_id, "%s",
                 seen->transaction_id);
        snprintf(outcome.answer.code, sizeof outcome.answer.code, "%s", seen->code);
        snprintf(outcome.answer.text, sizeof outcome.answer.text, "%s", seen->text);
        outcome.answer.decline = seen->decline;
    }
    enum result result = charge_record(settling->running->db, &outcome);
    if (result == RESULT_OK)
        return SETTLE_RESOLVED;
    /* Whatever could not be written now is still unknown, and is looked at again. */
    if (result != RESULT_CONFLICT)
        return SETTLE_UNKNOWN;
    /* Somebody else was first - or nobody was, and our books do not take it. */
    return settle_state_now(settling) == outcome.from
               ? settle_queue(settling, "what the gateway has does not fit our books: its"
                                        " transaction may be another payment's")
               : SETTLE_LOST_RACE;
}

/* ---- deciding ---- */

static enum settle_end settle_seen(struct settling *settling, const struct sightings *seen) {
    const struct open_payment *payment = settling->payment;
    bool is_bank = text_equal(payment->kind, "bank");

    if (seen->took_money > 1)
        return settle_queue(settling, "the gateway took the money more than once");
    if (seen->took_money == 1) {
        if (seen->paid.amount_cents != payment->amount_cents)
            return settle_queue(settling, "the gateway has another amount under this reference");
        if (seen->paid.refunded_cents)
            return settle_queue(settling, "the gateway took the money and refunded some of it");
        return settle_record(settling,
                             is_bank && seen->paid.standing == STANDING_APPROVED
                                 ? PAYMENT_PENDING
                                 : PAYMENT_SUCCEEDED,
                             &seen->paid);
    }
    if (seen->count > 1)
        return settle_queue(settling, "the gateway has several transactions under this reference");
    switch (seen->last.standing) {
    case STANDING_DECLINED:
        /* Without a class it was the gateway that refused it, not the bank. */
        return settle_record(settling,
                             seen->last.decline == DECLINE_NONE ? PAYMENT_FAILED : PAYMENT_DECLINED,
                             &seen->last);
    case STANDING_VOIDED:
        return settle_record(settling, PAYMENT_VOIDED, &seen->last);
    case STANDING_RETURNED:
        return settle_record(settling, PAYMENT_RETURNED, &seen->last);
    case STANDING_APPROVED:
    case STANDING_SETTLED:
    case STANDING_OTHER:
        break;
    }
    return settle_queue(settling, "the gateway's answer about it is not understood");
}

/* A person may know more, and need not wait; the rule goes on all the same. */
static enum settle_end settle_wait(struct settling *settling) {
    if (settling->now >= settling->payment->deadline_at + SETTLE_PERSON_AFTER_S) {
        (void)settle_queue(settling, "the gateway does not have it; unless it turns up, it is not"
                                     " charged a day after it was sent");
        return SETTLE_UNKNOWN;
    }
    if (db_transaction(settling->running->db, look_again_work, settling) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "settle.unplanned",
            LOG_TEXT("reference", settling->payment->reference));
    return SETTLE_UNKNOWN;
}

/* Not found by reference, long after it could have been sent: the report over the whole time
 * decides. */
static enum settle_end settle_absent(struct settling *settling) {
    const struct open_payment *payment = settling->payment;
    struct sightings seen = {.reference = payment->reference};

    if (settling->now < payment->deadline_at + SETTLE_RELEASE_AFTER_S)
        return settle_wait(settling);
    if (gateway_report(settling->running->gateway, settling->arena,
                       payment->confirmed_at - SETTLE_REPORT_MARGIN_S,
                       settling->now + SETTLE_REPORT_MARGIN_S, sighting_add, &seen) != RESULT_OK)
        return SETTLE_NO_GATEWAY;
    if (seen.count)
        return settle_seen(settling, &seen);
    return settle_record(settling, PAYMENT_NOT_CHARGED, NULL);
}

enum settle_end settle_open_one(struct settling *settling) {
    const struct open_payment *payment = settling->payment;
    struct sightings seen = {.reference = payment->reference};

    if (payment->state == PAYMENT_PROCESSING) {
        if (!payment->lease_is_over)
            return SETTLE_IN_FLIGHT;
        enum result result = db_transaction(settling->running->db, doubt_work, settling);

        if (result == RESULT_CONFLICT)
            return SETTLE_LOST_RACE;
        if (result != RESULT_OK)
            return SETTLE_UNKNOWN;
    }
    if (gateway_lookup(settling->running->gateway, settling->arena, payment->reference,
                       sighting_add, &seen) != RESULT_OK)
        return SETTLE_NO_GATEWAY;
    return seen.count ? settle_seen(settling, &seen) : settle_absent(settling);
}

/* ---- one of them ---- */

enum result settle_reference(struct running *running, const char *reference,
                             enum settle_end *out_end, enum payment_state *out_state) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct open_payment payment;
    int64_t timeout_s = running->settings.gateway.timeout_ms / 1000 + 1;
    enum result result = payment_open_one(running->db, arena, reference, timeout_s, &payment);

    if (result == RESULT_OK) {
        struct settling settling = {.running = running,
                                    .arena = arena,
                                    .payment = &payment,
                                    .now = clock_now(running->clock),
                                    .timeout_s = timeout_s};

        *out_end = payment.state == PAYMENT_PENDING ? settle_pending_one(&settling)
                                                    : settle_open_one(&settling);
        *out_state = settle_state_now(&settling);
    }
    arena_free(arena);
    return result;
}

/* ---- all of them ---- */

static enum result settle_batch(struct running *running, struct arena *arena, int64_t *after_id,
                                settle_told told, void *context, struct settle_summary *summary) {
    int64_t timeout_s = running->settings.gateway.timeout_ms / 1000 + 1;
    struct open_payments open;
    enum result result = payment_open_list(running->db, arena, *after_id, timeout_s, BATCH, &open);

    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < open.count; at++) {
        struct arena *one = arena_new(ARENA_BYTES);
        struct settling settling = {.running = running,
                                    .arena = one,
                                    .payment = &open.list[at],
                                    .now = clock_now(running->clock),
                                    .timeout_s = timeout_s};
        enum settle_end end = settle_open_one(&settling);

        summary->looked_at++;
        summary->ends[end]++;
        *after_id = open.list[at].id;
        if (told)
            told(&open.list[at], end, settle_state_now(&settling), context);
        arena_free(one);
    }
    return open.count == BATCH ? RESULT_RETRY : RESULT_OK;
}

static enum result take_work(struct db *db, void *context) {
    const struct settling *settling = context;
    const struct open_payment *payment = settling->payment;

    return payment_take(db, payment->account_id, payment->id, payment->state, payment->look_at,
                        settling->now + settling->take_s);
}

/* After no answer it is due again soon, and that look does not count. */
static enum result put_back_work(struct db *db, void *context) {
    const struct settling *settling = context;
    const struct open_payment *payment = settling->payment;

    return payment_take(db, payment->account_id, payment->id, payment->state,
                        settling->now + settling->take_s, settling->now + SETTLE_RETRY_S);
}

bool settle_take(struct settling *settling, int64_t take_s) {
    settling->take_s = take_s;
    return db_transaction(settling->running->db, take_work, settling) == RESULT_OK;
}

void settle_put_back(struct settling *settling) {
    if (db_transaction(settling->running->db, put_back_work, settling) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "settle.unplanned",
            LOG_TEXT("reference", settling->payment->reference));
}

/* false: the gateway is away, or the end was asked for. */
static bool due_settle(struct running *running, const struct open_payments *due,
                       struct settle_summary *summary) {
    bool goes_on = true;

    for (size_t at = 0; goes_on && at < due->count; at++) {
        struct arena *one = arena_new(ARENA_BYTES);
        struct settling settling = {.running = running,
                                    .arena = one,
                                    .payment = &due->list[at],
                                    .now = clock_now(running->clock),
                                    .timeout_s = running->settings.gateway.timeout_ms / 1000 + 1};
        bool is_dead = due->list[at].state == PAYMENT_PROCESSING;

        if (is_dead || settle_take(&settling, SETTLE_TAKE_S)) {
            enum settle_end end = settle_open_one(&settling);

            summary->looked_at++;
            summary->ends[end]++;
            if (end == SETTLE_NO_GATEWAY && !is_dead)
                settle_put_back(&settling);
            goes_on = end != SETTLE_NO_GATEWAY;
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
    struct open_payments due;
    enum result result = is_dead ? payment_dead_list(running->db, arena, timeout_s, BATCH, &due)
                                 : payment_due_list(running->db, arena, clock_now(running->clock),
                                                    BATCH, &due);

    if (result == RESULT_OK && due_settle(running, &due, summary) && due.count == BATCH)
        result = RESULT_RETRY;
    arena_free(arena);
    return result;
}

enum result settle_due(struct running *running, struct settle_summary *out_summary) {
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

struct expiring {
    int64_t made_before;
    uint64_t count;
};

static enum result expire_work(struct db *db, void *context) {
    struct expiring *expiring = context;

    return payment_expire(db, expiring->made_before, EXPIRE_BATCH, &expiring->count);
}

enum result settle_expire(struct running *running, struct settle_summary *summary) {
    /* Well past the last moment a confirm could claim it, so that nobody is told of an end that
     * the page in front of them does not know. */
    struct expiring expiring = {.made_before = clock_now(running->clock) -
                                               running->settings.review_s - EXPIRE_MARGIN_S};
    enum result result;

    do {
        result = db_transaction(running->db, expire_work, &expiring);
        if (result == RESULT_OK)
            summary->expired += (int64_t)expiring.count;
    } while (result == RESULT_OK && expiring.count == EXPIRE_BATCH);
    return result;
}

enum result settle_all(struct running *running, settle_told told, void *context,
                       struct settle_summary *out_summary) {
    int64_t after_id = 0;
    enum result result = RESULT_RETRY;

    *out_summary = (struct settle_summary){0};
    while (result == RESULT_RETRY) {
        struct arena *arena = arena_new(ARENA_BYTES);

        result = settle_batch(running, arena, &after_id, told, context, out_summary);
        arena_free(arena);
    }
    return result == RESULT_OK ? settle_expire(running, out_summary) : result;
}
