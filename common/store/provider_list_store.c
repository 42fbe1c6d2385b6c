#include "common/store/provider_list_store.h"

/* ---- invoices ---- */

const struct statement provider_invoice_list_sql = {
    .name = "provider_invoice_list",
    .params = 1,
    .columns = 9,
    .text = "SELECT number, billing_type, issued_on, due_on, state, total_cents, paid_cents,"
            " credited_cents, pending_cents FROM invoice WHERE account_id = ?"
            " ORDER BY issued_on DESC, id DESC",
};

enum result provider_invoice_list(struct db *db, int64_t account_id, db_each_row each,
                                  void *context) {
    struct bind binds[] = {bind_int(account_id)};

    return db_each(db, &provider_invoice_list_sql, binds, each, context);
}

/* One row, or RESULT_NOT_FOUND. */
static enum result one_row(enum result result, const struct rows *rows) {
    return result == RESULT_OK && rows->count == 0 ? RESULT_NOT_FOUND : result;
}

const struct statement provider_invoice_show_sql = {
    .name = "provider_invoice_show",
    .params = 1,
    .columns = 17,
    .text = "SELECT i.id, i.account_id, a.number, i.number, i.billing_type, i.issued_on, i.due_on,"
            " i.terms, i.state, i.total_cents, i.tax_cents, i.paid_cents, i.credited_cents,"
            " i.pending_cents, i.created_at, i.voided_at, i.void_note"
            " FROM invoice i JOIN account a ON a.id = i.account_id WHERE i.number = ?",
};

enum result provider_invoice_show(struct db *db, struct arena *arena, const char *number,
                                  struct rows *out_rows) {
    struct bind binds[] = {bind_text(number)};

    return one_row(db_query(db, arena, &provider_invoice_show_sql, binds, out_rows), out_rows);
}

const struct statement provider_invoice_lines_sql = {
    .name = "provider_invoice_lines",
    .params = 2,
    .columns = 5,
    .text = "SELECT line, description, quantity, price_cents, amount_cents FROM invoice_line"
            " WHERE account_id = ? AND invoice_id = ? ORDER BY line",
};

static enum result below(struct db *db, struct arena *arena, const struct statement *statement,
                         int64_t account_id, int64_t id, struct rows *out_rows) {
    struct bind binds[] = {bind_int(account_id), bind_int(id)};

    return db_query(db, arena, statement, binds, out_rows);
}

enum result provider_invoice_lines(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t invoice_id, struct rows *out_rows) {
    return below(db, arena, &provider_invoice_lines_sql, account_id, invoice_id, out_rows);
}

const struct statement provider_invoice_payments_sql = {
    .name = "provider_invoice_payments",
    .params = 2,
    .columns = 6,
    .text = "SELECT p.reference, p.kind, p.state, a.amount_cents, a.refunded_cents, p.created_at"
            " FROM payment_allocation a"
            " JOIN payment p ON p.account_id = a.account_id AND p.id = a.payment_id"
            " WHERE a.account_id = ? AND a.invoice_id = ? ORDER BY p.id LIMIT 1000",
};

enum result provider_invoice_payments(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t invoice_id, struct rows *out_rows) {
    return below(db, arena, &provider_invoice_payments_sql, account_id, invoice_id, out_rows);
}

/* ---- payments ---- */

#define PAYMENT_COLUMNS                                                                            \
    "p.reference, a.number, p.source, p.kind, p.method_text, p.state, p.amount_cents,"             \
    " p.refunded_cents, p.external_reference, p.transaction_id, p.created_at, p.closed_at"
#define PAYMENT_FROM " FROM payment p JOIN account a ON a.id = p.account_id"

const struct statement provider_payment_list_sql = {
    .name = "provider_payment_list",
    .params = 2,
    .columns = 12,
    .text = "SELECT " PAYMENT_COLUMNS PAYMENT_FROM " WHERE (? = '' OR p.state = ?)"
            " ORDER BY p.created_at DESC, p.id DESC",
};

const struct statement provider_payment_list_of_account_sql = {
    .name = "provider_payment_list_of_account",
    .params = 3,
    .columns = 12,
    .text = "SELECT " PAYMENT_COLUMNS PAYMENT_FROM
            " WHERE p.account_id = ? AND (? = '' OR p.state = ?)"
            " ORDER BY p.created_at DESC, p.id DESC",
};

enum result provider_payment_list(struct db *db, int64_t account_id, const char *state,
                                  db_each_row each, void *context) {
    struct bind binds[] = {bind_int(account_id), bind_text(state), bind_text(state)};

    if (account_id)
        return db_each(db, &provider_payment_list_of_account_sql, binds, each, context);
    return db_each(db, &provider_payment_list_sql, binds + 1, each, context);
}

const struct statement provider_payment_show_sql = {
    .name = "provider_payment_show",
    .params = 1,
    .columns = 23,
    .text = "SELECT p.id, p.account_id, " PAYMENT_COLUMNS ", p.note, p.gateway, p.response_code,"
            " p.response_text, p.decline_class, p.confirmed_at, p.look_at, p.looks, "
            "p.credit_cents" PAYMENT_FROM " WHERE p.reference = ?",
};

enum result provider_payment_show(struct db *db, struct arena *arena, const char *reference,
                                  struct rows *out_rows) {
    struct bind binds[] = {bind_text(reference)};

    return one_row(db_query(db, arena, &provider_payment_show_sql, binds, out_rows), out_rows);
}

const struct statement provider_payment_covers_sql = {
    .name = "provider_payment_covers",
    .params = 2,
    .columns = 4,
    .text = "SELECT i.number, a.amount_cents, a.refunded_cents, COALESCE(a.open, 0)"
            " FROM payment_allocation a"
            " JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id"
            " WHERE a.account_id = ? AND a.payment_id = ? ORDER BY i.due_on, i.id",
};

enum result provider_payment_covers(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t payment_id, struct rows *out_rows) {
    return below(db, arena, &provider_payment_covers_sql, account_id, payment_id, out_rows);
}

const struct statement provider_payment_events_sql = {
    .name = "provider_payment_events",
    .params = 2,
    .columns = 6,
    .text = "SELECT at, from_state, to_state, actor, detail, request_id FROM payment_event"
            " WHERE account_id = ? AND payment_id = ? ORDER BY id LIMIT 1000",
};

enum result provider_payment_events(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t payment_id, struct rows *out_rows) {
    return below(db, arena, &provider_payment_events_sql, account_id, payment_id, out_rows);
}

const struct statement provider_foreign_list_sql = {
    .name = "provider_foreign_list",
    .params = 1,
    .columns = 7,
    .text = "SELECT transaction_id, order_id, standing, amount_cents, refunded_cents, modified_at,"
            " seen_at FROM foreign_transaction WHERE modified_at >= ?"
            " ORDER BY modified_at DESC, id DESC",
};

enum result provider_foreign_list(struct db *db, int64_t since, db_each_row each, void *context) {
    struct bind binds[] = {bind_instant(since)};

    return db_each(db, &provider_foreign_list_sql, binds, each, context);
}
