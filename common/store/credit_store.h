/*
 * credit_store.h - what an account has in its favour. Inside a transaction, after account_move().
 */
#ifndef REMIT_STORE_CREDIT_STORE_H
#define REMIT_STORE_CREDIT_STORE_H

#include <stdint.h>

#include "common/db/db.h"

/* RESULT_NOT_FOUND: no such account. */
extern const struct statement credit_read_sql;
MUST_CHECK enum result credit_read(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t *out_cents);

/* Adds cents, or takes them where they are negative. RESULT_CONFLICT: there are not as many. */
extern const struct statement credit_move_sql;
MUST_CHECK enum result credit_move(struct db *db, int64_t account_id, int64_t cents);

#endif
