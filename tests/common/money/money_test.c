/* Amounts: what is read, what is refused, how it is written, and that nothing is lost on the way.
 */
#include "tests/support/test.h"

#include <string.h>

#include "common/money/money.h"

#define MINUS "\xE2\x88\x92"

static const struct {
    const char *label, *text;
    enum money_error want;
    int64_t cents;
} parse_cases[] = {
    {"one decimal", "1234.5", MONEY_OK, 123450},
    {"grouped", "1,234.50", MONEY_OK, 123450},
    {"dollar sign", "$1,234.50", MONEY_OK, 123450},
    {"whole", "12", MONEY_OK, 1200},
    {"one cent", "0.01", MONEY_OK, 1},
    {"no digit before the point", ".5", MONEY_OK, 50},
    {"no digit behind the point", "5.", MONEY_OK, 500},
    {"leading zeros", "0007.00", MONEY_OK, 700},
    {"spaces around", " \t 12.34 \t", MONEY_OK, 1234},
    {"two groups", "1,234,567.89", MONEY_OK, 123456789},
    {"limit", "99999999.99", MONEY_OK, MONEY_MAX_CENTS},
    {"limit grouped", "$99,999,999.99", MONEY_OK, MONEY_MAX_CENTS},
    {"limit and a cent", "100000000.00", MONEY_TOO_LARGE, 0},
    {"limit and a cent grouped", "100,000,000.00", MONEY_TOO_LARGE, 0},
    {"limit whole", "100000000", MONEY_TOO_LARGE, 0},
    {"ten to the thirty", "1000000000000000000000000000000", MONEY_TOO_LARGE, 0},
    {"two to the sixty-four", "18446744073709551616", MONEY_TOO_LARGE, 0},
    {"wraps to a small number", "184467440737095516.17", MONEY_TOO_LARGE, 0},
    {"negative", "-5", MONEY_NEGATIVE, 0},
    {"negative, other minus", MINUS "5.00", MONEY_NEGATIVE, 0},
    {"negative dollars", "-$5", MONEY_NEGATIVE, 0},
    {"negative zero", "-0", MONEY_NEGATIVE, 0},
    {"negative and large", "-1000000000000000000000000000000", MONEY_NEGATIVE, 0},
    {"zero", "0", MONEY_ZERO, 0},
    {"zero with decimals", "0.00", MONEY_ZERO, 0},
    {"half a cent", "0.005", MONEY_DECIMALS, 0},
    {"three decimals", "12.505", MONEY_DECIMALS, 0},
    {"three decimals, all zero", "12.500", MONEY_DECIMALS, 0},
    {"empty", "", MONEY_EMPTY, 0},
    {"spaces", "  \t ", MONEY_EMPTY, 0},
    {"exponent", "1e2", MONEY_NOT_A_NUMBER, 0},
    {"group of two", "1,23.00", MONEY_NOT_A_NUMBER, 0},
    {"group of four", "1,2345", MONEY_NOT_A_NUMBER, 0},
    {"long first group", "1234,567", MONEY_NOT_A_NUMBER, 0},
    {"a comma left out", "1,234567", MONEY_NOT_A_NUMBER, 0},
    {"comma first", ",123", MONEY_NOT_A_NUMBER, 0},
    {"comma last", "123,", MONEY_NOT_A_NUMBER, 0},
    {"comma in the decimals", "1.2,3", MONEY_NOT_A_NUMBER, 0},
    {"European", "1.234,50", MONEY_NOT_A_NUMBER, 0},
    {"word behind", "12 dollars", MONEY_NOT_A_NUMBER, 0},
    {"space inside", "1 234", MONEY_NOT_A_NUMBER, 0},
    {"Arabic digits", "\xD9\xA1\xD9\xA2", MONEY_NOT_A_NUMBER, 0},
    {"full-width digits", "\xEF\xBC\x91", MONEY_NOT_A_NUMBER, 0},
    {"two points", "1.2.3", MONEY_NOT_A_NUMBER, 0},
    {"only a point", ".", MONEY_NOT_A_NUMBER, 0},
    {"only a sign", "$", MONEY_NOT_A_NUMBER, 0},
    {"two signs", "$$5", MONEY_NOT_A_NUMBER, 0},
    {"two minuses", "--5", MONEY_NOT_A_NUMBER, 0},
    {"plus", "+5", MONEY_NOT_A_NUMBER, 0},
    {"hexadecimal", "0x10", MONEY_NOT_A_NUMBER, 0},
    {"letters", "NaN", MONEY_NOT_A_NUMBER, 0},
    {"euro",
     "\xE2\x82\xAC"
     "5",
     MONEY_NOT_A_NUMBER, 0},
    {"line break behind", "5\n", MONEY_NOT_A_NUMBER, 0},
};

