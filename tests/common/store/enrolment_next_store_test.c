/* When an enrolment drafts next, what is left of a split month, and who may manage autopay. */
#include "tests/support/test.h"

#include "common/store/enrolment_next_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {
    &enrolment_next_sql, &enrolment_plan_sql, &enrolment_retries_sql, &enrolment_user_may_sql};

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

static void enrol(int64_t account) {
    long long id = (long long)account;

    database_do(&shop.database,
                "INSERT INTO enrolment (account_id, id, user_id, method_id, schedule, scope,"
                " began_on, next_on, created_at, changed_at) VALUES (%lld, %lld, %lld, %lld,"
                " 'split', 'all', '2026-01-01', '2026-12-15', '2026-01-01', '2026-01-01')",
                id, id, id, id);
}

struct nexting {
    int64_t account;
    struct date next_on;
};

static enum result next_work(struct db *on, void *context) {
    const struct nexting *nexting = context;

    return enrolment_next(on, nexting->account, nexting->account, nexting->next_on);
}

static void test_next(void **state) {
    int64_t account = shop_account(&shop);
    struct nexting nexting = {account, {2026, 11, 30}};

    enrol(account);
    assert_int_equal(db_transaction(db, next_work, &nexting), RESULT_OK);
    assert_string_equal(database_text(&shop.database, *state,
                                      "SELECT next_on FROM enrolment WHERE id = %lld",
                                      (long long)account),
                        "2026-11-30");
    /* Nothing is planned for one that is off. */
    database_do(&shop.database,
                "UPDATE enrolment SET state = 'off', off_at = '2026-11-22', next_on = NULL"
                " WHERE id = %lld",
                (long long)account);
    assert_int_equal(db_transaction(db, next_work, &nexting), RESULT_OK);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT next_on IS NULL FROM enrolment WHERE id = %lld",
                                     (long long)account),
                     1);
}

/* The first half took 300 of the first invoice, and a declined try of it nothing. */
static void test_plan(void **state) {
    static const struct {
        const char *state;
        bool was_drafted;
    } firsts[] = {{"taken", true},   {"nothing", true},  {"failed", true},
                  {"merged", false}, {"skipped", false}, {"person", false}};
    int64_t account = shop_account(&shop);
    int64_t first = shop_invoice(&shop, account, 1000, 0),
            second = shop_invoice(&shop, account, 500, 9);
    struct date month_on = {2026, 12, 1}, other = {2026, 11, 1};
    struct enrolment_plan plan;
    long long id = (long long)account;

    enrol(account);
    database_do(&shop.database,
                "INSERT INTO split_plan VALUES (%lld, %lld, '2026-12-01', %lld, 600),"
                " (%lld, %lld, '2026-12-01', %lld, 500)",
                id, id, (long long)first, id, id, (long long)second);
    database_do(&shop.database,
                "INSERT INTO draft (account_id, id, enrolment_id, draft_on, state, created_at)"
                " VALUES (%lld, %lld, %lld, '2026-12-01', 'taken', '2026-12-01')",
                id, id, id);
    for (int attempt = 1; attempt <= 2; attempt++) {
        int64_t payment = shop_payment_of(&shop, account, first, 300);

        database_do(
            &shop.database,
            "UPDATE payment SET draft_id = %lld, attempt = %d, state = '%s' WHERE id = %lld", id,
            attempt, attempt == 1 ? "declined" : "pending", (long long)payment);
    }
    assert_int_equal(enrolment_plan(db, *state, account, account, month_on, &plan), RESULT_OK);
    assert_int_equal(plan.count, 2);
    assert_int_equal(plan.list[0].invoice_id, first);
    assert_int_equal(plan.list[0].plan_cents, 600);
    assert_int_equal(plan.list[0].taken_cents, 300);
    assert_int_equal(plan.list[1].taken_cents, 0);
    for (size_t at = 0; at < COUNT(firsts); at++) {
        database_do(&shop.database, "UPDATE draft SET state = '%s' WHERE id = %lld",
                    firsts[at].state, id);
        assert_int_equal(enrolment_plan(db, *state, account, account, month_on, &plan), RESULT_OK);
        check_int(firsts[at].state, plan.was_drafted, firsts[at].was_drafted);
    }
    assert_int_equal(enrolment_plan(db, *state, account, account, other, &plan), RESULT_OK);
    assert_int_equal(plan.count, 0);
    assert_false(plan.was_drafted);
}

/* Of its own, those that wait, the oldest first; what a bank returned is presented again. */
static void test_retries(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t invoice = shop_invoice(&shop, account, 1000, 0);
    long long id = (long long)account;
    struct enrolment_retry *list;
    size_t count;

    enrol(account);
    enrol(other);
    database_do(&shop.database,
                "INSERT INTO draft (account_id, id, enrolment_id, draft_on, state, amount_cents,"
                " attempts, retry_on, created_at) VALUES"
                " (%lld, %lld, %lld, '2026-11-15', 'retry', 300, 1, '2026-11-22', '2026-11-15'),"
                " (%lld, %lld, %lld, '2026-11-01', 'retry', 200, 1, '2026-11-23', '2026-11-01'),"
                " (%lld, %lld, %lld, '2026-10-15', 'failed', 100, 1, NULL, '2026-10-15')",
                id, id + 9000, id, id, id + 9001, id, id, id + 9002, id);
    database_do(&shop.database,
                "UPDATE payment SET draft_id = %lld, attempt = 1, state = 'returned'"
                " WHERE id = %lld",
                id + 9001, (long long)shop_payment_of(&shop, account, invoice, 200));
    assert_int_equal(enrolment_retries(db, *state, account, account, &list, &count), RESULT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].draft_on.day, 1);
    assert_int_equal(list[0].retry_on.day, 23);
    assert_int_equal(list[0].amount_cents, 200);
    assert_true(list[0].is_returned);
    assert_int_equal(list[1].amount_cents, 300);
    assert_false(list[1].is_returned);
    assert_int_equal(enrolment_retries(db, *state, other, account, &list, &count), RESULT_OK);
    assert_int_equal(count, 0);
}

static void test_user_may(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    long long id = (long long)account;
    bool may = false;

    assert_int_equal(enrolment_user_may(db, *state, account, account, &may), RESULT_OK);
    assert_true(may);
    assert_int_equal(enrolment_user_may(db, *state, other, account, &may), RESULT_OK);
    assert_false(may);
    database_do(&shop.database, "UPDATE account_user SET level_id = 2 WHERE user_id = %lld", id);
    assert_int_equal(enrolment_user_may(db, *state, account, account, &may), RESULT_OK);
    assert_false(may);
    database_do(&shop.database, "UPDATE account_user SET level_id = 1 WHERE user_id = %lld", id);
    database_do(&shop.database, "UPDATE user SET is_active = 0 WHERE id = %lld", id);
    assert_int_equal(enrolment_user_may(db, *state, account, account, &may), RESULT_OK);
    assert_false(may);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_next), TEST(test_plan), TEST(test_retries),
                                       TEST(test_user_may)};

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
