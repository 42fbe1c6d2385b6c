/*
 * session_store.h - who is signed in, on which account, and what their security level allows.
 *
 * Tokens are random and live in cookies; the database keeps their hashes. `login` makes and ends
 * sessions; the other programs read them and may change nothing of them but seen_at.
 */
#ifndef REMIT_STORE_SESSION_STORE_H
#define REMIT_STORE_SESSION_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/secret.h"
#include "common/db/db.h"

struct session {
    unsigned char token_hash[SECRET_HASH_BYTES];
    int64_t user_id, account_id;
    int64_t seen_at, ends_at;
    const char *user_email, *user_name;
    const char *account_number, *organization, *site, *city;
    int64_t due_cents, pending_cents, credit_cents; /* of the account */
    bool paper_bill;                                /* the account gets its bills by mail */
    bool may_billing, may_autopay;
    bool has_other_accounts; /* its user may switch to another one */
    const char *language;    /* chosen by the user; "": none */
    bool has_program_token;  /* this session was given one for the asking program */
    unsigned char program_token_hash[SECRET_HASH_BYTES];
};

/* One round trip. program: whose token is looked for beside it, or NULL: none, and session_see_sql
 * is run instead, which costs the database a quarter less. RESULT_NOT_FOUND: no such session, or
 * its user is not active any more. Whether it has ended is the caller's question (seen_at,
 * ends_at). Texts live in arena. */
extern const struct statement session_load_sql;
extern const struct statement session_see_sql;
MUST_CHECK enum result session_load(struct db *db, struct arena *arena,
                                    const unsigned char token_hash[SECRET_HASH_BYTES],
                                    const char *program, struct session *out_session);

extern const struct statement session_touch_sql;
MUST_CHECK enum result
session_touch(struct db *db, const unsigned char token_hash[SECRET_HASH_BYTES], int64_t now);

/* Inside a transaction. */
extern const struct statement session_create_sql;
struct session_new {
    unsigned char token_hash[SECRET_HASH_BYTES];
    int64_t user_id, account_id;
    int64_t now, ends_at;
    const char *device, *address; /* for its user to tell it apart */
};
MUST_CHECK enum result session_create(struct db *db, const struct session_new *session);

extern const struct statement session_program_add_sql;
MUST_CHECK enum result session_program_add(struct db *db,
                                           const unsigned char session_hash[SECRET_HASH_BYTES],
                                           const char *program,
                                           const unsigned char token_hash[SECRET_HASH_BYTES]);

/* Ends it, with its program tokens; a session that is not there is fine. Inside a transaction. */
extern const struct statement session_end_sql;
MUST_CHECK enum result session_end(struct db *db,
                                   const unsigned char token_hash[SECRET_HASH_BYTES]);

/* Its user looks at another account from now on. RESULT_NOT_FOUND: the user does not belong to
 * it (any more). Inside a transaction. */
extern const struct statement session_switch_sql;
MUST_CHECK enum result session_switch(struct db *db,
                                      const unsigned char token_hash[SECRET_HASH_BYTES],
                                      int64_t account_id);

/* ---- all sessions of a user ---- */

enum { SESSIONS_LISTED_MAX = 100 };

struct session_entry {
    unsigned char token_hash[SECRET_HASH_BYTES];
    const char *device, *address;
    int64_t created_at, seen_at;
};

struct session_entries {
    struct session_entry *list;
    size_t count;
};

/* Those that end after now and were seen after seen_after, the last seen first; at most
 * SESSIONS_LISTED_MAX. */
extern const struct statement session_list_sql;
MUST_CHECK enum result session_list(struct db *db, struct arena *arena, int64_t user_id,
                                    int64_t now, int64_t seen_after,
                                    struct session_entries *out_sessions);

/* One of a user, which may be gone; another user's stays. Inside a transaction. */
extern const struct statement session_end_of_user_sql;
MUST_CHECK enum result session_end_of_user(struct db *db, int64_t user_id,
                                           const unsigned char token_hash[SECRET_HASH_BYTES]);

#endif
