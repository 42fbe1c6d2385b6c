/* Transactions: done or undone, tried again when others were in the way, and honest when the answer
 * to COMMIT was lost. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/database.h"
#include "tests/support/proxy.h"

enum { OTHER_ROWS = 40 };

static struct database database;

static const struct statement add_sql = {
    .name = "add",
    .params = 1,
    .text = "INSERT INTO done (id) VALUES (?)",
};
static const struct statement bump_sql = {
    .name = "bump",
    .params = 2,
    .text = "UPDATE number SET value = value + ? WHERE id = ?",
};
static const struct statement set_sql = {
    .name = "set",
    .params = 2,
    .text = "UPDATE number SET value = ? WHERE id = ?",
};
static const struct statement read_sql = {
    .name = "read",
    .params = 1,
    .columns = 1,
    .text = "SELECT value FROM number WHERE id = ?",
};
static const struct statement id_sql = {
    .name = "connection_id",
    .columns = 1,
    .text = "SELECT CONNECTION_ID()",
};
static const struct statement impatient_sql = {
    .name = "impatient",
    .text = "SET SESSION innodb_lock_wait_timeout = 0",
};
static const struct statement many_sql = {
    .name = "many",
    .columns = 2,
    .text = "SELECT seq, REPEAT('x', 100) FROM seq_1_to_2000",
};

static const struct statement *const statements[] = {&add_sql, &bump_sql,      &set_sql, &read_sql,
                                                     &id_sql,  &impatient_sql, &many_sql};

static int setup(void **state) {
    database_open(&database);
    database_do(&database, "CREATE TABLE done (id BIGINT PRIMARY KEY)");
    database_do(&database, "CREATE TABLE number (id BIGINT PRIMARY KEY, value BIGINT NOT NULL)");
    database_do(&database, "INSERT INTO number SELECT seq, 0 FROM seq_1_to_50");
    return arena_setup(state);
}

static int teardown(void **state) {
    database_close(&database);
    return arena_teardown(state);
}

static struct db *db_here(void) {
    return database_db(&database, statements, COUNT(statements));
}

static int64_t done_count(void) {
    return database_number(&database, "SELECT COUNT(*) FROM done");
}

static int64_t value_of(int64_t id) {
    return database_number(&database, "SELECT value FROM number WHERE id = %lld", (long long)id);
}

/* What the works below share. */
struct job {
    struct arena *arena;
    int64_t id;
    int runs, fail_runs; /* how often it ran; how often it answers answer instead of OK */
    enum result answer;
    MYSQL *other;
    struct proxy *proxy;
};

static enum result add(struct db *db, int64_t id) {
    struct bind binds[] = {bind_int(id)};

    return db_run(db, &add_sql, binds, NULL, NULL);
}

static enum result bump(struct db *db, int64_t by, int64_t id) {
    struct bind binds[] = {bind_int(by), bind_int(id)};

    return db_run(db, &bump_sql, binds, NULL, NULL);
}

static int64_t connection_id(struct db *db, struct arena *arena) {
    struct rows rows;

    assert_int_equal(db_query(db, arena, &id_sql, NULL, &rows), RESULT_OK);
    return row_int(&rows, 0, 0);
}

/* KILL, and until the server has let go of it. */
static void connection_kill(int64_t id) {
    char statement[200];

    database_do(&database, "KILL %lld", (long long)id);
    snprintf(statement, sizeof statement,
             "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = %lld", (long long)id);
    database_wait(&database, 0, statement);
}

/* ---- done or undone ---- */

static enum result add_work(struct db *db, void *context) {
    struct job *job = context;
    enum result result = add(db, job->id);

    job->runs++;
    if (result == RESULT_OK && job->runs <= job->fail_runs)
        return job->answer;
    return result;
}

static void test_commit(void **state) {
    struct db *db = db_here();
    struct job job = {.id = 1};

    (void)state;
    assert_int_equal(db_transaction(db, add_work, &job), RESULT_OK);
    assert_int_equal(job.runs, 1);
    assert_int_equal(done_count(), 1);
    assert_int_equal(db_transaction(db, add_work, &job), RESULT_CONFLICT);
    assert_int_equal(job.runs, 2);
    assert_int_equal(done_count(), 1);
    db_free(db);
}

/* Every answer but OK undoes; those that mean "once more" are tried again, a bounded number of
 * times. */
