#include "common/program/settle_pending.h"

#include <stdio.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/program/charge.h"
#include "common/store/event_store.h"
#include "common/store/refund_store.h"

enum { BATCH = 100, ARENA_BYTES = 64 * 1024 * 1024, KEY_SIZE = 64 };

/* What the gateway has under one reference. */
struct sighting {
    const char *reference;
    size_t count;
    struct gateway_transaction last;
};

static enum result sighting_add(const struct gateway_transaction *transaction, void *context) {
    struct sighting *sighting = context;

    /* A refund carries the order id of its sale, and says nothing about it. */
    if (!transaction->has_sale || !text_equal(transaction->order_id, sighting->reference))
        return RESULT_OK;
    sighting->count++;
    sighting->last = *transaction;
    return RESULT_OK;
}

struct pending {
    struct running *running;
    struct arena *arena;
    const struct open_payment *payment;
    int64_t now;
    const char *why; /* for the queue */
};

static enum result queue_work(struct db *db, void *context) {
    const struct pending *pending = context;
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "pending:%s", pending->payment->reference);
    return queue_add(db, key, "pending_payment", pending->payment->account_id, pending->payment->id,
                     pending->why, pending->now);
}

static enum settle_end pending_queue(struct pending *pending, const char *why) {
    pending->why = why;
    LOG(LOG_LEVEL_ERROR, "payment.queued", LOG_TEXT("reference", pending->payment->reference),
        LOG_TEXT("why", why));
    if (db_transaction(pending->running->db, queue_work, pending) != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "queue.unwritten", LOG_TEXT("reference", pending->payment->reference));
    return SETTLE_QUEUED;
}

static enum settle_end pending_record(struct pending *pending, enum payment_state to,
                                      const struct gateway_transaction *seen) {
    const struct open_payment *payment = pending->payment;
    struct charge_outcome outcome = {
        .account_id = payment->account_id,
        .payment_id = payment->id,
        .user_id = payment->user_id,
        .method_id = payment->method_id,
        .reference = payment->reference,
        .amount_cents = payment->amount_cents,
        .token = payment->token,
        .from = PAYMENT_PENDING,
        .to = to,
        .actor = "program:settle",
        .now = pending->now,
    };

    snprintf(outcome.answer.transaction_id, sizeof outcome.answer.transaction_id, "%s",
             seen->transaction_id);
    snprintf(outcome.answer.code, sizeof outcome.answer.code, "%s", seen->code);
    snprintf(outcome.answer.text, sizeof outcome.answer.text, "%s", seen->text);
    switch (charge_record(pending->running->db, &outcome)) {
    case RESULT_OK:
        return SETTLE_RESOLVED;
    case RESULT_CONFLICT:
        return SETTLE_LOST_RACE;
    default:
        return SETTLE_UNKNOWN;
    }
}

/* Our own void, whose answer is still to be written: that is the refund's to settle. It was claimed
 * before the gateway could have it, so it is seen here. */
static enum settle_end pending_voided(struct pending *pending,
                                      const struct gateway_transaction *seen) {
    struct refund_payment payment;

    if (refund_payment(pending->running->db, pending->arena, pending->payment->reference,
                       &payment) != RESULT_OK)
        return SETTLE_UNKNOWN;
    return *payment.open_refund ? SETTLE_LOST_RACE : pending_record(pending, PAYMENT_VOIDED, seen);
}

static enum settle_end pending_one(struct pending *pending) {
    const struct open_payment *payment = pending->payment;
    struct sighting seen = {.reference = payment->reference};

    if (gateway_lookup(pending->running->gateway, pending->arena, payment->reference, sighting_add,
                       &seen) != RESULT_OK)
        return SETTLE_NO_GATEWAY;
    if (seen.count != 1)
        return pending_queue(pending, seen.count ? "the gateway has it more than once"
                                                 : "the gateway does not have it any more");
    if (seen.last.amount_cents != payment->amount_cents)
        return pending_queue(pending, "the gateway has another amount under this reference");
    switch (seen.last.standing) {
    case STANDING_APPROVED:
        return SETTLE_UNKNOWN;
    case STANDING_SETTLED:
        return pending_record(pending, PAYMENT_SUCCEEDED, &seen.last);
    case STANDING_RETURNED:
        return pending_record(pending, PAYMENT_RETURNED, &seen.last);
    case STANDING_VOIDED:
        return pending_voided(pending, &seen.last);
    case STANDING_DECLINED:
    case STANDING_OTHER:
        break;
    }
    return pending_queue(pending, "the gateway's answer about it is not understood");
}

static enum payment_state state_now(const struct pending *pending) {
    struct claim_state state;

    if (payment_claim_state(pending->running->db, pending->arena, pending->payment->account_id,
                            pending->payment->id, pending->payment->token, &state) != RESULT_OK)
        return PAYMENT_PENDING;
    return state.state;
}

static void summary_add(struct pending_summary *summary, enum settle_end end,
                        enum payment_state state) {
    summary->looked_at++;
    summary->no_gateway += end == SETTLE_NO_GATEWAY;
    summary->queued += end == SETTLE_QUEUED;
    summary->waiting += end == SETTLE_UNKNOWN;
    if (end != SETTLE_RESOLVED)
        return;
    summary->settled += state == PAYMENT_SUCCEEDED;
    summary->returned += state == PAYMENT_RETURNED;
    summary->voided += state == PAYMENT_VOIDED;
}

static enum result batch_settle(struct running *running, struct arena *arena, int64_t *after_id,
                                settle_told told, void *context, struct pending_summary *summary) {
    struct open_payments list;
    enum result result = payment_pending_list(running->db, arena, *after_id, BATCH, &list);

    for (size_t at = 0; result == RESULT_OK && at < list.count; at++) {
        struct arena *one = arena_new(ARENA_BYTES);
        struct pending pending = {running, one, &list.list[at], clock_now(running->clock), NULL};
        enum settle_end end = pending_one(&pending);
        enum payment_state state = state_now(&pending);

        *after_id = list.list[at].id;
        summary_add(summary, end, state);
        if (told)
            told(&list.list[at], end, state, context);
        arena_free(one);
    }
    return result == RESULT_OK && list.count == BATCH ? RESULT_RETRY : result;
}

enum result settle_pending(struct running *running, settle_told told, void *context,
                           struct pending_summary *out_summary) {
    enum result result = RESULT_RETRY;
    int64_t after_id = 0;

    *out_summary = (struct pending_summary){0};
    while (result == RESULT_RETRY) {
        struct arena *arena = arena_new(ARENA_BYTES);

        result = batch_settle(running, arena, &after_id, told, context, out_summary);
        arena_free(arena);
    }
    return result;
}
