/* Questions about bytes: UTF-8, URL encoding, numbers, hexadecimal. */
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"

static const struct {
    const char *label, *text;
    size_t length; /* of the sequence at the start; 0: invalid */
} utf8_cases[] = {
    {"ASCII", "a", 1},
    {"last of one byte", "\x7F", 1},
    {"first of two", "\xC2\x80", 2},
    {"last of two", "\xDF\xBF", 2},
    {"first of three", "\xE0\xA0\x80", 3},
    {"before the surrogates", "\xED\x9F\xBF", 3},
    {"behind the surrogates", "\xEE\x80\x80", 3},
    {"last of three", "\xEF\xBF\xBF", 3},
    {"first of four", "\xF0\x90\x80\x80", 4},
    {"last of four", "\xF4\x8F\xBF\xBF", 4},
    {"continuation alone", "\x80", 0},
    {"last continuation alone", "\xBF", 0},
    {"overlong NUL", "\xC0\x80", 0},
    {"overlong of two", "\xC1\xBF", 0},
    {"overlong of three", "\xE0\x9F\xBF", 0},
    {"overlong of four", "\xF0\x8F\xBF\xBF", 0},
    {"first surrogate", "\xED\xA0\x80", 0},
    {"last surrogate", "\xED\xBF\xBF", 0},
    {"one past the last", "\xF4\x90\x80\x80", 0},
    {"far past the last", "\xF5\x80\x80\x80", 0},
    {"five bytes", "\xF8\x88\x80\x80\x80", 0},
    {"FE", "\xFE", 0},
    {"FF", "\xFF", 0},
    {"two cut", "\xC3", 0},
    {"three cut at one", "\xE2", 0},
    {"three cut at two", "\xE2\x82", 0},
    {"four cut at one", "\xF0", 0},
    {"four cut at two", "\xF0\x9F", 0},
    {"four cut at three", "\xF0\x9F\x92", 0},
    {"two broken by ASCII",
     "\xC3"
     "a",
     0},
    {"three broken by ASCII",
     "\xE2\x82"
     "a",
     0},
    {"four broken by a lead", "\xF0\x9F\x92\xC3", 0},
};

static void test_utf8(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(utf8_cases); at++) {
        const char *text = utf8_cases[at].text;
        size_t length = strlen(text);

        check_int(utf8_cases[at].label, (int64_t)text_utf8_length(text),
                  (int64_t)utf8_cases[at].length);
        check_int(utf8_cases[at].label, text_is_utf8(text, length), utf8_cases[at].length > 0);
        /* Whatever lies behind the end is not looked at: the copy has no room for it. */
        char *exact = malloc(length);
        assert_non_null(exact);
        memcpy(exact, text, length);
        check_int(utf8_cases[at].label, text_is_utf8(exact, length), utf8_cases[at].length > 0);
        free(exact);
    }
    assert_true(text_is_utf8("", 0));
    assert_false(text_is_utf8("a\0b", 3));
    assert_false(text_is_utf8("\xE2\x82\xAC", 2)); /* cut by the length */
    assert_true(text_is_utf8("\xE2\x82\xAC", 3));
    assert_int_equal(text_utf8_count("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x92\xB3"), 4);
    assert_int_equal(text_utf8_count(""), 0);
}

/* Every character there is, encoded by the definition, and each of its cuts. */
static void test_every_character(void **state) {
    (void)state;
    for (unsigned code = 1; code <= 0x110000; code++) {
        unsigned char b[5] = {0};
        size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        bool is_character = code < 0x110000 && (code < 0xD800 || code > 0xDFFF);

        for (size_t at = length; at-- > 1;)
            b[at] = (unsigned char)(0x80 | (code >> 6 * (length - 1 - at) & 0x3F));
        b[0] = length == 1 ? (unsigned char)code
                           : (unsigned char)(0xF00 >> length | code >> 6 * (length - 1));
        if (text_utf8_length((char *)b) != (is_character ? length : 0))
            fail_msg("U+%04X", code);
        b[length - 1] = '\0';
        if (length > 1 && text_utf8_length((char *)b) != 0)
            fail_msg("U+%04X cut", code);
    }
}

static const struct {
    const char *label, *text, *want; /* NULL: broken */
    size_t length;
} url_cases[] = {
    {"plain", "abc", "abc", 3},
    {"plus", "a+b", "a b", 3},
    {"percent", "%41%62", "Ab", 2},
    {"lower case", "%c3%a9", "\xC3\xA9", 2},
    {"mixed case", "%cA", "\xCA", 1},
    {"NUL", "a%00b", "a\0b", 3},
    {"plus encoded", "%2B", "+", 1},
    {"percent encoded", "%25", "%", 1},
    {"once only", "%2541", "%41", 3},
    {"empty", "", "", 0},
    {"alone", "%", NULL, 0},
    {"cut", "%4", NULL, 0},
    {"cut at the end", "a%4", NULL, 0},
    {"not hexadecimal", "%4g", NULL, 0},
    {"space inside", "% 4", NULL, 0},
    {"sign inside", "%-1", NULL, 0},
};

