/*
 * payment_store.h - payments and what they cover, as programs read them, and the making of one for
 * review. What happens to a payment after that is charge_store.h.
 */
#ifndef REMIT_STORE_PAYMENT_STORE_H
#define REMIT_STORE_PAYMENT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/allocation.h"
#include "common/billing/invoice_status.h"
#include "common/billing/payment_state.h"
#include "common/core/secret.h"
#include "common/db/db.h"

struct payment {
    int64_t account_id, id, user_id, method_id; /* user, method: 0 for recorded payments */
    const char *reference, *kind, *method_text, *note;
    enum payment_state state;
    int64_t amount_cents, refunded_cents;
    int64_t credit_cents; /* of amount_cents: what no invoice takes and becomes account credit */
    const char *transaction_id, *response_code, *response_text, *decline_class;
    int64_t created_at, confirmed_at, deadline_at, closed_at, look_at;
    int64_t looks;
    /* Confirming it also turns autopay on with its method; "": it does not. */
    const char *enrol_schedule;
    bool enrol_older;
};

struct covered_invoice {
    int64_t invoice_id;
    const char *number;
    int64_t amount_cents; /* of this payment */
    struct invoice_figures figures;
    const char *open_payment; /* reference of another payment that holds it now; "" */
};

/* RESULT_NOT_FOUND: not of this account. */
extern const struct statement payment_find_sql;
MUST_CHECK enum result payment_find(struct db *db, struct arena *arena, int64_t account_id,
                                    const char *reference, struct payment *out_payment);

/* What a payment covers, oldest due date first. */
extern const struct statement payment_covers_sql;
MUST_CHECK enum result payment_covers(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t payment_id, struct covered_invoice **out_list,
                                      size_t *out_count);

/* The payment a form made before. RESULT_NOT_FOUND: none. */
extern const struct statement payment_of_form_sql;
MUST_CHECK enum result payment_of_form(struct db *db, struct arena *arena, int64_t account_id,
                                       const unsigned char form_key[SECRET_HASH_BYTES],
                                       const char **out_reference,
                                       unsigned char out_form_hash[SECRET_HASH_BYTES]);

struct payment_draft {
    int64_t account_id, user_id, method_id;
    const char *reference, *kind, *method_text, *note;
    const unsigned char *form_key, *form_hash; /* SECRET_HASH_BYTES each */
    const struct allocation *allocations;      /* each with cents */
    size_t allocation_count;                   /* 1 .. ALLOCATIONS_MAX */
    int64_t credit_cents; /* what becomes account credit; with the allocations it is the payment */
    const char *enrol_schedule; /* as in struct payment; NULL: none */
    bool enrol_older;
    int64_t now;
};

/* One row of what a payment covers: inside the transaction that makes it. */
extern const struct statement payment_create_sql, payment_cover_sql;
MUST_CHECK enum result payment_cover(struct db *db, int64_t account_id, int64_t payment_id,
                                     const struct allocation *allocation);

/* Makes a payment in review, in a transaction of its own. RESULT_CONFLICT: the form has made one
 * already; RESULT_UNCERTAIN is looked up by form key and does not come out. */
MUST_CHECK enum result payment_create(struct db *db, struct arena *arena,
                                      const struct payment_draft *draft);

#endif
