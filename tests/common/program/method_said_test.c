#include "common/program/method_said.h"

#include "common/core/words.h"
#include "tests/support/test.h"

static const char spanish[] = "msgid \"%s ending %s\"\nmsgstr \"%s terminada en %s\"\n\n"
                              "msgid \"Checking\"\nmsgstr \"Cuenta corriente\"\n\n"
                              "msgid \"Check %s\"\nmsgstr \"Cheque %s\"\n";

static const struct {
    const char *kept, *said;
} cases[] = {
    {"Visa ending 4242", "Visa terminada en 4242"},
    {"Checking ending 6789", "Cuenta corriente terminada en 6789"},
    {"Savings ending 6789", "Savings terminada en 6789"}, /* the language lacks it */
    {"Check 1001", "Cheque 1001"},
    {"Wire W-1", "Wire W-1"},
    {"Checkers ending 1", "Checkers terminada en 1"},
    {"Check ending %s", "Check terminada en %s"},
    {"Checkbook", "Checkbook"},
    {"%n%s ending %s", "%n%s terminada en %s"},
    {"ending 4242", "ending 4242"},
    {"", ""},
};

static void test_method_said(void **state) {
    struct arena *arena = *state;
    struct language *language = language_new(arena, "es");
    const char *reason = "";

    assert_true(language_read(language, arena, spanish, &reason));
    for (size_t at = 0; at < COUNT(cases); at++) {
        language_speak(NULL);
        check_text(cases[at].kept, method_said(arena, cases[at].kept), cases[at].kept);
        language_speak(language);
        check_text(cases[at].kept, method_said(arena, cases[at].kept), cases[at].said);
    }
    language_speak(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_method_said, arena_setup, arena_teardown)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
