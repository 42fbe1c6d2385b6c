/* A card or a bank account into the vault: what the NMI driver sends, byte for byte, and what it
 * makes of the answers. */
#include <string.h>

#include "common/core/text.h"
#include "common/gateway/driver.h"
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

#define FULL_ASK                                                                                   \
    .token = "3455zJms-7qA2K2-VdVrSu-Rv7WpvPuG7s8", .vault_id = "m-Zk3v9Q_2xT7",                   \
    .holder = "Ada Moss", .street = "1 Elm St", .city = "Reno", .state = "NV", .zip = "89501",     \
    .email = "ada@example.test", .address = "203.0.113.9"

static const struct gateway_save_ask checked_ask = {FULL_ASK, .is_checked = true};
static const struct gateway_save_ask kept_ask = {FULL_ASK};

#define START "security_key=KEY%2B1"
#define TOKEN "&payment_token=3455zJms-7qA2K2-VdVrSu-Rv7WpvPuG7s8"
#define CHECKED                                                                                    \
    START "&type=validate&customer_vault=add_customer&customer_vault_id=m-Zk3v9Q_2xT7" TOKEN       \
          "&billing_method=recurring&initiated_by=customer&stored_credential_indicator=stored"
#define KEPT START "&customer_vault=add_customer&customer_vault_id=m-Zk3v9Q_2xT7" TOKEN
#define PAYER                                                                                      \
    "&first_name=Ada&last_name=Moss&address1=1%20Elm%20St&city=Reno&state=NV&zip=89501"            \
    "&country=US&email=ada%40example.test&ipaddress=203.0.113.9"

/* ---- the request ---- */

static const struct body_case {
    const char *label;
    struct gateway_save_ask ask;
    const char *body;
} body_cases[] = {
    {"checked", {FULL_ASK, .is_checked = true}, CHECKED PAYER},
    {"kept for a payment", {FULL_ASK}, KEPT PAYER},
    {"nothing but a zip",
     {.token = "3455zJms-7qA2K2-VdVrSu-Rv7WpvPuG7s8",
      .vault_id = "m-Zk3v9Q_2xT7",
      .holder = "",
      .street = "",
      .city = "",
      .state = "",
      .zip = "89501",
      .email = "",
      .address = ""},
     KEPT "&zip=89501&country=US"},
    {"checked, without street and e-mail",
     {.token = "3455zJms-7qA2K2-VdVrSu-Rv7WpvPuG7s8",
      .vault_id = "m-Zk3v9Q_2xT7",
      .is_checked = true,
      .holder = "Ada Moss",
      .street = "",
      .city = "Reno",
      .state = "NV",
      .zip = "89501-1234",
      .email = "",
      .address = "2001:db8::9"},
     CHECKED "&first_name=Ada&last_name=Moss&city=Reno&state=NV&zip=89501-1234&country=US"
             "&ipaddress=2001%3Adb8%3A%3A9"},
    {"values that would be other fields",
     {.token = "a&type=sale&amount=1.00",
      .vault_id = "m-1",
      .holder = "Ada&last_name=Eve M=+%oss",
      .street = "1 Elm & 2nd = \"#5\" + 50%",
      .city = "S\xc3\xa3o Jos\xc3\xa9\r\n",
      .state = "N;V",
      .zip = "8950&1",
      .email = "ada+remit@example.test",
      .address = "::1"},
     START "&customer_vault=add_customer&customer_vault_id=m-1"
           "&payment_token=a%26type%3Dsale%26amount%3D1.00"
           "&first_name=Ada%26last_name%3DEve&last_name=M%3D%2B%25oss"
           "&address1=1%20Elm%20%26%202nd%20%3D%20%22%235%22%20%2B%2050%25"
           "&city=S%C3%A3o%20Jos%C3%A9%0D%0A&state=N%3BV&zip=8950%261&country=US"
           "&email=ada%2Bremit%40example.test&ipaddress=%3A%3A1"},
};

