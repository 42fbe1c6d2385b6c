#include "common/program/vault.h"

#include "common/billing/look_delay.h"
#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/program/stop.h"

enum {
    BATCH = 100,
    ABANDON_BATCH = 500,
    ARENA_BYTES = 64 * 1024 * 1024,
    LATE_S = 24 * 3600, /* a save without an answer may be booked this late */
    LATE_LOOK_S = 900,
    FAILURES_MAX = 3 /* in a row: it is away, and each may take the whole time-out */
};

struct ending {
    const struct vault_waiting *waiting;
    int64_t now, look_at; /* look_at 0: gone for good */
    bool is_failed;       /* the gateway did not do it */
};

static enum result ending_work(struct db *db, void *context) {
    const struct ending *ending = context;
    const struct vault_waiting *waiting = ending->waiting;

    if (ending->look_at)
        return vault_look_again(db, waiting->account_id, waiting->method_id, ending->look_at);
    return vault_gone(db, waiting->account_id, waiting->method_id, ending->now);
}

/* true: gone for good. */
static bool entry_end(struct running *running, struct arena *arena, struct ending *ending) {
    const struct vault_waiting *waiting = ending->waiting;
    int64_t now = ending->now;

    /* Another driver's vault is not ours to reach. */
    if (!text_equal(waiting->gateway, gateway_name(running->gateway)))
        return false;
    ending->is_failed = gateway_vault_remove(running->gateway, arena, waiting->vault_id) !=
                        RESULT_OK;
    if (ending->is_failed)
        ending->look_at = now + look_delay_s(waiting->looks);
    else if (waiting->was_unsure && now < waiting->created_at + LATE_S)
        ending->look_at = waiting->created_at + LATE_S;
    if (db_transaction(running->db, ending_work, ending) != RESULT_OK) {
        LOG(LOG_LEVEL_WARNING, "vault.unwritten", LOG_INT("method_id", waiting->method_id));
        return false;
    }
    return ending->look_at == 0;
}

void vault_clean(struct running *running, struct arena *arena, int64_t account_id,
                 int64_t method_id, int64_t now) {
    struct vault_waitings waiting;

    if (vault_waiting_one(running->db, arena, account_id, method_id, now, &waiting) != RESULT_OK)
        return;
    for (size_t at = 0; at < waiting.count; at++)
        (void)entry_end(running, arena, &(struct ending){.waiting = &waiting.list[at], .now = now});
}

/* ---- all of them ---- */

struct abandoning {
    struct method_abandon what;
    uint64_t count;
};

static enum result abandon_work(struct db *db, void *context) {
    struct abandoning *abandoning = context;

    return method_abandon(db, &abandoning->what, &abandoning->count);
}

static enum result abandon_all(struct running *running) {
    int64_t now = clock_now(running->clock);
    struct abandoning abandoning = {
        .what = {.made_before = now - running->settings.review_s,
                 .timeout_s = running->settings.gateway.timeout_ms / 1000 + 1,
                 .now = now,
                 .look_at = now + LATE_LOOK_S,
                 .limit = ABANDON_BATCH},
    };
    enum result result;

    do
        result = db_transaction(running->db, abandon_work, &abandoning);
    while (result == RESULT_OK && abandoning.count == ABANDON_BATCH);
    return result;
}

/* RESULT_RETRY: there may be more. What the end, or a gateway that is away, leaves stays due. */
static enum result batch_end(struct running *running, int64_t *after_id, int *failures,
                             struct vault_summary *summary) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct vault_waitings waiting;
    int64_t now = clock_now(running->clock);
    enum result result = vault_waiting_list(running->db, arena, *after_id, now, BATCH, &waiting);

    bool goes_on = true;

    for (size_t at = 0; result == RESULT_OK && goes_on && at < waiting.count; at++) {
        struct arena *one = arena_new(ARENA_BYTES);
        struct ending ending = {.waiting = &waiting.list[at], .now = now};

        *after_id = waiting.list[at].method_id;
        if (entry_end(running, one, &ending))
            summary->removed++;
        else
            summary->waiting++;
        arena_free(one);
        *failures = ending.is_failed ? *failures + 1 : 0;
        goes_on = *failures < FAILURES_MAX && !stop_asked();
    }
    if (result == RESULT_OK && goes_on && waiting.count == BATCH)
        result = RESULT_RETRY;
    arena_free(arena);
    return result;
}

enum result vault_clean_all(struct running *running, struct vault_summary *out_summary) {
    int64_t after_id = 0;
    int failures = 0;
    enum result result = abandon_all(running);

    *out_summary = (struct vault_summary){0};
    if (result != RESULT_OK)
        return result;
    do
        result = batch_end(running, &after_id, &failures, out_summary);
    while (result == RESULT_RETRY);
    return result;
}
