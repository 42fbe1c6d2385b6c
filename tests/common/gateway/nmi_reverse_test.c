/* Money back: what the NMI driver sends for a void and a refund, and what it makes of the answers.
 */
#include <string.h>

#include "common/gateway/driver.h"
#include "common/money/money.h"
#include "tests/common/gateway/codes.h"
#include "tests/support/test.h"

static const struct gateway_options options = {
    .driver = "nmi",
    .api_url = "https://secure.example.test",
    .key = "KEY+1",
    .connect_timeout_ms = 1000,
    .timeout_ms = 1000,
    .ca_file = "",
};

static const struct gateway_reverse_ask void_ask = {.reference = "P0123456789AB",
                                                    .transaction_id = "9100000451"};
static const struct gateway_reverse_ask refund_ask = {
    .reference = "P0123456789AB", .transaction_id = "9100000451", .amount_cents = 1250};

static void test_bodies(void **state) {
    static const struct {
        const char *label;
        bool is_bank;
        int64_t amount_cents;
        const char *transaction_id, *body;
    } cases[] = {
        {"void", false, 0, "9100000451", "security_key=KEY%2B1&type=void&transactionid=9100000451"},
        {"void of a bank's", true, 0, "9100000451",
         "security_key=KEY%2B1&type=void&payment=check&transactionid=9100000451"},
        {"refund", false, 1250, "9100000451",
         "security_key=KEY%2B1&type=refund&transactionid=9100000451&amount=12.50"},
        {"refund of a bank's", true, 4000, "9100000451",
         "security_key=KEY%2B1&type=refund&payment=check&transactionid=9100000451&amount=40.00"},
        {"a cent", false, 1, "1", "security_key=KEY%2B1&type=refund&transactionid=1&amount=0.01"},
        {"the most", false, MONEY_MAX_CENTS, "1",
         "security_key=KEY%2B1&type=refund&transactionid=1&amount=99999999.99"},
        {"an id that would be other fields", false, 1, "1&type=void",
         "security_key=KEY%2B1&type=refund&transactionid=1%26type%3Dvoid&amount=0.01"},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct gateway_reverse_ask ask = {.reference = "P0123456789AB",
                                          .transaction_id = cases[at].transaction_id,
                                          .is_bank = cases[at].is_bank,
                                          .amount_cents = cases[at].amount_cents};
        struct http_call call;

        gateway_nmi.reverse_write(&options, *state, &ask, &call);
        check_text(cases[at].label, call.url, "https://secure.example.test/api/transact.php");
        check_text(cases[at].label, call.body.bytes, cases[at].body);
    }
}

static void write_reverse(void *context) {
    struct arena *arena = arena_new(1024 * 1024);
    struct http_call call;

    gateway_nmi.reverse_write(&options, arena, context, &call);
    arena_free(arena);
}

static void test_our_mistakes(void **state) {
    struct gateway_reverse_ask ask = refund_ask;

    (void)state;
    assert_false(dies(write_reverse, &ask));
    ask.amount_cents = -1;
    assert_true(dies(write_reverse, &ask));
    ask.amount_cents = MONEY_MAX_CENTS + 1;
    assert_true(dies(write_reverse, &ask));
    ask = refund_ask;
    ask.transaction_id = "";
    assert_true(dies(write_reverse, &ask));
}

/* ---- the answer ---- */

static struct gateway_answer read_bytes(const struct gateway_reverse_ask *ask, long status,
                                        const char *bytes, size_t length) {
    struct arena *arena = arena_new(4 * 1024 * 1024);
    struct http_call call = {.end = HTTP_ANSWERED, .status = status};
    struct gateway_answer answer;

    memset(&answer, 0x55, sizeof answer);
    buffer_init(&call.answer, arena, 64 * 1024);
    buffer_add(&call.answer, bytes, length);
    gateway_nmi.reverse_read(ask, &call, &answer);
    arena_free(arena);
    return answer;
}

static struct gateway_answer read_text(const struct gateway_reverse_ask *ask, const char *text) {
    return read_bytes(ask, 200, text, strlen(text));
}

