/*
 * void_store.h - an invoice that is taken back. What is due on it is not any more, what was paid on
 * it or credited to it from the account's credit becomes account credit, and the journal has the
 * reverse of what it had when it was issued.
 *
 * The cents that a payment had on it move to the payment's own credit: whatever happens to that
 * payment later, a refund, a return, takes them from there.
 */
#ifndef REMIT_STORE_VOID_STORE_H
#define REMIT_STORE_VOID_STORE_H

#include <stdint.h>

#include "common/db/db.h"
#include "common/store/provider_store.h"

enum void_end {
    VOID_DONE,
    VOID_AGAIN,      /* it was void before; nothing is changed */
    VOID_NO_INVOICE, /* no such number */
    VOID_PENDING,    /* payments reserve told->pending_cents of it: told->reference is one */
    VOID_REFUND,     /* a refund of told->reference, which paid it, is being decided */
    VOID_TOO_MANY,   /* more payments than one transaction can move */
};

struct void_told {
    enum void_end end;
    const char *account, *reference; /* numbers; "" */
    int64_t account_id;
    int64_t due_cents;    /* what was due on it, and is not any more */
    int64_t credit_cents; /* what became the account's credit */
    int64_t pending_cents;
};

/* In one transaction with its audit row; texts live in arena. RESULT_OK with any end. */
extern const struct statement void_find_sql, void_payments_sql, void_applied_sql, void_issued_sql,
    void_invoice_sql, void_allocation_sql, void_payment_sql;
MUST_CHECK enum result invoice_void(struct db *db, struct arena *arena,
                                    const struct provider_act *act, const char *number,
                                    const char *note, struct void_told *out_told);

#define VOID_STATEMENTS                                                                            \
    &void_find_sql, &void_payments_sql, &void_applied_sql, &void_issued_sql, &void_invoice_sql,    \
        &void_allocation_sql, &void_payment_sql

#endif
