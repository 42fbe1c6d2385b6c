#include "common/store/payment_history_store.h"

#include <assert.h>
#include <stdlib.h>

/* ---- the list ---- */

#define ROW_COLUMNS "id, reference, method_text, state, amount_cents, refunded_cents, confirmed_at"
enum { ROW_COLUMN_COUNT = 7 };

/* "down" reads from the latest to the earliest, "up" the other way. Parameters: account, state
 * where there is one, the far end, the place's instant twice, its id, limit. What was never
 * confirmed has no such instant. */

const struct statement payments_all_down_sql = {
    .name = "payments_all_down",
    .params = 6,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM payment FORCE INDEX (payment_history) WHERE account_id = ?"
            " AND confirmed_at >= ? AND (confirmed_at < ? OR (confirmed_at = ? AND id < ?))"
            " ORDER BY confirmed_at DESC, id DESC LIMIT ?",
};

const struct statement payments_all_up_sql = {
    .name = "payments_all_up",
    .params = 6,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM payment FORCE INDEX (payment_history) WHERE account_id = ?"
            " AND confirmed_at < ? AND (confirmed_at > ? OR (confirmed_at = ? AND id > ?))"
            " ORDER BY confirmed_at, id LIMIT ?",
};

const struct statement payments_state_down_sql = {
    .name = "payments_state_down",
    .params = 7,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM payment FORCE INDEX (payment_state_history)"
            " WHERE account_id = ? AND state = ?"
            " AND confirmed_at >= ? AND (confirmed_at < ? OR (confirmed_at = ? AND id < ?))"
            " ORDER BY confirmed_at DESC, id DESC LIMIT ?",
};

const struct statement payments_state_up_sql = {
    .name = "payments_state_up",
    .params = 7,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM payment FORCE INDEX (payment_state_history)"
            " WHERE account_id = ? AND state = ?"
            " AND confirmed_at < ? AND (confirmed_at > ? OR (confirmed_at = ? AND id > ?))"
            " ORDER BY confirmed_at, id LIMIT ?",
};

static enum payment_state state_read(const struct rows *rows, size_t row, size_t column) {
    enum payment_state state = PAYMENT_REVIEW;
    /* The column's CHECK knows the same words as the table in billing; a test compares them. */
    enum result known = payment_state_parse(row_text(rows, row, column), &state);

    assert(known == RESULT_OK);
    return state;
}

static struct payment row_read(const struct rows *rows, size_t row) {
    return (struct payment){
        .id = row_int(rows, row, 0),
        .reference = row_text(rows, row, 1),
        .method_text = row_text(rows, row, 2),
        .state = state_read(rows, row, 3),
        .amount_cents = row_int(rows, row, 4),
        .refunded_cents = row_int(rows, row, 5),
        .confirmed_at = row_instant(rows, row, 6),
    };
}

/* The ends of what a DATETIME of ours can be. */
enum { EARLIEST = 1 };
#define LATEST INT64_C(253402300799) /* the last second of the year 9999 */

enum result payment_history(struct db *db, struct arena *arena, const struct payment_history *ask,
                            struct payment_rows *out_rows) {
    int64_t first = ask->from ? ask->from : EARLIEST;
    int64_t end = ask->to && ask->to < LATEST ? ask->to : LATEST;
    const struct statement *all = ask->is_back ? &payments_all_up_sql : &payments_all_down_sql;
    const struct statement *of_state = ask->is_back ? &payments_state_up_sql
                                                    : &payments_state_down_sql;
    const struct statement *statement = *ask->state ? of_state : all;
    struct payment_place place = ask->place;
    struct bind binds[7];
    struct rows rows;
    size_t used = 0;

    assert(ask->limit >= 1 && ask->limit <= PAYMENT_ROWS_MAX);
    assert(!ask->is_back || place.at);
    if (!place.at)
        place = (struct payment_place){end, 0};
    binds[used++] = bind_int(ask->account_id);
    if (*ask->state)
        binds[used++] = bind_text(ask->state);
    binds[used++] = bind_instant(ask->is_back ? end : first);
    binds[used++] = bind_instant(place.at);
    binds[used++] = bind_instant(place.at);
    binds[used++] = bind_int(place.id);
    binds[used++] = bind_int((int64_t)ask->limit + 1);
    assert(used == statement->params);
    enum result result = db_query(db, arena, statement, binds, &rows);
    if (result != RESULT_OK)
        return result;
    /* One row more than limit was asked for. Rows read against the order are turned around. */
    size_t count = rows.count < ask->limit ? rows.count : ask->limit;
    struct payment *list = arena_array(arena, count, sizeof *list);
    for (size_t row = 0; row < count; row++)
        list[ask->is_back ? count - 1 - row : row] = row_read(&rows, row);
    *out_rows = (struct payment_rows){list, count, rows.count > ask->limit};
    return RESULT_OK;
}

/* ---- one of them ---- */

enum { PAST_COLUMN_COUNT = 20 };

