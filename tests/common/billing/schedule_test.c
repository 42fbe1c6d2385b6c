/* Draft days: every schedule against days counted one by one over eight years, and due days. */
#include "tests/support/test.h"

#include <string.h>

#include "common/billing/schedule.h"

static struct date date_of(const char *text) {
    struct date date = {0};

    if (*text)
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

static void test_names(void **state) {
    static const struct {
        enum schedule schedule;
        const char *name, *word;
        bool is_calendar;
    } cases[] = {
        {SCHEDULE_DUE_DATE, "due_date", "On the due date", false},
        {SCHEDULE_FIRST, "first", "1st of the Month", true},
        {SCHEDULE_FIFTEENTH, "fifteenth", "15th of the Month", true},
        {SCHEDULE_SPLIT, "split", "1st and 15th (Split Between)", true},
    };
    static const char *const wrong[] = {"", "First", "due date", "splitt", "1"};
    enum schedule parsed = SCHEDULE_SPLIT;

    (void)state;
    assert_int_equal(COUNT(cases), SCHEDULE_COUNT);
    for (size_t at = 0; at < COUNT(cases); at++) {
        check_text(cases[at].name, schedule_name(cases[at].schedule), cases[at].name);
        check_text(cases[at].name, schedule_word(cases[at].schedule), cases[at].word);
        check_int(cases[at].name, schedule_is_calendar(cases[at].schedule), cases[at].is_calendar);
        check_int(cases[at].name, schedule_parse(cases[at].name, &parsed), RESULT_OK);
        check_int(cases[at].name, parsed, cases[at].schedule);
    }
    for (size_t at = 0; at < COUNT(wrong); at++)
        check_int(wrong[at], schedule_parse(wrong[at], &parsed), RESULT_INVALID);
}

/* ---- calendar ---- */

static const enum schedule calendar[] = {SCHEDULE_FIRST, SCHEDULE_FIFTEENTH, SCHEDULE_SPLIT};

static bool is_draft_day(enum schedule schedule, struct date day) {
    return (day.day == 1 && schedule != SCHEDULE_FIFTEENTH) ||
           (day.day == 15 && schedule != SCHEDULE_FIRST);
}

/* A day later without the code under test's arithmetic. */
static struct date next(struct date day) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int length = day.month == 2 && day.year % 4 == 0 ? 29 : lengths[day.month - 1];

    if (day.day < length) {
        day.day++;
        return day;
    }
    day.day = 1;
    if (day.month < 12) {
        day.month++;
        return day;
    }
    day.month = 1;
    day.year++;
    return day;
}

/* Over 2024-02-01 .. 2032-03-01, leap days of 2024, 2028 and 2032 among them. */
static void test_first_day(void **state) {
    struct date end = date_of("2032-03-01");

    (void)state;
    for (size_t at = 0; at < COUNT(calendar); at++)
        for (struct date day = date_of("2024-02-01"); date_compare(day, end) <= 0;
             day = next(day)) {
            struct date want = next(day);

            while (!is_draft_day(calendar[at], want))
                want = next(want);
            check_int(text_of(day), date_compare(schedule_first_day(calendar[at], day), want), 0);
            /* The one before it has this one behind it. */
            struct date of = schedule_day_of(calendar[at], day);
            assert_true(is_draft_day(calendar[at], of) && date_compare(of, day) <= 0);
            check_int(text_of(day), date_compare(schedule_first_day(calendar[at], of), want), 0);
            check_int(
                text_of(day),
                date_compare(schedule_next_day(calendar[at], NULL, 0, (struct date){0}, day), want),
                0);
        }
}

static void test_days(void **state) {
    enum { MAX = 300, FEW = 5 };
    struct date start = date_of("2024-02-01"), end = date_of("2032-03-01");
    struct date want[MAX], got[MAX], few[FEW + 1];

    (void)state;
    for (size_t at = 0; at < COUNT(calendar); at++)
        for (struct date from = start; date_compare(from, end) <= 0;
             from = date_add_days(from, from.day % 3 + 1)) {
            size_t count = 0;
            struct date through = date_add_days(from, (from.day * 37 + from.month * 101) % 900);

            for (struct date day = from; date_compare(day, through) <= 0; day = next(day))
                if (is_draft_day(calendar[at], day))
                    want[count++] = day;
            check_int(text_of(from), (int64_t)schedule_days(calendar[at], from, through, got, MAX),
                      (int64_t)count);
            check_true(text_of(from), memcmp(got, want, count * sizeof *want) == 0);

            few[FEW] = (struct date){1999, 9, 9};
            check_int(text_of(from), (int64_t)schedule_days(calendar[at], from, through, few, FEW),
                      (int64_t)count);
            size_t kept = count < FEW ? count : FEW;
            check_true(text_of(from), memcmp(few, want + (count - kept), kept * sizeof *want) == 0);
            check_int("no further", few[FEW].year, 1999);
        }
}

