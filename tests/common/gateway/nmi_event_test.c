/* NMI's webhooks: signatures, every kind of event, and what is no event. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/gateway/gateway_event.h"
#include "tests/support/test.h"

#define VECTOR "30ac0cc17747c105115d520c470414852d4fb2ba220d3ca48126b6d6d4a36064"

enum { BODY_MAX = 1024 * 1024, CPU_US_MAX = 2 * 1000 * 1000, JSON_BYTES_MAX = 12 * 1024 * 1024 };

/* ---- the signature ---- */

static void test_signature(void **state) {
    static const char body[] = "{\"event_id\":\"e1\"}";
    static const struct {
        const char *label, *key, *header, *body;
        bool is_signed;
    } cases[] = {
        {"the vector", "testkey", "t=nonce123,s=" VECTOR, body, true},
        {"a space between", "testkey", "t=nonce123, s=" VECTOR, body, true},
        {"another nonce", "testkey", "t=nonce124,s=" VECTOR, body, false},
        {"a shorter nonce", "testkey", "t=nonce12,s=" VECTOR, body, false},
        {"another key", "testkez", "t=nonce123,s=" VECTOR, body, false},
        {"a longer key", "testkeyy", "t=nonce123,s=" VECTOR, body, false},
        {"no key", "", "t=nonce123,s=" VECTOR, body, false},
        {"another body", "testkey", "t=nonce123,s=" VECTOR, "{\"event_id\":\"e2\"}", false},
        {"a longer body", "testkey", "t=nonce123,s=" VECTOR, "{\"event_id\":\"e1\"} ", false},
        {"no body", "testkey", "t=nonce123,s=" VECTOR, "", false},
        {"no header", "testkey", NULL, body, false},
        {"empty", "testkey", "", body, false},
        {"nonce alone", "testkey", "t=nonce123", body, false},
        {"signature alone", "testkey", "s=" VECTOR, body, false},
        {"the other way round", "testkey", "s=" VECTOR ",t=nonce123", body, false},
        {"no nonce", "testkey", "t=,s=" VECTOR, body, false},
        {"no signature", "testkey", "t=nonce123,s=", body, false},
        {"cut", "testkey", "t=nonce123,s=30ac0cc17747c105115d520c47041485", body, false},
        {"something behind it", "testkey", "t=nonce123,s=" VECTOR ",s=x", body, false},
        {"twice", "testkey", "t=nonce123,s=" VECTOR ", t=nonce123,s=" VECTOR, body, false},
        {"no hexadecimal", "testkey",
         "t=nonce123,s=zzac0cc17747c105115d520c470414852d4fb2ba220d3ca48126b6d6d4a36064", body,
         false},
        {"an HMAC of the body alone", "testkey", VECTOR, body, false},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++)
        check_int(cases[at].label,
                  gateway_event_signed("nmi", cases[at].key, cases[at].header, cases[at].body,
                                       strlen(cases[at].body)),
                  cases[at].is_signed);
    assert_false(gateway_event_signed("other", "testkey", "t=nonce123,s=" VECTOR, body,
                                      strlen(body)));
}

/* Each bit of a right one, and each of the body. */
static void test_one_bit(void **state) {
    char header[] = "t=nonce123,s=" VECTOR, body[] = "{\"event_id\":\"e1\"}";

    (void)state;
    assert_true(gateway_event_signed("nmi", "testkey", header, body, strlen(body)));
    for (size_t at = 0; at < strlen(body); at++)
        for (int bit = 0; bit < 8; bit++) {
            body[at] = (char)(body[at] ^ (1 << bit));
            assert_false(gateway_event_signed("nmi", "testkey", header, body, sizeof body - 1));
            body[at] = (char)(body[at] ^ (1 << bit));
        }
    for (size_t at = 0; at < strlen(header); at++)
        for (int bit = 0; bit < 8; bit++) {
            char kept = header[at];

            header[at] = (char)(kept ^ (1 << bit));
            /* A hexadecimal letter may be a capital. */
            bool is_same = at > strlen("t=nonce123,s=") && bit == 5 && kept >= 'a' && kept <= 'f';
            assert_int_equal(gateway_event_signed("nmi", "testkey", header, body, sizeof body - 1),
                             is_same);
            header[at] = kept;
        }
}

