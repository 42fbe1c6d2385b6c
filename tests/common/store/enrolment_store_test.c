/* Enrolments: made, changed, skipped and ended, one for each thing to pay, and what they read. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/store/enrolment_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {ENROLMENT_STATEMENTS, &enrolment_skip_sql,
                                                     &enrolment_types_sql, &enrolment_drafts_sql};

static int group_setup(void **state) {
    (void)state;
    shop_open(&shop);
    db = database_db(&shop.database, statements, COUNT(statements));
    return 0;
}

static int group_teardown(void **state) {
    (void)state;
    db_free(db);
    shop_close(&shop);
    return 0;
}

static const char *const all_key[] = {"all"};
static const char *const two_keys[] = {"type:Hosting", "type:Support"};
static const char *const hosting_key[] = {"type:Hosting"};

static struct enrolment draft_of(int64_t account, const char *const *covers, size_t count) {
    return (struct enrolment){.account_id = account,
                              .user_id = account,
                              .method_id = account,
                              .schedule = SCHEDULE_FIRST,
                              .scope = covers == all_key ? "all" : "types",
                              .began_on = {2026, 11, 22},
                              .next_on = {2026, 12, 1},
                              .noticed_on = {2026, 12, 1},
                              .noticed_cents = 4043,
                              .created_at = SHOP_NOW,
                              .covers = covers,
                              .cover_count = count};
}

/* Every write as a transaction of its own. */
struct work {
    enum { ADD, CHANGE, LOSE, SKIP, OFF, OFF_OF_METHOD, OFF_OF_USER } what;
    struct enrolment *enrolment;
    const char *key;
    struct date expected_on, skip_on;
    struct arena *arena;
    struct enrolments ended;
};

static enum result run(struct db *on, void *context) {
    struct work *work = context;
    struct enrolment *enrolment = work->enrolment;

    switch (work->what) {
    case ADD:
        return enrolment_add(on, enrolment, &enrolment->id);
    case CHANGE:
        return enrolment_change(on, enrolment, SHOP_NOW);
    case LOSE:
        return enrolment_cover_lose(on, enrolment->account_id, enrolment->id, work->key);
    case SKIP:
        return enrolment_skip(on, enrolment->account_id, enrolment->id, work->expected_on,
                              work->skip_on, SHOP_NOW);
    case OFF:
        return enrolment_off(on, enrolment->account_id, enrolment->id, "customer", SHOP_NOW);
    case OFF_OF_METHOD:
        return enrolments_off_of_method(on, work->arena, enrolment->account_id,
                                        enrolment->method_id, "method", SHOP_NOW, &work->ended);
    case OFF_OF_USER:
        return enrolments_off_of_user(on, work->arena, enrolment->account_id, enrolment->user_id,
                                      "user", SHOP_NOW, &work->ended);
    }
    return RESULT_FAILED;
}

static enum result act(struct work work) {
    return db_transaction(db, run, &work);
}

static enum result add(struct enrolment *enrolment) {
    return act((struct work){.what = ADD, .enrolment = enrolment});
}

static int64_t count_of(const char *what, int64_t account) {
    return database_number(&shop.database, "SELECT COUNT(*) FROM %s AND account_id = %lld", what,
                           (long long)account);
}

static int64_t draft_make(const struct enrolment *enrolment, const char *draft_on,
                          const char *state, const char *retry_on) {
    database_do(&shop.database,
                "INSERT INTO draft (account_id, enrolment_id, draft_on, state, retry_on,"
                " amount_cents, attempts, created_at) VALUES (%lld, %lld, '%s', '%s', %s, 3043, 1,"
                " '2026-11-01')",
                (long long)enrolment->account_id, (long long)enrolment->id, draft_on, state,
                retry_on);
    return database_number(&shop.database, "SELECT MAX(id) FROM draft");
}

