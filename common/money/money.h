/*
 * money.h - amounts in whole US cents, and nothing else.
 *
 * Never floating point. Every sum goes through money_add(): an overflow is our mistake and ends
 * the process before a wrong figure is written.
 */
#ifndef REMIT_MONEY_MONEY_H
#define REMIT_MONEY_MONEY_H

#include <stddef.h>
#include <stdint.h>

#include "common/core/arena.h"
#include "common/core/result.h"

/* One amount, typed or imported: $0.01 to $99,999,999.99. Sums may pass it. */
#define MONEY_MAX_CENTS INT64_C(9999999999)

enum money_error {
    MONEY_OK = 0,
    MONEY_EMPTY,
    MONEY_NOT_A_NUMBER, /* "12 dollars", "1e2", "1,23.00", digits of other scripts */
    MONEY_NEGATIVE,
    MONEY_ZERO,
    MONEY_DECIMALS, /* more than two */
    MONEY_TOO_LARGE
};

/* Reads what a person types: "1234.5", "1,234.50", "$1,234.50", spaces around. Commas, where
 * there are any, must all be there. *out_cents is 1 .. MONEY_MAX_CENTS, written on MONEY_OK. */
MUST_CHECK enum money_error money_parse(const char *text, int64_t *out_cents);

/* What to tell the customer beside the field; MONEY_OK has no sentence. */
const char *money_error_sentence(enum money_error error);

/* "1234.50": as gateways and files want it. Negative amounts carry a '-'. */
const char *money_plain(struct arena *arena, int64_t cents);
/* Exactly the form above, zero allowed, at most two decimals, no sign: for gateways' answers. */
MUST_CHECK enum result money_from_plain(const char *text, int64_t *out_cents);

/* "$1,234.50"; negative: "−$1,234.50" with U+2212. */
const char *money_text(struct arena *arena, int64_t cents);

int64_t money_add(int64_t a, int64_t b);
int64_t money_subtract(int64_t a, int64_t b);
int64_t money_min(int64_t a, int64_t b);

/* Cuts cents (>= 0) into parts (>= 1) pieces that differ by at most one cent and sum to it; the
 * odd cents go to the first pieces. index: 0 .. parts - 1. */
int64_t money_split(int64_t cents, int64_t parts, int64_t index);

#endif
