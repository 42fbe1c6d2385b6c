/*
 * reconcile.h - compares our books with the gateway's, both ways, and records what the gateway did
 * without us.
 *
 * The gateway's report by modification date is read from a day before where the last reading began;
 * the first one begins at the oldest payment that is not final, or 90 days back. What is ours is
 * known by its order id, a refund also by its sale's transaction. Where a transaction and our books
 * differ, the gateway is asked for all that it has under the reference, and that decides:
 *
 *   a bank sent a debit back                       a return (return.h)
 *   a cardholder disputes a payment                a chargeback (return.h)
 *   voided, or refunded, in the gateway's pages    as ours are (reversal.h)
 *   booked after we found it not to be charged     late_booking.h
 *   anything else that does not fit                an item for a person, nothing is booked
 *
 * A fact is recorded once, whoever reads of it and however often: any number of readers may run at
 * once. What belongs to no payment of ours is listed (foreign_transaction), if it moved money.
 *
 * Then the other way: what we say is money, or went back, and the report did not tell is asked for
 * by reference. What the gateway still does not have after a day is for a person.
 *
 * The next reading may begin later only once everything in this one is recorded, listed or with a
 * person. Payments whose outcome is not known, and pending ones, are not decided here: settle.h and
 * settle_pending.h ask about each.
 */
#ifndef REMIT_PROGRAM_RECONCILE_H
#define REMIT_PROGRAM_RECONCILE_H

#include <stdint.h>

#include "common/program/late_booking.h"
#include "common/program/program.h"
#include "common/store/progress_store.h"
#include "common/store/reconcile_store.h"
#include "common/store/refund_store.h"

enum reconcile_end {
    RECONCILE_SAME,     /* books and gateway agree, or there is nothing to do */
    RECONCILE_RECORDED, /* what the gateway did is in our books now */
    RECONCILE_WAITING,  /* first an open refund or the payment itself, or the gateway did not answer
                         */
    RECONCILE_QUEUED,   /* for a person */
    RECONCILE_FOREIGN,  /* not ours: listed */
    RECONCILE_FAILED,   /* the database: the next reading finds it again */
    RECONCILE_END_COUNT
};

const char *reconcile_end_name(enum reconcile_end end);

/* What happened at the gateway. */
enum reconcile_what {
    RECONCILE_RETURN, /* of a debit, or of a refund to a bank account */
    RECONCILE_CHARGEBACK,
    RECONCILE_VOID,
    RECONCILE_REFUND,
    RECONCILE_BOOKING,
    RECONCILE_DISAGREEMENT,
    RECONCILE_MISSING,
    RECONCILE_STRANGER,
    RECONCILE_WHAT_COUNT
};

const char *reconcile_what_name(enum reconcile_what what);

struct reconcile_news {
    enum reconcile_what what;
    const char *payment_reference; /* of a stranger its order id, "" for none */
    const char *transaction_id;    /* "" where it is about none */
    const char *code;              /* of a return, "R01" */
    const char *why;               /* RECONCILE_QUEUED; else "" */
    int64_t amount_cents;
};

/* Told of each, but not of what is the same. */
typedef void (*reconcile_told)(const struct reconcile_news *news, enum reconcile_end end,
                               void *context);

struct reconcile_summary {
    int64_t read;                         /* transactions that the report told */
    int64_t ends[RECONCILE_END_COUNT];    /* news, and payments of which there are none */
    int64_t returns[RECONCILE_END_COUNT]; /* of them what came back from a bank */
    int64_t no_gateway;                   /* it did not answer */
};

/* RESULT_UNAVAILABLE, RESULT_FAILED: the database. told may be NULL. */
MUST_CHECK enum result reconcile_report(struct running *running, reconcile_told told, void *context,
                                        struct reconcile_summary *out_summary);

/* One reference, asked for now, with the same decisions: for who learnt that something happened to
 * it. RECONCILE_WAITING for a payment that is open or pending, and where the gateway is away;
 * RECONCILE_FOREIGN: no payment of ours. */
MUST_CHECK enum result reconcile_reference(struct running *running, const char *reference,
                                           reconcile_told told, void *context,
                                           enum reconcile_end *out_end);

/* With CHARGE_STATEMENTS, REFUND_STATEMENTS, SETTLE_REFUND_STATEMENTS and what issues invoices. */
#define RECONCILE_STATEMENTS                                                                       \
    PROGRESS_STATEMENTS, RECONCILE_STORE_STATEMENTS, LATE_BOOKING_STATEMENTS

#endif