/* Money back from a bank account ends as that to a card does: it is never pending for us. */
static void test_codes(void **state) {
    for (size_t at = 0; at < 4 * (size_t)CODE_CASES; at++) {
        const struct code_case *each = &code_cases[at / 4];
        struct gateway_reverse_ask ask = at % 2 ? refund_ask : void_ask;
        const char *text = arena_format(*state,
                                        "response=%s&responsetext=Words&authcode="
                                        "&transactionid=9100000500&orderid=P0123456789AB&type=%s"
                                        "&response_code=%s",
                                        each->response, at % 2 ? "refund" : "void", each->code);

        ask.is_bank = at % 4 >= 2;
        struct gateway_answer answer = read_text(&ask, text);
        check_int(text, answer.outcome, each->outcome);
        check_int(text, answer.decline, each->decline);
        check_text(text, answer.code, each->code);
        check_text(text, answer.text, "Words");
        check_text(text, answer.transaction_id, "9100000500");
    }
}

struct answer_case {
    const struct gateway_reverse_ask *ask;
    const char *text;
    enum gateway_outcome outcome;
    const char *transaction_id, *words;
};

static void test_recorded(void **state) {
    static const struct answer_case cases[] = {
        {&void_ask,
         "response=1&responsetext=Transaction+Void+Successful&authcode=123456"
         "&transactionid=9100000451&avsresponse=&cvvresponse=&orderid=P0123456789AB&type=void"
         "&response_code=100",
         GATEWAY_APPROVED, "9100000451", "Transaction Void Successful"},
        /* Of a void we know the transaction. */
        {&void_ask, "response=1&responsetext=OK&response_code=100", GATEWAY_APPROVED, "", "OK"},
        {&void_ask,
         "response=1&responsetext=OK&transactionid=9100000451&amount_authorized=25.00"
         "&response_code=100",
         GATEWAY_APPROVED, "9100000451", "OK"},
        {&refund_ask,
         "response=1&responsetext=SUCCESS&authcode=&transactionid=9100000500&avsresponse="
         "&cvvresponse=&orderid=&type=&response_code=100",
         GATEWAY_APPROVED, "9100000500", "SUCCESS"},
        {&refund_ask,
         "response=1&responsetext=SUCCESS&transactionid=9100000500&amount_authorized=12.50"
         "&response_code=100",
         GATEWAY_APPROVED, "9100000500", "SUCCESS"},
        {&void_ask,
         "response=3&responsetext=Only transactions pending settlement can be voided"
         " REFID:3174971726&authcode=&transactionid=&type=void&response_code=300",
         GATEWAY_REFUSED, "",
         "Only transactions pending settlement can be voided REFID:**********"},
        {&refund_ask,
         "response=3&responsetext=Invalid+Transaction+ID+specified+REFID%3A1&type=refund"
         "&response_code=300",
         GATEWAY_REFUSED, "", "Invalid Transaction ID specified REFID:1"},
        {&refund_ask,
         "response=3&responsetext=Refund+amount+may+not+exceed+the+transaction+balance+REFID%3A1"
         "&orderid=&type=refund&response_code=300",
         GATEWAY_REFUSED, "", "Refund amount may not exceed the transaction balance REFID:1"},
        {&refund_ask, "response=2&responsetext=DECLINE&transactionid=9100000500&response_code=200",
         GATEWAY_DECLINED, "9100000500", "DECLINE"},
        {&void_ask, "response=3&responsetext=Authentication+Failed&response_code=300",
         GATEWAY_MISCONFIGURED, "", "Authentication Failed"},
        {&refund_ask, "response=3&responsetext=Rate+limit+exceeded&response_code=301",
         GATEWAY_REFUSED, "", "Rate limit exceeded"},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct gateway_answer answer = read_text(cases[at].ask, cases[at].text);

        check_int(cases[at].text, answer.outcome, cases[at].outcome);
        check_text(cases[at].text, answer.transaction_id, cases[at].transaction_id);
        check_text(cases[at].text, answer.text, cases[at].words);
    }
}

