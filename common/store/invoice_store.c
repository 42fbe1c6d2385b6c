#include "common/store/invoice_store.h"

#include "common/core/text.h"

/* One list of columns for every read, so that one function reads them all. The open payment comes
 * over the unique key (invoice_id, open): at most one row for each invoice, and looked for only
 * where cents are pending, since it has reserved some. */
#define INVOICE_COLUMNS                                                                            \
    "i.id, i.number, i.billing_type, i.terms, i.issued_on, i.due_on, i.state, i.total_cents,"      \
    " i.paid_cents, i.credited_cents, i.pending_cents, i.tax_cents, p.reference"
#define INVOICE_FROM                                                                               \
    " FROM invoice i"                                                                              \
    " LEFT JOIN payment_allocation o ON i.pending_cents > 0 AND o.invoice_id = i.id"               \
    " AND o.open = 1"                                                                              \
    " LEFT JOIN payment p ON p.account_id = o.account_id AND p.id = o.payment_id"
enum { INVOICE_COLUMN_COUNT = 13 };

const struct statement invoice_payable_sql = {
    .name = "invoice_payable",
    .params = 2,
    .columns = INVOICE_COLUMN_COUNT,
    .text = "SELECT " INVOICE_COLUMNS INVOICE_FROM " WHERE i.account_id = ? AND i.is_open = 1"
            " ORDER BY i.due_on, i.id LIMIT ?",
};

static struct invoice invoice_read(const struct rows *rows, size_t row) {
    return (struct invoice){
        .id = row_int(rows, row, 0),
        .number = row_text(rows, row, 1),
        .billing_type = row_text(rows, row, 2),
        .terms = row_text(rows, row, 3),
        .issued_on = row_date(rows, row, 4),
        .figures =
            {
                .due_on = row_date(rows, row, 5),
                .is_void = text_equal(row_text(rows, row, 6), "void"),
                .total_cents = row_int(rows, row, 7),
                .paid_cents = row_int(rows, row, 8),
                .credited_cents = row_int(rows, row, 9),
                .pending_cents = row_int(rows, row, 10),
            },
        .tax_cents = row_int(rows, row, 11),
        .open_payment = row_text(rows, row, 12),
    };
}

enum result invoice_payable(struct db *db, struct arena *arena, int64_t account_id, int64_t limit,
                            struct invoices *out_invoices) {
    struct bind binds[] = {bind_int(account_id), bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &invoice_payable_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct invoice *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = invoice_read(&rows, row);
    *out_invoices = (struct invoices){list, rows.count};
    return RESULT_OK;
}

const struct statement invoice_next_due_sql = {
    .name = "invoice_next_due",
    .params = 1,
    .columns = 1,
    .text = "SELECT due_on FROM invoice WHERE account_id = ? AND is_open = 1"
            " ORDER BY due_on, id LIMIT 1",
};

enum result invoice_next_due(struct db *db, struct arena *arena, int64_t account_id,
                             struct date *out_due_on) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &invoice_next_due_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_due_on = rows.count ? row_date(&rows, 0, 0) : (struct date){0};
    return result;
}

const struct statement invoice_exists_sql = {
    .name = "invoice_exists",
    .params = 2,
    .columns = 1,
    .text = "SELECT id FROM invoice WHERE account_id = ? AND number = ?",
};

enum result invoice_exists(struct db *db, struct arena *arena, int64_t account_id,
                           const char *number) {
    struct bind binds[] = {bind_int(account_id), bind_text(number)};
    struct rows rows;
    enum result result = db_query(db, arena, &invoice_exists_sql, binds, &rows);

    return result == RESULT_OK && rows.count == 0 ? RESULT_NOT_FOUND : result;
}

const struct statement invoice_find_sql = {
    .name = "invoice_find",
    .params = 2,
    .columns = INVOICE_COLUMN_COUNT + 4,
    .text = "SELECT " INVOICE_COLUMNS
            ", l.description, l.quantity, l.price_cents, l.amount_cents" INVOICE_FROM
            " LEFT JOIN invoice_line l ON l.account_id = i.account_id AND l.invoice_id = i.id"
            " WHERE i.account_id = ? AND i.number = ? ORDER BY l.line",
};

enum result invoice_find(struct db *db, struct arena *arena, int64_t account_id, const char *number,
                         struct invoice *out_invoice, struct invoice_line **out_lines,
                         size_t *out_line_count) {
    struct bind binds[] = {bind_int(account_id), bind_text(number)};
    struct rows rows;
    enum result result = db_query(db, arena, &invoice_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;

    struct invoice_line *lines = arena_array(arena, rows.count, sizeof *lines);
    size_t count = 0;
    for (size_t row = 0; row < rows.count; row++)
        if (!row_is_null(&rows, row, INVOICE_COLUMN_COUNT))
            lines[count++] = (struct invoice_line){
                .description = row_text(&rows, row, INVOICE_COLUMN_COUNT),
                .quantity = row_text(&rows, row, INVOICE_COLUMN_COUNT + 1),
                .price_cents = row_int(&rows, row, INVOICE_COLUMN_COUNT + 2),
                .amount_cents = row_int(&rows, row, INVOICE_COLUMN_COUNT + 3),
            };
    *out_invoice = invoice_read(&rows, 0);
    *out_lines = lines;
    *out_line_count = count;
    return RESULT_OK;
}
