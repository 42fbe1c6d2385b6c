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
    PURGE_SESSIONS, /* that ended, or were not seen for too long */
    PURGE_LINKS,    /* of mails, which are of no use any more */
    PURGE_COUNTERS,
    PURGE_MAIL,     /* that was sent, given up, or split into one for each recipient */
    PURGE_IMPORTS,  /* that ended: the list of them, not what they brought */
    PURGE_WEBHOOKS, /* bodies of events that are over: that they came is kept for good */
    PURGE_KIND_COUNT
};

const char *purge_kind_name(enum purge_kind kind); /* "reviews" */

/* What is older than at. Of sessions also what was not seen since seen_at, and nothing that ends
 * after ends_at, so that those that live are not read. now: kept with what stays of it. */
struct purge_before {
    int64_t at, seen_at, ends_at, now;
};

MUST_CHECK enum result purge_count(struct db *db, struct arena *arena, enum purge_kind kind,
                                   const struct purge_before *before, int64_t *out_count);

/* Deletes some of it in one transaction of fewer than 1,000 rows. *out_count 0: nothing is left. */
MUST_CHECK enum result purge_some(struct db *db, enum purge_kind kind,
                                  const struct purge_before *before, uint64_t *out_count);

extern const struct statement purge_reviews_count_sql, purge_sessions_count_sql,
    purge_links_count_sql, purge_links_sql, purge_counters_count_sql, purge_mail_count_sql,
    purge_imports_count_sql, purge_reviews_list_sql, purge_review_covers_sql,
    purge_review_events_sql, purge_review_sql, purge_sessions_sql, purge_counters_sql,
    purge_mail_sql, purge_imports_sql, purge_webhooks_count_sql, purge_webhooks_sql;

#define PURGE_STATEMENTS                                                                           \
    &purge_reviews_count_sql, &purge_sessions_count_sql, &purge_counters_count_sql,                \
        &purge_mail_count_sql, &purge_imports_count_sql, &purge_reviews_list_sql,                  \
        &purge_review_covers_sql, &purge_review_events_sql, &purge_review_sql,                     \
        &purge_sessions_sql, &purge_links_count_sql, &purge_links_sql, &purge_counters_sql,        \
        &purge_mail_sql, &purge_imports_sql, &purge_webhooks_count_sql, &purge_webhooks_sql

#endif
