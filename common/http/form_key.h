/*
 * form_key.h - proof that a form was made by this program for this session.
 *
 * A keyed hash over the session, what the form is for, a random number and the time it was made:
 * nothing is stored. Single use comes from the row a form creates, which keeps the key's hash under
 * a unique key.
 */
#ifndef REMIT_HTTP_FORM_KEY_H
#define REMIT_HTTP_FORM_KEY_H

#include <stdint.h>

#include "common/core/arena.h"
#include "common/core/secret.h"

/* A page may lie open this long before its form is too old. */
enum { FORM_KEY_LIFE_S = 12 * 3600 };

enum form_key_state {
    FORM_KEY_GOOD,
    FORM_KEY_MISSING,
    FORM_KEY_FOREIGN, /* another session's, another form's, another program's, or made up */
    FORM_KEY_OLD
};

/* session: what binds the form to one session (a hash). purpose: "pay", "pay/P123...". */
const char *form_key_make(struct arena *arena, const unsigned char secret[SECRET_KEY_BYTES],
                          const unsigned char session[SECRET_HASH_BYTES], const char *purpose,
                          int64_t now);

enum form_key_state form_key_check(const unsigned char secret[SECRET_KEY_BYTES],
                                   const unsigned char session[SECRET_HASH_BYTES],
                                   const char *purpose, int64_t now, const char *key);

/* What a row keeps of a key. */
void form_key_hash(const char *key, unsigned char out[SECRET_HASH_BYTES]);

/* What to tell the customer; "" for FORM_KEY_GOOD. */
const char *form_key_sentence(enum form_key_state state);

#endif
