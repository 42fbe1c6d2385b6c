/*
 * database.h - a schema of a test's own on the private MariaDB that with_db.sh started.
 */
#ifndef REMIT_TESTS_SUPPORT_DATABASE_H
#define REMIT_TESTS_SUPPORT_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include <mysql.h>

#include "common/db/db.h"

struct database {
    char schema[48], host[128];
    const char *socket;
    struct db_options options;
    MYSQL *admin; /* a connection the code under test knows nothing of */
};

/* REMIT_TEST_SOCKET names the server; without one the test ends. */
void database_open(struct database *database);
/* The same on the server behind a socket. */
void database_open_at(struct database *database, const char *socket);
/* Applies sql/migrations to it. */
void database_migrate(struct database *database);
void database_close(struct database *database);

/* Runs one statement as the administrator; the test ends when it fails. */
void database_do(struct database *database, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The first cell of the first row as a number; no row is an error, NULL is 0. */
int64_t database_number(struct database *database, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The first cell as text, in arena. */
const char *database_text(struct database *database, struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The number without ending the test: false, when the server is away. */
bool database_try_number(struct database *database, const char *statement, int64_t *out_number);
/* Asks until the first cell is want; the test ends after 20 seconds. */
void database_wait(struct database *database, int64_t want, const char *statement);

/* One more connection of the administrator's; mysql_close() it. */
MYSQL *database_connect(struct database *database);

/* A db of the code under test, open with list. */
struct db *database_db(struct database *database, const struct statement *const *list,
                       size_t count);

#endif
