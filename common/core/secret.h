/*
 * secret.h - random numbers, keyed hashes, comparing and wiping. The door to libsodium (1.0.18)
 * together with password.h.
 */
#ifndef REMIT_CORE_SECRET_H
#define REMIT_CORE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "common/core/result.h"

enum {
    SECRET_KEY_BYTES = 32,  /* a secret key of ours */
    SECRET_HASH_BYTES = 32, /* secret_hash, secret_mac */
    SECRET_TOKEN_BYTES = 32,
    SECRET_TOKEN_TEXT_SIZE = 44, /* a token as base64url without padding, and its NUL */
    REFERENCE_SIZE = 14          /* 'P', 12 characters, NUL */
};

/* Call once at start; the process ends when the system has no random numbers. */
void secret_open(void);

void secret_random(void *out, size_t length);

/* 0 .. limit - 1, without bias. */
unsigned secret_random_below(unsigned limit);

/* BLAKE2b-256 of bytes, for tokens that are random themselves (not for passwords). */
void secret_hash(const void *bytes, size_t length, unsigned char out[SECRET_HASH_BYTES]);

/* The same in pieces. */
struct secret_hashing {
    _Alignas(64) unsigned char state[384];
};
void secret_hash_begin(struct secret_hashing *hashing);
void secret_hash_add(struct secret_hashing *hashing, const void *bytes, size_t length);
void secret_hash_end(struct secret_hashing *hashing, unsigned char out[SECRET_HASH_BYTES]);

/* Keyed BLAKE2b-256. */
void secret_mac(const unsigned char key[SECRET_KEY_BYTES], const void *bytes, size_t length,
                unsigned char out[SECRET_HASH_BYTES]);

/* HMAC-SHA-256, for what others sign: of the first and then the second, with a key of any length.
 */
void secret_hmac_sha256(const void *key, size_t key_length, const void *first, size_t first_length,
                        const void *second, size_t second_length,
                        unsigned char out[SECRET_HASH_BYTES]);

/* In constant time for equal lengths. */
bool secret_equal(const void *a, const void *b, size_t length);

/* Not optimised away. */
void secret_wipe(void *bytes, size_t length);

/* A new secret of SECRET_TOKEN_BYTES random bytes as text; out holds SECRET_TOKEN_TEXT_SIZE. */
void secret_token(char *out);

/* base64url without padding. out holds size bytes, enough for 4 * ((length + 2) / 3) + 1. */
void secret_to_base64(const void *bytes, size_t length, char *out, size_t size);
/* Exactly length bytes, or false. */
bool secret_from_base64(const char *text, void *out, size_t length);

/* A payment reference: 'P' and 12 characters of Crockford's base 32 (60 random bits). It is also
 * the gateway's order id, so it holds nothing a customer or a card could be known by. */
void secret_reference(char out[REFERENCE_SIZE]);
bool secret_is_reference(const char *text);

#endif
