/* query.php's XML of one vault entry: what is in it, and everything that is not one. */
#include <string.h>

#include "common/core/text.h"
#include "common/gateway/nmi.h"
#include "tests/support/test.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define ENTRY(inside)                                                                              \
    HEAD "<nm_response>\n<customer_vault><customer id=\"m-7\">" inside                             \
         "</customer></customer_vault>\n</nm_response>\n"
#define CARD                                                                                       \
    "<cc_number>4xxxxxxxxxxx1111</cc_number><cc_hash>f6c609e195d9d4c185dcc8ca662f0180</cc_hash>"   \
    "<cc_exp>1128</cc_exp><cc_type>visa</cc_type>"
#define BANK                                                                                       \
    "<check_account>*****6789</check_account><check_hash>0a1b</check_hash>"                        \
    "<check_aba>021000021</check_aba><account_type>checking</account_type>"
#define ID "<customer_vault_id>m-7</customer_vault_id>"

static enum result read_entry(struct arena *arena, const char *xml, size_t length,
                              struct gateway_vault_entry *out_entry, const char **out_reason) {
    memset(out_entry, 0x55, sizeof *out_entry);
    return nmi_entry_read(arena, "m-7", xml, length, out_entry, out_reason);
}

static void expect_date(const char *label, struct date got, int year, int month, int day) {
    check_int(label, got.year, year);
    check_int(label, got.month, month);
    check_int(label, got.day, day);
}

/* ---- what is in it ---- */

/* As gateways send it: every field of both kinds is there, empty where it does not apply. */
static void test_whole(void **state) {
    static const char xml[] = HEAD
        "<nm_response>\n <customer_vault>\n  <customer id=\"m-7\">\n"
        "   <first_name>Ada</first_name>\n   <last_name>Moss</last_name>\n"
        "   <address_1>1 Elm St</address_1><company/><address_2/><city>Reno</city>\n"
        "   <postal_code>89501</postal_code><email>ada@example.test</email>\n"
        "   <cc_number>4xxxxxxxxxxx1111</cc_number>\n"
        "   <cc_hash>f6c609e195d9d4c185dcc8ca662f0180</cc_hash>\n   <cc_exp>0228</cc_exp>\n"
        "   <cc_start_date/><cc_issue_number/><check_account/><check_hash/><check_aba/>"
        "<check_name/><account_holder_type/><account_type/><sec_code/><processor_id/>\n"
        "   <cc_bin>411111</cc_bin><cc_type>visa</cc_type><created>20270301140512</created>\n"
        "   <customer_vault_id>m-7</customer_vault_id>\n"
        "  </customer>\n </customer_vault>\n</nm_response>\n";
    struct gateway_vault_entry entry;
    const char *reason = "?";

    assert_int_equal(read_entry(*state, xml, strlen(xml), &entry, &reason), RESULT_OK);
    assert_false(entry.is_bank);
    assert_string_equal(entry.brand, "Visa");
    assert_string_equal(entry.last_four, "1111");
    expect_date("whole", entry.expires_on, 2028, 2, 29);
    assert_string_equal(entry.fingerprint, "f6c609e195d9d4c185dcc8ca662f0180");
    assert_string_equal(reason, "");
}

