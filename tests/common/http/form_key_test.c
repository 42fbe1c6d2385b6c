/* Keys of forms: good for one session, one purpose, one secret and twelve hours. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/http/form_key.h"

static const int64_t now = 1795305600;
static const unsigned char secret[SECRET_KEY_BYTES] = {1, 2, 3};
static const unsigned char session[SECRET_HASH_BYTES] = {4, 5, 6};

static void test_good(void **state) {
    const char *key = form_key_make(*state, secret, session, "pay", now);
    const char *again = form_key_make(*state, secret, session, "pay", now);
    unsigned char hash[SECRET_HASH_BYTES], other[SECRET_HASH_BYTES];

    assert_int_equal(form_key_check(secret, session, "pay", now, key), FORM_KEY_GOOD);
    assert_int_equal(form_key_check(secret, session, "pay", now, key), FORM_KEY_GOOD);
    assert_string_not_equal(key, again);
    form_key_hash(key, hash);
    form_key_hash(again, other);
    assert_memory_not_equal(hash, other, sizeof hash);
    form_key_hash(key, other);
    assert_memory_equal(hash, other, sizeof hash);
}

static const struct {
    const char *label;
    int64_t offset_s;
    enum form_key_state want;
} age_cases[] = {
    {"at once", 0, FORM_KEY_GOOD},
    {"at the limit", FORM_KEY_LIFE_S, FORM_KEY_GOOD},
    {"one past the limit", FORM_KEY_LIFE_S + 1, FORM_KEY_OLD},
    {"a year later", 365 * 86400, FORM_KEY_OLD},
    {"the clock was set back", -3600, FORM_KEY_GOOD},
};

static void test_age(void **state) {
    const char *key = form_key_make(*state, secret, session, "pay", now);

    for (size_t at = 0; at < COUNT(age_cases); at++) {
        check_int(age_cases[at].label,
                  form_key_check(secret, session, "pay", now + age_cases[at].offset_s, key),
                  age_cases[at].want);
    }
}

static void test_foreign(void **state) {
    unsigned char other_secret[SECRET_KEY_BYTES] = {1, 2, 4};
    unsigned char other_session[SECRET_HASH_BYTES] = {4, 5, 7};
    const char *key = form_key_make(*state, secret, session, "pay/P123", now);

    assert_int_equal(form_key_check(other_secret, session, "pay/P123", now, key), FORM_KEY_FOREIGN);
    assert_int_equal(form_key_check(secret, other_session, "pay/P123", now, key), FORM_KEY_FOREIGN);
    assert_int_equal(form_key_check(secret, session, "pay/P124", now, key), FORM_KEY_FOREIGN);
    assert_int_equal(form_key_check(secret, session, "pay", now, key), FORM_KEY_FOREIGN);
    assert_int_equal(form_key_check(secret, session, "", now, key), FORM_KEY_FOREIGN);
    assert_int_equal(form_key_check(secret, session, "pay/P1234", now, key), FORM_KEY_FOREIGN);
}

static void test_shapes(void **state) {
    const char *key = form_key_make(*state, secret, session, "pay", now);
    char text[200];

    assert_int_equal(form_key_check(secret, session, "pay", now, ""), FORM_KEY_MISSING);
    assert_int_equal(form_key_check(secret, session, "pay", now, "x"), FORM_KEY_FOREIGN);
    snprintf(text, sizeof text, "%sA", key);
    assert_int_equal(form_key_check(secret, session, "pay", now, text), FORM_KEY_FOREIGN);
    snprintf(text, sizeof text, "%s=", key);
    assert_int_equal(form_key_check(secret, session, "pay", now, text), FORM_KEY_FOREIGN);
    snprintf(text, sizeof text, " %s", key);
    assert_int_equal(form_key_check(secret, session, "pay", now, text), FORM_KEY_FOREIGN);
    snprintf(text, sizeof text, "%s%s", key, key);
    assert_int_equal(form_key_check(secret, session, "pay", now, text), FORM_KEY_FOREIGN);
    memset(text, 'A', strlen(key));
    text[strlen(key)] = '\0';
    assert_int_equal(form_key_check(secret, session, "pay", now, text), FORM_KEY_FOREIGN);
    for (size_t length = 1; length < strlen(key); length++) {
        snprintf(text, length + 1, "%s", key);
        check_int("cut", form_key_check(secret, session, "pay", now, text), FORM_KEY_FOREIGN);
    }
}

/* Every bit of every byte that the key holds: nonce, time and hash. */
static void test_every_bit(void **state) {
    enum { KEY_BYTES = 56 };
    const char *key = form_key_make(*state, secret, session, "pay", now);
    unsigned char bytes[KEY_BYTES];

    assert_true(secret_from_base64(key, bytes, sizeof bytes));
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        char text[100], label[40];

        bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
        secret_to_base64(bytes, sizeof bytes, text, sizeof text);
        snprintf(label, sizeof label, "byte %zu bit %zu", bit / 8, bit % 8);
        check_int(label, form_key_check(secret, session, "pay", now, text), FORM_KEY_FOREIGN);
        bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
    }
}

/* Every other character in every place: also those that mean the same bytes. */
static void test_every_character(void **state) {
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= ";
    const char *key = form_key_make(*state, secret, session, "pay", now);
    char *text = arena_text(*state, key);

    for (size_t at = 0; key[at]; at++) {
        for (const char *each = characters; *each; each++) {
            text[at] = *each;
            check_int(text, form_key_check(secret, session, "pay", now, text),
                      *each == key[at] ? FORM_KEY_GOOD : FORM_KEY_FOREIGN);
        }
        text[at] = key[at];
    }
}

/* A purpose holds a part of an address, so it may be of any length; none stands for another. */
static void test_long_purposes(void **state) {
    char purpose[401], other[401];

    for (size_t length = 1; length <= 400; length++) {
        memset(purpose, 'p', length);
        purpose[length] = '\0';
        memcpy(other, purpose, length + 1);
        other[length - 1] = 'q';
        const char *key = form_key_make(*state, secret, session, purpose, now);
        check_int(purpose, form_key_check(secret, session, purpose, now, key), FORM_KEY_GOOD);
        check_int(purpose, form_key_check(secret, session, other, now, key), FORM_KEY_FOREIGN);
        other[length - 1] = '\0';
        check_int(purpose, form_key_check(secret, session, other, now, key), FORM_KEY_FOREIGN);
    }
}

static void test_sentences(void **state) {
    (void)state;
    assert_string_equal(form_key_sentence(FORM_KEY_GOOD), "");
    for (int each = FORM_KEY_MISSING; each <= FORM_KEY_OLD; each++)
        assert_non_null(strstr(form_key_sentence((enum form_key_state)each), "Nothing was done."));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_age, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_foreign, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_shapes, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_every_bit, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_every_character, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_long_purposes, arena_setup, arena_teardown),
        cmocka_unit_test(test_sentences),
    };

    secret_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