static void test_nonce_length(void **state) {
    char header[400], nonce[300];
    unsigned char mac[SECRET_HASH_BYTES];
    char hex[2 * SECRET_HASH_BYTES + 1];

    (void)state;
    for (size_t length = 199; length <= 201; length++) {
        memset(nonce, 'n', length);
        nonce[length] = '.';
        secret_hmac_sha256("k", 1, nonce, length + 1, "{}", 2, mac);
        text_to_hex(mac, sizeof mac, hex);
        snprintf(header, sizeof header, "t=%.*s,s=%s", (int)length, nonce, hex);
        assert_int_equal(gateway_event_signed("nmi", "k", header, "{}", 2), length <= 200);
    }
}

/* ---- what it says ---- */

#define HEAD(type) "{\"event_id\":\"6b0c1d2e-0001\",\"event_type\":\"" type "\",\"event_body\":"
#define MERCHANT "\"merchant\":{\"id\":\"1234\",\"name\":\"Shop\"},\"features\":{\"is_test_mode\":false}"

static struct gateway_event read_good(struct arena *arena, const char *label, const char *body) {
    struct gateway_event event;

    check_int(label, gateway_event_read("nmi", arena, body, strlen(body), &event), RESULT_OK);
    return event;
}

static void test_return(void **state) {
    struct gateway_event event = read_good(
        *state, "a return",
        HEAD("transaction.check.status.return") "{" MERCHANT
        ",\"transaction_id\":\"9100000451\",\"transaction_type\":\"ck\",\"condition\":\"failed\","
        "\"processor_id\":\"ck1\",\"order_id\":\"P0123456789AB\",\"currency\":\"USD\","
        "\"requested_amount\":\"40.00\",\"check\":{\"check_account\":\"*****6789\","
        "\"check_aba\":\"021000021\",\"check_name\":\"Ada Moss\"},\"merchant_defined_fields\":{},"
        "\"action\":{\"amount\":\"39.50\",\"action_type\":\"check_return\",\"success\":\"1\","
        "\"response_text\":\"Returned\",\"response_code\":\"100\"}}}");

    assert_string_equal(event.id, "6b0c1d2e-0001");
    assert_string_equal(event.type, "transaction.check.status.return");
    assert_int_equal(event.kind, EVENT_TRANSACTION);
    assert_string_equal(event.transaction_id, "9100000451");
    assert_string_equal(event.order_id, "P0123456789AB");
    assert_int_equal(event.amount_cents, 3950);
    assert_string_equal(event.currency, "USD");
    assert_int_equal(event.vault_count, 0);
}

