#include "common/core/password.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "the library's own size");

enum result password_hash(const char *password, char out[PASSWORD_HASH_SIZE]) {
    int failed = crypto_pwhash_str_alg(
        out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
        crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);

    return failed ? RESULT_FAILED : RESULT_OK;
}

bool password_matches(const char *hash, const char *password) {
    /* A hash of random bytes that were thrown away: an unknown user costs one run too. */
    static const char nobody[PASSWORD_HASH_SIZE] =
        "$argon2id$v=19$m=65536,t=2,p=1$c29kaXVtLXNhbHQtMDEyMw$"
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";
    bool matches = crypto_pwhash_str_verify(hash ? hash : nobody, password, strlen(password)) == 0;

    return hash && matches;
}
