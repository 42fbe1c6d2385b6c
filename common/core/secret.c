#include "common/core/secret.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/log.h"

/* Crockford's base 32: no I, L, O, U, so that a reference can be read over the telephone. */
static const char reference_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void secret_open(void) {
    if (sodium_init() < 0) {
        LOG(LOG_LEVEL_ERROR, "random.unavailable", LOG_NONE);
        abort();
    }
}

void secret_random(void *out, size_t length) {
    randombytes_buf(out, length);
}

unsigned secret_random_below(unsigned limit) {
    return randombytes_uniform(limit);
}

void secret_hash(const void *bytes, size_t length, unsigned char out[SECRET_HASH_BYTES]) {
    crypto_generichash(out, SECRET_HASH_BYTES, bytes, length, NULL, 0);
}

static crypto_generichash_state *hashing_state(struct secret_hashing *hashing) {
    static_assert(sizeof(crypto_generichash_state) <= sizeof hashing->state,
                  "the library's state fits");
    return (crypto_generichash_state *)(void *)hashing->state;
}

void secret_hash_begin(struct secret_hashing *hashing) {
    crypto_generichash_init(hashing_state(hashing), NULL, 0, SECRET_HASH_BYTES);
}

void secret_hash_add(struct secret_hashing *hashing, const void *bytes, size_t length) {
    crypto_generichash_update(hashing_state(hashing), bytes, length);
}

void secret_hash_end(struct secret_hashing *hashing, unsigned char out[SECRET_HASH_BYTES]) {
    crypto_generichash_final(hashing_state(hashing), out, SECRET_HASH_BYTES);
}

void secret_mac(const unsigned char key[SECRET_KEY_BYTES], const void *bytes, size_t length,
                unsigned char out[SECRET_HASH_BYTES]) {
    crypto_generichash(out, SECRET_HASH_BYTES, bytes, length, key, SECRET_KEY_BYTES);
}

void secret_hmac_sha256(const void *key, size_t key_length, const void *first, size_t first_length,
                        const void *second, size_t second_length,
                        unsigned char out[SECRET_HASH_BYTES]) {
    crypto_auth_hmacsha256_state state;

    static_assert(crypto_auth_hmacsha256_BYTES == SECRET_HASH_BYTES, "they are as long");
    crypto_auth_hmacsha256_init(&state, key, key_length);
    crypto_auth_hmacsha256_update(&state, first, first_length);
    crypto_auth_hmacsha256_update(&state, second, second_length);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

bool secret_equal(const void *a, const void *b, size_t length) {
    return sodium_memcmp(a, b, length) == 0;
}

void secret_wipe(void *bytes, size_t length) {
    sodium_memzero(bytes, length);
}

void secret_token(char *out) {
    unsigned char bytes[SECRET_TOKEN_BYTES];

    secret_random(bytes, sizeof bytes);
    secret_to_base64(bytes, sizeof bytes, out, SECRET_TOKEN_TEXT_SIZE);
    secret_wipe(bytes, sizeof bytes);
}

void secret_to_base64(const void *bytes, size_t length, char *out, size_t size) {
    sodium_bin2base64(out, size, bytes, length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool secret_from_base64(const char *text, void *out, size_t length) {
    size_t used;
    const char *end;
    size_t text_length = strlen(text);

    return sodium_base642bin(out, length, text, text_length, NULL, &used, &end,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           used == length && *end == '\0';
}

void secret_reference(char out[REFERENCE_SIZE]) {
    unsigned char bytes[REFERENCE_SIZE - 2];

    secret_random(bytes, sizeof bytes);
    out[0] = 'P';
    for (size_t at = 0; at < sizeof bytes; at++)
        out[at + 1] = reference_digits[bytes[at] % 32];
    out[REFERENCE_SIZE - 1] = '\0';
}

bool secret_is_reference(const char *text) {
    return strlen(text) == REFERENCE_SIZE - 1 && text[0] == 'P' &&
           strspn(text + 1, reference_digits) == REFERENCE_SIZE - 2;
}
