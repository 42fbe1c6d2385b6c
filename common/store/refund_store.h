/*
 * refund_store.h - money that goes back: reading what there is, and the writes in the order that
 * common/program/refund.h describes.
 *
 * As with a charge, every write that decides something is a conditional update or a unique key, and
 * its answer counts only after COMMIT. A void is a refund of the whole that has not settled yet.
 */
#ifndef REMIT_STORE_REFUND_STORE_H
#define REMIT_STORE_REFUND_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/allocation.h"
#include "common/billing/refund_rule.h"
#include "common/db/db.h"
#include "common/store/charge_store.h"

/* A payment as what may go back of it is decided. */
struct refund_payment {
    int64_t account_id, id, user_id; /* user 0: recorded */
    const char *reference, *kind, *gateway, *transaction_id;
    struct refundable figures;
    const char *open_refund; /* reference of the one that is being decided on; "" */
    int64_t draft_id;        /* the draft it is an attempt of; 0: none */
};

/* RESULT_NOT_FOUND. */
extern const struct statement refund_payment_sql;
MUST_CHECK enum result refund_payment(struct db *db, struct arena *arena, const char *reference,
                                      struct refund_payment *out_payment);

struct refund {
    int64_t account_id, id, payment_id, user_id; /* user: the payment's; 0: recorded */
    const char *reference, *payment_reference;
    enum refund_kind kind;
    bool is_void; /* its kind, since most ask for it */
    bool reopens, is_bank;
    enum refund_state state;
    /* Of a void the parts are known once it is recorded. */
    int64_t amount_cents, credit_cents, adjustment_cents;
    const unsigned char *token; /* NULL: never sent to a gateway */
    const char *gateway, *sale_transaction_id, *transaction_id, *response_code, *response_text;
    int64_t created_at, deadline_at, closed_at, look_at, looks;
    bool lease_is_over; /* of refund_open_list() only */
};

struct refunds {
    struct refund *list;
    size_t count;
};

/* RESULT_NOT_FOUND. */
extern const struct statement refund_find_sql;
MUST_CHECK enum result refund_find(struct db *db, struct arena *arena, const char *reference,
                                   struct refund *out_refund);
/* The one an operator's key made. RESULT_NOT_FOUND. */
extern const struct statement refund_of_request_sql;
MUST_CHECK enum result refund_of_request(struct db *db, struct arena *arena, int64_t account_id,
                                         const char *request_key, struct refund *out_refund);

/* Those of one payment that went back or may have, oldest first; what was refused is nobody's
 * matter but the provider's. For pages of customers. */
extern const struct statement refunds_of_payment_sql;
MUST_CHECK enum result refunds_of_payment(struct db *db, struct arena *arena, int64_t account_id,
                                          int64_t payment_id, struct refunds *out_refunds);
/* The same of one invoice, with only its part in amount_cents. At most limit. */
extern const struct statement refunds_of_invoice_sql;
MUST_CHECK enum result refunds_of_invoice(struct db *db, struct arena *arena, int64_t account_id,
                                          int64_t invoice_id, int64_t limit,
                                          struct refunds *out_refunds);

/* reference, kind, amount (cents), reopens, state, credit, adjustment (cents), transaction_id,
 * response_code, response_text, request_key, note, actor, created_at, closed_at, look_at, looks:
 * every try, oldest first. */
extern const struct statement refund_list_sql;
MUST_CHECK enum result refund_list(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t payment_id, struct rows *out_rows);

/* What of a payment has not gone back yet (free_cents), by invoice, oldest due first: at most
 * ALLOCATIONS_MAX. */
extern const struct statement refund_free_sql;
MUST_CHECK enum result refund_free(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t payment_id, struct allocation **out_list,
                                   size_t *out_count);

/* ---- making one; inside a transaction, after account_move() ---- */

struct refund_draft {
    int64_t account_id, payment_id, amount_cents;
    int64_t credit_cents, adjustment_cents; /* of amount_cents: not in list */
    const char *reference;                  /* ours, new */
    const char *request_key;                /* NULL: none */
    const char *transaction_id;             /* NULL: none, or not known yet */
    const char *response_code;              /* NULL: not known yet */
    enum refund_kind kind;
    bool reopens;
    enum refund_state state;    /* processing, or succeeded outside a gateway */
    const unsigned char *token; /* CLAIM_TOKEN_BYTES; NULL outside a gateway */
    int64_t lease_s;            /* send_by is now by the database's clock plus this */
    const char *gateway, *note, *actor;
    int64_t now, deadline_at;
    const struct allocation *list; /* each with cents; with the other parts they sum to
                                    * amount_cents, but of a void, which takes what is there */
    size_t count;
};

/* The response code of a refund that the gateway ties to its sale by nothing but its transaction:
 * asking by the payment's reference does not tell it. */
#define REFUND_WITHOUT_ORDER "no_order_id"

/* RESULT_CONFLICT: one is open on this payment, or the reference, the key or the transaction is
 * used. */
extern const struct statement refund_add_sql, refund_cover_sql;
MUST_CHECK enum result refund_add(struct db *db, const struct refund_draft *draft, int64_t *out_id);

/* ---- recording ---- */

struct refund_closing {
    int64_t account_id, refund_id;
    enum refund_state from, to;
    bool reopens;
    int64_t credit_cents, adjustment_cents;
    const unsigned char *token;
    const char *transaction_id; /* "": none */
    const char *response_code, *response_text;
    int64_t now, look_at; /* look_at 0: no look-up is planned */
};

/* from -> to, only if the claim is still token's. RESULT_CONFLICT: it is not, or another refund has
 * this transaction. */
extern const struct statement refund_close_sql;
MUST_CHECK enum result refund_close(struct db *db, const struct refund_closing *closing);

/* The payment's new state, and cents of it that went back, some of them of its credit.
 * RESULT_CONFLICT: it is not in from. */
extern const struct statement payment_reverse_sql;
MUST_CHECK enum result payment_reverse(struct db *db, int64_t account_id, int64_t payment_id,
                                       enum payment_state from, enum payment_state to,
                                       int64_t refunded_cents, int64_t credit_refunded_cents);

/* The same for the payment's allocations, and for the invoices: what was paid is not any more, and
 * is credited instead unless they are due again. */
extern const struct statement allocation_refund_sql, invoice_unpay_sql;
MUST_CHECK enum result allocations_refund(struct db *db, int64_t account_id, int64_t refund_id);
MUST_CHECK enum result invoices_unpay(struct db *db, int64_t account_id, int64_t refund_id,
                                      bool is_credited);

/* One posting for each invoice of a refund, lines 1 .. n: receivable, sign * its cents. */
extern const struct statement journal_post_refund_sql;
MUST_CHECK enum result journal_post_refund(struct db *db, int64_t account_id, int64_t entry_id,
                                           int64_t refund_id, int sign);

/* ---- what settling asks ---- */

/* *out_has: a refund of this gateway has this transaction. */
extern const struct statement refund_has_transaction_sql;
MUST_CHECK enum result refund_has_transaction(struct db *db, struct arena *arena,
                                              const char *gateway, const char *transaction_id,
                                              bool *out_has);

#endif
