/*
 * drafting.h - what the files of drafts share: what is known of one enrolment whose day has come,
 * and what the rules make of it. For draft*.c alone.
 */
#ifndef REMIT_PROGRAM_DRAFTING_H
#define REMIT_PROGRAM_DRAFTING_H

#include "common/billing/notice_rule.h"
#include "common/program/draft.h"
#include "common/store/charge_store.h"
#include "common/store/draft_store.h"

/* A method as a draft sees it. */
struct draft_method {
    int64_t id;
    bool user_may;             /* its user is there and may use autopay */
    struct charge_facts facts; /* where it is there */
    struct retry_method rule;
};

/* today: of the run. Never RESULT_NOT_FOUND: what is not there cannot be used. */
MUST_CHECK enum result draft_method_read(struct db *db, struct arena *arena, int64_t account_id,
                                         int64_t user_id, int64_t method_id, struct date today,
                                         int64_t now, struct draft_method *out_method);

enum draft_plan_end {
    DRAFT_PLAN_LOST,    /* not due (any more): somebody else was here */
    DRAFT_PLAN_OFF,     /* its user may not use autopay any more */
    DRAFT_PLAN_WAIT,    /* its user is told first: no row, and next_on moves to notice.on */
    DRAFT_PLAN_ROW,     /* nothing is charged: row says why */
    DRAFT_PLAN_ATTEMPT, /* take taking with method */
};

struct draft_plan {
    enum draft_plan_end end;
    struct draft_enrolment enrolment;
    bool is_retry;
    struct draft_row row;          /* as it becomes; of a retry with its id, and was it then */
    struct draft_row was;          /* of a retry: as it is */
    struct draft_decision days;    /* of a new one: the merged days */
    struct date next_on;           /* of a new one: what comes after it, or what it waits for */
    struct notice_decision notice; /* of a new one that would take something */
    bool fixes_plan;               /* of a new one: the invoices' plan_cents are to be written */
    struct draft_invoice invoices[ALLOCATIONS_MAX];
    size_t count;
    struct draft_taking taking;
    const char *numbers[ALLOCATIONS_MAX]; /* of taking's invoices */
    bool with_backup;
    struct draft_method method; /* of the attempt */
};

/* Reads and decides, and writes nothing. Inside a transaction after account_move(), or outside for
 * a look. Texts live in arena. */
MUST_CHECK enum result draft_plan(struct running *running, struct db *db, struct arena *arena,
                                  const struct draft_due *due, struct date today, int64_t now,
                                  struct draft_plan *out_plan);

/* ---- a claim ---- */

enum draft_claim_end {
    DRAFT_CLAIM_LOST,  /* not due any more */
    DRAFT_CLAIM_BUSY,  /* in the way of each other again and again: the next run */
    DRAFT_CLAIM_OFF,   /* turned off: its user may not use autopay any more */
    DRAFT_CLAIM_WAIT,  /* its user is told first */
    DRAFT_CLAIM_ROW,   /* a row, and no attempt */
    DRAFT_CLAIM_TAKEN, /* ours to send */
};

struct draft_claim {
    struct draft_due due;
    struct arena *arena; /* its own; of the attempt's texts */
    unsigned char token[CLAIM_TOKEN_BYTES];
    char reference[REFERENCE_SIZE];
    int64_t payment_id; /* of an earlier try too: to know it by */
    bool is_committed;
    /* How it ended. */
    enum draft_claim_end end;
    int64_t draft_id;
    enum draft_state state; /* of the row */
    enum draft_reason reason;
    size_t merged;
    int64_t ended;        /* drafts that waited for a retry, over with this one */
    int64_t amount_cents; /* of the attempt, or what was too little */
    size_t allocations;
    int64_t user_id, method_id;
    struct charge_facts facts; /* texts in arena */
};

/* Claims the first *out_done of count (in order of account; as many as make no transaction of 1,000
 * rows) in one transaction, or one by one where that does not work. RESULT_OK: each of those has an
 * end. Anything else: the database. Nothing is sent. */
MUST_CHECK enum result draft_claims(struct running *running, struct draft_claim *const *list,
                                    size_t count, struct date today, size_t *out_done);

/* ---- what is due ---- */

/* Walks what is due by a day, in pages. Each drafter begins somewhere else, so that several do not
 * stand in each other's way; each row is seen once. */
struct draft_cursor {
    bool of_retries, is_wrapped, is_over;
    struct date today, day;
    int64_t first_id, start_id, after_id, last_id;
    struct arena *arena; /* of the page */
    struct draft_dues page;
    size_t at;
};

void draft_cursor_open(struct draft_cursor *cursor, bool of_retries, struct date today);
void draft_cursor_close(struct draft_cursor *cursor);
/* *out_due NULL: there is no more. Valid until the next call. */
MUST_CHECK enum result draft_cursor_next(struct draft_cursor *cursor, struct db *db,
                                         const struct draft_due **out_due);

MUST_CHECK enum result draft_run_dry(struct running *running, struct date today,
                                     struct draft_summary *out_summary);

/* Counts one of them; claim and plan say the same. */
void draft_row_tally(struct draft_summary *summary, enum draft_state state,
                     enum draft_reason reason, int64_t cents);

/* Tells of a draft before its day, of an enrolment that is told first: notice is NOTICE_TELLS.
 * Part of a transaction. RESULT_CONFLICT: next_on moved, or somebody told. */
MUST_CHECK enum result draft_tell(struct db *db, const struct draft_enrolment *enrolment,
                                  const struct notice_decision *notice, int64_t cents, int64_t now);

/* What its notice makes of a draft of it that would take something on a day. */
struct notice_decision draft_notice(const struct settings *settings,
                                    const struct draft_enrolment *enrolment, struct date today);

/* Mails and marks that a draft's end asks for: part of a transaction. */
MUST_CHECK enum result draft_failed_tell(struct db *db, int64_t account_id, int64_t draft_id,
                                         int64_t user_id, int64_t now);
MUST_CHECK enum result draft_turn_off(struct db *db, int64_t account_id, int64_t enrolment_id,
                                      const char *reason, int64_t now);

#endif