static void test_entries(void **state) {
    static const struct {
        const char *label, *xml;
        bool is_bank;
        const char *brand, *last_four, *fingerprint;
        int year, month, day;
    } cases[] = {
        {"a card", ENTRY(CARD ID), false, "Visa", "1111", "f6c609e195d9d4c185dcc8ca662f0180", 2028,
         11, 30},
        {"without its id inside", ENTRY(CARD), false, "Visa", "1111",
         "f6c609e195d9d4c185dcc8ca662f0180", 2028, 11, 30},
        {"without its id outside",
         HEAD "<nm_response><customer_vault><customer>" CARD ID
              "</customer></customer_vault></nm_response>",
         false, "Visa", "1111", "f6c609e195d9d4c185dcc8ca662f0180", 2028, 11, 30},
        {"a bank account", ENTRY(BANK ID), true, "Checking", "6789", "0a1b", 0, 0, 0},
        {"savings",
         ENTRY("<check_account>xxxx6789</check_account><account_type>SAVINGS</account_type>"), true,
         "Savings", "6789", "", 0, 0, 0},
        {"a bank account of no type", ENTRY("<check_account>*6789</check_account>"), true, "",
         "6789", "", 0, 0, 0},
        {"a bank account of another type",
         ENTRY("<check_account>*6789</check_account><account_type>loan</account_type>"), true,
         "loan", "6789", "", 0, 0, 0},
        {"an expiry is a card's",
         ENTRY("<check_account>*6789</check_account><cc_exp>1128</cc_exp>"), true, "", "6789", "",
         0, 0, 0},
        {"a number and nothing else", ENTRY("<cc_number>4xxx1111</cc_number>"), false, "", "1111",
         "", 0, 0, 0},
        {"fewer digits", ENTRY("<cc_number>xxxxxxxxxxxxx111</cc_number>"), false, "", "", "", 0, 0,
         0},
        {"all masked", ENTRY("<cc_number>****************</cc_number>"), false, "", "", "", 0, 0,
         0},
        {"a space behind", ENTRY("<cc_number>4xxx1111 </cc_number>"), false, "", "", "", 0, 0, 0},
        {"digits of another script",
         ENTRY("<cc_number>4xxx&#x661;&#x661;&#x661;&#x661;</cc_number>"), false, "", "", "", 0, 0,
         0},
        {"only four", ENTRY("<check_account>6789</check_account>"), true, "", "6789", "", 0, 0, 0},
        {"only three", ENTRY("<check_account>789</check_account>"), true, "", "", "", 0, 0, 0},
        {"escaped", ENTRY("<cc_number>4xxx&#49;<![CDATA[111]]></cc_number>"), false, "", "1111", "",
         0, 0, 0},
        {"told twice alike", ENTRY(CARD CARD), false, "Visa", "1111",
         "f6c609e195d9d4c185dcc8ca662f0180", 2028, 11, 30},
        {"the same field in something else", ENTRY(CARD "<card><cc_exp>0129</cc_exp></card>"),
         false, "Visa", "1111", "f6c609e195d9d4c185dcc8ca662f0180", 2028, 11, 30},
        /* ver=2 */
        {"one billing", ENTRY("<billing id=\"1\">" CARD "</billing>" ID), false, "Visa", "1111",
         "f6c609e195d9d4c185dcc8ca662f0180", 2028, 11, 30},
        {"the first of several",
         ENTRY("<billing id=\"9\"><cc_number>5xxx4444</cc_number></billing>"
               "<billing id=\"1\">" CARD "</billing>"),
         false, "", "4444", "", 0, 0, 0},
        {"priority 1 of several",
         ENTRY("<billing id=\"9\"><cc_number>5xxx4444</cc_number><priority>2</priority></billing>"
               "<billing id=\"1\"><priority>1</priority>" BANK "</billing>"
               "<billing id=\"2\"><priority>3</priority>" CARD "</billing>"),
         true, "Checking", "6789", "0a1b", 0, 0, 0},
        {"the first of two with priority 1",
         ENTRY("<billing><priority>1</priority>" BANK "</billing>"
               "<billing><priority>1</priority>" CARD "</billing>"),
         true, "Checking", "6789", "0a1b", 0, 0, 0},
        {"a billing that repeats the customer", ENTRY(CARD "<billing>" CARD "</billing>"), false,
         "Visa", "1111", "f6c609e195d9d4c185dcc8ca662f0180", 2028, 11, 30},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        const char *label = cases[at].label, *reason = "?";
        struct gateway_vault_entry entry;

        check_int(label, read_entry(*state, cases[at].xml, strlen(cases[at].xml), &entry, &reason),
                  RESULT_OK);
        check_int(label, entry.is_bank, cases[at].is_bank);
        check_text(label, entry.brand, cases[at].brand);
        check_text(label, entry.last_four, cases[at].last_four);
        check_text(label, entry.fingerprint, cases[at].fingerprint);
        expect_date(label, entry.expires_on, cases[at].year, cases[at].month, cases[at].day);
    }
}