static void test_bodies(void **state) {
    for (size_t at = 0; at < COUNT(body_cases); at++) {
        const char *label = body_cases[at].label;
        struct http_call call;

        gateway_nmi.save_write(&options, *state, &body_cases[at].ask, &call);
        check_text(label, call.url, "https://secure.example.test/api/transact.php");
        check_text(label, call.body.bytes, body_cases[at].body);
        check_int(label, (int64_t)call.body.length, (int64_t)strlen(body_cases[at].body));
        check_true(label, !buffer_is_full(&call.body));
        /* Key and token are at one place in memory, which is wiped when sent. */
        check_int(label, (int64_t)call.body.capacity, (int64_t)call.body.limit);
    }
}

static const struct gateway_bank personal = {
    .routing = "021000021", .account = "123456789", .company = ""};
static const struct gateway_bank business = {.routing = "011000015",
                                             .account = "00012345678901234",
                                             .is_savings = true,
                                             .is_business = true,
                                             .company = "Moss & Co=&type=sale"};

#define BANK START "&customer_vault=add_customer&customer_vault_id=m-Zk3v9Q_2xT7&payment=check"

/* No card field stands beside them: the gateway refuses that. */
static void test_banks(void **state) {
    const struct {
        const char *label;
        const struct gateway_bank *bank;
        const char *body;
    } cases[] = {
        {"personal", &personal,
         BANK "&checkname=Ada%20Moss&checkaba=021000021&checkaccount=123456789"
              "&account_type=checking&account_holder_type=personal&sec_code=WEB" PAYER},
        {"business", &business,
         BANK "&checkname=Ada%20Moss&checkaba=011000015&checkaccount=00012345678901234"
              "&account_type=savings&account_holder_type=business&sec_code=CCD"
              "&company=Moss%20%26%20Co%3D%26type%3Dsale" PAYER},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct gateway_save_ask ask = kept_ask;
        struct http_call call;

        ask.token = NULL;
        ask.bank = cases[at].bank;
        gateway_nmi.save_write(&options, *state, &ask, &call);
        check_text(cases[at].label, call.url, "https://secure.example.test/api/transact.php");
        check_text(cases[at].label, call.body.bytes, cases[at].body);
        /* The number is at one place in memory, which is wiped when sent. */
        check_int(cases[at].label, (int64_t)call.body.capacity, (int64_t)call.body.limit);
    }
}

static void test_holders(void **state) {
    static const struct {
        const char *holder, *fields;
    } cases[] = {
        {"", ""},
        {" \t ", ""},
        {"Moss", "&last_name=Moss"},
        {"  Moss ", "&last_name=Moss"},
        {"Ada Moss", "&first_name=Ada&last_name=Moss"},
        {" Ada\t Moss  ", "&first_name=Ada&last_name=Moss"},
        {"Ada M. van der Moss", "&first_name=Ada%20M.%20van%20der&last_name=Moss"},
        {"Zo\xc3\xab \xc3\x85", "&first_name=Zo%C3%AB&last_name=%C3%85"},
        {"A. Moss-O'Neil", "&first_name=A.&last_name=Moss-O%27Neil"},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct gateway_save_ask ask = body_cases[2].ask;
        struct http_call call;

        ask.holder = cases[at].holder;
        gateway_nmi.save_write(&options, *state, &ask, &call);
        check_text(cases[at].holder, call.body.bytes,
                   arena_format(*state, "%s%s&zip=89501&country=US", KEPT, cases[at].fields));
    }
}

/* What does not fit is not sent at all: half a form could mean something else. */
static void test_too_long(void **state) {
    enum { LONG = 9000 };
    struct gateway_save_ask ask = checked_ask;
    char *text = arena_alloc(*state, LONG + 1);
    struct http_call call;

    memset(text, 'x', LONG);
    ask.street = text;
    gateway_nmi.save_write(&options, *state, &ask, &call);
    assert_true(buffer_is_full(&call.body));
}

static void write_save(void *context) {
    struct arena *arena = arena_new(1024 * 1024);
    struct http_call call;

    gateway_nmi.save_write(&options, arena, context, &call);
    arena_free(arena);
}

