/* Declared fields: what is kept, what is dropped, what refuses the request, what is said. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/text.h"
#include "common/http/form.h"

static bool is_digits(const char *value) {
    return text_is_digits(value, 9);
}

static const struct field fields[] = {
    {.name = "amount", .max_length = 10},
    {.name = "invoice",
     .flags = FIELD_LIST,
     .max_length = 9,
     .is_valid = is_digits,
     .sentence = "Choose invoices of the list."},
    {.name = "note", .flags = FIELD_LINES, .max_length = 20},
    {.name = "password", .flags = FIELD_SECRET, .max_length = 8},
    {.name = "number", .max_length = 9, .is_valid = is_digits, .sentence = "Use digits only."},
};

static const struct form form = FORM(fields);

static void read_ok(struct form_data *data, struct arena *arena, struct pair *list, size_t count) {
    const struct pairs pairs = {list, count};
    const char *field = "untouched";

    check_int("form_read", form_read(data, arena, &form, &pairs, &field), RESULT_OK);
    check_text("field", field, "untouched");
}

static void test_declared(void **state) {
    struct pair list[] = {{"is_admin", "1"},  {"amount", "5.00"}, {"amounts", "6.00"},
                          {"Amount", "7.00"}, {"is_admin", "2"},  {"invoice", "11"},
                          {"note", ""},       {"invoice", "12"}};
    struct form_data data;
    size_t count = 0;

    read_ok(&data, *state, list, COUNT(list));
    assert_string_equal(form_text(&data, "amount"), "5.00");
    const char *const *invoices = form_list(&data, "invoice", &count);
    assert_int_equal(count, 2);
    assert_string_equal(invoices[0], "11");
    assert_string_equal(invoices[1], "12");
    assert_true(form_has(&data, "note"));
    assert_string_equal(form_text(&data, "note"), "");
    assert_false(form_has(&data, "password"));
    assert_string_equal(form_text(&data, "password"), "");
    (void)form_list(&data, "number", &count);
    assert_int_equal(count, 0);
    assert_false(form_has_errors(&data));
}

static void test_repeated(void **state) {
    struct pair list[] = {{"amount", "1"}, {"note", "x"}, {"amount", "1"}};
    const struct pairs pairs = {list, COUNT(list)};
    struct form_data data;
    const char *field = NULL;

    assert_int_equal(form_read(&data, *state, &form, &pairs, &field), RESULT_INVALID);
    assert_string_equal(field, "amount");
}

static void test_list_limit(void **state) {
    struct pair list[FORM_LIST_MAX + 1];
    struct pairs pairs = {list, FORM_LIST_MAX};
    struct form_data data;
    const char *field = NULL;
    size_t count = 0;

    assert_int_equal(FORM_LIST_MAX, 500);
    for (size_t at = 0; at <= FORM_LIST_MAX; at++)
        list[at] = (struct pair){"invoice", "7"};
    assert_int_equal(form_read(&data, *state, &form, &pairs, &field), RESULT_OK);
    (void)form_list(&data, "invoice", &count);
    assert_int_equal(count, FORM_LIST_MAX);
    assert_false(form_has_errors(&data));
    pairs.count++;
    assert_int_equal(form_read(&data, *state, &form, &pairs, &field), RESULT_INVALID);
    assert_string_equal(field, "invoice");
}

static const struct {
    const char *label, *field, *value, *error; /* NULL: nothing is wrong */
} value_cases[] = {
    {"at the limit", "amount", "1234567890", NULL},
    {"one past the limit", "amount", "12345678901", "Use at most 10 characters."},
    {"characters, not bytes", "amount",
     "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", NULL},
    {"one character past", "amount",
     "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9x",
     "Use at most 10 characters."},
    {"line feed", "amount", "1\n2", "Remove line breaks and control characters."},
    {"carriage return", "amount", "1\r2", "Remove line breaks and control characters."},
    {"tab", "amount", "1\t2", "Remove line breaks and control characters."},
    {"escape", "amount", "\x1B[31m", "Remove line breaks and control characters."},
    {"delete", "amount", "\x7F", "Remove line breaks and control characters."},
    {"lines where they may be", "note", "a\r\nb\tc", NULL},
    {"escape among lines", "note", "a\n\x1B", "Remove line breaks and control characters."},
    {"form feed among lines", "note", "a\n\x0C", "Remove line breaks and control characters."},
    {"validator says yes", "number", "123", NULL},
    {"validator says no", "number", "12x", "Use digits only."},
    {"validator is not asked about nothing", "number", "", NULL},
    {"validator of a list", "invoice", "x", "Choose invoices of the list."},
};

static void test_values(void **state) {
    for (size_t at = 0; at < COUNT(value_cases); at++) {
        struct pair list[] = {{value_cases[at].field, value_cases[at].value}};
        struct form_data data;

        read_ok(&data, *state, list, 1);
        const char *error = form_error_of(&data, value_cases[at].field);
        if (value_cases[at].error)
            check_text(value_cases[at].label, error, value_cases[at].error);
        else
            check_true(value_cases[at].label, !error);
        check_int(value_cases[at].label, form_has_errors(&data), value_cases[at].error != NULL);
        check_text(value_cases[at].label, form_text(&data, value_cases[at].field),
                   value_cases[at].value);
    }
}

static void test_first_sentence_stays(void **state) {
    struct pair list[] = {{"invoice", "1"}, {"invoice", "x"}, {"invoice", "1234567890123"}};
    struct form_data data;

    read_ok(&data, *state, list, COUNT(list));
    form_fail(&data, "invoice", "Another sentence.");
    assert_string_equal(form_error_of(&data, "invoice"), "Choose invoices of the list.");
    assert_int_equal(data.error_count, 1);
    form_fail(&data, "amount", "Enter an amount.");
    assert_int_equal(data.error_count, 2);
    assert_string_equal(form_error_of(&data, "amount"), "Enter an amount.");
}

static void text_undeclared(void *context) {
    (void)form_text(context, "is_admin");
}

static void fail_undeclared(void *context) {
    form_fail(context, "is_admin", "x");
}

static void test_undeclared_dies(void **state) {
    struct form_data data;

    read_ok(&data, *state, NULL, 0);
    assert_true(dies(text_undeclared, &data));
    assert_true(dies(fail_undeclared, &data));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_declared, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_repeated, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_list_limit, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_values, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_first_sentence_stays, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_undeclared_dies, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
