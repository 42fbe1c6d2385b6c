/* How a transaction stands, from its condition and its actions. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/buffer.h"
#include "common/gateway/nmi.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static struct nmi_page read_good(struct arena *arena, const char *xml) {
    struct nmi_page page;
    enum result result = nmi_report_read(arena, xml, strlen(xml), &page);

    if (result != RESULT_OK)
        print_error("  %s: %s\n", page.reason, xml);
    assert_int_equal(result, RESULT_OK);
    return page;
}

struct action_case {
    const char *type, *success, *amount, *date, *code, *text;
};

struct standing_case {
    const char *label, *type, *condition;
    struct action_case actions[4];
    enum gateway_standing standing;
    int64_t amount_cents, refunded_cents;
    const char *code;
    enum gateway_decline decline;
    bool no_sale;
};

#define D1 "20270301140512"
#define D2 "20270302140512"
#define D3 "20270303140512"
#define SALE                                                                                       \
    { "sale", "1", "40.00", D1, "100", "SUCCESS" }

static const struct standing_case standing_cases[] = {
    {"card, booked", "cc", "pendingsettlement", {SALE}, STANDING_APPROVED, 4000, 0, "100", 0, 0},
    {"card, settled",
     "cc",
     "complete",
     {SALE, {"settle", "1", "40.00", D2, "100", "Paid"}},
     STANDING_SETTLED,
     4000,
     0,
     "100",
     0,
     0},
    {"authorized only",
     "cc",
     "pending",
     {{"auth", "1", "40.00", D1, "100", "SUCCESS"}},
     STANDING_APPROVED,
     0,
     0,
     "100",
     0,
     0},
    {"authorized and captured",
     "cc",
     "complete",
     {{"auth", "1", "40.00", D1, "100", "SUCCESS"}, {"capture", "1", "30.00", D2, "100", "OK"}},
     STANDING_SETTLED,
     3000,
     0,
     "100",
     0,
     0},
    {"declined, soft",
     "cc",
     "failed",
     {{"sale", "0", "40.00", D1, "202", "DECLINE"}},
     STANDING_DECLINED,
     0,
     0,
     "202",
     DECLINE_SOFT,
     0},
    {"declined, hard",
     "cc",
     "failed",
     {{"sale", "0", "40.00", D1, "252", "Stolen"}},
     STANDING_DECLINED,
     0,
     0,
     "252",
     DECLINE_HARD,
     0},
    {"failed at the processor",
     "cc",
     "failed",
     {{"sale", "0", "40.00", D1, "400", "Error"}},
     STANDING_OTHER,
     0,
     0,
     "400",
     DECLINE_NONE,
     0},
    {"voided",
     "cc",
     "canceled",
     {SALE, {"void", "1", "40.00", D2, "100", "Transaction Void Successful"}},
     STANDING_VOIDED,
     4000,
     0,
     "100",
     0,
     0},
    {"a void that failed",
     "cc",
     "complete",
     {SALE, {"settle", "1", "40.00", D2, "100", "Paid"}, {"void", "0", "0.00", D3, "300", "Only"}},
     STANDING_SETTLED,
     4000,
     0,
     "300",
     0,
     0},
    {"check, accepted", "ck", "pendingsettlement", {SALE}, STANDING_APPROVED, 4000, 0, "100", 0, 0},
    {"check, paid",
     "ck",
     "complete",
     {SALE, {"settle", "1", "40.00", D2, "100", "Paid"}},
     STANDING_SETTLED,
     4000,
     0,
     "100",
     0,
     0},
    {"check, returned, without a code",
     "ck",
     "failed",
     {SALE, {"check_return", "1", "40.00", D2, "100", "Returned"}},
     STANDING_RETURNED,
     4000,
     0,
     "",
     0,
     0},
    {"check, returned late",
     "ck",
     "failed",
     {SALE,
      {"settle", "1", "40.00", D2, "100", "Paid"},
      {"check_late_return", "1", "40.00", D3, "100", "Reversed (R10)"}},
     STANDING_RETURNED,
     4000,
     0,
     "R10",
     0,
     0},
    {"check, declined",
     "ck",
     "failed",
     {{"sale", "0", "40.00", D1, "200", "FAILED"}},
     STANDING_DECLINED,
     0,
     0,
     "200",
     DECLINE_SOFT,
     0},
    {"charged back",
     "cc",
     "complete",
     {SALE, {"settle", "1", "40.00", D2, "100", "Paid"}, {"return", "1", "40.00", D3, "100", "CB"}},
     STANDING_RETURNED,
     4000,
     0,
     "",
     0,
     0},
    {"no code inside a word",
     "ck",
     "failed",
     {SALE, {"check_return", "1", "40.00", D2, "100", "ERR01 R012 R1 xR02 R0"}},
     STANDING_RETURNED,
     4000,
     0,
     "",
     0,
     0},
    {"refunded inside the sale",
     "cc",
     "complete",
     {SALE,
      {"refund", "1", "10.00", D2, "100", "SUCCESS"},
      {"refund", "1", "-5.50", D3, "100", "SUCCESS"}},
     STANDING_SETTLED,
     4000,
     1550,
     "100",
     0,
     0},
    {"a refund that failed",
     "cc",
     "complete",
     {SALE, {"refund", "0", "10.00", D2, "300", "Refund amount"}},
     STANDING_SETTLED,
     4000,
     0,
     "300",
     0,
     0},
    {"a refund of its own",
     "cc",
     "pendingsettlement",
     {{"refund", "1", "-10.00", D2, "100", "SUCCESS"}},
     STANDING_APPROVED,
     0,
     1000,
     "100",
     0,
     true},
    {"a refund of its own, settled",
     "ck",
     "complete",
     {{"refund", "1", "-10.00", D2, "100", "SUCCESS"}, {"settle", "1", "-10.00", D3, "100", ""}},
     STANDING_SETTLED,
     0,
     1000,
     "100",
     0,
     true},
    {"a refund of its own, returned",
     "ck",
     "failed",
     {{"refund", "1", "-10.00", D2, "100", "SUCCESS"},
      {"check_return", "1", "-10.00", D3, "100", "R23"}},
     STANDING_RETURNED,
     0,
     1000,
     "R23",
     0,
     true},
    {"a refund of its own, returned, and said to be complete",
     "ck",
     "canceled",
     {{"refund", "1", "-10.00", D2, "100", "SUCCESS"},
      {"check_return", "1", "-10.00", D3, "100", "R23"}},
     STANDING_OTHER,
     0,
     0,
     "100",
     0,
     true},
    {"a refund of its own, voided",
     "cc",
     "canceled",
     {{"refund", "1", "-10.00", D2, "100", "SUCCESS"}, {"void", "1", "", D3, "100", ""}},
     STANDING_OTHER,
     0,
     0,
     "100",
     0,
     true},
    {"a refund of its own, failed",
     "cc",
     "failed",
     {{"refund", "0", "-10.00", D2, "200", "DECLINE"}},
     STANDING_OTHER,
     0,
     0,
     "200",
     0,
     true},
    /* What does not fit together. */
    {"failed, but sold", "cc", "failed", {SALE}, STANDING_OTHER, 4000, 0, "100", 0, 0},
    {"complete, but not sold",
     "cc",
     "complete",
     {{"sale", "0", "40.00", D1, "202", "DECLINE"}},
     STANDING_OTHER,
     0,
     0,
     "202",
     0,
     0},
    {"pending, but not sold",
     "cc",
     "pendingsettlement",
     {{"sale", "0", "40.00", D1, "202", "DECLINE"}},
     STANDING_OTHER,
     0,
     0,
     "202",
     0,
     0},
    {"pending, but returned",
     "ck",
     "pendingsettlement",
     {SALE, {"check_return", "1", "40.00", D2, "100", "R01"}},
     STANDING_OTHER,
     4000,
     0,
     "100",
     0,
     0},
    {"returned, but never sold",
     "ck",
     "failed",
     {{"sale", "0", "40.00", D1, "200", "FAILED"}, {"check_return", "1", "40.00", D2, "100", ""}},
     STANDING_OTHER,
     0,
     0,
     "100",
     0,
     0},
    {"in progress", "cc", "in_progress", {SALE}, STANDING_OTHER, 4000, 0, "100", 0, 0},
    {"abandoned", "cc", "abandoned", {SALE}, STANDING_OTHER, 4000, 0, "100", 0, 0},
    {"unknown", "cc", "unknown", {SALE}, STANDING_OTHER, 4000, 0, "100", 0, 0},
    {"unheard of", "cc", "sleeping", {SALE}, STANDING_OTHER, 4000, 0, "100", 0, 0},
    {"no condition", "cc", "", {SALE}, STANDING_OTHER, 4000, 0, "100", 0, 0},
    {"no action", "cc", "failed", {{0}}, STANDING_OTHER, 0, 0, "", 0, true},
    {"a credit",
     "cc",
     "complete",
     {{"credit", "1", "-5.00", D1, "100", "SUCCESS"}},
     STANDING_OTHER,
     0,
     0,
     "100",
     0,
     true},
    {"sold twice",
     "cc",
     "complete",
     {SALE, {"sale", "1", "41.00", D1, "100", "SUCCESS"}},
     STANDING_OTHER,
     4000,
     0,
     "100",
     0,
     0},
    {"a broken amount",
     "cc",
     "complete",
     {{"sale", "1", "forty", D1, "100", "SUCCESS"}},
     STANDING_OTHER,
     0,
     0,
     "100",
     0,
     0},
    {"a huge amount",
     "cc",
     "complete",
     {{"sale", "1", "100000000.00", D1, "100", "SUCCESS"}},
     STANDING_OTHER,
     0,
     0,
     "100",
     0,
     0},
    {"a negative sale",
     "cc",
     "complete",
     {{"sale", "1", "-40.00", D1, "100", "SUCCESS"}},
     STANDING_OTHER,
     0,
     0,
     "100",
     0,
     0},
    {"a broken date",
     "cc",
     "complete",
     {{"sale", "1", "40.00", "2027-03-01", "100", "SUCCESS"}},
     STANDING_OTHER,
     4000,
     0,
     "100",
     0,
     0},
    {"a date that is none",
     "cc",
     "complete",
     {{"sale", "1", "40.00", "20270231140512", "100", "SUCCESS"}},
     STANDING_OTHER,
     4000,
     0,
     "100",
     0,
     0},
    {"a broken success",
     "cc",
     "complete",
     {{"sale", "yes", "40.00", D1, "100", "SUCCESS"}},
     STANDING_OTHER,
     0,
     0,
     "100",
     0,
     0},
};

