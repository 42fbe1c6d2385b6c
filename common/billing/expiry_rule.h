/*
 * expiry_rule.h - when a card counts as expired, and when its customer is told that it soon will
 * be. Rules without I/O and without a clock. expires_on: the last day of its last month; year 0: it
 * does not expire.
 */
#ifndef REMIT_BILLING_EXPIRY_RULE_H
#define REMIT_BILLING_EXPIRY_RULE_H

#include <stdbool.h>

#include "common/core/date.h"

bool expiry_is_past(struct date expires_on, struct date today);

/* Not past, and this month or the next: the new card is in the mail by then. */
bool expiry_is_soon(struct date expires_on, struct date today);

#endif
