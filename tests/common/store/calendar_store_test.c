/* What home and the calendar tell: of one account, in order, and no more than was asked for. What
 * each of it means is seen on the pages (tests/web/home.test.mjs). */
#include "tests/support/test.h"

#include "common/store/calendar_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {&calendar_told_sql, &calendar_home_sql,
                                                     &calendar_invoices_sql, &calendar_due_sql};

static const struct date first = {2026, 11, 1}, last = {2026, 11, 30};

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

static void activity_add(int64_t account, const char *grain, const char *day) {
    database_do(&shop.database,
                "INSERT INTO activity VALUES (%lld, '%s', '%s', 'invoice', 2, 6000, 0, 0)",
                (long long)account, grain, day);
}

/* Days of the month, its ends included; not months, years, other months, other accounts. */
static void test_activity(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    struct calendar_told told;

    activity_add(account, "d", "2026-10-31");
    activity_add(account, "d", "2026-11-30");
    activity_add(account, "d", "2026-11-01");
    activity_add(account, "m", "2026-11-01");
    activity_add(account, "d", "2026-12-01");
    activity_add(other, "d", "2026-11-02");
    assert_int_equal(calendar_told(db, *state, account, first, last, &told), RESULT_OK);
    assert_int_equal(told.activity_count, 2);
    assert_int_equal(date_compare(told.activity[0].on, first), 0);
    assert_int_equal(date_compare(told.activity[1].on, last), 0);
    assert_string_equal(told.activity[0].kind, "invoice");
    assert_int_equal(told.activity[0].entries, 2);
    assert_int_equal(told.activity[0].balance_cents, 6000);
    assert_int_equal(told.open_count + told.draft_count + told.stopped_count, 0);
}

static void state_set(int64_t payment, const char *name) {
    database_do(&shop.database,
                "UPDATE payment SET state = '%s', confirmed_at = '2026-11-20', gateway = 'nmi',"
                " claim_token = REPEAT('x', 16), send_by = '2026-11-20' WHERE id = %lld",
                name, (long long)payment);
}

/* What failed is told by the last of its invoices, whatever its others are. */
static void test_last_invoice(void **state) {
    int64_t account = shop_account(&shop);
    int64_t one = shop_invoice(&shop, account, 1000, 0), two = shop_invoice(&shop, account, 500, 1);
    const struct allocation list[] = {{.invoice_id = one, .amount_cents = 100},
                                      {.invoice_id = two, .amount_cents = 100}};
    struct calendar_home home = {.account_id = account,
                                 .user_id = account,
                                 .from = first,
                                 .through = last,
                                 .returned_since = SHOP_NOW - 5 * 86400,
                                 .declined_since = SHOP_NOW - 5 * 86400,
                                 .expires_by = {2026, 12, 31}};
    struct calendar_told told;

    state_set(shop_payment(&shop, account, list, COUNT(list)), "declined");
    assert_int_equal(calendar_home(db, *state, &home, &told), RESULT_OK);
    assert_int_equal(told.failed_count, 1);
    assert_int_equal(told.failed[0].invoice_id, two);
    assert_int_equal(told.failed[0].state, PAYMENT_DECLINED);
    database_do(&shop.database, "UPDATE invoice SET paid_cents = 500 WHERE id = %lld",
                (long long)two);
    assert_int_equal(calendar_home(db, *state, &home, &told), RESULT_OK);
    assert_int_equal(told.failed_count, 0);
}

static void test_invoices(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop), ids[4];
    struct invoices latest;
    struct enrolment_invoices open, due;
    struct date from = {2026, 11, 23}, through = {2026, 11, 24};

    for (size_t at = 0; at < COUNT(ids); at++)
        ids[at] = shop_invoice(&shop, account, 1000, 3 - (int)at);
    (void)shop_invoice(&shop, other, 1000, 0);
    database_do(&shop.database, "UPDATE invoice SET paid_cents = 1000 WHERE id = %lld",
                (long long)ids[3]);
    database_do(&shop.database, "UPDATE invoice SET pending_cents = 400 WHERE id = %lld",
                (long long)ids[1]);
    assert_int_equal(calendar_invoices(db, *state, account, 2, 2, &latest, &open), RESULT_OK);
    assert_int_equal(latest.count, 2);
    assert_int_equal(latest.list[0].id, ids[3]); /* of one day the later one */
    assert_int_equal(invoice_due_cents(&latest.list[0].figures), 0);
    assert_int_equal(open.count, 2);
    assert_int_equal(open.list[0].cover.id, ids[2]);
    assert_int_equal(open.list[1].cover.id, ids[1]);
    assert_int_equal(open.list[1].pending_cents, 400);
    assert_int_equal(open.list[1].free_cents, 600);
    assert_int_equal(calendar_due(db, *state, account, from, through, 10, &due), RESULT_OK);
    assert_int_equal(due.count, 2);
    assert_int_equal(due.list[0].cover.id, ids[2]);
    assert_int_equal(calendar_due(db, *state, account, from, through, 1, &due), RESULT_OK);
    assert_int_equal(due.count, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_activity, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_last_invoice, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_invoices, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
