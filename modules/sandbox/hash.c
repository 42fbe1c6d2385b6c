/*
 * hash.c - what tells that two numbers are the same without telling the number.
 *
 * SipHash-2-4 under the security key, twice for 128 bits. Account numbers are short enough
 * to be tried one by one, so a hash without a key would give them away.
 */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t turned(uint64_t word, int bits) {
    return word << bits | word >> (64 - bits);
}

static void mix(uint64_t v[static 4], int rounds) {
    while (rounds-- > 0) {
        v[0] += v[1];
        v[1] = turned(v[1], 13) ^ v[0];
        v[0] = turned(v[0], 32);
        v[2] += v[3];
        v[3] = turned(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = turned(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = turned(v[1], 17) ^ v[2];
        v[2] = turned(v[2], 32);
    }
}

static uint64_t siphash(uint64_t key0, uint64_t key1, const char *text) {
    uint64_t v[4] = {key0 ^ UINT64_C(0x736f6d6570736575), key1 ^ UINT64_C(0x646f72616e646f6d),
                     key0 ^ UINT64_C(0x6c7967656e657261), key1 ^ UINT64_C(0x7465646279746573)};
    size_t length = strlen(text);

    /* Words of eight bytes, the lowest first; the last one ends with the length. */
    for (size_t from = 0; from <= length; from += 8) {
        size_t count = length - from < 8 ? length - from : 8;
        uint64_t word = count < 8 ? (uint64_t)length << 56 : 0;

        for (size_t i = 0; i < count; i++)
            word |= (uint64_t)(unsigned char)text[from + i] << (8 * i);
        v[3] ^= word;
        mix(v, 2);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    mix(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

const char *hash_number(const struct sandbox *sandbox, const char *number,
                        char out[static HASH_TEXT_BYTES]) {
    const char *key = sandbox->options.security_key;
    uint64_t key0 = index_hash(key, 1), key1 = index_hash(key, 2);

    snprintf(out, HASH_TEXT_BYTES, "%016" PRIx64 "%016" PRIx64, siphash(key0, key1, number),
             siphash(key1, key0, number));
    return out;
}
