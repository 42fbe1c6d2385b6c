/*
 * retry_rule.h - what follows from the outcome of an attempt of a draft, and when it is tried
 * again. Rules without I/O and without a clock.
 *
 * Every day in here is the provider's calendar day; "today" is the day of the outcome or the run.
 */
#ifndef REMIT_BILLING_RETRY_RULE_H
#define REMIT_BILLING_RETRY_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/billing/draft_state.h"
#include "common/billing/payment_state.h"
#include "common/core/date.h"
#include "common/core/result.h"

/* ---- the provider's days ---- */

/* BANK_RETRIES_MAX, RETURN_RETRY_DAYS: Nacha's limits on presenting a returned debit again. */
enum { RETRY_DAYS_MAX = 8, RETRY_DAY_MAX = 60, BANK_RETRIES_MAX = 2, RETURN_RETRY_DAYS = 180 };

struct retry_days {
    size_t count;
    int days[RETRY_DAYS_MAX];
};

/* "3, 7, 14": at most max (<= RETRY_DAYS_MAX) rising numbers of 1 .. RETRY_DAY_MAX with commas
 * between, spaces around them do not matter. "" is a list without days: no retries.
 * RESULT_INVALID: anything else. */
MUST_CHECK enum result retry_days_parse(const char *text, size_t max, struct retry_days *out_days);

struct retry_settings {
    struct retry_days days;      /* days after the draft day, for declines */
    struct retry_days bank_days; /* banking days after each return; at most BANK_RETRIES_MAX */
    int card_tries;              /* autopay attempts of a card in 30 days, >= 1 */
};

/* ---- which method ---- */

struct retry_method {
    bool is_usable; /* there, active, not expired, its user may use autopay */
    int tries;      /* its autopay attempts of the last 30 days; 0 for a bank account */
};

enum retry_choice { RETRY_WITH_FIRST, RETRY_WITH_BACKUP, RETRY_WITH_NONE };

/* Which method an attempt is made with: the enrolment's own, else its backup, once for each draft.
 * backup NULL: there is none. wants_backup: the draft is in DRAFT_RETRY with DRAFT_WITH_BACKUP, so
 * the backup goes first, used or not. *out_reason is written for RETRY_WITH_NONE: DRAFT_METHOD or
 * DRAFT_TRIES, and the draft fails with it. */
enum retry_choice retry_choose(const struct retry_method *first, const struct retry_method *backup,
                               bool used_backup, bool wants_backup, int card_tries,
                               enum draft_reason *out_reason);

/* ---- after an attempt ---- */

struct attempt {
    enum payment_state state;  /* of its payment; never review or expired */
    bool is_misconfigured;     /* PAYMENT_FAILED because of our own settings */
    const char *decline_class; /* PAYMENT_DECLINED: the column's word: "soft", "hard", "fix_data" */
    const char *return_code;   /* PAYMENT_RETURNED: "R01"; "" when it is not known */
    bool is_backup;            /* made with the backup method */
    bool used_backup;          /* this attempt or an earlier one of the draft was */
    bool first_refused;        /* of a backup's: an earlier one with the first method was refused */
    bool is_off;               /* the enrolment was turned off meanwhile */
    int declines;              /* of the draft, with this one */
    int returns;               /* of the draft, with this one */
    struct retry_method first;
    const struct retry_method *backup; /* NULL: there is none */
    struct date draft_on, today;
    /* The scheduled day after draft_on: that of the enrolment's later draft where there is one,
     * else the enrolment's next_on; year 0: none is known. */
    struct date next_on;
};

struct attempt_decision {
    /* DRAFT_OPEN, DRAFT_TAKEN, DRAFT_RETRY or DRAFT_FAILED. */
    enum draft_state state;
    /* Of DRAFT_FAILED; of DRAFT_RETRY DRAFT_WITH_BACKUP: with the backup, DRAFT_NO_REASON: see
     * retry_choose(). It is kept with the draft, so that a run that dies forgets nothing. */
    enum draft_reason reason;
    struct date retry_on; /* of DRAFT_RETRY; today: at once, in this run where there is one */
    bool repeats;         /* of DRAFT_RETRY: a debit came back: its method and its cents again
                           * (draft_may_repeat()), or not at all (DRAFT_CHANGED) */
    bool stops_run;       /* our settings are wrong: nothing else is charged, a person is told */
    bool method_fails;    /* the attempt's method needs attention */
    bool turns_off;       /* the authorization is gone: the enrolment is turned off */
};

void attempt_decide(const struct attempt *attempt, const struct retry_settings *settings,
                    struct attempt_decision *out_decision);

/* ---- on a retry day ---- */

/* Whether a draft came of a schedule that its enrolment has no more: no draft day is on or before
 * began_on, the day on which the schedule was chosen, and whoever chose it agreed to its own days
 * and amounts. Such a draft is not tried again. */
bool retry_is_replaced(struct date draft_on, struct date began_on);

/* What becomes of a draft in DRAFT_RETRY whose retry_on has come (retry_on <= today): DRAFT_OPEN:
 * try it; DRAFT_FAILED (DRAFT_NEXT_DAY): the next scheduled day came; DRAFT_PERSON (DRAFT_LATE): no
 * run came by for more than catch_up_days. next_on as in struct attempt. */
enum draft_state retry_decide(struct date retry_on, struct date next_on, struct date today,
                              int catch_up_days, enum draft_reason *out_reason);

#endif