static void test_parse(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(parse_cases); at++) {
        int64_t cents = -77;
        enum money_error error = money_parse(parse_cases[at].text, &cents);

        check_int(parse_cases[at].label, error, parse_cases[at].want);
        check_int(parse_cases[at].label, cents, error == MONEY_OK ? parse_cases[at].cents : -77);
        check_true(parse_cases[at].label, (error == MONEY_OK) == !*money_error_sentence(error));
    }
}

static const struct {
    const char *label, *text;
    enum result want;
    int64_t cents;
} plain_cases[] = {
    {"plain", "1234.50", RESULT_OK, 123450},
    {"zero", "0.00", RESULT_OK, 0},
    {"no decimals", "12", RESULT_OK, 1200},
    {"one decimal", "12.3", RESULT_OK, 1230},
    {"limit", "99999999.99", RESULT_OK, MONEY_MAX_CENTS},
    {"limit and a cent", "100000000.00", RESULT_INVALID, 0},
    {"limit whole", "100000000", RESULT_INVALID, 0},
    {"three decimals", "1.234", RESULT_INVALID, 0},
    {"nothing behind the point", "12.", RESULT_INVALID, 0},
    {"nothing before the point", ".50", RESULT_INVALID, 0},
    {"empty", "", RESULT_INVALID, 0},
    {"negative", "-1.00", RESULT_INVALID, 0},
    {"plus", "+1.00", RESULT_INVALID, 0},
    {"grouped", "1,234.50", RESULT_INVALID, 0},
    {"dollar sign", "$1.00", RESULT_INVALID, 0},
    {"space before", " 1.00", RESULT_INVALID, 0},
    {"space behind", "1.00 ", RESULT_INVALID, 0},
    {"two points", "1.0.0", RESULT_INVALID, 0},
    {"exponent", "1e2", RESULT_INVALID, 0},
    {"ten to the thirty", "1000000000000000000000000000000", RESULT_INVALID, 0},
};

static void test_from_plain(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(plain_cases); at++) {
        int64_t cents = -77;
        enum result result = money_from_plain(plain_cases[at].text, &cents);

        check_int(plain_cases[at].label, result, plain_cases[at].want);
        check_int(plain_cases[at].label, cents, result == RESULT_OK ? plain_cases[at].cents : -77);
    }
}

static const struct {
    int64_t cents;
    const char *text, *plain;
} format_cases[] = {
    {0, "$0.00", "0.00"},
    {1, "$0.01", "0.01"},
    {10, "$0.10", "0.10"},
    {99, "$0.99", "0.99"},
    {100, "$1.00", "1.00"},
    {99999, "$999.99", "999.99"},
    {100000, "$1,000.00", "1000.00"},
    {123456789, "$1,234,567.89", "1234567.89"},
    {-1, MINUS "$0.01", "-0.01"},
    {-123450, MINUS "$1,234.50", "-1234.50"},
    {MONEY_MAX_CENTS, "$99,999,999.99", "99999999.99"},
    {INT64_MAX, "$92,233,720,368,547,758.07", "92233720368547758.07"},
    {INT64_MIN, MINUS "$92,233,720,368,547,758.08", "-92233720368547758.08"},
};

static void test_format(void **state) {
    for (size_t at = 0; at < COUNT(format_cases); at++) {
        check_text("text", money_text(*state, format_cases[at].cents), format_cases[at].text);
        check_text("plain", money_plain(*state, format_cases[at].cents), format_cases[at].plain);
    }
}

