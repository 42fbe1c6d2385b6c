/*
 * settle_late.h - finds bank debits that come back after the money was there: late returns, up to
 * 60 days and more after the debit, and refunds to a bank account that come back.
 *
 * The gateway's report by modification date is read from a day before where the last reading began;
 * the first one begins at the oldest debit that is not final, or 90 days back. Ours are those whose
 * order id is our reference, over the same amount, with the same transaction. The next reading may
 * begin later only once everything in this one is recorded or with a person, and never behind a
 * return that waits for an open refund. Any number of readers may run at once.
 */
#ifndef REMIT_PROGRAM_SETTLE_LATE_H
#define REMIT_PROGRAM_SETTLE_LATE_H

#include "common/program/settle.h"
#include "common/store/progress_store.h"

enum late_end {
    LATE_RECORDED,
    LATE_THERE,   /* recorded before, or no money of ours; recorded by hand without a code, what the
                     code says of the account is taken over */
    LATE_WAITING, /* a refund of it is open: first that */
    LATE_QUEUED,  /* for a person */
    LATE_FAILED,  /* the database: the next reading finds it again */
    LATE_END_COUNT
};

const char *late_end_name(enum late_end end);

/* One that came back. */
struct late_return {
    const char *payment_reference, *code;
    int64_t amount_cents;
};

/* Told about each one, but those that were there. */
typedef void (*settle_late_told)(const struct late_return *late, enum late_end end, void *context);

struct late_summary {
    int64_t ends[LATE_END_COUNT], no_gateway;
};

/* RESULT_UNAVAILABLE, RESULT_FAILED: the database. */
MUST_CHECK enum result settle_late(struct running *running, settle_late_told told, void *context,
                                   struct late_summary *out_summary);

#define SETTLE_LATE_STATEMENTS PROGRESS_STATEMENTS

#endif
