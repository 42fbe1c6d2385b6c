/*
 * reconcile_store.h - what reading the gateway's report against our books asks: payments by their
 * references, refunds by their transactions, what of ours happened in a time, and the transactions
 * that are none of ours.
 */
#ifndef REMIT_STORE_RECONCILE_STORE_H
#define REMIT_STORE_RECONCILE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/payment_state.h"
#include "common/db/db.h"

enum { RECONCILE_BATCH = 30 };

/* A payment as it is compared with a transaction. */
struct reconcile_payment {
    const char *reference, *gateway, *transaction_id; /* "" where there is none */
    enum payment_state state;
    bool is_bank;
    int64_t amount_cents;
};

/* Those of count (1 .. RECONCILE_BATCH) references that are payments, in no order; room for as many
 * in list. */
extern const struct statement reconcile_payments_sql;
MUST_CHECK enum result reconcile_payments(struct db *db, struct arena *arena,
                                          const char *const *references, size_t count,
                                          struct reconcile_payment *list, size_t *out_count);

/* Those of count transactions of a gateway that are refunds of ours; lent from arena. */
extern const struct statement reconcile_refunds_sql;
MUST_CHECK enum result reconcile_refunds(struct db *db, struct arena *arena, const char *gateway,
                                         const char *const *transactions, size_t count,
                                         const char **list, size_t *out_count);

/* The payment whose sale a transaction is. RESULT_NOT_FOUND. */
extern const struct statement reconcile_sale_sql;
MUST_CHECK enum result reconcile_sale(struct db *db, struct arena *arena, const char *gateway,
                                      const char *transaction_id, const char **out_reference);

/* What our books say went back of a payment as refunds that the gateway tells under its reference,
 * and when the last of them was recorded (0: none); its confirmation. */
struct reconcile_back {
    int64_t refunded_cents, last_at, confirmed_at;
};
extern const struct statement reconcile_back_sql;
MUST_CHECK enum result reconcile_back(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t payment_id, struct reconcile_back *out_back);

/* ---- the other direction: in order of (at, id), from behind the pair on ---- */

struct reconcile_ours {
    int64_t at, id;
    const char *reference;      /* of the payment */
    const char *transaction_id; /* of the refund; "" for a payment, and where it is not known */
};

/* Payments a gateway took that are money, or were given back: confirmed until an instant. */
extern const struct statement reconcile_confirmed_sql;
MUST_CHECK enum result reconcile_confirmed(struct db *db, struct arena *arena, const char *gateway,
                                           const struct reconcile_ours *after, int64_t until,
                                           size_t limit, struct reconcile_ours *list,
                                           size_t *out_count);
/* Refunds that it sent back, made until an instant. */
extern const struct statement reconcile_sent_back_sql;
MUST_CHECK enum result reconcile_sent_back(struct db *db, struct arena *arena, const char *gateway,
                                           const struct reconcile_ours *after, int64_t until,
                                           size_t limit, struct reconcile_ours *list,
                                           size_t *out_count);

/* ---- what is none of ours ---- */

struct reconcile_foreign {
    const char *gateway, *transaction_id, *order_id, *standing;
    int64_t amount_cents, refunded_cents, modified_at, now;
};
/* Inside a transaction. *out_is_news: it was not listed, or was something else. */
extern const struct statement reconcile_foreign_sql;
MUST_CHECK enum result reconcile_foreign(struct db *db, const struct reconcile_foreign *foreign,
                                         bool *out_is_news);

/* *out_oldest_at: when the oldest payment was confirmed that this gateway may still tell news of,
 * 0: none; *out_has_any: it took one at all. */
extern const struct statement reconcile_oldest_sql;
MUST_CHECK enum result reconcile_oldest(struct db *db, struct arena *arena, const char *gateway,
                                        int64_t *out_oldest_at, bool *out_has_any);

#define RECONCILE_STORE_STATEMENTS                                                                 \
    &reconcile_payments_sql, &reconcile_refunds_sql, &reconcile_sale_sql,                          \
        &reconcile_confirmed_sql, &reconcile_sent_back_sql, &reconcile_foreign_sql,                \
        &reconcile_oldest_sql

#endif