static void test_add_and_read(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    struct enrolment made = draft_of(account, two_keys, 2), found;
    struct enrolments list;

    made.largest_cents = 5000;
    made.issued_from = (struct date){2026, 11, 22};
    made.backup_method_id = account;
    assert_int_equal(add(&made), RESULT_OK);
    assert_int_equal(enrolment_find(db, *state, account, made.id, &found), RESULT_OK);
    assert_int_equal(found.method_id, account);
    assert_int_equal(found.backup_method_id, account);
    assert_int_equal(found.schedule, SCHEDULE_FIRST);
    assert_string_equal(found.scope, "types");
    assert_int_equal(found.largest_cents, 5000);
    assert_int_equal(date_compare(found.issued_from, made.issued_from), 0);
    assert_int_equal(date_compare(found.next_on, made.next_on), 0);
    assert_int_equal(found.skip_on.year, 0);
    assert_int_equal(date_compare(found.noticed_on, made.noticed_on), 0);
    assert_int_equal(found.noticed_cents, 4043);
    assert_true(found.is_active);
    assert_int_equal(found.created_at, SHOP_NOW);
    assert_int_equal(found.cover_count, 2);
    assert_string_equal(found.covers[1], "type:Support");
    assert_string_equal(found.method.last_four, "4242");
    assert_string_equal(found.backup.brand, "Visa");
    assert_int_equal(enrolment_list(db, *state, account, 20, &list), RESULT_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.list[0].cover_count, 2);
    assert_string_equal(list.list[0].covers[0], "type:Hosting");
    /* Another account has none and finds none. */
    assert_int_equal(enrolment_find(db, *state, other, made.id, &found), RESULT_NOT_FOUND);
    assert_int_equal(enrolment_list(db, *state, other, 20, &list), RESULT_OK);
    assert_int_equal(list.count, 0);
}

/* The covers of a list belong to their own enrolment, whatever the limit passes over. */
static void test_list_covers(void **state) {
    int64_t account = shop_account(&shop);
    struct enrolment first = draft_of(account, two_keys, 2), second = draft_of(account, all_key, 1);
    struct enrolments list;

    assert_int_equal(add(&first), RESULT_OK);
    assert_int_equal(add(&second), RESULT_OK);
    assert_int_equal(enrolment_list(db, *state, account, 20, &list), RESULT_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.list[0].cover_count, 2);
    assert_int_equal(list.list[1].cover_count, 1);
    assert_string_equal(list.list[1].covers[0], "all");
    assert_int_equal(enrolment_list(db, *state, account, 1, &list), RESULT_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.list[0].cover_count, 2);
}

/* One enrolment for each thing to pay, and nothing is left of the second try. */
static void test_one_for_each(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    struct enrolment first = draft_of(account, two_keys, 2),
                     second = draft_of(account, hosting_key, 1),
                     all = draft_of(account, all_key, 1), foreign = draft_of(other, two_keys, 2);

    (void)state;
    assert_int_equal(add(&first), RESULT_OK);
    assert_int_equal(add(&second), RESULT_CONFLICT);
    assert_int_equal(count_of("enrolment WHERE 1", account), 1);
    assert_int_equal(add(&all), RESULT_OK);
    assert_int_equal(add(&foreign), RESULT_OK);
    /* Whoever is off stands in nobody's way. */
    assert_int_equal(act((struct work){.what = OFF, .enrolment = &first}), RESULT_OK);
    assert_int_equal(add(&second), RESULT_OK);
}

static void test_change(void **state) {
    int64_t account = shop_account(&shop);
    struct enrolment made = draft_of(account, two_keys, 2), other = draft_of(account, all_key, 1),
                     found;

    assert_int_equal(add(&made), RESULT_OK);
    made.schedule = SCHEDULE_SPLIT;
    made.covers = hosting_key;
    made.cover_count = 1;
    made.largest_cents = 700;
    made.next_on = (struct date){2026, 12, 15};
    made.noticed_on = (struct date){0};
    made.noticed_cents = 0;
    /* Twice in one second is no conflict. */
    for (int time = 0; time < 2; time++)
        assert_int_equal(act((struct work){.what = CHANGE, .enrolment = &made}), RESULT_OK);
    assert_int_equal(enrolment_find(db, *state, account, made.id, &found), RESULT_OK);
    assert_int_equal(found.schedule, SCHEDULE_SPLIT);
    assert_int_equal(found.largest_cents, 700);
    assert_int_equal(found.next_on.day, 15);
    assert_int_equal(found.noticed_on.year, 0);
    assert_int_equal(found.noticed_cents, 0);
    assert_int_equal(found.cover_count, 1);
    assert_string_equal(found.covers[0], "type:Hosting");
    /* To what another one covers, it is not changed at all. */
    assert_int_equal(add(&other), RESULT_OK);
    made.covers = all_key;
    assert_int_equal(act((struct work){.what = CHANGE, .enrolment = &made}), RESULT_CONFLICT);
    assert_int_equal(enrolment_find(db, *state, account, made.id, &found), RESULT_OK);
    assert_string_equal(found.covers[0], "type:Hosting");
    /* Nor is one that is off. */
    made.covers = hosting_key;
    assert_int_equal(act((struct work){.what = OFF, .enrolment = &made}), RESULT_OK);
    assert_int_equal(act((struct work){.what = CHANGE, .enrolment = &made}), RESULT_CONFLICT);
}

