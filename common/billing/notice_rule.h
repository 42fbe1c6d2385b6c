/*
 * notice_rule.h - bank accounts of persons are debited for amounts that vary only once their holder
 * was told of the amount and the day (Regulation E, 12 CFR 1005.10(d)). Rules without I/O and
 * without a clock.
 *
 * A notice is a day (noticed_on) and the most that is taken on it (noticed_cents). An enrolment
 * without one that fits waits for it, and what was billed after the notice for the next draft.
 */
#ifndef REMIT_BILLING_NOTICE_RULE_H
#define REMIT_BILLING_NOTICE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/date.h"

struct notice_terms {
    /* The enrolment's own method, and its backup, is a bank account of a person. */
    bool is_persons, backup_is_persons;
    int64_t largest_cents; /* most per draft, which its user agreed to; 0: none */
    int64_t notice_days;   /* Autopay.BankNoticeDays; 0: nobody is told first */
};

bool notice_is_first(const struct notice_terms *terms);

struct notice_question {
    bool is_first; /* notice_is_first() */
    struct date next_on;
    struct date noticed_on; /* year 0: no notice */
    int64_t noticed_cents;  /* 0: no notice */
    int64_t notice_days;    /* >= 1 where is_first */
    struct date today;      /* of the claim (next_on <= today), or of the round of notices before */
};

enum notice_end {
    NOTICE_NEEDLESS, /* not told first */
    NOTICE_EARLY,    /* before the round of notices of that day: it is told later */
    NOTICE_TOLD,     /* before its day, told already */
    NOTICE_IN_FORCE, /* to be drafted: at most cents */
    NOTICE_WAITS,    /* told of a later day: next_on becomes it */
    NOTICE_TELLS     /* to be told: of the day on and what it would take; next_on becomes it */
};

struct notice_decision {
    enum notice_end end;
    int64_t cents;  /* of NOTICE_IN_FORCE; else 0 */
    struct date on; /* of NOTICE_WAITS and NOTICE_TELLS; else year 0 */
};

/* Of a draft that would take something. */
struct notice_decision notice_decide(const struct notice_question *question);

#endif
