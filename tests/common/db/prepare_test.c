/* Every statement is prepared and counted at start: what is wrong with one stops
 * the start, by name. */
#include "tests/support/test.h"

#include <string.h>

#include "tests/support/database.h"

static struct database database;

static int setup(void **state) {
    database_open(&database);
    database_do(&database, "CREATE TABLE kind (id BIGINT PRIMARY KEY, tiny TINYINT)");
    return arena_setup(state);
}

static int teardown(void **state) {
    database_close(&database);
    return arena_teardown(state);
}

static const struct {
    const char *label;
    struct statement statement;
    enum result want;
    const char *logged; /* NULL: nothing */
} start_cases[] = {
    {"right",
     {.name = "right", .params = 1, .columns = 1, .text = "SELECT id FROM kind WHERE id = ?"},
     RESULT_OK,
     NULL},
    {"misspelt column",
     {.name = "misspelt", .columns = 1, .text = "SELECT idd FROM kind"},
     RESULT_FAILED,
     "\"statement\":\"misspelt\""},
    {"no such table",
     {.name = "no_table", .columns = 1, .text = "SELECT 1 FROM nothing"},
     RESULT_FAILED,
     "\"statement\":\"no_table\""},
    {"not SQL",
     {.name = "not_sql", .columns = 1, .text = "SELEKT 1"},
     RESULT_FAILED,
     "\"statement\":\"not_sql\""},
    {"too few parameters",
     {.name = "few",
      .params = 1,
      .columns = 1,
      .text = "SELECT id FROM kind WHERE id = ? AND tiny = ?"},
     RESULT_FAILED,
     "\"statement\":\"few\",\"params\":2,\"columns\":1"},
    {"too many parameters",
     {.name = "many", .params = 2, .columns = 1, .text = "SELECT id FROM kind WHERE id = ?"},
     RESULT_FAILED,
     "\"statement\":\"many\",\"params\":1,\"columns\":1"},
    {"too few columns",
     {.name = "narrow", .columns = 1, .text = "SELECT id, tiny FROM kind"},
     RESULT_FAILED,
     "\"statement\":\"narrow\",\"params\":0,\"columns\":2"},
    {"too many columns",
     {.name = "wide", .columns = 2, .text = "SELECT id FROM kind"},
     RESULT_FAILED,
     "\"statement\":\"wide\",\"params\":0,\"columns\":1"},
    {"columns of a write",
     {.name = "write", .columns = 1, .text = "DELETE FROM kind"},
     RESULT_FAILED,
     "\"statement\":\"write\",\"params\":0,\"columns\":0"},
};

static void test_start(void **state) {
    for (size_t at = 0; at < COUNT(start_cases); at++) {
        const struct statement *const list[] = {&start_cases[0].statement,
                                                &start_cases[at].statement};
        struct db *db = db_new(&database.options);

        capture_begin();
        enum result result = db_open(db, list, COUNT(list));
        const char *logged = capture_end(*state);
        db_free(db);
        check_int(start_cases[at].label, result, start_cases[at].want);
        if (start_cases[at].logged)
            check_true(logged, strstr(logged, start_cases[at].logged) != NULL);
        else
            check_text(start_cases[at].label, logged, "");
    }
}

/* A statement the account has no right to is as wrong as a misspelt one. */
static void test_start_without_right(void **state) {
    const struct statement *const list[] = {&start_cases[0].statement};
    struct db_options options = database.options;

    (void)state;
    database_do(&database, "CREATE OR REPLACE USER 'nobody'@localhost IDENTIFIED BY 'x'");
    database_do(&database, "GRANT INSERT ON kind TO 'nobody'@localhost");
    options.user = "nobody";
    options.password = "x";
    struct db *db = db_new(&options);
    capture_begin();
    enum result result = db_open(db, list, 1);
    const char *logged = capture_end(*state);
    assert_int_equal(result, RESULT_FAILED);
    assert_non_null(strstr(logged, "\"number\":1142"));
    db_free(db);
    database_do(&database, "DROP USER 'nobody'@localhost");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_start_without_right, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
