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

static struct date day_after(const struct forecast_question *question, struct date day) {
    struct date due_on[ALLOCATIONS_MAX];
    size_t count = 0;

    for (size_t row = 0; row < question->count; row++)
        if (question->invoices[row].free_cents > 0)
            due_on[count++] = question->invoices[row].due_on;
    return schedule_next_day(question->schedule, due_on, count, day, day);
}

static struct forecast day_forecast(const struct forecast_question *question, struct date day,
                                    bool has_plan) {
    struct draft_terms terms = {
        .schedule = question->schedule,
        .draft_on = day,
        .began_on = question->began_on,
        .has_plan = has_plan,
        .largest_cents = question->largest_cents,
        .smallest_cents = question->smallest_cents,
    };
    struct draft_taking taking;
    struct forecast forecast = {.on = day, .amount = DRAFT_TAKES_NOTHING};

    if (date_compare(day, question->skip_on) == 0) {
        forecast.is_skipped = true;
        return forecast;
    }
    if (question->schedule == SCHEDULE_SPLIT && day.day == 1)
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
    struct date day = question->next_on;
    bool has_plan = question->has_plan;
    size_t count = 0;

    assert(question->count <= ALLOCATIONS_MAX);
    while (count < FORECAST_MAX && day.year) {
        out_forecasts[count] = day_forecast(question, day, has_plan);
        has_plan = day.day == 1 && !out_forecasts[count].is_skipped;
        count++;
        day = day_after(question, day);
    }
    return count;
}
