#include "common/store/export_store.h"

/* The places behind one, of rows that a key has in their order: both halves are read from that key.
 */
#define BEHIND(day, id, op) " AND (" day " > ? OR (" day " = ? AND " id " " op " ?))"

const struct statement export_journal_sql = {
    .name = "export_journal",
    .params = 10,
    .columns = 10,
    .text = "SELECT e.on_date, e.id, q.line, a.number, e.kind, e.event_key, p.reference, q.ledger,"
            " i.number, q.amount_cents FROM (SELECT on_date, id, account_id, kind, event_key,"
            " payment_id FROM journal_entry FORCE INDEX (journal_entry_day) WHERE on_date >= ? AND"
            " on_date <= ?" BEHIND(
                "on_date", "id",
                ">=") " ORDER BY on_date, id LIMIT ?) e"
                      " STRAIGHT_JOIN account a ON a.id = e.account_id STRAIGHT_JOIN "
                      "journal_posting q ON"
                      " q.account_id = e.account_id AND q.entry_id = e.id LEFT JOIN payment p ON"
                      " p.account_id = e.account_id AND p.id = e.payment_id LEFT JOIN invoice i ON"
                      " i.account_id = q.account_id AND i.id = q.invoice_id WHERE NOT (e.on_date = "
                      "? AND"
                      " e.id = ? AND q.line <= ?) ORDER BY e.on_date, e.id, q.line LIMIT ?",
};

enum result export_journal(struct db *db, struct arena *arena, const struct export_range *range,
                           struct rows *out_rows) {
    struct bind binds[] = {
        bind_text(range->from),     bind_text(range->to),      bind_text(range->after),
        bind_text(range->after),    bind_int(range->after_id), bind_int(EXPORT_PAGE),
        bind_text(range->after),    bind_int(range->after_id), bind_int(range->after_line),
        bind_int(EXPORT_PAGE_ROWS),
    };

    return db_query(db, arena, &export_journal_sql, binds, out_rows);
}

static enum result page_read(struct db *db, struct arena *arena, const struct statement *statement,
                             const struct export_range *range, struct rows *out_rows) {
    struct bind binds[] = {bind_text(range->from),    bind_text(range->to),
                           bind_text(range->after),   bind_text(range->after),
                           bind_int(range->after_id), bind_int(EXPORT_PAGE)};

    return db_query(db, arena, statement, binds, out_rows);
}

const struct statement export_payments_sql = {
    .name = "export_payments",
    .params = 6,
    .columns = 15,
    .text = "SELECT p.confirmed_at, p.id, p.reference, a.number, p.source, p.kind, p.method_text,"
            " p.state, p.amount_cents, p.credit_cents, p.refunded_cents, p.external_reference,"
            " p.transaction_id, p.note, p.closed_at FROM payment p FORCE INDEX (payment_day)"
            " STRAIGHT_JOIN account a ON a.id = p.account_id WHERE p.confirmed_at >= ? AND"
            " p.confirmed_at <= ?" BEHIND("p.confirmed_at", "p.id",
                                          ">") " ORDER BY p.confirmed_at, p.id LIMIT ?",
};

enum result export_payments(struct db *db, struct arena *arena, const struct export_range *range,
                            struct rows *out_rows) {
    return page_read(db, arena, &export_payments_sql, range, out_rows);
}

const struct statement export_invoices_sql = {
    .name = "export_invoices",
    .params = 6,
    .columns = 13,
    .text = "SELECT i.issued_on, i.id, i.number, a.number, i.billing_type, i.due_on, i.state,"
            " i.total_cents, i.tax_cents, i.paid_cents, i.credited_cents, i.pending_cents,"
            " i.created_at FROM invoice i FORCE INDEX (invoice_day) STRAIGHT_JOIN account a ON"
            " a.id = i.account_id WHERE i.issued_on >= ? AND i.issued_on <= ?" BEHIND(
                "i.issued_on", "i.id", ">") " ORDER BY i.issued_on, i.id LIMIT ?",
};

enum result export_invoices(struct db *db, struct arena *arena, const struct export_range *range,
                            struct rows *out_rows) {
    return page_read(db, arena, &export_invoices_sql, range, out_rows);
}
