/* connection.h - what the files of common/db share; nobody else includes it. */
#ifndef REMIT_DB_CONNECTION_H
#define REMIT_DB_CONNECTION_H

#include <mysql.h>

#include "common/db/db.h"

struct prepared {
    const struct statement *statement;
    MYSQL_STMT *handle; /* NULL until it is first run on this connection */
};

struct db {
    const struct db_options *options;
    MYSQL *handle; /* NULL: not connected */
    int64_t bad_until_ms[DB_HOSTS_MAX];
    size_t host; /* the one in use, or tried last */
    const struct statement *const *list;
    struct prepared *prepared; /* list_count of them, in list's order */
    size_t list_count;
    bool is_checked; /* every one was prepared once */
    bool in_transaction;
    unsigned error_number;
    char error[200];
};

/* Connected, on whatever host answers. RESULT_UNAVAILABLE, RESULT_FAILED. */
MUST_CHECK enum result connection_ensure(struct db *db);

/* Closes the connection and passes over its host for a while. */
void connection_lost(struct db *db);

/* The prepared handle; running what the program did not declare is our mistake. Otherwise
 * *out_handle is not set: RESULT_UNAVAILABLE (the connection is closed), RESULT_FAILED. */
MUST_CHECK enum result connection_statement(struct db *db, const struct statement *statement,
                                            MYSQL_STMT **out_handle);

/* Keeps number and words, and names what the caller can do about them. */
enum result connection_fault(struct db *db, unsigned number, const char *words);

/* A fixed statement without result ("COMMIT"). Returns the server's error number, 0: done. */
unsigned connection_command(struct db *db, const char *text);

#endif
