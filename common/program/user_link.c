#include "common/program/user_link.h"

#include <stdio.h>
#include <string.h>

#include "common/store/event_store.h"

enum { KEY_TEXT_SIZE = 40 };

static const int64_t lives_s[LINK_KIND_COUNT] = {
    [LINK_RESET] = LINK_RESET_S,
    [LINK_INVITATION] = LINK_INVITATION_S,
};

static const char *const mails[LINK_KIND_COUNT] = {
    [LINK_RESET] = "password_reset",
    [LINK_INVITATION] = "invitation",
};

void user_link_token(const unsigned char key[SECRET_KEY_BYTES], enum link_kind kind,
                     const unsigned char salt[LINK_SALT_BYTES], char *out) {
    /* Of a fixed size, so no two inputs read alike. */
    struct {
        unsigned char kind[SECRET_HASH_BYTES], salt[LINK_SALT_BYTES];
    } input;
    unsigned char mac[SECRET_HASH_BYTES];
    const char *name = link_kind_name(kind);

    secret_hash(name, strlen(name), input.kind);
    memcpy(input.salt, salt, sizeof input.salt);
    secret_mac(key, &input, sizeof input, mac);
    secret_to_base64(mac, sizeof mac, out, SECRET_TOKEN_TEXT_SIZE);
    secret_wipe(mac, sizeof mac);
}

enum result user_link_make(struct db *db, const unsigned char key[SECRET_KEY_BYTES],
                           const struct user_link *link) {
    struct link_new made = {
        .user_id = link->user_id,
        .account_id = link->account_id,
        .kind = link->kind,
        .now = link->now,
        .ends_at = link->now + lives_s[link->kind],
    };
    char token[SECRET_TOKEN_TEXT_SIZE], mail_key[KEY_TEXT_SIZE];
    int64_t id = 0;

    secret_random(made.salt, sizeof made.salt);
    user_link_token(key, link->kind, made.salt, token);
    secret_hash(token, strlen(token), made.token_hash);
    secret_wipe(token, sizeof token);
    enum result result = link_add(db, &made, &id);
    if (result != RESULT_OK)
        return result;
    snprintf(mail_key, sizeof mail_key, "%s:%lld", mails[link->kind], (long long)id);
    return outbox_add(db, mail_key, mails[link->kind], link->account_id, link->user_id, id,
                      link->now);
}
