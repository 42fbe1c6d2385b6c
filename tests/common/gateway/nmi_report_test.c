/* query.php's XML: reports, and everything that is not one. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/buffer.h"
#include "common/core/date.h"
#include "common/core/text.h"
#include "common/gateway/nmi.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

#define D1 "20270301140512"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static struct nmi_page read_good(struct arena *arena, const char *xml) {
    struct nmi_page page;
    enum result result = nmi_report_read(arena, xml, strlen(xml), &page);

    if (result != RESULT_OK)
        print_error("  %s: %s\n", page.reason, xml);
    assert_int_equal(result, RESULT_OK);
    return page;
}

static int64_t instant(const char *text) {
    int64_t at = 0;

    assert_true(instant_parse(text, &at));
    return at;
}

/* The reference's own sample, a return, and beside it a card sale. */
static void test_report(void **state) {
    static const char xml[] = HEAD
        "<nm_response>\n <transaction>\n  <transaction_id>9100000451</transaction_id>\n"
        "  <transaction_type>ck</transaction_type>\n  <condition>failed</condition>\n"
        "  <order_id>P0123456789AB</order_id>\n  <currency>USD</currency>\n"
        "  <check_account>*****6789</check_account><check_aba>021000021</check_aba>"
        "<sec_code>WEB</sec_code>\n"
        "  <action><amount>40.00</amount><action_type>sale</action_type>"
        "<date>20270301140512</date><success>1</success>\n"
        "    <source>api</source><response_text>SUCCESS</response_text>"
        "<response_code>100</response_code><batch_id>0</batch_id></action>\n"
        "  <action><amount>40.00</amount><action_type>check_return</action_type>"
        "<date>20270304101500</date><success>1</success>\n"
        "    <source>internal</source><response_text>Returned</response_text>"
        "<response_code>100</response_code>"
        "<processor_response_text>R01: no funds</processor_response_text></action>\n"
        " </transaction>\n"
        "<transaction><transaction_id>7</transaction_id><transaction_type>cc</transaction_type>"
        "<condition>pendingsettlement</condition><order_id>a &amp; b &#233; &lt;i&gt;</order_id>"
        "<action><amount>25.00</amount><action_type>sale</action_type><date>20270301140512</date>"
        "<success>1</success><response_text><![CDATA[<b>OK</b>]]>\n&#x41;</response_text>"
        "<response_code>100</response_code></action></transaction>\n"
        "</nm_response>\n";
    struct arena *arena = arena_new(ARENA_BYTES);
    struct nmi_page page = read_good(arena, xml);

    (void)state;
    assert_int_equal(page.count, 2);
    assert_int_equal(page.told, 2);
    const struct gateway_transaction *each = &page.transactions[0];
    assert_string_equal(each->transaction_id, "9100000451");
    assert_string_equal(each->order_id, "P0123456789AB");
    assert_int_equal(each->standing, STANDING_RETURNED);
    assert_true(each->is_bank);
    assert_true(each->has_sale);
    assert_int_equal(each->amount_cents, 4000);
    assert_int_equal(each->refunded_cents, 0);
    assert_int_equal(each->modified_at, instant("2027-03-04 10:15:00"));
    assert_string_equal(each->code, "R01");
    assert_string_equal(each->text, "Returned");

    each = &page.transactions[1];
    assert_string_equal(each->transaction_id, "7");
    assert_string_equal(each->order_id, "a & b \xc3\xa9 <i>");
    assert_int_equal(each->standing, STANDING_APPROVED);
    assert_false(each->is_bank);
    assert_int_equal(each->amount_cents, 2500);
    assert_string_equal(each->code, "100");
    assert_string_equal(each->text, "<b>OK</b> A");
    arena_free(arena);
}

static void test_empty(void **state) {
    static const char *const texts[] = {"<nm_response/>", HEAD "<nm_response></nm_response>\n",
                                        HEAD "<nm_response>\n \t</nm_response>",
                                        "<nm_response><!-- nothing --></nm_response>"};

    (void)state;
    for (size_t at = 0; at < sizeof texts / sizeof *texts; at++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct nmi_page page = read_good(arena, texts[at]);

        assert_int_equal(page.count, 0);
        assert_int_equal(page.told, 0);
        arena_free(arena);
    }
}

#define GOOD                                                                                       \
    "<transaction><transaction_id>91</transaction_id><condition>complete</condition>"              \
    "<order_id>P1</order_id></transaction>"

static void expect_bad(const char *xml, size_t length, const char *reason) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct nmi_page page;
    enum result result = nmi_report_read(arena, xml, length, &page);

    if (result != RESULT_UNCERTAIN)
        print_error("  %.200s\n", xml);
    assert_int_equal(result, RESULT_UNCERTAIN);
    assert_int_equal(page.count, 0);
    assert_int_equal(page.told, 0);
    assert_string_not_equal(page.reason, "");
    if (reason)
        assert_string_equal(page.reason, reason);
    arena_free(arena);
}

