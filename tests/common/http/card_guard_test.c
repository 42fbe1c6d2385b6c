/* Card numbers: the gateways' published test numbers are found however they are typed; what only
 * looks like one is let through. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/core/secret.h"
#include "common/http/card_guard.h"

static const struct {
    const char *label, *number;
} cards[] = {
    {"Visa", "4111111111111111"},
    {"Visa", "4242424242424242"},
    {"Visa", "4012888888881881"},
    {"Visa, 13", "4222222222222"},
    {"Visa, 19", "4111111111111111110"},
    {"Mastercard", "5555555555554444"},
    {"Mastercard", "5105105105105100"},
    {"Mastercard, 2 series", "2223003122003222"},
    {"Mastercard, 2 series first", "2221000000000009"},
    {"Mastercard, 2 series last", "2720999999999996"},
    {"Amex", "378282246310005"},
    {"Amex", "371449635398431"},
    {"Amex", "341111111111111"},
    {"Discover", "6011111111111117"},
    {"Discover", "6011000990139424"},
    {"Discover, 65", "6510000000000034"},
    {"Diners", "30569309025904"},
    {"Diners", "38520000023237"},
    {"Diners", "36227206271667"},
    {"Diners, 16", "3056930009020004"},
    {"JCB", "3530111333300000"},
    {"JCB", "3566002020360505"},
    {"UnionPay", "6200000000000005"},
    {"UnionPay, 19", "6205500000000000004"},
    {"Maestro", "5018000000000009"},
    {"Maestro", "6759649826438453"},
};

static void test_cards(void **state) {
    static const char *const around[] = {"%s",          " %s ",        "card %s please", "#%s",
                                         "%s exp 1227", "a\n%s\nb",    "x%sx",           "(%s)",
                                         "%s.",         "%s, cvv 123", "\xE2\x82\xAC%s"};

    (void)state;
    for (size_t card = 0; card < COUNT(cards); card++)
        for (size_t at = 0; at < COUNT(around); at++) {
            char text[100];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(text, sizeof text, around[at], cards[card].number);
#pragma GCC diagnostic pop
            check_true(text, card_guard_matches(text));
        }
}

/* In groups of any size, with any single separator. */
static void test_separated(void **state) {
    (void)state;
    for (size_t card = 0; card < COUNT(cards); card++)
        for (size_t group = 1; group <= 6; group++)
            for (const char *separator = " -"; *separator; separator++) {
                char text[64];
                size_t used = 0;

                for (size_t at = 0; cards[card].number[at]; at++) {
                    if (at && at % group == 0)
                        text[used++] = *separator;
                    text[used++] = cards[card].number[at];
                }
                text[used] = '\0';
                check_true(text, card_guard_matches(text));
            }
}

/* What people write behind a card number must not hide it. */
static void test_followed(void **state) {
    static const char *const texts[] = {
        "4111 1111 1111 1111 12/27",   "4111111111111111 123",  "4111-1111-1111-1111-123",
        "4111 1111 1111 1111 12 27",   "1 4111111111111111",    "555 4111 1111 1111 1111",
        "378282246310005 1234",        "4242424242424242 4242", "12-4242 4242 4242 4242-99",
        "4111 1111 1111 1111 1111 11",
    };

    (void)state;
    for (size_t at = 0; at < COUNT(texts); at++)
        check_true(texts[at], card_guard_matches(texts[at]));
}

static void test_not_cards(void **state) {
    static const char *const texts[] = {
        "",
        "4111111111111112",     /* Luhn */
        "411111111111",         /* 12 digits */
        "41111111111111111111", /* 20 digits */
        "00004111111111111111", /* 20 digits with a card at their end */
        "41111111111111110000", /* and at their beginning */
        "4111111111111116666666666666666666",
        "0000000000000000", /* Luhn, no brand */
        "1111111111111117",
        "9999999999999995",
        "411111111111116", /* a Visa of 15 */
        "37828224631000",  /* an Amex of 14 */
        "P4111111ABC4111", /* a reference */
        "P0123456789AB",
        "2026-11-22",
        "2026-11-22 10:11:12 2026-11-23",
        "+1 (800) 555-0199",
        "021000021", /* a routing number */
        "Invoices 900123, 900124, 900125",
        "1,234,567.89",
        "$1.00",
        "4111  1111  1111  1111", /* two spaces are no separator */
        "4111.1111.1111.1111",
        "4111_1111_1111_1111",
    };

    (void)state;
    for (size_t at = 0; at < COUNT(texts); at++)
        check_true(texts[at], !card_guard_matches(texts[at]));
}

/* Every wrong last digit, and every two neighbours changed over that Luhn sees. */
static void test_wrong_luhn(void **state) {
    (void)state;
    for (size_t card = 0; card < COUNT(cards); card++) {
        char number[24];
        size_t last = strlen(cards[card].number) - 1;

        for (int digit = 1; digit < 10; digit++) {
            snprintf(number, sizeof number, "%s", cards[card].number);
            number[last] = (char)('0' + (number[last] - '0' + digit) % 10);
            check_true(number, !card_guard_matches(number));
        }
    }
}

static const struct field fields[] = {
    {.name = "note", .max_length = 100},
    {.name = "form_key", .flags = FIELD_CARD_EXEMPT, .max_length = 100},
    {.name = "account_number", .flags = FIELD_CARD_EXEMPT, .max_length = 17},
};

static const struct form form = FORM(fields);

static const struct {
    const char *label, *name, *value;
    bool want;
    const char *field; /* what is logged */
} field_cases[] = {
    {"text", "note", "thank you", false, NULL},
    {"card in a text", "note", "it is 4111 1111 1111 1111", true, "note"},
    {"card in an exempt field", "form_key", "4111111111111111", false, NULL},
    {"card in the account number", "account_number", "4111111111111111", false, NULL},
    {"card in an undeclared field", "extra", "4111111111111111", true, "undeclared"},
    {"the field ccnumber", "ccnumber", "", true, "undeclared"},
    {"the field cvv", "cvv", "", true, "undeclared"},
    {"card as a name", "4111111111111111", "x", true, "undeclared"},
    {"card in a name", "f_4111111111111111", "x", true, "undeclared"},
};

static void test_fields(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(field_cases); at++) {
        struct pair list[] = {{"note", "first"}, {field_cases[at].name, field_cases[at].value}};
        const struct pairs pairs = {list, COUNT(list)};
        const char *field = "";

        check_int(field_cases[at].label, card_guard_refuses(&pairs, &form, &field),
                  field_cases[at].want);
        if (field_cases[at].want)
            check_text(field_cases[at].label, field, field_cases[at].field);
    }
}

/* Without a form nothing is exempt. */
static void test_no_form(void **state) {
    struct pair list[] = {{"form_key", "4111111111111111"}};
    const struct pairs pairs = {list, 1}, none = {NULL, 0};
    const char *field = "";

    (void)state;
    assert_true(card_guard_refuses(&pairs, NULL, &field));
    assert_string_equal(field, "undeclared");
    assert_false(card_guard_refuses(&none, NULL, &field));
}

/* Our own references are letters and digits at random: none may be taken for a card. */
static void test_references(void **state) {
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char reference[REFERENCE_SIZE];

        secret_reference(reference);
        check_true(reference, !card_guard_matches(reference));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards),      cmocka_unit_test(test_separated),
        cmocka_unit_test(test_followed),   cmocka_unit_test(test_not_cards),
        cmocka_unit_test(test_wrong_luhn), cmocka_unit_test(test_fields),
        cmocka_unit_test(test_no_form),    cmocka_unit_test(test_references),
    };

    secret_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
