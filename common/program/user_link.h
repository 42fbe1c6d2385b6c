/*
 * user_link.h - links that let a user choose a password, by mail.
 *
 * What is in the mail is a keyed hash of a random salt, so the mailer can make it again when the
 * mail leaves, and nothing has to keep it meanwhile: neither the outbox nor user_link holds more
 * than its hash. The key (Secret.LinkKey) is the same in the secrets of `login`, which makes and
 * follows links, `mailer`, which sends them, and `remit`, which invites; the database has it not.
 */
#ifndef REMIT_PROGRAM_USER_LINK_H
#define REMIT_PROGRAM_USER_LINK_H

#include "common/core/secret.h"
#include "common/store/event_store.h"
#include "common/store/link_store.h"

/* How long each is of use, in seconds. */
enum { LINK_RESET_S = 30 * 60, LINK_INVITATION_S = 7 * 24 * 3600 };

struct user_link {
    int64_t user_id, account_id;
    enum link_kind kind;
    int64_t now;
};

/* Writes the link and the mail that will carry it. Inside a transaction. */
MUST_CHECK enum result user_link_make(struct db *db, const unsigned char key[SECRET_KEY_BYTES],
                                      const struct user_link *link);

/* What stands in the mail; out holds SECRET_TOKEN_TEXT_SIZE. */
void user_link_token(const unsigned char key[SECRET_KEY_BYTES], enum link_kind kind,
                     const unsigned char salt[LINK_SALT_BYTES], char *out);

#define USER_LINK_STATEMENTS &link_add_sql, &outbox_add_sql

#endif