static struct gateway_vault_entry read_fields(struct arena *arena, const char *fields) {
    const char *xml = arena_format(arena,
                                   "<nm_response><customer_vault><customer id=\"m-7\">"
                                   "<cc_number>4xxx1111</cc_number>%s</customer></customer_vault>"
                                   "</nm_response>",
                                   fields),
               *reason;
    struct gateway_vault_entry entry;

    check_int(fields, read_entry(arena, xml, strlen(xml), &entry, &reason), RESULT_OK);
    return entry;
}

static void test_brands(void **state) {
    static const struct {
        const char *word, *brand;
    } cases[] = {
        {"visa", "Visa"},
        {"Visa", "Visa"},
        {"VISA", "Visa"},
        {"mastercard", "Mastercard"},
        {"MasterCard", "Mastercard"},
        {"mc", "Mastercard"},
        {"amex", "Amex"},
        {"American Express", "Amex"},
        {"discover", "Discover"},
        {"diners", "Diners"},
        {"Diners Club", "Diners"},
        {"dinersclub", "Diners"},
        {"jcb", "JCB"},
        {"", ""},
        {"unionpay", "unionpay"},
        {"visa electron", "visa electron"},
        {" visa", " visa"},
        {"4111111111111111", "****************"},
        {"a&#10;b&lt;i&gt;", "a b<i>"},
        {"&#xe9;\xc3\xa9", "\xc3\xa9\xc3\xa9"},
        {"a name that is longer than any brand has ever been, and by far",
         "a name that is longer than any "},
    };

    for (size_t at = 0; at < COUNT(cases); at++)
        check_text(
            cases[at].word,
            read_fields(*state, arena_format(*state, "<cc_type>%s</cc_type>", cases[at].word))
                .brand,
            cases[at].brand);
}

static void test_expiries(void **state) {
    static const struct {
        const char *text;
        int year, month, day;
    } cases[] = {
        {"0127", 2027, 1, 31}, {"0227", 2027, 2, 28},  {"0228", 2028, 2, 29},
        {"0400", 2000, 4, 30}, {"1299", 2099, 12, 31}, {"0200", 2000, 2, 29},
        {"", 0, 0, 0},         {"0027", 0, 0, 0},      {"1327", 0, 0, 0},
        {"127", 0, 0, 0},      {"01270", 0, 0, 0},     {"01/27", 0, 0, 0},
        {"012x", 0, 0, 0},     {"-127", 0, 0, 0},      {"1 27", 0, 0, 0},
        {"xxxx", 0, 0, 0},     {"012027", 0, 0, 0},    {"0127012701270127", 0, 0, 0},
    };

    for (size_t at = 0; at < COUNT(cases); at++)
        expect_date(cases[at].text,
                    read_fields(*state, arena_format(*state, "<cc_exp>%s</cc_exp>", cases[at].text))
                        .expires_on,
                    cases[at].year, cases[at].month, cases[at].day);
}

/* At the limit, past it, and far past it. */
static void test_sizes(void **state) {
    enum { HASH = 128, LONG = 20000 };
    char *text = arena_alloc(*state, LONG + 1);
    struct gateway_vault_entry entry;

    for (size_t length = HASH - 1; length <= LONG; length += length < HASH + 50 ? 1 : 4000) {
        memset(text, 'a', length);
        text[length] = '\0';
        entry = read_fields(*state, arena_format(*state, "<cc_hash>%s</cc_hash>", text));
        assert_string_equal(entry.fingerprint, length <= HASH ? text : "");
    }
    assert_string_equal(read_fields(*state, "<cc_hash>a b</cc_hash>").fingerprint, "");
    assert_string_equal(read_fields(*state, "<cc_hash>a&#x26;b</cc_hash>").fingerprint, "");

    /* A number that was cut does not end in its last four. */
    memset(text, '1', LONG);
    for (size_t length = 60; length <= LONG; length += length < 70 ? 1 : 4000) {
        const char *reason, *xml = arena_format(*state,
                                                "<nm_response><customer_vault><customer id=\"m-7\">"
                                                "<cc_number>%.*s</cc_number></customer>"
                                                "</customer_vault></nm_response>",
                                                (int)length, text);

        assert_int_equal(read_entry(*state, xml, strlen(xml), &entry, &reason), RESULT_OK);
        assert_string_equal(entry.last_four, length < 63 ? "1111" : "");
    }
}