static const char *write_case(struct arena *arena, const struct standing_case *each) {
    struct buffer xml;

    buffer_init(&xml, arena, 100000);
    buffer_format(&xml,
                  HEAD "<nm_response><transaction><transaction_id>91</transaction_id>"
                       "<transaction_type>%s</transaction_type><condition>%s</condition>"
                       "<order_id>P1</order_id>",
                  each->type, each->condition);
    for (const struct action_case *action = each->actions;
         action < each->actions + 4 && action->type; action++)
        buffer_format(&xml,
                      "<action><amount>%s</amount><action_type>%s</action_type><date>%s</date>"
                      "<success>%s</success><response_text>%s</response_text>"
                      "<response_code>%s</response_code></action>",
                      action->amount, action->type, action->date, action->success, action->text,
                      action->code);
    buffer_text(&xml, "</transaction></nm_response>");
    return xml.bytes;
}

static void test_standings(void **state) {
    (void)state;
    for (size_t at = 0; at < sizeof standing_cases / sizeof *standing_cases; at++) {
        const struct standing_case *each = &standing_cases[at];
        struct arena *arena = arena_new(ARENA_BYTES);
        struct nmi_page page = read_good(arena, write_case(arena, each));

        print_message("  %s\n", each->label);
        assert_int_equal(page.count, 1);
        const struct gateway_transaction *told = page.transactions;
        assert_int_equal(told->standing, each->standing);
        assert_int_equal(told->amount_cents, each->amount_cents);
        assert_int_equal(told->refunded_cents, each->refunded_cents);
        assert_string_equal(told->code, each->code);
        assert_int_equal(told->decline, each->decline);
        assert_int_equal(told->has_sale, !each->no_sale);
        arena_free(arena);
    }
}

