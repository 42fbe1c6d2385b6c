/*
 * remind_rule.h - which invoices a customer is reminded of, and when. Rules without I/O and without
 * a clock; "today" is the provider's calendar day.
 */
#ifndef REMIT_BILLING_REMIND_RULE_H
#define REMIT_BILLING_REMIND_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/billing/retry_rule.h"
#include "common/billing/schedule.h"
#include "common/core/date.h"

/* REMIND_LATE_DAYS: a reminder that could not be written on its day is made up for so long.
 * REMIND_BACK_DAYS: no due date longer ago is anybody's business. */
enum {
    REMIND_SOON_MAX = 30,
    REMIND_LATE_DAYS = 3,
    REMIND_BACK_DAYS = RETRY_DAY_MAX + REMIND_LATE_DAYS
};

struct remind_invoice {
    struct date issued_on, due_on;
    struct date told_on; /* when the mail about its being issued was written; year 0: none was */
    int64_t free_cents;  /* neither paid nor in progress */
};

/* The enrolment that pays an invoice (cover_rule.h). */
struct remind_cover {
    enum schedule schedule;
    struct date began_on; /* no draft day of it is on or before this one */
};

/* Ahead of its due date. cover NULL: no autopay; with it there is mail about the draft instead.
 * Nor where the mail about its being issued came in the same days, or it was due at once. */
bool remind_wants_soon(const struct remind_invoice *invoice, const struct remind_cover *cover,
                       int64_t soon_days);

/* After its due date, on a day that is a step's. With autopay only once a draft could have taken
 * it: what its schedule takes later is late for nobody. */
bool remind_wants_overdue(const struct remind_invoice *invoice, const struct remind_cover *cover,
                          struct date today);

/* *out_step: the last of the steps (days after the due date) whose day has come. false: there is
 * none, or its day is more than REMIND_LATE_DAYS ago. */
bool remind_step(const struct retry_days *steps, struct date due_on, struct date today,
                 int *out_step);

#endif
