/* Banking days: against days looked up by hand, and against the holidays of nine years found by
 * walking through each month. */
#include "tests/support/test.h"

#include <string.h>

#include "common/billing/banking_day.h"

static void test_known(void **state) {
    static const struct {
        const char *day;
        bool is_open;
    } cases[] = {
        {"2026-07-03", true},  /* Friday before a Saturday's Independence Day */
        {"2026-07-04", false}, /* Saturday */
        {"2026-07-06", true},  /* and the Monday after it */
        {"2027-06-18", true},  /* Friday before a Saturday's Juneteenth */
        {"2027-06-19", false}, {"2027-06-21", true},  {"2027-07-04", false},
        {"2027-07-05", false}, /* Monday after a Sunday's */
        {"2027-07-06", true},  {"2027-12-24", true},  {"2027-12-25", false},
        {"2027-12-27", true},  {"2022-12-26", false}, {"2023-01-02", false},
        {"2022-01-01", false}, {"2021-12-31", true},  {"2022-06-20", false},
        {"2028-11-10", true},  {"2028-11-13", true},  {"2029-11-12", false},
        {"2026-01-19", false}, {"2026-02-16", false}, {"2026-05-25", false},
        {"2026-06-19", false}, {"2026-09-07", false}, {"2026-10-12", false},
        {"2026-11-11", false}, {"2026-11-26", false}, {"2026-11-27", true},
        {"2026-12-25", false}, {"2026-01-26", true},  {"2026-05-18", true},
        {"2027-05-31", false}, {"2027-05-24", true},  {"2029-11-29", true},
        {"2029-11-22", false}, {"2028-02-29", true},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct date date;

        assert_true(date_parse(cases[at].day, &date));
        check_int(cases[at].day, is_banking_day(date), cases[at].is_open);
    }
}

/* ---- the same by walking ---- */

enum { FIRST_YEAR = 2024, LAST_YEAR = 2032, SPAN = (LAST_YEAR - FIRST_YEAR + 1) * 366 };

static bool closed[SPAN];

static int32_t start(void) {
    return date_to_days((struct date){FIRST_YEAR, 1, 1});
}

/* 0: Sunday. 2024-01-01 was a Monday. */
static int weekday(int32_t day) {
    return (day - start() + 1) % 7;
}

static int32_t day_of(int year, int month, int day) {
    return date_to_days((struct date){(int16_t)year, (int8_t)month, (int8_t)day});
}

static void close_day(int32_t day) {
    if (weekday(day) == 0)
        day++; /* Saturday: closed anyway, and nothing moves */
    closed[day - start()] = true;
}

/* The nth such weekday of a month; 9: the last. */
static void close_nth(int year, int month, int wanted, int nth) {
    int32_t found = 0;
    int seen = 0;

    for (int day = 1; day <= date_days_in_month(year, month); day++)
        if (weekday(day_of(year, month, day)) == wanted && ++seen <= nth)
            found = day_of(year, month, day);
    close_day(found);
}

static void closed_make(void) {
    memset(closed, 0, sizeof closed);
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        static const struct {
            int month, day;
        } fixed[] = {{1, 1}, {6, 19}, {7, 4}, {11, 11}, {12, 25}};

        for (size_t at = 0; at < COUNT(fixed); at++)
            close_day(day_of(year, fixed[at].month, fixed[at].day));
        close_nth(year, 1, 1, 3);
        close_nth(year, 2, 1, 3);
        close_nth(year, 5, 1, 9);
        close_nth(year, 9, 1, 1);
        close_nth(year, 10, 1, 2);
        close_nth(year, 11, 4, 4);
    }
}

static void test_walked(void **state) {
    char text[DATE_TEXT_SIZE];

    (void)state;
    closed_make();
    for (int32_t day = start(); day <= day_of(LAST_YEAR, 12, 31); day++) {
        bool is_open = weekday(day) != 0 && weekday(day) != 6 && !closed[day - start()];

        date_format(date_from_days(day), text);
        check_int(text, is_banking_day(date_from_days(day)), is_open);
    }
}

static void test_add(void **state) {
    static const struct {
        const char *from;
        int count;
        const char *want;
    } cases[] = {
        {"2026-11-20", 1, "2026-11-23"},  {"2026-11-24", 2, "2026-11-27"},
        {"2026-11-21", 0, "2026-11-21"},  {"2026-11-21", 1, "2026-11-23"},
        {"2026-12-24", 1, "2026-12-28"},  {"2026-12-30", 5, "2027-01-07"},
        {"2027-07-02", 1, "2027-07-06"},  {"2026-06-30", 5, "2026-07-07"},
        {"2026-11-04", 12, "2026-11-23"}, {"2028-02-28", 2, "2028-03-01"},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct date from;
        char text[DATE_TEXT_SIZE];

        assert_true(date_parse(cases[at].from, &from));
        date_format(banking_day_add(from, cases[at].count), text);
        check_text(cases[at].from, text, cases[at].want);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_walked),
        cmocka_unit_test(test_add),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
