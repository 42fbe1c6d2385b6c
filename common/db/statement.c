#include <assert.h>
#include <errmsg.h>
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/db/connection.h"

/* Most cells are short; a longer one is fetched again at its full length. */
enum { CELL_BYTES = 512 };

struct bind bind_null(void) {
    return (struct bind){.kind = BIND_KIND_NULL};
}

struct bind bind_int(int64_t number) {
    return (struct bind){.kind = BIND_KIND_INT, .number = number};
}

struct bind bind_text(const char *text) {
    return text ? bind_bytes(text, strlen(text)) : bind_null();
}

struct bind bind_bytes(const void *bytes, size_t length) {
    return (struct bind){.kind = BIND_KIND_BYTES, .bytes = bytes, .length = length};
}

struct bind bind_date(struct date date) {
    struct bind bind = {.kind = BIND_KIND_BYTES, .length = DATE_TEXT_SIZE - 1};

    if (!date.year)
        return bind_null();
    date_format(date, bind.text);
    return bind;
}

struct bind bind_instant(int64_t instant) {
    struct bind bind = {.kind = BIND_KIND_BYTES, .length = INSTANT_TEXT_SIZE - 1};

    if (!instant)
        return bind_null();
    instant_format(instant, bind.text);
    return bind;
}

static void params_set(const struct statement *statement, struct bind *binds, MYSQL_BIND *params) {
    static_assert(sizeof(unsigned long) == sizeof(size_t), "lengths are handed over by address");
    memset(params, 0, statement->params * sizeof *params);
    for (unsigned at = 0; at < statement->params; at++) {
        struct bind *bind = &binds[at];

        switch (bind->kind) {
        case BIND_KIND_NULL:
            params[at].buffer_type = MYSQL_TYPE_NULL;
            break;
        case BIND_KIND_INT:
            params[at].buffer_type = MYSQL_TYPE_LONGLONG;
            params[at].buffer = &bind->number;
            break;
        case BIND_KIND_BYTES:
            params[at].buffer_type = MYSQL_TYPE_STRING;
            params[at].buffer = (void *)(bind->bytes ? bind->bytes : bind->text);
            params[at].buffer_length = bind->length;
            params[at].length = (unsigned long *)&bind->length;
            break;
        }
    }
}

static enum result statement_fault(struct db *db, const struct statement *statement,
                                   MYSQL_STMT *handle) {
    /* An error that comes while rows are fetched one by one is the connection's, not the
     * statement's. */
    unsigned number = mysql_stmt_errno(handle);
    enum result result = connection_fault(db, number ? number : mysql_errno(db->handle),
                                          number ? mysql_stmt_error(handle)
                                                 : mysql_error(db->handle));

    if (result == RESULT_FAILED)
        LOG(LOG_LEVEL_ERROR, "database.statement", LOG_TEXT("statement", statement->name),
            LOG_INT("number", db->error_number), LOG_TEXT("error", db->error));
    if (result == RESULT_UNAVAILABLE)
        connection_lost(db);
    return result;
}

static enum result statement_execute(struct db *db, const struct statement *statement,
                                     struct bind *binds, MYSQL_STMT **out_handle) {
    MYSQL_BIND params[DB_PARAMS_MAX];
    MYSQL_STMT *handle;
    enum result result = connection_statement(db, statement, &handle);

    if (result != RESULT_OK)
        return result;
    *out_handle = handle;
    assert(statement->params <= DB_PARAMS_MAX);
    params_set(statement, binds, params);
    if ((statement->params && mysql_stmt_bind_param(handle, params)) || mysql_stmt_execute(handle))
        return statement_fault(db, statement, handle);
    return RESULT_OK;
}

/* ---- reading ---- */

union cell_bytes {
    int64_t number;
    MYSQL_TIME time;
    char text[CELL_BYTES];
};

/* Some 25 kB: what is not in use is not even zeroed. */
struct reader {
    struct db *db;
    const struct statement *statement;
    MYSQL_STMT *handle;
    MYSQL_BIND columns[DB_COLUMNS_MAX];
    unsigned long lengths[DB_COLUMNS_MAX];
    my_bool nulls[DB_COLUMNS_MAX];
    union cell_bytes cells[DB_COLUMNS_MAX];
};

static void reader_init(struct reader *reader, struct db *db, const struct statement *statement) {
    assert(statement->columns <= DB_COLUMNS_MAX);
    reader->db = db;
    reader->statement = statement;
    reader->handle = NULL;
    memset(reader->columns, 0, statement->columns * sizeof *reader->columns);
}

static bool type_is_integer(enum enum_field_types type) {
    return type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_SHORT || type == MYSQL_TYPE_INT24 ||
           type == MYSQL_TYPE_LONG || type == MYSQL_TYPE_LONGLONG;
}

/* Dates are taken as numbers: Connector/C would write each out with printf. */
static enum enum_field_types fetched_type(const MYSQL_FIELD *field) {
    if (type_is_integer(field->type))
        return MYSQL_TYPE_LONGLONG;
    if (field->type == MYSQL_TYPE_DATE ||
        (field->type == MYSQL_TYPE_DATETIME && field->decimals == 0))
        return field->type;
    return MYSQL_TYPE_STRING;
}

