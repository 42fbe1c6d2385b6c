/*
 * settling.h - what settle.c and settle_pending.c share: one payment being settled, and the writing
 * of what was found out.
 */
#ifndef REMIT_PROGRAM_SETTLING_H
#define REMIT_PROGRAM_SETTLING_H

#include "common/gateway/gateway.h"
#include "common/program/settle.h"

struct settling {
    struct running *running;
    struct arena *arena;
    const struct open_payment *payment;
    int64_t now, timeout_s;
    const char *why; /* for the queue */
};

/* What became of it, by what the gateway has (NULL: nothing); only from the state it was read in, a
 * dead claim's being unknown. */
enum settle_end settle_record(struct settling *settling, enum payment_state to,
                              const struct gateway_transaction *seen);

/* For a person, once. */
enum settle_end settle_queue(struct settling *settling, const char *why);

/* Its state as the database has it now. */
enum payment_state settle_state_now(struct settling *settling);

#endif
