#include "common/store/remind_store.h"

#include "common/core/text.h"

/* ---- what is due on a day, over all accounts ---- */

/* Two ranges of invoice_remind, so that no page reads what was before it. */
const struct statement remind_page_sql = {
    .name = "remind_page",
    .params = 8,
    .columns = 8,
    .text = "SELECT i.account_id, i.id, i.billing_type, i.issued_on, i.due_on,"
            " i.total_cents - i.paid_cents - i.credited_cents - i.pending_cents,"
            " (SELECT t.created_at FROM outbox t"
            " WHERE t.mail_key = CONCAT('invoice_issued:', i.number)),"
            " EXISTS (SELECT 1 FROM outbox o WHERE o.mail_key = CONCAT(?, i.account_id, ?))"
            " FROM invoice i WHERE (i.is_open = 1 AND i.due_on = ? AND i.account_id = ?"
            " AND i.id > ?) OR (i.is_open = 1 AND i.due_on = ? AND i.account_id > ?)"
            " ORDER BY i.is_open, i.due_on, i.account_id, i.id LIMIT ?",
};

enum result remind_page(struct db *db, struct arena *arena, struct date due_on, const char *before,
                        const char *after, const struct remind_cursor *cursor, int64_t limit,
                        struct remind_rows *out_rows) {
    struct bind binds[] = {bind_text(before),
                           bind_text(after),
                           bind_date(due_on),
                           bind_int(cursor->account_id),
                           bind_int(cursor->invoice_id),
                           bind_date(due_on),
                           bind_int(cursor->account_id),
                           bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &remind_page_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct remind_row *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++) {
        int64_t told_at = row_instant(&rows, row, 6);
        struct date issued_on = row_date(&rows, row, 3);

        list[row] = (struct remind_row){
            .account_id = row_int(&rows, row, 0),
            .invoice = {.issued_on = issued_on,
                        .due_on = row_date(&rows, row, 4),
                        .told_on = told_at ? instant_date(told_at) : (struct date){0},
                        .free_cents = row_int(&rows, row, 5)},
            .of = {row_int(&rows, row, 1), row_text(&rows, row, 2), issued_on},
            .is_reminded = row_int(&rows, row, 7),
        };
    }
    *out_rows = (struct remind_rows){list, rows.count};
    return RESULT_OK;
}

/* ---- autopay ---- */

const struct statement remind_covers_sql = {
    .name = "remind_covers",
    .params = 1,
    .columns = 7,
    .text = "SELECT c.enrolment_id, c.cover_key, e.issued_from, e.schedule, e.began_on,"
            " e.method_id, e.next_on FROM enrolment_cover c"
            " JOIN enrolment e ON e.account_id = c.account_id AND e.id = c.enrolment_id"
            " WHERE c.account_id = ? AND c.active = 1",
};

enum result remind_covers(struct db *db, struct arena *arena, int64_t account_id,
                          struct remind_covers *out_covers) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &remind_covers_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct enrolment_cover *list = arena_array(arena, rows.count, sizeof *list);
    struct remind_enrolment *enrolments = arena_array(arena, rows.count, sizeof *enrolments);
    for (size_t row = 0; row < rows.count && result == RESULT_OK; row++) {
        list[row] = (struct enrolment_cover){row_int(&rows, row, 0), row_text(&rows, row, 1),
                                             row_date(&rows, row, 2)};
        enrolments[row].cover.began_on = row_date(&rows, row, 4);
        enrolments[row].method_id = row_int(&rows, row, 5);
        enrolments[row].next_on = row_date(&rows, row, 6);
        result = schedule_parse(row_text(&rows, row, 3), &enrolments[row].cover.schedule);
    }
    *out_covers = (struct remind_covers){list, enrolments, rows.count};
    return result;
}

const struct remind_enrolment *remind_enrolment_of(const struct remind_covers *covers,
                                                   const struct cover_invoice *invoice) {
    const struct enrolment_cover *chosen = enrolment_cover_choose(covers->list, covers->count,
                                                                  invoice);

    return chosen ? &covers->enrolments[chosen - covers->list] : NULL;
}

/* ---- what mails tell ---- */

#define FACTS_COLUMNS                                                                              \
    "id, number, billing_type, issued_on, due_on, state, tax_cents, total_cents, paid_cents,"      \
    " credited_cents, pending_cents"

static struct remind_facts facts_of(const struct rows *rows, size_t row) {
    return (struct remind_facts){
        .number = row_text(rows, row, 1),
        .of = {row_int(rows, row, 0), row_text(rows, row, 2), row_date(rows, row, 3)},
        .due_on = row_date(rows, row, 4),
        .is_void = text_equal(row_text(rows, row, 5), "void"),
        .tax_cents = row_int(rows, row, 6),
        .total_cents = row_int(rows, row, 7),
        .paid_cents = row_int(rows, row, 8),
        .credited_cents = row_int(rows, row, 9),
        .pending_cents = row_int(rows, row, 10),
    };
}

const struct statement remind_invoice_sql = {
    .name = "remind_invoice",
    .params = 2,
    .columns = 11,
    .text = "SELECT " FACTS_COLUMNS " FROM invoice WHERE account_id = ? AND id = ?",
};

enum result remind_invoice(struct db *db, struct arena *arena, int64_t account_id,
                           int64_t invoice_id, struct remind_facts *out_facts) {
    struct bind binds[] = {bind_int(account_id), bind_int(invoice_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &remind_invoice_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_facts = facts_of(&rows, 0);
    return result;
}

const struct statement remind_due_sql = {
    .name = "remind_due",
    .params = 2,
    .columns = 11,
    .text = "SELECT " FACTS_COLUMNS " FROM invoice WHERE account_id = ? AND is_open = 1"
            " AND due_on = ? AND total_cents > paid_cents + credited_cents + pending_cents"
            " ORDER BY id",
};

struct due_walk {
    remind_each each;
    void *context;
};

static enum result due_row(const struct rows *row, void *context) {
    const struct due_walk *walk = context;
    const struct remind_facts facts = facts_of(row, 0);

    return walk->each(&facts, walk->context);
}

enum result remind_due(struct db *db, int64_t account_id, struct date due_on, remind_each each,
                       void *context) {
    struct bind binds[] = {bind_int(account_id), bind_date(due_on)};
    struct due_walk walk = {each, context};

    return db_each(db, &remind_due_sql, binds, due_row, &walk);
}
