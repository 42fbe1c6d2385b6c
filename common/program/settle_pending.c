#include "common/program/settle_pending.h"

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/program/service.h"
#include "common/program/settling.h"
#include "common/store/refund_store.h"

enum {
    BATCH = 100,
    ARENA_BYTES = 64 * 1024 * 1024,
    LOOK_EVERY_S = 6 * 3600 /* a bank takes days */
};

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

/* Our own void, whose answer is still to be written: that is the refund's to settle. It was claimed
 * before the gateway could have it, so it is seen here. */
static enum settle_end pending_voided(struct settling *settling,
                                      const struct gateway_transaction *seen) {
    struct refund_payment payment;

    if (refund_payment(settling->running->db, settling->arena, settling->payment->reference,
                       &payment) != RESULT_OK)
        return SETTLE_UNKNOWN;
    return *payment.open_refund ? SETTLE_LOST_RACE : settle_record(settling, PAYMENT_VOIDED, seen);
}

enum settle_end settle_pending_one(struct settling *settling) {
    const struct open_payment *payment = settling->payment;
    struct sighting seen = {.reference = payment->reference};

    if (gateway_lookup(settling->running->gateway, settling->arena, payment->reference,
                       sighting_add, &seen) != RESULT_OK)
        return SETTLE_NO_GATEWAY;
    /* Its reports may lag behind what it accepted. */
    if (!seen.count && settling->now < payment->deadline_at + SETTLE_RELEASE_AFTER_S)
        return SETTLE_UNKNOWN;
    if (seen.count != 1)
        return settle_queue(settling, seen.count ? "the gateway has it more than once"
                                                 : "the gateway does not have it any more");
    if (seen.last.amount_cents != payment->amount_cents)
        return settle_queue(settling, "the gateway has another amount under this reference");
    switch (seen.last.standing) {
    case STANDING_APPROVED:
        return SETTLE_UNKNOWN;
    case STANDING_SETTLED:
        return settle_record(settling, PAYMENT_SUCCEEDED, &seen.last);
    case STANDING_RETURNED:
        return settle_record(settling, PAYMENT_RETURNED, &seen.last);
    case STANDING_VOIDED:
        return pending_voided(settling, &seen.last);
    case STANDING_DECLINED:
    case STANDING_OTHER:
        break;
    }
    return settle_queue(settling, "the gateway's answer about it is not understood");
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
        struct settling settling = {.running = running,
                                    .arena = one,
                                    .payment = &list.list[at],
                                    .now = clock_now(running->clock)};
        enum settle_end end = settle_pending_one(&settling);
        enum payment_state state = settle_state_now(&settling);

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

/* ---- those that are due ---- */

/* false: the gateway is away, or the end was asked for. */
static bool due_settle(struct running *running, const struct open_payments *due,
                       struct pending_summary *summary) {
    bool goes_on = true;

    for (size_t at = 0; goes_on && at < due->count; at++) {
        struct arena *one = arena_new(ARENA_BYTES);
        struct settling settling = {.running = running,
                                    .arena = one,
                                    .payment = &due->list[at],
                                    .now = clock_now(running->clock)};

        if (settle_take(&settling, LOOK_EVERY_S)) {
            enum settle_end end = settle_pending_one(&settling);

            summary_add(summary, end, settle_state_now(&settling));
            goes_on = end != SETTLE_NO_GATEWAY;
            if (!goes_on)
                settle_put_back(&settling);
        }
        arena_free(one);
        goes_on = goes_on && !service_should_stop();
    }
    return goes_on;
}

enum result settle_pending_due(struct running *running, struct pending_summary *out_summary) {
    enum result result = RESULT_RETRY;

    *out_summary = (struct pending_summary){0};
    while (result == RESULT_RETRY) {
        struct arena *arena = arena_new(ARENA_BYTES);
        int64_t now = clock_now(running->clock);
        struct open_payments due;

        result = payment_pending_due_list(running->db, arena, now, now - LOOK_EVERY_S, BATCH, &due);
        if (result == RESULT_OK && due_settle(running, &due, out_summary) && due.count == BATCH)
            result = RESULT_RETRY;
        arena_free(arena);
    }
    return result;
}