/* Without an id the gateway would make one up, and nobody could find the entry. */
static void test_our_mistakes(void **state) {
    struct gateway_save_ask ask = kept_ask;

    (void)state;
    assert_false(dies(write_save, &ask));
    ask.token = "";
    assert_true(dies(write_save, &ask));
    ask = kept_ask;
    ask.vault_id = "";
    assert_true(dies(write_save, &ask));
    /* No bank is asked about an account. */
    ask = checked_ask;
    ask.bank = &personal;
    assert_true(dies(write_save, &ask));
}

/* ---- the answer ---- */

static struct gateway_answer read_bytes(const struct gateway_save_ask *ask, long status,
                                        const char *bytes, size_t length) {
    struct arena *arena = arena_new(4 * 1024 * 1024);
    struct http_call call = {.end = HTTP_ANSWERED, .status = status};
    struct gateway_answer answer;

    memset(&answer, 0x55, sizeof answer);
    buffer_init(&call.answer, arena, 64 * 1024);
    buffer_add(&call.answer, bytes, length);
    gateway_nmi.save_read(ask, &call, &answer);
    arena_free(arena);
    return answer;
}

static struct gateway_answer read_text(const struct gateway_save_ask *ask, const char *text) {
    return read_bytes(ask, 200, text, strlen(text));
}

static void test_codes(void **state) {
    for (size_t at = 0; at < CODE_CASES; at++) {
        const struct code_case *each = &code_cases[at];
        const char *text = arena_format(*state,
                                        "response=%s&responsetext=Words&authcode="
                                        "&transactionid=91&avsresponse=&cvvresponse=&orderid="
                                        "&type=validate&response_code=%s",
                                        each->response, each->code);
        const char *kept = arena_format(*state,
                                        "response=%s&responsetext=Words&authcode="
                                        "&transactionid=&avsresponse=&cvvresponse=&orderid=&type="
                                        "&response_code=%s",
                                        each->response, each->code);
        struct gateway_answer answer = read_text(&checked_ask, text);

        check_int(text, answer.outcome, each->outcome);
        check_int(text, answer.decline, each->decline);
        check_text(text, answer.code, each->code);
        check_text(text, answer.text, "Words");
        check_text(text, answer.transaction_id, "91");
        answer = read_text(&kept_ask, kept);
        check_int(kept, answer.outcome, each->outcome);
        check_int(kept, answer.decline, each->decline);
        check_text(kept, answer.code, each->code);
        check_text(kept, answer.text, "Words");
        check_text(kept, answer.transaction_id, "");
    }
}

struct answer_case {
    const char *text;
    enum gateway_outcome outcome;
    const char *transaction_id, *code, *words;
};

static void expect_answers(const struct gateway_save_ask *ask, const struct answer_case *cases,
                           size_t count) {
    for (size_t at = 0; at < count; at++) {
        struct gateway_answer answer = read_text(ask, cases[at].text);

        check_int(cases[at].text, answer.outcome, cases[at].outcome);
        check_text(cases[at].text, answer.transaction_id, cases[at].transaction_id);
        check_text(cases[at].text, answer.code, cases[at].code);
        check_text(cases[at].text, answer.text, cases[at].words);
    }
}

