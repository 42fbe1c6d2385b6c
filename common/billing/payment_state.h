/*
 * payment_state.h - the states of a payment and the moves between them: the one table of it.
 *
 * Rules without I/O. A move that is not in the table is our mistake wherever it is tried; the
 * database makes the move with a condition on the state it comes from.
 */
#ifndef REMIT_BILLING_PAYMENT_STATE_H
#define REMIT_BILLING_PAYMENT_STATE_H

#include <stdbool.h>

#include "common/core/result.h"

enum payment_state {
    PAYMENT_REVIEW,          /* shown to the customer, not confirmed                       */
    PAYMENT_EXPIRED,         /* never confirmed                                            */
    PAYMENT_PROCESSING,      /* claimed: being sent, or the program died while sending     */
    PAYMENT_UNKNOWN,         /* sent, answer not known; looked up until it is              */
    PAYMENT_PENDING,         /* ACH accepted: not money yet                                */
    PAYMENT_SUCCEEDED,       /* money                                                      */
    PAYMENT_DECLINED,        /* the bank said no                                           */
    PAYMENT_FAILED,          /* the gateway refused the request itself                     */
    PAYMENT_NOT_CHARGED,     /* certainly not charged                                      */
    PAYMENT_RETURNED,        /* ACH came back                                              */
    PAYMENT_PARTLY_REFUNDED, /* some of the money went back                                */
    PAYMENT_REFUNDED,        /* all of it did                                              */
    PAYMENT_VOIDED,          /* taken back before it settled                               */
    PAYMENT_CHARGED_BACK,    /* the cardholder's bank took it back                         */
    PAYMENT_STATE_COUNT
};

/* The column's word ("not_charged"), for logs and templates too. */
const char *payment_state_name(enum payment_state state);
/* RESULT_INVALID: no such state. */
MUST_CHECK enum result payment_state_parse(const char *name, enum payment_state *out_state);

/* The customer's word ("Not charged"). */
const char *payment_state_word(enum payment_state state);

bool payment_may_move(enum payment_state from, enum payment_state to);

/* processing, unknown: its invoices cannot be paid by another payment. */
bool payment_is_open(enum payment_state state);
/* open or pending: its cents are reserved on the invoices. */
bool payment_reserves(enum payment_state state);
/* Its cents count as paid (what was refunded taken off). */
bool payment_is_money(enum payment_state state);

#endif