static void test_not_a_report(void **state) {
    static const struct {
        const char *xml, *reason;
    } cases[] = {
        {"", NULL},
        {" ", NULL},
        {"response=1&response_code=100", NULL},
        {"<html><body>Sorry</body></html>", "Sorry"},
        {"<html><body><p>Sorry<br></body></html>", NULL},
        {HEAD "<error_response>Authentication Failed</error_response>", "Authentication Failed"},
        {HEAD "<nm_response><error_response>Invalid key 123456789</error_response></nm_response>",
         "Invalid key *********"},
        {HEAD "<nm_response>" GOOD "<error_response>Sorry</error_response></nm_response>", "Sorry"},
        {HEAD "<nm_response>Down for repairs</nm_response>", "Down for repairs"},
        {HEAD "<nm_response><news/></nm_response>", "not a report"},
        {HEAD "<NM_RESPONSE/>", "not a report"},
        {HEAD "<x:nm_response xmlns:x=\"y\"/>", "not a report"},
        {HEAD "<nm_response>" GOOD "</nm_response>junk", NULL},
        {HEAD "<nm_response>" GOOD "</nm_response><nm_response/>", NULL},
        {HEAD "<nm_response>" GOOD, NULL},
        {HEAD "<nm_response><transaction><condition>complete</condition></transaction>"
              "</nm_response>",
         "a transaction without an id"},
        {HEAD "<nm_response><transaction><transaction_id>a b</transaction_id></transaction>"
              "</nm_response>",
         "a transaction without an id"},
        {HEAD "<!DOCTYPE nm_response><nm_response/>", "DOCTYPE"},
        {HEAD "<!DOCTYPE nm_response SYSTEM \"file:///etc/passwd\"><nm_response/>", "DOCTYPE"},
        {HEAD "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>"
              "<nm_response>&b;</nm_response>",
         "DOCTYPE"},
        {HEAD "<nm_response>&unknown;</nm_response>", NULL},
        {HEAD "<nm_response><transaction>\xff</transaction></nm_response>", NULL},
        {"<?xml version=\"1.0\" encoding=\"x-nothing\"?><nm_response/>", NULL},
    };

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++)
        expect_bad(cases[at].xml, strlen(cases[at].xml), cases[at].reason);
}

/* Cut anywhere it is no report: what came whole before the cut is not told either. */
static void test_cut(void **state) {
    static const char xml[] = HEAD "<nm_response>" GOOD GOOD "</nm_response>";

    (void)state;
    for (size_t cut = 0; cut < strlen(xml); cut++)
        expect_bad(xml, cut, NULL);
}

static void test_repeated_fields(void **state) {
    static const struct {
        const char *xml;
        enum gateway_standing standing;
    } cases[] = {
        {"<order_id>P1</order_id><order_id>P1</order_id>", STANDING_SETTLED},
        {"<order_id>P1</order_id><order_id>P2</order_id>", STANDING_OTHER},
        {"<condition>complete</condition><condition>failed</condition>", STANDING_OTHER},
        /* A field of something else that has the same name. */
        {"<card><condition>failed</condition><order_id>P2</order_id></card>", STANDING_SETTLED},
    };

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct nmi_page page = read_good(
            arena, arena_format(arena,
                                "<nm_response><transaction><transaction_id>1</transaction_id>"
                                "%s<condition>complete</condition><action><amount>1.00</amount>"
                                "<action_type>sale</action_type><date>" D1 "</date>"
                                "<success>1</success></action></transaction></nm_response>",
                                cases[at].xml));

        assert_int_equal(page.transactions->standing, cases[at].standing);
        arena_free(arena);
    }
}

/* ---- sizes ---- */

static void test_long_texts(void **state) {
    enum { LONG = 10000 };
    struct arena *arena = arena_new(ARENA_BYTES);
    char *text = arena_alloc(arena, LONG + 1);

    (void)state;
    memset(text, 'x', LONG);
    struct nmi_page page = read_good(
        arena, arena_format(arena,
                            "<nm_response><transaction><transaction_id>1</transaction_id>"
                            "<order_id>%s</order_id><notes>%s</notes>"
                            "<condition>complete</condition><action><amount>1.00</amount>"
                            "<action_type>sale</action_type><date>" D1 "</date>"
                            "<success>1</success><response_text>%s</response_text>"
                            "<response_code>%s</response_code></action></transaction>"
                            "</nm_response>",
                            text, text, text, text));
    const struct gateway_transaction *told = page.transactions;
    assert_int_equal(told->standing, STANDING_SETTLED);
    assert_int_equal(strlen(told->text), GATEWAY_TEXT_SIZE - 1);
    assert_int_equal(strlen(told->order_id), GATEWAY_ID_SIZE - 1);
    assert_string_equal(told->code, "");

    const char *long_id = arena_format(
        arena,
        "<nm_response><transaction><transaction_id>%s</transaction_id></transaction>"
        "</nm_response>",
        text);
    expect_bad(long_id, strlen(long_id), "a transaction without an id");
    arena_free(arena);
}

static void test_limits(void **state) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct buffer xml;

    (void)state;
    for (size_t count = NMI_PAGE_MAX; count <= NMI_PAGE_MAX + 1; count++) {
        buffer_init(&xml, arena, HTTP_ANSWER_MAX);
        buffer_text(&xml, HEAD "<nm_response>");
        for (size_t at = 0; at < count; at++)
            buffer_text(&xml, GOOD);
        buffer_text(&xml, "</nm_response>");
        if (count == NMI_PAGE_MAX)
            assert_int_equal(read_good(arena, xml.bytes).count, NMI_PAGE_MAX);
        else
            expect_bad(xml.bytes, xml.length, "too many transactions");
    }

    buffer_init(&xml, arena, HTTP_ANSWER_MAX);
    buffer_text(&xml, "<nm_response><transaction><transaction_id>1</transaction_id>");
    for (size_t at = 0; at < 200000; at++)
        buffer_text(&xml, "<a>");
    expect_bad(xml.bytes, xml.length, "nested too deep");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report),          cmocka_unit_test(test_empty),
        cmocka_unit_test(test_not_a_report),    cmocka_unit_test(test_cut),
        cmocka_unit_test(test_repeated_fields), cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
