#include "common/program/queue_tend.h"

#include <stdio.h>

#include "common/core/clock.h"
#include "common/store/event_store.h"

enum { KEY_SIZE = 64, ARENA_BYTES = 1024 * 1024 };

struct tending {
    struct arena *arena;
    const char *actor;
    bool is_telling;
    int64_t now;
    struct queue_summary *summary;
};

static enum result tend_work(struct db *db, void *context) {
    struct tending *tending = context;
    struct queue_summary *summary = tending->summary;
    char key[KEY_SIZE];
    enum result result = queue_tidy(db, tending->actor, tending->now, &summary->cleared);

    if (result == RESULT_OK && tending->is_telling)
        result = queue_tell(db, tending->arena, tending->now, &summary->told_up_to);
    if (result != RESULT_OK || !summary->told_up_to)
        return result;
    /* One whose words changed is told of again. */
    snprintf(key, sizeof key, "queue:%lld:%lld", (long long)summary->told_up_to,
             (long long)tending->now);
    return outbox_add(db, key, "queue", 0, 0, summary->told_up_to, tending->now);
}

enum result queue_tend(struct running *running, const char *actor, bool is_telling,
                       struct queue_summary *out_summary) {
    struct tending tending = {.arena = arena_new(ARENA_BYTES),
                              .actor = actor,
                              .is_telling = is_telling,
                              .now = clock_now(running->clock),
                              .summary = out_summary};

    *out_summary = (struct queue_summary){0};
    enum result result = db_transaction(running->db, tend_work, &tending);
    arena_free(tending.arena);
    /* Without an answer to the COMMIT it is done, or done the next time. */
    return result == RESULT_UNCERTAIN ? RESULT_OK : result;
}
