/* Days and instants, against the C library's own calendar as oracle. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/core/date.h"

static const struct {
    const char *text;
    bool want;
} parse_cases[] = {
    {"2026-11-22", true},   {"2024-02-29", true},   {"2000-02-29", true},
    {"1900-01-01", true},   {"9999-12-31", true},   {"2023-02-29", false},
    {"1900-02-29", false},  {"2100-02-29", false},  {"2026-00-01", false},
    {"2026-13-01", false},  {"2026-01-00", false},  {"2026-01-32", false},
    {"2026-04-31", false},  {"2026-06-31", false},  {"2026-09-31", false},
    {"2026-11-31", false},  {"1899-12-31", false},  {"0000-01-01", false},
    {"2026-1-01", false},   {"2026-01-1", false},   {"2026/01/01", false},
    {"20260101", false},    {"2026-01-01 ", false}, {" 2026-01-01", false},
    {"2026-01-0x", false},  {"+026-01-01", false},  {"", false},
    {"2026-01-011", false}, {"10000-01-01", false},
};

static void test_parse(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(parse_cases); at++) {
        struct date date = {7, 7, 7};
        char text[DATE_TEXT_SIZE];

        check_int(parse_cases[at].text, date_parse(parse_cases[at].text, &date),
                  parse_cases[at].want);
        date_format(date, text);
        check_text(parse_cases[at].text, text,
                   parse_cases[at].want ? parse_cases[at].text : "0007-07-07");
    }
}

/* Every day from 1900 to 9999: the days follow each other, and timegm() counts the same. */
static void test_every_day(void **state) {
    struct date date = {1900, 1, 1};
    int32_t days = date_to_days(date);
    int years = 0;

    (void)state;
    while (date.year <= 9999 && date_is_valid(date)) {
        struct tm utc = {
            .tm_year = date.year - 1900, .tm_mon = date.month - 1, .tm_mday = date.day};
        struct date back = date_from_days(days), next = date_add_days(date, 1), read;
        char text[DATE_TEXT_SIZE];

        if (timegm(&utc) != (time_t)days * 86400 || date_to_days(date) != days ||
            date_compare(back, date) != 0 || date_compare(date, next) >= 0 ||
            date_compare(next, date) <= 0)
            fail_msg("%d-%d-%d", date.year, date.month, date.day);
        date_format(date, text);
        if (date.day == 1 && (!date_parse(text, &read) || date_compare(read, date) != 0))
            fail_msg("%s", text);
        years += next.year != date.year;
        date = next;
        days++;
    }
    assert_int_equal(years, 8100);
    assert_int_equal(date.year, 10000);
}

static const struct {
    const char *from;
    int32_t days;
    const char *to;
} add_cases[] = {
    {"2026-11-22", 0, "2026-11-22"},   {"2026-12-31", 1, "2027-01-01"},
    {"2027-01-01", -1, "2026-12-31"},  {"2024-02-28", 1, "2024-02-29"},
    {"2024-02-29", 365, "2025-02-28"}, {"2023-02-28", 1, "2023-03-01"},
    {"2100-02-28", 1, "2100-03-01"},   {"1970-01-01", -25567, "1900-01-01"},
    {"2026-01-31", 30, "2026-03-02"},
};

static void test_add(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(add_cases); at++) {
        char text[DATE_TEXT_SIZE];
        struct date date;

        assert_true(date_parse(add_cases[at].from, &date));
        date_format(date_add_days(date, add_cases[at].days), text);
        check_text(add_cases[at].from, text, add_cases[at].to);
    }
}

static void test_months(void **state) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    (void)state;
    for (int month = 1; month <= 12; month++)
        assert_int_equal(date_days_in_month(2026, month), days[month - 1]);
    assert_int_equal(date_days_in_month(2028, 2), 29);
    assert_int_equal(date_days_in_month(2000, 2), 29);
    assert_int_equal(date_days_in_month(1900, 2), 28);
}

