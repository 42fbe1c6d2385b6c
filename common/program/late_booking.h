/*
 * late_booking.h - a payment that we found not to be charged, and that the gateway has booked after
 * all. The money is there, so it is recorded: on its invoices where they have room still, and what
 * they do not take becomes credit of the account. A person is told.
 */
#ifndef REMIT_PROGRAM_LATE_BOOKING_H
#define REMIT_PROGRAM_LATE_BOOKING_H

#include <stdint.h>

#include "common/gateway/gateway.h"
#include "common/program/program.h"
#include "common/store/late_booking_store.h"

enum late_booking_end {
    LATE_BOOKING_RECORDED,
    LATE_BOOKING_AGAIN, /* somebody recorded it: it is not not_charged any more */
    LATE_BOOKING_UNFIT, /* the books do not take it: for a person */
    LATE_BOOKING_UNAVAILABLE
};

/* seen: the one sale that took the payment's amount under its reference. */
enum late_booking_end late_booking_record(struct running *running, struct arena *arena,
                                          const char *reference,
                                          const struct gateway_transaction *seen, int64_t now);

#endif
