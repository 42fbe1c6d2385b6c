/*
 * provider_store.h - accounts, security levels and migrated payment methods, as the provider keeps
 * them. People are member_store.h.
 *
 * Each write is one whole transaction with its audit row. Whatever decides who may pay, or with
 * what, bumps the account's version first, so that it never interleaves with a charge.
 */
#ifndef REMIT_STORE_PROVIDER_STORE_H
#define REMIT_STORE_PROVIDER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/db/db.h"

/* Who acts, and when, by business time. */
struct provider_act {
    const char *actor; /* "operator:ana" */
    int64_t now;
};

/* ---- accounts ---- */

struct provider_account {
    const char *number, *organization, *site, *city;
};

/* RESULT_CONFLICT: the number is taken. */
extern const struct statement provider_account_add_sql;
MUST_CHECK enum result provider_account_add(struct db *db, const struct provider_act *act,
                                            const struct provider_account *account);

extern const struct statement provider_account_find_sql;
MUST_CHECK enum result provider_account_find(struct db *db, struct arena *arena, const char *number,
                                             int64_t *out_id);

/* number, organization, site, city, due_cents, pending_cents, credit_cents, paper_bill,
 * created_at */
extern const struct statement provider_account_list_sql, provider_account_show_sql;
MUST_CHECK enum result provider_account_list(struct db *db, db_each_row each, void *context);
/* RESULT_NOT_FOUND. */
MUST_CHECK enum result provider_account_show(struct db *db, struct arena *arena, const char *number,
                                             struct rows *out_rows);

/* Whether bills come by mail. *out_changed false: they did, or did not, before. */
extern const struct statement provider_account_paper_sql;
MUST_CHECK enum result provider_account_paper(struct db *db, const struct provider_act *act,
                                              int64_t account_id, bool paper_bill,
                                              bool *out_changed);

/* ---- security levels ---- */

struct provider_level {
    int64_t id;
    const char *name;
    bool may_billing, may_autopay;
};

/* RESULT_CONFLICT: the name is taken. id is not read. */
extern const struct statement provider_level_add_sql;
MUST_CHECK enum result provider_level_add(struct db *db, const struct provider_act *act,
                                          const struct provider_level *level);

/* RESULT_NOT_FOUND. */
extern const struct statement provider_level_find_sql;
MUST_CHECK enum result provider_level_find(struct db *db, struct arena *arena, const char *name,
                                           struct provider_level *out_level);

/* Writes the permissions of level->id, and then bumps every account with a member of that level,
 * in several transactions (a level may be everybody's). Once it returns RESULT_OK, no charge that
 * read the old permissions can still be claimed. */
extern const struct statement provider_level_change_sql, provider_level_accounts_sql;
MUST_CHECK enum result provider_level_change(struct db *db, const struct provider_act *act,
                                             const struct provider_level *level);

/* RESULT_CONFLICT: somebody has it. */
extern const struct statement provider_level_remove_sql;
MUST_CHECK enum result provider_level_remove(struct db *db, const struct provider_act *act,
                                             int64_t level_id);

/* name, may_billing, may_autopay, members */
extern const struct statement provider_level_list_sql;
MUST_CHECK enum result provider_level_list(struct db *db, db_each_row each, void *context);

/* ---- payment methods ---- */

struct provider_method {
    int64_t account_id, user_id;
    const char *kind, *gateway, *vault_id, *brand, *last_four, *holder, *holder_type;
    struct date expires_on; /* year 0: does not expire */
};

/* RESULT_CONFLICT: this vault entry is registered already. */
extern const struct statement provider_method_add_sql;
MUST_CHECK enum result provider_method_add(struct db *db, const struct provider_act *act,
                                           const struct provider_method *method, int64_t *out_id);

/* Gone for the customer, who gets mail; its vault entry goes when no payment of it is open.
 * Inside a transaction that began with account_move(); what it pays by itself is the caller's to
 * end. RESULT_NOT_FOUND: the account has no such method, or it was removed before. */
extern const struct statement provider_method_owner_sql, provider_method_remove_sql;
MUST_CHECK enum result provider_method_remove(struct db *db, struct arena *arena,
                                              const struct provider_act *act, int64_t account_id,
                                              int64_t method_id);

/* id, user's e-mail, kind, brand, last_four, expires_on, holder, state, created_at, used_at,
 * vault_id */
extern const struct statement provider_method_list_sql;
MUST_CHECK enum result provider_method_list(struct db *db, int64_t account_id, db_each_row each,
                                            void *context);

#define PROVIDER_STATEMENTS                                                                        \
    &provider_account_add_sql, &provider_account_find_sql, &provider_account_list_sql,             \
        &provider_account_show_sql, &provider_account_paper_sql, &provider_level_add_sql,          \
        &provider_level_find_sql, &provider_level_change_sql, &provider_level_accounts_sql,        \
        &provider_level_remove_sql, &provider_level_list_sql, &provider_method_add_sql,            \
        &provider_method_owner_sql, &provider_method_remove_sql, &provider_method_list_sql

#endif