static void test_words(void **state) {
    assert_string_equal(date_long(*state, (struct date){2026, 11, 2}), "November 2, 2026");
    assert_string_equal(date_short(*state, (struct date){2026, 5, 31}), "May 31, 2026");
    assert_string_equal(date_short(*state, (struct date){2026, 9, 1}), "Sep 1, 2026");
    assert_string_equal(date_long(*state, (struct date){0}), "");
    assert_string_equal(date_short(*state, (struct date){2026, 13, 1}), "");
}

/* ---- instants ---- */

static const struct {
    const char *text;
    bool want;
    int64_t instant;
} instant_cases[] = {
    {"1970-01-01 00:00:00", true, 0},
    {"2026-11-22 00:00:00", true, 1795305600},
    {"2026-11-22T00:00:00Z", true, 1795305600},
    {"2026-11-22 00:00:00.123456", true, 1795305600},
    {"2026-11-22T00:00:00.5Z", true, 1795305600},
    {"1900-01-01 00:00:00", true, -2208988800},
    {"9999-12-31 23:59:59", true, 253402300799},
    {"2026-11-22 24:00:00", false, 0},
    {"2026-11-22 00:60:00", false, 0},
    {"2026-11-22 00:00:60", false, 0},
    {"2026-11-22 00:00", false, 0},
    {"2026-11-22", false, 0},
    {"2026-02-30 00:00:00", false, 0},
    {"2026-11-22_00:00:00", false, 0},
    {"2026-11-22 00-00-00", false, 0},
    {"2026-11-22T00:00:00+05:00", false, 0}, /* another zone is not passed over */
    {"2026-11-22T00:00:00-05:00", false, 0},
    {"2026-11-22 00:00:00 junk", false, 0},
    {"2026-11-22 00:00:000", false, 0},
    {"2026-11-22 00:00:00.", false, 0},
    {"2026-11-22T00:00:00ZZ", false, 0},
    {"", false, 0},
};

static void test_instants(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(instant_cases); at++) {
        int64_t instant = -77;
        char text[INSTANT_TEXT_SIZE];

        check_int(instant_cases[at].text, instant_parse(instant_cases[at].text, &instant),
                  instant_cases[at].want);
        check_int(instant_cases[at].text, instant,
                  instant_cases[at].want ? instant_cases[at].instant : -77);
        if (!instant_cases[at].want)
            continue;
        instant_format(instant, text);
        check_true(text, strncmp(text, instant_cases[at].text, 10) == 0);
        check_true(text, strncmp(text + 11, instant_cases[at].text + 11, 8) == 0);
    }
}

static void test_instant_round_trip(void **state) {
    struct seed seed = seed_start();

    (void)state;
    for (int round = 0; round < 20000; round++) {
        int64_t instant = seed_below(&seed, 253402300800 + 2208988800) - 2208988800, read = 0;
        char text[INSTANT_TEXT_SIZE];

        instant_format(instant, text);
        assert_true(instant_parse(text, &read));
        check_int(text, read, instant);
    }
}

static const struct {
    const char *zone, *at, *date, *words;
} zone_cases[] = {
    {"America/New_York", "2026-11-22 04:59:59", "2026-11-21", "Nov 21, 2026, 11:59 PM EST"},
    {"America/New_York", "2026-11-22 05:00:00", "2026-11-22", "Nov 22, 2026, 12:00 AM EST"},
    /* Spring: 1:59 is followed by 3:00. */
    {"America/New_York", "2026-03-08 06:59:59", "2026-03-08", "Mar 8, 2026, 1:59 AM EST"},
    {"America/New_York", "2026-03-08 07:00:00", "2026-03-08", "Mar 8, 2026, 3:00 AM EDT"},
    {"America/New_York", "2026-03-09 03:59:59", "2026-03-08", "Mar 8, 2026, 11:59 PM EDT"},
    /* Autumn: 1:00 to 1:59 comes twice. */
    {"America/New_York", "2026-11-01 05:59:59", "2026-11-01", "Nov 1, 2026, 1:59 AM EDT"},
    {"America/New_York", "2026-11-01 06:00:00", "2026-11-01", "Nov 1, 2026, 1:00 AM EST"},
    {"America/New_York", "2026-11-01 17:00:00", "2026-11-01", "Nov 1, 2026, 12:00 PM EST"},
    {"Pacific/Kiritimati", "2026-12-31 10:00:00", "2027-01-01", "Jan 1, 2027, 12:00 AM +14"},
    {"America/Phoenix", "2026-07-01 06:59:59", "2026-06-30", "Jun 30, 2026, 11:59 PM MST"},
    {"UTC", "2026-02-28 23:59:59", "2026-02-28", "Feb 28, 2026, 11:59 PM UTC"},
};

