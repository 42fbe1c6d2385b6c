/* What the NMI driver sends for a sale, byte for byte. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/text.h"
#include "common/gateway/driver.h"
#include "tests/support/test.h"

static const struct gateway_options options = {
    .driver = "nmi",
    .api_url = "https://secure.example.test",
    .key = "KEY+1",
    .connect_timeout_ms = 1000,
    .timeout_ms = 1000,
    .ca_file = "",
};

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

static void expect_body(const struct gateway_options *with, const struct gateway_sale_ask *ask,
                        const char *body) {
    struct arena *arena = arena_new(1024 * 1024);
    struct http_call call;

    gateway_nmi.sale_write(with, arena, ask, &call);
    assert_string_equal(call.url, "https://secure.example.test/api/transact.php");
    assert_string_equal(call.body.bytes, body);
    assert_int_equal(call.body.length, strlen(body));
    assert_false(buffer_is_full(&call.body));
    arena_free(arena);
}

static void test_body_of_customer(void **state) {
    struct gateway_sale_ask ask = card_ask;

    (void)state;
    expect_body(&options, &ask,
                "security_key=KEY%2B1&type=sale&amount=25.00&currency=USD"
                "&customer_vault_id=c1042-m7&orderid=P0123456789AB&dup_seconds=0");

    ask.amount_cents = 9999999999;
    ask.description = "Invoices 900123, 900124 & \xc3\xa9";
    ask.address = "2001:db8::9";
    ask.email = "ada+x@example.test";
    expect_body(&options, &ask,
                "security_key=KEY%2B1&type=sale&amount=99999999.99&currency=USD"
                "&customer_vault_id=c1042-m7&orderid=P0123456789AB"
                "&order_description=Invoices%20900123%2C%20900124%20%26%20%C3%A9"
                "&ipaddress=2001%3Adb8%3A%3A9&email=ada%2Bx%40example.test&dup_seconds=0");
}

/* Section 1.2 of the reference: what a card that is kept needs, and not one field more. */
static void test_credentials(void **state) {
    static const struct {
        const char *label, *initial_transaction_id, *fields;
        enum gateway_initiator initiator;
        enum gateway_credential credential;
    } cases[] = {
        {"not kept", "", "", INITIATED_BY_CUSTOMER, CREDENTIAL_ONCE},
        {"not kept, with an id", "9100000001", "", INITIATED_BY_CUSTOMER, CREDENTIAL_ONCE},
        {"kept while paying", "",
         "&billing_method=recurring&initiated_by=customer&stored_credential_indicator=stored",
         INITIATED_BY_CUSTOMER, CREDENTIAL_FIRST},
        {"the first has no first", "9100000001",
         "&billing_method=recurring&initiated_by=customer&stored_credential_indicator=stored",
         INITIATED_BY_CUSTOMER, CREDENTIAL_FIRST},
        {"pay now", "", "&initiated_by=customer&stored_credential_indicator=used",
         INITIATED_BY_CUSTOMER, CREDENTIAL_LATER},
        /* Bound to recurring use: not with what the customer starts. */
        {"pay now, with an id", "9100000001",
         "&initiated_by=customer&stored_credential_indicator=used", INITIATED_BY_CUSTOMER,
         CREDENTIAL_LATER},
        {"autopay", "9100000001",
         "&billing_method=recurring&initiated_by=merchant&stored_credential_indicator=used"
         "&initial_transaction_id=9100000001",
         INITIATED_BY_MERCHANT, CREDENTIAL_LATER},
        {"autopay without an id", "",
         "&billing_method=recurring&initiated_by=merchant&stored_credential_indicator=used",
         INITIATED_BY_MERCHANT, CREDENTIAL_LATER},
    };
    struct gateway_options checking = options;

    (void)state;
    checking.duplicate_seconds = 86400;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct arena *arena = arena_new(65536);
        struct gateway_sale_ask ask = card_ask;

        print_message("  %s\n", cases[at].label);
        ask.amount_cents = 1;
        ask.initiator = cases[at].initiator;
        ask.credential = cases[at].credential;
        ask.initial_transaction_id = cases[at].initial_transaction_id;
        expect_body(&checking, &ask,
                    arena_format(arena,
                                 "security_key=KEY%%2B1&type=sale&amount=0.01&currency=USD"
                                 "&customer_vault_id=c1042-m7%s&orderid=P0123456789AB"
                                 "&dup_seconds=86400",
                                 cases[at].fields));
        arena_free(arena);
    }
}

static void write_merchant(void *context) {
    struct gateway_sale_ask ask = card_ask;
    struct arena *arena = arena_new(1024 * 1024);
    struct http_call call;

    ask.initiator = INITIATED_BY_MERCHANT;
    ask.credential = *(enum gateway_credential *)context;
    gateway_nmi.sale_write(&options, arena, &ask, &call);
    arena_free(arena);
}

/* The merchant charges what the customer let it keep, and nothing else. */
static void test_merchant_without_consent(void **state) {
    enum gateway_credential credential = CREDENTIAL_ONCE;

    (void)state;
    assert_true(dies(write_merchant, &credential));
    credential = CREDENTIAL_FIRST;
    assert_true(dies(write_merchant, &credential));
    credential = CREDENTIAL_LATER;
    assert_false(dies(write_merchant, &credential));
}

static void test_body_of_bank(void **state) {
    struct gateway_sale_ask ask = bank_ask();

    (void)state;
    for (enum gateway_credential each = CREDENTIAL_ONCE; each <= CREDENTIAL_LATER; each++) {
        ask.credential = each;
        expect_body(&options, &ask,
                    "security_key=KEY%2B1&type=sale&amount=25.00&currency=USD"
                    "&customer_vault_id=c1042-m7&payment=check&sec_code=WEB"
                    "&account_holder_type=personal&orderid=P0123456789AB&dup_seconds=0");
    }
    ask.is_business = true;
    ask.initiator = INITIATED_BY_MERCHANT;
    ask.initial_transaction_id = "9100000001";
    expect_body(&options, &ask,
                "security_key=KEY%2B1&type=sale&amount=25.00&currency=USD"
                "&customer_vault_id=c1042-m7&payment=check&sec_code=CCD"
                "&account_holder_type=business&orderid=P0123456789AB&dup_seconds=0");
}

/* 200 invoices do not fit: the description is cut, at a character, and nothing else is. */
static void test_long_description(void **state) {
    struct gateway_sale_ask ask = card_ask;
    struct arena *arena = arena_new(1024 * 1024);
    struct http_call call;
    char text[600];

    (void)state;
    for (size_t at = 0; at + 2 < sizeof text; at += 2)
        memcpy(text + at, "\xc3\xa9", 3);
    ask.description = text;
    gateway_nmi.sale_write(&options, arena, &ask, &call);
    const char *start = strstr(call.body.bytes, "order_description=");
    const char *end = strstr(call.body.bytes, "&dup_seconds=0");
    assert_non_null(start);
    assert_non_null(end);
    assert_int_equal(end - start, (int)strlen("order_description=") + 127 * 6);
    /* The key is at one place in memory, which is wiped when sent. */
    assert_int_equal(call.body.capacity, call.body.limit);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_body_of_customer),         cmocka_unit_test(test_credentials),
        cmocka_unit_test(test_merchant_without_consent), cmocka_unit_test(test_body_of_bank),
        cmocka_unit_test(test_long_description),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