static void test_rollback(void **state) {
    static const struct {
        enum result answer, want;
        int runs;
    } cases[] = {
        {RESULT_NOT_FOUND, RESULT_NOT_FOUND, 1},     {RESULT_INVALID, RESULT_INVALID, 1},
        {RESULT_FORBIDDEN, RESULT_FORBIDDEN, 1},     {RESULT_CONFLICT, RESULT_CONFLICT, 1},
        {RESULT_FAILED, RESULT_FAILED, 1},           {RESULT_RETRY, RESULT_UNAVAILABLE, 8},
        {RESULT_UNAVAILABLE, RESULT_UNAVAILABLE, 2},
    };
    struct db *db = db_here();
    struct job good = {.id = 2};

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct job job = {.id = 1, .fail_runs = 99, .answer = cases[at].answer};

        check_int(result_name(cases[at].answer), db_transaction(db, add_work, &job),
                  cases[at].want);
        check_int(result_name(cases[at].answer), job.runs, cases[at].runs);
        check_int(result_name(cases[at].answer), done_count(), 0);
    }
    assert_int_equal(db_transaction(db, add_work, &good), RESULT_OK);
    assert_int_equal(done_count(), 1);
    db_free(db);
}

static void test_retry_then_done(void **state) {
    struct db *db = db_here();
    struct job job = {.id = 1, .fail_runs = 3, .answer = RESULT_RETRY};

    (void)state;
    assert_int_equal(db_transaction(db, add_work, &job), RESULT_OK);
    assert_int_equal(job.runs, 4);
    assert_int_equal(done_count(), 1);
    db_free(db);
}

/* ---- others in the way ---- */

/* A deadlock made on purpose, whichever of the two closes the circle: the other one has more rows
 * to lose, so the server picks ours. */
static enum result deadlock_work(struct db *db, void *context) {
    struct job *job = context;
    enum result result;

    if (++job->runs > 1) {
        assert_int_equal(mysql_read_query_result(job->other), 0);
        assert_int_equal(mysql_query(job->other, "COMMIT"), 0);
    }
    result = bump(db, 1, 1);
    if (result == RESULT_OK && job->runs == 1) {
        static const char blocked[] = "UPDATE number SET value = value + 100 WHERE id = 1";

        assert_int_equal(mysql_query(job->other, "START TRANSACTION"), 0);
        assert_int_equal(mysql_query(job->other,
                                     "UPDATE number SET value = value + 10 WHERE id BETWEEN 2 AND"
                                     " 41"),
                         0);
        assert_int_equal(mysql_send_query(job->other, blocked, strlen(blocked)), 0);
    }
    return result == RESULT_OK ? bump(db, 1, 2) : result;
}

static void test_deadlock(void **state) {
    struct db *db = db_here();
    struct job job = {.other = database_connect(&database)};

    (void)state;
    assert_int_equal(db_transaction(db, deadlock_work, &job), RESULT_OK);
    assert_int_equal(job.runs, 2);
    assert_int_equal(value_of(1), 101);
    assert_int_equal(value_of(2), 11);
    assert_int_equal(value_of(OTHER_ROWS), 10);
    mysql_close(job.other);
    db_free(db);
}

/* What was read is written back plus one, while somebody else writes it between: without snapshot
 * isolation their change is lost. */
static enum result lost_update_work(struct db *db, void *context) {
    struct job *job = context;
    struct bind id[] = {bind_int(1)};
    struct rows rows;
    enum result result = db_query(db, job->arena, &read_sql, id, &rows);

    if (result != RESULT_OK)
        return result;
    if (++job->runs == 1)
        database_do(&database, "UPDATE number SET value = value + 10 WHERE id = 1");
    struct bind binds[] = {bind_int(row_int(&rows, 0, 0) + 1), bind_int(1)};
    return db_run(db, &set_sql, binds, NULL, NULL);
}

static void test_lost_update(void **state) {
    struct db *db = db_here();
    struct job job = {.arena = *state};

    assert_int_equal(db_transaction(db, lost_update_work, &job), RESULT_OK);
    assert_int_equal(job.runs, 2);
    assert_int_equal(value_of(1), 11);
    db_free(db);
}

/* A row somebody else holds: waited for, and then tried again. */
static enum result lock_wait_work(struct db *db, void *context) {
    struct job *job = context;
    enum result result = db_run(db, &impatient_sql, NULL, NULL, NULL);

