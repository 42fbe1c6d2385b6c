/* Months and years of a journal that is added up: balances before and after, and what each kind of
 * entry counts as. */
#include "tests/support/test.h"

#include "common/billing/statement_rule.h"

/* Two years: 2025 as a whole, 2026 by month, in no order. */
static struct activity list[] = {
    {'y', {2026, 1, 1}, "payment", 2, -15000, 15000, 0},
    {'y', {2025, 1, 1}, "invoice", 3, 30000, 0, 2400},
    {'y', {2025, 1, 1}, "payment", 1, -10000, 10000, 0},
    {'y', {2026, 1, 1}, "invoice", 2, 12000, 0, 900},
    {'y', {2026, 1, 1}, "fee", 1, 2500, 0, 0},
    {'y', {2026, 1, 1}, "refund", 1, 4000, -5000, 0}, /* 1000 of it an adjustment asks for */
    {'y', {2026, 1, 1}, "credit", 3, -4500, 0, 0},
    {'m', {2026, 3, 1}, "invoice", 1, 7000, 0, 500},
    {'m', {2026, 1, 1}, "invoice", 1, 5000, 0, 400},
    {'m', {2026, 1, 1}, "payment", 2, -15000, 15000, 0},
    {'m', {2026, 3, 1}, "fee", 1, 2500, 0, 0},
    {'m', {2026, 3, 1}, "refund", 1, 4000, -5000, 0},
    {'m', {2026, 12, 1}, "credit", 3, -4500, 0, 0},
};
static const struct activities both = {list, COUNT(list)};
static const struct activities none = {NULL, 0};

static void balances(void **state) {
    static const struct {
        const char *label;
        struct date month;
        int64_t opening, entries, effect;
    } cases[] = {
        {"the first year", {2025, 1, 1}, 0, 0, 0},
        {"behind a year", {2026, 1, 1}, 20000, 3, -10000},
        {"an empty month", {2026, 2, 1}, 10000, 0, 0},
        {"behind it", {2026, 3, 1}, 10000, 3, 13500},
        {"later", {2026, 4, 1}, 23500, 0, 0},
        {"the last month", {2026, 12, 1}, 23500, 3, -4500},
        {"another year", {2027, 1, 1}, 19000, 0, 0},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct statement_month month = statement_month_of(&both, cases[at].month);

        check_int(cases[at].label, statement_opening_cents(&both, cases[at].month),
                  cases[at].opening);
        check_int(cases[at].label, month.entries, cases[at].entries);
        check_int(cases[at].label, month.effect_cents, cases[at].effect);
        check_int("nothing at all", statement_opening_cents(&none, cases[at].month), 0);
    }
    assert_int_equal(statement_total_cents(&both), 19000);
    assert_int_equal(statement_total_cents(&none), 0);
}

static void figures(void **state) {
    struct year_figures year = statement_figures(&both, 'y', (struct date){2026, 1, 1});
    struct year_figures march = statement_figures(&both, 'm', (struct date){2026, 3, 1});

    (void)state;
    assert_int_equal(year.invoiced_cents, 14500);
    assert_int_equal(year.tax_cents, 900);
    assert_int_equal(year.paid_cents, 15000);
    assert_int_equal(year.returned_cents, 5000);
    assert_int_equal(year.credited_cents, 5500);
    assert_int_equal(year.entries, 9);
    assert_int_equal(march.invoiced_cents, 9500);
    assert_int_equal(march.returned_cents, 5000);
    assert_int_equal(march.credited_cents, 1000);
    /* To the cent. */
    assert_int_equal(statement_opening_cents(&both, (struct date){2026, 1, 1}) +
                         year.invoiced_cents - year.paid_cents + year.returned_cents -
                         year.credited_cents,
                     statement_opening_cents(&both, (struct date){2027, 1, 1}));
}

static void agreement(void **state) {
    (void)state;
    assert_true(statement_year_agrees(&both, 2026));
    assert_true(statement_year_agrees(&none, 2026));
    /* Its months are not there. */
    assert_false(statement_year_agrees(&both, 2025));
    for (size_t at = 0; at < COUNT(list); at++) {
        struct activity kept = list[at];

        if (kept.on.year != 2026)
            continue;
        list[at].balance_cents++;
        check_true("a cent", !statement_year_agrees(&both, 2026));
        list[at] = kept;
        list[at].entries++;
        check_true("an entry", !statement_year_agrees(&both, 2026));
        list[at] = kept;
    }
    assert_true(statement_year_agrees(&both, 2026));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(balances),
        cmocka_unit_test(figures),
        cmocka_unit_test(agreement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
