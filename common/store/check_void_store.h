/*
 * check_void_store.h - the questions of `remit check` about invoices that are void, and about what
 * is told of the journal (check_store.h).
 */
#ifndef REMIT_STORE_CHECK_VOID_STORE_H
#define REMIT_STORE_CHECK_VOID_STORE_H

#include "common/db/db.h"

extern const struct statement check_void_booked_sql, check_void_reversed_sql, check_void_credit_sql,
    check_payment_moved_sql, check_feed_sql;

#define CHECK_VOID_STATEMENTS                                                                      \
    &check_void_booked_sql, &check_void_reversed_sql, &check_void_credit_sql,                      \
        &check_payment_moved_sql, &check_feed_sql

#endif
