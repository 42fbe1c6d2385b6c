/*
 * statement_rule.h - what the journal, added up by month and year, says of a month and of a year:
 * balances before and after, and what was invoiced, paid, returned and credited. Rules without I/O.
 */
#ifndef REMIT_BILLING_STATEMENT_RULE_H
#define REMIT_BILLING_STATEMENT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/date.h"

enum { MONTHS = 12 };

/* Entries of one kind in one month or year; cents as in the table of that name. */
struct activity {
    char grain;       /* 'm' or 'y' */
    struct date on;   /* its first day */
    const char *kind; /* of journal entries */
    int64_t entries, balance_cents, money_cents, tax_cents;
};

struct activities {
    struct activity *list;
    size_t count;
};

/* All years of an account, and the months of the one that is looked at, are needed for each. */

/* What the account owed before the first day of a month of that year (negative: it had credit). */
int64_t statement_opening_cents(const struct activities *activities, struct date month);

struct statement_month {
    int64_t entries, effect_cents;
};
struct statement_month statement_month_of(const struct activities *activities, struct date month);

/* What the account owes after everything. */
int64_t statement_total_cents(const struct activities *activities);

/* The months of year come to what the year says. */
bool statement_year_agrees(const struct activities *activities, int year);

/* opening + invoiced - paid + returned - credited = closing, to the cent, whatever happened. */
struct year_figures {
    int64_t entries;
    int64_t invoiced_cents, tax_cents; /* tax: of invoiced_cents */
    int64_t paid_cents;                /* money that came */
    int64_t returned_cents;            /* money that went back: refunded, voided, returned */
    int64_t credited_cents;            /* without money: given, taken off invoices */
};
struct year_figures statement_figures(const struct activities *activities, char grain,
                                      struct date on);

#endif
