/* Random numbers, hashes, references, passwords. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/core/password.h"
#include "common/core/secret.h"
#include "common/core/text.h"

static void test_references(void **state) {
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    int seen[128] = {0};
    char last[REFERENCE_SIZE] = "";

    (void)state;
    for (int round = 0; round < 5000; round++) {
        char reference[REFERENCE_SIZE];

        secret_reference(reference);
        check_int(reference, (int64_t)strlen(reference), REFERENCE_SIZE - 1);
        check_int(reference, reference[0], 'P');
        check_int(reference, (int64_t)strspn(reference + 1, digits), REFERENCE_SIZE - 2);
        check_true(reference, secret_is_reference(reference));
        assert_string_not_equal(reference, last);
        memcpy(last, reference, sizeof last);
        for (const char *at = reference + 1; *at; at++)
            seen[(unsigned char)*at]++;
    }
    /* 60,000 characters of 32 kinds: each about 1,875 times. */
    for (const char *at = digits; *at; at++)
        assert_in_range(seen[(unsigned char)*at], 1500, 2250);
}

static void test_is_reference(void **state) {
    static const struct {
        const char *text;
        bool want;
    } cases[] = {
        {"P0123456789AB", true},
        {"PZZZZZZZZZZZZ", true},
        {"P0123456789A", false},
        {"P0123456789ABC", false},
        {"p0123456789AB", false},
        {"Q0123456789AB", false},
        {"P0123456789AI", false},
        {"P0123456789AL", false},
        {"P0123456789AO", false},
        {"P0123456789AU", false},
        {"P0123456789Ab", false},
        {"P0123456789A ", false},
        {"P01234567/../", false},
        {"P", false},
        {"", false},
        {"P0123456789A\n", false},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++)
        check_int(cases[at].text, secret_is_reference(cases[at].text), cases[at].want);
}

static void test_base64(void **state) {
    struct seed seed = seed_start();
    unsigned char bytes[64], read[65];
    char text[100];

    (void)state;
    for (size_t length = 1; length <= sizeof bytes; length++) {
        for (size_t at = 0; at < length; at++)
            bytes[at] = (unsigned char)seed_next(&seed);
        secret_to_base64(bytes, length, text, sizeof text);
        check_int(text, (int64_t)strlen(text), (int64_t)(4 * length + 2) / 3);
        check_int(text,
                  (int64_t)strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                        "0123456789-_"),
                  (int64_t)strlen(text));
        check_true(text, secret_from_base64(text, read, length));
        assert_memory_equal(read, bytes, length);
        check_true(text, !secret_from_base64(text, read, length - 1));
        check_true(text, !secret_from_base64(text, read, length + 1));
    }
    assert_true(secret_from_base64("_-8", read, 2));
    assert_int_equal(read[0], 0xFF);
    assert_int_equal(read[1], 0xEF);
}

static void test_base64_refused(void **state) {
    static const char *const texts[] = {"/+8", "_-8=", " _-8", "_-8 ", "_-9",
                                        "_-",  "_-8A", "",     "_=-8"};
    unsigned char read[2];

    (void)state;
    for (size_t at = 0; at < COUNT(texts); at++)
        check_true(texts[at], !secret_from_base64(texts[at], read, sizeof read));
}

static void test_tokens(void **state) {
    char first[SECRET_TOKEN_TEXT_SIZE], second[SECRET_TOKEN_TEXT_SIZE];
    unsigned char bytes[SECRET_TOKEN_BYTES];

    (void)state;
    secret_token(first);
    secret_token(second);
    assert_int_equal(strlen(first), SECRET_TOKEN_TEXT_SIZE - 1);
    assert_string_not_equal(first, second);
    assert_true(secret_from_base64(first, bytes, sizeof bytes));
}