/* A transaction's body as far as it is looked at. */
static void test_transactions(void **state) {
    static const struct {
        const char *label, *body, *transaction_id, *order_id, *currency;
        int64_t cents;
        enum gateway_event_kind kind;
    } cases[] = {
        {"numbers for texts", "{\"merchant\":{\"id\":1234},\"transaction_id\":77,\"order_id\":88}",
         "77", "88", "", 0, EVENT_SALE},
        {"a void of nothing",
         "{\"transaction_id\":\"7\",\"requested_amount\":\"12.00\",\"action\":{\"amount\":\"0.00\"}}",
         "7", "", "", 1200, EVENT_SALE},
        {"amounts that are none",
         "{\"transaction_id\":\"7\",\"requested_amount\":\"-1.00\",\"action\":{\"amount\":\"1e9\"}}",
         "7", "", "", 0, EVENT_SALE},
        {"an amount that is a number", "{\"transaction_id\":\"7\",\"requested_amount\":12.5}", "7",
         "", "", 0, EVENT_SALE},
        {"an order id in words", "{\"transaction_id\":\"7\",\"order_id\":\"table 4 \\u00e9\"}", "7",
         "", "", 0, EVENT_SALE},
        {"an order id of 63 characters",
         "{\"transaction_id\":\"7\",\"order_id\":"
         "\"123456789012345678901234567890123456789012345678901234567890123\"}",
         "7", "123456789012345678901234567890123456789012345678901234567890123", "", 0,
         EVENT_SALE},
        {"and of 64",
         "{\"transaction_id\":\"7\",\"order_id\":"
         "\"1234567890123456789012345678901234567890123456789012345678901234\"}",
         "7", "", "", 0, EVENT_SALE},
        {"currencies that are none", "{\"transaction_id\":\"7\",\"currency\":\"usd\"}", "7", "", "",
         0, EVENT_SALE},
        {"a longer currency", "{\"transaction_id\":\"7\",\"currency\":\"USDX\"}", "7", "", "", 0,
         EVENT_SALE},
        {"no transaction", "{\"order_id\":\"P0123456789AB\"}", "", "", "", 0, EVENT_REPORT},
        {"a transaction in words", "{\"transaction_id\":\"a b\"}", "", "", "", 0, EVENT_REPORT},
        {"a transaction that is a list", "{\"transaction_id\":[\"7\"]}", "", "", "", 0,
         EVENT_REPORT},
        {"an action that is a text", "{\"transaction_id\":\"7\",\"action\":\"sale\"}", "7", "", "",
         0, EVENT_SALE},
        {"nothing", "{}", "", "", "", 0, EVENT_REPORT},
        {"null", "null", "", "", "", 0, EVENT_REPORT},
        {"a list", "[1,2]", "", "", "", 0, EVENT_REPORT},
        {"a text", "\"x\"", "", "", "", 0, EVENT_REPORT},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct gateway_event event = read_good(
            *state, cases[at].label,
            arena_format(*state, HEAD("transaction.sale.success") "%s}", cases[at].body));

        check_int(cases[at].label, event.kind, cases[at].kind);
        check_text(cases[at].label, event.transaction_id, cases[at].transaction_id);
        check_text(cases[at].label, event.order_id, cases[at].order_id);
        check_text(cases[at].label, event.currency, cases[at].currency);
        check_int(cases[at].label, event.amount_cents, cases[at].cents);
    }
}

static void test_kinds(void **state) {
    static const struct {
        const char *type;
        enum gateway_event_kind kind;
    } cases[] = {
        {"transaction.sale.success", EVENT_SALE},
        {"transaction.sale.failure", EVENT_SALE},
        {"transaction.sale.unknown", EVENT_SALE},
        {"transaction.auth.success", EVENT_TRANSACTION},
        {"transaction.capture.success", EVENT_TRANSACTION},
        {"transaction.void.success", EVENT_TRANSACTION},
        {"transaction.refund.success", EVENT_TRANSACTION},
        {"transaction.credit.success", EVENT_TRANSACTION},
        {"transaction.check.status.settle", EVENT_TRANSACTION},
        {"transaction.check.status.latereturn", EVENT_TRANSACTION},
        {"transaction.something.new", EVENT_TRANSACTION},
        {"transaction.validate.success", EVENT_OTHER},
        {"settlement.batch.complete", EVENT_REPORT},
        {"settlement.batch.failure", EVENT_REPORT},
        {"chargeback.batch.complete", EVENT_REPORT},
        {"acu.summary.automaticallyupdated", EVENT_CARD_UPDATED},
        {"acu.summary.closedaccount", EVENT_CARD_CLOSED},
        {"acu.summary.contactcustomer", EVENT_CARD_CONTACT},
        {"acu.summary.other", EVENT_OTHER},
        {"recurring.plan.add", EVENT_OTHER},
        {"networktoken.token.create", EVENT_OTHER},
        {"Transaction.sale.success", EVENT_OTHER},
        {"x", EVENT_OTHER},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct gateway_event event = read_good(
            *state, cases[at].type,
            arena_format(*state,
                         "{\"event_type\":\"%s\",\"event_body\":{\"transaction_id\":\"7\"},"
                         "\"event_id\":\"e\"}",
                         cases[at].type));

        check_int(cases[at].type, event.kind, cases[at].kind);
        check_text(cases[at].type, event.transaction_id,
                   cases[at].kind == EVENT_SALE || cases[at].kind == EVENT_TRANSACTION ? "7" : "");
    }
}