static void test_unreadable(void **state) {
    static const char *const texts[] = {
        "",
        "&&&",
        "<html><body>response=1</body></html>",
        "{\"response\":\"1\"}",
        "response=1",
        "response=1&transactionid=1",
        "transactionid=1&response_code=100",
        "response=1&transactionid=1&response_code=10",
        "response=1&transactionid=1%2F2&response_code=100",
        "response=1&transactionid=1&response_code=100&response=3",
        "response=1&transactionid=1&transactionid=2&response_code=100",
        "response=1&transactionid=1&orderid=P0123456789AB&orderid=P2&response_code=100",
        /* Somebody else's. */
        "response=1&transactionid=1&type=sale&response_code=100",
        "response=2&transactionid=1&type=sale&response_code=202",
        "response=1&transactionid=1&type=Void&response_code=100",
        "response=1&transactionid=1&orderid=P0123456789AC&response_code=100",
        "response=3&transactionid=&orderid=P0123456789AC&response_code=300",
    };
    static const struct {
        const struct gateway_reverse_ask *ask;
        const char *text;
    } others[] = {
        {&void_ask, "response=1&transactionid=1&type=refund&response_code=100"},
        {&refund_ask, "response=1&transactionid=1&type=void&response_code=100"},
        /* A refund that cannot be found again, and one of another amount. */
        {&refund_ask, "response=1&responsetext=SUCCESS&transactionid=&response_code=100"},
        {&refund_ask, "response=1&responsetext=SUCCESS&response_code=100"},
        {&refund_ask, "response=1&transactionid=1&response_code=100&amount_authorized=25.00"},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(texts); at++) {
        check_int(texts[at], read_text(&void_ask, texts[at]).outcome, GATEWAY_UNKNOWN);
        check_int(texts[at], read_text(&refund_ask, texts[at]).outcome, GATEWAY_UNKNOWN);
    }
    for (size_t at = 0; at < COUNT(others); at++)
        check_int(others[at].text, read_text(others[at].ask, others[at].text).outcome,
                  GATEWAY_UNKNOWN);
    assert_string_equal(
        read_text(&refund_ask, "response=1&transactionid=1&type=sale&response_code=100")
            .transaction_id,
        "");
}

static void test_status_and_ends(void **state) {
    static const char good[] = "response=1&transactionid=1&response_code=100";
    static const char refused[] = "response=3&response_code=300";
    static const long statuses[] = {201, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503};
    struct http_call call = {.end = HTTP_LOST, .status = 200};
    struct gateway_answer answer;

    (void)state;
    for (size_t at = 0; at < COUNT(statuses); at++) {
        assert_int_equal(read_bytes(&refund_ask, statuses[at], good, strlen(good)).outcome,
                         GATEWAY_UNKNOWN);
        assert_int_equal(read_bytes(&void_ask, statuses[at], refused, strlen(refused)).outcome,
                         GATEWAY_UNKNOWN);
    }
    gateway_nmi.reverse_read(&refund_ask, &call, &answer);
    assert_int_equal(answer.outcome, GATEWAY_UNKNOWN);
    call.end = HTTP_NOT_SENT;
    gateway_nmi.reverse_read(&refund_ask, &call, &answer);
    assert_int_equal(answer.outcome, GATEWAY_NOT_SENT);
}

static void test_cut(void **state) {
    static const char good[] = "response=1&responsetext=SUCCESS&transactionid=9100000500"
                               "&orderid=P0123456789AB&type=refund&response_code=100";

    (void)state;
    assert_int_equal(read_text(&refund_ask, good).outcome, GATEWAY_APPROVED);
    for (size_t cut = 0; cut < strlen(good); cut++)
        assert_int_equal(read_bytes(&refund_ask, 200, good, cut).outcome, GATEWAY_UNKNOWN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bodies, arena_setup, arena_teardown),
        cmocka_unit_test(test_our_mistakes),
        cmocka_unit_test_setup_teardown(test_codes, arena_setup, arena_teardown),
        cmocka_unit_test(test_recorded),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_status_and_ends),
        cmocka_unit_test(test_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
