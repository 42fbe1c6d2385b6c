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

/* Inside a transaction, and the first statement of one that sets a password, or that makes a
 * session because of one: such two never interleave. RESULT_NOT_FOUND: there is no such user. */
extern const struct statement user_move_sql;
MUST_CHECK enum result user_move(struct db *db, int64_t user_id);

/* The same for a sign-in. RESULT_CONFLICT: the user is not active any more. */
extern const struct statement user_enter_sql;
MUST_CHECK enum result user_enter(struct db *db, int64_t user_id);

/* ---- what a user changes of themselves; each inside a transaction ---- */

/* language: "" for what the browser asks for. */
extern const struct statement user_profile_sql;
MUST_CHECK enum result user_profile_set(struct db *db, int64_t user_id, const char *name,
                                        const char *language);

/* The hash that was checked becomes another. RESULT_CONFLICT: it is another already. */
extern const struct statement user_password_change_sql;
MUST_CHECK enum result user_password_change(struct db *db, int64_t user_id, const char *old_hash,
                                            const char *hash, int64_t now);

/* Whether this hash is the user's now: behind user_move(), or after an uncertain COMMIT. */
extern const struct statement user_password_is_sql;
MUST_CHECK enum result user_password_is(struct db *db, struct arena *arena, int64_t user_id,
                                        const char *hash, bool *out_is);

/* Mail that the password is another one now; nobody gets any who has no account. how: "account"
 * (by its user, who knew the old one), "reset", "provider". */
extern const struct statement user_password_tell_sql;
MUST_CHECK enum result user_password_tell(struct db *db, int64_t user_id, const char *how,
                                          int64_t now);

/* The user was on the account at this time, with a browser that asks for this language: what mails
 * are written in, unless the user chose one. An earlier time than is known, or an account that is
 * the user's no more, changes nothing. */
extern const struct statement user_seen_sql;
MUST_CHECK enum result user_seen(struct db *db, int64_t user_id, int64_t account_id,
                                 const char *language, int64_t now);

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
