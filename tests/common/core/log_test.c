/* The log: one event, one line, one JSON object, whatever a value holds. */
#include "tests/support/test.h"

#include <string.h>

#include <jansson.h>

#include "common/core/log.h"

enum { LINE_MAX_BYTES = 2048 };

/* The object of a log that is exactly one line; json_decref() it. */
static json_t *one_line(const char *label, const char *logged) {
    json_error_t error;
    size_t length = strlen(logged);

    check_true(label, length > 0 && length <= LINE_MAX_BYTES && logged[length - 1] == '\n');
    check_true(label, strchr(logged, '\n') == logged + length - 1);
    json_t *line = json_loads(logged, JSON_REJECT_DUPLICATES, &error);
    if (!line)
        print_error("%s: %s\n%s", label, error.text, logged);
    check_true(label, json_is_object(line));
    return line;
}

static const char *text_of(json_t *line, const char *name) {
    const char *text = json_string_value(json_object_get(line, name));

    return text ? text : "(none)";
}

static void test_fields(void **state) {
    capture_begin();
    LOG(LOG_LEVEL_WARNING, "payment.unknown", LOG_TEXT("reference", "P0123456789AB"),
        LOG_INT("number", INT64_MIN));
    json_t *line = one_line("fields", capture_end(*state));

    assert_string_equal(text_of(line, "level"), "warning");
    assert_string_equal(text_of(line, "program"), "tested");
    assert_string_equal(text_of(line, "event"), "payment.unknown");
    assert_string_equal(text_of(line, "reference"), "P0123456789AB");
    assert_int_equal(json_integer_value(json_object_get(line, "number")), INT64_MIN);
    assert_null(json_object_get(line, "request"));
    assert_int_equal(strlen(text_of(line, "at")), strlen("2026-11-22T00:00:00.000Z"));
    json_decref(line);
    capture_begin();
    LOG(LOG_LEVEL_INFO, "started", LOG_NONE);
    line = one_line("no field", capture_end(*state));
    assert_int_equal(json_object_size(line), 4);
    json_decref(line);
}

static void test_request(void **state) {
    capture_begin();
    log_set_request("0123456789abcdef0123456789abcdef");
    LOG(LOG_LEVEL_ERROR, "x", LOG_NONE);
    log_set_request("");
    json_t *line = one_line("request", capture_end(*state));
    assert_string_equal(text_of(line, "request"), "0123456789abcdef0123456789abcdef");
    assert_string_equal(text_of(line, "level"), "error");
    json_decref(line);
}

static const struct {
    const char *label, *value, *read;
} value_cases[] = {
    {"plain", "abc", "abc"},
    {"empty", "", ""},
    {"forged line", "x\"}\n{\"level\":\"error\",\"event\":\"forged\"}",
     "x\"}?{\"level\":\"error\",\"event\":\"forged\"}"},
    {"carriage return", "a\r\nb", "a??b"},
    {"quotes and backslashes", "\"\\\"\\\\", "\"\\\"\\\\"},
    {"backslash at the end", "a\\", "a\\"},
    {"controls", "\x01\x1b[31m\x7f", "??[31m?"},
    {"UTF-8", "caf\xC3\xA9 \xF0\x9F\x92\xB3", "caf\xC3\xA9 \xF0\x9F\x92\xB3"},
    {"not UTF-8",
     "a\xFF"
     "b\xC3",
     "a?b?"},
    {"overlong", "\xC0\xAF", "??"},
};

static void test_values(void **state) {
    for (size_t at = 0; at < COUNT(value_cases); at++) {
        capture_begin();
        LOG(LOG_LEVEL_INFO, "x", LOG_TEXT("value", value_cases[at].value), LOG_INT("after", 7));
        json_t *line = one_line(value_cases[at].label, capture_end(*state));

        check_text(value_cases[at].label, text_of(line, "value"), value_cases[at].read);
        check_int(value_cases[at].label, json_integer_value(json_object_get(line, "after")), 7);
        check_text(value_cases[at].label, text_of(line, "event"), "x");
        json_decref(line);
    }
}

/* A long value is cut between characters; the fields behind it are there. */
static void test_long_value(void **state) {
    static const char *const units[] = {
        "x", "\"", "\\", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x92\xB3", "\n", "\xFF"};

    for (size_t at = 0; at < COUNT(units); at++) {
        char value[10001] = "";

        while (strlen(value) + 4 < 10000)
            memcpy(value + strlen(value), units[at], strlen(units[at]) + 1);
        capture_begin();
        LOG(LOG_LEVEL_INFO, "x", LOG_TEXT("value", value), LOG_INT("after", 7));
        json_t *line = one_line(units[at], capture_end(*state));

        check_true(units[at], strlen(text_of(line, "value")) >= 100);
        check_true(units[at], strlen(text_of(line, "value")) < 1000);
        check_int(units[at], json_integer_value(json_object_get(line, "after")), 7);
        json_decref(line);
    }
}

/* More fields than a line holds: still one object, with the first of them whole. */
static void test_many_fields(void **state) {
    struct seed seed = seed_start();

    for (int round = 0; round < 2000; round++) {
        static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
        struct log_field fields[COUNT(names) + 1] = {{0}};
        char values[COUNT(names)][700];

        for (size_t at = 0; at < COUNT(names); at++) {
            size_t length = (size_t)seed_below(&seed, sizeof values[at]);

            for (size_t byte = 0; byte < length; byte++)
                values[at][byte] = "x\"\\\xC3\xA9\n"[seed_below(&seed, 6)];
            values[at][length] = '\0';
            fields[at] = seed_below(&seed, 4) ? LOG_TEXT(names[at], values[at])
                                              : LOG_INT(names[at], INT64_MIN);
        }
        struct arena *arena = arena_new(1024 * 1024);
        capture_begin();
        log_write(LOG_LEVEL_INFO, "x", fields);
        json_t *line = one_line("many fields", capture_end(arena));
        check_text("the event is there", text_of(line, "event"), "x");
        check_true("and the first field", json_object_get(line, "a") != NULL);
        json_decref(line);
        arena_free(arena);
    }
    (void)state;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fields, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_request, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_values, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_long_value, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_many_fields, arena_setup, arena_teardown),
    };

    log_open("tested");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
