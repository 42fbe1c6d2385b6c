/*
 * reversal.h - money back that the gateway tells of and that nobody here asked for: a refund or a
 * void of what is money, made in its own pages. It is a fact, so it is recorded as one of ours is
 * once it went: a refund credits its invoices, a void makes them due again. What neither invoices
 * nor the account's credit hold any more is an adjustment invoice, and an item for a person.
 *
 * A refund is known by the gateway's transaction, a void by its payment: each is recorded once,
 * whoever tells of it and however often.
 */
#ifndef REMIT_PROGRAM_REVERSAL_H
#define REMIT_PROGRAM_REVERSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/billing/retry_rule.h"
#include "common/db/db.h"

struct reversal_ask {
    const char *payment_reference;
    bool is_void;
    int64_t amount_cents;               /* of a refund, > 0 */
    const char *transaction_id;         /* of a refund, its own; of a void "" */
    bool has_no_order;                  /* the gateway does not tell it under our reference */
    const struct retry_settings *retry; /* of a draft whose payment is voided */
    int64_t now;
};

enum reversal_end {
    REVERSAL_RECORDED,
    REVERSAL_AGAIN,      /* it is recorded already */
    REVERSAL_BUSY,       /* a refund or void of ours is open: first that */
    REVERSAL_UNFIT,      /* the payment's state or sums do not take it: for a person */
    REVERSAL_UNAVAILABLE /* the database */
};

enum reversal_end reversal_record(struct db *db, struct arena *arena,
                                  const struct reversal_ask *ask);

#endif
