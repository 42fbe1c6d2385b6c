/* Foreign words made clean. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/gateway/driver.h"

static void expect_words(const char *bytes, size_t length, const char *words) {
    char out[GATEWAY_TEXT_SIZE];

    gateway_words(bytes, length, out, sizeof out);
    assert_string_equal(out, words);
}

static void test_words(void **state) {
    static const struct {
        const char *bytes, *words;
    } cases[] = {
        {"", ""},
        {"DECLINE", "DECLINE"},
        {"a\r\nb\tc\x01\x7f.", "a  b c  ."},
        {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x92\xb3", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x92\xb3"},
        {"bad \xff\xc3 \xe2\x82 end\xf0\x9f", "bad ?? ?? end??"},
        {"nel\xc2\x85sep\xe2\x80\xa8rlo\xe2\x80\xae!", "nel sep rlo !"},
        {"1234567", "1234567"},
        {"12345678", "********"},
        {"a1234567b12345678c", "a1234567b********c"},
        {"4111111111111111 or 4111111111111111", "**************** or ****************"},
    };
    char out[12];

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++)
        expect_words(cases[at].bytes, strlen(cases[at].bytes), cases[at].words);
    expect_words("a\0b", 3, "a b");

    gateway_words("0123456 89\xc3\xa9", 12, out, sizeof out);
    assert_string_equal(out, "0123456 89"); /* the character would not fit whole */
    gateway_words("x12345678901234567890", 21, out, sizeof out);
    assert_string_equal(out, "x**********");
    gateway_words("abcdefgh12345678", 16, out, sizeof out);
    assert_string_equal(out, "abcdefgh***"); /* masked before it is cut */
    gateway_words("x", 1, out, 1);
    assert_string_equal(out, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
