/*
 * draft_rule.h - what becomes of an enrolment whose draft day has come: which day is drafted, and
 * which cents of which invoices. Rules without I/O and without a clock.
 *
 * A run asks twice. draft_decide() says which of the missed days is drafted; where its state is
 * DRAFT_OPEN, draft_take() says what is taken. On the 1st of SCHEDULE_SPLIT the month's plan is
 * fixed between the two (draft_plan_fix()).
 */
#ifndef REMIT_BILLING_DRAFT_RULE_H
#define REMIT_BILLING_DRAFT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/allocation.h"
#include "common/billing/draft_state.h"
#include "common/billing/schedule.h"
#include "common/core/date.h"

/* A covered invoice. Lists of them come oldest due first (due_on, then id), at most
 * ALLOCATIONS_MAX. */
struct draft_invoice {
    int64_t id;
    struct date issued_on, due_on;
    int64_t free_cents; /* what a payment may take now, >= 0 */
    /* SCHEDULE_SPLIT: its row of the month's plan; 0: it is not in the plan. */
    int64_t plan_cents;
    /* SCHEDULE_SPLIT on the 15th: what the month's draft of the 1st took of it and is money or
     * pending, refunded since or not; >= 0. 0 on the 1st. */
    int64_t taken_cents;
};

/* ---- which day ---- */

/* More missed days than these: the earliest get no row. */
enum { DRAFT_MERGED_MAX = 64 };

struct draft_question {
    enum schedule schedule;
    struct date next_on; /* of the enrolment: not later than today */
    struct date today;
    struct date skip_on; /* year 0: no day is left out */
    int catch_up_days;   /* a day missed for longer is a person's to decide; >= 0 */
    /* Read for SCHEDULE_DUE_DATE; those without free cents have no draft day. */
    const struct draft_invoice *invoices;
    size_t invoice_count;
};

struct draft_decision {
    /* DRAFT_OPEN: see draft_take(); DRAFT_SKIPPED, DRAFT_PERSON, DRAFT_NOTHING: nothing is charged.
     * Whichever it is, the row of draft_on gets it and next_on advances. */
    enum draft_state state;
    enum draft_reason reason; /* DRAFT_LATE of DRAFT_PERSON */
    /* The last missed day, next_on at the earliest; where next_on of a calendar schedule was
     * shifted (notice_rule.h) and no draft day has come since: the draft day before it. */
    struct date draft_on;
    /* The missed days before it, rising: each gets a row in DRAFT_MERGED. */
    struct date merged[DRAFT_MERGED_MAX];
    size_t merged_count;
};

void draft_decide(const struct draft_question *question, struct draft_decision *out_decision);

/* ---- what it takes ---- */

struct draft_terms {
    enum schedule schedule;
    struct date draft_on; /* SCHEDULE_SPLIT: a 1st or a 15th */
    struct date began_on; /* of the enrolment, or of its change to this schedule */
    /* SCHEDULE_SPLIT on the 15th: the 1st of the month was drafted, whatever it took, so its plan
     * holds, an empty one too. false: the 1st was missed, skipped or before the enrolment. */
    bool has_plan;
    /* Most of one draft: the least of the enrolment's and the provider's limits; 0: no limit. */
    int64_t largest_cents;
    int64_t smallest_cents; /* a smaller payment is not made */
};

/* SCHEDULE_SPLIT on the 1st, once, before draft_take(): fixes plan_cents of every invoice: all that
 * is free of those issued by then. Returns the covered total; rows with 0 are not written. A retry
 * of the draft reads its plan back instead. */
int64_t draft_plan_fix(const struct draft_terms *terms, struct draft_invoice *invoices,
                       size_t count);

enum draft_amount {
    DRAFT_TAKES,
    DRAFT_TAKES_NOTHING,   /* nothing of it is due: DRAFT_NOTHING */
    DRAFT_TAKES_TOO_LITTLE /* below smallest_cents: DRAFT_NOTHING, DRAFT_BELOW_SMALLEST */
};

struct draft_taking {
    enum draft_amount amount;
    int64_t amount_cents;                    /* sum of list; of DRAFT_TAKES_TOO_LITTLE too */
    struct allocation list[ALLOCATIONS_MAX]; /* each with cents */
    size_t count;
};

/* For the first attempt and for each retry (but a returned debit's: draft_may_repeat()). */
enum draft_amount draft_take(const struct draft_terms *terms, const struct draft_invoice *invoices,
                             size_t count, struct draft_taking *out_taking);

/* Whether a returned debit may be presented again: list has the cents it took (amount_cents) and
 * what is free of the same invoices now, and each still has room. Anything else would be a new
 * debit. */
bool draft_may_repeat(const struct allocation *list, size_t count);

#endif
