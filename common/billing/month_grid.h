/*
 * month_grid.h - a month as a calendar shows it: rows of seven days that begin with Sunday. Rules
 * without I/O and without a clock.
 *
 * A month is the date of its first day.
 */
#ifndef REMIT_BILLING_MONTH_GRID_H
#define REMIT_BILLING_MONTH_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "common/core/date.h"

/* MONTH_TEXT_SIZE: "2026-11" and its NUL. */
enum { WEEK_DAYS = 7, MONTH_YEAR_MIN = 1970, MONTH_YEAR_MAX = 2999, MONTH_TEXT_SIZE = 8 };

/* Strict YYYY-MM of a month from MONTH_YEAR_MIN to MONTH_YEAR_MAX. */
bool month_parse(const char *text, struct date *out_month);
/* out holds MONTH_TEXT_SIZE. */
void month_format(struct date month, char *out);
/* "November 2026" */
const char *month_long(struct arena *arena, struct date month);

struct date month_of(struct date day);
/* Year 0: there is none, one of the bounds above is reached. */
struct date month_before(struct date month);
struct date month_after(struct date month);
struct date month_last_day(struct date month);

/* 0: Sunday, 6: Saturday. */
int week_day(struct date day);
const char *week_day_name(int number); /* "Sunday" */

/* Rows of the month: 4 .. 6. */
size_t month_weeks(struct date month);
/* The day in a row (from 0) and column (0: Sunday); year 0: a day of another month. */
struct date month_day(struct date month, size_t week, int column);

#endif