static void test_recorded(void **state) {
    static const struct answer_case checked[] = {
        {"response=1&responsetext=SUCCESS&authcode=123456&transactionid=9100000001&avsresponse=Y"
         "&cvvresponse=M&orderid=&type=validate&response_code=100"
         "&customer_vault_id=m-Zk3v9Q_2xT7",
         GATEWAY_APPROVED, "9100000001", "100", "SUCCESS"},
        {"response=1&responsetext=Approved&transactionid=9100000001&type=&response_code=100"
         "&cof_supported=stored&unheard_of=1\r\n",
         GATEWAY_APPROVED, "9100000001", "100", "Approved"},
        /* The order id is nobody's here. */
        {"response=1&responsetext=OK&transactionid=91&orderid=77&response_code=100",
         GATEWAY_APPROVED, "91", "100", "OK"},
        {"response=2&responsetext=DECLINE&authcode=&transactionid=9100000450&type=validate"
         "&response_code=202",
         GATEWAY_DECLINED, "9100000450", "202", "DECLINE"},
    };
    static const struct answer_case either[] = {
        {"response=3&responsetext=Invalid+Credit+Card+Number+REFID%3A3174971726&authcode="
         "&transactionid=&response_code=300",
         GATEWAY_REFUSED, "", "300", "Invalid Credit Card Number REFID:**********"},
        {"response=3&responsetext=Duplicate+Customer+Vault+Id+REFID%3A1&response_code=300",
         GATEWAY_REFUSED, "", "300", "Duplicate Customer Vault Id REFID:1"},
        {"response=3&responsetext=The+token+was+used+before&response_code=300", GATEWAY_REFUSED, "",
         "300", "The token was used before"},
        {"response=3&responsetext=Rate+limit+exceeded&response_code=301", GATEWAY_REFUSED, "",
         "301", "Rate limit exceeded"},
        {"response=3&responsetext=Authentication+Failed&response_code=300", GATEWAY_MISCONFIGURED,
         "", "300", "Authentication Failed"},
        {"response=3&responsetext=Authentication Failed", GATEWAY_MISCONFIGURED, "", "",
         "Authentication Failed"},
        {"response=3&responsetext=Specified+API+key+not+found+REFID%3A31&response_code=300",
         GATEWAY_MISCONFIGURED, "", "300", "Specified API key not found REFID:31"},
    };
    static const struct answer_case kept[] = {
        {"response=1&responsetext=Customer Added&authcode=&transactionid=&avsresponse="
         "&cvvresponse=&orderid=&type=&response_code=100&customer_vault_id=m-Zk3v9Q_2xT7",
         GATEWAY_APPROVED, "", "100", "Customer Added"},
        {"response=1&responsetext=Customer+Added&response_code=100", GATEWAY_APPROVED, "", "100",
         "Customer Added"},
        /* No check was asked for: its id must not be taken for that of one. */
        {"response=1&transactionid=91&response_code=100", GATEWAY_APPROVED, "", "100", ""},
    };

    (void)state;
    expect_answers(&checked_ask, checked, COUNT(checked));
    expect_answers(&checked_ask, either, COUNT(either));
    expect_answers(&kept_ask, either, COUNT(either));
    expect_answers(&kept_ask, kept, COUNT(kept));
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
        "response=1&transactionid=91",
        "responsetext=SUCCESS&transactionid=91&response_code=100",
        "response=11&transactionid=91&response_code=100",
        "response=%31%00&transactionid=91&response_code=100",
        "response=%3&transactionid=91&response_code=100",
        " response=1&transactionid=91&response_code=100",
        "response=1&response_code=100&transactionid=9%2F1",
        /* Cut short. */
        "response=1&responsetext=SUCCESS&transactionid=91&response_code=10",
        "response=2&responsetext=DECLINE&transactionid=91&response_code=2",
        "response=3&responsetext=Invalid+Cr",
        /* Contradictions. */
        "response=1&transactionid=91&response_code=100&response=2",
        "response=3&transactionid=91&response_code=300&response=1",
        "response=1&transactionid=91&transactionid=92&response_code=100",
        "response=2&transactionid=91&response_code=202&response_code=204",
        ("response=1&transactionid=91&response_code=100&customer_vault_id=m-Zk3v9Q_2xT7"
         "&customer_vault_id=m-2"),
        "response=1&transactionid=91&response_code=200",
        /* Somebody else's. */
        "response=1&transactionid=91&response_code=100&customer_vault_id=m-2",
        "response=1&transactionid=91&response_code=100&customer_vault_id=m-Zk3v9Q_2xT",
        "response=1&transactionid=91&response_code=100&customer_vault_id=M-ZK3V9Q_2XT7",
        "response=2&transactionid=91&response_code=202&customer_vault_id=m-2",
        "response=3&transactionid=&response_code=300&customer_vault_id=m-2",
        "response=1&transactionid=91&response_code=100&customer_vault_id=m-Zk3v9Q_2xT7%zz",
    };
    static const char *const checks[] = {
        /* A check that cannot be named. */
        "response=1&responsetext=SUCCESS&transactionid=&response_code=100",
        "response=1&responsetext=SUCCESS&response_code=100",
        "response=1&transactionid=91&type=sale&response_code=100",
        "response=2&transactionid=91&type=sale&response_code=202",
    };

    (void)state;
    for (size_t at = 0; at < COUNT(texts); at++) {
        struct gateway_answer answer = read_text(&checked_ask, texts[at]);

        check_int(texts[at], answer.outcome, GATEWAY_UNKNOWN);
        check_int(texts[at], answer.decline, DECLINE_NONE);
        check_int(texts[at], read_text(&kept_ask, texts[at]).outcome, GATEWAY_UNKNOWN);
    }
    for (size_t at = 0; at < COUNT(checks); at++)
        check_int(checks[at], read_text(&checked_ask, checks[at]).outcome, GATEWAY_UNKNOWN);
    /* The other's transaction is not kept as ours. */
    assert_string_equal(
        read_text(&checked_ask,
                  "response=1&transactionid=91&response_code=100&customer_vault_id=m-2")
            .transaction_id,
        "");
}

