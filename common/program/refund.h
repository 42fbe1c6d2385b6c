/*
 * refund.h - the order of sending money back, refunds and voids alike. It is that of a charge
 * (charge.h), for the same reason: never twice, and every cent explained.
 *
 *   1. claim    one transaction: bump the account's version, read again what is left of the
 * payment, insert the refund as processing with a fresh token and a lease, and its cents by
 *               invoice. One open refund for each payment. The claim holds only once COMMIT has
 *               returned success; after an uncertain COMMIT the row is read and the token compared.
 *   2. send     with no transaction open, while less than half of the lease has passed, the gateway
 *               is called once.
 *   3. record   one transaction, only if state and token are still ours: payment, allocations,
 *               invoices, journal, mail. Otherwise read again; a disagreement goes to a person.
 *
 * An answer that was not got or cannot be read is `unknown`, never `failed`; settle_refund.h
 * resolves it. What was paid by hand goes back by hand: steps 1 and 3 are then one transaction.
 *
 * A refund of cents credits its invoices, unless they are to be due again. A void makes them due
 * again, or releases what a pending payment reserves.
 *
 * What of a payment no invoice took is credit of the account. A refund takes from that first, as
 * far as the account still has it: the cents leave the account's credit with the claim, so that
 * nobody spends them meanwhile, and come back to it when the refund fails; the journal learns of
 * them when the money went. account.credit_cents is the journal's credit less what open refunds
 * hold. A void holds nothing: what it took is known when it is recorded, and what the account does
 * not have any more is then due again as an adjustment invoice, for a person to look at. return.h
 * does the same.
 */
#ifndef REMIT_PROGRAM_REFUND_H
#define REMIT_PROGRAM_REFUND_H

#include <stdint.h>

#include "common/billing/retry_rule.h"
#include "common/gateway/gateway.h"
#include "common/program/program.h"
#include "common/store/credit_store.h"
#include "common/store/dispute_store.h"
#include "common/store/refund_store.h"

struct refund_ask {
    const char *payment_reference;
    bool is_void;
    bool reopens;            /* refund: its invoices are due again */
    int64_t amount_cents;    /* refund; 0: all that is left */
    const char *request_key; /* NULL: none */
    const char *note;        /* may be "" */
    const char *actor;       /* "operator:ana" */
    int64_t now;
};

enum refund_end {
    REFUND_RECORDED,    /* read out->refund: its state is the outcome */
    REFUND_UNRECORDED,  /* sent, but the outcome could not be written yet: settling will */
    REFUND_NO_PAYMENT,  /* there is no such payment */
    REFUND_REFUSED,     /* out->refusal says why; nothing was sent */
    REFUND_BUSY,        /* another one of this payment is open: out->payment.open_refund */
    REFUND_AGAIN,       /* the key did the same before: out->refund is that one */
    REFUND_KEY_USED,    /* the key did something else: out->refund is that one */
    REFUND_ELSEWHERE,   /* another gateway has it, or no transaction of it is known */
    REFUND_UNAVAILABLE, /* the database is away; nothing was sent: out->result */
};

struct refund_told {
    struct refund_payment payment; /* as it was before */
    enum refund_refusal refusal;
    struct refund refund;
    enum result result;
};

/* All of it. running has a gateway unless the payment was made by hand. Texts live in arena. */
enum refund_end refund_run(struct running *running, struct arena *arena,
                           const struct refund_ask *ask, struct refund_told *out_told);

/* One outcome to write, by whoever learnt it. */
struct refund_outcome {
    struct refund refund; /* as it was claimed; state is what it is moved from */
    enum refund_state to;
    struct gateway_answer answer;
    const char *actor;
    int64_t now, look_at;
    const struct retry_settings *retry; /* of a draft's payment that is voided */
};

/* Step 3 as a transaction. RESULT_CONFLICT: state or token are not the expected ones, or our books
 * do not take it. */
MUST_CHECK enum result refund_record(struct db *db, struct arena *arena,
                                     const struct refund_outcome *outcome);

/* What an answer makes of a refund. */
enum refund_state refund_state_of(enum gateway_outcome outcome);

/* What the account's and the payment's rows say once it went back: part of a transaction. payment
 * as it is now. RESULT_CONFLICT: the payment's state does not allow it. */
MUST_CHECK enum result refund_book(struct db *db, const struct refund_payment *payment,
                                   const struct refund *refund, int64_t now);

/* The part of it about money, shared with return.h: invoices, credit, journal, adjustment. The
 * refund's parts are those of the time. "ADJ-" and the refund's reference is the number of its
 * adjustment invoice. */
MUST_CHECK enum result refund_book_money(struct db *db, const struct refund *refund, bool reopens,
                                         int64_t now);

/* One line of the payment's history. */
MUST_CHECK enum result refund_event(struct db *db, const struct refund *refund,
                                    enum payment_state from, enum payment_state to,
                                    const char *actor, int64_t now);

/* Whether the books go on where the state of the refund's payment leads: due again, or released. */
bool refund_reopens(const struct refund_payment *payment, const struct refund *refund);

#define REFUND_STATEMENTS                                                                          \
    &refund_payment_sql, &refund_find_sql, &refund_of_request_sql, &refund_free_sql,               \
        &refund_add_sql, &refund_cover_sql, &refund_close_sql, &payment_reverse_sql,               \
        &allocation_refund_sql, &invoice_unpay_sql, &invoice_settled_sql, &invoice_dispute_sql,    \
        &invoice_dispute_one_sql, &journal_post_refund_sql, &credit_move_sql

#endif
