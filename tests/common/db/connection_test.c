/* Finding a host: in order, around those that are down, silent or refuse, and back when it returns.
 */
#include "tests/support/test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "tests/support/database.h"
#include "tests/support/proxy.h"

static struct database database;

static const struct statement id_sql = {
    .name = "connection_id",
    .columns = 1,
    .text = "SELECT CONNECTION_ID()",
};
static const struct statement add_sql = {
    .name = "add",
    .params = 1,
    .text = "INSERT INTO done (id) VALUES (?)",
};
static const struct statement *const statements[] = {&id_sql, &add_sql};

static int setup(void **state) {
    database_open(&database);
    database_do(&database, "CREATE TABLE done (id BIGINT PRIMARY KEY)");
    return arena_setup(state);
}

static int teardown(void **state) {
    database_close(&database);
    return arena_teardown(state);
}

static enum result open_with(struct db_options *options, struct db **out_db) {
    *out_db = db_new(options);
    capture_begin();
    enum result result = db_open(*out_db, statements, COUNT(statements));
    struct arena *arena = arena_new(1024 * 1024);
    (void)capture_end(arena);
    arena_free(arena);
    return result;
}

static int64_t connection_id(struct db *db, struct arena *arena) {
    struct rows rows = {.count = 0};

    assert_int_equal(db_query(db, arena, &id_sql, NULL, &rows), RESULT_OK);
    return row_int(&rows, 0, 0);
}

/* A port of this machine that is taken: nobody answers there. listening: connections are made, and
 * then nothing is said. */
static int port_take(bool listening, char *host, size_t size) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(file >= 0);
    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    if (listening)
        assert_int_equal(listen(file, 4), 0);
    assert_int_equal(getsockname(file, (struct sockaddr *)&address, &length), 0);
    snprintf(host, size, "127.0.0.1:%d", ntohs(address.sin_port));
    return file;
}

static void test_rotation(void **state) {
    char refusing[32], silent[32];
    int refusing_file = port_take(false, refusing, sizeof refusing);
    int silent_file = port_take(true, silent, sizeof silent);
    const struct {
        const char *label, *first;
    } cases[] = {
        {"no socket", "unix:/nonexistent/socket"},
        {"a port that refuses", refusing},
        {"a port that says nothing", silent},
        {"a name that is not one", "no-such-host.invalid:3306"},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct db_options options = database.options;
        struct db *db;

        options.hosts[0] = cases[at].first;
        options.hosts[1] = database.host;
        options.host_count = 2;
        options.connect_timeout_s = 1;
        check_int(cases[at].label, open_with(&options, &db), RESULT_OK);
        check_true(cases[at].label, connection_id(db, *state) > 0);
        db_free(db);
    }
    close(refusing_file);
    close(silent_file);
}

static void test_no_host(void **state) {
    struct db_options options = database.options;
    struct db *db;

    (void)state;
    options.hosts[0] = "unix:/nonexistent/one";
    options.hosts[1] = "unix:/nonexistent/two";
    options.host_count = 2;
    assert_int_equal(open_with(&options, &db), RESULT_UNAVAILABLE);
    assert_int_not_equal(db_error_number(db), 0);
    assert_true(*db_error(db));
    db_free(db);
}

/* What waiting does not mend is not waited for. */
static void test_wrong_settings(void **state) {
    static const struct {
        const char *label, *host, *user, *database;
    } cases[] = {
        {"neither socket nor port", "localhost", NULL, NULL},
        {"port 0", "127.0.0.1:0", NULL, NULL},
        {"port too large", "127.0.0.1:65536", NULL, NULL},
        {"port with a sign", "127.0.0.1:+1", NULL, NULL},
        {"no such user", NULL, "nobody", NULL},
        {"no such schema", NULL, NULL, "remit_test_nothing"},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct db_options options = database.options;
        struct db *db;

        options.hosts[0] = cases[at].host ? cases[at].host : options.hosts[0];
        options.user = cases[at].user ? cases[at].user : options.user;
        options.database = cases[at].database ? cases[at].database : options.database;
        check_int(cases[at].label, open_with(&options, &db), RESULT_FAILED);
        db_free(db);
    }
}

/* A server that is no part of a cluster's primary is passed over when one is asked for. */
static void test_clustered(void **state) {
    struct db_options options = database.options;
    struct db *db;

    (void)state;
    options.clustered = true;
    assert_int_equal(open_with(&options, &db), RESULT_UNAVAILABLE);
    db_free(db);
}

/* One connection is kept; a lost one is made again and its statements with it. */
static void test_reconnect(void **state) {
    struct proxy proxy;
    struct db *db;

    proxy_start(&proxy, database.socket);
    database.options.hosts[0] = proxy.host;
    assert_int_equal(open_with(&database.options, &db), RESULT_OK);
    int64_t first = connection_id(db, *state);
    assert_int_equal(connection_id(db, *state), first);
    assert_int_equal(proxy_connections(&proxy), 1);
    for (int round = 2; round <= 4; round++) {
        proxy_arm(&proxy, PROXY_CUT_EXECUTE, 1);
        int64_t next = connection_id(db, *state);

        assert_int_not_equal(next, first);
        first = next;
        assert_int_equal(proxy_connections(&proxy), round);
    }
    proxy_arm(&proxy, PROXY_CUT_EXECUTE, 2);
    struct rows rows;
    assert_int_equal(db_query(db, *state, &id_sql, NULL, &rows), RESULT_UNAVAILABLE);
    db_free(db);
    proxy_stop(&proxy);
}

