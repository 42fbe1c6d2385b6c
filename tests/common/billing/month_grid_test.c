/* Months as calendars show them: first weekdays, Februaries, leap years, bounds. */
#include "tests/support/test.h"

#include "common/billing/month_grid.h"

static struct date date_of(const char *text) {
    struct date date = {0};

    assert_true(date_parse(text, &date));
    return date;
}

static void test_parse(void **state) {
    static const struct {
        const char *text;
        bool is_right;
    } cases[] = {
        {"2026-11", true},     {"1970-01", true},  {"2999-12", true},  {"2000-02", true},
        {"", false},           {"2026", false},    {"2026-1", false},  {"2026-00", false},
        {"2026-13", false},    {"1969-12", false}, {"3000-01", false}, {"2026-111", false},
        {"2026-11-01", false}, {"2026/11", false}, {"-026-11", false}, {" 026-11", false},
        {"2026-1x", false},    {"+026-11", false}, {"0000-01", false},
    };
    struct date month;
    char text[MONTH_TEXT_SIZE];

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        check_int(cases[at].text, month_parse(cases[at].text, &month), cases[at].is_right);
        if (!cases[at].is_right)
            continue;
        check_int(cases[at].text, month.day, 1);
        month_format(month, text);
        check_text(cases[at].text, text, cases[at].text);
    }
}

static void test_week_day(void **state) {
    static const struct {
        const char *day;
        int week_day;
        const char *name;
    } cases[] = {
        {"1970-01-01", 4, "Thursday"}, {"1970-01-04", 0, "Sunday"},  {"1969-12-31", 3, "Wednesday"},
        {"1900-01-01", 1, "Monday"},   {"2000-02-29", 2, "Tuesday"}, {"2026-11-22", 0, "Sunday"},
        {"2100-03-01", 1, "Monday"},   {"2999-12-31", 2, "Tuesday"}, {"2026-10-31", 6, "Saturday"},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        check_int(cases[at].day, week_day(date_of(cases[at].day)), cases[at].week_day);
        check_text(cases[at].day, week_day_name(week_day(date_of(cases[at].day))), cases[at].name);
    }
}

static void test_grid(void **state) {
    static const struct {
        const char *month, *title;
        size_t weeks;
        int first; /* the column of the 1st */
        int days;
    } cases[] = {
        {"2026-11-01", "November 2026", 5, 0, 30}, {"2026-02-01", "February 2026", 4, 0, 28},
        {"2024-02-01", "February 2024", 5, 4, 29}, {"2028-02-01", "February 2028", 5, 2, 29},
        {"2100-02-01", "February 2100", 5, 1, 28}, {"2000-02-01", "February 2000", 5, 2, 29},
        {"2026-08-01", "August 2026", 6, 6, 31},   {"2026-05-01", "May 2026", 6, 5, 31},
        {"2026-12-01", "December 2026", 5, 2, 31}, {"2999-12-01", "December 2999", 5, 0, 31},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct date month = date_of(cases[at].month);
        int expected = 1;

        check_text(cases[at].month, month_long(*state, month), cases[at].title);
        check_int(cases[at].month, (int64_t)month_weeks(month), (int64_t)cases[at].weeks);
        check_int(cases[at].month, month_last_day(month).day, cases[at].days);
        /* Every day once, in order, in the column of its weekday. */
        for (size_t week = 0; week < month_weeks(month); week++)
            for (int column = 0; column < WEEK_DAYS; column++) {
                struct date day = month_day(month, week, column);

                if (!day.year)
                    continue;
                check_int(cases[at].month, day.day, expected);
                check_int(cases[at].month, week_day(day), column);
                check_int(cases[at].month, date_compare(month_of(day), month), 0);
                if (expected++ == 1) {
                    check_int(cases[at].month, (int64_t)week, 0);
                    check_int(cases[at].month, column, cases[at].first);
                }
            }
        check_int(cases[at].month, expected, cases[at].days + 1);
    }
}

static void test_neighbours(void **state) {
    struct date january = date_of("2026-01-01"), december = date_of("2026-12-01");

    (void)state;
    assert_int_equal(date_compare(month_before(january), date_of("2025-12-01")), 0);
    assert_int_equal(date_compare(month_after(december), date_of("2027-01-01")), 0);
    assert_int_equal(date_compare(month_after(january), date_of("2026-02-01")), 0);
    assert_int_equal(date_compare(month_before(date_of("2026-03-01")), date_of("2026-02-01")), 0);
    assert_int_equal(month_before(date_of("1970-01-01")).year, 0);
    assert_int_equal(month_after(date_of("2999-12-01")).year, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_week_day),
        cmocka_unit_test_setup_teardown(test_grid, arena_setup, arena_teardown),
        cmocka_unit_test(test_neighbours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
