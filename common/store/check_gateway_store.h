/*
 * check_gateway_store.h - what `remit check --gateway` reads of payments. Inside the transaction of
 * check_store.h's questions.
 */
#ifndef REMIT_STORE_CHECK_GATEWAY_STORE_H
#define REMIT_STORE_CHECK_GATEWAY_STORE_H

#include <stdint.h>

#include "common/db/db.h"

/* When its first payment was confirmed; 0: it has none. */
extern const struct statement check_gateway_since_sql;
MUST_CHECK enum result check_gateway_since(struct db *db, struct arena *arena, const char *gateway,
                                           int64_t *out_since);

/* reference, state, amount, refunded (cents) of the gateway's payments, by reference in byte order;
 * then kind and amount of the refund that is being decided on ("" and 0: none), and whether it was
 * money before it was returned. Refunded is what we sent back: what a bank took back is not in it.
 */
extern const struct statement check_gateway_payments_sql;
MUST_CHECK enum result check_gateway_payments(struct db *db, const char *gateway, db_each_row each,
                                              void *context);

#define CHECK_GATEWAY_STATEMENTS &check_gateway_since_sql, &check_gateway_payments_sql

#endif
