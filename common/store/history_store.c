#include "common/store/history_store.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"

/* What invoice_recent holds, so that the list of all needs no row itself. */
#define ROW_COLUMNS                                                                                \
    "id, number, issued_on, due_on, state, total_cents, paid_cents, credited_cents, pending_cents"
enum { ROW_COLUMN_COUNT = 9 };

/* The keys are named because the optimizer, going by its statistics, would now and then rather read
 * and sort an account. */

/* The first page of the most asked for list has a statement without ranges. */
const struct statement history_recent_sql = {
    .name = "history_recent",
    .params = 2,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_recent) WHERE account_id = ?"
            " ORDER BY issued_on DESC, id DESC LIMIT ?",
};

/* Of the others "down" reads from the latest to the earliest day, "up" the other way. Their
 * parameters are, but for is_open in the statements of a state: account, the far end, the place's
 * day twice, its id, limit. */

const struct statement history_all_down_sql = {
    .name = "history_all_down",
    .params = 6,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_recent) WHERE account_id = ?"
            " AND issued_on >= ? AND (issued_on < ? OR (issued_on = ? AND id < ?))"
            " ORDER BY issued_on DESC, id DESC LIMIT ?",
};

const struct statement history_all_up_sql = {
    .name = "history_all_up",
    .params = 6,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_recent) WHERE account_id = ?"
            " AND issued_on <= ? AND (issued_on > ? OR (issued_on = ? AND id > ?))"
            " ORDER BY issued_on, id LIMIT ?",
};

const struct statement history_state_down_sql = {
    .name = "history_state_down",
    .params = 7,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_status) WHERE account_id = ?"
            " AND is_open = ? AND state = 'issued'"
            " AND issued_on >= ? AND (issued_on < ? OR (issued_on = ? AND id < ?))"
            " ORDER BY issued_on DESC, id DESC LIMIT ?",
};

const struct statement history_state_up_sql = {
    .name = "history_state_up",
    .params = 7,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_status) WHERE account_id = ?"
            " AND is_open = ? AND state = 'issued'"
            " AND issued_on <= ? AND (issued_on > ? OR (issued_on = ? AND id > ?))"
            " ORDER BY issued_on, id LIMIT ?",
};

#define DUE_DOWN(more)                                                                             \
    "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_due) WHERE account_id = ?"           \
    " AND is_open = 1" more " AND due_on >= ? AND (due_on < ? OR (due_on = ? AND id < ?))"         \
    " ORDER BY due_on DESC, id DESC LIMIT ?"
#define DUE_UP(more)                                                                               \
    "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_due) WHERE account_id = ?"           \
    " AND is_open = 1" more " AND due_on <= ? AND (due_on > ? OR (due_on = ? AND id > ?))"         \
    " ORDER BY due_on, id LIMIT ?"
/* Few open invoices are covered by payments on their way, so nearly every row that is read is one
 * of the list. */
#define NOT_COVERED " AND total_cents > paid_cents + credited_cents + pending_cents"

const struct statement history_due_down_sql = {
    .name = "history_due_down", .params = 6, .columns = ROW_COLUMN_COUNT, .text = DUE_DOWN("")};
const struct statement history_due_up_sql = {
    .name = "history_due_up", .params = 6, .columns = ROW_COLUMN_COUNT, .text = DUE_UP("")};
const struct statement history_left_down_sql = {.name = "history_left_down",
                                                .params = 6,
                                                .columns = ROW_COLUMN_COUNT,
                                                .text = DUE_DOWN(NOT_COVERED)};
const struct statement history_left_up_sql = {.name = "history_left_up",
                                              .params = 6,
                                              .columns = ROW_COLUMN_COUNT,
                                              .text = DUE_UP(NOT_COVERED)};

static struct invoice_row row_read(const struct rows *rows, size_t row) {
    return (struct invoice_row){
        .id = row_int(rows, row, 0),
        .number = row_text(rows, row, 1),
        .issued_on = row_date(rows, row, 2),
        .figures = {.due_on = row_date(rows, row, 3),
                    .is_void = text_equal(row_text(rows, row, 4), "void"),
                    .total_cents = row_int(rows, row, 5),
                    .paid_cents = row_int(rows, row, 6),
                    .credited_cents = row_int(rows, row, 7),
                    .pending_cents = row_int(rows, row, 8)},
    };
}

/* One row more than limit was asked for: it tells whether there are more. Rows read against the
 * order of the list are turned around. */
static void rows_take(struct arena *arena, const struct rows *rows, size_t limit, bool is_back,
                      struct invoice_rows *out_rows) {
    size_t count = rows->count < limit ? rows->count : limit;
    struct invoice_row *list = arena_array(arena, count, sizeof *list);

    for (size_t row = 0; row < count; row++)
        list[is_back ? count - 1 - row : row] = row_read(rows, row);
    *out_rows = (struct invoice_rows){list, count, rows->count > limit};
}

static const struct statement *statement_of(const struct invoice_history *ask, bool is_down) {
    if (ask->which == INVOICES_LEFT)
        return is_down ? &history_left_down_sql : &history_left_up_sql;
    if (ask->order == INVOICES_DUE)
        return is_down ? &history_due_down_sql : &history_due_up_sql;
    if (ask->which == INVOICES_ALL)
        return is_down ? &history_all_down_sql : &history_all_up_sql;
    return is_down ? &history_state_down_sql : &history_state_up_sql;
}

