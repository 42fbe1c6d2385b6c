/*
 * return.h - money that is taken back: the bank sends a debit back that was paid already, a check
 * bounces, a cardholder disputes a payment with their bank (a chargeback). Nobody is asked, so it
 * is always recorded; what it does to the books is decided by what is there:
 *
 *   what its invoices still hold of it     due again
 *   what the account has still as credit   taken off the credit
 *   the rest                               refunded or spent before, so it is out twice: an
 *                                          adjustment invoice, and an item for a person
 *
 * It is a refund of the whole payment, of kind "return" or "chargeback", recorded at once; its
 * reference is made of the payment's, so that a payment comes back once, whoever tells of it and
 * however often. Payments that were still pending return by charge_record().
 *
 * What a chargeback makes due again is disputed: autopay leaves it out until it is paid or the
 * provider says so. Its card needs attention, and a person has to look, since there are days to
 * contest it. It costs the customer no fee.
 */
#ifndef REMIT_PROGRAM_RETURN_H
#define REMIT_PROGRAM_RETURN_H

#include <stdint.h>

#include "common/billing/retry_rule.h"
#include "common/program/refund.h"

struct return_ask {
    const char *payment_reference;
    bool is_chargeback;                 /* of a card */
    const char *code;                   /* "R01"; "": not known */
    const char *note;                   /* may be "" */
    const char *request_key;            /* NULL: none */
    const char *actor;                  /* "operator:ana", "program:settle" */
    bool is_audited;                    /* an operator did it */
    int64_t fee_cents;                  /* what the provider charges for a return; 0: nothing */
    const struct retry_settings *retry; /* of drafts that come back */
    int64_t now;
};

enum return_end {
    RETURN_RECORDED,
    RETURN_AGAIN,       /* it came back before: out->refund, whose reference is "" where it had not
                           been money yet */
    RETURN_NO_PAYMENT,  /* there is no such payment */
    RETURN_REFUSED,     /* out->refusal says why */
    RETURN_BUSY,        /* a refund of it is open: out->payment.open_refund; first that */
    RETURN_KEY_USED,    /* the key did something else: out->refund is that */
    RETURN_UNFIT,       /* the books do not take it: for a person */
    RETURN_UNAVAILABLE, /* the database: out->result */
};

struct return_told {
    struct refund_payment payment; /* as it was before */
    struct refund refund;
    enum refund_refusal refusal;
    int64_t fee_cents; /* that was charged */
    enum result result;
};

/* A payment's return and its chargeback have the payment's characters behind a letter of their own.
 */
const char *return_reference(struct arena *arena, const char *payment_reference,
                             bool is_chargeback);

enum return_end return_record(struct db *db, struct arena *arena, const struct return_ask *ask,
                              struct return_told *out_told);

#endif
