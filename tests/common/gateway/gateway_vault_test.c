/* Saves, the vault and money back through the open gateway: what is sent, and what of it is logged.
 */
#include <string.h>

#include "common/core/text.h"
#include "tests/common/gateway/ask.h"
#include "tests/common/gateway/server.h"
#include "tests/support/test.h"

enum { TIMEOUT_MS = 20000 };

static const char *http_answer(struct arena *arena, const char *body) {
    return arena_format(arena, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                        body);
}

struct asked {
    const char *end, *request, *logged;
    struct gateway_answer answer;
};

/* One question to a server that answers with body. */
static struct asked ask(struct arena *arena, enum question question, const char *body) {
    const struct server_step step = {SERVER_ANSWER, http_answer(arena, body), 0};
    struct asked asked = {.end = ""};
    struct gateway *gateway;
    struct server server;

    server_start(&server, &step, 1);
    struct gateway_options options = ask_options(server.url, TIMEOUT_MS, "");
    assert_int_equal(gateway_open(&options, &gateway), RESULT_OK);
    capture_begin();
    asked.end = ask_answer(gateway, arena, question, &asked.answer);
    asked.logged = capture_end(arena);
    gateway_close(gateway);
    server_stop(&server);
    assert_int_equal(server.requests, 1);
    asked.request = arena_text(arena, server.kept[0]);
    server_free(&server);
    return asked;
}

static void expect_no_secret(const char *label, const char *logged) {
    static const char *const secrets[] = {
        ASK_KEY,        ASK_VAULT_ID, ASK_TOKEN, "Ada",  "ada@",
        "security_key", "Elm",        "4xxx",    "4111", "f6c609e195d9d4c185dcc8c"};

    for (size_t at = 0; at < COUNT(secrets); at++)
        check_true(label, !strstr(logged, secrets[at]));
}

/* ---- what is sent ---- */

static void test_requests(void **state) {
    static const char *const starts[ASKS] = {
        [ASK_SAVE] = "POST /api/transact.php HTTP/1.1\r\n",
        [ASK_KEEP] = "POST /api/transact.php HTTP/1.1\r\n",
        [ASK_VOID] = "POST /api/transact.php HTTP/1.1\r\n",
        [ASK_REFUND] = "POST /api/transact.php HTTP/1.1\r\n",
        [ASK_REMOVE] = "POST /api/transact.php HTTP/1.1\r\n",
        [ASK_READ] = "POST /api/query.php HTTP/1.1\r\n",
    };
    static const char *const bodies[ASKS] = {
        [ASK_VOID] = "security_key=" ASK_KEY "&type=void&transactionid=91",
        [ASK_REFUND] = "security_key=" ASK_KEY "&type=refund&transactionid=91&amount=12.50",
        [ASK_REMOVE] = "security_key=" ASK_KEY
                       "&customer_vault=delete_customer&customer_vault_id=" ASK_VAULT_ID,
        [ASK_READ] = "security_key=" ASK_KEY
                     "&report_type=customer_vault&customer_vault_id=" ASK_VAULT_ID,
    };

    for (enum question question = ASK_SAVE; question < ASKS; question++) {
        const char *label = question_names[question];
        struct asked asked = ask(*state, question, question_goods[question]);

        check_text(label, asked.end, ask_good(question));
        check_true(label, text_starts_with(asked.request, starts[question]));
        if (bodies[question])
            check_text(label, strstr(asked.request, "\r\n\r\n") + 4, bodies[question]);
        check_true(label, (question == ASK_SAVE || question == ASK_KEEP) ==
                              (strstr(asked.request, "payment_token=" ASK_TOKEN) != NULL));
    }
}

static void remove_nobody(void *context) {
    struct gateway *gateway = context;
    struct arena *arena = arena_new(1024 * 1024);

    (void)!gateway_vault_remove(gateway, arena, "");
}

static void read_everybody(void *context) {
    struct gateway *gateway = context;
    struct arena *arena = arena_new(1024 * 1024);
    struct gateway_vault_entry entry;

    (void)!gateway_vault_read(gateway, arena, "", &entry);
}

