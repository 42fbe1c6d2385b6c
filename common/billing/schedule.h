/*
 * schedule.h - on which days an enrolment drafts. Rules without I/O and without a clock: "today" is
 * the date in the provider's zone that the caller read.
 *
 * Calendar schedules draft on the 1st, the 15th or both of each month; weekends and holidays do not
 * shift them. The due-date schedule drafts on the due days of the invoices it covers.
 */
#ifndef REMIT_BILLING_SCHEDULE_H
#define REMIT_BILLING_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/core/date.h"
#include "common/core/result.h"

enum schedule {
    SCHEDULE_DUE_DATE,
    SCHEDULE_FIRST,     /* the 1st of each month */
    SCHEDULE_FIFTEENTH, /* the 15th */
    SCHEDULE_SPLIT,     /* half on the 1st, the rest on the 15th */
    SCHEDULE_COUNT
};

/* The column's word ("due_date"), for forms too. */
const char *schedule_name(enum schedule schedule);
/* RESULT_INVALID: no such schedule. */
MUST_CHECK enum result schedule_parse(const char *name, enum schedule *out_schedule);
/* The customer's words ("1st of the Month"). */
const char *schedule_word(enum schedule schedule);

/* All but SCHEDULE_DUE_DATE: its days do not depend on invoices. */
bool schedule_is_calendar(enum schedule schedule);

/* ---- calendar schedules ---- */

/* The first draft day later than after. Asserts schedule_is_calendar(). */
struct date schedule_first_day(enum schedule schedule, struct date after);

/* The draft day that a draft on `on` is of: on itself, or the last one before it. Asserts
 * schedule_is_calendar(). */
struct date schedule_day_of(enum schedule schedule, struct date on);

/* The draft days in [from, through], rising; returns how many there are. Of more than max (>= 1)
 * the latest max are written. Asserts schedule_is_calendar(). */
size_t schedule_days(enum schedule schedule, struct date from, struct date through,
                     struct date *out_days, size_t max);

/* ---- any schedule ---- */

/*
 * The next draft day: later than today.
 *
 * due_on, due_count are read for SCHEDULE_DUE_DATE: the due days, in any order, of the covered,
 * issued invoices on which something is still owed, reserved or not. Days up to `after` do not
 * count: the run of the day `after` (its today) has taken or tried what was due by then. When
 * enrolling, after is no date (year 0) and every day counts. The earliest that counts is the next
 * one; where it is not later than today, the day after today is.
 *
 * Year 0: no day is known (only SCHEDULE_DUE_DATE).
 */
struct date schedule_next_day(enum schedule schedule, const struct date *due_on, size_t due_count,
                              struct date after, struct date today);

/* What issuing an invoice makes of the next_on (year 0: none) of a due-date enrolment that covers
 * it: the earlier of it and the invoice's day. */
struct date schedule_join_due_day(struct date next_on, struct date due_on, struct date today);

#endif