static void test_cards(void **state) {
    struct gateway_event event = read_good(
        *state, "an updater's summary",
        HEAD("acu.summary.automaticallyupdated") "{" MERCHANT
        ",\"vault_updated_cards\":[{\"customer_vault_id\":\"v-1\",\"billing_id\":\"b\","
        "\"cc_number\":\"411111******1111\",\"cc_exp\":\"10/28\"},{\"customer_vault_id\":77}],"
        "\"vault_updated_expiration_dates\":[{\"customer_vault_id\":\"v-2\"},"
        "{\"customer_vault_id\":\"v-1\"},{\"customer_vault_id\":\"a b\"},{\"x\":1},null,7,[]],"
        "\"vault_updates\":[],\"customer_vault_id\":\"v-9\"}}");

    assert_int_equal(event.kind, EVENT_CARD_UPDATED);
    assert_int_equal(event.vault_count, 3);
    assert_string_equal(event.vault_ids[0], "v-1");
    assert_string_equal(event.vault_ids[1], "77");
    assert_string_equal(event.vault_ids[2], "v-2");
    event = read_good(*state, "of nobody", HEAD("acu.summary.closedaccount") "null}");
    assert_int_equal(event.kind, EVENT_CARD_CLOSED);
    assert_int_equal(event.vault_count, 0);
}

/* ---- what is none ---- */

static void test_refused(void **state) {
    static const struct {
        const char *label, *body;
    } cases[] = {
        {"nothing", ""},
        {"no JSON", "event_id=e1&event_type=x"},
        {"a list", "[{\"event_id\":\"e\",\"event_type\":\"x\"}]"},
        {"a text", "\"e\""},
        {"null", "null"},
        {"cut", "{\"event_id\":\"e\",\"event_type\":\"x\""},
        {"something behind it", "{\"event_id\":\"e\",\"event_type\":\"x\"}x"},
        {"two", "{\"event_id\":\"e\",\"event_type\":\"x\"}{\"event_id\":\"e\",\"event_type\":\"x\"}"},
        {"no id", "{\"event_type\":\"x\"}"},
        {"no type", "{\"event_id\":\"e\"}"},
        {"an empty id", "{\"event_id\":\"\",\"event_type\":\"x\"}"},
        {"an empty type", "{\"event_id\":\"e\",\"event_type\":\"\"}"},
        {"an id with a space", "{\"event_id\":\"e 1\",\"event_type\":\"x\"}"},
        {"an id with a dot", "{\"event_id\":\"e.1\",\"event_type\":\"x\"}"},
        {"an id with a letter of others", "{\"event_id\":\"\xc3\xa9\",\"event_type\":\"x\"}"},
        {"an id with a line", "{\"event_id\":\"e\\n\",\"event_type\":\"x\"}"},
        {"an id with a NUL", "{\"event_id\":\"e\\u0000\",\"event_type\":\"x\"}"},
        {"an id of 65",
         "{\"event_id\":\"12345678901234567890123456789012345678901234567890123456789012345\","
         "\"event_type\":\"x\"}"},
        {"a type of 65",
         "{\"event_type\":\"12345678901234567890123456789012345678901234567890123456789012345\","
         "\"event_id\":\"e\"}"},
        {"a type in words", "{\"event_id\":\"e\",\"event_type\":\"a sale\"}"},
        {"a type that is a list", "{\"event_id\":\"e\",\"event_type\":[\"x\"]}"},
        {"an id twice", "{\"event_id\":\"e\",\"event_type\":\"x\",\"event_id\":\"f\"}"},
        {"a name twice, deep inside",
         "{\"event_id\":\"e\",\"event_type\":\"x\",\"event_body\":{\"a\":{\"b\":1,\"b\":2}}}"},
        {"a NUL somewhere", "{\"event_id\":\"e\",\"event_type\":\"x\",\"a\":\"\\u0000\"}"},
        {"no UTF-8", "{\"event_id\":\"e\",\"event_type\":\"x\",\"a\":\"\xff\"}"},
        {"UTF-8 too long", "{\"event_id\":\"e\",\"event_type\":\"x\",\"a\":\"\xc0\xaf\"}"},
        {"half a pair", "{\"event_id\":\"e\",\"event_type\":\"x\",\"a\":\"\\ud800\"}"},
        {"a huge number", "{\"event_id\":\"e\",\"event_type\":\"x\",\"a\":9223372036854775808}"},
        {"a huger one", "{\"event_id\":\"e\",\"event_type\":\"x\",\"a\":1e999}"},
        {"a single quote", "{'event_id':'e','event_type':'x'}"},
        {"a comma too many", "{\"event_id\":\"e\",\"event_type\":\"x\",}"},
        {"a comment", "{\"event_id\":\"e\",\"event_type\":\"x\"} // x"},
        {"a byte order mark", "\xef\xbb\xbf{\"event_id\":\"e\",\"event_type\":\"x\"}"},
    };
    struct gateway_event event = {.kind = EVENT_REPORT};

    for (size_t at = 0; at < COUNT(cases); at++)
        check_int(cases[at].label,
                  gateway_event_read("nmi", *state, cases[at].body, strlen(cases[at].body), &event),
                  RESULT_INVALID);
    assert_int_equal(event.kind, EVENT_REPORT);
    assert_int_equal(gateway_event_read("nmi", *state, "{\0}", 3, &event), RESULT_INVALID);
    assert_int_equal(gateway_event_read("other", *state,
                                        "{\"event_id\":\"e\",\"event_type\":\"x\"}", 34, &event),
                     RESULT_INVALID);
}

