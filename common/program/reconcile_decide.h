/*
 * reconcile_decide.h - what reconcile_one.c and reconcile_back.c share: one reference being
 * decided.
 */
#ifndef REMIT_PROGRAM_RECONCILE_DECIDE_H
#define REMIT_PROGRAM_RECONCILE_DECIDE_H

#include "common/program/reconciling.h"

enum { RECONCILE_SEEN_MAX = 200, RECONCILE_MISSING_AFTER_S = RECONCILE_DAY_S };

/* What the gateway has under one reference. */
struct seen {
    struct gateway_transaction *list;
    size_t count;
    bool is_too_many;
    const char *reference; /* NULL: whatever it carries */
};

struct deciding {
    struct reconciling *reading;
    struct arena *arena;
    const char *reference;
    struct seen seen;
    struct refund_payment payment;
    struct reconcile_back back;
    /* Sums of what was seen. */
    const struct gateway_transaction *sale; /* the payment's own, or the one that can be; NULL */
    size_t sales_money;                     /* of all under the reference */
    int64_t refunded_cents;
    enum reconcile_end end; /* the one that matters most so far */
    bool has_news;
};

/* What became of it, counted and told. why: "" but of what is for a person. */
void deciding_news(struct deciding *deciding, enum reconcile_what what, enum reconcile_end end,
                   const struct gateway_transaction *seen, int64_t amount_cents, const char *why);

/* For a person, once: key says of what. seen: the transaction it is about; may be NULL. */
void deciding_queue(struct deciding *deciding, enum reconcile_what what, const char *kind,
                    const char *key, const struct gateway_transaction *seen, const char *why);
/* The same of what does not fit; word: what about it. */
void deciding_disagree(struct deciding *deciding, const char *word,
                       const struct gateway_transaction *seen, const char *why);

/* ---- money that went back, of a payment that is money or was given back ---- */

/* What the gateway sent back, against what our books say. */
void deciding_refunds(struct deciding *deciding);
/* Refunds to a bank account that came back. */
void deciding_refunds_returned(struct deciding *deciding);
/* Its sale was voided. */
void deciding_voided(struct deciding *deciding);
/* A bank took its sale back; and again, when that is recorded already. */
void deciding_taken(struct deciding *deciding);
void deciding_taken_again(struct deciding *deciding);
/* Or another sale than ours, or one over another amount. */
void deciding_taken_unlike(struct deciding *deciding);

#endif
