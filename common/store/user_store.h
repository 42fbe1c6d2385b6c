/*
 * user_store.h - people, their passwords, the accounts they may use and their security levels.
 *
 * Only `login` has the right to read user_password; `remit` sets it.
 */
#ifndef REMIT_STORE_USER_STORE_H
#define REMIT_STORE_USER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/db/db.h"

struct user_sign_in {
    int64_t user_id;
    const char *name, *password_hash; /* NULL: has none */
    bool is_active;
};

/* RESULT_NOT_FOUND: nobody has this address; letters of ASCII in either case are the same. */
extern const struct statement user_for_sign_in_sql;
MUST_CHECK enum result user_for_sign_in(struct db *db, struct arena *arena, const char *email,
                                        struct user_sign_in *out_user);

/* The account a new session looks at first: the one joined first. RESULT_NOT_FOUND: none. */
extern const struct statement user_first_account_sql;
MUST_CHECK enum result user_first_account(struct db *db, struct arena *arena, int64_t user_id,
                                          int64_t *out_account_id);

struct audit {
    int64_t at;
    const char *actor, *action;
    int64_t account_id; /* 0: none */
    const char *subject, *address, *request_id;
};

/* Inside a transaction. */
extern const struct statement audit_add_sql;
MUST_CHECK enum result audit_add(struct db *db, const struct audit *audit);

#endif
