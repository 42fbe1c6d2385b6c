/*
 * enrolment_store.h - who pays what by itself: making, changing and ending enrolments, and reading them.
 * What happens on a draft day is draft_store.h.
 *
 * Every write stands in a transaction of the caller that has begun with account_move().
 */
#ifndef REMIT_STORE_ENROLMENT_STORE_H
#define REMIT_STORE_ENROLMENT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/schedule.h"
#include "common/core/date.h"
#include "common/db/db.h"

enum { ENROLMENT_COVERS_MAX = 200, COVER_KEY_SIZE = 81 };

/* "all", "type:Hosting", "invoice:4711" */
struct enrolment {
    int64_t account_id, id, user_id, method_id, backup_method_id; /* backup 0: none */
    enum schedule schedule;
    const char *scope;        /* all, types, invoices */
    int64_t largest_cents;    /* most per draft; 0: no limit */
    struct date issued_from;  /* year 0: none */
    struct date began_on, next_on, skip_on; /* year 0: none */
    bool is_active;
    const char *off_reason;   /* customer, provider, method, user, taken_over, returned; "" */
    int64_t created_at, changed_at, off_at;
    const char *const *covers; /* cover keys */
    size_t cover_count;
};

struct enrolments {
    struct enrolment *list;
    size_t count;
};

/* Active ones of an account, with their covers, oldest first; at most limit. */
extern const struct statement enrolment_list_sql, enrolment_covers_sql;
MUST_CHECK enum result enrolment_list(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t limit, struct enrolments *out_enrolments);
/* RESULT_NOT_FOUND. Ended ones too. */
extern const struct statement enrolment_find_sql;
MUST_CHECK enum result enrolment_find(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t id, struct enrolment *out_enrolment);

/* *out_id; RESULT_CONFLICT: another active enrolment covers one of its keys (enrolment_holders says which). */
extern const struct statement enrolment_add_sql, enrolment_cover_add_sql;
MUST_CHECK enum result enrolment_add(struct db *db, const struct enrolment *enrolment,
                                     int64_t *out_id);
/* All that can be changed: schedule, scope and covers, largest, backup, method, issued_from, next_on, skip_on.
 * RESULT_CONFLICT as above, or it is off. */
MUST_CHECK enum result enrolment_change(struct db *db, const struct enrolment *enrolment, int64_t now);
/* RESULT_CONFLICT: it is off already. Drafts that wait for a retry end with it. */
extern const struct statement enrolment_off_sql, enrolment_cover_off_sql, enrolment_drafts_off_sql;
MUST_CHECK enum result enrolment_off(struct db *db, int64_t account_id, int64_t id,
                                     const char *reason, int64_t now);
/* The same for every active one of a method (removed) or a user (left the account); a backup method is only taken out of
 * others. Ids of what ended go to arena: each gets its mail. */
MUST_CHECK enum result enrolments_off_of_method(struct db *db, struct arena *arena, int64_t account_id,
                                                int64_t method_id, const char *reason, int64_t now,
                                                struct enrolments *out_ended);

#endif