/* BLAKE2b-256 of "abc", as published with the algorithm's test vectors. */
static void test_hashes(void **state) {
    unsigned char hash[SECRET_HASH_BYTES], mac[SECRET_HASH_BYTES], other[SECRET_HASH_BYTES];
    unsigned char key[SECRET_KEY_BYTES] = {1}, changed[SECRET_KEY_BYTES] = {2};
    char text[2 * SECRET_HASH_BYTES + 1];

    (void)state;
    secret_hash("abc", 3, hash);
    text_to_hex(hash, sizeof hash, text);
    assert_string_equal(text, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    secret_mac(key, "abc", 3, mac);
    secret_mac(changed, "abc", 3, other);
    assert_memory_not_equal(mac, hash, sizeof mac);
    assert_memory_not_equal(mac, other, sizeof mac);
    secret_mac(key, "abd", 3, other);
    assert_memory_not_equal(mac, other, sizeof mac);
    secret_mac(key, "abc", 3, other);
    assert_true(secret_equal(mac, other, sizeof mac));
    for (size_t at = 0; at < sizeof mac; at++) {
        other[at] ^= 0x80;
        assert_false(secret_equal(mac, other, sizeof mac));
        other[at] ^= 0x80;
    }
    secret_wipe(mac, sizeof mac);
    for (size_t at = 0; at < sizeof mac; at++)
        assert_int_equal(mac[at], 0);
}

/* RFC 4231: a key shorter than a block, one longer, and the same bytes cut elsewhere. */
static void test_hmac(void **state) {
    static const struct {
        const char *key, *text, *hex;
        size_t key_length;
    } cases[] = {
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", 4},
        {NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", 131},
    };
    unsigned char mac[SECRET_HASH_BYTES], large[131];
    char text[2 * SECRET_HASH_BYTES + 1];

    (void)state;
    memset(large, 0xaa, sizeof large);
    for (size_t at = 0; at < COUNT(cases); at++) {
        const void *key = cases[at].key ? (const void *)cases[at].key : large;
        size_t length = strlen(cases[at].text);

        for (size_t cut = 0; cut <= length; cut++) {
            secret_hmac_sha256(key, cases[at].key_length, cases[at].text, cut, cases[at].text + cut,
                               length - cut, mac);
            text_to_hex(mac, sizeof mac, text);
            assert_string_equal(text, cases[at].hex);
        }
    }
}

static void test_random_below(void **state) {
    int seen[10] = {0};

    (void)state;
    for (int round = 0; round < 10000; round++) {
        unsigned number = secret_random_below(10);

        assert_in_range(number, 0, 9);
        seen[number]++;
    }
    for (size_t at = 0; at < COUNT(seen); at++)
        assert_in_range(seen[at], 800, 1200);
    assert_int_equal(secret_random_below(1), 0);
}

/* ---- passwords ---- */

static void test_passwords(void **state) {
    char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];

    (void)state;
    assert_int_equal(password_hash("correct horse", hash), RESULT_OK);
    assert_int_equal(password_hash("correct horse", again), RESULT_OK);
    assert_true(text_starts_with(hash, "$argon2id$v=19$m=65536,t=2,p=1$"));
    assert_string_not_equal(hash, again); /* salted */
    assert_true(password_matches(hash, "correct horse"));
    assert_false(password_matches(hash, "correct horsf"));
    assert_false(password_matches(hash, "correct horse "));
    assert_false(password_matches(hash, ""));
    assert_false(password_matches(NULL, "correct horse"));
    assert_false(password_matches(NULL, ""));
    assert_false(password_matches("", "correct horse"));
    assert_false(password_matches("not a hash", "correct horse"));
}

/* Nobody's password costs what a wrong one does: the least of some runs, and generously. */
static void test_nobody_costs_the_same(void **state) {
    char hash[PASSWORD_HASH_SIZE];
    int64_t wrong_us = INT64_MAX, nobody_us = INT64_MAX;

    (void)state;
    assert_int_equal(password_hash("correct horse", hash), RESULT_OK);
    for (int round = 0; round < 3; round++) {
        int64_t begun_us = cpu_us();
        assert_false(password_matches(hash, "wrong"));
        int64_t between_us = cpu_us();
        assert_false(password_matches(NULL, "wrong"));
        int64_t ended_us = cpu_us();

        wrong_us = between_us - begun_us < wrong_us ? between_us - begun_us : wrong_us;
        nobody_us = ended_us - between_us < nobody_us ? ended_us - between_us : nobody_us;
    }
    assert_true(nobody_us > wrong_us / 3 && nobody_us < wrong_us * 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_is_reference),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_base64_refused),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_random_below),
        cmocka_unit_test(test_passwords),
        cmocka_unit_test(test_nobody_costs_the_same),
    };

    secret_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
