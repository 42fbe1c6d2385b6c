/* Invoices as programs read them: what can be paid, and never another account's. */
#include "tests/support/test.h"

#include <string.h>

#include "common/store/invoice_store.h"
#include "common/store/method_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {
    &invoice_payable_sql, &invoice_next_due_sql, &invoice_exists_sql,
    &invoice_find_sql,    &method_list_sql,
};

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

static const char *number_of(struct arena *arena, int64_t id) {
    return arena_format(arena, "%lld", (long long)id);
}

static void set(int64_t id, const char *what) {
    database_do(&shop.database, "UPDATE invoice SET %s WHERE id = %lld", what, (long long)id);
}

/* One of each kind. */
static void test_payable(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop), ids[5];
    struct invoices list;

    for (size_t at = 0; at < COUNT(ids); at++)
        ids[at] = shop_invoice(&shop, account, 1000, (int)at);
    (void)shop_invoice(&shop, other, 1000, 0);
    set(ids[1], "paid_cents = 1000");
    set(ids[2], "state = 'void'");
    set(ids[3], "paid_cents = 400, credited_cents = 500, issued_on = '2026-11-01'");
    set(ids[4], "pending_cents = 1000");
    assert_int_equal(invoice_payable(db, *state, account, 10, &list), RESULT_OK);
    assert_int_equal(list.count, 3); /* oldest due date first */
    assert_int_equal(list.list[0].id, ids[0]);
    assert_int_equal(list.list[1].id, ids[3]);
    assert_int_equal(invoice_due_cents(&list.list[1].figures), 100);
    assert_int_equal(list.list[2].id, ids[4]);
}

static void test_next_due(void **state) {
    int64_t account = shop_account(&shop);
    struct date due = {1, 1, 1};

    assert_int_equal(invoice_next_due(db, *state, account, &due), RESULT_OK);
    assert_int_equal(due.year, 0);
    int64_t paid = shop_invoice(&shop, account, 1000, -9);
    set(paid, "paid_cents = 1000");
    (void)shop_invoice(&shop, account, 1000, 40);
    (void)shop_invoice(&shop, account, 1000, 9);
    assert_int_equal(invoice_next_due(db, *state, account, &due), RESULT_OK);
    assert_int_equal(date_compare(due, (struct date){2026, 12, 1}), 0);
}

static void test_find(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t id = shop_invoice(&shop, account, 1000, 0),
            bare = shop_invoice(&shop, account, 1000, 0);
    struct invoice_line *lines;
    struct invoice invoice;
    size_t count = 9;

    for (int line = 2; line >= 1; line--)
        database_do(&shop.database,
                    "INSERT INTO invoice_line VALUES (%lld, %lld, %d, 'Line %d', '1',"
                    " 500, 500)",
                    (long long)account, (long long)id, line, line);
    assert_int_equal(
        invoice_find(db, *state, account, number_of(*state, id), &invoice, &lines, &count),
        RESULT_OK);
    assert_int_equal(invoice.id, id);
    assert_int_equal(count, 2);
    assert_string_equal(lines[0].description, "Line 1");
    assert_string_equal(lines[1].description, "Line 2");
    assert_int_equal(lines[1].amount_cents, 500);
    assert_int_equal(
        invoice_find(db, *state, account, number_of(*state, bare), &invoice, &lines, &count),
        RESULT_OK);
    assert_int_equal(count, 0);
    assert_int_equal(
        invoice_find(db, *state, other, number_of(*state, id), &invoice, &lines, &count),
        RESULT_NOT_FOUND);
    assert_int_equal(invoice_find(db, *state, account, "", &invoice, &lines, &count),
                     RESULT_NOT_FOUND);
    assert_int_equal(invoice_exists(db, *state, account, number_of(*state, id)), RESULT_OK);
    assert_int_equal(invoice_exists(db, *state, other, number_of(*state, id)), RESULT_NOT_FOUND);
}

/* The payment that is being decided stands beside its invoice, once. */
static void test_open_payment(void **state) {
    int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
    int64_t first = shop_payment_of(&shop, account, invoice, 100);
    struct invoices list;

    (void)shop_payment_of(&shop, account, invoice, 100);
    assert_int_equal(invoice_payable(db, *state, account, 10, &list), RESULT_OK);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.list[0].open_payment, "");
    assert_int_equal(shop_claim(shop.db, account, first), RESULT_OK);
    assert_int_equal(invoice_payable(db, *state, account, 10, &list), RESULT_OK);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.list[0].open_payment,
                        database_text(&shop.database, *state,
                                      "SELECT reference FROM payment WHERE id = %lld",
                                      (long long)first));
}

/* Methods are their user's, not the account's; removed ones are gone. */
static void test_methods(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    struct methods list;

    for (int at = 0; at < 3; at++)
        database_do(
            &shop.database,
            "INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand,"
            " last_four, expires_on, state, created_at, used_at) VALUES (%lld, %lld, 'card',"
            " 'nmi', 'm%lld-%d', 'Visa', '000%d', '2028-02-29', '%s', '2026-02-0%d', %s)",
            (long long)account, (long long)account, (long long)account, at, at,
            at == 2 ? "removed"
            : at    ? "needs_attention"
                    : "active",
            at + 1, at ? "NULL" : "'2026-09-09'");
    database_do(&shop.database, "INSERT INTO account_user VALUES (%lld, %lld, 1, '2026-01-01')",
                (long long)account, (long long)other);
    assert_int_equal(method_list(db, *state, account, account, 10, &list), RESULT_OK);
    assert_int_equal(list.count, 3); /* with the one every account here has */
    assert_string_equal(method_text(*state, &list.list[0]), "Visa ending 0000"); /* used last */
    assert_int_equal(list.list[0].expires_on.day, 29);
    assert_true(list.list[1].needs_attention);
    assert_int_equal(method_list(db, *state, account, other, 10, &list), RESULT_OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(method_list(db, *state, other, account, 10, &list), RESULT_OK);
    assert_int_equal(list.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_payable),      TEST(test_next_due), TEST(test_find),
        TEST(test_open_payment), TEST(test_methods),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