static void test_status_and_ends(void **state) {
    static const char *const texts[] = {"response=1&transactionid=91&response_code=100",
                                        "response=2&transactionid=91&response_code=202",
                                        "response=3&response_code=300"};
    static const long statuses[] = {201, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503};
    struct http_call call = {.end = HTTP_LOST, .status = 200};
    struct gateway_answer answer;

    (void)state;
    for (size_t at = 0; at < COUNT(statuses); at++)
        for (size_t text = 0; text < COUNT(texts); text++)
            assert_int_equal(
                read_bytes(&checked_ask, statuses[at], texts[text], strlen(texts[text])).outcome,
                GATEWAY_UNKNOWN);
    gateway_nmi.save_read(&checked_ask, &call, &answer);
    assert_int_equal(answer.outcome, GATEWAY_UNKNOWN);
    call.end = HTTP_NOT_SENT;
    gateway_nmi.save_read(&checked_ask, &call, &answer);
    assert_int_equal(answer.outcome, GATEWAY_NOT_SENT);
    assert_string_equal(answer.transaction_id, "");
}

/* Cut anywhere it is no success; with one byte changed it is read without harm. */
static void test_damaged(void **state) {
    static const char good[] = "response=1&responsetext=SUCCESS%21&transactionid=9100000001"
                               "&type=validate&customer_vault_id=m-Zk3v9Q_2xT7&response_code=100";
    char text[sizeof good];

    (void)state;
    assert_int_equal(read_text(&checked_ask, good).outcome, GATEWAY_APPROVED);
    for (size_t cut = 0; cut < strlen(good); cut++)
        assert_int_equal(read_bytes(&checked_ask, 200, good, cut).outcome, GATEWAY_UNKNOWN);
    for (size_t at = 0; at < strlen(good); at++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, good, sizeof good);
            text[at] = (char)byte;
            struct gateway_answer answer = read_bytes(&checked_ask, 200, text, strlen(good));
            assert_true(text_is_utf8(answer.text, strlen(answer.text)));
        }
    }
}

static void test_long_words(void **state) {
    static char text[20000];
    struct gateway_answer answer;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    memcpy(text, "response=3&response_code=300&responsetext=", 42);
    answer = read_text(&checked_ask, text);
    assert_int_equal(answer.outcome, GATEWAY_REFUSED);
    assert_int_equal(strlen(answer.text), GATEWAY_TEXT_SIZE - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bodies, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_banks, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_holders, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_too_long, arena_setup, arena_teardown),
        cmocka_unit_test(test_our_mistakes),
        cmocka_unit_test_setup_teardown(test_codes, arena_setup, arena_teardown),
        cmocka_unit_test(test_recorded),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_status_and_ends),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_long_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
