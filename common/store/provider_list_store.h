/*
 * provider_list_store.h - invoices and payments across all accounts, as the provider looks at them.
 *
 * Reads only. Rows come as the statement gives them, with the columns named here; what they are
 * called and how they are shown is the command's.
 */
#ifndef REMIT_STORE_PROVIDER_LIST_STORE_H
#define REMIT_STORE_PROVIDER_LIST_STORE_H

#include <stdint.h>

#include "common/db/db.h"

/* number, billing_type, issued_on, due_on, state, total, paid, credited, pending (cents); latest
 * first */
extern const struct statement provider_invoice_list_sql;
MUST_CHECK enum result provider_invoice_list(struct db *db, int64_t account_id, db_each_row each,
                                             void *context);

/* id, account_id, account's number, number, billing_type, issued_on, due_on, terms, state, total,
 * tax, paid, credited, pending (cents), created_at, voided_at, void_note. RESULT_NOT_FOUND. */
extern const struct statement provider_invoice_show_sql;
MUST_CHECK enum result provider_invoice_show(struct db *db, struct arena *arena, const char *number,
                                             struct rows *out_rows);
/* line, description, quantity, price, amount (cents) */
extern const struct statement provider_invoice_lines_sql;
MUST_CHECK enum result provider_invoice_lines(struct db *db, struct arena *arena,
                                              int64_t account_id, int64_t invoice_id,
                                              struct rows *out_rows);
/* reference, kind, state, amount on this invoice, refunded of it (cents), created_at */
extern const struct statement provider_invoice_payments_sql;
MUST_CHECK enum result provider_invoice_payments(struct db *db, struct arena *arena,
                                                 int64_t account_id, int64_t invoice_id,
                                                 struct rows *out_rows);

/* reference, account's number, source, kind, method_text, state, amount, refunded (cents),
 * external_reference, transaction_id, created_at, closed_at; latest first. account_id 0: all
 * accounts; state "": all states. */
extern const struct statement provider_payment_list_sql, provider_payment_list_of_account_sql;
MUST_CHECK enum result provider_payment_list(struct db *db, int64_t account_id, const char *state,
                                             db_each_row each, void *context);

/* id, account_id, and the columns of the list; then note, gateway, response_code, response_text,
 * decline_class, confirmed_at, look_at, looks. RESULT_NOT_FOUND. */
extern const struct statement provider_payment_show_sql;
MUST_CHECK enum result provider_payment_show(struct db *db, struct arena *arena,
                                             const char *reference, struct rows *out_rows);
/* invoice's number, amount, refunded (cents), open */
extern const struct statement provider_payment_covers_sql;
MUST_CHECK enum result provider_payment_covers(struct db *db, struct arena *arena,
                                               int64_t account_id, int64_t payment_id,
                                               struct rows *out_rows);
/* at, from_state, to_state, actor, detail, request_id */
extern const struct statement provider_payment_events_sql;
MUST_CHECK enum result provider_payment_events(struct db *db, struct arena *arena,
                                               int64_t account_id, int64_t payment_id,
                                               struct rows *out_rows);

/* ---- what is none of ours ---- */

/* transaction_id, order_id, standing, taken and sent back (cents), the gateway's time of its last
 * action, when it was seen; from since on (an instant > 0), latest first. */
extern const struct statement provider_foreign_list_sql;
MUST_CHECK enum result provider_foreign_list(struct db *db, int64_t since, db_each_row each,
                                             void *context);

#define PROVIDER_LIST_STATEMENTS                                                                   \
    &provider_invoice_list_sql, &provider_invoice_show_sql, &provider_invoice_lines_sql,           \
        &provider_invoice_payments_sql, &provider_payment_list_sql,                                \
        &provider_payment_list_of_account_sql, &provider_payment_show_sql,                         \
        &provider_payment_covers_sql, &provider_payment_events_sql, &provider_foreign_list_sql

#endif
