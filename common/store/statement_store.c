#include "common/store/statement_store.h"

const struct statement statement_activity_sql = {
    .name = "statement_activity",
    .params = 4,
    .columns = 7,
    .text = "SELECT grain, on_date, kind, entries, balance_cents, money_cents, tax_cents"
            " FROM activity WHERE account_id = ? AND grain = 'y'"
            " UNION ALL SELECT grain, on_date, kind, entries, balance_cents, money_cents, tax_cents"
            " FROM activity WHERE account_id = ? AND grain = 'm' AND on_date BETWEEN ? AND ?",
};

enum result statement_activity(struct db *db, struct arena *arena, int64_t account_id, int year,
                               struct activities *out_activities) {
    struct bind binds[] = {bind_int(account_id), bind_int(account_id),
                           bind_date((struct date){(int16_t)year, 1, 1}),
                           bind_date((struct date){(int16_t)year, 12, 31})};
    struct rows rows;
    enum result result = db_query(db, arena, &statement_activity_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct activity *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct activity){
            .grain = *row_text(&rows, row, 0),
            .on = row_date(&rows, row, 1),
            .kind = row_text(&rows, row, 2),
            .entries = row_int(&rows, row, 3),
            .balance_cents = row_int(&rows, row, 4),
            .money_cents = row_int(&rows, row, 5),
            .tax_cents = row_int(&rows, row, 6),
        };
    *out_activities = (struct activities){list, rows.count};
    return RESULT_OK;
}

const struct statement statement_account_sql = {
    .name = "statement_account",
    .params = 1,
    .columns = 1,
    .text = "SELECT CAST(due_cents - credit_cents AS SIGNED) FROM account WHERE id = ?",
};

enum result statement_account(struct db *db, struct arena *arena, int64_t account_id,
                              int64_t *out_balance_cents) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &statement_account_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_balance_cents = row_int(&rows, 0, 0);
    return result;
}

/* An entry's postings are summed where it is read, so that rows come in the key's order and no more
 * of them are read than are asked for. The keys are named: while a table's statistics are young,
 * MariaDB would rather read all of it. */
#define POSTED(ledgers)                                                                            \
    "(SELECT CAST(COALESCE(SUM(q.amount_cents), 0) AS SIGNED) FROM journal_posting q FORCE INDEX " \
    "(PRIMARY) WHERE"                                                                              \
    " q.account_id = e.account_id AND q.entry_id = e.id AND q.ledger IN (" ledgers "))"
#define ENTRY_SELECT                                                                               \
    "SELECT e.id, e.on_date, e.kind, e.event_key, " POSTED(                                        \
        "'receivable', 'credit'") ","                                                              \
                                  " IF(e.kind = 'credit', " POSTED(                                \
                                      "'credit'") ", 0), p.reference, p.method_text FROM"          \
                                                  " journal_entry e FORCE INDEX "                  \
                                                  "(journal_entry_date) LEFT JOIN payment p ON "   \
                                                  "p.account_id ="                                 \
                                                  " e.account_id AND p.id = e.payment_id WHERE "   \
                                                  "e.account_id = ? AND e.on_date BETWEEN ? AND"   \
                                                  " LAST_DAY(?)"
enum { ENTRY_COLUMNS = 8 };

const struct statement statement_entries_sql = {
    .name = "statement_entries",
    .params = 7,
    .columns = ENTRY_COLUMNS,
    .text = ENTRY_SELECT " AND (e.on_date > ? OR (e.on_date = ? AND e.id > ?))"
                         " ORDER BY e.on_date, e.id LIMIT ?",
};

const struct statement statement_entries_before_sql = {
    .name = "statement_entries_before",
    .params = 7,
    .columns = ENTRY_COLUMNS,
    .text = ENTRY_SELECT " AND (e.on_date < ? OR (e.on_date = ? AND e.id < ?))"
                         " ORDER BY e.on_date DESC, e.id DESC LIMIT ?",
};