static void test_lose(void **state) {
    int64_t account = shop_account(&shop);
    struct enrolment made = draft_of(account, two_keys, 2),
                     second = draft_of(account, hosting_key, 1);
    struct work lose = {.what = LOSE, .enrolment = &made, .key = "type:Hosting"};

    (void)state;
    assert_int_equal(add(&made), RESULT_OK);
    assert_int_equal(act(lose), RESULT_OK);
    assert_int_equal(act(lose), RESULT_CONFLICT);
    assert_int_equal(add(&second), RESULT_OK);
}

static void test_skip(void **state) {
    int64_t account = shop_account(&shop);
    struct enrolment made = draft_of(account, all_key, 1), found;
    struct work skip = {
        .what = SKIP, .enrolment = &made, .expected_on = {2026, 12, 1}, .skip_on = {2026, 12, 1}};

    assert_int_equal(add(&made), RESULT_OK);
    assert_int_equal(act(skip), RESULT_OK);
    assert_int_equal(enrolment_find(db, *state, account, made.id, &found), RESULT_OK);
    assert_int_equal(date_compare(found.skip_on, skip.skip_on), 0);
    skip.skip_on = (struct date){0};
    assert_int_equal(act(skip), RESULT_OK);
    assert_int_equal(enrolment_find(db, *state, account, made.id, &found), RESULT_OK);
    assert_int_equal(found.skip_on.year, 0);
    /* The day was drafted meanwhile. */
    skip.expected_on = skip.skip_on = (struct date){2026, 11, 1};
    assert_int_equal(act(skip), RESULT_CONFLICT);
}

static void test_off(void **state) {
    int64_t account = shop_account(&shop);
    struct enrolment made = draft_of(account, two_keys, 2), found;
    struct enrolments list;

    assert_int_equal(add(&made), RESULT_OK);
    int64_t waiting = draft_make(&made, "2026-11-01", "retry", "'2026-11-23'");
    int64_t sent = draft_make(&made, "2026-10-01", "open", "NULL");
    assert_int_equal(act((struct work){.what = OFF, .enrolment = &made}), RESULT_OK);
    assert_int_equal(act((struct work){.what = OFF, .enrolment = &made}), RESULT_CONFLICT);
    assert_int_equal(enrolment_find(db, *state, account, made.id, &found), RESULT_OK);
    assert_false(found.is_active);
    assert_string_equal(found.off_reason, "customer");
    assert_int_equal(found.next_on.year, 0);
    assert_int_equal(found.off_at, SHOP_NOW);
    assert_int_equal(found.cover_count, 2);
    assert_int_equal(enrolment_list(db, *state, account, 20, &list), RESULT_OK);
    assert_int_equal(list.count, 0);
    /* What waits for a retry ends; what is on its way goes on. */
    assert_int_equal(database_number(&shop.database,
                                     "SELECT state = 'failed' AND reason = 'off' AND retry_on IS"
                                     " NULL AND closed_at IS NOT NULL FROM draft WHERE id = %lld",
                                     (long long)waiting),
                     1);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT state = 'open' FROM draft WHERE id = %lld",
                                     (long long)sent),
                     1);
}

/* A second method of the same user. */
static int64_t method_more(int64_t account) {
    int64_t id = account + 500000;

    database_do(&shop.database,
                "INSERT INTO method (account_id, id, user_id, kind, gateway, vault_id, brand,"
                " last_four, created_at) VALUES (%lld, %lld, %lld, 'bank', 'nmi', 'v%lld',"
                " 'Checking', '6789', '2026-01-01')",
                (long long)account, (long long)id, (long long)account, (long long)id);
    return id;
}

