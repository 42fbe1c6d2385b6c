/*
 * migration_store.h - which schema changes have been made, for `remit migrate` only.
 *
 * Works as the administrator's account, over a connection of its own: the statements of the other
 * stores cannot be prepared before the tables are there. A migration is claimed by its number (the
 * primary key) before its file runs, because DDL commits by itself and cannot be undone: of two
 * runs at once one is refused, and a row without applied_at tells of a run that died.
 */
#ifndef REMIT_STORE_MIGRATION_STORE_H
#define REMIT_STORE_MIGRATION_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/secret.h"
#include "common/db/db.h"

struct migration {
    int64_t number;
    const char *name; /* of its file */
    unsigned char checksum[SECRET_HASH_BYTES];
    int64_t started_at, applied_at; /* applied_at 0: started, and not known to be done */
    int64_t attempt;                /* 1 .. */
};

struct migrations {
    struct migration *list; /* by number */
    size_t count;
};

/* *out_db is set whatever the result is, so that its words can be read; the caller frees it.
 * create: make the table when it is absent. RESULT_NOT_FOUND: it is absent, and create is false. */
MUST_CHECK enum result migration_store_open(const struct db_options *options, bool create,
                                            struct db **out_db);

MUST_CHECK enum result migration_list(struct db *db, struct arena *arena,
                                      struct migrations *out_migrations);

/* Each is one transaction. RESULT_CONFLICT: somebody else has claimed, resumed or finished it. */
MUST_CHECK enum result migration_claim(struct db *db, const struct migration *migration);
MUST_CHECK enum result migration_resume(struct db *db, const struct migration *migration);
MUST_CHECK enum result migration_finish(struct db *db, int64_t number, int64_t now);

#endif
