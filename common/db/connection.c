#include "common/db/connection.h"

#include <assert.h>
#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/text.h"

/* A host that failed is passed over this long, unless every host failed. */
enum { HOST_BAD_MS = 10000, ER_CHECK_VIOLATED = 4025, ER_CHANGED_SINCE_READ = 1020 };

struct db *db_new(const struct db_options *options) {
    struct db *db = calloc(1, sizeof *db);

    assert(db && options->host_count >= 1 && options->host_count <= DB_HOSTS_MAX);
    db->options = options;
    return db;
}

static void connection_close(struct db *db) {
    for (size_t at = 0; at < db->list_count; at++) {
        if (db->prepared[at].handle)
            mysql_stmt_close(db->prepared[at].handle);
        db->prepared[at].handle = NULL;
    }
    if (db->handle)
        mysql_close(db->handle);
    db->handle = NULL;
    db->in_transaction = false;
}

void db_free(struct db *db) {
    if (!db)
        return;
    connection_close(db);
    free(db->prepared);
    free(db);
}

const char *db_error(const struct db *db) {
    return db->error;
}

unsigned db_error_number(const struct db *db) {
    return db->error_number;
}

enum result connection_fault(struct db *db, unsigned number, const char *words) {
    db->error_number = number;
    if (words != db->error)
        snprintf(db->error, sizeof db->error, "%s", words);
    switch (number) {
    case ER_DUP_ENTRY:
        return RESULT_CONFLICT;
    case ER_CHECK_VIOLATED:
        return RESULT_INVALID;
    case ER_LOCK_DEADLOCK:
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_CHANGED_SINCE_READ:
        return RESULT_RETRY;
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_COMMANDS_OUT_OF_SYNC: /* the connection cannot be trusted any more */
    case CR_MALFORMED_PACKET:
    case ER_SERVER_SHUTDOWN:
    case ER_CONNECTION_KILLED:
    case ER_UNKNOWN_COM_ERROR:         /* 1047: a Galera node outside its primary component */
    case ER_ERROR_DURING_COMMIT:       /* 1180 */
    case ER_OPTION_PREVENTS_STATEMENT: /* read only */
    case ER_CON_COUNT_ERROR:
        return RESULT_UNAVAILABLE;
    default:
        return RESULT_FAILED;
    }
}

unsigned connection_command(struct db *db, const char *text) {
    if (mysql_real_query(db->handle, text, strlen(text)) == 0)
        return 0;
    unsigned number = mysql_errno(db->handle);
    (void)connection_fault(db, number, mysql_error(db->handle));
    return number ? number : CR_UNKNOWN_ERROR;
}

/* "unix:/path" or "host:port" taken apart; false: neither. */
static bool host_parse(const char *host, char *name, size_t size, unsigned *out_port,
                       const char **out_socket) {
    const char *colon = strrchr(host, ':');
    int64_t port;

    *out_socket = NULL;
    if (text_starts_with(host, "unix:")) {
        *out_socket = host + strlen("unix:");
        snprintf(name, size, "localhost");
        return true;
    }
    if (!colon || !text_to_int(colon + 1, &port) || port < 1 || port > 65535 ||
        (size_t)(colon - host) >= size)
        return false;
    memcpy(name, host, (size_t)(colon - host));
    name[colon - host] = '\0';
    *out_port = (unsigned)port;
    return true;
}

static enum result session_prepare(struct db *db) {
    /* Read-modify-write loses updates without snapshot isolation (off by default in 10.11), an
     * out-of-range value must fail, not be cut, and a GRANT to an account that is not there must
     * not make one without a password. The server is the provider's: what it has as its defaults
     * for autocommit, isolation and checks is not relied on. */
    unsigned number = connection_command(
        db, "SET SESSION autocommit = 1, tx_isolation = 'REPEATABLE-READ',"
            " innodb_snapshot_isolation = ON, check_constraint_checks = ON,"
            " foreign_key_checks = ON, unique_checks = ON, sql_mode = 'STRICT_ALL_TABLES,"
            "ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION',"
            " time_zone = '+00:00', innodb_lock_wait_timeout = 5");

    if (number)
        return RESULT_UNAVAILABLE;
    if (!db->options->clustered)
        return RESULT_OK;
    if (mysql_query(db->handle, "SELECT 1 FROM information_schema.GLOBAL_STATUS WHERE"
                                " VARIABLE_NAME = 'wsrep_ready' AND VARIABLE_VALUE = 'ON'"))
        return RESULT_UNAVAILABLE;

    MYSQL_RES *rows = mysql_store_result(db->handle);
    bool ready = rows && mysql_num_rows(rows) == 1;
    mysql_free_result(rows);
    return ready ? RESULT_OK : RESULT_UNAVAILABLE;
}

/* *out_handle NULL: it failed, and errors are kept in db. */
static enum result prepare(struct db *db, const struct statement *statement,
                           MYSQL_STMT **out_handle) {
    MYSQL_STMT *handle = mysql_stmt_init(db->handle);

    assert(handle);
    *out_handle = NULL;
    if (mysql_stmt_prepare(handle, statement->text, strlen(statement->text))) {
        enum result result = connection_fault(db, mysql_stmt_errno(handle),
                                              mysql_stmt_error(handle));

        LOG(LOG_LEVEL_ERROR, "database.prepare", LOG_TEXT("statement", statement->name),
            LOG_INT("number", db->error_number), LOG_TEXT("error", db->error));
        mysql_stmt_close(handle);
        return result == RESULT_UNAVAILABLE ? result : RESULT_FAILED;
    }
    if (mysql_stmt_param_count(handle) != statement->params ||
        mysql_stmt_field_count(handle) != statement->columns) {
        LOG(LOG_LEVEL_ERROR, "database.statement_shape", LOG_TEXT("statement", statement->name),
            LOG_INT("params", (int64_t)mysql_stmt_param_count(handle)),
            LOG_INT("columns", (int64_t)mysql_stmt_field_count(handle)));
        mysql_stmt_close(handle);
        return RESULT_FAILED;
    }
    *out_handle = handle;
    return RESULT_OK;
}

