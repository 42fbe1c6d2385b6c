/*
 * draft_follow.h - what the outcome of an attempt makes of its draft, in the transaction that
 * records the outcome, whoever learnt of it: the drafter, settling, a return, a void.
 */
#ifndef REMIT_PROGRAM_DRAFT_FOLLOW_H
#define REMIT_PROGRAM_DRAFT_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "common/billing/draft_state.h"
#include "common/billing/payment_state.h"
#include "common/billing/retry_rule.h"
#include "common/core/date.h"
#include "common/db/db.h"

struct draft_fact {
    int64_t account_id, draft_id, payment_id;
    enum payment_state state; /* the payment's now; not_charged where nothing was asked of a bank */
    bool is_misconfigured;
    const char *decline_class, *return_code; /* "" where there is none */
    struct date today;                       /* year 0: the day of now */
    int64_t now;
    const struct retry_settings *retry; /* read unless the draft is taken or open */
};

struct draft_moved {
    enum draft_state state;
    enum draft_reason reason;
    struct date retry_on;
    bool stops_run; /* our settings are wrong */
};

/* Inside a transaction that has begun with account_move(), after the payment's row is written. Mail
 * and whatever else follows is written with it. out_moved may be NULL. */
MUST_CHECK enum result draft_follow(struct db *db, const struct draft_fact *fact,
                                    struct draft_moved *out_moved);

#endif
