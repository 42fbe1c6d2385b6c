/* Who is told first, and when a notice is in force, is waited for, or is to be given. */
#include "tests/support/test.h"

#include "common/billing/notice_rule.h"

static struct date date_of(const char *text) {
    struct date date = {0};

    if (text && *text)
        assert_true(date_parse(text, &date));
    return date;
}

static const char *text_of(struct date date) {
    static char text[DATE_TEXT_SIZE];

    if (date.year == 0)
        return "";
    date_format(date, text);
    return text;
}

static void test_first(void **state) {
    static const struct {
        const char *label;
        struct notice_terms terms;
        bool want;
    } cases[] = {
        {"a person's account", {true, false, 0, 10}, true},
        {"as the backup", {false, true, 0, 10}, true},
        {"both", {true, true, 0, 10}, true},
        {"neither", {false, false, 0, 10}, false},
        {"a most per draft", {true, true, 1, 10}, false},
        {"the least days", {true, false, 0, 1}, true},
        {"no days", {true, true, 0, 0}, false},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++)
        check_int(cases[at].label, notice_is_first(&cases[at].terms), cases[at].want);
}

static const struct {
    const char *label;
    bool is_others; /* not told first */
    const char *next_on, *noticed_on;
    int64_t noticed_cents, notice_days;
    const char *today;
    enum notice_end end;
    const char *on;
    int64_t cents;
} decisions[] = {
    {"not told first", true, "2026-12-01", "", 0, 10, "2026-12-01", NOTICE_NEEDLESS, "", 0},
    {"not told first, noticed", true, "2026-12-01", "2026-12-01", 500, 10, "2026-12-01",
     NOTICE_NEEDLESS, "", 0},
    {"not told first, no days", true, "2026-12-01", "", 0, 0, "2026-12-01", NOTICE_NEEDLESS, "", 0},

    /* The round of notices. */
    {"too early", false, "2026-12-01", "", 0, 10, "2026-11-20", NOTICE_EARLY, "", 0},
    {"on the first day it can be", false, "2026-12-01", "", 0, 10, "2026-11-21", NOTICE_TELLS,
     "2026-12-01", 0},
    {"a day late", false, "2026-12-01", "", 0, 10, "2026-11-22", NOTICE_TELLS, "2026-12-02", 0},
    {"the day before", false, "2026-12-01", "", 0, 10, "2026-11-30", NOTICE_TELLS, "2026-12-10", 0},
    {"told of the draft before", false, "2026-12-01", "2026-11-30", 500, 10, "2026-11-21",
     NOTICE_TELLS, "2026-12-01", 0},
    {"told of it", false, "2026-12-01", "2026-12-01", 500, 10, "2026-11-22", NOTICE_TOLD, "", 0},
    {"told of a later day", false, "2026-12-01", "2026-12-02", 500, 10, "2026-11-22", NOTICE_TOLD,
     "", 0},
    {"told long ahead", false, "2026-12-01", "2026-12-01", 1, 10, "2026-10-01", NOTICE_TOLD, "", 0},
    {"told of nothing", false, "2026-12-01", "2026-12-01", 0, 10, "2026-11-22", NOTICE_TELLS,
     "2026-12-02", 0},
    {"a day's notice", false, "2026-12-01", "", 0, 1, "2026-11-30", NOTICE_TELLS, "2026-12-01", 0},
    {"a day's notice, too early", false, "2026-12-01", "", 0, 1, "2026-11-29", NOTICE_EARLY, "", 0},

    /* The claim. */
    {"on the day that was told", false, "2026-12-01", "2026-12-01", 500, 10, "2026-12-01",
     NOTICE_IN_FORCE, "", 500},
    {"later than that day", false, "2026-12-01", "2026-12-01", 1, 10, "2026-12-04", NOTICE_IN_FORCE,
     "", 1},
    {"brought forward, that day came", false, "2026-11-28", "2026-12-01", 500, 10, "2026-12-01",
     NOTICE_IN_FORCE, "", 500},
    {"brought forward, the day before", false, "2026-11-28", "2026-12-01", 500, 10, "2026-11-30",
     NOTICE_WAITS, "2026-12-01", 0},
    {"brought forward, on its day", false, "2026-11-28", "2026-12-01", 500, 10, "2026-11-28",
     NOTICE_WAITS, "2026-12-01", 0},
    {"the notice is of an earlier draft", false, "2026-12-01", "2026-11-30", 500, 10, "2026-12-01",
     NOTICE_TELLS, "2026-12-11", 0},
    {"never told", false, "2026-12-01", "", 0, 10, "2026-12-01", NOTICE_TELLS, "2026-12-11", 0},
    {"never told, late", false, "2026-12-01", "", 0, 10, "2026-12-04", NOTICE_TELLS, "2026-12-14",
     0},
    {"told of nothing, claimed", false, "2026-12-01", "2026-12-01", 0, 10, "2026-12-01",
     NOTICE_TELLS, "2026-12-11", 0},
    {"told of nothing, later", false, "2026-12-01", "2026-12-05", 0, 10, "2026-12-01", NOTICE_TELLS,
     "2026-12-11", 0},
};

static void test_decide(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(decisions); at++) {
        struct notice_decision decision = notice_decide(&(struct notice_question){
            .is_first = !decisions[at].is_others,
            .next_on = date_of(decisions[at].next_on),
            .noticed_on = date_of(decisions[at].noticed_on),
            .noticed_cents = decisions[at].noticed_cents,
            .notice_days = decisions[at].notice_days,
            .today = date_of(decisions[at].today),
        });

        check_int(decisions[at].label, decision.end, decisions[at].end);
        check_text(decisions[at].label, text_of(decision.on), decisions[at].on);
        check_int(decisions[at].label, decision.cents, decisions[at].cents);
    }
}

static void decide_without_days(void *context) {
    (void)context;
    (void)notice_decide(&(struct notice_question){
        .is_first = true, .next_on = {2026, 12, 1}, .today = {2026, 12, 1}});
}

static void test_without_days(void **state) {
    (void)state;
    assert_true(dies(decide_without_days, NULL));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first),
        cmocka_unit_test(test_decide),
        cmocka_unit_test(test_without_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