static enum result reader_open(struct reader *reader) {
    MYSQL_RES *metadata = mysql_stmt_result_metadata(reader->handle);

    assert(metadata);
    MYSQL_FIELD *fields = mysql_fetch_fields(metadata);

    for (unsigned at = 0; at < reader->statement->columns; at++) {
        MYSQL_BIND *column = &reader->columns[at];

        column->is_null = &reader->nulls[at];
        column->length = &reader->lengths[at];
        column->buffer_type = fetched_type(&fields[at]);
        column->buffer = &reader->cells[at];
        column->buffer_length = sizeof reader->cells[at];
    }
    mysql_free_result(metadata);
    if (mysql_stmt_bind_result(reader->handle, reader->columns))
        return statement_fault(reader->db, reader->statement, reader->handle);
    return RESULT_OK;
}

/* Beside the text of a day its parts stand too: a list has two days a row, and reads them from
 * here.
 */
static int64_t date_pack(struct date date) {
    return (int64_t)date.year << 16 | date.month << 8 | date.day;
}

static struct date date_unpack(int64_t parts) {
    return (struct date){(int16_t)(parts >> 16), (int8_t)(parts >> 8 & 0xff),
                         (int8_t)(parts & 0xff)};
}

static struct cell time_cell(struct arena *arena, const MYSQL_TIME *time, bool is_day) {
    struct date date = {(int16_t)time->year, (int8_t)time->month, (int8_t)time->day};
    char text[INSTANT_TEXT_SIZE];
    size_t length = is_day ? DATE_TEXT_SIZE - 1 : INSTANT_TEXT_SIZE - 1;

    if (is_day)
        date_format(date, text);
    else
        instant_format((int64_t)date_to_days(date) * 24 * 3600 + (int64_t)time->hour * 3600 +
                           (int64_t)time->minute * 60 + (int64_t)time->second,
                       text);
    return (struct cell){arena_copy(arena, text, length), length, is_day ? date_pack(date) : 0};
}

static enum result text_cell(struct reader *reader, struct arena *arena, unsigned at,
                             struct cell *out_cell) {
    unsigned long length = reader->lengths[at];
    char *bytes;

    if (length <= CELL_BYTES) {
        bytes = arena_copy(arena, reader->cells[at].text, length);
    } else {
        MYSQL_BIND whole = reader->columns[at];

        bytes = arena_alloc(arena, length + 1);
        whole.buffer = bytes;
        whole.buffer_length = length;
        if (mysql_stmt_fetch_column(reader->handle, &whole, at, 0))
            return statement_fault(reader->db, reader->statement, reader->handle);
    }
    *out_cell = (struct cell){bytes, length, 0};
    return RESULT_OK;
}

/* RESULT_NOT_FOUND: no row is left. */
static enum result reader_next(struct reader *reader, struct arena *arena, struct cell *cells) {
    int status = mysql_stmt_fetch(reader->handle);

