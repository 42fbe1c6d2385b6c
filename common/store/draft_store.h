/*
 * draft_store.h - what happens on a draft day: which enrolments and retries are due, what they
 * cover, and the rows a run writes. Making, changing and ending enrolments is enrolment_store.h.
 *
 * Lists of what is due come in pages along their index, never whole. Every write stands in a
 * transaction of the caller that has begun with account_move().
 */
#ifndef REMIT_STORE_DRAFT_STORE_H
#define REMIT_STORE_DRAFT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/cover_rule.h"
#include "common/billing/draft_rule.h"
#include "common/billing/draft_state.h"
#include "common/billing/retry_rule.h"
#include "common/billing/schedule.h"
#include "common/db/db.h"

/* ---- what is due ---- */

/* An enrolment whose draft day has come, or (draft_id) a draft whose retry day has. */
struct draft_due {
    int64_t account_id, enrolment_id, draft_id;
};

struct draft_dues {
    struct draft_due *list;
    size_t count;
};

/* The first day after `after` and up to `through` on which active enrolments draft; year 0: none.
 * *out_first_id, *out_last_id: theirs. The same of drafts to be tried again. */
extern const struct statement draft_due_day_sql, draft_retry_day_sql;
MUST_CHECK enum result draft_due_day(struct db *db, struct arena *arena, bool of_retries,
                                     struct date after, struct date through, struct date *out_day,
                                     int64_t *out_first_id, int64_t *out_last_id);

/* How many of both there are by a day. */
extern const struct statement draft_due_count_sql;
MUST_CHECK enum result draft_due_count(struct db *db, struct arena *arena, struct date through,
                                       int64_t *out_count);

/* Those of one day with an id above after_id and up to last_id, by id (of the draft for retries),
 * at most limit. */
extern const struct statement draft_due_list_sql, draft_retry_list_sql;
MUST_CHECK enum result draft_due_list(struct db *db, struct arena *arena, bool of_retries,
                                      struct date day, int64_t after_id, int64_t last_id,
                                      int64_t limit, struct draft_dues *out_dues);

/* ---- one of them ---- */

struct draft_enrolment {
    int64_t account_id, id, user_id, method_id, backup_method_id; /* backup 0: none */
    enum schedule schedule;
    int64_t largest_cents;                              /* 0: no limit */
    struct date began_on, next_on, skip_on, noticed_on; /* year 0: none */
    int64_t noticed_cents;                              /* the most that is taken on noticed_on */
    bool is_active;
    int64_t waiting; /* its drafts that wait for a retry */
    /* Its method, and its backup, is a bank account of a person. */
    bool is_persons, backup_is_persons;
};

/* RESULT_NOT_FOUND. */
extern const struct statement draft_enrolment_sql;
MUST_CHECK enum result draft_enrolment(struct db *db, struct arena *arena, int64_t account_id,
                                       int64_t id, struct draft_enrolment *out_enrolment);

/* Active covers of an account. */
extern const struct statement draft_covers_sql;
MUST_CHECK enum result draft_covers(struct db *db, struct arena *arena, int64_t account_id,
                                    struct enrolment_cover **out_list, size_t *out_count);

struct draft_open_invoice {
    struct cover_invoice cover;
    const char *number;
    struct date due_on;
    int64_t free_cents; /* 0 while a payment of it is processing or unknown, or it is disputed */
    bool is_held;       /* one is */
};

/* Open invoices of an account behind (due_on, id), in that order, at most limit. */
extern const struct statement draft_invoices_sql;
MUST_CHECK enum result draft_invoices(struct db *db, struct arena *arena, int64_t account_id,
                                      struct date due_on, int64_t after_id, int64_t limit,
                                      struct draft_open_invoice **out_list, size_t *out_count);

struct draft_row {
    int64_t account_id, id, enrolment_id;
    struct date draft_on, retry_on; /* retry_on year 0: none */
    enum draft_state state;
    enum draft_reason reason;
    int64_t amount_cents;
    int attempts;
    bool used_backup;
    struct date later_on; /* the enrolment's next draft after it; year 0: none */
    bool is_older;        /* than the last change of its enrolment */
};

/* RESULT_NOT_FOUND. */
extern const struct statement draft_find_sql;
MUST_CHECK enum result draft_find(struct db *db, struct arena *arena, int64_t account_id,
                                  int64_t id, struct draft_row *out_draft);

/* The state of an enrolment's draft of a day. RESULT_NOT_FOUND: there is none. */
extern const struct statement draft_of_day_sql;
MUST_CHECK enum result draft_of_day(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t enrolment_id, struct date draft_on,
                                    enum draft_state *out_state);

/* A month's plan, and what its first draft took: read by invoice. */
struct draft_planned {
    int64_t invoice_id, plan_cents, taken_cents;
};

extern const struct statement split_plan_list_sql;
MUST_CHECK enum result split_plan_list(struct db *db, struct arena *arena, int64_t account_id,
                                       int64_t enrolment_id, struct date month_on,
                                       struct draft_planned **out_list, size_t *out_count);

/* Autopay attempts of a method that may have reached a bank, made at `since` or later. */
extern const struct statement draft_tries_sql;
MUST_CHECK enum result draft_tries(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t method_id, int64_t since, int *out_tries);

/* What a draft's attempts came to so far. */
struct draft_attempts {
    int declines, returns;
    bool first_refused;         /* one with the enrolment's own method was, for good */
    int64_t returned_id;        /* the last payment of it that came back; 0: none */
    int64_t returned_method_id; /* and its method */
};

