/* Bytes that grow to a limit, and the escaping that goes with them. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/buffer.h"

static void test_limit(void **state) {
    static const size_t limits[] = {1, 255, 256, 257, 512, 1000, 70000};
    char bytes[70001];

    memset(bytes, 'x', sizeof bytes);
    for (size_t at = 0; at < COUNT(limits); at++) {
        struct buffer whole, over, slow;

        buffer_init(&whole, *state, limits[at]);
        buffer_add(&whole, bytes, limits[at]);
        check_true("fits", !buffer_is_full(&whole));
        check_int("fits", (int64_t)whole.length, (int64_t)limits[at]);
        buffer_add(&whole, bytes, 0);
        check_true("nothing always fits", !buffer_is_full(&whole));
        buffer_add(&whole, "y", 1);
        check_true("one past", buffer_is_full(&whole));
        check_int("keeps what it has", (int64_t)strlen(whole.bytes), (int64_t)limits[at]);
        buffer_init(&over, *state, limits[at]);
        buffer_add(&over, bytes, limits[at] + 1);
        check_true("one past at once", buffer_is_full(&over));
        check_int("all or nothing", (int64_t)over.length, 0);
        buffer_add(&over, "y", 1);
        check_int("full stays full", (int64_t)over.length, 0);
        buffer_init(&slow, *state, limits[at]);
        for (size_t byte = 0; byte < limits[at]; byte++)
            buffer_add(&slow, "z", 1);
        check_true("byte by byte", !buffer_is_full(&slow));
        check_int("byte by byte", (int64_t)strspn(slow.bytes, "z"), (int64_t)limits[at]);
    }
}

static void test_empty(void **state) {
    struct buffer buffer;

    buffer_init(&buffer, *state, 0);
    assert_string_equal(buffer.bytes, "");
    buffer_text(&buffer, "");
    assert_false(buffer_is_full(&buffer));
    buffer_text(&buffer, "x");
    assert_true(buffer_is_full(&buffer));
    assert_string_equal(buffer.bytes, "");
}

static const struct {
    const char *label, *text, *json;
} json_cases[] = {
    {"empty", "", "\"\""},
    {"plain", "abc", "\"abc\""},
    {"quote and backslash", "a\"b\\c", "\"a\\\"b\\\\c\""},
    {"line breaks and tabs", "a\r\n\tb", "\"a\\u000d\\u000a\\u0009b\""},
    {"controls", "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
    {"UTF-8", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x92\xB3", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x92\xB3\""},
    {"lone byte", "a\xFFz", "\"a\\ufffdz\""},
    {"cut sequence", "a\xE2\x82", "\"a\\ufffd\\ufffd\""},
    {"overlong", "\xC0\xAF", "\"\\ufffd\\ufffd\""},
    {"surrogate", "\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
    {"past the last character", "\xF4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
};

static void test_json(void **state) {
    for (size_t at = 0; at < COUNT(json_cases); at++) {
        struct buffer buffer;

        buffer_init(&buffer, *state, 1000);
        buffer_json(&buffer, json_cases[at].text);
        check_text(json_cases[at].label, buffer.bytes, json_cases[at].json);
    }
}

static void test_url_pairs(void **state) {
    struct buffer buffer;

    buffer_init(&buffer, *state, 1000);
    buffer_url_pair(&buffer, "amount", "1,234.50");
    buffer_url_pair(&buffer, "note", "a b+c&d=e%~-_.");
    buffer_url_pair(&buffer, "n\xC3\xA9", "\xC3\xA9\n\xFF");
    buffer_url_pair(&buffer, "empty", "");
    assert_string_equal(buffer.bytes, "amount=1%2C234.50&note=a%20b%2Bc%26d%3De%25~-_."
                                      "&n%C3%A9=%C3%A9%0A%FF&empty=");
}

static void test_format(void **state) {
    struct buffer buffer;

    buffer_init(&buffer, *state, 10);
    buffer_format(&buffer, "%d-%s", 12, "abc");
    assert_string_equal(buffer.bytes, "12-abc");
    buffer_format(&buffer, "%s", "12345");
    assert_true(buffer_is_full(&buffer));
    assert_string_equal(buffer.bytes, "12-abc");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_limit),     TEST(test_empty),  TEST(test_json),
        TEST(test_url_pairs), TEST(test_format),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
