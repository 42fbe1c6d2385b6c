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

#define PROGRESS_STATEMENTS &progress_read_sql, &progress_write_sql

#endif
