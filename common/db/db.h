/*
 * db.h - one MariaDB connection that finds a host, prepares what it runs, and says honestly how a
 * call ended. The only user of MariaDB Connector/C (10.11). Knows no table.
 *
 * Every statement a program runs is declared, and prepared and counted once at start, so a misspelt
 * column or a missing right stops the start, not a customer. What is run stays prepared, until the
 * connection is lost. Connector/C's own reconnect stays off, since it hides a lost transaction.
 *
 * Reads outside a transaction are tried again on another host. Writes happen in db_transaction().
 */
#ifndef REMIT_DB_DB_H
#define REMIT_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/arena.h"
#include "common/core/date.h"
#include "common/core/result.h"

enum { DB_HOSTS_MAX = 8, DB_PARAMS_MAX = 32, DB_COLUMNS_MAX = 48, DB_ROWS_MAX = 5000 };

struct db;

/* A statement as a value. text is a constant: SQL is never put together from pieces. */
struct statement {
    const char *name;         /* for logs and tests */
    unsigned params, columns; /* counted against the server's answer at start */
    const char *text;
};

struct db_options {
    const char *hosts[DB_HOSTS_MAX]; /* "unix:/path" or "host:port", tried in this order */
    size_t host_count;               /* 1 .. DB_HOSTS_MAX */
    const char *user, *password, *database;
    unsigned connect_timeout_s, io_timeout_s;
    bool clustered; /* after connecting, refuse a node that is not a synced part of its primary */
};

/* options and the texts in it are borrowed for the life of the result. No connection yet. */
struct db *db_new(const struct db_options *options);
/* Accepts NULL. */
void db_free(struct db *db);

/* Connects and checks list (borrowed for good).
 * RESULT_UNAVAILABLE: no host answers. RESULT_FAILED: a statement is wrong or not allowed; logged.
 */
MUST_CHECK enum result db_open(struct db *db, const struct statement *const *list, size_t count);

/* ---- values ---- */

enum bind_kind { BIND_KIND_NULL, BIND_KIND_INT, BIND_KIND_BYTES };

struct bind {
    enum bind_kind kind;
    int64_t number;
    const void *bytes;
    size_t length;
    char text[INSTANT_TEXT_SIZE]; /* where a date or an instant is written out */
};

struct bind bind_null(void);
struct bind bind_int(int64_t number);
struct bind bind_text(const char *text); /* NULL becomes NULL */
struct bind bind_bytes(const void *bytes, size_t length);
struct bind bind_date(struct date date);   /* year 0 becomes NULL */
struct bind bind_instant(int64_t instant); /* 0 becomes NULL */

struct cell {
    const char *bytes; /* NULL: SQL NULL; else NUL-terminated behind length */
    size_t length;
    int64_t number; /* for integer columns; of a DATE its parts, packed */
};

struct rows {
    size_t count, columns;
    struct cell *cells; /* count * columns */
};

bool row_is_null(const struct rows *rows, size_t row, size_t column);
/* Of an integer column; NULL is 0. Any other kind is our mistake (SUM() needs a CAST). */
int64_t row_int(const struct rows *rows, size_t row, size_t column);
const char *row_text(const struct rows *rows, size_t row, size_t column); /* NULL becomes "" */
struct date row_date(const struct rows *rows, size_t row, size_t column); /* NULL: year 0 */
int64_t row_instant(const struct rows *rows, size_t row, size_t column);  /* NULL: 0 */
/* Bytes of a text or of bytes; NULL has none. */
size_t row_length(const struct rows *rows, size_t row, size_t column);
/* The column's bytes when it has exactly length of them, else NULL. */
const void *row_bytes(const struct rows *rows, size_t row, size_t column, size_t length);

/* ---- running ---- */

/* Reads every row into arena; more than DB_ROWS_MAX is our mistake.
 * RESULT_OK (with 0 rows too), RESULT_UNAVAILABLE, RESULT_FAILED; inside a transaction also
 * RESULT_RETRY, which the work hands on. binds: statement->params of them. */
MUST_CHECK enum result db_query(struct db *db, struct arena *arena,
                                const struct statement *statement, struct bind *binds,
                                struct rows *out_rows);

/* Row by row without keeping any: for commands over whole tables. each() gets one row in
 * out_rows form, valid until it returns; anything but RESULT_OK from it stops and is returned. It
 * must not use db. */
typedef enum result (*db_each_row)(const struct rows *row, void *context);
MUST_CHECK enum result db_each(struct db *db, const struct statement *statement, struct bind *binds,
                               db_each_row each, void *context);

/* Inside a transaction only. out_changed: rows changed; out_id: AUTO_INCREMENT made; each may be
 * NULL. RESULT_OK; RESULT_CONFLICT: a unique key says someone was first (1062);
 * RESULT_INVALID: a CHECK refuses the figures (4025); RESULT_RETRY; RESULT_UNAVAILABLE;
 * RESULT_FAILED. */
MUST_CHECK enum result db_run(struct db *db, const struct statement *statement, struct bind *binds,
                              uint64_t *out_changed, uint64_t *out_id);

/* The same for a conditional update that has to change one row: RESULT_CONFLICT also when it
 * changed none, or several. */
MUST_CHECK enum result db_run_one(struct db *db, const struct statement *statement,
                                  struct bind *binds);

/* One write in one round trip, outside a transaction: only for what may be lost or done twice
 * without harm (a session's seen_at, a counter), since a lost answer is not looked into. */
MUST_CHECK enum result db_run_alone(struct db *db, const struct statement *statement,
                                    struct bind *binds);

/* ---- transactions ---- */

typedef enum result (*db_work)(struct db *db, void *context);

/*
 * START TRANSACTION, work, COMMIT. work returns RESULT_OK to commit, anything else to roll back; it
 * may run several times (deadlocks 1213, lock waits 1205, changed snapshots 1020, a connection
 * lost before COMMIT), so it sets its results afresh each time and touches nothing outside.
 *
 * RESULT_OK: COMMIT returned success. RESULT_UNCERTAIN: COMMIT was sent and its answer is not
 * known; look before trying again. RESULT_UNAVAILABLE: nothing happened. Else what work returned;
 * nothing happened.
 */
MUST_CHECK enum result db_transaction(struct db *db, db_work work, void *context);

/* ---- schema changes, for `remit migrate` only ---- */

/* Runs a file's statements, which end in ";\n". *out_line: where the failing one starts. */
MUST_CHECK enum result db_run_script(struct db *db, char *script, unsigned *out_line);

/* The server's words for the last failure: for operators' eyes and logs, never for customers. */
const char *db_error(const struct db *db);
unsigned db_error_number(const struct db *db);

#endif
