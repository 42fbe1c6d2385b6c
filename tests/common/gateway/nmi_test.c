/* What the NMI driver makes of the answers to a sale. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/text.h"
#include "common/gateway/driver.h"
#include "tests/common/gateway/codes.h"

static const struct gateway_sale_ask card_ask = {
    .reference = "P0123456789AB",
    .vault_id = "c1042-m7",
    .amount_cents = 2500,
    .description = "",
    .address = "",
    .email = "",
    .initial_transaction_id = "",
};

static struct gateway_sale_ask bank_ask(void) {
    struct gateway_sale_ask ask = card_ask;

    ask.is_bank = true;
    return ask;
}

static struct gateway_answer read_bytes(const struct gateway_sale_ask *ask, long status,
                                        const char *bytes, size_t length) {
    struct arena *arena = arena_new(4 * 1024 * 1024);
    struct http_call call = {.end = HTTP_ANSWERED, .status = status};
    struct gateway_answer answer;

    memset(&answer, 0x55, sizeof answer);
    buffer_init(&call.answer, arena, 64 * 1024);
    buffer_add(&call.answer, bytes, length);
    gateway_nmi.sale_read(ask, &call, &answer);
    arena_free(arena);
    return answer;
}

static struct gateway_answer read_text(const struct gateway_sale_ask *ask, const char *text) {
    return read_bytes(ask, 200, text, strlen(text));
}

static void test_codes(void **state) {
    (void)state;
    for (size_t at = 0; at < CODE_CASES; at++) {
        struct gateway_sale_ask ask = card_ask;
        struct arena *arena = arena_new(65536);
        const char *text = arena_format(
            arena,
            "response=%s&responsetext=Words&authcode=&transactionid=9100000450"
            "&avsresponse=&cvvresponse=&orderid=P0123456789AB&type=sale"
            "&response_code=%s",
            code_cases[at].response, code_cases[at].code);

        for (int is_bank = 0; is_bank <= 1; is_bank++) {
            enum gateway_outcome outcome = code_cases[at].outcome;

            ask.is_bank = is_bank;
            if (is_bank && outcome == GATEWAY_APPROVED)
                outcome = GATEWAY_PENDING;
            struct gateway_answer answer = read_text(&ask, text);
            if (answer.outcome != outcome || answer.decline != code_cases[at].decline)
                print_error("  %s: %s %s\n", text, gateway_outcome_name(answer.outcome),
                            gateway_decline_name(answer.decline));
            assert_int_equal(answer.outcome, outcome);
            assert_int_equal(answer.decline, code_cases[at].decline);
            assert_string_equal(answer.code, code_cases[at].code);
            assert_string_equal(answer.text, "Words");
            assert_string_equal(answer.transaction_id, "9100000450");
        }
        arena_free(arena);
    }
}

struct answer_case {
    const char *text;
    enum gateway_outcome outcome;
    const char *transaction_id, *code, *words;
};

static void expect_answers(const struct gateway_sale_ask *ask, const struct answer_case *cases,
                           size_t count) {
    for (size_t at = 0; at < count; at++) {
        struct gateway_answer answer = read_text(ask, cases[at].text);

        if (answer.outcome != cases[at].outcome)
            print_error("  %s: %s\n", cases[at].text, gateway_outcome_name(answer.outcome));
        assert_int_equal(answer.outcome, cases[at].outcome);
        assert_string_equal(answer.transaction_id, cases[at].transaction_id);
        assert_string_equal(answer.code, cases[at].code);
        assert_string_equal(answer.text, cases[at].words);
    }
}

/* As recorded from gateways, with our order id where it is echoed. */
static void test_recorded(void **state) {
    static const struct answer_case cards[] = {
        {"response=1&responsetext=SUCCESS&authcode=123456&transactionid=9100000001&avsresponse=Y"
         "&cvvresponse=M&orderid=P0123456789AB&type=sale&response_code=100"
         "&customer_vault_id=c1042-m7",
         GATEWAY_APPROVED, "9100000001", "100", "SUCCESS"},
        {"response=1&responsetext=Approved&authcode=123456&transactionid=9100000001&avsresponse="
         "&cvvresponse=&orderid=&type=&response_code=100&cof_supported=stored&unheard_of=1",
         GATEWAY_APPROVED, "9100000001", "100", "Approved"},
        {"response=1&responsetext=SUCCESS&transactionid=9100000001&response_code=100\r\n",
         GATEWAY_APPROVED, "9100000001", "100", "SUCCESS"},
        {"response=2&responsetext=DECLINE&authcode=&transactionid=9100000450&avsresponse="
         "&cvvresponse=&orderid=P0123456789AB&type=sale&response_code=202",
         GATEWAY_DECLINED, "9100000450", "202", "DECLINE"},
        {"response=3&responsetext=Duplicate+transaction+REFID%3A3174971726&authcode="
         "&transactionid=&avsresponse=&cvvresponse=&orderid=P0123456789AB&type=sale"
         "&response_code=300",
         GATEWAY_REFUSED, "", "300", "Duplicate transaction REFID:**********"},
        {"response=3&responsetext=Invalid Credit Card Number REFID:3174971726&authcode="
         "&transactionid=&response_code=300",
         GATEWAY_REFUSED, "", "300", "Invalid Credit Card Number REFID:**********"},
        {"response=3&responsetext=Invalid+Customer+Vault+Id+Specified+REFID%3A1&response_code=300",
         GATEWAY_REFUSED, "", "300", "Invalid Customer Vault Id Specified REFID:1"},
        {"response=3&responsetext=Authentication+Failed&response_code=300", GATEWAY_MISCONFIGURED,
         "", "300", "Authentication Failed"},
        {"response=3&responsetext=Authentication Failed", GATEWAY_MISCONFIGURED, "", "",
         "Authentication Failed"},
        {"response=3&responsetext=Specified+API+key+not+found+REFID%3A31&response_code=300",
         GATEWAY_MISCONFIGURED, "", "300", "Specified API key not found REFID:31"},
        {"response=3&responsetext=Rate+limit+exceeded&response_code=301", GATEWAY_REFUSED, "",
         "301", "Rate limit exceeded"},
        /* The words decide nothing else. */
        {"response=2&responsetext=Authentication+Failed&transactionid=1&response_code=200",
         GATEWAY_DECLINED, "1", "200", "Authentication Failed"},
        {"response=1&responsetext=Duplicate+transaction&transactionid=1&response_code=100",
         GATEWAY_APPROVED, "1", "100", "Duplicate transaction"},
    };
    static const struct answer_case banks[] = {
        {"response=1&responsetext=SUCCESS&authcode=123456&transactionid=9100000451&avsresponse="
         "&cvvresponse=&orderid=P0123456789AB&type=sale&response_code=100",
         GATEWAY_PENDING, "9100000451", "100", "SUCCESS"},
        {"response=2&responsetext=FAILED&authcode=&transactionid=9100000452&avsresponse="
         "&cvvresponse=&orderid=P0123456789AB&type=sale&response_code=200",
         GATEWAY_DECLINED, "9100000452", "200", "FAILED"},
        {"response=3&responsetext=Invalid+ABA+number+REFID%3A12345678&response_code=300",
         GATEWAY_REFUSED, "", "300", "Invalid ABA number REFID:********"},
    };
    struct gateway_sale_ask bank = bank_ask();

    (void)state;
    expect_answers(&card_ask, cards, sizeof cards / sizeof *cards);
    expect_answers(&bank, banks, sizeof banks / sizeof *banks);
}

