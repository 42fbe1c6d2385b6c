/*
 * dispute_store.h - invoices paid with a card whose bank took the money back: due again, and left
 * out of autopay while they are disputed. Inside a transaction, after account_move().
 */
#ifndef REMIT_STORE_DISPUTE_STORE_H
#define REMIT_STORE_DISPUTE_STORE_H

#include <stdint.h>

#include "common/db/db.h"

/* Before invoices_unpay() of a refund: a dispute ended where its invoice was paid in full. After
 * it, of a chargeback: what it makes due again is disputed, and its adjustment invoice too (number;
 * NULL: there is none). */
extern const struct statement invoice_settled_sql, invoice_dispute_sql, invoice_dispute_one_sql,
    invoice_dispute_end_sql;
MUST_CHECK enum result invoices_disputes_end(struct db *db, int64_t account_id, int64_t refund_id);
MUST_CHECK enum result invoices_dispute(struct db *db, int64_t account_id, int64_t refund_id,
                                        const char *number, int64_t now);
/* The provider ends it: autopay takes the invoice again. RESULT_CONFLICT: it is not disputed. */
MUST_CHECK enum result invoice_dispute_end(struct db *db, int64_t account_id, int64_t invoice_id);

#endif