static void test_url_decode(void **state) {
    for (size_t at = 0; at < COUNT(url_cases); at++) {
        size_t length = 77;
        char *text = text_url_decode(*state, url_cases[at].text, strlen(url_cases[at].text),
                                     &length);

        if (!url_cases[at].want) {
            check_true(url_cases[at].label, !text);
            check_int(url_cases[at].label, (int64_t)length, 77);
            continue;
        }
        check_int(url_cases[at].label, (int64_t)length, (int64_t)url_cases[at].length);
        assert_memory_equal(text, url_cases[at].want, length + 1);
    }
    size_t length;
    assert_null(text_url_decode(*state, "%41", 2, &length)); /* cut by the length */
}

static const struct {
    const char *text;
    bool want;
    int64_t number;
} int_cases[] = {
    {"0", true, 0},
    {"7", true, 7},
    {"007", true, 7},
    {"9223372036854775807", true, INT64_MAX},
    {"9223372036854775808", false, 0},
    {"9223372036854775810", false, 0},
    {"92233720368547758070", false, 0},
    {"18446744073709551617", false, 0},
    {"99999999999999999999999999", false, 0},
    {"", false, 0},
    {"-1", false, 0},
    {"+1", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1.0", false, 0},
    {"0x1", false, 0},
    {"1e2", false, 0},
    {"\xD9\xA1", false, 0},
};

static void test_to_int(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(int_cases); at++) {
        int64_t number = -77;

        check_int(int_cases[at].text, text_to_int(int_cases[at].text, &number), int_cases[at].want);
        check_int(int_cases[at].text, number, int_cases[at].want ? int_cases[at].number : -77);
    }
}

static void test_classes(void **state) {
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        char c = (char)byte;
        bool digit = byte >= '0' && byte <= '9';
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');

        assert_int_equal(text_is_digit(c), digit);
        assert_int_equal(text_is_alnum(c), digit || letter);
        assert_int_equal(text_is_url_safe(c), digit || letter || strchr("-._~", c) != NULL);
    }
    assert_false(text_is_url_safe('\0'));
    assert_true(text_is_digits("123", 3));
    assert_false(text_is_digits("1234", 3));
    assert_false(text_is_digits("", 3));
    assert_false(text_is_digits("1 3", 3));
}

static void test_trim_and_case(void **state) {
    assert_string_equal(text_trim(*state, " \t a b \t "), "a b");
    assert_string_equal(text_trim(*state, " \t "), "");
    assert_string_equal(text_trim(*state, ""), "");
    assert_string_equal(text_trim(*state, "\na\n"), "\na\n");
    assert_string_equal(text_lower(*state, "AbZ[\xC3\x89"), "abz[\xC3\x89");
    assert_true(text_equal_ignoring_case("AbC", "aBc"));
    assert_false(text_equal_ignoring_case("abc", "abcd"));
    assert_true(text_starts_with("abc", "ab"));
    assert_true(text_starts_with("abc", ""));
    assert_false(text_starts_with("ab", "abc"));
}

static void test_hex(void **state) {
    unsigned char bytes[256], read[256];
    char text[513];

    (void)state;
    for (size_t at = 0; at < sizeof bytes; at++)
        bytes[at] = (unsigned char)at;
    text_to_hex(bytes, sizeof bytes, text);
    assert_int_equal(strlen(text), 512);
    assert_memory_equal(text, "000102", 6);
    assert_true(text_from_hex(text, read, sizeof read));
    assert_memory_equal(read, bytes, sizeof bytes);
    assert_true(text_from_hex("aAfF", read, 2));
    assert_false(text_from_hex("aAf", read, 2));
    assert_false(text_from_hex("aAfFf", read, 2));
    assert_false(text_from_hex("aAfg", read, 2));
    assert_false(text_from_hex("", read, 2));
    assert_true(text_from_hex("", read, 0));
}

static void test_zip(void **state) {
    static const char *const wrong[] = {"",           "6060",       "606010",      "60601-",
                                        "60601-123",  "60601 1234", "60601-12345", "6060a",
                                        "60601-12a4", "-0601",      "606011234"};

    (void)state;
    assert_true(text_is_zip("60601"));
    assert_true(text_is_zip("60601-1234"));
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++)
        assert_false(text_is_zip(wrong[at]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_every_character),
        cmocka_unit_test_setup_teardown(test_url_decode, arena_setup, arena_teardown),
        cmocka_unit_test(test_to_int),
        cmocka_unit_test(test_classes),
        cmocka_unit_test_setup_teardown(test_trim_and_case, arena_setup, arena_teardown),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_zip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
