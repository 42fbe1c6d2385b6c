/*
 * member_store.h - people and the accounts they may use, as the provider keeps them.
 *
 * Each write is one whole transaction with its audit row, but for member_active_set(). What changes
 * who may pay bumps the version of every account it concerns first. Passwords come hashed, and are
 * never read here.
 */
#ifndef REMIT_STORE_MEMBER_STORE_H
#define REMIT_STORE_MEMBER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/db/db.h"
#include "common/store/link_store.h"
#include "common/store/provider_store.h"
#include "common/store/user_store.h"

/* More accounts than this for one user are refused: a transaction stays below 1,000 rows. */
enum { MEMBER_ACCOUNTS_MAX = 900 };

struct member_user {
    int64_t id;
    const char *email, *name;
    bool is_active;
};

/* RESULT_NOT_FOUND. */
extern const struct statement member_user_find_sql;
MUST_CHECK enum result member_user_find(struct db *db, struct arena *arena, const char *email,
                                        struct member_user *out_user);

/* RESULT_NOT_FOUND: the user does not belong to the account. */
extern const struct statement member_find_sql;
MUST_CHECK enum result member_find(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t user_id, int64_t *out_level_id);

struct member_new {
    int64_t user_id; /* 0: a new user with e-mail and name */
    const char *email, *name;
    const char *password_hash; /* NULL: none is set */
    const char *external_id;   /* of a new user; NULL: the provider's site has none for them */
    int64_t account_id, level_id;
};

/* RESULT_CONFLICT: the e-mail or the external id is taken, or the user belongs to the account
 * already. */
extern const struct statement member_user_add_sql, member_add_sql;
MUST_CHECK enum result member_add(struct db *db, const struct provider_act *act,
                                  const struct member_new *member);

/* The same as a part of a transaction, which it begins. */
MUST_CHECK enum result member_join(struct db *db, const struct provider_act *act,
                                   const struct member_new *member, int64_t *out_user_id);

/* Writes down that the user was invited. Inside a transaction. */
MUST_CHECK enum result member_invited(struct db *db, const struct provider_act *act,
                                      int64_t account_id, int64_t user_id);

/* RESULT_NOT_FOUND: the user has no password yet. */
extern const struct statement member_has_password_sql;
MUST_CHECK enum result member_has_password(struct db *db, struct arena *arena, int64_t user_id);

/* A user's password, the first or another one, as a part of a transaction: every session and every
 * link of the user ends with it. */
extern const struct statement member_password_sql, member_password_add_sql, member_sessions_end_sql;
MUST_CHECK enum result member_password_write(struct db *db, int64_t user_id, const char *hash,
                                             int64_t now);
/* Of every session of the user; inside a transaction. */
MUST_CHECK enum result member_sessions_end(struct db *db, int64_t user_id);

/* The same as a whole transaction. The user is told by mail. */
MUST_CHECK enum result member_password_set(struct db *db, const struct provider_act *act,
                                           int64_t user_id, const char *hash);

extern const struct statement member_level_sql;
MUST_CHECK enum result member_level_set(struct db *db, const struct provider_act *act,
                                        int64_t account_id, int64_t user_id, int64_t level_id);

struct member_accounts {
    const int64_t *list;
    size_t count;
};

/* Inside a transaction, which it begins by moving every account the user belongs to; those are in
 * arena. Disabling ends the user's sessions; what else ends with it is the caller's.
 * RESULT_INVALID: more than MEMBER_ACCOUNTS_MAX accounts, and nothing was written. */
extern const struct statement member_active_sql, member_accounts_sql;
MUST_CHECK enum result member_active_set(struct db *db, struct arena *arena,
                                         const struct provider_act *act, int64_t user_id,
                                         bool is_active, struct member_accounts *out_accounts);

/* email, name, is_active, account's number, level's name, has a password, external_id, user's
 * created_at */
extern const struct statement member_list_sql, member_list_of_account_sql;
/* account_id 0: of all accounts. */
MUST_CHECK enum result member_list(struct db *db, int64_t account_id, db_each_row each,
                                   void *context);

#define MEMBER_STATEMENTS                                                                          \
    &member_user_find_sql, &member_find_sql, &member_user_add_sql, &member_add_sql,                \
        &member_password_sql, &member_password_add_sql, &member_sessions_end_sql,                  \
        &member_level_sql, &member_active_sql, &member_accounts_sql, &member_list_sql,             \
        &member_list_of_account_sql, &member_has_password_sql, &links_end_sql,                     \
        &user_password_tell_sql, &user_move_sql

#endif