    if (status == MYSQL_NO_DATA)
        return RESULT_NOT_FOUND;
    if (status == 1)
        return statement_fault(reader->db, reader->statement, reader->handle);
    for (unsigned at = 0; at < reader->statement->columns; at++) {
        enum enum_field_types type = reader->columns[at].buffer_type;
        enum result result = RESULT_OK;

        if (reader->nulls[at])
            cells[at] = (struct cell){0};
        else if (type == MYSQL_TYPE_LONGLONG)
            cells[at] = (struct cell){"", 0, reader->cells[at].number};
        else if (type == MYSQL_TYPE_STRING)
            result = text_cell(reader, arena, at, &cells[at]);
        else
            cells[at] = time_cell(arena, &reader->cells[at].time, type == MYSQL_TYPE_DATE);
        if (result != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

static enum result query_once(struct db *db, struct arena *arena, const struct statement *statement,
                              struct bind *binds, struct rows *out_rows) {
    /* Not in the arena: a page with some hundred queries would fill it with readers. */
    struct reader reader;
    struct rows rows = {.columns = statement->columns};
    enum result result = connection_ensure(db);

    if (result != RESULT_OK)
        return result;
    reader_init(&reader, db, statement);
    result = statement_execute(db, statement, binds, &reader.handle);
    if (result != RESULT_OK)
        return result;
    /* An error may arrive only here, after the execute went well: a certification failure on
     * Galera does, and taking it for "no row" destroys what it stands for. */
    if (mysql_stmt_store_result(reader.handle))
        return statement_fault(db, statement, reader.handle);

    size_t count = mysql_stmt_num_rows(reader.handle);
    assert(count <= DB_ROWS_MAX);
    rows.cells = arena_array(arena, count * rows.columns + 1, sizeof *rows.cells);
    result = reader_open(&reader);
    while (result == RESULT_OK && rows.count < count) {
        result = reader_next(&reader, arena, rows.cells + rows.count * rows.columns);
        rows.count += result == RESULT_OK;
    }
    if (result != RESULT_OK)
        return result == RESULT_NOT_FOUND ? RESULT_FAILED : result;
    mysql_stmt_free_result(reader.handle);
    *out_rows = rows;
    return RESULT_OK;
}

enum result db_query(struct db *db, struct arena *arena, const struct statement *statement,
                     struct bind *binds, struct rows *out_rows) {
    bool in_transaction = db->in_transaction;
    enum result result = query_once(db, arena, statement, binds, out_rows);

    /* A read outside a transaction has no effect: once more, on a fresh connection. */
    if (result == RESULT_UNAVAILABLE && !in_transaction)
        result = query_once(db, arena, statement, binds, out_rows);
    return result;
}

static enum result each_open(struct reader *reader, struct bind *binds) {
    enum result result = connection_ensure(reader->db);

    if (result == RESULT_OK)
        result = statement_execute(reader->db, reader->statement, binds, &reader->handle);
    return result == RESULT_OK ? reader_open(reader) : result;
}

enum result db_each(struct db *db, const struct statement *statement, struct bind *binds,
                    db_each_row each, void *context) {
    struct arena *arena = arena_new(1024 * 1024);
    struct reader *reader = arena_raw(arena, sizeof *reader);
    struct cell cells[DB_COLUMNS_MAX];
    bool in_transaction = db->in_transaction, is_over = false;

    reader_init(reader, db, statement);
    enum result result = each_open(reader, binds);
    /* As in db_query(): no row was handed over yet. */
    if (result == RESULT_UNAVAILABLE && !in_transaction)
        result = each_open(reader, binds);
    while (result == RESULT_OK && !is_over) {
        struct arena *row_arena = arena_new(16 * 1024 * 1024);
        struct rows row = {1, statement->columns, cells};

        result = reader_next(reader, row_arena, cells);
        is_over = result == RESULT_NOT_FOUND;
        if (is_over)
            result = RESULT_OK;
        else if (result == RESULT_OK)
            result = each(&row, context);
        arena_free(row_arena);
    }
    if (db->handle && reader->handle)
        mysql_stmt_free_result(reader->handle);
    arena_free(arena);
    return result;
}

enum result db_run(struct db *db, const struct statement *statement, struct bind *binds,
                   uint64_t *out_changed, uint64_t *out_id) {
    MYSQL_STMT *handle;

    assert(db->in_transaction && statement->columns == 0);
    enum result result = statement_execute(db, statement, binds, &handle);
    if (result != RESULT_OK)
        return result;
    if (out_changed)
        *out_changed = mysql_stmt_affected_rows(handle);
    if (out_id)
        *out_id = mysql_stmt_insert_id(handle);
    return RESULT_OK;
}

enum result db_run_one(struct db *db, const struct statement *statement, struct bind *binds) {
    uint64_t changed = 0;
    enum result result = db_run(db, statement, binds, &changed, NULL);

    return result == RESULT_OK && changed != 1 ? RESULT_CONFLICT : result;
}

enum result db_run_alone(struct db *db, const struct statement *statement, struct bind *binds) {
    MYSQL_STMT *handle;
    enum result result = connection_ensure(db);

    assert(!db->in_transaction && statement->columns == 0);
    return result == RESULT_OK ? statement_execute(db, statement, binds, &handle) : result;
}

/* ---- cells ---- */

static const struct cell *row_cell(const struct rows *rows, size_t row, size_t column) {
    assert(row < rows->count && column < rows->columns);
    return &rows->cells[row * rows->columns + column];
}

bool row_is_null(const struct rows *rows, size_t row, size_t column) {
    return !row_cell(rows, row, column)->bytes;
}

int64_t row_int(const struct rows *rows, size_t row, size_t column) {
    const struct cell *cell = row_cell(rows, row, column);

    /* A SUM() without CAST comes as DECIMAL, a text: 0 for it would be a wrong figure. */
    assert(!cell->length);
    return cell->number;
}

const char *row_text(const struct rows *rows, size_t row, size_t column) {
    const char *bytes = row_cell(rows, row, column)->bytes;

    return bytes ? bytes : "";
}

struct date row_date(const struct rows *rows, size_t row, size_t column) {
    const struct cell *cell = row_cell(rows, row, column);
    struct date date = {0};

    if (cell->length && cell->number)
        return date_unpack(cell->number);
    /* Of a column that is no DATE there is only the text. */
    if (!date_parse(row_text(rows, row, column), &date))
        return (struct date){0};
    return date;
}

int64_t row_instant(const struct rows *rows, size_t row, size_t column) {
    int64_t instant = 0;

    return instant_parse(row_text(rows, row, column), &instant) ? instant : 0;
}

size_t row_length(const struct rows *rows, size_t row, size_t column) {
    return row_cell(rows, row, column)->length;
}

const void *row_bytes(const struct rows *rows, size_t row, size_t column, size_t length) {
    const struct cell *cell = row_cell(rows, row, column);

    return cell->bytes && cell->length == length ? cell->bytes : NULL;
}
