/* enrolment_open_store.c - what there is to pay, and of which types. */
#include "common/store/enrolment_store.h"

const struct statement enrolment_invoices_sql = {
    .name = "enrolment_invoices",
    .params = 5,
    .columns = 9,
    .text = "SELECT i.id, i.number, i.billing_type, i.issued_on, i.due_on,"
            " i.total_cents - i.paid_cents - i.credited_cents, i.pending_cents, o.invoice_id,"
            " i.disputed_at IS NOT NULL"
            " FROM invoice i LEFT JOIN payment_allocation o"
            " ON i.pending_cents > 0 AND o.invoice_id = i.id AND o.open = 1"
            " WHERE i.account_id = ? AND i.is_open = 1 AND (i.due_on > ? OR (i.due_on = ?"
            " AND i.id > ?)) ORDER BY i.due_on, i.id LIMIT ?",
};

enum result enrolment_invoices(struct db *db, struct arena *arena, int64_t account_id,
                               int64_t limit, struct enrolment_invoices *out_invoices) {
    return enrolment_invoices_after(db, arena, account_id, NULL, limit, out_invoices);
}

enum result enrolment_invoices_after(struct db *db, struct arena *arena, int64_t account_id,
                                     const struct enrolment_invoice *after, int64_t limit,
                                     struct enrolment_invoices *out_invoices) {
    struct date from = after ? after->due_on : (struct date){1900, 1, 1};
    struct bind binds[] = {bind_int(account_id), bind_date(from), bind_date(from),
                           bind_int(after ? after->cover.id : 0), bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &enrolment_invoices_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct enrolment_invoice *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++) {
        int64_t due_cents = row_int(&rows, row, 5);
        bool is_held = !row_is_null(&rows, row, 7);

        list[row] = (struct enrolment_invoice){
            .cover = {row_int(&rows, row, 0), row_text(&rows, row, 2), row_date(&rows, row, 3)},
            .number = row_text(&rows, row, 1),
            .due_on = row_date(&rows, row, 4),
            .due_cents = due_cents,
            .pending_cents = row_int(&rows, row, 6),
            .free_cents = is_held || row_int(&rows, row, 8) ? 0
                                                            : due_cents - row_int(&rows, row, 6),
        };
    }
    *out_invoices = (struct enrolment_invoices){list, rows.count};
    return RESULT_OK;
}

/* The next one behind a billing type, read at its place in the key invoice_types: an account has a
 * few types, and may have many thousand invoices, which DISTINCT would read. */
const struct statement enrolment_types_sql = {
    .name = "enrolment_types",
    .params = 2,
    .columns = 1,
    .text = "SELECT MIN(billing_type) FROM invoice WHERE account_id = ? AND billing_type > ?",
};

enum result enrolment_types(struct db *db, struct arena *arena, int64_t account_id, int64_t limit,
                            const char *const **out_types, size_t *out_count) {
    const char **types = arena_array(arena, (size_t)limit, sizeof *types);
    const char *last = "";
    size_t count = 0;

    while (count < (size_t)limit) {
        struct bind binds[] = {bind_int(account_id), bind_text(last)};
        struct rows rows;
        enum result result = db_query(db, arena, &enrolment_types_sql, binds, &rows);

        if (result != RESULT_OK)
            return result;
        if (row_is_null(&rows, 0, 0))
            break;
        types[count++] = last = row_text(&rows, 0, 0);
    }
    *out_types = types;
    *out_count = count;
    return RESULT_OK;
}