static void test_days_ends(void **state) {
    static const struct {
        enum schedule schedule;
        const char *from, *through, *days[4];
    } cases[] = {
        {SCHEDULE_FIRST, "2026-12-01", "2026-12-01", {"2026-12-01"}},
        {SCHEDULE_FIRST, "2026-12-02", "2026-12-31", {NULL}},
        {SCHEDULE_FIRST, "2026-12-31", "2027-01-01", {"2027-01-01"}},
        {SCHEDULE_FIFTEENTH, "2026-12-01", "2026-12-14", {NULL}},
        {SCHEDULE_FIFTEENTH, "2028-02-15", "2028-03-15", {"2028-02-15", "2028-03-15"}},
        {SCHEDULE_SPLIT, "2028-02-15", "2028-03-01", {"2028-02-15", "2028-03-01"}},
        {SCHEDULE_SPLIT, "2027-12-15", "2028-01-15", {"2027-12-15", "2028-01-01", "2028-01-15"}},
        {SCHEDULE_SPLIT, "2027-02-16", "2027-02-28", {NULL}},
        {SCHEDULE_SPLIT, "2027-03-02", "2027-03-01", {NULL}}, /* through before from */
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct date got[4];
        size_t want = 0;
        size_t count = schedule_days(cases[at].schedule, date_of(cases[at].from),
                                     date_of(cases[at].through), got, 4);

        for (; want < 4 && cases[at].days[want]; want++)
            ;
        check_int(cases[at].from, (int64_t)count, (int64_t)want);
        for (size_t day = 0; day < want; day++)
            check_text(cases[at].from, text_of(got[day]), cases[at].days[day]);
    }
}

static void not_calendar(void *context) {
    (void)context;
    (void)schedule_first_day(SCHEDULE_DUE_DATE, (struct date){2026, 1, 1});
}

static void test_due_date_has_no_calendar(void **state) {
    (void)state;
    assert_true(dies(not_calendar, NULL));
}

/* ---- due days ---- */

static void test_due_days(void **state) {
    static const struct {
        const char *label, *due_on[4], *after, *today, *want;
    } cases[] = {
        {"none", {NULL}, "", "2026-11-22", ""},
        {"to come", {"2026-12-10"}, "", "2026-11-22", "2026-12-10"},
        {"tomorrow", {"2026-11-23"}, "", "2026-11-22", "2026-11-23"},
        {"today, enrolling", {"2026-11-22"}, "", "2026-11-22", "2026-11-23"},
        {"past, enrolling", {"2026-01-05"}, "", "2026-11-22", "2026-11-23"},
        {"past before to come", {"2026-12-10", "2026-01-05"}, "", "2026-11-22", "2026-11-23"},
        {"earliest", {"2026-12-10", "2026-12-09", "2027-01-01"}, "", "2026-11-22", "2026-12-09"},
        {"after a run", {"2026-11-22", "2026-12-10"}, "2026-11-22", "2026-11-22", "2026-12-10"},
        {"nothing new after a run", {"2026-11-22", "2026-01-05"}, "2026-11-22", "2026-11-22", ""},
        {"due between the last run and today",
         {"2026-11-20"},
         "2026-11-18",
         "2026-11-22",
         "2026-11-23"},
        {"year end", {"2026-12-31"}, "", "2026-12-31", "2027-01-01"},
        {"leap day", {"2028-02-28"}, "", "2028-02-28", "2028-02-29"},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct date due_on[4];
        size_t count = 0;

        for (; count < 4 && cases[at].due_on[count]; count++)
            due_on[count] = date_of(cases[at].due_on[count]);
        check_text(cases[at].label,
                   text_of(schedule_next_day(SCHEDULE_DUE_DATE, due_on, count,
                                             date_of(cases[at].after), date_of(cases[at].today))),
                   cases[at].want);
    }
}

static void test_join(void **state) {
    static const struct {
        const char *label, *next_on, *due_on, *want; /* today: 2026-11-22 */
    } cases[] = {
        {"the first", "", "2026-12-10", "2026-12-10"},
        {"the first, due at once", "", "2026-11-22", "2026-11-23"},
        {"earlier", "2026-12-10", "2026-12-09", "2026-12-09"},
        {"later", "2026-12-10", "2026-12-11", "2026-12-10"},
        {"past", "2026-12-10", "2026-10-01", "2026-11-23"},
        {"a run is due already", "2026-11-20", "2026-10-01", "2026-11-20"},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++)
        check_text(cases[at].label,
                   text_of(schedule_join_due_day(date_of(cases[at].next_on),
                                                 date_of(cases[at].due_on), date_of("2026-11-22"))),
                   cases[at].want);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_first_day),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_days_ends),
        cmocka_unit_test(test_due_date_has_no_calendar),
        cmocka_unit_test(test_due_days),
        cmocka_unit_test(test_join),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
