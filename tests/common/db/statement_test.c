/* Statements: what comes back, and what an error is called. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/database.h"

static struct database database;

static int setup(void **state) {
    database_open(&database);
    database_do(
        &database,
        "CREATE TABLE kind (id BIGINT PRIMARY KEY AUTO_INCREMENT, tiny TINYINT, small SMALLINT,"
        " medium MEDIUMINT, number INT, large BIGINT, name VARCHAR(2000) UNIQUE, bytes"
        " BLOB, day DATE, at DATETIME, precise_at DATETIME(6), fixed BINARY(16),"
        " CONSTRAINT kind_number CHECK (number <> 13),"
        " CONSTRAINT kind_parent FOREIGN KEY (large) REFERENCES kind (id))");
    return arena_setup(state);
}

static int teardown(void **state) {
    database_close(&database);
    return arena_teardown(state);
}

/* ---- values there and back ---- */

#define KIND_COLUMNS "tiny, small, medium, number, large, name, bytes, day, at, precise_at, fixed"

static const struct statement insert_sql = {
    .name = "insert",
    .params = 11,
    .text = "INSERT INTO kind (" KIND_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct statement select_sql = {
    .name = "select",
    .params = 1,
    .columns = 11,
    .text = "SELECT " KIND_COLUMNS " FROM kind WHERE id = ?",
};
static const struct statement touch_sql = {
    .name = "touch",
    .params = 2,
    .text = "UPDATE kind SET tiny = ? WHERE id = ?",
};
static const struct statement sequence_sql = {
    .name = "sequence",
    .params = 1,
    .columns = 2,
    .text = "SELECT seq, REPEAT('x', seq % 3) FROM seq_1_to_5001 WHERE seq <= ?",
};
static const struct statement break_sql = {
    .name = "break",
    .params = 1,
    .columns = 1,
    .text = "SELECT CAST(IF(seq = ?, (SELECT 1 UNION SELECT 2), seq) AS SIGNED) FROM seq_1_to_5000",
};
static const struct statement session_sql = {
    .name = "session",
    .columns = 5,
    .text = "SELECT @@innodb_snapshot_isolation, @@tx_isolation, @@time_zone, @@sql_mode,"
            " @@character_set_client",
};

static const struct statement *const statements[] = {&insert_sql,   &select_sql, &touch_sql,
                                                     &sequence_sql, &break_sql,  &session_sql};

struct insert {
    struct bind binds[11];
    uint64_t changed, id;
};

static enum result insert_work(struct db *db, void *context) {
    struct insert *insert = context;

    return db_run(db, &insert_sql, insert->binds, &insert->changed, &insert->id);
}

static void row_read(struct db *db, struct arena *arena, uint64_t id, struct rows *out_rows) {
    struct bind binds[] = {bind_int((int64_t)id)};

    assert_int_equal(db_query(db, arena, &select_sql, binds, out_rows), RESULT_OK);
    assert_int_equal(out_rows->count, 1);
    assert_int_equal(out_rows->columns, 11);
}

static char *long_text(struct arena *arena, size_t length) {
    char *text = arena_alloc(arena, length + 1);

    for (size_t at = 0; at < length; at++)
        text[at] = (char)('a' + at % 26);
    return text;
}

/* Texts around the 512 bytes that fit without being fetched again. */
static void test_lengths(void **state) {
    static const size_t lengths[] = {0, 1, 511, 512, 513, 1024, 2000};
    struct db *db = database_db(&database, statements, COUNT(statements));

    for (size_t at = 0; at < COUNT(lengths); at++) {
        const char *text = long_text(*state, lengths[at]);
        unsigned char bytes[2001];
        struct insert insert;
        struct rows rows;

        for (size_t byte = 0; byte < sizeof bytes; byte++)
            bytes[byte] = (unsigned char)(byte * 7);
        for (size_t bind = 0; bind < COUNT(insert.binds); bind++)
            insert.binds[bind] = bind_null();
        insert.binds[5] = bind_text(text);
        insert.binds[6] = bind_bytes(bytes, lengths[at]);
        assert_int_equal(db_transaction(db, insert_work, &insert), RESULT_OK);
        assert_int_equal(insert.changed, 1);
        row_read(db, *state, insert.id, &rows);
        check_text("text", row_text(&rows, 0, 5), text);
        const void *read = row_bytes(&rows, 0, 6, lengths[at]);
        assert_non_null(read);
        assert_memory_equal(read, bytes, lengths[at]);
        assert_null(row_bytes(&rows, 0, 6, lengths[at] + 1));
    }
    db_free(db);
}

static void test_kinds(void **state) {
    struct db *db = database_db(&database, statements, COUNT(statements));
    static const unsigned char fixed[16] = {0, 1, 0xFF, '\'', '\\', '"', '%', 0};
    struct insert insert = {
        .binds = {bind_int(-128), bind_int(-32768), bind_int(8388607), bind_int(INT32_MIN),
                  bind_null(), bind_text("O'Brien \"\\% \xF0\x9F\x92\xB3"), bind_bytes("a\0b", 3),
                  bind_date((struct date){2028, 2, 29}), bind_instant(1795305599),
                  bind_text("2026-11-22 01:02:03.456789"), bind_bytes(fixed, sizeof fixed)}};
    struct rows rows;

    assert_int_equal(db_transaction(db, insert_work, &insert), RESULT_OK);
    row_read(db, *state, insert.id, &rows);
    assert_int_equal(row_int(&rows, 0, 0), -128);
    assert_int_equal(row_int(&rows, 0, 1), -32768);
    assert_int_equal(row_int(&rows, 0, 2), 8388607);
    assert_int_equal(row_int(&rows, 0, 3), INT32_MIN);
    assert_true(row_is_null(&rows, 0, 4));
    assert_false(row_is_null(&rows, 0, 3));
    assert_string_equal(row_text(&rows, 0, 5), "O'Brien \"\\% \xF0\x9F\x92\xB3");
    assert_memory_equal(row_bytes(&rows, 0, 6, 3), "a\0b", 3);
    assert_int_equal(date_compare(row_date(&rows, 0, 7), (struct date){2028, 2, 29}), 0);
    assert_int_equal(row_instant(&rows, 0, 8), 1795305599);
    assert_int_equal(row_instant(&rows, 0, 9), 1795309323);
    assert_memory_equal(row_bytes(&rows, 0, 10, sizeof fixed), fixed, sizeof fixed);
    db_free(db);
}

static void test_large_numbers(void **state) {
    struct db *db = database_db(&database, statements, COUNT(statements));
    static const struct statement echo_sql = {
        .name = "echo", .params = 1, .columns = 1, .text = "SELECT CAST(? AS SIGNED)"};
    static const struct statement *const list[] = {&echo_sql};
    static const int64_t numbers[] = {0, -1, INT64_MAX, INT64_MIN, 9007199254740993};

    db_free(db);
    db = database_db(&database, list, 1);
    for (size_t at = 0; at < COUNT(numbers); at++) {
        struct bind binds[] = {bind_int(numbers[at])};
        struct rows rows;

        assert_int_equal(db_query(db, *state, &echo_sql, binds, &rows), RESULT_OK);
        check_int("number", row_int(&rows, 0, 0), numbers[at]);
    }
    db_free(db);
}

static void test_nulls(void **state) {
    struct db *db = database_db(&database, statements, COUNT(statements));
    struct insert insert;
    struct rows rows;

    for (size_t at = 0; at < COUNT(insert.binds); at++)
        insert.binds[at] = bind_null();
    insert.binds[5] = bind_text(NULL);
    insert.binds[7] = bind_date((struct date){0});
    insert.binds[8] = bind_instant(0);
    assert_int_equal(db_transaction(db, insert_work, &insert), RESULT_OK);
    row_read(db, *state, insert.id, &rows);
    for (size_t at = 0; at < rows.columns; at++) {
        assert_true(row_is_null(&rows, 0, at));
        assert_string_equal(row_text(&rows, 0, at), "");
        assert_int_equal(row_int(&rows, 0, at), 0);
        assert_null(row_bytes(&rows, 0, at, 0));
    }
    assert_int_equal(row_date(&rows, 0, 7).year, 0);
    assert_int_equal(row_instant(&rows, 0, 8), 0);
    db_free(db);
}

/* ---- many rows ---- */

struct query {
    struct db *db;
    struct arena *arena;
    int64_t limit;
};

static void query_rows(void *context) {
    struct query *query = context;
    struct bind binds[] = {bind_int(query->limit)};
    struct rows rows;

    (void)!db_query(query->db, query->arena, &sequence_sql, binds, &rows);
}

static void test_row_limit(void **state) {
    struct db *db = database_db(&database, statements, COUNT(statements));
    struct query query = {db, *state, DB_ROWS_MAX + 1};
    struct bind binds[] = {bind_int(DB_ROWS_MAX)};
    struct rows rows;

    assert_int_equal(db_query(db, *state, &sequence_sql, binds, &rows), RESULT_OK);
    assert_int_equal(rows.count, DB_ROWS_MAX);
    assert_int_equal(row_int(&rows, DB_ROWS_MAX - 1, 0), DB_ROWS_MAX);
    assert_string_equal(row_text(&rows, DB_ROWS_MAX - 1, 1), "xx");
    assert_true(dies(query_rows, &query));
    db_free(db);
}

static void test_no_rows(void **state) {
    struct db *db = database_db(&database, statements, COUNT(statements));
    struct bind binds[] = {bind_int(0)};
    struct rows rows;

    assert_int_equal(db_query(db, *state, &sequence_sql, binds, &rows), RESULT_OK);
    assert_int_equal(rows.count, 0);
    db_free(db);
}

struct walk {
    int64_t count, stop_at;
    enum result answer;
};

static enum result walk_row(const struct rows *row, void *context) {
    struct walk *walk = context;

    assert_int_equal(row->count, 1);
    assert_int_equal(row_int(row, 0, 0), ++walk->count);
    return walk->count == walk->stop_at ? walk->answer : RESULT_OK;
}

/* Every result a row can end with comes out as it is, and the connection stays good. */
static void test_each(void **state) {
    static const enum result answers[] = {RESULT_NOT_FOUND,   RESULT_INVALID, RESULT_FORBIDDEN,
                                          RESULT_CONFLICT,    RESULT_RETRY,   RESULT_UNCERTAIN,
                                          RESULT_UNAVAILABLE, RESULT_FAILED};
    struct db *db = database_db(&database, statements, COUNT(statements));
    struct bind binds[] = {bind_int(5001)};
    struct walk walk = {.stop_at = 0};

    (void)state;
    assert_int_equal(db_each(db, &sequence_sql, binds, walk_row, &walk), RESULT_OK);
    assert_int_equal(walk.count, 5001);
    for (size_t at = 0; at < COUNT(answers); at++) {
        walk = (struct walk){.stop_at = 3, .answer = answers[at]};
        check_int("answer", db_each(db, &sequence_sql, binds, walk_row, &walk), answers[at]);
        check_int("stopped", walk.count, 3);
    }
    binds[0] = bind_int(0);
    walk = (struct walk){.stop_at = 0};
    assert_int_equal(db_each(db, &sequence_sql, binds, walk_row, &walk), RESULT_OK);
    assert_int_equal(walk.count, 0);
    db_free(db);
}

/* An error that arrives after the first rows: never "no row", never half of them. */
static void test_error_among_rows(void **state) {
    static const int64_t places[] = {1, 2, 4000, 5000};
    struct db *db = database_db(&database, statements, COUNT(statements));

    for (size_t at = 0; at < COUNT(places); at++) {
        struct bind binds[] = {bind_int(places[at])}, all[] = {bind_int(7)};
        struct walk walk = {.stop_at = 0};
        struct rows rows = {.count = 77};

        capture_begin();
        enum result queried = db_query(db, *state, &break_sql, binds, &rows);
        enum result walked = db_each(db, &break_sql, binds, walk_row, &walk);
        (void)capture_end(*state);
        check_int("query", queried, RESULT_FAILED);
        check_int("rows are untouched", (int64_t)rows.count, 77);
        check_int("each", walked, RESULT_FAILED);
        check_int("error", db_error_number(db), 1242);
        check_int("the connection is good", db_query(db, *state, &sequence_sql, all, &rows),
                  RESULT_OK);
        check_int("the connection is good", (int64_t)rows.count, 7);
    }
    db_free(db);
}

/* ---- errors and what they are called ---- */

static void insert_name(struct insert *insert, const char *name, struct bind number,
                        struct bind large) {
    for (size_t at = 0; at < COUNT(insert->binds); at++)
        insert->binds[at] = bind_null();
    insert->binds[3] = number;
    insert->binds[4] = large;
    insert->binds[5] = bind_text(name);
}

static void test_errors(void **state) {
    const struct {
        const char *label, *name;
        struct bind number, large;
        enum result want;
        unsigned error;
    } cases[] = {
        {"first", "taken", bind_int(1), bind_null(), RESULT_OK, 0},
        {"duplicate key", "taken", bind_int(1), bind_null(), RESULT_CONFLICT, 1062},
        {"CHECK", "unlucky", bind_int(13), bind_null(), RESULT_INVALID, 4025},
        {"no parent", "orphan", bind_int(1), bind_int(INT64_MAX), RESULT_FAILED, 1452},
        {"too long", long_text(*state, 2001), bind_int(1), bind_null(), RESULT_FAILED, 1406},
        {"out of range", "large", bind_int(INT64_MAX), bind_null(), RESULT_FAILED, 1264},
        {"not a number", "text", bind_text("x"), bind_null(), RESULT_FAILED, 1366},
    };
    struct db *db = database_db(&database, statements, COUNT(statements));

    for (size_t at = 0; at < COUNT(cases); at++) {
        int64_t before = database_number(&database, "SELECT COUNT(*) FROM kind");
        struct insert insert;

        insert_name(&insert, cases[at].name, cases[at].number, cases[at].large);
        capture_begin();
        enum result result = db_transaction(db, insert_work, &insert);
        (void)capture_end(*state);
        check_int(cases[at].label, result, cases[at].want);
        if (cases[at].error)
            check_int(cases[at].label, db_error_number(db), cases[at].error);
        check_int(cases[at].label, database_number(&database, "SELECT COUNT(*) FROM kind") - before,
                  cases[at].want == RESULT_OK);
    }
    db_free(db);
}

/* Rows changed, not rows looked at: that is what claims count. */
static enum result touch_work(struct db *db, void *context) {
    struct insert *insert = context;
    struct bind binds[] = {bind_int(5), bind_int((int64_t)insert->id)};

    return db_run(db, &touch_sql, binds, &insert->changed, NULL);
}

static void test_changed(void **state) {
    struct db *db = database_db(&database, statements, COUNT(statements));
    struct insert insert;

    (void)state;
    insert_name(&insert, "changed", bind_null(), bind_null());
    assert_int_equal(db_transaction(db, insert_work, &insert), RESULT_OK);
    assert_int_equal(db_transaction(db, touch_work, &insert), RESULT_OK);
    assert_int_equal(insert.changed, 1);
    assert_int_equal(db_transaction(db, touch_work, &insert), RESULT_OK);
    assert_int_equal(insert.changed, 0);
    db_free(db);
}

static void test_session(void **state) {
    struct db *db = database_db(&database, statements, COUNT(statements));
    struct rows rows;

    assert_int_equal(db_query(db, *state, &session_sql, NULL, &rows), RESULT_OK);
    assert_int_equal(row_int(&rows, 0, 0), 1);
    assert_string_equal(row_text(&rows, 0, 1), "REPEATABLE-READ");
    assert_string_equal(row_text(&rows, 0, 2), "+00:00");
    assert_non_null(strstr(row_text(&rows, 0, 3), "STRICT_ALL_TABLES"));
    assert_string_equal(row_text(&rows, 0, 4), "utf8mb4");
    db_free(db);
}

/* ---- our own mistakes ---- */

static void run_outside(void *context) {
    struct insert insert;

    insert_name(&insert, "outside", bind_null(), bind_null());
    (void)!db_run(context, &insert_sql, insert.binds, NULL, NULL);
}

static const struct statement undeclared_sql = {
    .name = "undeclared",
    .params = 1,
    .columns = 1,
    .text = "SELECT id FROM kind WHERE id = ?",
};

static void query_undeclared(void *context) {
    struct arena *arena = arena_new(1024 * 1024);
    struct bind binds[] = {bind_int(1)};
    struct rows rows;

    (void)!db_query(context, arena, &undeclared_sql, binds, &rows);
}

/* What a SUM() without CAST comes as must not be read as 0. */
static void int_of_a_text(void *context) {
    struct arena *arena = arena_new(1024 * 1024);
    struct rows rows;

    (void)!db_query(context, arena, &session_sql, NULL, &rows);
    (void)row_int(&rows, 0, 1);
}

static void test_mistakes_die(void **state) {
    struct db *db = database_db(&database, statements, COUNT(statements));

    (void)state;
    assert_true(dies(int_of_a_text, db));
    assert_true(dies(run_outside, db));
    assert_true(dies(query_undeclared, db));
    db_free(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_lengths),       TEST(test_kinds),
        TEST(test_large_numbers), TEST(test_nulls),
        TEST(test_row_limit),     TEST(test_no_rows),
        TEST(test_each),          TEST(test_error_among_rows),
        TEST(test_errors),        TEST(test_changed),
        TEST(test_session),       TEST(test_mistakes_die),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
