/*
 * check_activity_store.h - the questions of `remit check` about the journal added up by day, month
 * and year. In the shape of check_store.h.
 */
#ifndef REMIT_STORE_CHECK_ACTIVITY_STORE_H
#define REMIT_STORE_CHECK_ACTIVITY_STORE_H

#include "common/db/db.h"

extern const struct statement check_activity_entries_sql, check_activity_balance_sql,
    check_activity_money_sql, check_activity_tax_sql;

#define CHECK_ACTIVITY_STATEMENTS                                                                  \
    &check_activity_entries_sql, &check_activity_balance_sql, &check_activity_money_sql,           \
        &check_activity_tax_sql

#endif
