#include "common/billing/statement_rule.h"

#include "common/core/text.h"
#include "common/money/money.h"

int64_t statement_opening_cents(const struct activities *activities, struct date month) {
    int64_t cents = 0;

    for (size_t at = 0; at < activities->count; at++) {
        const struct activity *one = &activities->list[at];
        bool is_before = one->grain == 'y'
                             ? one->on.year < month.year
                             : one->on.year == month.year && one->on.month < month.month;

        if (is_before)
            cents = money_add(cents, one->balance_cents);
    }
    return cents;
}

static bool is_of(const struct activity *one, char grain, struct date on) {
    return one->grain == grain && one->on.year == on.year &&
           (grain == 'y' || one->on.month == on.month);
}

struct statement_month statement_month_of(const struct activities *activities, struct date month) {
    struct statement_month found = {0, 0};

    for (size_t at = 0; at < activities->count; at++)
        if (is_of(&activities->list[at], 'm', month)) {
            found.entries += activities->list[at].entries;
            found.effect_cents = money_add(found.effect_cents, activities->list[at].balance_cents);
        }
    return found;
}

int64_t statement_total_cents(const struct activities *activities) {
    int64_t cents = 0;

    for (size_t at = 0; at < activities->count; at++)
        if (activities->list[at].grain == 'y')
            cents = money_add(cents, activities->list[at].balance_cents);
    return cents;
}

static bool figures_are_equal(const struct year_figures *a, const struct year_figures *b) {
    return a->entries == b->entries && a->invoiced_cents == b->invoiced_cents &&
           a->tax_cents == b->tax_cents && a->paid_cents == b->paid_cents &&
           a->returned_cents == b->returned_cents && a->credited_cents == b->credited_cents;
}

static void figures_add(struct year_figures *figures, const struct year_figures *more) {
    figures->entries += more->entries;
    figures->invoiced_cents = money_add(figures->invoiced_cents, more->invoiced_cents);
    figures->tax_cents = money_add(figures->tax_cents, more->tax_cents);
    figures->paid_cents = money_add(figures->paid_cents, more->paid_cents);
    figures->returned_cents = money_add(figures->returned_cents, more->returned_cents);
    figures->credited_cents = money_add(figures->credited_cents, more->credited_cents);
}

bool statement_year_agrees(const struct activities *activities, int year) {
    struct year_figures sum = {0};
    struct year_figures whole = statement_figures(activities, 'y',
                                                  (struct date){(int16_t)year, 1, 1});

    for (int month = 1; month <= MONTHS; month++) {
        struct year_figures one = statement_figures(activities, 'm',
                                                    (struct date){(int16_t)year, (int8_t)month, 1});

        figures_add(&sum, &one);
    }
    return figures_are_equal(&sum, &whole);
}

static struct year_figures figures_of(const struct activity *one) {
    struct year_figures figures = {.entries = one->entries};

    if (text_equal(one->kind, "invoice") || text_equal(one->kind, "fee")) {
        figures.invoiced_cents = one->balance_cents;
        figures.tax_cents = one->tax_cents;
        return figures;
    }
    if (one->money_cents > 0)
        figures.paid_cents = one->money_cents;
    else
        figures.returned_cents = -one->money_cents;
    /* What it did to the balance beyond the money: credit that was given or taken back, and of a
     * refund what no invoice held and another invoice asks for. */
    figures.credited_cents = -money_add(one->balance_cents, one->money_cents);
    return figures;
}

struct year_figures statement_figures(const struct activities *activities, char grain,
                                      struct date on) {
    struct year_figures sum = {0};

    for (size_t at = 0; at < activities->count; at++)
        if (is_of(&activities->list[at], grain, on)) {
            struct year_figures one = figures_of(&activities->list[at]);

            figures_add(&sum, &one);
        }
    return sum;
}