static void test_unreadable(void **state) {
    static const char *const texts[] = {
        "",
        "\n",
        "&&&",
        "=1&==",
        "<html><body>response=1</body></html>",
        "<html>&response=1&",
        "{\"response\":\"1\"}",
        "response",
        "response=",
        "response=1",
        "responsetext=SUCCESS&transactionid=1&response_code=100",
        "response=11&transactionid=1&response_code=100",
        "response=1+&transactionid=1&response_code=100",
        "response=%31%00&transactionid=1&response_code=100",
        "response=%3&transactionid=1&response_code=100",
        "Response=1&transactionid=1&response_code=100",
        " response=1&transactionid=1&response_code=100",
        "\xef\xbb\xbfresponse=1&transactionid=1&response_code=100",
        /* An approval that cannot be found again. */
        "response=1&responsetext=SUCCESS&transactionid=&response_code=100",
        "response=1&responsetext=SUCCESS&response_code=100",
        "response=1&transactionid=1%2F2&response_code=100",
        "response=1&transactionid=12%&response_code=100",
        ("response=1&response_code=100&transactionid=123456789012345678901234567890123456789012345"
         "6789012345678901234"),
        /* Cut short. */
        "response=1&responsetext=SUCCESS&authcode=123456&transactionid=91000",
        "response=1&responsetext=SUCCESS&transactionid=9100000001&response_code=10",
        "response=2&responsetext=DECLINE&transactionid=9100000001&response_code=2",
        "response=3&responsetext=Duplicate",
        /* Contradictions. */
        "response=1&transactionid=1&response_code=100&response=2",
        "response=3&transactionid=1&response_code=300&response=1",
        "response=1&transactionid=1&transactionid=2&response_code=100",
        "response=2&transactionid=1&response_code=202&response_code=204",
        /* Somebody else's. */
        "response=1&transactionid=1&orderid=P0123456789AC&response_code=100",
        "response=1&transactionid=1&orderid=P0123456789&response_code=100",
        "response=1&transactionid=1&orderid=p0123456789ab&response_code=100",
        "response=2&transactionid=1&orderid=P0123456789AC&response_code=202",
        "response=3&transactionid=&orderid=P0123456789AC&response_code=300",
        "response=1&transactionid=1&type=void&response_code=100",
        "response=2&transactionid=1&type=validate&response_code=202",
        "response=1&transactionid=1&type=sale&type=&response_code=100",
        "response=1&transactionid=1&type=sale%&response_code=100",
        /* Another amount. */
        "response=1&transactionid=1&response_code=100&amount_authorized=10.00",
    };

    (void)state;
    for (size_t at = 0; at < sizeof texts / sizeof *texts; at++) {
        struct gateway_answer answer = read_text(&card_ask, texts[at]);

        if (answer.outcome != GATEWAY_UNKNOWN)
            print_error("  %s\n", texts[at]);
        assert_int_equal(answer.outcome, GATEWAY_UNKNOWN);
        assert_int_equal(answer.decline, DECLINE_NONE);
    }
    /* The other's transaction is not kept as ours. */
    assert_string_equal(
        read_text(&card_ask, "response=1&transactionid=1&orderid=X&response_code=100")
            .transaction_id,
        "");
}