enum result invoice_history(struct db *db, struct arena *arena, const struct invoice_history *ask,
                            struct invoice_rows *out_rows) {
    struct date first = ask->from.year ? ask->from : (struct date){1900, 1, 1};
    struct date last = ask->to.year ? ask->to : (struct date){9999, 12, 31};
    bool is_down = (ask->order == INVOICES_NEWEST) != ask->is_back;
    struct invoice_place place = ask->place;
    const struct statement *statement = statement_of(ask, is_down);
    struct bind binds[8];
    struct rows rows;
    size_t used = 0;

    assert(ask->limit >= 1 && ask->limit <= HISTORY_ROWS_MAX);
    assert(ask->order != INVOICES_DUE || ask->which == INVOICES_OPEN ||
           ask->which == INVOICES_LEFT);
    assert(ask->order == INVOICES_DUE || ask->which != INVOICES_LEFT);
    assert(!ask->is_back || place.on.year);
    bool is_recent = statement == &history_all_down_sql && !place.on.year && !ask->from.year &&
                     !ask->to.year;
    if (is_recent)
        statement = &history_recent_sql;
    if (!place.on.year)
        place = is_down ? (struct invoice_place){last, INT64_MAX}
                        : (struct invoice_place){first, 0};
    binds[used++] = bind_int(ask->account_id);
    if (statement == &history_state_down_sql || statement == &history_state_up_sql)
        binds[used++] = bind_int(ask->which == INVOICES_OPEN);
    if (!is_recent) {
        binds[used++] = bind_date(is_down ? first : last);
        binds[used++] = bind_date(place.on);
        binds[used++] = bind_date(place.on);
        binds[used++] = bind_int(place.id);
    }
    binds[used++] = bind_int((int64_t)ask->limit + 1);
    assert(used == statement->params);
    enum result result = db_query(db, arena, statement, binds, &rows);
    if (result == RESULT_OK)
        rows_take(arena, &rows, ask->limit, ask->is_back, out_rows);
    return result;
}

/* ---- by number ---- */

const struct statement history_number_up_sql = {
    .name = "history_number_up",
    .params = 4,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_search) WHERE account_id = ?"
            " AND number >= ? AND number < ? ORDER BY number LIMIT ?",
};

const struct statement history_number_down_sql = {
    .name = "history_number_down",
    .params = 4,
    .columns = ROW_COLUMN_COUNT,
    .text = "SELECT " ROW_COLUMNS " FROM invoice FORCE INDEX (invoice_search) WHERE account_id = ?"
            " AND number >= ? AND number < ? ORDER BY number DESC LIMIT ?",
};

bool invoice_number_may_hold(const char *text) {
    for (; *text; text++)
        if (!text_is_url_safe(*text))
            return false;
    return true;
}

/* Behind every number that begins with prefix, before every other that comes later. */
static const char *behind(struct arena *arena, const char *prefix) {
    size_t length = strlen(prefix);
    char *end = arena_copy(arena, prefix, length);

    end[length - 1]++;
    return end;
}

enum result invoice_search(struct db *db, struct arena *arena, const struct invoice_search *ask,
                           struct invoice_rows *out_rows) {
    const char *first = ask->prefix, *end = behind(arena, ask->prefix);
    struct rows rows;

    assert(*ask->prefix && invoice_number_may_hold(ask->prefix) &&
           invoice_number_may_hold(ask->place) && (!ask->is_back || *ask->place));
    assert(ask->limit >= 1 && ask->limit <= HISTORY_ROWS_MAX);
    /* '!' comes before everything a number can go on with; the end of one compares like a space. */
    if (*ask->place && ask->is_back)
        end = ask->place;
    else if (*ask->place)
        first = arena_format(arena, "%s!", ask->place);
    struct bind binds[] = {bind_int(ask->account_id), bind_text(first), bind_text(end),
                           bind_int((int64_t)ask->limit + 1)};
    enum result result = db_query(
        db, arena, ask->is_back ? &history_number_down_sql : &history_number_up_sql, binds, &rows);
    if (result == RESULT_OK)
        rows_take(arena, &rows, ask->limit, ask->is_back, out_rows);
    return result;
}

/* ---- which of them are held ---- */

#define FIVE "?, ?, ?, ?, ?"
enum { HELD_ASKED = 25 };

const struct statement history_held_sql = {
    .name = "history_held",
    .params = 1 + HELD_ASKED,
    .columns = 1,
    .text = "SELECT invoice_id FROM payment_allocation FORCE INDEX (payment_allocation_open)"
            " WHERE account_id = ? AND open = 1"
            " AND invoice_id IN (" FIVE ", " FIVE ", " FIVE ", " FIVE ", " FIVE ")",
};

static bool is_asked(const struct invoice_row *row) {
    return row->figures.pending_cents > 0 && invoice_free_cents(&row->figures) > 0;
}

static void held_mark(struct invoice_rows *rows, const struct rows *held) {
    for (size_t at = 0; at < rows->count; at++)
        for (size_t row = 0; row < held->count; row++)
            if (rows->list[at].id == row_int(held, row, 0))
                rows->list[at].is_held = true;
}

enum result invoice_rows_hold(struct db *db, struct arena *arena, int64_t account_id,
                              struct invoice_rows *rows) {
    size_t at = 0;

    for (;;) {
        struct bind binds[1 + HELD_ASKED] = {bind_int(account_id)};
        size_t used = 1;
        struct rows held;

        for (; at < rows->count && used <= HELD_ASKED; at++)
            if (is_asked(&rows->list[at]))
                binds[used++] = bind_int(rows->list[at].id);
        if (used == 1)
            return RESULT_OK;
        /* No invoice has this id. */
        while (used <= HELD_ASKED)
            binds[used++] = bind_int(0);
        enum result result = db_query(db, arena, &history_held_sql, binds, &held);
        if (result != RESULT_OK)
            return result;
        held_mark(rows, &held);
    }
}
