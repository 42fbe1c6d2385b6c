/* Whether a POST comes from our own pages, and that no request costs more than its length. */
#include "tests/support/test.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "common/core/buffer.h"
#include "common/core/secret.h"
#include "common/http/request.h"
#include "tests/support/source.h"

static const char own[] = "https://shop.example";

static const struct {
    const char *label, *origin, *fetch_site, *referer; /* NULL: not sent */
    bool want;
} origin_cases[] = {
    {"our origin", "https://shop.example", NULL, NULL, true},
    {"our origin, whatever else", "https://shop.example", "cross-site", "https://evil.example/",
     true},
    {"another origin", "https://evil.example", NULL, NULL, false},
    {"another origin, own referer", "https://evil.example", "same-origin",
     "https://shop.example/billing/", false},
    {"opaque origin", "null", "same-origin", "https://shop.example/", false},
    {"other scheme", "http://shop.example", NULL, NULL, false},
    {"other port", "https://shop.example:8443", NULL, NULL, false},
    {"slash behind", "https://shop.example/", NULL, NULL, false},
    {"subdomain", "https://a.shop.example", NULL, NULL, false},
    {"longer domain", "https://shop.example.evil.example", NULL, NULL, false},
    {"user part", "https://shop.example@evil.example", NULL, NULL, false},
    {"capitals", "https://SHOP.example", NULL, NULL, false},
    {"no origin, same origin", NULL, "same-origin", NULL, true},
    {"no origin, same site", NULL, "same-site", "https://shop.example/", false},
    {"no origin, cross site", NULL, "cross-site", "https://shop.example/", false},
    {"no origin, typed", NULL, "none", "https://shop.example/", false},
    {"own referer", NULL, NULL, "https://shop.example/billing/pay", true},
    {"own referer without path", NULL, NULL, "https://shop.example", true},
    {"another referer", NULL, NULL, "https://evil.example/https://shop.example/", false},
    {"longer referer", NULL, NULL, "https://shop.example.evil.example/", false},
    {"referer with a port", NULL, NULL, "https://shop.example:8443/", false},
    {"referer with a user part", NULL, NULL, "https://shop.example@evil.example/", false},
    {"none of the three", NULL, NULL, NULL, false},
    {"all of them empty", "", "", "", false},
};

static void test_origins(void **state) {
    for (size_t at = 0; at < COUNT(origin_cases); at++) {
        struct fake_request fake;
        struct request request;

        fake_init(&fake);
        fake_body(&fake, "a=1", 3);
        fake_param(&fake, "HTTP_ORIGIN", origin_cases[at].origin);
        fake_param(&fake, "HTTP_SEC_FETCH_SITE", origin_cases[at].fetch_site);
        fake_param(&fake, "HTTP_REFERER", origin_cases[at].referer);
        struct request_source source = fake_source(&fake);
        check_int(origin_cases[at].label, request_read(&request, *state, &source), 0);
        check_int(origin_cases[at].label, request_is_same_origin(&request, own),
                  origin_cases[at].want);
    }
}

/* ---- cost ---- */

static const struct cost_case {
    const char *label;
    const char *before, *unit, *after; /* before, unit over and over, after */
    const char *param;                 /* where it goes; NULL: the body */
    size_t length;
} cost_cases[] = {
    {"x=1&x=1&... at the limit of the body", "", "x=1&", "", NULL, REQUEST_BODY_MAX},
    {"the most pairs the body holds", "", "xxxxxxxx=11111111111111111111111111111111&", "", NULL,
     REQUEST_BODY_MAX},
    {"one long value", "x=", "%41", "", NULL, REQUEST_BODY_MAX},
    {"only separators", "", "&", "", NULL, REQUEST_BODY_MAX},
    {"query", "", "x=1&", "", "QUERY_STRING", REQUEST_QUERY_MAX},
    {"cookies", "", "a=b; ", "", "HTTP_COOKIE", 8000},
    {"a broken byte late in the cookies", "", "a", "\xFF", "HTTP_COOKIE", 8000},
    {"dots in a cookie's name", "", ".", "=1", "HTTP_COOKIE", 8000},
    {"a broken byte late in an address", "https://", "a", "\xFF", "HTTP_REFERER", 2000},
};

static int64_t read_cost_us(const struct cost_case *cost, size_t length, int times) {
    struct arena *arena = arena_new(1024 * 1024);
    struct buffer text;
    int64_t least_us = INT64_MAX;

    buffer_init(&text, arena, length);
    buffer_text(&text, cost->before);
    while (text.length + strlen(cost->unit) + strlen(cost->after) <= length)
        buffer_text(&text, cost->unit);
    buffer_text(&text, cost->after);
    for (int round = 0; round < 7; round++) {
        int64_t begun_us = cpu_us();

        for (int time = 0; time < times; time++) {
            struct arena *own_arena = arena_new(4 * 1024 * 1024);
            struct fake_request fake;
            struct request request;

            fake_init(&fake);
            fake_body(&fake, "", 0);
            if (cost->param)
                fake_param(&fake, cost->param, text.bytes);
            else
                fake_body(&fake, text.bytes, text.length);
            struct request_source source = fake_source(&fake);
            (void)request_read(&request, own_arena, &source);
            arena_free(own_arena);
        }
        int64_t took_us = cpu_us() - begun_us;
        least_us = took_us < least_us ? took_us : least_us;
    }
    arena_free(arena);
    return least_us;
}

/* Twice the bytes, about twice the work: the least of several runs, since others use the machine
 * too. A parser that is quadratic needs four times. */
static void test_cost(void **state) {
    (void)state;
    /* What a parser costs, and not what the kernel takes for pages that were just given back to it. */
    mallopt(M_MMAP_THRESHOLD, 64 * 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
    for (size_t at = 0; at < COUNT(cost_cases); at++) {
        const struct cost_case *cost = &cost_cases[at];
        bool is_linear = false;

        for (int try = 0; try < 5 && !is_linear; try++) {
            int64_t half_us = read_cost_us(cost, cost->length / 2, 20);
            int64_t whole_us = read_cost_us(cost, cost->length, 20);

            check_true(cost->label, whole_us / 20 < 20000);
            is_linear = whole_us <= 3 * half_us + 100;
        }
        check_true(cost->label, is_linear);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_origins, arena_setup, arena_teardown),
        cmocka_unit_test(test_cost),
    };

    secret_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
