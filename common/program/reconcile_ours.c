/* reconcile_ours.c - from our books to the gateway: what we say is money, or went back, and the
 * report did not tell. */
#include "common/program/reconciling.h"

#include <string.h>

#include "common/core/text.h"

enum { BATCH = 500, ARENA_BYTES = 16 * 1024 * 1024 };

typedef enum result (*ours_list)(struct db *db, struct arena *arena, const char *gateway,
                                 const struct reconcile_ours *after, int64_t until, size_t limit,
                                 struct reconcile_ours *list, size_t *out_count);

/* The first one told under a reference; reading->count: none. */
static size_t told_find(const struct reconciling *reading, const char *reference) {
    size_t low = 0, high = reading->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(reading->list[middle]->order_id, reference) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < reading->count && text_equal(reading->list[low]->order_id, reference)
               ? low
               : reading->count;
}

/* A payment is told by its sale, a refund by its transaction, unless that was voided since. */
static bool is_told(const struct reconciling *reading, const struct reconcile_ours *ours,
                    bool is_refund) {
    for (size_t at = told_find(reading, ours->reference);
         at < reading->count && text_equal(reading->list[at]->order_id, ours->reference); at++) {
        const struct told_transaction *told = reading->list[at];

        if (is_refund ? told->refunded_cents && *ours->transaction_id &&
                            text_equal(told->transaction_id, ours->transaction_id)
                      : told->has_sale)
            return true;
    }
    return false;
}

static void ours_check(struct reconciling *reading, const struct reconcile_ours *ours) {
    enum reconcile_end end = RECONCILE_WAITING;

    if (reading->looks < RECONCILE_LOOKS_MAX)
        end = reconcile_look(reading, ours->reference, NULL);
    if (end == RECONCILE_WAITING || end == RECONCILE_FAILED)
        reconcile_hold(reading, ours->at);
}

static enum result ours_all(struct reconciling *reading, ours_list list, bool is_refund) {
    const char *gateway = gateway_name(reading->running->gateway);
    struct reconcile_ours after = {.at = reading->from + RECONCILE_CLOCKS_S};
    enum result result = RESULT_RETRY;

    while (result == RESULT_RETRY) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct reconcile_ours *ours = arena_array(arena, BATCH, sizeof *ours);
        size_t count = 0;

        result = list(reading->running->db, arena, gateway, &after,
                      reading->now - RECONCILE_CLOCKS_S, BATCH, ours, &count);
        for (size_t at = 0; result == RESULT_OK && at < count; at++)
            if (!is_told(reading, &ours[at], is_refund))
                ours_check(reading, &ours[at]);
        if (result == RESULT_OK && count == BATCH) {
            after = (struct reconcile_ours){.at = ours[count - 1].at, .id = ours[count - 1].id};
            result = RESULT_RETRY;
        }
        arena_free(arena);
    }
    return result;
}

enum result reconcile_ours(struct reconciling *reading) {
    enum result result = ours_all(reading, reconcile_confirmed, false);

    return result == RESULT_OK ? ours_all(reading, reconcile_sent_back, true) : result;
}
