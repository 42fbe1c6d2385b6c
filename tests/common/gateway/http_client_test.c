/* http_client against every way the other end of the wire can behave; what never got there is in
 * http_not_sent_test.c. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/core/text.h"
#include "common/gateway/http_client.h"
#include "tests/common/gateway/server.h"

/* Short where a test waits for it to pass, long where it must not. */
enum { CONNECT_MS = 5000, SHORT_MS = 400, LONG_MS = 20000 };

#define WHOLE "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nresponse=1"
#define BODY "security_key=secret&type=sale"

static struct http_call post(const char *url, unsigned timeout_ms, struct arena *arena) {
    struct http_client *client = http_client_new(CONNECT_MS, timeout_ms, "");
    struct http_call call = {.url = url};

    buffer_init(&call.body, arena, 1000);
    buffer_text(&call.body, BODY);
    http_client_post(client, arena, &call);
    http_client_free(client);
    return call;
}

struct wire_case {
    const char *label;
    struct server_step step;
    enum http_end end;
    long status;
    const char *answer; /* of HTTP_ANSWERED */
    unsigned timeout_ms;
    size_t requests;
};

static const struct wire_case wire_cases[] = {
    {"whole", {SERVER_ANSWER, WHOLE, 0}, HTTP_ANSWERED, 200, "response=1", LONG_MS, 1},
    {"whole, kept alive", {SERVER_HANG, WHOLE, 0}, HTTP_ANSWERED, 200, "response=1", LONG_MS, 1},
    {"up to the end of the connection",
     {SERVER_ANSWER, "HTTP/1.0 200 OK\r\n\r\nresponse=1", 0},
     HTTP_ANSWERED,
     200,
     "response=1",
     LONG_MS,
     1},
    {"chunked",
     {SERVER_ANSWER,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nresponse=1\r\n0\r\n\r\n", 0},
     HTTP_ANSWERED,
     200,
     "response=1",
     LONG_MS,
     1},
    {"empty",
     {SERVER_ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
     HTTP_ANSWERED,
     200,
     "",
     LONG_MS,
     1},
    {"a fault of theirs",
     {SERVER_ANSWER, "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops", 0},
     HTTP_ANSWERED,
     500,
     "oops",
     LONG_MS,
     1},
    {"a redirect is an answer",
     {SERVER_ANSWER, "HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n", 0},
     HTTP_ANSWERED,
     302,
     "",
     LONG_MS,
     1},
    {"a redirect that keeps the body",
     {SERVER_ANSWER, "HTTP/1.1 307 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n", 0},
     HTTP_ANSWERED,
     307,
     "",
     LONG_MS,
     1},
    {"an expectation failed",
     {SERVER_ANSWER, "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n", 0},
     HTTP_ANSWERED,
     417,
     "",
     LONG_MS,
     1},
    {"a password asked for",
     {SERVER_ANSWER,
      "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", 0},
     HTTP_ANSWERED,
     401,
     "",
     LONG_MS,
     1},
    {"retry later",
     {SERVER_ANSWER, "HTTP/1.1 503 No\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", 0},
     HTTP_ANSWERED,
     503,
     "",
     LONG_MS,
     1},
    {"on, then the answer",
     {SERVER_ANSWER, "HTTP/1.1 100 Continue\r\n\r\n" WHOLE, 0},
     HTTP_ANSWERED,
     200,
     "response=1",
     LONG_MS,
     1},
    {"closed before reading", {SERVER_CLOSE, NULL, 0}, HTTP_LOST, 0, NULL, LONG_MS, 0},
    {"closed after reading", {SERVER_ANSWER, NULL, 0}, HTTP_LOST, 0, NULL, LONG_MS, 1},
    {"reset after reading", {SERVER_RESET, NULL, 0}, HTTP_LOST, 0, NULL, LONG_MS, 1},
    {"only on",
     {SERVER_ANSWER, "HTTP/1.1 100 Continue\r\n\r\n", 0},
     HTTP_LOST,
     100,
     NULL,
     LONG_MS,
     1},
    {"half a status", {SERVER_ANSWER, "HTTP/1.1 2", 0}, HTTP_LOST, 0, NULL, LONG_MS, 1},
    {"half the headers",
     {SERVER_ANSWER, "HTTP/1.1 200 OK\r\nContent-Le", 0},
     HTTP_LOST,
     200,
     NULL,
     LONG_MS,
     1},
    {"headers without their end",
     {SERVER_ANSWER, "HTTP/1.1 200 OK\r\nServer: x\r\n", 0},
     HTTP_LOST,
     200,
     NULL,
     LONG_MS,
     1},
    {"on, then half the headers",
     {SERVER_ANSWER, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nServer: x\r\n", 0},
     HTTP_LOST,
     200,
     NULL,
     LONG_MS,
     1},
    {"half the body",
     {SERVER_ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nrespo", 0},
     HTTP_LOST,
     200,
     NULL,
     LONG_MS,
     1},
    {"half the chunks",
     {SERVER_ANSWER, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nresponse=1\r\n", 0},
     HTTP_LOST,
     200,
     NULL,
     LONG_MS,
     1},
    {"reset in the body",
     {SERVER_RESET, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nrespo", 0},
     HTTP_LOST,
     -1,
     NULL,
     LONG_MS,
     1},
    {"no answer in time", {SERVER_HANG, NULL, 0}, HTTP_LOST, 0, NULL, SHORT_MS, 1},
    {"half a body in time",
     {SERVER_HANG, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nrespo", 0},
     HTTP_LOST,
     200,
     NULL,
     SHORT_MS,
     1},
    {"not HTTP",
     {SERVER_ANSWER, "response=1&response_code=100", 0},
     HTTP_LOST,
     0,
     NULL,
     LONG_MS,
     1},
};

static void test_wire(void **state) {
    (void)state;
    for (size_t at = 0; at < sizeof wire_cases / sizeof *wire_cases; at++) {
        const struct wire_case *each = &wire_cases[at];
        struct arena *arena = arena_new(32 * 1024 * 1024);
        struct server server;

        print_message("  %s\n", each->label);
        server_start(&server, &each->step, 1);
        struct http_call call = post(server.url, each->timeout_ms, arena);
        server_stop(&server);

        assert_int_equal(call.end, each->end);
        if (each->status >= 0)
            assert_int_equal(call.status, each->status);
        if (each->answer) {
            assert_string_equal(call.answer.bytes, each->answer);
            assert_string_equal(call.failure, "");
        } else {
            assert_string_not_equal(call.failure, "");
        }
        /* Once, and never again. */
        assert_int_equal(server.connections, 1);
        assert_int_equal(server.requests, each->requests);
        assert_false(server.has_more);
        server_free(&server);
        arena_free(arena);
    }
}

static void test_request(void **state) {
    const struct server_step step = {SERVER_ANSWER, WHOLE, 0};
    struct arena *arena = arena_new(32 * 1024 * 1024);
    struct server server;

    (void)state;
    /* The environment has no say. */
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    server_start(&server, &step, 1);
    const char *url = arena_format(arena, "%s/api/transact.php", server.url);
    struct http_call call = post(url, LONG_MS, arena);
    server_stop(&server);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");

    assert_int_equal(call.end, HTTP_ANSWERED);
    assert_true(text_starts_with(server.kept[0], "POST /api/transact.php HTTP/1.1\r\n"));
    assert_non_null(
        strstr(server.kept[0], "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    assert_non_null(strstr(server.kept[0], "\r\n\r\n" BODY));
    assert_null(strstr(server.kept[0], "Expect"));
    assert_null(strstr(server.kept[0], "Cookie"));
    assert_null(strstr(server.kept[0], "Authorization"));

    /* What was sent is gone from our memory. */
    assert_int_equal(call.body.length, 0);
    for (size_t at = 0; at < call.body.capacity; at++)
        assert_int_equal(call.body.bytes[at], 0);
    server_free(&server);
    arena_free(arena);
}

/* libcurl waits for "100 Continue" with large bodies if it may; one that goes in several writes. */
static void test_large_request(void **state) {
    const struct server_step step = {SERVER_ANSWER, WHOLE, 0};
    enum { LARGE = 3 * 1024 * 1024 };
    struct arena *arena = arena_new(32 * 1024 * 1024);
    struct http_client *client = http_client_new(CONNECT_MS, LONG_MS, "");
    struct http_call call = {.answer_limit_bytes = 100};
    struct server server;
    char *large = arena_alloc(arena, LARGE + 1);

    (void)state;
    memset(large, 'x', LARGE);
    buffer_init(&call.body, arena, LARGE);
    buffer_add(&call.body, large, LARGE);
    server_start(&server, &step, 1);
    call.url = server.url;
    http_client_post(client, arena, &call);
    http_client_free(client);
    server_stop(&server);
    assert_int_equal(call.end, HTTP_ANSWERED);
    assert_int_equal(server.requests, 1);
    assert_null(strstr(server.kept[0], "Expect"));
    server_free(&server);
    arena_free(arena);
}

/* The trap: the server keeps the first connection open, books the second request and dies. On a
 * reused connection libcurl would send that one again. */
static void test_no_reuse(void **state) {
    const struct server_step steps[] = {
        {SERVER_HANG, WHOLE, 0}, {SERVER_ANSWER, NULL, 0}, {SERVER_ANSWER, WHOLE, 0}};
    struct arena *arena = arena_new(32 * 1024 * 1024);
    struct http_client *client = http_client_new(CONNECT_MS, LONG_MS, "");
    static const enum http_end ends[] = {HTTP_ANSWERED, HTTP_LOST, HTTP_ANSWERED};
    struct server server;

    (void)state;
    server_start(&server, steps, 3);
    for (size_t at = 0; at < 3; at++) {
        struct http_call call = {.url = server.url};

        buffer_init(&call.body, arena, 1000);
        buffer_text(&call.body, BODY);
        http_client_post(client, arena, &call);
        assert_int_equal(call.end, ends[at]);
    }
    http_client_free(client);
    server_stop(&server);
    assert_int_equal(server.connections, 3);
    assert_int_equal(server.requests, 3);
    assert_false(server.has_more);
    server_free(&server);
    arena_free(arena);
}

/* head, then length bytes of 'x'. */
static struct http_call post_for(size_t length, size_t limit_bytes, struct arena *arena,
                                 size_t *out_requests) {
    const char *head = arena_format(arena, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                                    length);
    struct server_step step = {SERVER_ANSWER, NULL, strlen(head) + length};
    struct http_client *client = http_client_new(CONNECT_MS, LONG_MS, "");
    struct http_call call = {.answer_limit_bytes = limit_bytes};
    struct server server;
    char *bytes = arena_alloc(arena, step.length);

    memcpy(bytes, head, strlen(head));
    memset(bytes + strlen(head), 'x', length);
    step.bytes = bytes;
    server_start(&server, &step, 1);
    call.url = server.url;
    buffer_init(&call.body, arena, 100);
    buffer_text(&call.body, BODY);
    http_client_post(client, arena, &call);
    http_client_free(client);
    server_stop(&server);
    server_free(&server);
    *out_requests = server.connections;
    return call;
}

static void test_answer_limit(void **state) {
    static const struct {
        size_t limit, length;
        enum http_end end;
    } cases[] = {
        {0, HTTP_ANSWER_MAX, HTTP_ANSWERED},
        {0, HTTP_ANSWER_MAX + 1, HTTP_LOST},
        {1000, 1000, HTTP_ANSWERED},
        {1000, 1001, HTTP_LOST},
    };

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct arena *arena = arena_new(64 * 1024 * 1024);
        size_t requests = 0;
        struct http_call call = post_for(cases[at].length, cases[at].limit, arena, &requests);

        assert_int_equal(call.end, cases[at].end);
        assert_true(call.answer.length <= cases[at].length);
        assert_int_equal(requests, 1);
        arena_free(arena);
    }
}

/* Headers without end are as bad as a body without end. */
static void test_header_limit(void **state) {
    struct arena *arena = arena_new(32 * 1024 * 1024);
    struct buffer bytes;
    struct server server;

    (void)state;
    buffer_init(&bytes, arena, 1000000);
    buffer_text(&bytes, "HTTP/1.1 200 OK\r\n");
    for (int at = 0; at < 5000; at++)
        buffer_text(&bytes, "X-Filler: filler filler\r\n");
    buffer_text(&bytes, "Content-Length: 0\r\n\r\n");
    const struct server_step step = {SERVER_ANSWER, bytes.bytes, 0};
    server_start(&server, &step, 1);
    struct http_call call = post(server.url, LONG_MS, arena);
    server_stop(&server);
    assert_int_equal(call.end, HTTP_LOST);
    assert_int_equal(server.connections, 1);
    server_free(&server);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wire),          cmocka_unit_test(test_request),
        cmocka_unit_test(test_large_request), cmocka_unit_test(test_no_reuse),
        cmocka_unit_test(test_answer_limit),  cmocka_unit_test(test_header_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
