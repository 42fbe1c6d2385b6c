/* The open gateway: addresses it takes, one sale, look-ups and reports page by page. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/core/date.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "tests/common/gateway/server.h"

static struct gateway_options options_for(const char *url) {
    return (struct gateway_options){
        .driver = "nmi",
        .api_url = url,
        .key = "KEY",
        .connect_timeout_ms = 5000,
        .timeout_ms = 20000,
        .ca_file = "",
    };
}

static void test_addresses(void **state) {
    static const struct {
        const char *url;
        enum result result;
    } cases[] = {
        {"https://secure.nmi.com", RESULT_OK},
        {"https://secure.nmi.com:8443", RESULT_OK},
        {"https://secure.nmi.com/base/path", RESULT_OK},
        {"https://[2001:db8::1]:443", RESULT_OK},
        {"http://127.0.0.1", RESULT_OK},
        {"http://127.0.0.2:8600", RESULT_OK},
        {"http://127.255.255.254:1/x", RESULT_OK},
        {"http://localhost:8600", RESULT_OK},
        {"http://LocalHost", RESULT_OK},
        {"http://[::1]:8600", RESULT_OK},
        {"", RESULT_INVALID},
        {"https://", RESULT_INVALID},
        {"secure.nmi.com", RESULT_INVALID},
        {"ftp://secure.nmi.com", RESULT_INVALID},
        {"file:///etc/passwd", RESULT_INVALID},
        {"HTTP://127.0.0.1", RESULT_INVALID},
        {"http://secure.nmi.com", RESULT_INVALID},
        {"http://128.0.0.1", RESULT_INVALID},
        {"http://126.255.255.255", RESULT_INVALID},
        {"http://127.1", RESULT_INVALID},
        {"http://127.0.0.1.example.com", RESULT_INVALID},
        {"http://127.0.0.1@example.com", RESULT_INVALID},
        {"http://localhost.example.com", RESULT_INVALID},
        {"http://localhost@example.com", RESULT_INVALID},
        {"http://localhost:80@example.com", RESULT_INVALID},
        {"http://[::2]", RESULT_INVALID},
        {"http://[::1", RESULT_INVALID},
        {"https://[]", RESULT_INVALID},
        {"https://[::1%25lo]", RESULT_INVALID},
        {"https://user:word@secure.nmi.com", RESULT_INVALID},
        {"https://secure.nmi.com/", RESULT_INVALID},
        {"https://secure.nmi.com/base/", RESULT_INVALID},
        {"https://secure.nmi.com:", RESULT_INVALID},
        {"https://secure.nmi.com:0", RESULT_INVALID},
        {"https://secure.nmi.com:65536", RESULT_INVALID},
        {"https://secure.nmi.com:443443", RESULT_INVALID},
        {"https://secure.nmi.com:44a", RESULT_INVALID},
        {"https://secure.nmi.com?x=1", RESULT_INVALID},
        {"https://secure.nmi.com/x?y", RESULT_INVALID},
        {"https://secure.nmi.com#x", RESULT_INVALID},
        {"https://secure.nmi.com\\x", RESULT_INVALID},
        {"https://secure.nmi.com ", RESULT_INVALID},
        {"https://secure.nmi.com\r\nX: y", RESULT_INVALID},
        {"https://sec%75re.nmi.com", RESULT_INVALID},
    };

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct gateway_options options = options_for(cases[at].url);
        struct gateway *gateway = NULL;
        enum result result = gateway_open(&options, &gateway);

        if (result != cases[at].result)
            print_error("  %s\n", cases[at].url);
        assert_int_equal(result, cases[at].result);
        gateway_close(gateway);
    }
}

static void test_options(void **state) {
    struct gateway_options good = options_for("https://secure.nmi.com"), bad;
    struct gateway *gateway = NULL;

    (void)state;
    bad = good;
    bad.driver = "nobody";
    assert_int_equal(gateway_open(&bad, &gateway), RESULT_INVALID);
    bad = good;
    bad.key = "";
    assert_int_equal(gateway_open(&bad, &gateway), RESULT_INVALID);
    bad = good;
    bad.timeout_ms = 0;
    assert_int_equal(gateway_open(&bad, &gateway), RESULT_INVALID);
    bad = good;
    bad.connect_timeout_ms = 0;
    assert_int_equal(gateway_open(&bad, &gateway), RESULT_INVALID);
    assert_null(gateway);

    assert_int_equal(gateway_open(&good, &gateway), RESULT_OK);
    assert_string_equal(gateway_name(gateway), "nmi");
    assert_ptr_equal(gateway_options_of(gateway), &good);
    gateway_close(gateway);
    gateway_close(NULL);
}

/* ---- a server that answers ---- */

static const char *http_answer(struct arena *arena, const char *body) {
    return arena_format(arena, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                        body);
}

static const char *body_of(const struct server *server, size_t at) {
    return strstr(server->kept[at], "\r\n\r\n") + 4;
}

/* What a log line held, by way of a pipe in place of standard error. */
struct capture {
    int saved, pipe[2];
};

