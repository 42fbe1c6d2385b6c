/* Routing numbers: the check digit, and the ranges that are given out. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "common/program/bank.h"

static const struct routing_case {
    const char *routing;
    bool is_valid;
} cases[] = {
    /* Of real banks, one in each range. */
    {"021000021", true},  /* Federal Reserve district 02 */
    {"011000015", true},  /* 01 */
    {"121000248", true},  /* 12, the last district */
    {"322271627", true},  /* 32: the last of the thrifts */
    {"211274450", true},  /* 21: the first */
    {"490000018", false}, /* right digits, a range nobody has */
    {"000000518", true},  /* 00: the government */
    {"800000011", false}, /* 80, wrong check digit */
    /* One digit off, and two of them changed. */
    {"021000022", false},
    {"021000020", false},
    {"120000021", false},
    {"012000021", false},
    /* Length and what is no digit. */
    {"", false},
    {"0", false},
    {"02100002", false},
    {"0210000210", false},
    {"02100002x", false},
    {"02100 021", false},
    {"-21000021", false},
    {"\xd9\xa0\x32\x31\x30\x30\x30\x32\x31", false}, /* an Arabic zero */
    /* The sum is right, but there is nothing in it. */
    {"000000000", false},
};

static void test_cases(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++)
        check_true(cases[at].routing,
                   bank_routing_is_valid(cases[at].routing) == cases[at].is_valid);
}

static bool is_given_out(int first) {
    return first <= 12 || (first >= 21 && first <= 32) || (first >= 61 && first <= 72) ||
           first == 80;
}

/* Every first pair of digits, with the check digit that fits and the nine that do not. */
static void test_every_range(void **state) {
    (void)state;
    for (int first = 0; first < 100; first++) {
        int right = 0;

        for (int last = 0; last < 10; last++) {
            char routing[32]; /* as long as the compiler thinks it could get */

            snprintf(routing, sizeof routing, "%02d000123%d", first, last);
            right += bank_routing_is_valid(routing);
        }
        assert_int_equal(right, is_given_out(first) ? 1 : 0);
    }
}

/* What the check digit is for: any one digit typed wrong is seen. */
static void test_every_slip(void **state) {
    (void)state;
    for (size_t place = 0; place < 9; place++)
        for (char digit = '0'; digit <= '9'; digit++) {
            char routing[] = "021000021";
            bool is_same = routing[place] == digit;

            routing[place] = digit;
            check_true(routing, bank_routing_is_valid(routing) == is_same);
        }
}

/* The numbers are never shown again, and who read one ends; nothing else is spared the guard. */
static void test_fields(void **state) {
    static const struct field fields[] = {BANK_FIELDS};

    (void)state;
    for (size_t at = 0; at < COUNT(fields); at++) {
        bool is_account = text_equal(fields[at].name, "account") ||
                          text_equal(fields[at].name, "account_again");
        bool is_secret = is_account || text_equal(fields[at].name, "routing");

        check_true(fields[at].name, !(fields[at].flags & FIELD_SECRET) == !is_secret);
        check_true(fields[at].name, !(fields[at].flags & FIELD_CARD_EXEMPT) == !is_account);
        check_true(fields[at].name, !(fields[at].flags & FIELD_ACCOUNT) == !is_account);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_every_range),
        cmocka_unit_test(test_every_slip),
        cmocka_unit_test(test_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
