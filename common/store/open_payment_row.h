/*
 * open_payment_row.h - the columns of a payment that is not final in one order, for the files of
 * this folder that read some.
 */
#ifndef REMIT_STORE_OPEN_PAYMENT_ROW_H
#define REMIT_STORE_OPEN_PAYMENT_ROW_H

#include "common/store/charge_store.h"

/* lease_is_over: an expression. */
#define OPEN_PAYMENT_COLUMNS(lease_is_over)                                                        \
    "SELECT account_id, id, user_id, method_id, reference, kind, state, claim_token,"              \
    " amount_cents, credit_cents, confirmed_at, deadline_at, looks, look_at, "                     \
    "draft_id, " lease_is_over " FROM payment"
enum { OPEN_PAYMENT_COLUMN_COUNT = 16 };

MUST_CHECK enum result open_payments_query(struct db *db, struct arena *arena,
                                           const struct statement *statement, struct bind *binds,
                                           struct open_payments *out_payments);

#endif
