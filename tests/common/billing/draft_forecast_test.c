/* What the next drafts will take, day by day. */
#include "tests/support/test.h"

#include <string.h>

#include "common/billing/draft_forecast.h"

#define DAY(y, m, d)                                                                               \
    { y, m, d }

struct want {
    struct date on;
    int64_t cents; /* -1: skipped */
};

struct invoice_row {
    struct date issued_on, due_on;
    int64_t free_cents, plan_cents, taken_cents;
};

static const struct {
    const char *label;
    enum schedule schedule;
    struct date next_on, skip_on, began_on;
    bool has_plan;
    int64_t largest_cents, smallest_cents, notice_days, first_cents;
    struct date first_on;
    struct invoice_row invoices[3];
    struct want want[FORECAST_MAX + 1];
} cases[] = {
    {.label = "first: all of it, then what is billed until then",
     .schedule = SCHEDULE_FIRST,
     .next_on = DAY(2026, 12, 1),
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 3043, 0, 0}},
     .want = {{DAY(2026, 12, 1), 3043}, {DAY(2027, 1, 1), 0}}},
    {.label = "issued after the day: the next one",
     .schedule = SCHEDULE_FIRST,
     .next_on = DAY(2026, 12, 1),
     .invoices = {{DAY(2026, 12, 5), DAY(2026, 12, 20), 700, 0, 0}},
     .want = {{DAY(2026, 12, 1), 0}, {DAY(2027, 1, 1), 700}}},
    {.label = "split: half with the odd cent, then the rest",
     .schedule = SCHEDULE_SPLIT,
     .next_on = DAY(2026, 12, 1),
     .began_on = DAY(2026, 11, 22),
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 3043, 0, 0}},
     .want = {{DAY(2026, 12, 1), 1522}, {DAY(2026, 12, 15), 1521}}},
    {.label = "split begun between the days: half, then half of what is left",
     .schedule = SCHEDULE_SPLIT,
     .next_on = DAY(2026, 12, 15),
     .began_on = DAY(2026, 12, 3),
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 1000, 0, 0}},
     .want = {{DAY(2026, 12, 15), 500}, {DAY(2027, 1, 1), 250}}},
    {.label = "split with a plan: the rest of it and nothing issued since",
     .schedule = SCHEDULE_SPLIT,
     .next_on = DAY(2026, 12, 15),
     .began_on = DAY(2026, 11, 3),
     .has_plan = true,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 500, 1000, 500},
                  {DAY(2026, 12, 2), DAY(2026, 12, 20), 800, 0, 0}},
     .want = {{DAY(2026, 12, 15), 500}, {DAY(2027, 1, 1), 400}}},
    {.label = "the 1st is skipped: the 15th takes all",
     .schedule = SCHEDULE_SPLIT,
     .next_on = DAY(2026, 12, 1),
     .skip_on = DAY(2026, 12, 1),
     .began_on = DAY(2026, 11, 3),
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 1000, 0, 0}},
     .want = {{DAY(2026, 12, 1), -1}, {DAY(2026, 12, 15), 1000}}},
    {.label = "due dates: each its own day",
     .schedule = SCHEDULE_DUE_DATE,
     .next_on = DAY(2026, 11, 25),
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 100, 0, 0},
                  {DAY(2026, 11, 1), DAY(2026, 11, 25), 200, 0, 0},
                  {DAY(2026, 11, 1), DAY(2026, 12, 9), 400, 0, 0}},
     .want = {{DAY(2026, 11, 25), 300}, {DAY(2026, 12, 9), 400}}},
    {.label = "due dates: no other day is known",
     .schedule = SCHEDULE_DUE_DATE,
     .next_on = DAY(2026, 11, 25),
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 25), 200, 0, 0}},
     .want = {{DAY(2026, 11, 25), 200}}},
    {.label = "no day at all",
     .schedule = SCHEDULE_DUE_DATE,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 25), 200, 0, 0}}},
    {.label = "the most of a draft holds, and the rest is next",
     .schedule = SCHEDULE_FIFTEENTH,
     .next_on = DAY(2026, 12, 15),
     .largest_cents = 250,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 300, 0, 0}},
     .want = {{DAY(2026, 12, 15), 250}, {DAY(2027, 1, 15), 50}}},
    {.label = "below the smallest payment: nothing, and it waits",
     .schedule = SCHEDULE_FIFTEENTH,
     .next_on = DAY(2026, 12, 15),
     .smallest_cents = 100,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 99, 0, 0}},
     .want = {{DAY(2026, 12, 15), 0}, {DAY(2027, 1, 15), 0}}},

    {.label = "told first: the second is told of on the day of the first",
     .schedule = SCHEDULE_DUE_DATE,
     .next_on = DAY(2026, 11, 25),
     .notice_days = 10,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 25), 200, 0, 0},
                  {DAY(2026, 11, 1), DAY(2026, 12, 4), 400, 0, 0}},
     .want = {{DAY(2026, 11, 25), 200}, {DAY(2026, 12, 5), 400}}},
    {.label = "told first: the second is far enough",
     .schedule = SCHEDULE_DUE_DATE,
     .next_on = DAY(2026, 11, 25),
     .notice_days = 10,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 25), 200, 0, 0},
                  {DAY(2026, 11, 1), DAY(2026, 12, 5), 400, 0, 0},
                  {DAY(2026, 11, 1), DAY(2026, 12, 6), 800, 0, 0}},
     .want = {{DAY(2026, 11, 25), 200}, {DAY(2026, 12, 5), 400}}},
    {.label = "told first: what was told, and the rest the day after, told anew",
     .schedule = SCHEDULE_DUE_DATE,
     .next_on = DAY(2026, 11, 25),
     .notice_days = 10,
     .first_cents = 150,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 25), 200, 0, 0},
                  {DAY(2026, 11, 1), DAY(2026, 12, 20), 400, 0, 0}},
     .want = {{DAY(2026, 11, 25), 150}, {DAY(2026, 12, 5), 50}}},
    {.label = "told first: not told yet, so it waits, and what is due meanwhile is told later",
     .schedule = SCHEDULE_DUE_DATE,
     .next_on = DAY(2026, 11, 25),
     .notice_days = 10,
     .first_on = DAY(2026, 12, 2),
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 25), 200, 0, 0},
                  {DAY(2026, 11, 1), DAY(2026, 11, 27), 400, 0, 0}},
     .want = {{DAY(2026, 12, 2), 200}, {DAY(2026, 12, 12), 400}}},
    {.label = "told first: nothing waits for nothing",
     .schedule = SCHEDULE_FIRST,
     .next_on = DAY(2026, 12, 1),
     .notice_days = 10,
     .first_on = DAY(2026, 12, 7),
     .want = {{DAY(2026, 12, 1), 0}, {DAY(2027, 1, 1), 0}}},
    {.label = "told first: skipped, so not waited for",
     .schedule = SCHEDULE_FIRST,
     .next_on = DAY(2026, 12, 1),
     .skip_on = DAY(2026, 12, 1),
     .notice_days = 10,
     .first_on = DAY(2026, 12, 7),
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 300, 0, 0}},
     .want = {{DAY(2026, 12, 1), -1}, {DAY(2027, 1, 1), 300}}},
    {.label = "shifted: what was issued by the draft day, then its next day",
     .schedule = SCHEDULE_FIRST,
     .next_on = DAY(2026, 12, 7),
     .notice_days = 10,
     .first_cents = 1000,
     .invoices = {{DAY(2026, 11, 25), DAY(2026, 12, 20), 300, 0, 0},
                  {DAY(2026, 12, 2), DAY(2026, 12, 22), 700, 0, 0}},
     .want = {{DAY(2026, 12, 7), 300}, {DAY(2027, 1, 1), 700}}},
    {.label = "shifted and skipped",
     .schedule = SCHEDULE_FIRST,
     .next_on = DAY(2026, 12, 7),
     .skip_on = DAY(2026, 12, 7),
     .invoices = {{DAY(2026, 11, 25), DAY(2026, 12, 20), 300, 0, 0}},
     .want = {{DAY(2026, 12, 7), -1}, {DAY(2027, 1, 1), 300}}},
    {.label = "a half that is shifted, and the other told of on its day",
     .schedule = SCHEDULE_SPLIT,
     .next_on = DAY(2026, 12, 7),
     .began_on = DAY(2026, 11, 3),
     .notice_days = 10,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 1001, 0, 0}},
     .want = {{DAY(2026, 12, 7), 501}, {DAY(2026, 12, 17), 500}}},
    {.label = "the second half that is shifted holds to its plan",
     .schedule = SCHEDULE_SPLIT,
     .next_on = DAY(2026, 12, 18),
     .began_on = DAY(2026, 11, 3),
     .has_plan = true,
     .invoices = {{DAY(2026, 11, 1), DAY(2026, 11, 20), 500, 1000, 500},
                  {DAY(2026, 12, 2), DAY(2026, 12, 20), 800, 0, 0}},
     .want = {{DAY(2026, 12, 18), 500}, {DAY(2027, 1, 1), 400}}},
};

