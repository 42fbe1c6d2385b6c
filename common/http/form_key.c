#include "common/http/form_key.h"
#include "common/core/words.h"

#include <string.h>

enum { NONCE_BYTES = 16, KEY_TEXT_SIZE = 80 };

struct key_bytes {
    unsigned char nonce[NONCE_BYTES];
    unsigned char issued_at[8];
    unsigned char mac[SECRET_HASH_BYTES];
};

static void key_mac(const unsigned char *secret, const unsigned char *session, const char *purpose,
                    struct key_bytes *key, unsigned char *out) {
    /* Every part has a fixed size, so no two inputs read alike. */
    struct {
        unsigned char session[SECRET_HASH_BYTES], nonce[NONCE_BYTES], issued_at[8];
        unsigned char purpose[SECRET_HASH_BYTES];
    } input;

    memcpy(input.session, session, sizeof input.session);
    memcpy(input.nonce, key->nonce, sizeof input.nonce);
    memcpy(input.issued_at, key->issued_at, sizeof input.issued_at);
    secret_hash(purpose, strlen(purpose), input.purpose);
    secret_mac(secret, &input, sizeof input, out);
}

const char *form_key_make(struct arena *arena, const unsigned char secret[SECRET_KEY_BYTES],
                          const unsigned char session[SECRET_HASH_BYTES], const char *purpose,
                          int64_t now) {
    struct key_bytes key;
    char *text = arena_alloc(arena, KEY_TEXT_SIZE);

    secret_random(key.nonce, sizeof key.nonce);
    for (size_t at = 0; at < sizeof key.issued_at; at++)
        key.issued_at[at] = (unsigned char)((uint64_t)now >> (8 * at));
    key_mac(secret, session, purpose, &key, key.mac);
    secret_to_base64(&key, sizeof key, text, KEY_TEXT_SIZE);
    return text;
}

enum form_key_state form_key_check(const unsigned char secret[SECRET_KEY_BYTES],
                                   const unsigned char session[SECRET_HASH_BYTES],
                                   const char *purpose, int64_t now, const char *text) {
    struct key_bytes key;
    unsigned char mac[SECRET_HASH_BYTES];
    uint64_t issued_at = 0;

    if (!*text)
        return FORM_KEY_MISSING;
    if (!secret_from_base64(text, &key, sizeof key))
        return FORM_KEY_FOREIGN;
    key_mac(secret, session, purpose, &key, mac);
    if (!secret_equal(mac, key.mac, sizeof mac))
        return FORM_KEY_FOREIGN;
    for (size_t at = 0; at < sizeof key.issued_at; at++)
        issued_at |= (uint64_t)key.issued_at[at] << (8 * at);
    /* One that is younger than now comes of a clock that was set back: not the customer's fault. */
    return (int64_t)issued_at < now - FORM_KEY_LIFE_S ? FORM_KEY_OLD : FORM_KEY_GOOD;
}

void form_key_hash(const char *key, unsigned char out[SECRET_HASH_BYTES]) {
    secret_hash(key, strlen(key), out);
}

const char *form_key_sentence(enum form_key_state state) {
    switch (state) {
    case FORM_KEY_GOOD:
        break;
    case FORM_KEY_MISSING:
        return say(
            "The form came without its key. Nothing was done. Check what you entered and send"
            " it again from this page.");
    case FORM_KEY_FOREIGN:
        return say(
            "This form was made for another sign-in. Nothing was done. Check what you entered"
            " and send it again from this page.");
    case FORM_KEY_OLD:
        return say(
            "This page was open too long. Nothing was done. Check what you entered and send it"
            " again from this page.");
    }
    return "";
}
