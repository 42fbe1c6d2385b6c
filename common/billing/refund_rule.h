/*
 * refund_rule.h - what may go back of a payment, and the states of sending it back. Rules without
 * I/O.
 *
 * A refund sends cents of a payment back that is money. A void takes the whole of it back before it
 * settles; only the gateway knows whether it has, so of cards both may be tried.
 */
#ifndef REMIT_BILLING_REFUND_RULE_H
#define REMIT_BILLING_REFUND_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/billing/payment_state.h"
#include "common/core/result.h"

enum refund_state {
    REFUND_PROCESSING, /* claimed: being sent, or the program died while sending */
    REFUND_UNKNOWN,    /* sent, answer not known; looked up until it is */
    REFUND_SUCCEEDED,  /* the money went back */
    REFUND_FAILED,     /* refused, or certainly not sent back */
    REFUND_NOT_SENT,   /* no byte left */
    REFUND_STATE_COUNT
};

/* The column's word ("not_sent"), for logs and templates too. */
const char *refund_state_name(enum refund_state state);
/* RESULT_INVALID: no such state. */
MUST_CHECK enum result refund_state_parse(const char *name, enum refund_state *out_state);
/* What it is: the column's word ("return"). */
enum refund_kind {
    REFUND_KIND_REFUND,     /* cents of it, sent back by the provider */
    REFUND_KIND_VOID,       /* all of it, before it settled */
    REFUND_KIND_RETURN,     /* all of it, taken back by the bank: a fact, never asked for */
    REFUND_KIND_CHARGEBACK, /* the same of a card, whose holder disputes the payment */
};
/* A fact: the money went without anybody here asking for it. */
bool refund_kind_is_taken(enum refund_kind kind);
const char *refund_kind_name(enum refund_kind kind);
/* RESULT_INVALID: no such kind. */
MUST_CHECK enum result refund_kind_parse(const char *name, enum refund_kind *out_kind);
/* The customer's word ("Refunded"). */
const char *refund_state_word(enum refund_state state, enum refund_kind kind);

bool refund_may_move(enum refund_state from, enum refund_state to);
/* processing, unknown: nothing else of the payment can go back meanwhile. */
bool refund_is_open(enum refund_state state);

/* ---- what may go back ---- */

struct refundable {
    enum payment_state state;
    bool is_bank;
    bool is_by_hand; /* recorded: no gateway took it */
    int64_t amount_cents, refunded_cents;
    /* Of amount_cents what no invoice took, and of that what went back; and what the account has
     * in its favour now, of whatever payment it came: less, where some of it was spent. */
    int64_t credit_cents, credit_refunded_cents, account_credit_cents;
};

enum refund_refusal {
    REFUND_ALLOWED,
    REFUND_PAYMENT_OPEN, /* its own outcome is not known yet */
    REFUND_NOT_SETTLED,  /* an ACH payment that is pending: void it */
    REFUND_NOT_MONEY,    /* there is no money in it */
    REFUND_SETTLED,      /* void: it is settled, refund it */
    REFUND_BY_HAND,      /* void: no gateway took it, refund it */
    REFUND_PARTLY_BACK,  /* void: some of it went back, refund the rest */
    REFUND_NOTHING_LEFT, /* all of it went back */
    REFUND_TOO_MUCH,     /* more than is left */
    REFUND_CREDIT_SPENT, /* more than its invoices hold and the account has still to its credit */
    REFUND_CARD,         /* return: a card's payment is not returned, but disputed */
    REFUND_NOT_CARD,     /* chargeback: only a card's payment is disputed */
    REFUND_REFUSAL_COUNT
};

/* What is left of it. */
int64_t refund_left_cents(const struct refundable *payment);
/* What of it may be sent back: without the credit that was spent already. */
int64_t refund_possible_cents(const struct refundable *payment);

/* Where the cents that go back are taken from. */
struct refund_parts {
    int64_t invoice_cents;    /* from what it paid on invoices */
    int64_t credit_cents;     /* from the account's credit */
    int64_t adjustment_cents; /* neither holds them any more: due again as an invoice of its own */
};

/* Of cents up to all that is left: credit first, then invoices. An adjustment only of what nobody
 * was asked about: a refund that is allowed needs none. */
struct refund_parts refund_split(const struct refundable *payment, int64_t amount_cents);
/* Of all of it, whatever went back before: a return, or the void of a payment that is money. What
 * was refunded already goes out a second time, and is an adjustment. */
struct refund_parts refund_split_all(const struct refundable *payment);

/* Whether a return or a chargeback of it may be recorded: what it would become says which. */
enum refund_refusal refund_taken_refusal(const struct refundable *payment, enum payment_state to);

/* amount_cents (> 0) of a refund; not read for a void. */
enum refund_refusal refund_refusal(const struct refundable *payment, bool is_void,
                                   int64_t amount_cents);

/* What the payment becomes when amount_cents went back. */
enum payment_state refund_payment_state(const struct refundable *payment, bool is_void,
                                        int64_t amount_cents);

#endif