static void capture_start(struct capture *capture) {
    assert_int_equal(pipe(capture->pipe), 0);
    capture->saved = dup(STDERR_FILENO);
    dup2(capture->pipe[1], STDERR_FILENO);
}

static void capture_stop(struct capture *capture, char *out, size_t size) {
    dup2(capture->saved, STDERR_FILENO);
    close(capture->saved);
    close(capture->pipe[1]);
    ssize_t length = read(capture->pipe[0], out, size - 1);
    close(capture->pipe[0]);
    out[length > 0 ? length : 0] = '\0';
}

static void test_sale(void **state) {
    static const struct {
        const char *bytes; /* of the whole answer; NULL: none */
        enum gateway_outcome outcome;
        const char *logged;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\n\r\nresponse=1&responsetext=Card+4111111111111111"
         "&transactionid=91&orderid=P1&response_code=100",
         GATEWAY_APPROVED, "\"outcome\":\"approved\",\"code\":\"100\",\"transaction_id\":\"91\""},
        {"HTTP/1.1 429 Slow down\r\n\r\n", GATEWAY_UNKNOWN, "\"http_status\":429"},
        {NULL, GATEWAY_UNKNOWN, "\"outcome\":\"unknown\""},
    };

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        const struct server_step step = {SERVER_ANSWER, cases[at].bytes, 0};
        struct gateway_sale_ask ask = {.reference = "P1",
                                       .vault_id = "vault-of-ada",
                                       .amount_cents = 2500,
                                       .description = "",
                                       .address = "192.0.2.9",
                                       .email = "ada@example.test",
                                       .initial_transaction_id = ""};
        struct arena *arena = arena_new(1024 * 1024);
        struct server server;
        struct capture capture;
        struct gateway *gateway;
        struct gateway_answer answer;
        char line[4096];

        server_start(&server, &step, 1);
        struct gateway_options options = options_for(server.url);
        assert_int_equal(gateway_open(&options, &gateway), RESULT_OK);
        capture_start(&capture);
        gateway_sale(gateway, arena, &ask, &answer);
        capture_stop(&capture, line, sizeof line);
        gateway_close(gateway);
        server_stop(&server);

        assert_int_equal(answer.outcome, cases[at].outcome);
        assert_int_equal(server.requests, 1);
        assert_non_null(strstr(line, "\"event\":\"gateway.sale\",\"reference\":\"P1\""));
        assert_non_null(strstr(line, cases[at].logged));
        assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1); /* one line */
        assert_null(strstr(line, "KEY"));
        assert_null(strstr(line, "vault-of-ada"));
        assert_null(strstr(line, "ada@"));
        assert_null(strstr(line, "4111"));
        server_free(&server);
        arena_free(arena);
    }
}

struct seen {
    size_t count, stop_at;
    struct gateway_transaction kept[8];
};

static enum result see(const struct gateway_transaction *transaction, void *context) {
    struct seen *seen = context;

    if (seen->stop_at && seen->count + 1 == seen->stop_at)
        return RESULT_CONFLICT;
    seen->kept[seen->count++ % 8] = *transaction;
    return RESULT_OK;
}

#define ONE(id, order)                                                                             \
    "<transaction><transaction_id>" id "</transaction_id><transaction_type>cc</transaction_type>"  \
    "<condition>complete</condition><order_id>" order "</order_id><action><amount>1.00</amount>"   \
    "<action_type>sale</action_type><date>20270301140512</date><success>1</success></action>"      \
    "</transaction>"
#define CHECKED                                                                                    \
    "<transaction><transaction_id>5</transaction_id><condition>complete</condition><action>"       \
    "<action_type>validate</action_type><date>20270301140512</date><success>1</success></action>"  \
    "</transaction>"

struct query_case {
    const char *label;
    const char *bodies[4]; /* one a request, over and over */
    enum result result;
    size_t seen, requests, stop_at;
};

static struct seen ask_for(const struct query_case *each, bool is_report, struct server *server) {
    struct arena *arena = arena_new(1024 * 1024);
    struct server_step steps[4];
    struct gateway *gateway;
    struct seen seen = {.stop_at = each->stop_at};
    size_t count = 0;
    int64_t from = 0, to = 0;

    print_message("  %s\n", each->label);
    assert_true(instant_parse("2027-03-01 00:00:00", &from));
    assert_true(instant_parse("2027-03-02 23:59:59", &to));
    for (; count < 4 && each->bodies[count]; count++)
        steps[count] = (struct server_step){SERVER_ANSWER, http_answer(arena, each->bodies[count]),
                                            0};
    server_start(server, steps, count);
    struct gateway_options options = options_for(server->url);
    assert_int_equal(gateway_open(&options, &gateway), RESULT_OK);
    enum result result = is_report ? gateway_report(gateway, arena, from, to, see, &seen)
                                   : gateway_lookup(gateway, arena, "P1", see, &seen);
    gateway_close(gateway);
    server_stop(server);
    assert_int_equal(result, each->result);
    assert_int_equal(seen.count, each->seen);
    assert_int_equal(server->requests, each->requests);
    arena_free(arena);
    return seen;
}