/* The longest that is taken. */
static void test_ids(void **state) {
    struct gateway_event event = read_good(
        *state, "64 characters",
        "{\"event_id\":\"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-\","
        "\"event_type\":\"1234567890123456789012345678901234567890123456789012345678901.-_\"}");

    assert_int_equal(strlen(event.id), 64);
    assert_int_equal(strlen(event.type), 64);
    assert_int_equal(event.kind, EVENT_OTHER);
    event = read_good(*state, "a number", "{\"event_id\":12,\"event_type\":\"x\"}");
    assert_string_equal(event.id, "12");
}

/* ---- how much ---- */

/* An event whose event_body is: before, as often as it fits into a body (or count times), after. */
static char *large(struct arena *arena, const char *type, const char *before, const char *each,
                   const char *after, size_t count) {
    char *body = arena_alloc(arena, BODY_MAX + 1);
    size_t length = (size_t)snprintf(body, BODY_MAX,
                                     "{\"event_id\":\"e\",\"event_type\":\"%s\",\"event_body\":%s",
                                     type, before);
    size_t step = strlen(each);

    for (; count && length + step + strlen(after) + 1 <= BODY_MAX; count--, length += step)
        memcpy(body + length, each, step);
    if (length && body[length - 1] == ',')
        length--;
    memcpy(body + length, after, strlen(after));
    body[length + strlen(after)] = '}';
    return body;
}

static void test_bounds(void **state) {
    static const struct {
        const char *label, *before, *each, *after;
        size_t count;
        enum result result;
    } cases[] = {
        {"a MiB of text", "\"", "a", "\"", SIZE_MAX, RESULT_OK},
        {"of quotes", "\"", "\\\"", "\"", SIZE_MAX, RESULT_OK},
        {"of brackets in a text", "\"", "[{", "\"", SIZE_MAX, RESULT_OK},
        {"of ids", "[", "\"9100000451\",", "]", SIZE_MAX, RESULT_OK},
        {"of digits", "", "9", "", SIZE_MAX, RESULT_INVALID},
        {"of decimals", "0.", "9", "", SIZE_MAX, RESULT_OK},
        {"of numbers", "[", "1,", "]", SIZE_MAX, RESULT_INVALID},
        {"of empty lists", "[", "[],", "]", SIZE_MAX, RESULT_INVALID},
        {"of empty objects", "[", "{},", "]", SIZE_MAX, RESULT_INVALID},
        {"of opened lists", "[", "[", "", SIZE_MAX, RESULT_INVALID},
        {"of opened objects", "", "{\"a\":", "", SIZE_MAX, RESULT_INVALID},
        {"of closed ones", "", "]", "", SIZE_MAX, RESULT_INVALID},
        {"of commas", "[", ",", "]", SIZE_MAX, RESULT_INVALID},
        {"of spaces", "", " ", "{}", SIZE_MAX, RESULT_OK},
        {"a thousand cards", "[", "{\"customer_vault_id\":\"v\",\"cc_exp\":\"10/28\"},", "]", 1000,
         RESULT_OK},
        {"15 deep", "[[[[[[[[[[[[[[", "1", "]]]]]]]]]]]]]]", 1, RESULT_OK},
        {"17 deep", "[[[[[[[[[[[[[[[[", "1", "]]]]]]]]]]]]]]]]", 1, RESULT_INVALID},
    };
    struct gateway_event event;

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct arena *arena = arena_new(4 * BODY_MAX);
        char *body = large(arena, "x.y", cases[at].before, cases[at].each, cases[at].after,
                           cases[at].count);
        int64_t begin = cpu_us();

        check_int(cases[at].label, gateway_event_read("nmi", arena, body, strlen(body), &event),
                  cases[at].result);
        check_true(cases[at].label, cpu_us() - begin < CPU_US_MAX);
        arena_free(arena);
    }
    (void)state;
}