static void test_odd_but_readable(void **state) {
    static const char *const texts[] = {
        "response=1&transactionid=1&response_code=100&response=1&response_code=100",
        "response=1&transactionid=1&response_code=100&amount_authorized=25.00",
        "response=1&transactionid=1&response_code=100&amount_authorized=25.0",
        "response=1&transactionid=1&response_code=100&amount_authorized=0.00",
        "response=1&transactionid=1&response_code=100&amount_authorized=",
        "response=1&transactionid=1&response_code=100&responsetext=a&responsetext=b",
        "response=1&transactionid=1&response_code=100&responsetext=50%",
        "&response=1&&transactionid=1&x&response_code=100&",
        "response=%31&transactionid=1&response%5Fcode=200&response_code=1%300",
    };

    (void)state;
    for (size_t at = 0; at < sizeof texts / sizeof *texts; at++)
        assert_int_equal(read_text(&card_ask, texts[at]).outcome, GATEWAY_APPROVED);
}

static void test_status(void **state) {
    static const char good[] = "response=1&transactionid=1&response_code=100";
    static const char declined[] = "response=2&transactionid=1&response_code=202";
    static const long statuses[] = {201, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503};

    (void)state;
    assert_int_equal(read_bytes(&card_ask, 200, good, strlen(good)).outcome, GATEWAY_APPROVED);
    for (size_t at = 0; at < sizeof statuses / sizeof *statuses; at++) {
        assert_int_equal(read_bytes(&card_ask, statuses[at], good, strlen(good)).outcome,
                         GATEWAY_UNKNOWN);
        assert_int_equal(read_bytes(&card_ask, statuses[at], declined, strlen(declined)).outcome,
                         GATEWAY_UNKNOWN);
    }
}