static void test_forecasts(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct draft_invoice invoices[3];
        struct forecast forecasts[FORECAST_MAX];
        size_t count = 0, want = 0;

        for (; count < 3 && cases[at].invoices[count].free_cents; count++) {
            const struct invoice_row *row = &cases[at].invoices[count];

            invoices[count] = (struct draft_invoice){(int64_t)count + 1, row->issued_on,
                                                     row->due_on,        row->free_cents,
                                                     row->plan_cents,    row->taken_cents};
        }
        struct forecast_question question = {
            .schedule = cases[at].schedule,
            .next_on = cases[at].next_on,
            .skip_on = cases[at].skip_on,
            .began_on = cases[at].began_on,
            .has_plan = cases[at].has_plan,
            .largest_cents = cases[at].largest_cents,
            .smallest_cents = cases[at].smallest_cents,
            .notice_days = cases[at].notice_days,
            .first_cents = cases[at].first_cents,
            .first_on = cases[at].first_on,
            .invoices = invoices,
            .count = count,
        };
        while (cases[at].want[want].on.year)
            want++;
        check_int(cases[at].label, (int64_t)draft_forecast(&question, forecasts), (int64_t)want);
        for (size_t day = 0; day < want; day++) {
            const struct want *one = &cases[at].want[day];

            check_int(cases[at].label, date_compare(forecasts[day].on, one->on), 0);
            check_int(cases[at].label, forecasts[day].is_skipped, one->cents < 0);
            check_int(cases[at].label, forecasts[day].amount_cents,
                      one->cents < 0 ? 0 : one->cents);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forecasts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
