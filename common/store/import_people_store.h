/*
 * import_people_store.h - accounts and users that a file brings in. Unlike an invoice they may come
 * again with other texts, and are changed; what the file does not name stays.
 */
#ifndef REMIT_STORE_IMPORT_PEOPLE_STORE_H
#define REMIT_STORE_IMPORT_PEOPLE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"
#include "common/store/import_file_store.h"
#include "common/store/provider_store.h"
#include "common/store/site_user_store.h"

/* ---- accounts ---- */

/* Texts NULL: not named. */
struct import_account {
    const char *number, *organization, *site, *city;
    int paper_bill; /* 0, 1; -1: not named */
};

/* Rows written for one, at most. */
enum {
    IMPORT_ACCOUNT_WEIGHT = 4,
    IMPORT_USER_WEIGHT = 4,
    IMPORT_EXTERNAL_WEIGHT = 20 /* beside these: the id, and the user's sessions */
};

struct import_account_known {
    int64_t account_id; /* 0: there is none */
    struct import_account account;
};

/* asked: a JSON array of objects {k: number}; one answer for each, in their order. */
extern const struct statement import_accounts_known_sql;
MUST_CHECK enum result import_accounts_known(struct db *db, struct arena *arena, const char *asked,
                                             size_t count, struct import_account_known **out_list);

/* Adds or changes all of them and takes the step, in one transaction. RESULT_CONFLICT: somebody
 * else took the step, or added one at this moment. */
extern const struct statement import_account_change_sql, import_account_add_sql;
MUST_CHECK enum result import_accounts_write(struct db *db, const struct provider_act *act,
                                             struct import_step *step,
                                             const struct import_account *list, size_t count);

/* ---- users ---- */

struct import_user {
    int64_t account_id;
    const char *email, *name, *level;
    const char *external_id; /* "": not named, and what is known stays */
};

struct import_user_known {
    int64_t account_id, level_id, user_id; /* 0: there is none */
    int64_t member_level_id;               /* of the user in the account; 0: no member */
    int64_t external_user_id; /* whom the site calls by the id that was asked for; 0: nobody */
    const char *email;        /* the user's; what was asked for may only look like it */
};

/* asked: {a: account's number, k: e-mail address, l: level's name, x: external id, if any}. */
extern const struct statement import_users_known_sql;
MUST_CHECK enum result import_users_known(struct db *db, struct arena *arena, const char *asked,
                                          size_t count, struct import_user_known **out_list);

/* The bodies (import_row.body) of users whose external id came before with another e-mail, or whose
 * e-mail came before with another id; in the order of the file, at most limit. Needs bodies that
 * begin as modules/remit/user_import.c writes them: "user-1:", then the id behind its length. */
extern const struct statement import_users_differ_sql;
MUST_CHECK enum result import_users_differ(struct db *db, struct arena *arena, int64_t import_id,
                                           int64_t limit, struct rows *out_rows);

/* Adds users and members, gives members their level and users their external id, where it is named
 * and another: their sessions end then. list in ascending order of accounts. RESULT_NOT_FOUND: a
 * level is gone. RESULT_INVALID: the site calls another user as it calls list[*out_at]. */
MUST_CHECK enum result import_users_write(struct db *db, const struct provider_act *act,
                                          struct import_step *step, const struct import_user *list,
                                          size_t count, size_t *out_at);

/* With those of member_store.h and provider_store.h. */
#define IMPORT_PEOPLE_STATEMENTS                                                                   \
    &import_accounts_known_sql, &import_account_change_sql, &import_account_add_sql,               \
        &import_users_known_sql, &import_users_differ_sql, &site_user_find_sql

#endif
