/*
 * enrolment_next_store.h - when an enrolment drafts next, what is left of a split month, and who
 * may manage autopay.
 */
#ifndef REMIT_STORE_ENROLMENT_NEXT_STORE_H
#define REMIT_STORE_ENROLMENT_NEXT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/date.h"
#include "common/db/db.h"

/* Inside a transaction, after account_move(). Does nothing to one that is off. */
extern const struct statement enrolment_next_sql;
MUST_CHECK enum result enrolment_next(struct db *db, int64_t account_id, int64_t id,
                                      struct date next_on);

struct plan_row {
    int64_t invoice_id, plan_cents;
    int64_t taken_cents; /* by the draft of the 1st, as money or pending, refunded since or not */
};

struct enrolment_plan {
    bool was_drafted; /* the 1st has a draft, whatever it took: the plan holds */
    struct plan_row *list;
    size_t count;
};

/* Of the month that begins on month_on. */
extern const struct statement enrolment_plan_sql;
MUST_CHECK enum result enrolment_plan(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t id, struct date month_on,
                                      struct enrolment_plan *out_plan);

struct enrolment_retry {
    struct date draft_on, retry_on;
    int64_t amount_cents; /* of its last attempt */
    bool is_returned;     /* a bank sent it back: the same is presented again */
};

/* Its drafts that wait to be tried again, the oldest first. */
extern const struct statement enrolment_retries_sql;
MUST_CHECK enum result enrolment_retries(struct db *db, struct arena *arena, int64_t account_id,
                                         int64_t id, struct enrolment_retry **out_list,
                                         size_t *out_count);

/* Inside a transaction, after account_move(): an active member with the permission. */
extern const struct statement enrolment_user_may_sql;
MUST_CHECK enum result enrolment_user_may(struct db *db, struct arena *arena, int64_t account_id,
                                          int64_t user_id, bool *out_may);

#endif
