/*
 * invoice_store.h - invoices as programs read them. Every read names the account: another
 * account's invoice is not found.
 */
#ifndef REMIT_STORE_INVOICE_STORE_H
#define REMIT_STORE_INVOICE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/invoice_status.h"
#include "common/db/db.h"

struct invoice {
    int64_t id;
    const char *number, *billing_type, *terms;
    struct date issued_on;
    struct invoice_figures figures;
    int64_t tax_cents;
    /* The reference of the payment that is processing or unknown on it; "" when there is none. */
    const char *open_payment;
};

struct invoice_line {
    const char *description, *quantity;
    int64_t price_cents, amount_cents;
};

struct invoices {
    struct invoice *list;
    size_t count;
};

/* Open ones, oldest due date first: the order in which payments cover them. */
extern const struct statement invoice_payable_sql;
MUST_CHECK enum result invoice_payable(struct db *db, struct arena *arena, int64_t account_id,
                                       int64_t limit, struct invoices *out_invoices);

/* The earliest due date among open invoices; year 0: nothing is open. */
extern const struct statement invoice_next_due_sql;
MUST_CHECK enum result invoice_next_due(struct db *db, struct arena *arena, int64_t account_id,
                                        struct date *out_due_on);

/* RESULT_NOT_FOUND: the account has no invoice of that number. */
extern const struct statement invoice_exists_sql;
MUST_CHECK enum result invoice_exists(struct db *db, struct arena *arena, int64_t account_id,
                                      const char *number);

/* One invoice and its lines, in one round trip. RESULT_NOT_FOUND. */
extern const struct statement invoice_find_sql;
MUST_CHECK enum result invoice_find(struct db *db, struct arena *arena, int64_t account_id,
                                    const char *number, struct invoice *out_invoice,
                                    struct invoice_line **out_lines, size_t *out_line_count);

#endif
