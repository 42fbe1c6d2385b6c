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
    const char *why;   /* for the queue */
    const char *actor; /* NULL: the settler */
    int64_t take_s;    /* for how long it was taken up */
};

/* What became of it, by what the gateway has (NULL: nothing); only from the state it was read in, a
 * dead claim's being unknown. */
enum settle_end settle_record(struct settling *settling, enum payment_state to,
                              const struct gateway_transaction *seen);

/* For a person, once. */
enum settle_end settle_queue(struct settling *settling, const char *why);

/* What the gateway says of one that is processing or unknown; of one that is pending. */
enum settle_end settle_open_one(struct settling *settling);
enum settle_end settle_pending_one(struct settling *settling);

/* Takes up one whose look is due, for take_s; false: another settler did, or it moved on. Put back,
 * it is due again after SETTLE_RETRY_S, and that look does not count. */
bool settle_take(struct settling *settling, int64_t take_s);
void settle_put_back(struct settling *settling);

/* Its state as the database has it now. */
enum payment_state settle_state_now(struct settling *settling);

#endif