/* A host that failed is passed over while another answers, and used at once when none does. */
static void test_bad_host_is_passed_over(void **state) {
    struct proxy proxy;
    struct db *db;

    proxy_start(&proxy, database.socket);
    database.options.hosts[0] = proxy.host;
    database.options.hosts[1] = database.host;
    database.options.host_count = 2;
    assert_int_equal(open_with(&database.options, &db), RESULT_OK);
    proxy_arm(&proxy, PROXY_CUT_EXECUTE, 1);
    (void)connection_id(db, *state);
    assert_int_equal(proxy_connections(&proxy), 1); /* the second host took over */
    database_do(&database, "KILL %lld", (long long)connection_id(db, *state));
    (void)connection_id(db, *state);
    assert_int_equal(proxy_connections(&proxy), 2); /* both failed lately: from the first again */
    db_free(db);
    proxy_stop(&proxy);
}

/* ---- a server that goes and comes back ---- */

static char folder[] = "/tmp/remit-db.XXXXXX";

static int server_do(const char *what, const char *where) {
    char command[200];

    snprintf(command, sizeof command, "bash tests/support/private_db.sh %s %s", what, where);
    return system(command);
}

static enum result add_work(struct db *db, void *context) {
    struct bind binds[] = {bind_int(*(int64_t *)context)};

    return db_run(db, &add_sql, binds, NULL, NULL);
}

static void restart_check(struct arena *arena, struct database *server, const char *stop) {
    int64_t id = database_number(server, "SELECT COUNT(*) FROM done");
    struct rows rows;
    struct db *db;

    assert_int_equal(open_with(&server->options, &db), RESULT_OK);
    assert_int_equal(db_transaction(db, add_work, &id), RESULT_OK);
    mysql_close(server->admin);
    assert_int_equal(server_do(stop, folder), 0);
    assert_int_equal(db_query(db, arena, &id_sql, NULL, &rows), RESULT_UNAVAILABLE);
    assert_int_equal(db_transaction(db, add_work, &id), RESULT_UNAVAILABLE);
    assert_int_equal(server_do("start", folder), 0);
    server->admin = database_connect(server);
    assert_int_equal(db_query(db, arena, &id_sql, NULL, &rows), RESULT_OK);
    id++;
    assert_int_equal(db_transaction(db, add_work, &id), RESULT_OK);
    assert_int_equal(database_number(server, "SELECT COUNT(*) FROM done"), id + 1);
    db_free(db);
}

static int restarts_setup(void **state) {
    assert_non_null(mkdtemp(folder));
    assert_int_equal(server_do("start", folder), 0);
    return arena_setup(state);
}

static int restarts_teardown(void **state) {
    char command[100];

    assert_int_equal(server_do("stop", folder), 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    return arena_teardown(state);
}

static void test_server_restarts(void **state) {
    struct database server;
    char socket[64];

    snprintf(socket, sizeof socket, "%s/s.sock", folder);
    database_open_at(&server, socket);
    database_do(&server, "CREATE TABLE done (id BIGINT PRIMARY KEY)");
    restart_check(*state, &server, "stop");
    restart_check(*state, &server, "kill");
    database_close(&server);
}

/* ---- scripts ---- */

static void test_script(void **state) {
    static const struct {
        const char *label, *script;
        enum result want;
        unsigned line;
    } cases[] = {
        {"two statements", "CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);\n", RESULT_OK, 0},
        {"comments", "-- first\nDROP TABLE a;\n\n-- second; not an end\nDROP TABLE b;\n", RESULT_OK,
         0},
        {"no end of line behind", "CREATE TABLE a (id INT);", RESULT_OK, 0},
        {"a comment behind", "DROP TABLE a;\n-- nothing more\n", RESULT_OK, 0},
        {"nothing", "\n \n", RESULT_OK, 0},
        {"the second is wrong", "CREATE TABLE a (id INT);\nCREATE TABEL b;\nDROP TABLE a;\n",
         RESULT_FAILED, 2},
    };
    struct db *db;

    assert_int_equal(open_with(&database.options, &db), RESULT_OK);
    for (size_t at = 0; at < COUNT(cases); at++) {
        unsigned line = 0;

        check_int(cases[at].label, db_run_script(db, arena_text(*state, cases[at].script), &line),
                  cases[at].want);
        if (cases[at].want != RESULT_OK)
            check_int(cases[at].label, line, cases[at].line);
    }
    db_free(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_rotation),
        TEST(test_no_host),
        TEST(test_wrong_settings),
        TEST(test_clustered),
        TEST(test_reconnect),
        TEST(test_bad_host_is_passed_over),
        TEST(test_script),
        cmocka_unit_test_setup_teardown(test_server_restarts, restarts_setup, restarts_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
