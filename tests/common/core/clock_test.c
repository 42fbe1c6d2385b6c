/* Business time: real, shifted, standing still, from a file that may be anything. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/core/clock.h"

static const int64_t noon = 1795348800; /* 2026-11-22T12:00:00Z */

/* Real time may go on by a second or two while a test runs. */
static void check_near(const char *label, int64_t got, int64_t want) {
    check_true(label, got >= want && got <= want + 5);
}

static void test_set(void **state) {
    static const struct {
        const char *text;
        bool want;
        bool is_fixed;
        int64_t shift_s;
    } cases[] = {
        {"2026-11-22T12:00:00Z", true, true, 0},
        {"2026-11-22 12:00:00", true, true, 0},
        {"+0", true, false, 0},
        {"+86400", true, false, 86400},
        {"-3600", true, false, -3600},
        {"", false, false, 0},
        {"+", false, false, 0},
        {"+1x", false, false, 0},
        {"--1", false, false, 0},
        {"+ 1", false, false, 0},
        {"+99999999999", false, false, 0},
        {"2026-11-22", false, false, 0},
        {"2026-02-30T00:00:00Z", false, false, 0},
        {"2026-11-22T12:00:00+01:00", false, false, 0},
        {"tomorrow", false, false, 0},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct clock clock = {0};

        check_int(cases[at].text, clock_set(&clock, cases[at].text),
                  cases[at].want ? RESULT_OK : RESULT_INVALID);
        if (cases[at].is_fixed)
            check_int(cases[at].text, clock_now(&clock), noon);
        else
            check_near(cases[at].text, clock_now(&clock), time(NULL) + cases[at].shift_s);
    }
}

/* "+N" is a distance from real time, which goes on; an instant stands still. */
static void test_goes_on(void **state) {
    struct clock shifted = {0}, fixed = {0};

    (void)state;
    assert_int_equal(clock_set(&shifted, "+100"), RESULT_OK);
    assert_int_equal(clock_set(&fixed, "2026-11-22T12:00:00Z"), RESULT_OK);
    int64_t first = clock_now(&shifted), until_ms = clock_monotonic_ms() + 5000;
    while (clock_now(&shifted) == first && clock_monotonic_ms() < until_ms)
        continue;
    assert_int_not_equal(clock_now(&shifted), first);
    assert_int_equal(clock_now(&fixed), noon);
}

static void file_write(const char *path, const char *text) {
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void test_file(void **state) {
    static const struct {
        const char *label, *text;
        int64_t want; /* 0: real time and shift_s; -1: the last good answer */
        int64_t shift_s;
    } cases[] = {
        {"empty", "", 0, 0},
        {"an instant", "2026-11-22T12:00:00Z\n", noon, 0},
        {"broken keeps the last good", "2026-11-2", -1, 0},
        {"words keep it too", "soon\n", -1, 0},
        {"no end of line", "2026-11-22T12:00:01Z", noon + 1, 0},
        {"broken keeps that one", "2026-13-01T00:00:00Z\n", -1, 0},
        {"first line only", "2026-11-22T12:00:02Z\nnonsense\n", noon + 2, 0},
        {"line end of others", "2026-11-22T12:00:03Z\r\n", noon + 3, 0},
        {"too long a line",
         "2026-11-22T12:00:04Z                                             "
         "                                                    x\n",
         -1, 0},
        {"a shift", "+86400\n", 0, 86400},
        {"a shift back", "-60", 0, -60},
        {"empty again", "\n", 0, 0},
    };
    char path[] = "/tmp/remit-clock.XXXXXX";
    struct clock clock = {.file = path};
    int64_t last = 0;

    (void)state;
    close(mkstemp(path));
    for (size_t at = 0; at < COUNT(cases); at++) {
        file_write(path, cases[at].text);
        int64_t now = clock_now(&clock);

        if (cases[at].want)
            check_int(cases[at].label, now, cases[at].want == -1 ? last : cases[at].want);
        else
            check_near(cases[at].label, now, time(NULL) + cases[at].shift_s);
        last = now;
    }
    unlink(path);
    check_near("absent", clock_now(&clock), time(NULL));
}

/* Broken from the start: there is no good answer yet. */
static void test_broken_at_once(void **state) {
    char path[] = "/tmp/remit-clock.XXXXXX";
    struct clock clock = {.file = path};

    (void)state;
    close(mkstemp(path));
    file_write(path, "nonsense");
    check_near("broken at once", clock_now(&clock), time(NULL));
    unlink(path);
}

/* --now goes before a file. */
static void test_fixed_before_file(void **state) {
    char path[] = "/tmp/remit-clock.XXXXXX";
    struct clock clock = {.file = path};

    (void)state;
    close(mkstemp(path));
    file_write(path, "2030-01-01T00:00:00Z");
    assert_int_equal(clock_set(&clock, "2026-11-22T12:00:00Z"), RESULT_OK);
    assert_int_equal(clock_now(&clock), noon);
    unlink(path);
}

static void test_monotonic(void **state) {
    int64_t last = clock_monotonic_ms();

    (void)state;
    for (int round = 0; round < 1000; round++) {
        int64_t now = clock_monotonic_ms();

        assert_true(now >= last);
        last = now;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_broken_at_once),
        cmocka_unit_test(test_fixed_before_file),
        cmocka_unit_test(test_monotonic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
