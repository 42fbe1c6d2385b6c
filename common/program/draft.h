/*
 * draft.h - what happens on a draft day: enrolments and retries that are due are claimed, sent many
 * at a time and recorded, by the order of a charge (charge.h). For the service `drafter` and for
 * `remit autopay run` alike; any number may run at once.
 *
 *   claim    one transaction of one account or several: account_move() first; the user, the method
 *            and what is free are read again, the rules decide, the draft's row, its payment and
 *            its reservations are written, next_on moves on. It holds once COMMIT is proven.
 *   send     once, while less than half of the lease has passed.
 *   record   charge_answers_record(): the outcome, and what it makes of the draft (draft_follow.h).
 *
 * What is due is read in pages, never whole, and memory does not grow with it.
 */
#ifndef REMIT_PROGRAM_DRAFT_H
#define REMIT_PROGRAM_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/billing/draft_state.h"
#include "common/core/date.h"
#include "common/program/charge.h"
#include "common/program/enrolling.h"
#include "common/store/draft_store.h"

/* ---- a run ---- */

struct draft_tally {
    int64_t count, cents;
};

struct draft_summary {
    /* Each claim of a draft ends in one of these. */
    struct draft_tally planned; /* attempts, of new drafts and of those tried again */
    struct draft_tally retried; /* of planned: those tried again */
    struct draft_tally skipped, merged, nothing, below_smallest, person, unusable, next_day,
        changed;
    struct draft_tally waiting;    /* whose user is told first: with what they would have taken */
    struct draft_tally turned_off; /* enrolments whose user may not use autopay any more */
    struct draft_tally busy, lost; /* left for the next run; taken by another drafter */
    /* Each attempt in one of these; not in those that only look. */
    struct draft_tally drafted, pending, unknown, refused, not_charged, misconfigured, unrecorded;
    struct draft_tally declined_soft, declined_hard, declined_fix_data;
    /* What became of the drafts of attempts without money. */
    struct draft_tally retry, failed;
    bool is_stopped;       /* the end was asked for */
    bool is_misconfigured; /* our settings are wrong: a person is told */
    bool is_away;          /* the gateway cannot be reached: the next run */
};

/* Told now and then, for a bar: how many of those due at the start were taken up. */
typedef void (*draft_progress)(const struct draft_summary *summary, int64_t seen, int64_t due,
                               unsigned in_flight, void *context);

struct draft_options {
    struct date today;
    bool is_dry;             /* looks, and writes nothing; no gateway is asked */
    draft_progress progress; /* may be NULL */
    void *context;
};

/* RESULT_OK; anything else: the database. *out_summary says what was done until then in either
 * case. running has a gateway unless is_dry. */
MUST_CHECK enum result draft_run(struct running *running, const struct draft_options *options,
                                 struct draft_summary *out_summary);

/* Opens the gateway as charge_open() does, with room for many connections. */
MUST_CHECK enum result draft_open(struct running *running);

/* ---- a look ---- */

/* What one enrolment's draft, or its next try, would take. */
struct draft_look {
    int64_t account_id, enrolment_id;
    bool is_retry;
    struct date draft_on;
    enum draft_state state; /* DRAFT_OPEN: taken, else why nothing is */
    enum draft_reason reason;
    bool is_off;
    struct date waits_until; /* with DRAFT_OPEN: its user is told first, and it is taken then */
    int64_t amount_cents;
    const char *brand, *last_four; /* of the method */
    const struct allocation *list;
    const char *const *numbers;
    size_t count;
};

typedef void (*draft_looked)(const struct draft_look *look, void *context);

/* Everything that is due on a day, by the same rules, with nothing written. */
MUST_CHECK enum result draft_preview(struct running *running, struct date today, draft_looked each,
                                     void *context);

/* Of one enrolment: texts live in arena. RESULT_NOT_FOUND: it is not due by then. */
MUST_CHECK enum result draft_look_one(struct running *running, struct arena *arena,
                                      int64_t account_id, int64_t enrolment_id, struct date today,
                                      int64_t now, struct draft_look *out_look);

/* ---- notices ---- */

/* Mail ahead of draft days, and of cards that expire next month: once each. */
MUST_CHECK enum result draft_notices(struct running *running, struct date today);

/* ---- lists of statements ---- */

/* Of whoever records outcomes of drafts, beside CHARGE_STATEMENTS. */
#define DRAFT_RECORD_STATEMENTS                                                                    \
    DRAFT_FOLLOW_STATEMENTS, &draft_find_sql, &draft_enrolment_sql, &draft_attempts_sql,           \
        &draft_tries_sql, ENROLLING_OFF_STATEMENTS
#define DRAFT_RUN_STATEMENTS                                                                       \
    DRAFT_RECORD_STATEMENTS, DRAFT_WRITE_STATEMENTS, DRAFT_NOTICE_STATEMENTS, &draft_due_day_sql,  \
        &draft_retry_day_sql, &draft_due_count_sql, &draft_due_list_sql, &draft_retry_list_sql,    \
        &draft_covers_sql, &draft_invoices_sql, &draft_of_day_sql, &split_plan_list_sql,           \
        &draft_repeat_sql

#endif
