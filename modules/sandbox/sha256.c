/*
 * sha256.c - SHA-256 (FIPS 180-4) and HMAC (RFC 2104), for what webhooks are signed with.
 *
 * Written here and not taken from where the receiver takes it: two that agree by mistake
 * would not be noticed.
 */
#include "modules/sandbox/webhook.h"

#include <stdio.h>
#include <string.h>

#define BLOCK_BYTES 64
#define DIGEST_BYTES 32

struct sha256 {
    uint32_t state[8];
    uint64_t length_bytes;
    unsigned char block[BLOCK_BYTES];
};

static const uint32_t rounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turned(uint32_t word, int bits) {
    return word >> bits | word << (32 - bits);
}

static void take_block(struct sha256 *sha) {
    uint32_t w[64], v[8];

    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)sha->block[4 * i] << 24 | (uint32_t)sha->block[4 * i + 1] << 16 |
               (uint32_t)sha->block[4 * i + 2] << 8 | sha->block[4 * i + 3];
    for (size_t i = 16; i < 64; i++)
        w[i] = w[i - 16] + w[i - 7] +
               (turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ w[i - 15] >> 3) +
               (turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(v, sha->state, sizeof(v));
    for (size_t i = 0; i < 64; i++) {
        uint32_t one = v[7] + (turned(v[4], 6) ^ turned(v[4], 11) ^ turned(v[4], 25)) +
                       ((v[4] & v[5]) ^ (~v[4] & v[6])) + rounds[i] + w[i];
        uint32_t two = (turned(v[0], 2) ^ turned(v[0], 13) ^ turned(v[0], 22)) +
                       ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

        memmove(v + 1, v, 7 * sizeof(v[0]));
        v[4] += one;
        v[0] = one + two;
    }
    for (size_t i = 0; i < 8; i++)
        sha->state[i] += v[i];
}

static void begin(struct sha256 *sha) {
    *sha = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                     0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

static void add(struct sha256 *sha, const void *bytes, size_t length) {
    const unsigned char *from = bytes;

    while (length > 0) {
        size_t at = sha->length_bytes % BLOCK_BYTES, part = BLOCK_BYTES - at;

        part = part < length ? part : length;
        memcpy(sha->block + at, from, part);
        sha->length_bytes += part;
        from += part;
        length -= part;
        if (sha->length_bytes % BLOCK_BYTES == 0)
            take_block(sha);
    }
}

static void finish(struct sha256 *sha, unsigned char out[static DIGEST_BYTES]) {
    static const unsigned char padding[BLOCK_BYTES] = {0x80};
    uint64_t bits = sha->length_bytes * 8;
    size_t at = sha->length_bytes % BLOCK_BYTES;
    unsigned char length[8];

    for (size_t i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    add(sha, padding, at < 56 ? 56 - at : 120 - at);
    add(sha, length, sizeof(length));
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        out[i] = (unsigned char)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

static void begin_padded(struct sha256 *sha, const unsigned char key[static BLOCK_BYTES],
                         unsigned char pad) {
    unsigned char block[BLOCK_BYTES];

    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = key[i] ^ pad;
    begin(sha);
    add(sha, block, sizeof(block));
}

const char *sign_text(const char *key, const char *nonce, const void *body, size_t length,
                      char out[static SIGNATURE_TEXT_BYTES]) {
    unsigned char padded[BLOCK_BYTES] = {0}, digest[DIGEST_BYTES];
    size_t key_length = strlen(key);
    struct sha256 sha;

    begin(&sha);
    add(&sha, key, key_length);
    if (key_length > BLOCK_BYTES)
        finish(&sha, padded);
    for (size_t i = 0; key_length <= BLOCK_BYTES && i < key_length; i++)
        padded[i] = (unsigned char)key[i];
    begin_padded(&sha, padded, 0x36);
    add(&sha, nonce, strlen(nonce));
    add(&sha, ".", 1);
    add(&sha, body, length);
    finish(&sha, digest);
    begin_padded(&sha, padded, 0x5c);
    add(&sha, digest, sizeof(digest));
    finish(&sha, digest);
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return out;
}