/* ---- what is none ---- */

static void test_none(void **state) {
    static const char *const texts[] = {
        "<nm_response/>",
        HEAD "<nm_response></nm_response>\n",
        HEAD "<nm_response>\n \t</nm_response>",
        "<nm_response><!-- nothing --></nm_response>",
        "<nm_response><customer_vault/></nm_response>",
        "<nm_response> <customer_vault>\n</customer_vault> </nm_response>",
    };

    for (size_t at = 0; at < COUNT(texts); at++) {
        struct gateway_vault_entry entry;
        const char *reason = "?";

        check_int(texts[at], read_entry(*state, texts[at], strlen(texts[at]), &entry, &reason),
                  RESULT_NOT_FOUND);
        check_text(texts[at], reason, "");
    }
}

static void expect_bad(struct arena *arena, const char *xml, size_t length, const char *reason) {
    struct gateway_vault_entry entry, untouched;
    const char *got = "?";

    memset(&untouched, 0x55, sizeof untouched);
    check_int(xml, read_entry(arena, xml, length, &entry, &got), RESULT_UNCERTAIN);
    assert_memory_equal(&entry, &untouched, sizeof entry);
    assert_string_not_equal(got, "");
    if (reason)
        check_text(xml, got, reason);
}

static void test_not_an_entry(void **state) {
    static const struct {
        const char *xml, *reason;
    } cases[] = {
        {"", NULL},
        {" ", NULL},
        {"response=1&response_code=100", NULL},
        {"<html><body>m-7</body></html>", "an error, or another report"},
        {"<html><body><p>Sorry<br></body></html>", NULL},
        {HEAD "<error_response>Authentication Failed</error_response>",
         "an error, or another report"},
        {HEAD "<nm_response><error_response>No entry m-7</error_response></nm_response>",
         "an error, or another report"},
        {HEAD "<nm_response>Down for repairs</nm_response>", "an error, or another report"},
        {HEAD "<nm_response><customer_vault>Down</customer_vault></nm_response>", "not an entry"},
        {HEAD "<nm_response><customer_vault><error/></customer_vault></nm_response>",
         "not an entry"},
        {HEAD "<nm_response><transaction><transaction_id>1</transaction_id></transaction>"
              "</nm_response>",
         "an error, or another report"},
        {HEAD "<NM_RESPONSE/>", "not a report"},
        {HEAD "<nm_response><customer id=\"m-7\">" CARD "</customer></nm_response>",
         "an error, or another report"},
        {ENTRY(CARD) "junk", NULL},
        {ENTRY(CARD) "<nm_response/>", NULL},
        {HEAD "<nm_response><customer_vault><customer id=\"m-7\">" CARD, NULL},
        {HEAD "<!DOCTYPE nm_response><nm_response/>", "DOCTYPE"},
        {HEAD "<!DOCTYPE nm_response SYSTEM \"file:///etc/passwd\"><nm_response/>", "DOCTYPE"},
        {HEAD "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><nm_response>&a;"
              "</nm_response>",
         "DOCTYPE"},
        {HEAD "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>"
              "<nm_response>&b;</nm_response>",
         "DOCTYPE"},
        {ENTRY("<cc_number>&unknown;</cc_number>"), NULL},
        {ENTRY("<cc_number>\xff</cc_number>"), NULL},
        {"<?xml version=\"1.0\" encoding=\"x-nothing\"?><nm_response/>", NULL},
        /* Another's, everybody's, nobody's. */
        {HEAD "<nm_response><customer_vault><customer id=\"m-77\">" CARD
              "</customer></customer_vault></nm_response>",
         "another entry"},
        {HEAD "<nm_response><customer_vault><customer id=\"M-7\">" CARD
              "</customer></customer_vault></nm_response>",
         "another entry"},
        {HEAD "<nm_response><customer_vault><customer id=\"\">" CARD
              "</customer></customer_vault></nm_response>",
         "another entry"},
        {ENTRY(CARD "<customer_vault_id>m-77</customer_vault_id>"), "another entry"},
        {HEAD "<nm_response><customer_vault><customer id=\"m-77\">" CARD ID
              "</customer></customer_vault></nm_response>",
         "another entry"},
        {HEAD "<nm_response><customer_vault><customer>" CARD
              "</customer></customer_vault></nm_response>",
         "an entry without an id"},
        {HEAD "<nm_response><customer_vault><customer id=\"m-7\">" CARD
              "</customer><customer id=\"m-7\">" CARD "</customer></customer_vault></nm_response>",
         "two entries"},
        {HEAD "<nm_response><customer_vault><customer id=\"m-7\">" CARD
              "</customer><customer id=\"m-8\"/></customer_vault></nm_response>",
         "two entries"},
        {HEAD "<nm_response><customer_vault><customer id=\"m-7\">" CARD
              "</customer></customer_vault><customer_vault><customer id=\"m-7\">" CARD
              "</customer></customer_vault></nm_response>",
         "two entries"},
        {HEAD "<nm_response><customer_vault><customer id=\"m-7\">" CARD
              "</customer></customer_vault><error_response>Sorry</error_response></nm_response>",
         "an error, or another report"},
        /* Nothing to charge, or not one thing. */
        {ENTRY(ID), "neither a card nor a bank account"},
        {ENTRY(""), "neither a card nor a bank account"},
        {ENTRY("<cc_number/><cc_exp>1128</cc_exp>"), "neither a card nor a bank account"},
        {ENTRY("<billing/>" CARD), "neither a card nor a bank account"},
        {ENTRY(CARD BANK), "a card and a bank account"},
        {ENTRY(CARD "<billing>" BANK "</billing>"), "two accounts"},
        {ENTRY(CARD "<billing><cc_number>5xxx4444</cc_number></billing>"), "two accounts"},
        {ENTRY(CARD "<cc_number>4xxxxxxxxxxx2222</cc_number>"), "a field told twice in two ways"},
        {ENTRY(CARD "<cc_exp>1129</cc_exp>"), "a field told twice in two ways"},
        {ENTRY(ID CARD "<customer_vault_id>m-8</customer_vault_id>"),
         "a field told twice in two ways"},
        {ENTRY("<billing>" CARD "<cc_type>jcb</cc_type></billing>"),
         "a field told twice in two ways"},
    };

    for (size_t at = 0; at < COUNT(cases); at++)
        expect_bad(*state, cases[at].xml, strlen(cases[at].xml), cases[at].reason);
}

