/*
 * purge_store.h - what is deleted when nobody needs it any more: by age, a little at a time, oldest
 * first. Never the journal, never a payment that was confirmed, never what a customer agreed to.
 *
 * Reviews that nobody confirmed are deleted through views of grants.sql that show nothing else: no
 * program has the right to delete a payment.
 */
#ifndef REMIT_STORE_PURGE_STORE_H
#define REMIT_STORE_PURGE_STORE_H

#include <stdint.h>

#include "common/db/db.h"

enum purge_kind {
    PURGE_REVIEWS,  /* payments that were never confirmed, with what they were to cover */
    PURGE_SESSIONS, /* that ended */
    PURGE_COUNTERS,
    PURGE_MAIL,    /* that was sent, given up, or split into one for each recipient */
    PURGE_IMPORTS, /* that ended: the list of them, not what they brought */
    PURGE_KIND_COUNT
};

const char *purge_kind_name(enum purge_kind kind); /* "reviews" */

/* What is older than an instant. */
MUST_CHECK enum result purge_count(struct db *db, struct arena *arena, enum purge_kind kind,
                                   int64_t before, int64_t *out_count);

/* Deletes some of it in one transaction of fewer than 1,000 rows. *out_count 0: nothing is left. */
MUST_CHECK enum result purge_some(struct db *db, enum purge_kind kind, int64_t before,
                                  uint64_t *out_count);

extern const struct statement purge_reviews_count_sql, purge_sessions_count_sql,
    purge_counters_count_sql, purge_mail_count_sql, purge_imports_count_sql, purge_reviews_list_sql,
    purge_review_covers_sql, purge_review_events_sql, purge_review_sql, purge_sessions_sql,
    purge_counters_sql, purge_mail_sql, purge_imports_sql;

#define PURGE_STATEMENTS                                                                           \
    &purge_reviews_count_sql, &purge_sessions_count_sql, &purge_counters_count_sql,                \
        &purge_mail_count_sql, &purge_imports_count_sql, &purge_reviews_list_sql,                  \
        &purge_review_covers_sql, &purge_review_events_sql, &purge_review_sql,                     \
        &purge_sessions_sql, &purge_counters_sql, &purge_mail_sql, &purge_imports_sql

#endif
