/* Trees of named texts, and the settings files they are read from. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/core/buffer.h"
#include "common/page/values.h"

static void test_set_and_read(void **state) {
    struct values *root = values_in(*state);
    char text[] = "first";

    values_set(root, "Invoice.Total", text);
    text[0] = 'x'; /* copied */
    assert_string_equal(values_text(root, "Invoice.Total"), "first");
    values_set(root, "Invoice.Total", "second");
    assert_string_equal(values_text(root, "Invoice.Total"), "second");
    values_set(root, "Invoice.Total", NULL); /* leaves it as it is */
    assert_string_equal(values_text(root, "Invoice.Total"), "second");
    values_set(root, "Invoice.Note", NULL);
    assert_string_equal(values_text_or(root, "Invoice.Note", "none"), "none");
    assert_string_equal(values_text(root, "Invoice.Note"), "");
    values_set_int(root, "Count", -9223372036854775807L - 1);
    assert_string_equal(values_text(root, "Count"), "-9223372036854775808");
    values_set(root, "Empty", "");
    assert_string_equal(values_text_or(root, "Empty", "fallback"), "");
    values_set(root, "Count", values_text(root, "Count"));
    assert_string_equal(values_text(root, "Count"), "-9223372036854775808");
}

static void test_lend(void **state) {
    struct values *root = values_in(*state);
    const char *text = arena_text(*state, "kept");

    struct values *row = values_item(root, "Rows", 0);

    values_lend(
        row, (struct value[]){{"Number", text}, {"Absent", NULL}, {"More", ""}, {"Last", "z"}}, 4);
    assert_ptr_equal(values_text(row, "Number"), text);
    assert_string_equal(values_text_or(row, "Absent", "none"), "none");
    assert_string_equal(values_text_or(row, "More", "none"), "");
    assert_string_equal(values_text(root, "Rows.0.Last"), "z");
    values_set(row, "Number", "copied");
    values_set(row, "Next", "beside");
    assert_string_equal(values_text(row, "Number"), "copied");
    assert_string_equal(values_text(row, "Next"), "beside");
    struct values *child = values_first(root, "Rows.0");
    const char *names[] = {"Number", "More", "Last", "Next"};
    for (size_t at = 0; at < 4; at++, child = values_next(child))
        assert_string_equal(values_name(child), names[at]);
    assert_null(child);
    values_lend(values_item(root, "Rows", 1), (struct value[]){{"Number", NULL}}, 1);
    assert_null(values_first(root, "Rows.1"));
}

static void test_items(void **state) {
    struct values *root = values_in(*state);
    size_t count = 0;

    for (size_t at = 0; at < 500; at++)
        values_set_int(values_item(root, "Invoices", at), "Number", (long)at);
    for (struct values *each = values_first(root, "Invoices"); each; each = values_next(each)) {
        char want[16];

        snprintf(want, sizeof want, "%zu", count);
        check_text("order", values_name(each), want);
        check_text("order", values_text(each, "Number"), want);
        count++;
    }
    assert_int_equal(count, 500);
    assert_null(values_first(root, "Payments"));
    /* In whatever order they are asked for, each is there once. */
    static const size_t order[] = {0, 2, 1, 2, 3, 0, 3, 4, 1, 11, 10};
    for (size_t at = 0; at < COUNT(order); at++) {
        struct values *item = values_item(root, "Lines", order[at]);

        if (at == 4)
            values_set(root, "Lines.4", "made by its path");
        assert_ptr_equal(item, values_item(root, "Lines", order[at]));
    }
    count = 0;
    for (struct values *each = values_first(root, "Lines"); each; each = values_next(each))
        count++;
    assert_int_equal(count, 7);
    assert_string_equal(values_text(root, "Lines.4"), "made by its path");
    values_set(values_child(root, "Site"), "Name", "Shop");
    assert_string_equal(values_text(root, "Site.Name"), "Shop");
    assert_ptr_equal(values_child(root, "Site"), values_child(root, "Site"));
}

static void walk_one(const char *path, const char *text, void *context) {
    buffer_format(context, "%s=%s;", path, text);
}

static void test_walk(void **state) {
    struct values *root = values_in(*state);
    struct buffer seen;

    buffer_init(&seen, *state, 1000);
    values_set(root, "B.C", "1");
    values_set(root, "A", "2");
    values_set(root, "B.D.E", "3");
    values_walk(root, walk_one, &seen);
    assert_string_equal(seen.bytes, "B.C=1;B.D.E=3;A=2;");
}

static enum result load(struct arena *arena, struct values *root, const char *text,
                        const char **out_reason) {
    char path[] = "/tmp/remit-values.XXXXXX";
    int file = mkstemp(path);

    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    enum result result = values_load(root, path, arena, out_reason);
    unlink(path);
    return result;
}

static void test_load(void **state) {
    struct values *root = values_in(*state);
    const char *reason = "untouched";

    assert_int_equal(load(*state, root,
                          "Site {\n  Name = Shop & Co = x\n}\n# a comment\nDatabase.Hosts.0 ="
                          " unix:/run/db\nText << END\ntwo\nlines\nEND\n",
                          &reason),
                     RESULT_OK);
    assert_string_equal(values_text(root, "Site.Name"), "Shop & Co = x");
    assert_string_equal(values_text(root, "Database.Hosts.0"), "unix:/run/db");
    assert_string_equal(values_text(root, "Text"), "two\nlines\n");
    assert_string_equal(reason, "untouched");
    /* What was read can be set, from itself too, and added to. */
    values_set(root, "Site.Name", values_text(root, "Site.Name"));
    assert_string_equal(values_text(root, "Site.Name"), "Shop & Co = x");
    values_set(root, "Site.Name", "Shop");
    assert_string_equal(values_text(root, "Site.Name"), "Shop");
    values_set(values_item(root, "Database.Hosts", 1), "Port", "3306");
    assert_string_equal(values_text(root, "Database.Hosts.1.Port"), "3306");
    const char *many = "";
    for (int at = 0; at < 40; at++)
        many = arena_format(*state, "%sMany.N%d = %d\n", many, at, at);
    assert_int_equal(load(*state, root, many, &reason), RESULT_OK);
    values_set(root, "Many.N7", "seven");
    values_set(root, "Many.More.Of", "them");
    assert_string_equal(values_text(root, "Many.N7"), "seven");
    assert_string_equal(values_text(root, "Many.N39"), "39");
    assert_string_equal(values_text(root, "Many.More.Of"), "them");
    assert_int_equal(values_load(root, "/nonexistent/file", *state, &reason), RESULT_NOT_FOUND);
    assert_string_equal(reason, "untouched");
}

static void test_load_broken(void **state) {
    static const char *const broken[] = {"Site Name\n", "Site.Name\n", "Site ? x\n"};

    for (size_t at = 0; at < COUNT(broken); at++) {
        struct values *root = values_in(*state);
        const char *reason = "";

        check_int(broken[at], load(*state, root, broken[at], &reason), RESULT_INVALID);
        check_true(broken[at], *reason);
    }
}

static void load_relative(void *context) {
    const char *reason;

    (void)!values_load(values_in(context), "remit.hdf", context, &reason);
}

static void test_relative_path_dies(void **state) {
    assert_true(dies(load_relative, *state));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_set_and_read),
        TEST(test_lend),
        TEST(test_items),
        TEST(test_walk),
        TEST(test_load),
        TEST(test_load_broken),
        TEST(test_relative_path_dies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
