/*
 * banking_day.h - the days on which the Federal Reserve moves ACH. Computed, for every year; no
 * clock.
 *
 * Closed are Saturdays, Sundays and the eleven holidays. A holiday on a Sunday closes the Monday
 * after it; one on a Saturday is not moved: the Friday before is open.
 */
#ifndef REMIT_BILLING_BANKING_DAY_H
#define REMIT_BILLING_BANKING_DAY_H

#include <stdbool.h>

#include "common/core/date.h"

bool is_banking_day(struct date date);

/* The count-th banking day after date; date itself, whatever it is, for 0. count >= 0. */
struct date banking_day_add(struct date date, int count);

#endif
