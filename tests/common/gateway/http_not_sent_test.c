/* http_client where certainly no byte of the request left. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/core/text.h"
#include "common/gateway/http_client.h"
#include "tests/common/gateway/server.h"

/* Short where a test waits for it to pass, long where it must not. */
enum { CONNECT_MS = 300, LONG_MS = 20000 };

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

static int closed_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int socket_ = socket(AF_INET, SOCK_STREAM, 0);

    /* Bound, so that nobody else gets it, but not listening. */
    assert_int_equal(bind(socket_, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(socket_, (struct sockaddr *)&address, &length), 0);
    print_message("  port %d\n", ntohs(address.sin_port));
    return socket_;
}

static const char *url_of(struct arena *arena, int socket_) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;

    assert_int_equal(getsockname(socket_, (struct sockaddr *)&address, &length), 0);
    return arena_format(arena, "http://127.0.0.1:%d", ntohs(address.sin_port));
}

static void expect_not_sent(const char *url, unsigned timeout_ms, struct arena *arena) {
    struct http_call call = post(url, timeout_ms, arena);

    print_message("  %s\n", call.failure);
    assert_int_equal(call.end, HTTP_NOT_SENT);
    assert_int_equal(call.status, 0);
    assert_string_not_equal(call.failure, "");
    assert_int_equal(call.body.length, 0);
}

static void test_refused(void **state) {
    struct arena *arena = arena_new(1024 * 1024);
    int closed = closed_port();

    (void)state;
    expect_not_sent(url_of(arena, closed), LONG_MS, arena);
    close(closed);
    arena_free(arena);
}

static void test_no_name(void **state) {
    struct arena *arena = arena_new(1024 * 1024);

    (void)state;
    expect_not_sent("https://name.invalid", LONG_MS, arena);
    arena_free(arena);
}

/* A queue of connections that is full answers no further one. */
static void test_connect_time_out(void **state) {
    enum { MOST = 64 };
    struct arena *arena = arena_new(1024 * 1024);
    int full = closed_port(), others[MOST];
    size_t count = 0;
    struct sockaddr_in address;
    socklen_t length = sizeof address;

    (void)state;
    assert_int_equal(listen(full, 0), 0);
    assert_int_equal(getsockname(full, (struct sockaddr *)&address, &length), 0);
    /* The first that does not connect within a moment shows that the queue is full. */
    for (bool is_full = false; !is_full && count < MOST; count++) {
        struct pollfd ready = {socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), POLLOUT, 0};

        others[count] = ready.fd;
        (void)connect(ready.fd, (struct sockaddr *)&address, length);
        is_full = poll(&ready, 1, 100) == 0;
    }
    assert_true(count < MOST);
    expect_not_sent(url_of(arena, full), LONG_MS, arena);
    expect_not_sent(url_of(arena, full), CONNECT_MS / 2, arena);
    while (count)
        close(others[--count]);
    close(full);
    arena_free(arena);
}

/* TLS to what speaks something else, to what hangs up, and to what says nothing. */
static void test_no_tls(void **state) {
    static const struct server_step steps[] = {
        {SERVER_WORDS_FIRST, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 0},
        {SERVER_CLOSE, NULL, 0},
        {SERVER_HANG, NULL, 0},
    };

    (void)state;
    for (size_t at = 0; at < sizeof steps / sizeof *steps; at++) {
        struct arena *arena = arena_new(1024 * 1024);
        struct server server;

        server_start(&server, &steps[at], 1);
        expect_not_sent(arena_format(arena, "https%s", server.url + strlen("http")), LONG_MS,
                        arena);
        server_stop(&server);
        assert_int_equal(server.connections, 1);
        assert_int_equal(server.requests, 0);
        server_free(&server);
        arena_free(arena);
    }
}

static void test_too_long(void **state) {
    const struct server_step step = {SERVER_ANSWER, WHOLE, 0};
    struct arena *arena = arena_new(1024 * 1024);
    struct http_client *client = http_client_new(CONNECT_MS, LONG_MS, "");
    struct http_call call = {0};
    struct server server;

    (void)state;
    server_start(&server, &step, 1);
    call.url = server.url;
    buffer_init(&call.body, arena, 10);
    buffer_text(&call.body, "0123456789");
    buffer_text(&call.body, "&");
    http_client_post(client, arena, &call);
    http_client_free(client);
    server_stop(&server);
    assert_int_equal(call.end, HTTP_NOT_SENT);
    assert_int_equal(server.connections, 0);
    server_free(&server);
    arena_free(arena);
}

static void test_other_protocols(void **state) {
    struct arena *arena = arena_new(1024 * 1024);
    struct http_call call = post("file:///etc/hostname", LONG_MS, arena);

    (void)state;
    assert_int_not_equal(call.end, HTTP_ANSWERED);
    assert_int_equal(call.answer.length, 0);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),          cmocka_unit_test(test_no_name),
        cmocka_unit_test(test_connect_time_out), cmocka_unit_test(test_no_tls),
        cmocka_unit_test(test_too_long),         cmocka_unit_test(test_other_protocols),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
