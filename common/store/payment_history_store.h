/*
 * payment_history_store.h - payments as a customer looks back on them: the list page by page, as in
 * history_store.h, and one of them with everything that happened to it.
 *
 * Only what was confirmed is here; a review, or one that expired as such, is not found.
 */
#ifndef REMIT_STORE_PAYMENT_HISTORY_STORE_H
#define REMIT_STORE_PAYMENT_HISTORY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"
#include "common/store/payment_store.h"

/* Of struct payment: id, reference, method_text, state, amount_cents, refunded_cents,
 * confirmed_at. */
struct payment_rows {
    struct payment *list;
    size_t count; /* at most what was asked for */
    bool has_more;
};

struct payment_place {
    int64_t at, id; /* when it was confirmed; at 0: the list's begin */
};

struct payment_history {
    int64_t account_id;
    const char *state; /* a state's name; "": all */
    int64_t from, to;  /* confirmed from .. before; 0: no such end */
    struct payment_place place;
    bool is_back; /* the later ones, instead of the earlier */
    size_t limit; /* 1 .. PAYMENT_ROWS_MAX */
};

enum { PAYMENT_ROWS_MAX = 100 };

/* Latest first. */
extern const struct statement payments_all_down_sql, payments_all_up_sql, payments_state_down_sql,
    payments_state_up_sql;
#define PAYMENT_HISTORY_STATEMENTS                                                                 \
    &payments_all_down_sql, &payments_all_up_sql, &payments_state_down_sql, &payments_state_up_sql
MUST_CHECK enum result payment_history(struct db *db, struct arena *arena,
                                       const struct payment_history *ask,
                                       struct payment_rows *out_rows);

/* A step of a payment: who made it is nobody's matter but the provider's. */
struct payment_step {
    int64_t id, at;
    const char *from, *to; /* names of states; from "" : the first */
    const char *detail;
};

struct payment_past {
    struct payment payment; /* without form, claim and look-ups */
    const char *source;     /* customer, autopay, provider */
    struct payment_step *steps;
    size_t step_count; /* at most PAYMENT_STEPS_MAX, in the order they happened */
};

enum { PAYMENT_STEPS_MAX = 60 };

/* In one round trip. RESULT_NOT_FOUND: not of this account, or never confirmed. */
extern const struct statement payment_past_sql;
MUST_CHECK enum result payment_past(struct db *db, struct arena *arena, int64_t account_id,
                                    const char *reference, struct payment_past *out_past);

struct payment_part {
    int64_t invoice_id;
    const char *number;
    int64_t amount_cents, refunded_cents;
};

/* The invoices of a payment with ids above after_id, by id, at most limit. */
extern const struct statement payment_parts_sql;
MUST_CHECK enum result payment_parts(struct db *db, struct arena *arena, int64_t account_id,
                                     int64_t payment_id, int64_t after_id, size_t limit,
                                     struct payment_part **out_list, size_t *out_count);

/* Payments of an invoice with ids below before_id, latest first; amount_cents is the part on this
 * invoice. Looks at limit of its allocations, of which reviews and expired ones are passed over:
 * *out_last_id is where to go on, 0: that was all. */
extern const struct statement invoice_payments_sql;
MUST_CHECK enum result invoice_payments(struct db *db, struct arena *arena, int64_t account_id,
                                        int64_t invoice_id, int64_t before_id, size_t limit,
                                        struct payments *out_payments, int64_t *out_last_id);

#endif
