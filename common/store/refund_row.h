/*
 * refund_row.h - the columns of a refund in one order, for the files of this folder that read some.
 */
#ifndef REMIT_STORE_REFUND_ROW_H
#define REMIT_STORE_REFUND_ROW_H

#include "common/store/refund_store.h"

#define REFUND_COLUMNS(amount)                                                                     \
    "r.account_id, r.id, r.payment_id, p.user_id, r.reference, p.reference, r.kind, r.reopens,"    \
    " p.kind, r.state, " amount ", r.claim_token, r.gateway, p.transaction_id, r.transaction_id,"  \
    " r.response_code, r.response_text, r.created_at, r.deadline_at, r.closed_at, r.look_at,"      \
    " r.looks, r.credit_cents, r.adjustment_cents"
#define REFUND_FROM                                                                                \
    " FROM refund r JOIN payment p ON p.account_id = r.account_id AND p.id = r.payment_id"
enum { REFUND_COLUMN_COUNT = 24 };

/* Every row of a statement with these columns, and behind them, if there is one more, whether the
 * lease is over. */
MUST_CHECK enum result refunds_query(struct db *db, struct arena *arena,
                                     const struct statement *statement, struct bind *binds,
                                     struct refunds *out_refunds);

#endif
