/*
 * webhook_work_store.h - what the settler does with kept events (webhook_store.h): takes up what is
 * due, one settler each, and says what came of it.
 */
#ifndef REMIT_STORE_WEBHOOK_WORK_STORE_H
#define REMIT_STORE_WEBHOOK_WORK_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"

struct webhook_waiting {
    int64_t id, received_at, look_at, looks;
    const char *gateway, *event_id, *type;
    const unsigned char *body; /* NULL: purged */
    size_t length;
};

struct webhooks_waiting {
    struct webhook_waiting *list;
    size_t count;
};

/* Those whose look is due, or planned by a clock that was wrong (look_store.h), the longest waiting
 * first, at most limit (up to 50: their bodies come along). */
extern const struct statement webhook_due_sql;
MUST_CHECK enum result webhook_due(struct db *db, struct arena *arena, int64_t now, int64_t limit,
                                   struct webhooks_waiting *out_waiting);

/* Takes one up: its look_at becomes next if it is still look_at. Saves work, and nothing else.
 * RESULT_CONFLICT: another settler was first. Inside a transaction. */
extern const struct statement webhook_take_sql;
MUST_CHECK enum result webhook_take(struct db *db, int64_t id, int64_t look_at, int64_t next);

/* Plans the next look; the one that was counts. Does nothing to one that is over. */
extern const struct statement webhook_again_sql;
MUST_CHECK enum result webhook_again(struct db *db, int64_t id, int64_t look_at,
                                     const char *outcome);

/* It is over: "done", "ignored", "given_up". Does nothing to one that is. */
extern const struct statement webhook_over_sql;
MUST_CHECK enum result webhook_over(struct db *db, int64_t id, const char *state,
                                    const char *outcome, int64_t now);

#define WEBHOOK_WORK_STATEMENTS                                                                    \
    &webhook_due_sql, &webhook_take_sql, &webhook_again_sql, &webhook_over_sql

#endif