/* A rate limit of the gateway's own, in code or words, or of HTTP: nothing else slows us down. */
static void test_slow_down(void **state) {
    static const struct {
        long status;
        const char *text;
        enum gateway_outcome outcome;
        bool slow_down;
    } cases[] = {
        {200, "response=3&responsetext=Rate+limit+exceeded&response_code=301", GATEWAY_REFUSED,
         true},
        {200, "response=3&responsetext=&response_code=301", GATEWAY_REFUSED, true},
        {200, "response=3&responsetext=Rate+Limit+Exceeded+REFID%3A1&response_code=300",
         GATEWAY_REFUSED, true},
        {200, "response=3&responsetext=Rate+limit+exceeded", GATEWAY_UNKNOWN, true},
        {200, "response=3&responsetext=Refused&response_code=300", GATEWAY_REFUSED, false},
        {200, "response=2&responsetext=Over+limit&response_code=203", GATEWAY_DECLINED, false},
        {200, "response=1&responsetext=Rate+limit&transactionid=1&response_code=100",
         GATEWAY_APPROVED, false},
        {200, "response=3&responsetext=Rate+limit+exceeded&response_code=301&orderid=other",
         GATEWAY_UNKNOWN, false},
        {429, "", GATEWAY_UNKNOWN, true},
        {429, "response=1&transactionid=1&response_code=100", GATEWAY_UNKNOWN, true},
        {503, "", GATEWAY_UNKNOWN, true},
        {500, "Rate limit exceeded", GATEWAY_UNKNOWN, false},
        {502, "", GATEWAY_UNKNOWN, false},
    };
    struct http_call lost = {.end = HTTP_LOST, .status = 503};
    struct gateway_answer answer;

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        answer = read_bytes(&card_ask, cases[at].status, cases[at].text, strlen(cases[at].text));
        print_message("  %ld %s\n", cases[at].status, cases[at].text);
        assert_int_equal(answer.outcome, cases[at].outcome);
        assert_int_equal(answer.slow_down, cases[at].slow_down);
    }
    /* Half an answer says nothing. */
    gateway_nmi.sale_read(&card_ask, &lost, &answer);
    assert_false(answer.slow_down);
}

static void test_ends(void **state) {
    struct http_call call = {.end = HTTP_LOST, .status = 200};
    struct gateway_answer answer;

    (void)state;
    gateway_nmi.sale_read(&card_ask, &call, &answer);
    assert_int_equal(answer.outcome, GATEWAY_UNKNOWN);
    call.end = HTTP_NOT_SENT;
    gateway_nmi.sale_read(&card_ask, &call, &answer);
    assert_int_equal(answer.outcome, GATEWAY_NOT_SENT);
    assert_string_equal(answer.text, "");
}

/* An answer cut anywhere, or with one byte changed, is read without harm, and a cut one is never
 * taken for a success. */
static void test_damaged(void **state) {
    static const char good[] = "response=1&responsetext=SUCCESS%21&transactionid=9100000001"
                               "&orderid=P0123456789AB&response_code=100";
    char text[sizeof good];

    (void)state;
    for (size_t cut = 0; cut < strlen(good); cut++)
        assert_int_equal(read_bytes(&card_ask, 200, good, cut).outcome, GATEWAY_UNKNOWN);
    for (size_t at = 0; at < strlen(good); at++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, good, sizeof good);
            text[at] = (char)byte;
            struct gateway_answer answer = read_bytes(&card_ask, 200, text, strlen(good));
            assert_true(text_is_utf8(answer.text, strlen(answer.text)));
        }
    }
}

static void test_advice(void **state) {
    static const struct {
        const char *advice;
        enum gateway_decline decline;
    } cases[] = {{"", DECLINE_SOFT},   {"01", DECLINE_SOFT}, {"02", DECLINE_SOFT},
                 {"03", DECLINE_HARD}, {"21", DECLINE_HARD}, {"24", DECLINE_SOFT}};

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct arena *arena = arena_new(65536);
        struct gateway_answer answer = read_text(
            &card_ask, arena_format(arena, "response=2&response_code=202&merchant_advice_code=%s",
                                    cases[at].advice));

        assert_int_equal(answer.outcome, GATEWAY_DECLINED);
        assert_int_equal(answer.decline, cases[at].decline);
        arena_free(arena);
    }
}

static void test_long_words(void **state) {
    static char text[20000];
    struct gateway_answer answer;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    memcpy(text, "response=3&response_code=300&responsetext=", 42);
    answer = read_text(&card_ask, text);
    assert_int_equal(answer.outcome, GATEWAY_REFUSED);
    assert_int_equal(strlen(answer.text), GATEWAY_TEXT_SIZE - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),      cmocka_unit_test(test_recorded),
        cmocka_unit_test(test_unreadable), cmocka_unit_test(test_odd_but_readable),
        cmocka_unit_test(test_status),     cmocka_unit_test(test_ends),
        cmocka_unit_test(test_damaged),    cmocka_unit_test(test_advice),
        cmocka_unit_test(test_long_words), cmocka_unit_test(test_slow_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
