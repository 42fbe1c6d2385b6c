/* The states of a draft and its reasons, written out once more. */
#include "tests/support/test.h"

#include <string.h>

#include "common/billing/draft_state.h"

static void test_states(void **state) {
    static const struct {
        enum draft_state state;
        const char *name, *word, *moves; /* initials of where it may go */
    } cases[] = {
        {DRAFT_OPEN, "open", "In progress", "trf"},
        {DRAFT_TAKEN, "taken", "Drafted", "rf"},
        {DRAFT_NOTHING, "nothing", "Nothing due", ""},
        {DRAFT_SKIPPED, "skipped", "Skipped", ""},
        {DRAFT_MERGED, "merged", "Included in a later draft", ""},
        {DRAFT_PERSON, "person", "Waiting for us", "onsf"},
        {DRAFT_RETRY, "retry", "Will be tried again", "otnpf"},
        {DRAFT_FAILED, "failed", "Failed", "t"},
    };
    enum draft_state parsed = DRAFT_OPEN;

    (void)state;
    assert_int_equal(COUNT(cases), DRAFT_STATE_COUNT);
    for (size_t at = 0; at < COUNT(cases); at++) {
        check_text(cases[at].name, draft_state_name(cases[at].state), cases[at].name);
        check_text(cases[at].name, draft_state_word(cases[at].state), cases[at].word);
        check_true(cases[at].name, strlen(cases[at].name) <= 8);
        check_int(cases[at].name, draft_state_parse(cases[at].name, &parsed), RESULT_OK);
        check_int(cases[at].name, parsed, cases[at].state);
        for (size_t to = 0; to < COUNT(cases); to++)
            check_int(cases[at].name, draft_may_move(cases[at].state, cases[to].state),
                      strchr(cases[at].moves, *cases[to].name) != NULL);
    }
    assert_int_equal(draft_state_parse("Taken", &parsed), RESULT_INVALID);
    assert_int_equal(draft_state_parse("", &parsed), RESULT_INVALID);
}

static void test_reasons(void **state) {
    static const char *const names[] = {
        "",       "below_smallest", "declined", "refused", "method",
        "tries",  "next_day",       "returned", "changed", "replaced",
        "voided", "charged_back",   "off",      "late",    "with_backup",
    };
    enum draft_reason parsed = DRAFT_OFF;

    (void)state;
    assert_int_equal(COUNT(names), DRAFT_REASON_COUNT);
    for (size_t at = 0; at < COUNT(names); at++) {
        check_text(names[at], draft_reason_name((enum draft_reason)at), names[at]);
        check_true(names[at], strlen(names[at]) <= 24);
        check_int(names[at], *draft_reason_sentence((enum draft_reason)at) != '\0', at != 0);
        check_int(names[at], draft_reason_parse(names[at], &parsed), RESULT_OK);
        check_int(names[at], parsed, (int64_t)at);
    }
    assert_int_equal(draft_reason_parse("Off", &parsed), RESULT_INVALID);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_reasons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
