/* What may be chosen as a password: length, and nothing that is tried first. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/password_choice.h"

static const char email[] = "dana.reyes@bluebird.example";

/* wrong: a part of the sentence; NULL: it may be chosen. */
static const struct {
    const char *label, *password, *wrong;
} cases[] = {
    {"seven characters", "kq7#xx2", "longer"},
    {"eight characters", "kq7#xx2v", NULL},
    {"seven of more bytes", "\xC3\xA9t\xC3\xA9-\xC3\xA9-\xC3\xA9", "longer"},
    {"eight of more bytes", "\xC3\xA9t\xC3\xA9-\xC3\xA9-\xC3\xA9x", NULL},
    {"nothing", "", "longer"},
    {"words", "a boat of green glass", NULL},
    {"blanks are as good as any", "        x", NULL},
    {"a common one", "password", "tried first"},
    {"in capitals", "PassWord", "tried first"},
    {"with digits and signs behind", "Password2026!", "tried first"},
    {"with a word behind", "password ticket", NULL},
    {"with letters behind", "passwordless", NULL},
    {"one of ours", "billing123", "tried first"},
    {"one character", "aaaaaaaaaaaa", "tried first"},
    {"one of three bytes",
     "\xE6\x9E\x97\xE6\x9E\x97\xE6\x9E\x97\xE6\x9E\x97\xE6\x9E\x97\xE6\x9E\x97"
     "\xE6\x9E\x97\xE6\x9E\x97",
     "tried first"},
    {"two characters", "abababab", NULL},
    {"a run of digits", "12345678", "tried first"},
    {"backwards", "87654321", "tried first"},
    {"around zero", "567890123456", "tried first"},
    {"a run of letters", "ABCDEFGH", "tried first"},
    {"a run of the keyboard", "qwertyuiop", "tried first"},
    {"down the keyboard", "1qaz2wsx", "tried first"},
    {"a run with something behind", "12345678x", NULL},
    {"the e-mail", "Dana.Reyes@bluebird.example", "not your email"},
    {"what stands before its @", "dana.reyes", "not your email"},
    {"with digits behind", "dana.reyes1987", "not your email"},
    {"with a word behind", "dana.reyes has a boat", NULL},
};

static void test_cases(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        const char *fault = password_choice_fault(cases[at].password, email);

        if (!cases[at].wrong)
            check_true(cases[at].label, fault == NULL);
        else
            check_true(cases[at].label, fault && strstr(fault, cases[at].wrong));
    }
}

static void test_longest(void **state) {
    char password[258 + 1];

    (void)state;
    for (size_t at = 0; at < 258; at++)
        password[at] = (char)("abcdefghijk"[at % 11]);
    password[257] = '\0';
    check_true("one past the longest", password_choice_fault(password, email) != NULL);
    password[256] = '\0';
    check_true("the longest", password_choice_fault(password, email) == NULL);
}

/* A short name before the @ begins too many words. */
static void test_short_email(void **state) {
    (void)state;
    assert_null(password_choice_fault("bob12345678", "bob@x.example"));
    assert_non_null(password_choice_fault("boby12345678", "boby@x.example"));
    assert_null(password_choice_fault("a boat of glass", ""));
    assert_null(password_choice_fault("a boat of glass", "@"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_short_email),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
