/*
 * draft_forecast.h - what the next drafts of an enrolment will take, as things stand now. Rules
 * without I/O and without a clock.
 *
 * It goes through the days as a run would (draft_rule.h), with what is known today: invoices to
 * come are not.
 */
#ifndef REMIT_BILLING_DRAFT_FORECAST_H
#define REMIT_BILLING_DRAFT_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/draft_rule.h"
#include "common/core/date.h"

enum { FORECAST_MAX = 2 };

struct forecast_question {
    enum schedule schedule;
    struct date next_on; /* the first day, shifted or not; year 0: none is known */
    struct date skip_on, began_on;
    /* SCHEDULE_SPLIT, next_on a 15th: the 1st of its month was drafted (struct draft_terms), and
     * the invoices have plan_cents and taken_cents. */
    bool has_plan;
    int64_t largest_cents, smallest_cents; /* as in struct draft_terms */
    /* Of one that is told first (notice_rule.h); else all 0. What the first draft leaves is told of
     * on its day, at the earliest. */
    int64_t notice_days;
    int64_t first_cents;  /* what was told of the first draft, its most; 0: nothing was */
    struct date first_on; /* the first draft waits until then where it takes something; year 0 */
    /* Those the enrolment covers, oldest due first, at most ALLOCATIONS_MAX. Written to. */
    struct draft_invoice *invoices;
    size_t count;
};

struct forecast {
    struct date on;
    bool is_skipped;
    enum draft_amount amount;
    int64_t amount_cents; /* 0 when it takes nothing, or is skipped */
};

/* How many days are known: 0 .. FORECAST_MAX. Invoices without free cents, because a payment of
 * them is on its way, take no part. */
size_t draft_forecast(const struct forecast_question *question,
                      struct forecast out_forecasts[FORECAST_MAX]);

#endif
