#include "common/billing/draft_forecast.h"

#include <assert.h>

#include "common/money/money.h"

/* What a draft took is not there for the next one. */
static void taken(struct draft_invoice *invoices, size_t count, const struct draft_taking *taking) {
    for (size_t at = 0; at < taking->count; at++)
        for (size_t row = 0; row < count; row++)
            if (invoices[row].id == taking->list[at].invoice_id) {
                int64_t cents = taking->list[at].amount_cents;

                invoices[row].free_cents = money_subtract(invoices[row].free_cents, cents);
                invoices[row].taken_cents = money_add(invoices[row].taken_cents, cents);
            }
}

/* What a notice of that day left of what is due: it is looked at the day after. */
static bool is_cut(const struct forecast_question *question, const struct forecast *forecast) {
    if (question->schedule != SCHEDULE_DUE_DATE || !question->notice_days ||
        forecast->amount != DRAFT_TAKES || forecast->is_skipped)
        return false;
    for (size_t row = 0; row < question->count; row++)
        if (question->invoices[row].free_cents > 0 &&
            date_compare(question->invoices[row].due_on, forecast->on) <= 0)
            return true;
    return false;
}

static struct date day_after(const struct forecast_question *question,
                             const struct forecast *forecast) {
    struct date due_on[ALLOCATIONS_MAX];
    size_t count = 0;

    if (is_cut(question, forecast))
        return date_add_days(forecast->on, 1);
    for (size_t row = 0; row < question->count; row++)
        if (question->invoices[row].free_cents > 0)
            due_on[count++] = question->invoices[row].due_on;
    return schedule_next_day(question->schedule, due_on, count, forecast->on, forecast->on);
}

/* Which draft day a draft of that day is of. */
static struct date draft_day(const struct forecast_question *question, struct date day) {
    return schedule_is_calendar(question->schedule) ? schedule_day_of(question->schedule, day)
                                                    : day;
}

static struct forecast day_forecast(const struct forecast_question *question, struct date day,
                                    bool is_first, bool has_plan) {
    struct draft_terms terms = {
        .schedule = question->schedule,
        .draft_on = draft_day(question, day),
        .began_on = question->began_on,
        .has_plan = has_plan,
        .largest_cents = question->largest_cents,
        .smallest_cents = question->smallest_cents,
    };
    struct draft_taking taking;
    struct forecast forecast = {.on = day, .amount = DRAFT_TAKES_NOTHING};

    if (is_first && question->first_cents &&
        (!terms.largest_cents || question->first_cents < terms.largest_cents))
        terms.largest_cents = question->first_cents;
    if (date_compare(day, question->skip_on) == 0 ||
        date_compare(terms.draft_on, question->skip_on) == 0) {
        forecast.is_skipped = true;
        return forecast;
    }
    if (question->schedule == SCHEDULE_SPLIT && terms.draft_on.day == 1)
        (void)draft_plan_fix(&terms, question->invoices, question->count);
    forecast.amount = draft_take(&terms, question->invoices, question->count, &taking);
    if (forecast.amount != DRAFT_TAKES)
        return forecast;
    forecast.amount_cents = taking.amount_cents;
    taken(question->invoices, question->count, &taking);
    return forecast;
}

size_t draft_forecast(const struct forecast_question *question,
                      struct forecast out_forecasts[FORECAST_MAX]) {
    struct date day = question->next_on, until = question->first_on;
    bool has_plan = question->has_plan;
    size_t count = 0;

    assert(question->count <= ALLOCATIONS_MAX);
    while (count < FORECAST_MAX && day.year) {
        struct forecast *forecast = &out_forecasts[count];

        *forecast = day_forecast(question, day, count == 0, has_plan);
        if (forecast->amount == DRAFT_TAKES && !forecast->is_skipped &&
            date_compare(day, until) < 0)
            forecast->on = until;
        has_plan = draft_day(question, day).day == 1 && !forecast->is_skipped;
        count++;
        if (question->notice_days)
            until = date_add_days(forecast->on, (int32_t)question->notice_days);
        day = day_after(question, forecast);
    }
    return count;
}
