/* The moves between payment states, against the diagram of the design written out once more, and
 * the words against the column's own CHECK. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/billing/payment_state.h"

/* Rows: from; columns: to, in the same order. 'd': drawn in the design. 'f': a fact the gateway may
 * tell that the drawing leaves out (an ACH payment voided before it settled, a void or a return
 * found by a look-up, an ACH sale booked late, what may still happen after a partial refund). */
static const char *const moves[PAYMENT_STATE_COUNT] = {
    /* columns                review
                              |expired
                              ||processing
                              |||unknown
                              ||||pending
                              |||||succeeded
                              ||||||declined
                              |||||||failed
                              ||||||||not_charged
                              |||||||||returned
                              ||||||||||partly_refunded
                              |||||||||||refunded
                              ||||||||||||voided
                              |||||||||||||charged_back */
    [PAYMENT_REVIEW] = ".dd...........",          [PAYMENT_EXPIRED] = "..............",
    [PAYMENT_PROCESSING] = "...dddddd.....",      [PAYMENT_UNKNOWN] = "....dddddf..f.",
    [PAYMENT_PENDING] = ".....d...d..f.",         [PAYMENT_SUCCEEDED] = ".........ddddd",
    [PAYMENT_DECLINED] = "..............",        [PAYMENT_FAILED] = "..............",
    [PAYMENT_NOT_CHARGED] = "....fd........",     [PAYMENT_RETURNED] = "..............",
    [PAYMENT_PARTLY_REFUNDED] = ".........fff.f", [PAYMENT_REFUNDED] = ".........f...f",
    [PAYMENT_VOIDED] = "..............",          [PAYMENT_CHARGED_BACK] = "..............",
};

static const struct {
    enum payment_state state;
    const char *name;
    bool is_open, reserves, is_money;
} kinds[] = {
    {PAYMENT_REVIEW, "review", false, false, false},
    {PAYMENT_EXPIRED, "expired", false, false, false},
    {PAYMENT_PROCESSING, "processing", true, true, false},
    {PAYMENT_UNKNOWN, "unknown", true, true, false},
    {PAYMENT_PENDING, "pending", false, true, false},
    {PAYMENT_SUCCEEDED, "succeeded", false, false, true},
    {PAYMENT_DECLINED, "declined", false, false, false},
    {PAYMENT_FAILED, "failed", false, false, false},
    {PAYMENT_NOT_CHARGED, "not_charged", false, false, false},
    {PAYMENT_RETURNED, "returned", false, false, false},
    {PAYMENT_PARTLY_REFUNDED, "partly_refunded", false, false, true},
    {PAYMENT_REFUNDED, "refunded", false, false, false},
    {PAYMENT_VOIDED, "voided", false, false, false},
    {PAYMENT_CHARGED_BACK, "charged_back", false, false, false},
};

static void test_moves(void **state) {
    (void)state;
    for (int from = 0; from < PAYMENT_STATE_COUNT; from++) {
        check_int(payment_state_name((enum payment_state)from), (int64_t)strlen(moves[from]),
                  PAYMENT_STATE_COUNT);
        for (int to = 0; to < PAYMENT_STATE_COUNT; to++) {
            char label[64];

            snprintf(label, sizeof label, "%s to %s", payment_state_name((enum payment_state)from),
                     payment_state_name((enum payment_state)to));
            check_int(label, payment_may_move((enum payment_state)from, (enum payment_state)to),
                      moves[from][to] != '.');
        }
    }
}

static void test_kinds(void **state) {
    (void)state;
    assert_int_equal(COUNT(kinds), PAYMENT_STATE_COUNT);
    for (size_t at = 0; at < COUNT(kinds); at++) {
        enum payment_state parsed = PAYMENT_STATE_COUNT;

        check_int(kinds[at].name, kinds[at].state, (int64_t)at);
        check_text(kinds[at].name, payment_state_name(kinds[at].state), kinds[at].name);
        check_int(kinds[at].name, payment_state_parse(kinds[at].name, &parsed), RESULT_OK);
        check_int(kinds[at].name, parsed, kinds[at].state);
        check_int(kinds[at].name, payment_is_open(kinds[at].state), kinds[at].is_open);
        check_int(kinds[at].name, payment_reserves(kinds[at].state), kinds[at].reserves);
        check_int(kinds[at].name, payment_is_money(kinds[at].state), kinds[at].is_money);
        check_true(kinds[at].name, *payment_state_word(kinds[at].state));
    }
}

/* What must hold of any table of states for the money to add up. */
static void test_sense(void **state) {
    (void)state;
    for (int from = 0; from < PAYMENT_STATE_COUNT; from++) {
        enum payment_state each = (enum payment_state)from;

        check_true(payment_state_name(each), !payment_is_open(each) || payment_reserves(each));
        check_true(payment_state_name(each), !payment_is_money(each) || !payment_reserves(each));
        check_true(payment_state_name(each), !payment_may_move(each, PAYMENT_REVIEW));
        check_true(payment_state_name(each),
                   each == PAYMENT_REVIEW || !payment_may_move(each, PAYMENT_PROCESSING));
    }
}

static void test_no_such_state(void **state) {
    static const char *const names[] = {"", "Review", "review ", "unknownx", "unknow", "paid"};

    (void)state;
    for (size_t at = 0; at < COUNT(names); at++) {
        enum payment_state parsed = PAYMENT_VOIDED;

        check_int(names[at], payment_state_parse(names[at], &parsed), RESULT_INVALID);
        check_int(names[at], parsed, PAYMENT_VOIDED);
    }
}

/* The quoted words between "payment_state CHECK (state IN (" and the closing bracket. */
static void test_words_of_the_column(void **state) {
    const char *sql = file_read(*state, "sql/migrations/0003_payments.sql");
    const char *at = strstr(sql, "CONSTRAINT payment_state CHECK (state IN (");
    bool seen[PAYMENT_STATE_COUNT] = {false};

    assert_non_null(at);
    const char *end = strstr(at, "))");
    assert_non_null(end);
    for (at = strchr(at, '\''); at && at < end; at = strchr(at, '\'')) {
        size_t length = strcspn(at + 1, "'");
        const char *word = arena_copy(*state, at + 1, length);
        enum payment_state known = PAYMENT_STATE_COUNT;

        check_int(word, payment_state_parse(word, &known), RESULT_OK);
        check_true(word, !seen[known]);
        seen[known] = true;
        at += length + 2;
    }
    for (int each = 0; each < PAYMENT_STATE_COUNT; each++)
        check_true(payment_state_name((enum payment_state)each), seen[each]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_sense),
        cmocka_unit_test(test_no_such_state),
        cmocka_unit_test_setup_teardown(test_words_of_the_column, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
