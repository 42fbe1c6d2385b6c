/* What waits for a person, in words. */
#include "tests/support/test.h"

#include "common/billing/queue_kind.h"
#include "common/core/words.h"

static const char spanish[] =
    "msgid \"A refund that came back\"\nmsgstr \"Un reembolso devuelto\"\n";

static const struct word_case {
    const char *kind, *word, *said;
} cases[] = {
    {"returned_refund", "A refund that came back", "Un reembolso devuelto"},
    {"mail_given_up", "Mail that could not be sent", "Mail that could not be sent"},
    /* Those nobody knows. */
    {"returned_refunds", "returned_refunds", "returned_refunds"},
    {"Returned_refund", "Returned_refund", "Returned_refund"},
    {"%s%n", "%s%n", "%s%n"},
    {"", "", ""},
};

static void test_word(void **state) {
    struct arena *arena = arena_new(1 << 20);
    struct language *language = language_new(arena, "es");
    const char *reason = "";

    (void)state;
    assert_true(language_read(language, arena, spanish, &reason));
    for (size_t at = 0; at < COUNT(cases); at++) {
        check_text(cases[at].kind, queue_kind_word(cases[at].kind), cases[at].word);
        language_speak(language);
        check_text(cases[at].kind, queue_kind_word(cases[at].kind), cases[at].said);
        language_speak(NULL);
    }
    arena_free(arena);
}

/* Each kind that a program writes has words. */
static void test_written(void **state) {
    static const char *const kinds[] = {
        "late_booking",          "method_gone",     "unknown_payment", "pending_payment",
        "unknown_refund",        "disagreement",    "late_draft",      "returned_payment",
        "late_return",           "returned_refund", "adjustment",      "mail_given_up",
        "gateway_configuration",
    };

    (void)state;
    for (size_t at = 0; at < COUNT(kinds); at++)
        assert_string_not_equal(queue_kind_word(kinds[at]), kinds[at]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_word),
        cmocka_unit_test(test_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