static void test_off_of_method(void **state) {
    int64_t account = shop_account(&shop), bank = method_more(account);
    struct enrolment card = draft_of(account, two_keys, 2), other = draft_of(account, all_key, 1),
                     found;
    struct work gone = {.what = OFF_OF_METHOD, .enrolment = &card, .arena = *state};

    card.backup_method_id = bank;
    other.method_id = bank;
    other.backup_method_id = account;
    assert_int_equal(add(&card), RESULT_OK);
    assert_int_equal(add(&other), RESULT_OK);
    assert_int_equal(db_transaction(db, run, &gone), RESULT_OK);
    assert_int_equal(gone.ended.count, 1);
    assert_int_equal(gone.ended.list[0].id, card.id);
    assert_int_equal(enrolment_find(db, *state, account, card.id, &found), RESULT_OK);
    assert_string_equal(found.off_reason, "method");
    /* Where it was the backup, it is only that no more. */
    assert_int_equal(enrolment_find(db, *state, account, other.id, &found), RESULT_OK);
    assert_true(found.is_active);
    assert_int_equal(found.backup_method_id, 0);
    assert_string_equal(found.backup.last_four, "");
}

static void test_off_of_user(void **state) {
    int64_t account = shop_account(&shop), stranger = shop_account(&shop);
    struct enrolment first = draft_of(account, two_keys, 2), second = draft_of(account, all_key, 1),
                     foreign = draft_of(stranger, all_key, 1);
    struct work gone = {.what = OFF_OF_USER, .enrolment = &first, .arena = *state};

    assert_int_equal(add(&first), RESULT_OK);
    assert_int_equal(add(&second), RESULT_OK);
    assert_int_equal(add(&foreign), RESULT_OK);
    assert_int_equal(db_transaction(db, run, &gone), RESULT_OK);
    assert_int_equal(gone.ended.count, 2);
    assert_int_equal(count_of("enrolment WHERE state = 'active'", account), 0);
    assert_int_equal(count_of("enrolment WHERE state = 'active'", stranger), 1);
}

static void test_facts(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    struct enrolment_facts facts;
    const struct {
        const char *label, *change;
        bool user_may, is_usable;
    } cases[] = {
        {"as it was", "UPDATE user SET is_active = 1 WHERE id =", true, true},
        {"refused for good", "UPDATE method SET state = 'needs_attention' WHERE id =", true, false},
        {"no permission", "UPDATE account_user SET level_id = 2 WHERE user_id =", false, false},
        {"asleep", "UPDATE user SET is_active = 0 WHERE id =", false, false},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        database_do(&shop.database, "%s %lld", cases[at].change, (long long)account);
        assert_int_equal(enrolment_facts(db, *state, account, account, account, &facts), RESULT_OK);
        check_int(cases[at].label, facts.user_may, cases[at].user_may);
        check_int(cases[at].label, facts.is_usable, cases[at].is_usable);
        check_text(cases[at].label, facts.last_four, "4242");
    }
    /* Somebody else's method, another account's, a member no more. */
    assert_int_equal(enrolment_facts(db, *state, account, other, account, &facts),
                     RESULT_NOT_FOUND);
    assert_int_equal(enrolment_facts(db, *state, other, account, account, &facts),
                     RESULT_NOT_FOUND);
    database_do(&shop.database, "DELETE FROM account_user WHERE user_id = %lld",
                (long long)account);
    assert_int_equal(enrolment_facts(db, *state, account, account, account, &facts),
                     RESULT_NOT_FOUND);
}

static void test_invoices(void **state) {
    int64_t account = shop_account(&shop);
    int64_t late = shop_invoice(&shop, account, 1000, 9),
            early = shop_invoice(&shop, account, 500, 0);
    int64_t payment = shop_payment_of(&shop, account, early, 100);
    struct enrolment_invoices invoices;
    const char *const *types;
    size_t count;

    database_do(&shop.database,
                "UPDATE invoice SET billing_type = 'Hosting', paid_cents = 40,"
                " pending_cents = 60 WHERE id = %lld",
                (long long)late);
    assert_int_equal(shop_claim(shop.db, account, payment), RESULT_OK);
    assert_int_equal(enrolment_invoices(db, *state, account, 10, &invoices), RESULT_OK);
    assert_int_equal(invoices.count, 2);
    assert_int_equal(invoices.list[0].cover.id, early);
    assert_int_equal(invoices.list[0].due_cents, 500);
    assert_int_equal(invoices.list[0].free_cents, 0); /* a payment is deciding about it */
    assert_int_equal(invoices.list[1].due_cents, 960);
    assert_int_equal(invoices.list[1].free_cents, 900);
    assert_string_equal(invoices.list[1].cover.billing_type, "Hosting");
    assert_int_equal(invoices.list[1].due_on.month, 12);
    database_do(&shop.database, "UPDATE invoice SET disputed_at = '2026-11-01' WHERE id = %lld",
                (long long)late);
    assert_int_equal(enrolment_invoices(db, *state, account, 10, &invoices), RESULT_OK);
    assert_int_equal(invoices.list[1].due_cents, 960);
    assert_int_equal(invoices.list[1].free_cents, 0); /* due, and not autopay's */
    assert_int_equal(enrolment_types(db, *state, account, 10, &types, &count), RESULT_OK);
    assert_int_equal(count, 1);
    assert_string_equal(types[0], "Hosting");
}