/* An amount of any number of digits, as likely short as long. */
static int64_t some_cents(struct seed *seed) {
    int64_t limit = 10;

    for (int64_t digits = seed_below(seed, 10); digits > 0; digits--)
        limit *= 10;
    return 1 + seed_below(seed, limit < MONEY_MAX_CENTS ? limit : MONEY_MAX_CENTS);
}

static void test_round_trip(void **state) {
    struct seed seed = seed_start();

    for (int round = 0; round < 20000; round++) {
        int64_t cents = some_cents(&seed), read = 0;

        check_int("text", money_parse(money_text(*state, cents), &read), MONEY_OK);
        check_int("text", read, cents);
        check_int("plain", money_from_plain(money_plain(*state, cents), &read), RESULT_OK);
        check_int("plain", read, cents);
        check_int("negative", money_parse(money_text(*state, -cents), &read), MONEY_NEGATIVE);
    }
}

/* Any bytes: never a crash, and what is accepted is within the limits. */
static void test_any_text(void **state) {
    static const char bytes[] = "0123456789,.$- \t\xE2\x88\x92"
                                "eE+x";
    struct seed seed = seed_start();

    (void)state;
    for (int round = 0; round < 200000; round++) {
        char text[16] = "";
        int64_t cents = -77;

        for (int64_t at = seed_below(&seed, sizeof text); at > 0; at--)
            text[at - 1] = bytes[seed_below(&seed, sizeof bytes - 1)];
        enum money_error error = money_parse(text, &cents);
        check_true(text, error == MONEY_OK ? cents >= 1 && cents <= MONEY_MAX_CENTS : cents == -77);
    }
}

static void add_over(void *context) {
    (void)context;
    (void)money_add(INT64_MAX, 1);
}

static void subtract_under(void *context) {
    (void)context;
    (void)money_subtract(INT64_MIN, 1);
}

static void test_checked(void **state) {
    (void)state;
    assert_int_equal(money_add(INT64_MAX - 1, 1), INT64_MAX);
    assert_int_equal(money_add(INT64_MIN, INT64_MAX), -1);
    assert_int_equal(money_subtract(INT64_MIN + 1, 1), INT64_MIN);
    assert_int_equal(money_min(-3, 2), -3);
    assert_int_equal(money_min(2, -3), -3);
    assert_true(dies(add_over, NULL));
    assert_true(dies(subtract_under, NULL));
}

static void split_into_none(void *context) {
    (void)context;
    (void)money_split(1, 0, 0);
}

static void split_negative(void *context) {
    (void)context;
    (void)money_split(-1, 2, 0);
}

static void split_past_the_end(void *context) {
    (void)context;
    (void)money_split(1, 2, 2);
}

static void test_split(void **state) {
    struct seed seed = seed_start();

    (void)state;
    assert_int_equal(money_split(101, 2, 0), 51);
    assert_int_equal(money_split(101, 2, 1), 50);
    assert_int_equal(money_split(INT64_MAX, 1, 0), INT64_MAX);
    for (int round = 0; round < 5000; round++) {
        int64_t cents = seed_below(&seed, 2) ? some_cents(&seed) : seed_below(&seed, 20);
        int64_t parts = 1 + seed_below(&seed, 40), sum = 0;

        for (int64_t at = 0; at < parts; at++) {
            int64_t part = money_split(cents, parts, at);

            sum += part;
            check_true("first is the largest", part <= money_split(cents, parts, 0));
            check_true("odd cents first", at == 0 || part <= money_split(cents, parts, at - 1));
        }
        check_int("sum", sum, cents);
        check_true("differ by a cent at most",
                   money_split(cents, parts, 0) - money_split(cents, parts, parts - 1) <= 1);
    }
    assert_true(dies(split_into_none, NULL));
    assert_true(dies(split_negative, NULL));
    assert_true(dies(split_past_the_end, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_from_plain),
        cmocka_unit_test_setup_teardown(test_format, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_round_trip, arena_setup, arena_teardown),
        cmocka_unit_test(test_any_text),
        cmocka_unit_test(test_checked),
        cmocka_unit_test(test_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
