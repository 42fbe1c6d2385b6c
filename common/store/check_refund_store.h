/*
 * check_refund_store.h - the questions of `remit check` about money that went back. In the shape of
 * check_store.h.
 */
#ifndef REMIT_STORE_CHECK_REFUND_STORE_H
#define REMIT_STORE_CHECK_REFUND_STORE_H

#include "common/db/db.h"

/* reference, payment's reference, account's number, kind, state, amount (cents), created_at of the
 * refunds that are being decided on */
extern const struct statement check_refund_open_sql;
MUST_CHECK enum result check_refund_open(struct db *db, db_each_row each, void *context);

extern const struct statement check_refund_covers_sql, check_refund_payment_sql,
    check_refund_allocation_sql, check_refund_state_sql, check_refund_void_sql,
    check_refund_booked_sql, check_refund_credited_sql, check_refund_invoice_sql,
    check_refund_credit_sql, check_refund_return_sql, check_refund_returned_sql,
    check_refund_parts_sql, check_refund_adjustment_sql, check_fee_returned_sql,
    check_twice_refund_sql, check_twice_refund_transaction_sql, check_twice_refund_open_sql,
    check_twice_refund_request_sql;

#define CHECK_REFUND_STATEMENTS                                                                    \
    &check_refund_covers_sql, &check_refund_payment_sql, &check_refund_allocation_sql,             \
        &check_refund_state_sql, &check_refund_void_sql, &check_refund_booked_sql,                 \
        &check_refund_credited_sql, &check_refund_invoice_sql, &check_twice_refund_sql,            \
        &check_twice_refund_transaction_sql, &check_twice_refund_open_sql,                         \
        &check_twice_refund_request_sql, &check_refund_open_sql, &check_refund_credit_sql,         \
        &check_refund_return_sql, &check_refund_returned_sql, &check_refund_parts_sql,             \
        &check_refund_adjustment_sql, &check_fee_returned_sql

#endif
