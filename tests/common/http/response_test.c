/* Answers: what may stand in a header, what a cookie says of itself, where a redirect may go. */
#include "tests/support/test.h"

#include <string.h>

#include "common/http/response.h"

static void test_starts_as_500(void **state) {
    struct response response;

    response_init(&response, *state);
    assert_int_equal(response.status, 500);
    assert_int_equal(response.headers.length, 0);
    assert_int_equal(response.body.length, 0);
}

static void test_headers(void **state) {
    struct response response;

    response_init(&response, *state);
    response_header(&response, "Content-Type", "text/html; charset=utf-8");
    response_header(&response, "X-Note", "caf\xC3\xA9");
    assert_string_equal(response.headers.bytes,
                        "Content-Type: text/html; charset=utf-8\r\nX-Note: caf\xC3\xA9\r\n");
}

struct header_case {
    struct arena *arena;
    const char *value;
};

static void header_write(void *context) {
    const struct header_case *header = context;
    struct response response;

    response_init(&response, header->arena);
    response_header(&response, "Location", header->value);
}

static void redirect_write(void *context) {
    const struct header_case *header = context;
    struct response response;

    response_init(&response, header->arena);
    response_redirect(&response, header->value);
}

static void cookie_write(void *context) {
    const struct header_case *header = context;
    struct response response;

    response_init(&response, header->arena);
    response_cookie(&response, "__Host-remit", header->value, "/", -1);
}

/* Every control character, wherever it stands. */
static void test_injection_dies(void **state) {
    struct header_case header = {.arena = *state};

    for (int byte = 1; byte <= 0x20; byte++) {
        char value[] = "a?b";

        value[1] = (char)(byte == 0x20 ? 0x7f : byte);
        header.value = value;
        assert_true(dies(header_write, &header));
    }
    header.value = "a\r\nSet-Cookie: x=1";
    assert_true(dies(header_write, &header));
    assert_true(dies(cookie_write, &header));
    header.value = "/pay\r\nX: y";
    assert_true(dies(redirect_write, &header));
    header.value = "\n";
    assert_true(dies(header_write, &header));
    header.value = "fine";
    assert_false(dies(header_write, &header));
}

static void test_header_limit_dies(void **state) {
    struct header_case header = {.arena = *state};
    char *value = arena_alloc(*state, 20000);

    memset(value, 'a', 19999);
    header.value = value;
    assert_true(dies(header_write, &header));
}

static void test_redirects(void **state) {
    static const char *const others[] = {
        "https://evil.example/", "//evil.example/", "/\\evil.example/", "evil", "", "javascript:x"};
    struct header_case header = {.arena = *state};
    struct response response;

    response_init(&response, *state);
    response_redirect(&response, "/billing/pay/P0123456789AB");
    assert_int_equal(response.status, 303);
    assert_string_equal(response.headers.bytes, "Location: /billing/pay/P0123456789AB\r\n");
    for (size_t at = 0; at < COUNT(others); at++) {
        header.value = others[at];
        check_true(others[at], dies(redirect_write, &header));
    }
}

static void test_cookies(void **state) {
    static const struct {
        const char *label, *path;
        long max_age_s;
        const char *want;
    } cases[] = {
        {"until the browser ends", "/", -1,
         "Set-Cookie: __Host-remit=v; Path=/; Secure; HttpOnly; SameSite=Lax\r\n"},
        {"taken away", "/", 0,
         "Set-Cookie: __Host-remit=v; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax\r\n"},
        {"for an hour, of one path", "/billing/pay", 3600,
         "Set-Cookie: __Host-remit=v; Path=/billing/pay; Max-Age=3600; Secure; HttpOnly;"
         " SameSite=Lax\r\n"},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct response response;

        response_init(&response, *state);
        response_cookie(&response, "__Host-remit", "v", cases[at].path, cases[at].max_age_s);
        check_text(cases[at].label, response.headers.bytes, cases[at].want);
    }
}

static void test_reasons(void **state) {
    static const int used[] = {200, 303, 400, 403, 404, 405, 409,
                               413, 414, 415, 422, 429, 500, 503};

    (void)state;
    for (size_t at = 0; at < COUNT(used); at++)
        assert_string_not_equal(response_reason(used[at]), "Other");
    assert_string_equal(response_reason(404), "Not Found");
    assert_string_equal(response_reason(299), "Other");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_starts_as_500, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_headers, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_injection_dies, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_header_limit_dies, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_redirects, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_cookies, arena_setup, arena_teardown),
        cmocka_unit_test(test_reasons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
