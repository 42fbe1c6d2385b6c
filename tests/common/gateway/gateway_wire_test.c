/* Every question over a connection that is slow, reset or cut: how it ends, and that it was sent
 * once. What the wire itself can do is proven in http_client_test.c. */
#include <string.h>

#include "common/core/text.h"
#include "tests/common/gateway/ask.h"
#include "tests/common/gateway/server.h"
#include "tests/support/test.h"

/* Short where a test waits for it to pass, long where it must not. */
enum { SHORT_MS = 400, LONG_MS = 20000 };

enum cut { NOTHING, HALF_THE_HEADERS, HEADERS, HALF_THE_BODY, ALL };

struct wire_case {
    const char *label;
    enum server_act act;
    enum cut cut; /* of the good answer */
    unsigned timeout_ms;
    bool is_good;
    size_t requests;
};

static const struct wire_case wire_cases[] = {
    {"whole", SERVER_ANSWER, ALL, LONG_MS, true, 1},
    {"whole, byte by byte", SERVER_DRIP, ALL, LONG_MS, true, 1},
    {"slow headers", SERVER_HANG, HALF_THE_HEADERS, SHORT_MS, false, 1},
    {"slow body", SERVER_HANG, HALF_THE_BODY, SHORT_MS, false, 1},
    {"closed unread", SERVER_CLOSE, NOTHING, LONG_MS, false, 0},
    {"closed before the headers", SERVER_ANSWER, NOTHING, LONG_MS, false, 1},
    {"closed in the body", SERVER_ANSWER, HALF_THE_BODY, LONG_MS, false, 1},
    {"reset before the headers", SERVER_RESET, NOTHING, LONG_MS, false, 1},
    {"reset in the headers", SERVER_RESET, HALF_THE_HEADERS, LONG_MS, false, 1},
    {"reset after the headers", SERVER_RESET, HEADERS, LONG_MS, false, 1},
    {"reset in the body", SERVER_RESET, HALF_THE_BODY, LONG_MS, false, 1},
};

static const char *answer_of(struct arena *arena, enum question question, enum cut cut) {
    const char *body = question_goods[question];
    const char *head = arena_format(arena, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                                    strlen(body));
    size_t lengths[] = {0, strlen(head) / 2, strlen(head), strlen(head) + strlen(body) / 2,
                        strlen(head) + strlen(body)};

    return arena_copy(arena, arena_format(arena, "%s%s", head, body), lengths[cut]);
}

static void expect_end(struct arena *arena, enum question question, const struct server_step *step,
                       unsigned timeout_ms, size_t requests, const char *label, const char *end) {
    struct gateway_answer answer;
    struct gateway *gateway;
    struct server server;

    server_start(&server, step, 1);
    struct gateway_options options = ask_options(server.url, timeout_ms, "");
    assert_int_equal(gateway_open(&options, &gateway), RESULT_OK);
    capture_begin();
    const char *got = ask_answer(gateway, arena, question, &answer);
    (void)capture_end(arena);
    gateway_close(gateway);
    server_stop(&server);

    check_text(label, got, end);
    check_int(label, (int64_t)server.connections, 1);
    check_int(label, (int64_t)server.requests, (int64_t)requests);
    check_true(label, !server.has_more);
    server_free(&server);
}

/* The time-outs are waited for once a kind: a void is written and read as a refund is. */
static void test_wire(void **state) {
    for (size_t at = 0; at < COUNT(wire_cases); at++) {
        const struct wire_case *each = &wire_cases[at];

        for (enum question question = ASK_SALE; question < ASKS; question++) {
            const char *label = arena_format(*state, "%s: %s", question_names[question],
                                             each->label);
            const struct server_step step = {each->act, answer_of(*state, question, each->cut), 0};

            if (each->timeout_ms == SHORT_MS && (question == ASK_KEEP || question == ASK_VOID))
                continue;
            expect_end(*state, question, &step, each->timeout_ms, each->requests, label,
                       each->is_good ? ask_good(question) : ask_end(question, true));
        }
    }
}

/* Whole answers that say nothing of the question. */
static void test_no_answers(void **state) {
    static const char *const texts[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n<html><body>1</body></html>\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n\x89PNG\r\n\x1a\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nresponsetext=x",
        "HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops",
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 28\r\n\r\nresponse=1&response_code=100\n",
        "HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n",
    };

    for (size_t at = 0; at < COUNT(texts); at++) {
        const struct server_step step = {SERVER_ANSWER, texts[at], 0};

        for (enum question question = ASK_SALE; question < ASKS; question++)
            expect_end(*state, question, &step, LONG_MS, 1, texts[at], ask_end(question, true));
    }
}

static void test_wrong_key(void **state) {
    static const char text[] = "HTTP/1.1 200 OK\r\n\r\n"
                               "response=3&responsetext=Authentication+Failed&response_code=300";
    static const char xml[] =
        "HTTP/1.1 200 OK\r\n\r\n"
        "<nm_response><error_response>Authentication Failed</error_response></nm_response>";

    for (enum question question = ASK_SALE; question < ASKS; question++) {
        bool is_answer = question != ASK_REMOVE && question != ASK_READ;
        const struct server_step step = {SERVER_ANSWER, question == ASK_READ ? xml : text, 0};

        expect_end(*state, question, &step, LONG_MS, 1, question_names[question],
                   is_answer ? "misconfigured" : ask_end(question, true));
    }
}

/* Nobody listens: bound, so that nobody else gets the port. */
static void test_refused(void **state) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int closed = socket(AF_INET, SOCK_STREAM, 0);
    struct gateway_answer answer;
    struct gateway *gateway;

    assert_int_equal(bind(closed, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(closed, (struct sockaddr *)&address, &length), 0);
    struct gateway_options options = ask_options(
        arena_format(*state, "http://127.0.0.1:%d", ntohs(address.sin_port)), LONG_MS, "");
    assert_int_equal(gateway_open(&options, &gateway), RESULT_OK);
    for (enum question question = ASK_SALE; question < ASKS; question++) {
        capture_begin();
        const char *end = ask_answer(gateway, *state, question, &answer);
        (void)capture_end(*state);
        check_text(question_names[question], end, ask_end(question, false));
    }
    gateway_close(gateway);
    close(closed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_wire, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_no_answers, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_key, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_refused, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
