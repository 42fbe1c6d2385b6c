/*
 * settle_refund.h - finds out what became of refunds and voids whose outcome is not known.
 *
 * The gateway is asked by the payment's reference. What it refunded in all is what we have recorded
 * and this one: it went back. Only what we have recorded: not found yet, which proves nothing by
 * itself; it becomes failed 24 hours after the deadline, when a report by modification date over
 * the whole time lacks it as well. So is a void of what the bank took back: it had it, so it was
 * not voided, and the return must not wait for a person. Anything else is for a person.
 */
#ifndef REMIT_PROGRAM_SETTLE_REFUND_H
#define REMIT_PROGRAM_SETTLE_REFUND_H

#include "common/program/settle.h"
#include "common/store/look_store.h"
#include "common/store/reconcile_store.h"

/* Told about each one looked at; state is what it is now. */
typedef void (*settle_refund_told)(const struct refund *refund, enum settle_end end,
                                   enum refund_state state, void *context);

/* Looks at every one that is open now. RESULT_UNAVAILABLE, RESULT_FAILED: the database. */
MUST_CHECK enum result settle_refunds(struct running *running, settle_refund_told told,
                                      void *context, struct settle_summary *out_summary);

/* Looks at those that are due, as settle_due() does. Same results. */
MUST_CHECK enum result settle_refunds_due(struct running *running,
                                          struct settle_summary *out_summary);

/* ---- what the gateway tells, and what follows ---- */

enum { REFUND_SIGHTINGS_MAX = 200 };

struct refund_sighting {
    char transaction_id[GATEWAY_ID_SIZE];
    bool has_sale;
    enum gateway_standing standing;
    int64_t refunded_cents, modified_at;
};

struct refund_sightings {
    const char *reference; /* the payment's */
    int64_t amount_cents;  /* of the refund that is looked for */
    bool is_report;        /* told by a report, not by a question for the reference */
    size_t strays;         /* money that went back without a reference, over just this amount */
    bool is_too_many;
    size_t count;
    struct refund_sighting list[REFUND_SIGHTINGS_MAX];
};

/* For gateway_lookup() and gateway_report(): keeps what carries the reference, each transaction
 * once. context: struct refund_sightings. */
enum result refund_sighting_add(const struct gateway_transaction *transaction, void *context);

enum refund_verdict {
    REFUND_WENT_BACK,
    REFUND_ABSENT,  /* nothing contradicts that it did not happen */
    REFUND_UNCLEAR, /* *out_why says why a person is needed */
};

/* recorded_cents: what our books say went back of the payment before, under its reference. */
enum refund_verdict refund_judge(const struct refund_sightings *seen, const struct refund *refund,
                                 int64_t recorded_cents, const char **out_why);

#define SETTLE_REFUND_STATEMENTS                                                                   \
    &refund_open_list_sql, &refund_doubt_sql, &refund_look_again_sql, &refund_has_transaction_sql, \
        &reconcile_back_sql

#endif
