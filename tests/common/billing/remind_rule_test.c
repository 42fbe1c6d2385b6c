/* Which invoices customers are reminded of, and on which days. */
#include "tests/support/test.h"

#include "common/billing/remind_rule.h"

static struct date date_of(const char *text) {
    struct date date = {0};

    if (text)
        assert_true(date_parse(text, &date));
    return date;
}

/* ---- steps ---- */

static void test_steps(void **state) {
    static const struct {
        const char *days;
        int passed; /* since the due date */
        int want;   /* 0: none */
    } cases[] = {
        {"1, 8, 15", -1, 0}, {"1, 8, 15", 0, 0},   {"1, 8, 15", 1, 1},   {"1, 8, 15", 4, 1},
        {"1, 8, 15", 5, 0},  {"1, 8, 15", 7, 0},   {"1, 8, 15", 8, 8},   {"1, 8, 15", 11, 8},
        {"1, 8, 15", 12, 0}, {"1, 8, 15", 15, 15}, {"1, 8, 15", 18, 15}, {"1, 8, 15", 19, 0},
        {"1, 2, 3", 2, 2},   {"1, 2, 3", 3, 3},    {"1, 2, 3", 6, 3},    {"1, 2, 3", 7, 0},
        {"60", 59, 0},       {"60", 60, 60},       {"60", 63, 60},       {"60", 64, 0},
        {"60", 4000, 0},     {"", 1, 0},           {"", 0, 0},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        /* Over the end of a year, and over a leap day. */
        static const char *const dues[] = {"2026-12-20", "2028-02-20"};

        for (size_t due = 0; due < COUNT(dues); due++) {
            struct date due_on = date_of(dues[due]);
            struct retry_days steps;
            int step = 0;

            assert_int_equal(retry_days_parse(cases[at].days, RETRY_DAYS_MAX, &steps), RESULT_OK);
            bool has = remind_step(&steps, due_on, date_add_days(due_on, cases[at].passed), &step);
            if (has != (cases[at].want != 0) || (has && step != cases[at].want))
                fail_msg("%s, %d days: %d, not %d", cases[at].days, cases[at].passed,
                         has ? step : 0, cases[at].want);
        }
    }
}

/* ---- invoices ---- */

static const struct {
    const char *label;
    int64_t free_cents;
    const char *issued, *due, *told;
    int schedule; /* -1: no autopay */
    const char *began;
    int64_t soon_days;
    bool want_soon;
    const char *today; /* for overdue */
    bool want_overdue;
} cases[] = {
    {"plain", 1, "2026-11-01", "2026-12-01", NULL, -1, NULL, 3, true, "2026-12-02", true},
    {"nothing free", 0, "2026-11-01", "2026-12-01", NULL, -1, NULL, 3, false, "2026-12-02", false},
    {"told before", 1, "2026-11-01", "2026-12-01", "2026-11-27", -1, NULL, 3, true, "2026-12-02",
     true},
    {"told that day", 1, "2026-11-01", "2026-12-01", "2026-11-28", -1, NULL, 3, false, "2026-12-02",
     true},
    {"told since", 1, "2026-11-29", "2026-12-01", "2026-11-29", -1, NULL, 3, false, "2026-12-02",
     true},
    {"told, many days ahead", 1, "2026-11-10", "2026-12-01", "2026-11-10", -1, NULL, 30, false,
     "2026-12-02", true},
    {"due at once", 1, "2026-12-01", "2026-12-01", NULL, -1, NULL, 3, false, "2026-12-02", true},
    {"due before it was issued", 1, "2026-12-02", "2026-12-01", NULL, -1, NULL, 3, false,
     "2026-12-02", true},
    {"on the due date", 1, "2026-11-01", "2026-12-01", NULL, SCHEDULE_DUE_DATE, "2026-01-01", 3,
     false, "2026-12-02", true},
    {"on the due date, turned on since", 1, "2026-11-01", "2026-12-01", NULL, SCHEDULE_DUE_DATE,
     "2026-12-02", 3, false, "2026-12-03", false},
    {"on the due date, turned on two days ago", 1, "2026-11-01", "2026-12-01", NULL,
     SCHEDULE_DUE_DATE, "2026-12-02", 3, false, "2026-12-04", true},
    {"on the 15th, to come", 1, "2026-11-20", "2026-12-01", NULL, SCHEDULE_FIFTEENTH, "2026-01-01",
     3, false, "2026-12-14", false},
    {"on the 15th, today", 1, "2026-11-20", "2026-12-01", NULL, SCHEDULE_FIFTEENTH, "2026-01-01", 3,
     false, "2026-12-15", false},
    {"on the 15th, gone by", 1, "2026-11-20", "2026-12-01", NULL, SCHEDULE_FIFTEENTH, "2026-01-01",
     3, false, "2026-12-16", true},
    {"on the 15th, the last one took nothing", 1, "2026-11-01", "2026-12-01", NULL,
     SCHEDULE_FIFTEENTH, "2026-01-01", 3, false, "2026-12-02", true},
    {"on the 15th, turned on since", 1, "2026-11-01", "2026-12-01", NULL, SCHEDULE_FIFTEENTH,
     "2026-11-16", 3, false, "2026-12-02", false},
    {"split, the 1st took nothing", 1, "2026-11-20", "2026-12-01", NULL, SCHEDULE_SPLIT,
     "2026-01-01", 3, false, "2026-12-02", true},
    {"split, issued on the 1st", 1, "2026-12-01", "2026-12-05", NULL, SCHEDULE_SPLIT, "2026-01-01",
     3, false, "2026-12-06", false},
};

static void test_invoices(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        const struct remind_invoice invoice = {
            .issued_on = date_of(cases[at].issued),
            .due_on = date_of(cases[at].due),
            .told_on = date_of(cases[at].told),
            .free_cents = cases[at].free_cents,
        };
        const struct remind_cover cover = {
            .schedule = cases[at].schedule < 0 ? SCHEDULE_DUE_DATE
                                               : (enum schedule)cases[at].schedule,
            .began_on = date_of(cases[at].began),
        };
        const struct remind_cover *has = cases[at].schedule < 0 ? NULL : &cover;

        if (remind_wants_soon(&invoice, has, cases[at].soon_days) != cases[at].want_soon)
            fail_msg("%s: due soon is not %d", cases[at].label, cases[at].want_soon);
        if (remind_wants_overdue(&invoice, has, date_of(cases[at].today)) != cases[at].want_overdue)
            fail_msg("%s: overdue is not %d", cases[at].label, cases[at].want_overdue);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_invoices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
