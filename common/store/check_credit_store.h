/*
 * check_credit_store.h - the questions of `remit check` about account credit. In the shape of
 * check_store.h.
 */
#ifndef REMIT_STORE_CHECK_CREDIT_STORE_H
#define REMIT_STORE_CHECK_CREDIT_STORE_H

#include "common/db/db.h"

extern const struct statement check_credit_booked_sql, check_credit_invoice_sql,
    check_twice_credit_sql, check_twice_credit_request_sql;

#define CHECK_CREDIT_STATEMENTS                                                                    \
    &check_credit_booked_sql, &check_credit_invoice_sql, &check_twice_credit_sql,                  \
        &check_twice_credit_request_sql

#endif
