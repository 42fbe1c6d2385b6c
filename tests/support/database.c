#include "tests/support/database.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "tests/support/test.h"

enum { STATEMENT_MAX = 4000, WAIT_MS = 20000 };

MYSQL *database_connect(struct database *database) {
    MYSQL *connection = mysql_init(NULL);
    const char *schema = *database->schema ? database->schema : NULL;

    assert_non_null(connection);
    if (!mysql_real_connect(connection, "localhost", "root", "", schema, 0, database->socket, 0))
        fail_msg("no connection to %s: %s", database->socket, mysql_error(connection));
    return connection;
}

void database_open_at(struct database *database, const char *socket) {
    static unsigned count;

    secret_open();
    *database = (struct database){.socket = socket};
    database->admin = database_connect(database);
    snprintf(database->schema, sizeof database->schema, "remit_test_%ld_%u", (long)getpid(),
             count++);
    database_do(database, "CREATE DATABASE %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                database->schema);
    database_do(database, "USE %s", database->schema);
    snprintf(database->host, sizeof database->host, "unix:%s", socket);
    database->options = (struct db_options){.hosts = {database->host},
                                            .host_count = 1,
                                            .user = "root",
                                            .password = "",
                                            .database = database->schema,
                                            .connect_timeout_s = 2,
                                            .io_timeout_s = 10};
}

void database_open(struct database *database) {
    const char *socket = getenv("REMIT_TEST_SOCKET");

    if (!socket)
        fail_msg("no database: run this through tests/support/with_db.sh");
    database_open_at(database, socket);
}

/* A test that failed may have left connections that hold locks. */
static void others_kill(struct database *database) {
    char statement[200];
    int64_t id;

    snprintf(statement, sizeof statement,
             "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '%s' AND ID <>"
             " CONNECTION_ID() AND COMMAND <> 'Killed' LIMIT 1",
             database->schema);
    while (database_try_number(database, statement, &id)) {
        char kill[40];

        /* It may have ended by itself meanwhile. */
        snprintf(kill, sizeof kill, "KILL %lld", (long long)id);
        (void)mysql_query(database->admin, kill);
    }
}

void database_close(struct database *database) {
    others_kill(database);
    database_do(database, "DROP DATABASE %s", database->schema);
    mysql_close(database->admin);
}

void database_migrate(struct database *database) {
    struct arena *arena = arena_new(8 * 1024 * 1024);
    struct db *db = database_db(database, NULL, 0);
    glob_t files;

    assert_int_equal(glob("sql/migrations/*.sql", 0, NULL, &files), 0);
    for (size_t at = 0; at < files.gl_pathc; at++) {
        unsigned line = 0;

        if (db_run_script(db, file_read(arena, files.gl_pathv[at]), &line) != RESULT_OK)
            fail_msg("%s:%u: %s", files.gl_pathv[at], line, db_error(db));
    }
    globfree(&files);
    db_free(db);
    arena_free(arena);
}

void database_do(struct database *database, const char *format, ...) {
    char text[STATEMENT_MAX];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_in_range(length, 1, sizeof text - 1);
    if (mysql_real_query(database->admin, text, (unsigned long)length))
        fail_msg("%s: %s", text, mysql_error(database->admin));
    mysql_free_result(mysql_store_result(database->admin));
}

bool database_try_number(struct database *database, const char *statement, int64_t *out_number) {
    MYSQL_RES *rows = NULL;

    if (mysql_real_query(database->admin, statement, strlen(statement)) ||
        !(rows = mysql_store_result(database->admin)))
        return false;
    MYSQL_ROW row = mysql_fetch_row(rows);
    bool found = row != NULL;
    *out_number = found && row[0] ? strtoll(row[0], NULL, 10) : 0;
    mysql_free_result(rows);
    return found;
}

int64_t database_number(struct database *database, const char *format, ...) {
    char text[STATEMENT_MAX];
    va_list arguments;
    int64_t number = 0;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_in_range(length, 1, sizeof text - 1);
    if (!database_try_number(database, text, &number))
        fail_msg("%s: %s", text, mysql_error(database->admin));
    return number;
}

const char *database_text(struct database *database, struct arena *arena, const char *format, ...) {
    char text[STATEMENT_MAX];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_in_range(length, 1, sizeof text - 1);
    if (mysql_real_query(database->admin, text, (unsigned long)length))
        fail_msg("%s: %s", text, mysql_error(database->admin));
    MYSQL_RES *rows = mysql_store_result(database->admin);
    assert_non_null(rows);
    MYSQL_ROW row = mysql_fetch_row(rows);
    assert_non_null(row);
    const char *cell = arena_text(arena, row[0] ? row[0] : "");
    mysql_free_result(rows);
    return cell;
}

void database_wait(struct database *database, int64_t want, const char *statement) {
    const struct timespec pause = {.tv_nsec = 2000000};
    int64_t until_ms = clock_monotonic_ms() + WAIT_MS;

    while (database_number(database, "%s", statement) != want) {
        if (clock_monotonic_ms() > until_ms)
            fail_msg("never became %lld: %s", (long long)want, statement);
        nanosleep(&pause, NULL);
    }
}

struct db *database_db(struct database *database, const struct statement *const *list,
                       size_t count) {
    struct db *db = db_new(&database->options);

    assert_int_equal(db_open(db, list, count), RESULT_OK);
    return db;
}