/* The key has the steps in their order, and the server would sort them once more. */
const struct statement payment_past_sql = {
    .name = "payment_past",
    .params = 3,
    .columns = PAST_COLUMN_COUNT,
    .text = "SELECT p.id, p.reference, p.kind, p.method_text, p.note, p.state, p.amount_cents,"
            " p.refunded_cents, p.credit_cents, p.transaction_id, p.decline_class, p.created_at,"
            " p.confirmed_at, p.closed_at, p.source, e.at, e.from_state, e.to_state, e.detail, e.id"
            " FROM payment p LEFT JOIN payment_event e FORCE INDEX (payment_event_payment)"
            " ON e.account_id = p.account_id AND e.payment_id = p.id"
            " WHERE p.account_id = ? AND p.reference = ? AND p.confirmed_at IS NOT NULL LIMIT ?",
};

static struct payment past_read(const struct rows *rows, int64_t account_id) {
    return (struct payment){
        .account_id = account_id,
        .id = row_int(rows, 0, 0),
        .reference = row_text(rows, 0, 1),
        .kind = row_text(rows, 0, 2),
        .method_text = row_text(rows, 0, 3),
        .note = row_text(rows, 0, 4),
        .state = state_read(rows, 0, 5),
        .amount_cents = row_int(rows, 0, 6),
        .refunded_cents = row_int(rows, 0, 7),
        .credit_cents = row_int(rows, 0, 8),
        .transaction_id = row_text(rows, 0, 9),
        .decline_class = row_text(rows, 0, 10),
        .created_at = row_instant(rows, 0, 11),
        .confirmed_at = row_instant(rows, 0, 12),
        .closed_at = row_instant(rows, 0, 13),
    };
}

static int step_compare(const void *left, const void *right) {
    const struct payment_step *a = left, *b = right;

    return (a->id > b->id) - (a->id < b->id);
}

enum result payment_past(struct db *db, struct arena *arena, int64_t account_id,
                         const char *reference, struct payment_past *out_past) {
    struct bind binds[] = {bind_int(account_id), bind_text(reference), bind_int(PAYMENT_STEPS_MAX)};
    struct rows rows;
    enum result result = db_query(db, arena, &payment_past_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    struct payment_step *steps = arena_array(arena, rows.count, sizeof *steps);
    size_t count = 0;
    for (size_t row = 0; row < rows.count; row++)
        if (!row_is_null(&rows, row, 15))
            steps[count++] = (struct payment_step){
                .at = row_instant(&rows, row, 15),
                .from = row_text(&rows, row, 16),
                .to = row_text(&rows, row, 17),
                .detail = row_text(&rows, row, 18),
                .id = row_int(&rows, row, 19),
            };
    qsort(steps, count, sizeof *steps, step_compare);
    *out_past = (struct payment_past){past_read(&rows, account_id), row_text(&rows, 0, 14), steps,
                                      count};
    return RESULT_OK;
}

const struct statement payment_parts_sql = {
    .name = "payment_parts",
    .params = 4,
    .columns = 4,
    .text = "SELECT a.invoice_id, i.number, a.amount_cents, a.refunded_cents"
            " FROM payment_allocation a FORCE INDEX (PRIMARY)"
            " STRAIGHT_JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id"
            " WHERE a.account_id = ? AND a.payment_id = ? AND a.invoice_id > ?"
            " AND a.amount_cents > 0"
            " ORDER BY a.invoice_id LIMIT ?",
};

enum result payment_parts(struct db *db, struct arena *arena, int64_t account_id,
                          int64_t payment_id, int64_t after_id, size_t limit,
                          struct payment_part **out_list, size_t *out_count) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id), bind_int(after_id),
                           bind_int((int64_t)limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &payment_parts_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct payment_part *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct payment_part){
            .invoice_id = row_int(&rows, row, 0),
            .number = row_text(&rows, row, 1),
            .amount_cents = row_int(&rows, row, 2),
            .refunded_cents = row_int(&rows, row, 3),
        };
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

/* ---- of an invoice ---- */

/* Every review leaves an allocation, confirmed or not, so it is allocations that are counted. Of
 * one on an invoice that is void nothing may be left. */
const struct statement invoice_payments_sql = {
    .name = "invoice_payments",
    .params = 4,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT p.id, p.reference, p.method_text, p.state, a.amount_cents, p.refunded_cents,"
            " p.confirmed_at FROM payment_allocation a FORCE INDEX (payment_allocation_invoice)"
            " STRAIGHT_JOIN payment p ON p.account_id = a.account_id AND p.id = a.payment_id"
            " WHERE a.account_id = ? AND a.invoice_id = ? AND a.payment_id < ?"
            " ORDER BY a.payment_id DESC LIMIT ?",
};

enum result invoice_payments(struct db *db, struct arena *arena, int64_t account_id,
                             int64_t invoice_id, int64_t before_id, size_t limit,
                             struct payments *out_payments, int64_t *out_last_id) {
    struct bind binds[] = {bind_int(account_id), bind_int(invoice_id), bind_int(before_id),
                           bind_int((int64_t)limit + 1)};
    struct rows rows;
    enum result result = db_query(db, arena, &invoice_payments_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct payment *list = arena_array(arena, limit, sizeof *list);
    size_t count = 0;
    for (size_t row = 0; row < rows.count && row < limit; row++) {
        struct payment payment = row_read(&rows, row);

        if (payment.amount_cents && payment.state != PAYMENT_REVIEW &&
            payment.state != PAYMENT_EXPIRED)
            list[count++] = payment;
    }
    *out_payments = (struct payments){list, count};
    *out_last_id = rows.count > limit ? row_int(&rows, limit - 1, 0) : 0;
    return RESULT_OK;
}