static struct entry entry_read(const struct rows *rows, size_t row) {
    return (struct entry){
        .id = row_int(rows, row, 0),
        .on = row_date(rows, row, 1),
        .kind = row_text(rows, row, 2),
        .event_key = row_text(rows, row, 3),
        .effect_cents = row_int(rows, row, 4),
        .credit_cents = row_int(rows, row, 5),
        .payment = row_text(rows, row, 6),
        .method_text = row_text(rows, row, 7),
    };
}

/* A place that is no entry's: before or behind all of month. */
static struct entry_place place_or(struct entry_place place, struct date otherwise) {
    return place.on.year ? place : (struct entry_place){otherwise, 0};
}

enum result statement_entries(struct db *db, struct arena *arena, int64_t account_id,
                              struct date month, struct entry_place after, int64_t limit,
                              struct entries *out_entries) {
    struct entry_place place = place_or(after, month);
    struct bind binds[] = {bind_int(account_id), bind_date(month),    bind_date(month),
                           bind_date(place.on),  bind_date(place.on), bind_int(place.id),
                           bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &statement_entries_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct entry *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = entry_read(&rows, row);
    *out_entries = (struct entries){list, rows.count};
    return RESULT_OK;
}

enum result statement_entries_before(struct db *db, struct arena *arena, int64_t account_id,
                                     struct date month, struct entry_place before, int64_t limit,
                                     struct entries *out_entries) {
    struct bind binds[] = {bind_int(account_id), bind_date(month),     bind_date(month),
                           bind_date(before.on), bind_date(before.on), bind_int(before.id),
                           bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &statement_entries_before_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct entry *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[rows.count - 1 - row] = entry_read(&rows, row);
    *out_entries = (struct entries){list, rows.count};
    return RESULT_OK;
}

struct each_context {
    entry_each each;
    void *context;
};

static enum result each_row(const struct rows *row, void *context) {
    struct each_context *each = context;
    struct entry entry = entry_read(row, 0);

    return each->each(&entry, each->context);
}

enum result statement_each(struct db *db, int64_t account_id, struct date month, int64_t limit,
                           entry_each each, void *context) {
    struct bind binds[] = {bind_int(account_id), bind_date(month), bind_date(month),
                           bind_date(month),     bind_date(month), bind_int(0),
                           bind_int(limit)};

    return db_each(db, &statement_entries_sql, binds, each_row,
                   &(struct each_context){each, context});
}

const struct statement statement_sum_sql = {
    .name = "statement_sum",
    .params = 6,
    .columns = 2,
    .text = "SELECT COUNT(DISTINCT e.id), CAST(COALESCE(SUM(IF(q.ledger IN ('receivable',"
            " 'credit'), q.amount_cents, 0)), 0) AS SIGNED) FROM journal_entry e"
            " FORCE INDEX (journal_entry_date) LEFT JOIN journal_posting q FORCE INDEX (PRIMARY) "
            "ON q.account_id = e.account_id AND q.entry_id = e.id"
            " WHERE e.account_id = ? AND e.on_date BETWEEN ? AND LAST_DAY(?)"
            " AND (e.on_date < ? OR (e.on_date = ? AND e.id < ?))",
};

enum result statement_sum(struct db *db, struct arena *arena, int64_t account_id, struct date month,
                          struct entry_place before, struct statement_month *out_sum) {
    struct date next = date_add_days(month, date_days_in_month(month.year, month.month));
    struct entry_place place = place_or(before, next);
    struct bind binds[] = {bind_int(account_id), bind_date(month),    bind_date(month),
                           bind_date(place.on),  bind_date(place.on), bind_int(place.id)};
    struct rows rows;
    enum result result = db_query(db, arena, &statement_sum_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_sum = (struct statement_month){row_int(&rows, 0, 0), row_int(&rows, 0, 1)};
    return result;
}