/* Each is closed again: one that is prepared takes about 8 kB in this process, and more in the
 * server, and of what a program declares a worker may never run half. */
static enum result statements_check(struct db *db) {
    for (size_t at = 0; at < db->list_count; at++) {
        MYSQL_STMT *handle;
        enum result result = prepare(db, db->list[at], &handle);

        if (result != RESULT_OK)
            return result;
        mysql_stmt_close(handle);
    }
    db->is_checked = true;
    return RESULT_OK;
}

static enum result connect_to(struct db *db, size_t index) {
    const struct db_options *options = db->options;
    unsigned port = 0, no_local_files = 0;
    const char *socket;
    char name[200];

    if (!host_parse(options->hosts[index], name, sizeof name, &port, &socket))
        return RESULT_FAILED;
    db->handle = mysql_init(NULL);
    assert(db->handle);
    mysql_options(db->handle, MYSQL_OPT_CONNECT_TIMEOUT, &options->connect_timeout_s);
    mysql_options(db->handle, MYSQL_OPT_READ_TIMEOUT, &options->io_timeout_s);
    mysql_options(db->handle, MYSQL_OPT_WRITE_TIMEOUT, &options->io_timeout_s);
    mysql_options(db->handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    /* Or whoever poses as the server could ask for any file of ours, the secrets among them. */
    mysql_options(db->handle, MYSQL_OPT_LOCAL_INFILE, &no_local_files);
    if (!mysql_real_connect(db->handle, name, options->user, options->password, options->database,
                            port, socket, 0)) {
        unsigned number = mysql_errno(db->handle);

        (void)connection_fault(db, number, mysql_error(db->handle));
        connection_close(db);
        return number == ER_ACCESS_DENIED_ERROR || number == ER_BAD_DB_ERROR ||
                       number == ER_DBACCESS_DENIED_ERROR
                   ? RESULT_FAILED
                   : RESULT_UNAVAILABLE;
    }
    db->host = index;

    enum result result = session_prepare(db);
    if (result == RESULT_OK && !db->is_checked)
        result = statements_check(db);
    if (result != RESULT_OK)
        connection_close(db);
    return result;
}

void connection_lost(struct db *db) {
    db->bad_until_ms[db->host] = clock_monotonic_ms() + HOST_BAD_MS;
    connection_close(db);
}

enum result connection_ensure(struct db *db) {
    int64_t now_ms = clock_monotonic_ms();

    if (db->handle)
        return RESULT_OK;
    /* Hosts that did not fail lately first; when none of those is left, the others again: a
     * single host that comes back is used at once. */
    for (int round = 0; round < 2; round++) {
        for (size_t at = 0; at < db->options->host_count; at++) {
            bool is_bad = db->bad_until_ms[at] > now_ms;

            if (is_bad != (round == 1))
                continue;
            enum result result = connect_to(db, at);
            if (result != RESULT_UNAVAILABLE)
                return result;
            db->bad_until_ms[at] = now_ms + HOST_BAD_MS;
        }
    }
    return RESULT_UNAVAILABLE;
}

enum result db_open(struct db *db, const struct statement *const *list, size_t count) {
    assert(!db->handle);
    db->list = list;
    db->list_count = count;
    db->is_checked = false;
    free(db->prepared);
    db->prepared = calloc(count ? count : 1, sizeof *db->prepared);
    assert(db->prepared);
    for (size_t at = 0; at < count; at++)
        db->prepared[at].statement = list[at];
    return connection_ensure(db);
}

enum result connection_statement(struct db *db, const struct statement *statement,
                                 MYSQL_STMT **out_handle) {
    for (size_t at = 0; at < db->list_count; at++) {
        struct prepared *prepared = &db->prepared[at];

        if (prepared->statement != statement)
            continue;
        enum result result = prepared->handle ? RESULT_OK
                                              : prepare(db, statement, &prepared->handle);
        if (result == RESULT_UNAVAILABLE)
            connection_lost(db);
        else
            *out_handle = prepared->handle;
        return result;
    }
    LOG(LOG_LEVEL_ERROR, "database.undeclared_statement", LOG_TEXT("statement", statement->name));
    abort();
}

/* Over blanks and whole-line comments, so that the line told is the statement's own. */
static char *statement_start(char *at, unsigned *line) {
    for (;;) {
        at += strspn(at, " \t\r");
        if (text_starts_with(at, "--"))
            at += strcspn(at, "\n");
        if (*at != '\n')
            return at;
        (*line)++;
        at++;
    }
}

enum result db_run_script(struct db *db, char *script, unsigned *out_line) {
    enum result result = connection_ensure(db);
    unsigned line = 1;

    *out_line = line;
    for (char *at = statement_start(script, &line); *at && result == RESULT_OK;
         at = statement_start(at, &line)) {
        char *end = strstr(at, ";\n");

        if (end)
            *end = '\0';
        *out_line = line;
        if (connection_command(db, at))
            result = RESULT_FAILED;
        for (const char *c = at; *c; c++)
            line += *c == '\n';
        at = end ? end + 1 : at + strlen(at);
    }
    return result;
}