/* Saving a method moves no money: not a line of the report, but not an empty page either. */
static void test_validation(void **state) {
    static const struct standing_case each = {"validated",
                                              "cc",
                                              "complete",
                                              {{"validate", "1", "0.00", D1, "100", "SUCCESS"}},
                                              STANDING_OTHER,
                                              0,
                                              0,
                                              "",
                                              0,
                                              0};
    struct arena *arena = arena_new(ARENA_BYTES);
    struct nmi_page page = read_good(arena, write_case(arena, &each));

    (void)state;
    assert_int_equal(page.count, 0);
    assert_int_equal(page.told, 1);
    arena_free(arena);
}

static struct gateway_transaction read_one(struct arena *arena, const char *inside) {
    struct buffer xml;

    buffer_init(&xml, arena, 100000);
    buffer_format(&xml, HEAD "<nm_response><transaction><transaction_id>91</transaction_id>%s"
                             "</transaction></nm_response>", inside);
    struct nmi_page page = read_good(arena, xml.bytes);
    assert_int_equal(page.count, 1);
    return page.transactions[0];
}

#define SOLD                                                                                       \
    "<action><amount>40.00</amount><action_type>sale</action_type><date>" D1                       \
    "</date><success>1</success></action>"
#define TAKEN(amount)                                                                              \
    "<action><amount>" amount "</amount><action_type>chargeback</action_type><date>" D2            \
    "</date><success>1</success></action>"

