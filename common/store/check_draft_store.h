/*
 * check_draft_store.h - the questions of `remit check` about autopay. In the shape of
 * check_store.h.
 */
#ifndef REMIT_STORE_CHECK_DRAFT_STORE_H
#define REMIT_STORE_CHECK_DRAFT_STORE_H

#include "common/db/db.h"

extern const struct statement check_draft_open_sql, check_draft_taken_sql, check_draft_attempts_sql,
    check_draft_amount_sql, check_draft_payment_sql, check_enrolment_covers_sql,
    check_split_plan_sql, check_twice_draft_sql, check_twice_attempt_sql, check_twice_cover_sql;

#define CHECK_DRAFT_STATEMENTS                                                                     \
    &check_draft_open_sql, &check_draft_taken_sql, &check_draft_attempts_sql,                      \
        &check_draft_amount_sql, &check_draft_payment_sql, &check_enrolment_covers_sql,            \
        &check_split_plan_sql, &check_twice_draft_sql, &check_twice_attempt_sql,                   \
        &check_twice_cover_sql

#endif
