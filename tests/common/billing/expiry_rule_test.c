/* When a card has expired, and when its customer is told that it soon will have. */
#include "tests/support/test.h"

#include "common/billing/expiry_rule.h"

static struct date date_of(const char *text) {
    struct date date = {0};

    if (*text)
        assert_true(date_parse(text, &date));
    return date;
}

static void test_expiry(void **state) {
    static const struct {
        const char *expires_on, *today;
        bool is_past, is_soon;
    } cases[] = {
        {"", "2026-11-22", false, false},           {"2026-10-31", "2026-11-01", true, false},
        {"2026-11-30", "2026-11-30", false, true},  {"2026-11-30", "2026-12-01", true, false},
        {"2026-12-31", "2026-11-01", false, true},  {"2026-12-31", "2026-10-31", false, false},
        {"2027-01-31", "2026-12-01", false, true},  {"2027-01-31", "2026-11-30", false, false},
        {"2027-11-30", "2026-11-22", false, false}, {"2025-12-31", "2026-11-22", true, false},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct date expires_on = date_of(cases[at].expires_on), today = date_of(cases[at].today);

        check_int(cases[at].expires_on, expiry_is_past(expires_on, today), cases[at].is_past);
        check_int(cases[at].expires_on, expiry_is_soon(expires_on, today), cases[at].is_soon);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_expiry)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