static void test_empty_id(void **state) {
    struct gateway_options options = ask_options("http://127.0.0.1:1", TIMEOUT_MS, "");
    struct gateway *gateway;

    (void)state;
    assert_int_equal(gateway_open(&options, &gateway), RESULT_OK);
    assert_true(dies(remove_nobody, gateway));
    assert_true(dies(read_everybody, gateway));
    gateway_close(gateway);
}

/* ---- what comes of it ---- */

static void test_remove(void **state) {
    static const struct {
        const char *text, *end;
    } cases[] = {
        {"response=1&responsetext=Customer Deleted&authcode=&transactionid=&avsresponse="
         "&cvvresponse=&orderid=&type=&response_code=100&customer_vault_id=" ASK_VAULT_ID,
         "ok"},
        {"response=1&responsetext=Customer+Deleted&response_code=100", "ok"},
        {"response=3&responsetext=Invalid+Customer+Vault+Id+Specified+REFID%3A3174971726"
         "&response_code=300",
         "ok"},
        {"response=3&responsetext=INVALID CUSTOMER VAULT ID&response_code=300", "ok"},
        {"response=3&responsetext=Error:+invalid+customer+vault+id+" ASK_VAULT_ID
         "&response_code=300",
         "ok"},
        {"response=3&responsetext=Invalid+Customer+Vault&response_code=300", "unavailable"},
        {"response=3&responsetext=Invalid+Billing+Id&response_code=300", "unavailable"},
        {"response=3&responsetext=Authentication+Failed&response_code=300", "unavailable"},
        {"response=3&responsetext=Rate+limit+exceeded&response_code=301", "unavailable"},
        {"response=3&responsetext=Communication+error&response_code=420", "unavailable"},
        {"response=2&responsetext=DECLINE&response_code=200", "unavailable"},
        /* Words beside an answer that is none, or another's. */
        {"response=3&responsetext=Invalid+Customer+Vault+Id+Specified", "unavailable"},
        {"response=2&responsetext=Invalid+Customer+Vault+Id+Specified&response_code=200",
         "unavailable"},
        {"responsetext=Invalid+Customer+Vault+Id+Specified&response_code=300", "unavailable"},
        {"response=3&responsetext=Invalid+Customer+Vault+Id+Specified&response_code=300"
         "&customer_vault_id=m-2",
         "unavailable"},
        {"response=3&response=1&responsetext=Invalid+Customer+Vault+Id&response_code=300",
         "unavailable"},
        {"response=1&responsetext=Customer+Deleted&response_code=100&customer_vault_id=m-2",
         "unavailable"},
        {"response=1&responsetext=Customer+Deleted", "unavailable"},
        {"response=1&response_code=200", "unavailable"},
        {"<html>Customer Deleted</html>", "unavailable"},
        {"", "unavailable"},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        const char *text = cases[at].text;
        struct asked asked = ask(*state, ASK_REMOVE, text);
        bool is_ok = text_equal(cases[at].end, "ok");

        check_text(text, asked.end, cases[at].end);
        check_int(text, is_ok, !*asked.logged);
        expect_no_secret(text, asked.logged);
        if (is_ok)
            continue;
        check_true(text, strstr(asked.logged, "\"level\":\"warning\"") != NULL);
        check_true(text, strstr(asked.logged, "\"event\":\"gateway.vault_remove\"") != NULL);
        check_true(text, strchr(asked.logged, '\n') == asked.logged + strlen(asked.logged) - 1);
    }
}

#define REPORT(inside) "<nm_response>" inside "</nm_response>"

static void test_read(void **state) {
    static const struct {
        const char *text, *end, *logged; /* NULL: nothing */
    } cases[] = {
        {REPORT("<customer_vault><customer id=\"" ASK_VAULT_ID "\"><cc_number>4xxx1111</cc_number>"
                "<cc_hash>f6c609e195d9d4c185dcc8ca662f0180</cc_hash></customer></customer_vault>"),
         "ok", NULL},
        {REPORT(""), "not_found", NULL},
        {REPORT("<error_response>No entry " ASK_VAULT_ID "</error_response>"), "uncertain",
         "\"failure\":\"an error, or another report\""},
        {REPORT("<customer id=\"1\"><cc_number>4xxx1111</cc_number></customer>"), "uncertain",
         "\"failure\":\"an error, or another report\""},
        {REPORT("<customer_vault><customer id=\"m-2\"/></customer_vault>"), "uncertain",
         "\"failure\":\"another entry\""},
        {"", "uncertain", "\"http_status\":200"},
        {"response=1", "uncertain", "\"question\":\"vault\""},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        const char *text = cases[at].text;
        struct asked asked = ask(*state, ASK_READ, text);

        check_text(text, asked.end, cases[at].end);
        expect_no_secret(text, asked.logged);
        check_int(text, *asked.logged != '\0', cases[at].logged != NULL);
        if (cases[at].logged)
            check_true(text, strstr(asked.logged, cases[at].logged) != NULL);
    }
}