/* Only dollars are understood; a gateway that does not tell the currency has no other. */
static void test_currency(void **state) {
    static const struct {
        const char *inside;
        enum gateway_standing standing;
    } cases[] = {
        {"<condition>complete</condition>" SOLD, STANDING_SETTLED},
        {"<condition>complete</condition><currency>USD</currency>" SOLD, STANDING_SETTLED},
        {"<condition>complete</condition><currency>EUR</currency>" SOLD, STANDING_OTHER},
        {"<condition>complete</condition><currency>usd</currency>" SOLD, STANDING_OTHER},
        {"<condition>complete</condition><currency>EUR</currency>" SOLD TAKEN("40.00"),
         STANDING_OTHER},
    };
    struct arena *arena = arena_new(ARENA_BYTES);

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct gateway_transaction told = read_one(arena, cases[at].inside);

        assert_int_equal(told.standing, cases[at].standing);
        assert_int_equal(told.amount_cents, 4000);
    }
    arena_free(arena);
}

/* How much a bank took, in one or in parts; and which sale a refund is of. */
static void test_taken_and_original(void **state) {
    static const struct {
        const char *inside;
        int64_t returned_cents;
        const char *original_id;
    } cases[] = {
        {"<condition>complete</condition>" SOLD, 0, ""},
        {"<condition>complete</condition>" SOLD TAKEN("40.00"), 4000, ""},
        {"<condition>complete</condition>" SOLD TAKEN("-40.00"), 4000, ""},
        {"<condition>complete</condition>" SOLD TAKEN("15.00") TAKEN("10.00"), 2500, ""},
        {"<condition>complete</condition>" SOLD TAKEN("much"), 0, ""},
        {"<condition>complete</condition><original_transaction_id>90</original_transaction_id>"
         "<action><amount>-5.00</amount><action_type>refund</action_type><date>" D1
         "</date><success>1</success></action>",
         0, "90"},
        {"<condition>complete</condition><original_transaction_id>9 0</original_transaction_id>" SOLD,
         0, ""},
    };
    struct arena *arena = arena_new(ARENA_BYTES);

    (void)state;
    for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
        struct gateway_transaction told = read_one(arena, cases[at].inside);

        assert_int_equal(told.returned_cents, cases[at].returned_cents);
        assert_string_equal(told.original_id, cases[at].original_id);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standings),
        cmocka_unit_test(test_validation),
        cmocka_unit_test(test_currency),
        cmocka_unit_test(test_taken_and_original),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