static void test_zones(void **state) {
    for (size_t at = 0; at < COUNT(zone_cases); at++) {
        char text[DATE_TEXT_SIZE];
        int64_t instant;

        check_true(zone_cases[at].zone, date_set_zone(zone_cases[at].zone));
        assert_true(instant_parse(zone_cases[at].at, &instant));
        date_format(instant_date(instant), text);
        check_text(zone_cases[at].at, text, zone_cases[at].date);
        check_text(zone_cases[at].at, instant_long(*state, instant), zone_cases[at].words);
        /* What is stored does not depend on it. */
        char stored[INSTANT_TEXT_SIZE];
        instant_format(instant, stored);
        check_text(zone_cases[at].zone, stored, zone_cases[at].at);
    }
}

/* A day begins when it is that day, also where clocks skip midnight or go back over it. */
static void test_day_starts(void **state) {
    static const struct {
        const char *zone, *day, *start;
    } cases[] = {
        {"UTC", "2026-11-22", "2026-11-22 00:00:00"},
        {"America/Chicago", "2026-07-04", "2026-07-04 05:00:00"},
        {"America/Chicago", "2026-11-01", "2026-11-01 05:00:00"}, /* the day has 25 hours */
        {"America/Chicago", "2026-11-02", "2026-11-02 06:00:00"},
        {"America/Sao_Paulo", "2018-11-04", "2018-11-04 03:00:00"}, /* it begins at 1 AM */
        {"America/Havana", "2026-11-01", "2026-11-01 04:00:00"},    /* midnight comes twice */
        {"Asia/Kathmandu", "2026-11-22", "2026-11-21 18:15:00"},
        {"America/New_York", "1900-01-01", "1900-01-01 05:00:00"},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        char text[INSTANT_TEXT_SIZE];
        struct date day;

        assert_true(date_set_zone(cases[at].zone));
        assert_true(date_parse(cases[at].day, &day));
        int64_t start = date_start(day);
        instant_format(start, text);
        check_text(cases[at].day, text, cases[at].start);
        check_true(cases[at].day, date_compare(instant_date(start), day) == 0);
        check_true(cases[at].day, date_compare(instant_date(start - 1), day) < 0);
    }
}

static void test_unknown_zone(void **state) {
    static const char *const zones[] = {"",
                                        "Mars/Olympus",
                                        "America/New_york",
                                        "../../etc/passwd",
                                        "/usr/share/zoneinfo/UTC",
                                        "America",
                                        "America/..",
                                        "zone.tab",
                                        "EST5EDT4,M3.2.0,M11.1.0",
                                        "A/very/long/name/that/goes/on/and/on/and/on/and/on/and/on/"
                                        "and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/"
                                        "and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on"};

    (void)state;
    assert_true(date_set_zone("America/New_York"));
    for (size_t at = 0; at < COUNT(zones); at++) {
        check_true(zones[at], !date_set_zone(zones[at]));
        check_text(zones[at], getenv("TZ"), "America/New_York");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_months),
        cmocka_unit_test_setup_teardown(test_words, arena_setup, arena_teardown),
        cmocka_unit_test(test_instants),
        cmocka_unit_test(test_instant_round_trip),
        cmocka_unit_test_setup_teardown(test_zones, arena_setup, arena_teardown),
        cmocka_unit_test(test_day_starts),
        cmocka_unit_test(test_unknown_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
