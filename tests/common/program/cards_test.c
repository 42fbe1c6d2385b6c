/* What somebody tells of a card: closed, or that its holder has to be asked. */
#include "tests/support/test.h"

#include <stdio.h>

#include "common/core/clock.h"
#include "common/gateway/gateway.h"
#include "common/program/cards.h"
#include "common/program/charge.h"
#include "common/store/event_store.h"
#include "tests/support/shop.h"

static const struct statement *const statements[] = {CHARGE_STATEMENTS, CARDS_STATEMENTS};

static struct shop shop;
static struct running running;
static struct clock fixed = {.fixed = SHOP_NOW};

static int group_setup(void **state) {
    static const struct gateway_options options = {.driver = "nmi",
                                                   .api_url = "http://127.0.0.1:9",
                                                   .key = "k",
                                                   .connect_timeout_ms = 200,
                                                   .timeout_ms = 500,
                                                   .ca_file = ""};

    (void)state;
    shop_open(&shop);
    running.db = database_db(&shop.database, statements, COUNT(statements));
    running.clock = &fixed;
    return gateway_open(&options, &running.gateway) == RESULT_OK ? 0 : -1;
}

static int group_teardown(void **state) {
    (void)state;
    gateway_close(running.gateway);
    db_free(running.db);
    shop_close(&shop);
    return 0;
}

static const char *vault_of(struct arena *arena, int64_t account) {
    return database_text(&shop.database, arena, "SELECT vault_id FROM method WHERE id = %lld",
                         (long long)account);
}

static const char *card_of(struct arena *arena, int64_t account) {
    return database_text(&shop.database, arena,
                         "SELECT CONCAT(state, ' ', attention, ' ', (SELECT COUNT(*) FROM outbox o"
                         " WHERE o.kind = 'method_updated' AND o.subject_id = m.id)) FROM method m"
                         " WHERE id = %lld",
                         (long long)account);
}

static enum card_end told(const char *vault_id, enum card_word word) {
    enum card_end end;

    assert_int_equal(card_read(&running, vault_id, word, &end), RESULT_OK);
    return end;
}

static void test_stops(void **state) {
    static const struct {
        enum card_word word;
        const char *after;
    } cases[] = {{CARD_CLOSED, "needs_attention closed 1"},
                 {CARD_CONTACT, "needs_attention contact 1"}};

    for (size_t at = 0; at < COUNT(cases); at++) {
        int64_t account = shop_account(&shop);
        const char *vault_id = vault_of(*state, account);

        assert_int_equal(told(vault_id, cases[at].word), CARD_CHANGED);
        assert_string_equal(card_of(*state, account), cases[at].after);
        /* Again, and with another word: what stands stays, and nobody is told twice. */
        assert_int_equal(told(vault_id, CARD_CLOSED), CARD_SAME);
        assert_int_equal(told(vault_id, CARD_CONTACT), CARD_SAME);
        assert_string_equal(card_of(*state, account), cases[at].after);
    }
}

/* Whoever tells of it, it must be a card that is kept with this gateway. */
static void test_strangers(void **state) {
    static const char *const changes[] = {"state = 'removed', removed_at = '2026-11-01'",
                                          "is_remembered = 0", "kind = 'bank'",
                                          "gateway = 'other'"};

    assert_int_equal(told("nobody's", CARD_CLOSED), CARD_SAME);
    for (size_t at = 0; at < COUNT(changes); at++) {
        int64_t account = shop_account(&shop);
        const char *vault_id = vault_of(*state, account);

        database_do(&shop.database, "UPDATE method SET %s WHERE id = %lld", changes[at],
                    (long long)account);
        const char *before = card_of(*state, account);
        assert_int_equal(told(vault_id, CARD_CLOSED), CARD_SAME);
        assert_string_equal(card_of(*state, account), before);
    }
}

/* What is new in the vault only the vault tells. */
static void test_away(void **state) {
    int64_t account = shop_account(&shop);

    assert_int_equal(told(vault_of(*state, account), CARD_UPDATED), CARD_WAITING);
    assert_string_equal(card_of(*state, account), "active  0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_stops, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_strangers, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_away, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