/* What the JSON reader has at a time. */
static size_t held, most;

static void *counted_alloc(size_t size) {
    size_t *block = malloc(size + 16);

    assert_non_null(block);
    *block = size;
    held += size;
    most = held > most ? held : most;
    return (char *)block + 16;
}

static void counted_free(void *bytes) {
    if (!bytes)
        return;
    size_t *block = (size_t *)(void *)((char *)bytes - 16);
    held -= *block;
    free(block);
}

static void test_memory(void **state) {
    static const struct {
        const char *label, *each;
        size_t count;
        enum result result;
    } cases[] = {
        {"ids", "\"9100000451\",", SIZE_MAX, RESULT_OK},
        {"as many objects as may be", "{},", 9998, RESULT_OK},
        {"one more", "{},", 9999, RESULT_INVALID},
        {"as many values as may be", "1,", 99996, RESULT_OK},
        {"two more", "1,", 99998, RESULT_INVALID},
        {"objects with values", "{\"a\":1,\"b\":2,\"c\":3,\"d\":\"abcdefghij\"},", 9998,
         RESULT_OK},
        {"too many", "{},", SIZE_MAX, RESULT_INVALID},
        {"texts", "\"abc\\u00e9\",", SIZE_MAX, RESULT_OK},
    };
    struct gateway_event event;

    json_set_alloc_funcs(counted_alloc, counted_free);
    for (size_t at = 0; at < COUNT(cases); at++) {
        char *body = large(*state, "x.y", "[", cases[at].each, "]", cases[at].count);

        most = 0;
        check_int(cases[at].label,
                  gateway_event_read("nmi", *state, body, strlen(body), &event), cases[at].result);
        check_true(cases[at].label, most <= JSON_BYTES_MAX);
        check_int(cases[at].label, (int64_t)held, 0);
    }
    json_set_alloc_funcs(malloc, free);
}

/* More cards than an event is read for. */
static void test_many_cards(void **state) {
    static const char before[] = "{\"vault_updates\":[";
    char *body = large(*state, "acu.summary.contactcustomer", before, "", "]}", 0);
    size_t length = strlen(body) - strlen("]}}");

    for (int card = 0; card < 600; card++)
        length += (size_t)sprintf(body + length, "%s{\"customer_vault_id\":\"v%d\"}",
                                  card ? "," : "", card);
    memcpy(body + length, "]}}", 4);
    struct gateway_event event = read_good(*state, "600 cards", body);
    assert_int_equal(event.vault_count, GATEWAY_EVENT_VAULTS_MAX);
    assert_string_equal(event.vault_ids[0], "v0");
    assert_string_equal(event.vault_ids[499], "v499");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_one_bit),
        cmocka_unit_test(test_nonce_length),
        cmocka_unit_test_setup_teardown(test_return, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_transactions, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_kinds, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_cards, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_refused, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_ids, arena_setup, arena_teardown),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test_setup_teardown(test_memory, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_many_cards, arena_setup, arena_teardown),
    };

    secret_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