static void test_lookup(void **state) {
    static const struct query_case cases[] = {
        {"none", {"<nm_response/>"}, RESULT_OK, 0, 1, 0},
        {"one", {"<nm_response>" ONE("1", "P1") "</nm_response>"}, RESULT_OK, 1, 1, 0},
        {"two",
         {"<nm_response>" ONE("1", "P1") ONE("2", "P1") "</nm_response>"},
         RESULT_OK,
         2,
         1,
         0},
        {"another's beside it",
         {"<nm_response>" ONE("1", "P12") ONE("2", "P1") ONE("3", "") "</nm_response>"},
         RESULT_OK,
         1,
         1,
         0},
        {"the caller stops",
         {"<nm_response>" ONE("1", "P1") ONE("2", "P1") "</nm_response>"},
         RESULT_CONFLICT,
         1,
         1,
         2},
        {"an error",
         {"<nm_response><error_response>No</error_response></nm_response>"},
         RESULT_UNCERTAIN,
         0,
         1,
         0},
        {"nothing", {""}, RESULT_UNCERTAIN, 0, 1, 0},
        {"cut after the one", {"<nm_response>" ONE("1", "P1")}, RESULT_UNCERTAIN, 0, 1, 0},
    };

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct server server;

        ask_for(&cases[at], false, &server);
        assert_true(text_starts_with(server.kept[0], "POST /api/query.php HTTP/1.1\r\n"));
        assert_string_equal(body_of(&server, 0), "security_key=KEY&order_id=P1");
        server_free(&server);
    }
}

static void test_report(void **state) {
    static const struct query_case cases[] = {
        {"empty", {"<nm_response/>"}, RESULT_OK, 0, 1, 0},
        {"pages up to an empty one",
         {"<nm_response>" ONE("1", "A") ONE("2", "B") "</nm_response>",
          "<nm_response>" ONE("3", "C") "</nm_response>", "<nm_response/>"},
         RESULT_OK,
         3,
         3,
         0},
        {"a page of validations is not the end",
         {"<nm_response>" CHECKED "</nm_response>", "<nm_response>" ONE("3", "C") "</nm_response>",
          "<nm_response/>"},
         RESULT_OK,
         1,
         3,
         0},
        {"a later page is broken",
         {"<nm_response>" ONE("1", "A") "</nm_response>", "<nm_response>" ONE("2", "B")},
         RESULT_UNCERTAIN,
         1,
         2,
         0},
        {"the caller stops",
         {"<nm_response>" ONE("1", "A") ONE("2", "B") "</nm_response>"},
         RESULT_CONFLICT,
         1,
         1,
         2},
        {"the same page again",
         {"<nm_response>" ONE("1", "A") "</nm_response>"},
         RESULT_UNCERTAIN,
         1,
         2,
         0},
        {"no end",
         {"<nm_response>" ONE("1", "A") "</nm_response>",
          "<nm_response>" ONE("2", "A") "</nm_response>"},
         RESULT_UNCERTAIN,
         4000,
         4000,
         0},
    };

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct server server;

        ask_for(&cases[at], true, &server);
        assert_string_equal(body_of(&server, 0),
                            "security_key=KEY&start_date=20270301000000&end_date=20270302235959"
                            "&result_limit=250&page_number=0");
        if (server.requests > 1)
            assert_string_equal(strstr(body_of(&server, 1), "&page_number"), "&page_number=1");
        server_free(&server);
    }
}

static void test_query_status(void **state) {
    const struct server_step steps[] = {{SERVER_ANSWER, "HTTP/1.1 503 No\r\n\r\n<nm_response/>", 0},
                                        {SERVER_ANSWER, NULL, 0}};

    (void)state;
    for (size_t at = 0; at < 2; at++) {
        struct arena *arena = arena_new(1024 * 1024);
        struct server server;
        struct gateway *gateway;
        struct seen seen = {0};

        server_start(&server, &steps[at], 1);
        struct gateway_options options = options_for(server.url);
        assert_int_equal(gateway_open(&options, &gateway), RESULT_OK);
        assert_int_equal(gateway_lookup(gateway, arena, "P1", see, &seen), RESULT_UNCERTAIN);
        gateway_close(gateway);
        server_stop(&server);
        assert_int_equal(seen.count, 0);
        server_free(&server);
        arena_free(arena);
    }
}

static void test_names(void **state) {
    (void)state;
    assert_string_equal(gateway_decline_name(DECLINE_NONE), "");
    assert_string_equal(gateway_decline_name(DECLINE_FIX_DATA), "fix_data");
    for (enum gateway_outcome outcome = GATEWAY_APPROVED; outcome <= GATEWAY_NOT_SENT; outcome++)
        for (enum gateway_outcome other = GATEWAY_APPROVED; other < outcome; other++)
            assert_string_not_equal(gateway_outcome_name(outcome), gateway_outcome_name(other));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses), cmocka_unit_test(test_options),
        cmocka_unit_test(test_sale),      cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_report),    cmocka_unit_test(test_query_status),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
