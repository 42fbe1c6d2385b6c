/* A body as it came: how long it may be, of which type, and what is not as long as it says. */
#include <string.h>

#include "common/core/secret.h"
#include "common/http/request.h"
#include "tests/support/source.h"
#include "tests/support/test.h"

enum { LIMIT = 1024 * 1024 };

static int read_raw(struct arena *arena, const char *bytes, size_t length, const char *said,
                    const char *type, struct request *out_request) {
    struct fake_request fake;

    fake_init(&fake);
    fake_body(&fake, bytes, length);
    fake_param(&fake, "CONTENT_TYPE", type);
    if (said)
        fake_param(&fake, "CONTENT_LENGTH", said);
    struct request_source source = fake_source(&fake);
    request_begin(out_request, arena, &source);
    return request_read_raw(out_request, &source, "application/json", LIMIT);
}

static void test_lengths(void **state) {
    static const struct {
        const char *label, *said;
        size_t length;
        int status;
    } cases[] = {
        {"nothing", "0", 0, 0},
        {"one byte", "1", 1, 0},
        {"the most", "1048576", LIMIT, 0},
        {"one more", "1048577", LIMIT + 1, 413},
        {"says much more", "99999999999", 1, 413},
        {"says less", "1", 2, 400},
        {"says nothing", NULL, 2, 400},
        {"says it without words", "", 2, 400},
        {"says it in words", "2x", 2, 400},
        {"says less than nothing", "-2", 2, 400},
        {"ends early", "3", 2, 400},
        {"the most, and goes on", "1048576", LIMIT + 1, 413},
    };
    char *bytes = arena_alloc(*state, LIMIT + 1);

    memset(bytes, 'a', LIMIT + 1);
    memcpy(bytes, "\0\xff%41&=", 7);
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct request request;

        check_int(cases[at].label,
                  read_raw(*state, bytes, cases[at].length, cases[at].said, "application/json",
                           &request),
                  cases[at].status);
        check_int(cases[at].label, (int64_t)request.raw.length,
                  cases[at].status ? 0 : (int64_t)cases[at].length);
        if (!cases[at].status)
            assert_memory_equal(request.raw.bytes, bytes, cases[at].length);
        assert_int_equal(strlen(request.id), 32);
    }
}

static void test_types(void **state) {
    static const struct {
        const char *type;
        int status;
    } cases[] = {
        {"application/json", 0},
        {"Application/JSON", 0},
        {"application/json;charset=utf-8", 0},
        {"application/json ; charset=x", 0},
        {"application/json;", 0},
        {"", 415},
        {"application/jsonx", 415},
        {"application/json-seq", 415},
        {"application/json x", 415},
        {"application/json, text/plain", 415},
        {"text/json", 415},
        {"application/x-www-form-urlencoded", 415},
        {"multipart/form-data; boundary=application/json", 415},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct request request;

        check_int(cases[at].type, read_raw(*state, "{}", 2, "2", cases[at].type, &request),
                  cases[at].status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lengths, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_types, arena_setup, arena_teardown),
    };

    secret_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