    if (++job->runs == 3)
        assert_int_equal(mysql_query(job->other, "COMMIT"), 0);
    return result == RESULT_OK ? bump(db, 1, 1) : result;
}

static void test_lock_wait(void **state) {
    struct db *db = db_here();
    struct job job = {.other = database_connect(&database)};

    (void)state;
    assert_int_equal(mysql_query(job.other, "START TRANSACTION"), 0);
    assert_int_equal(mysql_query(job.other, "UPDATE number SET value = 7 WHERE id = 1"), 0);
    assert_int_equal(db_transaction(db, lock_wait_work, &job), RESULT_OK);
    assert_int_equal(job.runs, 3);
    assert_int_equal(value_of(1), 8);
    mysql_close(job.other);
    db_free(db);
}

/* ---- a connection lost before COMMIT ---- */

static enum result killed_work(struct db *db, void *context) {
    struct job *job = context;
    enum result result = add(db, job->id);

    if (result == RESULT_OK && ++job->runs <= job->fail_runs)
        connection_kill(connection_id(db, job->arena));
    return result == RESULT_OK ? add(db, job->id + 1) : result;
}

static void test_killed_inside(void **state) {
    struct db *db = db_here();
    struct job job = {.arena = *state, .id = 1, .fail_runs = 1};

    assert_int_equal(db_transaction(db, killed_work, &job), RESULT_OK);
    assert_int_equal(job.runs, 2);
    assert_int_equal(done_count(), 2);
    /* Every time: the database is as good as away, and nothing was done. */
    job = (struct job){.arena = *state, .id = 11, .fail_runs = 99};
    assert_int_equal(db_transaction(db, killed_work, &job), RESULT_UNAVAILABLE);
    assert_int_equal(job.runs, 2);
    assert_int_equal(done_count(), 2);
    db_free(db);
}

static void test_killed_between(void **state) {
    struct db *db = db_here();
    struct job job = {.id = 1};
    struct bind id[] = {bind_int(1)};
    struct rows rows;

    connection_kill(connection_id(db, *state));
    assert_int_equal(db_query(db, *state, &read_sql, id, &rows), RESULT_OK);
    assert_int_equal(rows.count, 1);
    connection_kill(connection_id(db, *state));
    assert_int_equal(db_transaction(db, add_work, &job), RESULT_OK);
    assert_int_equal(done_count(), 1);
    db_free(db);
}

/* ---- COMMIT and its answer ---- */

/* Killed after its last statement: COMMIT finds no connection, which is not known from here. */
static enum result killed_last_work(struct db *db, void *context) {
    struct job *job = context;
    enum result result = add(db, job->id);

    job->runs++;
    connection_kill(connection_id(db, job->arena));
    return result;
}

static void test_killed_at_commit(void **state) {
    struct db *db = db_here();
    struct job job = {.arena = *state, .id = 1};

    capture_begin();
    enum result result = db_transaction(db, killed_last_work, &job);
    const char *logged = capture_end(*state);
    assert_int_equal(result, RESULT_UNCERTAIN);
    assert_non_null(strstr(logged, "database.commit_uncertain"));
    assert_int_equal(job.runs, 1);
    assert_int_equal(done_count(), 0);
    db_free(db);
}

static const struct {
    const char *label;
    enum proxy_fault fault;
    int64_t done;
} commit_cases[] = {
    {"lost before the server saw it", PROXY_CUT_BEFORE_COMMIT, 0},
    {"lost after the server did it", PROXY_CUT_AFTER_COMMIT, 1},
    {"done, and not a word for the time-out", PROXY_HOLD_COMMIT, 1},
};

static void test_uncertain(void **state) {
    struct proxy proxy;
    struct db *db = NULL;

    proxy_start(&proxy, database.socket);
    database.options.hosts[0] = proxy.host;
    database.options.io_timeout_s = 1;
    db = db_here();
    for (size_t at = 0; at < COUNT(commit_cases); at++) {
        const char *label = commit_cases[at].label;
        struct job job = {.id = 100 * (int64_t)(at + 1)}, again = {.id = job.id + 1};
        int before = proxy_faults(&proxy);

        proxy_arm(&proxy, commit_cases[at].fault, 1);
        capture_begin();
        enum result result = db_transaction(db, add_work, &job);
        (void)capture_end(*state);
        check_int(label, result, RESULT_UNCERTAIN);
        check_int(label, proxy_faults(&proxy) - before, 1);
        check_int(label, job.runs, 1);
        check_int(label,
                  database_number(&database, "SELECT COUNT(*) FROM done WHERE id = %lld",
                                  (long long)job.id),
                  commit_cases[at].done);
        /* And the next one goes through, on a fresh connection. */
        check_int(label, db_transaction(db, add_work, &again), RESULT_OK);
        /* Looking: the same claim again says which of the two it was. */
        check_int(label, db_transaction(db, add_work, &job),
                  commit_cases[at].done ? RESULT_CONFLICT : RESULT_OK);
    }
    db_free(db);
    proxy_stop(&proxy);
}