/* Cut anywhere it is no entry; with one byte changed it is read without harm. */
static void test_damaged(void **state) {
    static const char xml[] = ENTRY("<billing id=\"1\">" CARD "</billing>" ID);
    char text[sizeof xml];

    for (size_t cut = 0; cut < strlen(xml) - 1; cut++)
        expect_bad(*state, xml, cut, NULL);
    for (size_t at = 0; at < strlen(xml); at++) {
        struct arena *arena = arena_new(8 * 1024 * 1024);

        for (int byte = 0; byte < 256; byte++) {
            struct gateway_vault_entry entry;
            const char *reason;

            memcpy(text, xml, sizeof xml);
            text[at] = (char)byte;
            if (read_entry(arena, text, strlen(xml), &entry, &reason) == RESULT_OK)
                assert_true(text_is_utf8(entry.brand, strlen(entry.brand)) &&
                            strlen(entry.last_four) <= 4);
        }
        arena_free(arena);
    }
}

static void test_deep(void **state) {
    struct buffer xml;

    buffer_init(&xml, *state, HTTP_ANSWER_MAX);
    buffer_text(&xml, "<nm_response><customer_vault><customer id=\"m-7\">");
    for (size_t at = 0; at < 200000; at++)
        buffer_text(&xml, "<a>");
    expect_bad(*state, xml.bytes, xml.length, "nested too deep");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_whole, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_entries, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_brands, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_expiries, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_sizes, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_none, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_not_an_entry, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_damaged, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_deep, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