/* Page by page they are the same: by due day, and those of one day by id. */
static void test_invoice_pages(void **state) {
    enum { MANY = 5 };
    int64_t account = shop_account(&shop), ids[MANY];
    const struct enrolment_invoice *after = NULL;
    struct enrolment_invoices page;
    size_t seen = 0;

    for (size_t at = 0; at < MANY; at++)
        ids[at] = shop_invoice(&shop, account, 100, at < 3 ? 2 : 9);
    do {
        assert_int_equal(enrolment_invoices_after(db, *state, account, after, 2, &page), RESULT_OK);
        for (size_t at = 0; at < page.count; at++) {
            assert_true(seen < MANY);
            assert_int_equal(page.list[at].cover.id, ids[seen++]);
        }
        if (page.count)
            after = &page.list[page.count - 1];
    } while (page.count);
    assert_int_equal(seen, MANY);
}

static void test_persons_bank(void **state) {
    int64_t account = shop_account(&shop), bank = method_more(account);
    static const struct {
        const char *kind, *holder_type;
        bool want;
    } cases[] = {{"bank", "personal", true},
                 {"bank", "", true},
                 {"bank", "business", false},
                 {"card", "personal", false},
                 {"card", "", false}};
    struct enrolment_facts facts;

    for (size_t at = 0; at < COUNT(cases); at++) {
        database_do(&shop.database,
                    "UPDATE method SET kind = '%s', holder_type = '%s' WHERE id = %lld",
                    cases[at].kind, cases[at].holder_type, (long long)bank);
        assert_int_equal(enrolment_facts(db, *state, account, account, bank, &facts), RESULT_OK);
        check_int(cases[at].holder_type, facts.is_persons, cases[at].want);
    }
}

static void test_drafts(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    struct enrolment made = draft_of(account, all_key, 1);
    struct enrolment_drafts drafts;

    assert_int_equal(add(&made), RESULT_OK);
    draft_make(&made, "2026-10-01", "nothing", "NULL");
    int64_t taken = draft_make(&made, "2026-11-01", "taken", "NULL");
    int64_t invoice = shop_invoice(&shop, account, 5000, 0);
    int64_t payment = shop_payment_of(&shop, account, invoice, 3043);
    database_do(&shop.database, "UPDATE payment SET draft_id = %lld, attempt = 1 WHERE id = %lld",
                (long long)taken, (long long)payment);
    assert_int_equal(enrolment_drafts(db, *state, account, 10, &drafts), RESULT_OK);
    assert_int_equal(drafts.count, 2);
    assert_string_equal(drafts.list[0].state, "taken");
    assert_int_equal(drafts.list[0].amount_cents, 3043);
    assert_string_equal(drafts.list[0].method_text, "Visa ending 4242");
    assert_int_equal(strlen(drafts.list[0].payment_reference), REFERENCE_SIZE - 1);
    assert_string_equal(drafts.list[1].payment_reference, "");
    assert_int_equal(enrolment_drafts(db, *state, other, 10, &drafts), RESULT_OK);
    assert_int_equal(drafts.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_add_and_read),  TEST(test_list_covers),   TEST(test_one_for_each),
        TEST(test_change),        TEST(test_lose),          TEST(test_skip),
        TEST(test_off),           TEST(test_off_of_method), TEST(test_off_of_user),
        TEST(test_facts),         TEST(test_invoices),      TEST(test_drafts),
        TEST(test_invoice_pages), TEST(test_persons_bank),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