/* ---- answers cut in their midst ---- */

static enum result many_work(struct db *db, void *context) {
    struct job *job = context;
    struct rows rows = {.count = 0};
    enum result result = add(db, job->id);

    if (++job->runs == 1)
        proxy_arm(job->proxy, PROXY_CUT_RESULT, 1);
    if (result == RESULT_OK)
        result = db_query(db, job->arena, &many_sql, NULL, &rows);
    if (result == RESULT_OK)
        assert_int_equal(rows.count, 2000);
    return result;
}

static void test_result_cut(void **state) {
    struct proxy proxy;
    struct rows rows = {.count = 0};

    proxy_start(&proxy, database.socket);
    database.options.hosts[0] = proxy.host;
    struct db *db = db_here();
    struct job job = {.arena = *state, .id = 1, .proxy = &proxy};

    /* Outside a transaction: read again, whole. */
    proxy_arm(&proxy, PROXY_CUT_RESULT, 1);
    assert_int_equal(db_query(db, *state, &many_sql, NULL, &rows), RESULT_OK);
    assert_int_equal(rows.count, 2000);
    assert_int_equal(proxy_faults(&proxy), 1);
    /* Twice in a row: said, not taken for fewer rows. */
    proxy_arm(&proxy, PROXY_CUT_RESULT, 2);
    assert_int_equal(db_query(db, *state, &many_sql, NULL, &rows), RESULT_UNAVAILABLE);
    assert_int_equal(proxy_faults(&proxy), 3);
    /* Inside: the whole work again. */
    assert_int_equal(db_transaction(db, many_work, &job), RESULT_OK);
    assert_int_equal(job.runs, 2);
    assert_int_equal(proxy_faults(&proxy), 4);
    assert_int_equal(done_count(), 1);
    db_free(db);
    proxy_stop(&proxy);
}

static enum result count_row(const struct rows *row, void *context) {
    (void)row;
    ++*(int *)context;
    return RESULT_OK;
}

static void test_each_cut(void **state) {
    struct proxy proxy;
    int seen = 0;

    (void)state;
    proxy_start(&proxy, database.socket);
    database.options.hosts[0] = proxy.host;
    struct db *db = db_here();
    /* Some rows were handed over: not to be repeated, not to be taken for all. */
    proxy_arm(&proxy, PROXY_CUT_RESULT, 1);
    assert_int_equal(db_each(db, &many_sql, NULL, count_row, &seen), RESULT_UNAVAILABLE);
    assert_in_range(seen, 1, 1999);
    /* None was: the connection was only stale. */
    seen = 0;
    proxy_arm(&proxy, PROXY_CUT_EXECUTE, 1);
    assert_int_equal(db_each(db, &many_sql, NULL, count_row, &seen), RESULT_OK);
    assert_int_equal(seen, 2000);
    db_free(db);
    proxy_stop(&proxy);
}

/* ---- our own mistake ---- */

static enum result nested_work(struct db *db, void *context) {
    return db_transaction(db, add_work, context);
}

static void nested(void *context) {
    struct job job = {.id = 1};

    (void)!db_transaction(context, nested_work, &job);
}

static void test_nested_dies(void **state) {
    struct db *db = db_here();

    (void)state;
    assert_true(dies(nested, db));
    db_free(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_commit),        TEST(test_rollback),       TEST(test_retry_then_done),
        TEST(test_deadlock),      TEST(test_lost_update),    TEST(test_lock_wait),
        TEST(test_killed_inside), TEST(test_killed_between), TEST(test_killed_at_commit),
        TEST(test_uncertain),     TEST(test_result_cut),     TEST(test_each_cut),
        TEST(test_nested_dies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
