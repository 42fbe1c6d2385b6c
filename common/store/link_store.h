/*
 * link_store.h - links that came by mail, to choose a password with. The database keeps a hash of
 * what is in the mail and the salt it was made from; the key it was made with is in the secrets of
 * the programs that make links (common/program/user_link.h).
 */
#ifndef REMIT_STORE_LINK_STORE_H
#define REMIT_STORE_LINK_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/secret.h"
#include "common/db/db.h"

enum { LINK_SALT_BYTES = 16 };

enum link_kind { LINK_RESET, LINK_INVITATION, LINK_KIND_COUNT };

/* "reset", "invitation" */
const char *link_kind_name(enum link_kind kind);

struct link_new {
    int64_t user_id, account_id;
    enum link_kind kind;
    unsigned char salt[LINK_SALT_BYTES], token_hash[SECRET_HASH_BYTES];
    int64_t now, ends_at;
};

/* Inside a transaction. */
extern const struct statement link_add_sql;
MUST_CHECK enum result link_add(struct db *db, const struct link_new *link, int64_t *out_id);

struct link {
    int64_t id, user_id, account_id;
    enum link_kind kind;
    int64_t ends_at;
    bool is_open;     /* neither used nor over; ends_at is the caller's to compare */
    bool user_active; /* may sign in */
    const char *user_email, *user_name;
};

/* RESULT_NOT_FOUND: there never was one with this token. */
extern const struct statement link_find_sql;
MUST_CHECK enum result link_find(struct db *db, struct arena *arena,
                                 const unsigned char token_hash[SECRET_HASH_BYTES],
                                 struct link *out_link);

/* open -> used, before its end. RESULT_CONFLICT: it is not open any more, or it is too late. Inside
 * a transaction. */
extern const struct statement link_use_sql;
MUST_CHECK enum result link_use(struct db *db, int64_t link_id, int64_t now);

/* Every link of the user that is open is over. Inside a transaction. */
extern const struct statement links_end_sql;
MUST_CHECK enum result links_end(struct db *db, int64_t user_id);

/* What its mail is made from. RESULT_NOT_FOUND: no such link of this user and account. */
struct link_mail {
    enum link_kind kind;
    unsigned char salt[LINK_SALT_BYTES], token_hash[SECRET_HASH_BYTES];
    int64_t ends_at;
    bool is_open;
};

extern const struct statement link_mail_sql;
MUST_CHECK enum result link_mail(struct db *db, struct arena *arena, int64_t link_id,
                                 int64_t user_id, int64_t account_id, struct link_mail *out_link);

#endif
