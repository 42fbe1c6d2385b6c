/*
 * progress_store.h - how far a report of the gateway was read.
 */
#ifndef REMIT_STORE_PROGRESS_STORE_H
#define REMIT_STORE_PROGRESS_STORE_H

#include <stdint.h>

#include "common/db/db.h"

/* Business time; 0: it was never read. */
extern const struct statement progress_read_sql;
MUST_CHECK enum result progress_read(struct db *db, struct arena *arena, const char *name,
                                     int64_t *out_at);

/* Inside a transaction. Of several readers the last one to end counts: a step back only reads
 * something again. */
extern const struct statement progress_write_sql;
MUST_CHECK enum result progress_write(struct db *db, const char *name, int64_t at);

/* Work that is done every so often by one of many: due when it was last done at done_before or
 * earlier, or never, or after now (a clock that went wrong does not stop it), and nobody has it in
 * hand. RESULT_CONFLICT: it is not due, or somebody has.
 * Whoever takes it has it for lease_s by the database's clock, and says at the end when it was
 * done (done_at 0: it came to nothing and is due again after again_s). Inside a transaction. */
extern const struct statement progress_begin_sql, progress_take_sql, progress_done_sql,
    progress_failed_sql;
MUST_CHECK enum result progress_take(struct db *db, const char *name, int64_t now,
                                     int64_t done_before, int64_t lease_s);
MUST_CHECK enum result progress_over(struct db *db, const char *name, int64_t done_at,
                                     int64_t again_s);

#define PROGRESS_TAKE_STATEMENTS                                                                   \
    &progress_begin_sql, &progress_take_sql, &progress_done_sql, &progress_failed_sql

#define PROGRESS_STATEMENTS &progress_read_sql, &progress_write_sql

#endif