extern const struct statement draft_attempts_sql;
MUST_CHECK enum result draft_attempts(struct db *db, struct arena *arena, int64_t draft_id,
                                      int64_t own_method_id, struct draft_attempts *out_attempts);

/* Which method an attempt used, and which it was. */
extern const struct statement draft_attempt_sql;
MUST_CHECK enum result draft_attempt(struct db *db, struct arena *arena, int64_t account_id,
                                     int64_t payment_id, int64_t *out_method_id, int *out_attempt);

/* What a payment that came back took, and what is free of the same invoices now; out_numbers holds
 * ALLOCATIONS_MAX, theirs. */
extern const struct statement draft_repeat_sql;
MUST_CHECK enum result draft_repeat(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t payment_id, struct draft_taking *out_taking,
                                    const char **out_numbers);

/* An account's number. RESULT_NOT_FOUND. */
extern const struct statement draft_account_sql;
MUST_CHECK enum result draft_account(struct db *db, struct arena *arena, int64_t account_id,
                                     const char **out_number);

/* ---- writing ---- */

/* RESULT_CONFLICT: the enrolment has a draft of that day. closed_at 0: it goes on. */
extern const struct statement draft_add_sql;
MUST_CHECK enum result draft_add(struct db *db, const struct draft_row *draft, int64_t now,
                                 int64_t *out_id);

/* From a state to another, with everything else that is in draft. RESULT_CONFLICT: it is not in
 * that state (any more). */
extern const struct statement draft_move_sql;
MUST_CHECK enum result draft_move(struct db *db, const struct draft_row *draft,
                                  enum draft_state from, int64_t now);

/* An attempt of it is money, or accepted by the bank. Changes nothing where it says so already. */
extern const struct statement draft_taken_sql;
MUST_CHECK enum result draft_taken(struct db *db, int64_t account_id, int64_t id, int64_t now);

/* Ids of an enrolment's drafts that wait for a retry. */
extern const struct statement draft_waiting_sql;
MUST_CHECK enum result draft_waiting(struct db *db, struct arena *arena, int64_t account_id,
                                     int64_t enrolment_id, int64_t **out_list, size_t *out_count);

extern const struct statement split_plan_add_sql;
MUST_CHECK enum result split_plan_add(struct db *db, int64_t account_id, int64_t enrolment_id,
                                      struct date month_on, int64_t invoice_id,
                                      int64_t amount_cents);

/* What a claim is proven by: next_on moves on from where it was read. year 0: no day is known.
 * RESULT_CONFLICT: it is not there any more. */
extern const struct statement enrolment_advance_sql;
MUST_CHECK enum result enrolment_advance(struct db *db, const struct draft_enrolment *enrolment,
                                         struct date next_on, struct date skip_on);

/* ---- when an invoice is issued ---- */

/* The enrolment that pays it looks at it on its due day, where that is one of its days. */
extern const struct statement draft_joins_sql, enrolment_join_sql;
MUST_CHECK enum result draft_join(struct db *db, int64_t account_id, int64_t invoice_id,
                                  const char *billing_type, struct date issued_on,
                                  struct date due_on, struct date today);

/* ---- notices ---- */

/* Active enrolments that draft on a day and were not told of it: those whose method is a bank
 * account, or whose backup is one that is told first (notice_rule.h), or the others; with an id
 * above after_id, by id, at most limit. draft_id is its user. */
extern const struct statement draft_notice_list_sql;
MUST_CHECK enum result draft_notice_list(struct db *db, struct arena *arena, struct date day,
                                         bool is_bank, int64_t after_id, int64_t limit,
                                         struct draft_dues *out_dues);

/* RESULT_CONFLICT: next_on moved, or somebody told of it. */
extern const struct statement enrolment_noticed_sql;
MUST_CHECK enum result enrolment_noticed(struct db *db, int64_t account_id, int64_t id,
                                         struct date next_on, int64_t cents);

/* The same of one that is told first: its next draft is on noticed_on, and takes that at most.
 * next_on: as it was read. */
extern const struct statement enrolment_tell_sql;
MUST_CHECK enum result enrolment_tell(struct db *db, int64_t account_id, int64_t id,
                                      struct date next_on, struct date noticed_on, int64_t cents);

/* Cards of active enrolments whose last day is between, by method: with an id above after_id, at
 * most limit. draft_id is the method, enrolment_id its user. */
extern const struct statement draft_expiring_list_sql;
MUST_CHECK enum result draft_expiring_list(struct db *db, struct arena *arena, struct date from,
                                           struct date through, int64_t after_id, int64_t limit,
                                           struct draft_dues *out_dues);

/* ---- lists of statements ---- */

/* Of whoever records outcomes of drafts, beside those of charges and of ending an enrolment. */
#define DRAFT_FOLLOW_STATEMENTS &draft_attempt_sql, &draft_move_sql, &draft_taken_sql
#define DRAFT_WRITE_STATEMENTS                                                                     \
    &draft_add_sql, &draft_waiting_sql, &split_plan_add_sql, &enrolment_advance_sql,               \
        &payment_claim_new_sql, &payment_cover_sql
#define DRAFT_NOTICE_STATEMENTS                                                                    \
    &draft_notice_list_sql, &enrolment_noticed_sql, &enrolment_tell_sql, &draft_expiring_list_sql
#define DRAFT_JOIN_STATEMENTS &draft_joins_sql, &enrolment_join_sql

#endif
