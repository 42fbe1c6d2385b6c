/*
 * export_store.h - the journal, payments and invoices of a time, page by page in an order that
 * stays: by day, and then as they were written. What is behind a place is read without what is
 * before it.
 */
#ifndef REMIT_STORE_EXPORT_STORE_H
#define REMIT_STORE_EXPORT_STORE_H

#include <stdint.h>

#include "common/db/db.h"

enum { EXPORT_PAGE = 500, EXPORT_PAGE_ROWS = 4000 };

struct export_range {
    const char *from, *to; /* "2026-11-22", of payments "2026-11-22 15:04:05"; both are in it */
    const char *after;     /* of the place behind which it begins; = from and id 0: at from */
    int64_t after_id, after_line;
};

/* on_date, id, line, account's number, kind, event_key, payment's reference, ledger, invoice's
 * number, cents. At most EXPORT_PAGE_ROWS rows of at most EXPORT_PAGE entries; none: the end. */
extern const struct statement export_journal_sql;
MUST_CHECK enum result export_journal(struct db *db, struct arena *arena,
                                      const struct export_range *range, struct rows *out_rows);

/* confirmed_at, id, reference, account's number, source, kind, method's text, state, cents: amount,
 * credit, refunded; external_reference, transaction_id, note, closed_at. */
extern const struct statement export_payments_sql;
MUST_CHECK enum result export_payments(struct db *db, struct arena *arena,
                                       const struct export_range *range, struct rows *out_rows);

/* issued_on, id, number, account's number, billing_type, due_on, state, cents: total, tax, paid,
 * credited, pending; created_at. */
extern const struct statement export_invoices_sql;
MUST_CHECK enum result export_invoices(struct db *db, struct arena *arena,
                                       const struct export_range *range, struct rows *out_rows);

#define EXPORT_STATEMENTS &export_journal_sql, &export_payments_sql, &export_invoices_sql

#endif
