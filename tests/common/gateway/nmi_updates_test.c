/* What query.php tells of cards that the account updater found something out about. */
#include "common/gateway/nmi.h"

#include <string.h>

#include "tests/support/test.h"

#define CUSTOMER(inside) "<customer id=\"c-1\">" inside "</customer>"
#define REPORT(inside)                                                                             \
    "<?xml version=\"1.0\"?><nm_response><customer_vault>" inside "</customer_vault></"            \
                                                                  "nm_response>"

static struct nmi_updates updates;

static enum result read_xml(void **state, const char *xml) {
    return nmi_updates_read(*state, xml, strlen(xml), &updates);
}

static void test_words(void **state) {
    static const struct {
        const char *status;
        enum gateway_card_news news;
    } cases[] = {
        {"<account_updater_status>closedaccount</account_updater_status>", CARD_NEWS_CLOSED},
        {"<account_updater_status>contactcustomer</account_updater_status>", CARD_NEWS_CONTACT},
        {"<account_updater_status>automaticallyupdated</account_updater_status>",
         CARD_NEWS_UPDATED},
        {"<account_updater_status>something new</account_updater_status>", CARD_NEWS_UPDATED},
        {"<cc_exp>0131</cc_exp>", CARD_NEWS_UPDATED},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        const char *xml = arena_format(*state,
                                       REPORT("<customer id=\"c-1\">%s<customer_vault_id>c-1"
                                              "</customer_vault_id></customer>"),
                                       cases[at].status);

        check_int(cases[at].status, read_xml(state, xml), RESULT_OK);
        check_int(cases[at].status, (int64_t)updates.count, 1);
        check_text(cases[at].status, updates.list[0].vault_id, "c-1");
        check_int(cases[at].status, updates.list[0].news, cases[at].news);
    }
}

/* Ids stand in the attribute, in the field, or in both; of what could be no entry of ours nothing
 * is told. */
static void test_ids(void **state) {
    static const struct {
        const char *label, *xml, *id;
        size_t count;
    } cases[] = {
        {"none", "<nm_response></nm_response>", "", 0},
        {"nobody", REPORT(""), "", 0},
        {"in the attribute", REPORT(CUSTOMER("")), "c-1", 1},
        {"in the field", REPORT("<customer><customer_vault_id>c-2</customer_vault_id></customer>"),
         "c-2", 1},
        {"nowhere", REPORT("<customer></customer>"), "", 0},
        {"in words", REPORT("<customer id=\"two words\"></customer>"), "", 0},
        {"two", REPORT("<customer id=\"c-3\"/><customer id=\"c-4\"/>"), "c-3", 2},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        check_int(cases[at].label, read_xml(state, cases[at].xml), RESULT_OK);
        check_int(cases[at].label, (int64_t)updates.count, (int64_t)cases[at].count);
        if (cases[at].count)
            check_text(cases[at].label, updates.list[0].vault_id, cases[at].id);
    }
}

/* All of it or nothing. */
static void test_refused(void **state) {
    static const char *const cases[] = {
        "",
        "<html></html>",
        "<nm_response><error_response>Access denied</error_response></nm_response>",
        "<nm_response><transaction><transaction_id>1</transaction_id></transaction></nm_response>",
        "<nm_response><customer_vault><customer id=\"c-1\"/>",
        REPORT(CUSTOMER("") "<other/>"),
        REPORT(CUSTOMER("<customer_vault_id>c-2</customer_vault_id>")),
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        check_int(cases[at], read_xml(state, cases[at]), RESULT_UNCERTAIN);
        check_int(cases[at], (int64_t)updates.count, 0);
        check_true(cases[at], *updates.reason != '\0');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_words, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_ids, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_refused, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
