/*
 * site_user_store.h - users whom the provider's own site signs in: found by its id, and made at
 * their first visit.
 */
#ifndef REMIT_STORE_SITE_USER_STORE_H
#define REMIT_STORE_SITE_USER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/db/db.h"
#include "common/store/provider_store.h"

enum { EXTERNAL_ID_MAX = 190 }; /* characters */

struct site_user {
    int64_t user_id;
    bool is_active;
};

/* RESULT_NOT_FOUND: nobody has exactly this id. */
extern const struct statement site_user_find_sql;
MUST_CHECK enum result site_user_find(struct db *db, struct arena *arena, const char *external_id,
                                      struct site_user *out_user);

/* How the site calls the user from now on; NULL: not at all. A whole transaction; every session of
 * the user ends with it. RESULT_CONFLICT: it calls somebody else so. */
extern const struct statement site_user_call_sql;
MUST_CHECK enum result site_user_call(struct db *db, const struct provider_act *act,
                                      int64_t user_id, const char *external_id);

/* The same as a part of a transaction, without its audit row. */
MUST_CHECK enum result site_user_call_write(struct db *db, int64_t user_id,
                                            const char *external_id);

struct site_user_new {
    const char *email, *name;
    const char *external_id; /* NULL: the site knows them by their e-mail */
    int64_t account_id, level_id;
    int64_t now;
};

/* A user without a password, who belongs to the account. Inside a transaction, and the first of it.
 * RESULT_CONFLICT: the e-mail or the id is somebody's. RESULT_NOT_FOUND: there is no such account.
 */
extern const struct statement site_user_account_sql, site_user_add_sql;
MUST_CHECK enum result site_user_add(struct db *db, const struct site_user_new *user,
                                     int64_t *out_user_id);

/* Of whoever finds and adds them. */
#define SITE_USER_STATEMENTS                                                                       \
    &site_user_find_sql, &site_user_account_sql, &site_user_add_sql, &member_add_sql,              \
        &provider_account_find_sql, &provider_level_find_sql

#endif
