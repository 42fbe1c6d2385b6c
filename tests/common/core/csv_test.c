/* Files for spreadsheets: quoting, and what a spreadsheet would take for a formula. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/csv.h"

static const struct {
    const char *label, *text, *wanted;
} cases[] = {
    {"text", "Invoice 1", "\"Invoice 1\""},
    {"empty", "", "\"\""},
    {"quotes", "a \"b\" c\"", "\"a \"\"b\"\" c\"\"\""},
    {"comma and lines", "a,b\r\nc", "\"a,b\r\nc\""},
    {"equals", "=1+1", "\"'=1+1\""},
    {"plus", "+1", "\"'+1\""},
    {"minus", "-1", "\"'-1\""},
    {"at", "@SUM(A1)", "\"'@SUM(A1)\""},
    {"tab", "\t=1", "\"'\t=1\""},
    {"carriage return", "\r=1", "\"'\r=1\""},
    {"line feed", "\n=1", "\"'\n=1\""},
    {"spaces before", "   =1", "\"'   =1\""},
    {"no-break space before", "\xc2\xa0=1", "\"'\xc2\xa0=1\""},
    {"wide space before", "\xe3\x80\x80@x", "\"'\xe3\x80\x80@x\""},
    {"no width before", "\xe2\x80\x8b=1", "\"'\xe2\x80\x8b=1\""},
    {"override before", "\xe2\x80\xae-1", "\"'\xe2\x80\xae-1\""},
    {"isolate before", "\xe2\x81\xa6+1", "\"'\xe2\x81\xa6+1\""},
    {"mark before", "\xef\xbb\xbf=1", "\"'\xef\xbb\xbf=1\""},
    {"wide equals", "＝1", "\"'＝1\""},
    {"wide plus", "＋1", "\"'＋1\""},
    {"wide minus", "－1", "\"'－1\""},
    {"wide at", "＠x", "\"'＠x\""},
    {"inside is fine", "1=1 -2 +3 @4", "\"1=1 -2 +3 @4\""},
    {"behind a letter", "a=1", "\"a=1\""},
    {"sign of money", "−$5.00", "\"−$5.00\""},
    {"an en dash", "– no", "\"– no\""},
    {"an apostrophe already", "'=1", "\"'=1\""},
    {"Chinese", "北京", "\"北京\""},
    {"Arabic", "شركة", "\"شركة\""},
};

static void texts(void **state) {
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct buffer out;

        buffer_init(&out, *state, 1000);
        struct csv csv = csv_begin(&out);
        csv_text(&csv, cases[at].text);
        check_text(cases[at].label, out.bytes,
                   arena_format(*state, "\xef\xbb\xbf%s", cases[at].wanted));
    }
}

static void rows(void **state) {
    struct buffer out;

    buffer_init(&out, *state, 1000);
    struct csv csv = csv_begin(&out);
    csv_text(&csv, "Day");
    csv_text(&csv, "Amount");
    csv_end(&csv);
    csv_plain(&csv, "2026-11-22");
    csv_plain(&csv, "-12.50");
    csv_plain(&csv, "");
    csv_end(&csv);
    assert_string_equal(out.bytes, "\xef\xbb\xbf\"Day\",\"Amount\"\r\n2026-11-22,-12.50,\r\n");
}

static void figure(void *context) {
    struct arena *arena = arena_new(100000);
    struct buffer out;

    buffer_init(&out, arena, 1000);
    struct csv csv = csv_begin(&out);
    csv_plain(&csv, context);
}

static void figures_are_figures(void **state) {
    static char *const wrong[] = {"=1", "1,000.00", "$1", "1e5", "abc", "\"", "1 2"};
    static char right[] = "-1234567.89";

    (void)state;
    for (size_t at = 0; at < COUNT(wrong); at++)
        check_true(wrong[at], dies(figure, wrong[at]));
    check_true("a figure", !dies(figure, right));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(rows, arena_setup, arena_teardown),
        cmocka_unit_test(figures_are_figures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
