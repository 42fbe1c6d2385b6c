/* A payment method in English as it is kept, and said in another language. */
#include "tests/support/test.h"

#include "common/billing/method_words.h"
#include "common/core/words.h"

static const char spanish[] =
    "msgid \"%s ending %s\"\nmsgstr \"%1$s terminada en %2$s\"\n\n"
    "msgctxt \"method\"\nmsgid \"Checking\"\nmsgstr \"Cuenta corriente\"\n\n"
    "msgid \"Checking\"\nmsgstr \"not this one\"\n\n"
    "msgid \"Check %s\"\nmsgstr \"Cheque %s\"\n";

static const struct kept_case {
    const char *kept, *said;
} cases[] = {
    {"Visa ending 4242", "Visa terminada en 4242"},
    {"Checking ending 6789", "Cuenta corriente terminada en 6789"},
    {"Savings ending 6789", "Savings terminada en 6789"},
    {"China UnionPay ending 0005", "China UnionPay terminada en 0005"},
    {"Check 1042", "Cheque 1042"},
    {"Check A ending 7", "Cheque A ending 7"}, /* no account: those have four digits */
    {"Wire 20261122-7", "Wire 20261122-7"},    /* a text the language lacks */
    {"Checkers", "Checkers"},
    {" ending 1111", " ending 1111"},
    {"%s%n", "%s%n"},
    {"", ""},
};

static void test_kept(void **state) {
    struct arena *arena = arena_new(1 << 20);
    struct language *language = language_new(arena, "es");
    const char *reason = "";

    (void)state;
    assert_true(language_read(language, arena, spanish, &reason));
    for (size_t at = 0; at < COUNT(cases); at++) {
        check_text(cases[at].kept, method_words_of(arena, cases[at].kept), cases[at].kept);
        language_speak(language);
        check_text(cases[at].kept, method_words_of(arena, cases[at].kept), cases[at].said);
        language_speak(NULL);
    }
    assert_string_equal(method_words(arena, "Checking", "6789"), "Checking ending 6789");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