/* ---- what is logged ---- */

static void test_logs(void **state) {
    static const struct {
        enum question question;
        const char *text, *logged;
    } cases[] = {
        {ASK_SAVE, NULL,
         "\"level\":\"info\",\"program\":\"remit\",\"event\":\"gateway.save\",\"kind\":\"checked\","
         "\"outcome\":\"approved\",\"code\":\"100\",\"transaction_id\":\"92\",\"http_status\":200"},
        {ASK_SAVE,
         "response=2&responsetext=Ada+4111111111111111&transactionid=92&response_code=202",
         "\"level\":\"info\",\"program\":\"remit\",\"event\":\"gateway.save\",\"kind\":\"checked\","
         "\"outcome\":\"declined\",\"code\":\"202\",\"transaction_id\":\"92\",\"http_status\":200"},
        {ASK_KEEP, NULL,
         "\"level\":\"info\",\"program\":\"remit\",\"event\":\"gateway.save\",\"kind\":"
         "\"unchecked\","
         "\"outcome\":\"approved\",\"code\":\"100\",\"transaction_id\":\"\",\"http_status\":200"},
        {ASK_KEEP, "response=3&responsetext=No+token+" ASK_TOKEN "&response_code=300",
         "\"level\":\"warning\",\"program\":\"remit\",\"event\":\"gateway.save\",\"kind\":"
         "\"unchecked\","
         "\"outcome\":\"refused\",\"code\":\"300\""},
        {ASK_KEEP, "response=3&responsetext=Authentication+Failed&response_code=300",
         "\"level\":\"error\",\"program\":\"remit\",\"event\":\"gateway.save\",\"kind\":"
         "\"unchecked\","
         "\"outcome\":\"misconfigured\""},
        {ASK_VOID, NULL,
         "\"level\":\"info\",\"program\":\"remit\",\"event\":\"gateway.reverse\",\"reference\":"
         "\"P1\",\"kind\":\"void\","
         "\"sale_id\":\"91\",\"amount_cents\":0,\"outcome\":\"approved\",\"code\":\"100\","
         "\"transaction_id\":\"91\",\"http_status\":200"},
        {ASK_REFUND, NULL,
         "\"level\":\"info\",\"program\":\"remit\",\"event\":\"gateway.reverse\",\"reference\":"
         "\"P1\","
         "\"kind\":\"refund\",\"sale_id\":\"91\",\"amount_cents\":1250,\"outcome\":\"approved\","
         "\"code\":\"100\",\"transaction_id\":\"93\",\"http_status\":200"},
        {ASK_REFUND, "<html>Sorry, Ada</html>",
         "\"level\":\"warning\",\"program\":\"remit\",\"event\":\"gateway.reverse\",\"reference\":"
         "\"P1\","
         "\"kind\":\"refund\",\"sale_id\":\"91\",\"amount_cents\":1250,\"outcome\":\"unknown\""},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        const char *text = cases[at].text ? cases[at].text : question_goods[cases[at].question];
        struct asked asked = ask(*state, cases[at].question, text);

        if (!strstr(asked.logged, cases[at].logged))
            print_error("%s", asked.logged);
        check_true(text, strstr(asked.logged, cases[at].logged) != NULL);
        check_true(text, strchr(asked.logged, '\n') == asked.logged + strlen(asked.logged) - 1);
        expect_no_secret(text, asked.logged);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_requests, arena_setup, arena_teardown),
        cmocka_unit_test(test_empty_id),
        cmocka_unit_test_setup_teardown(test_remove, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_read, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_logs, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
