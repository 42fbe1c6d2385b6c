/* What is due on a draft day, page by page, and what a run reads of one enrolment. */
#include "tests/support/test.h"

#include <stdio.h>

#include "common/store/draft_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {
    &draft_due_day_sql,    &draft_retry_day_sql, &draft_due_count_sql, &draft_due_list_sql,
    &draft_retry_list_sql, &draft_enrolment_sql, &draft_covers_sql,    &draft_invoices_sql,
    &draft_find_sql,       &draft_of_day_sql,    &split_plan_list_sql, &draft_tries_sql,
    &draft_attempts_sql,   &draft_attempt_sql,   &draft_repeat_sql,    &draft_account_sql};

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

/* An enrolment of the account, of which there may be several. Returns its id. */
static int64_t enrol(int64_t account, const char *next_on) {
    long long id = (long long)account;

    database_do(&shop.database,
                "INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope,"
                " began_on, next_on, skip_on, created_at, changed_at) VALUES (%lld, %lld, %lld,"
                " 'due_date', 'types', '2026-01-01', '%s', '2026-12-09', '2026-01-01',"
                " '2026-01-01')",
                id, id, id, next_on);
    return database_number(&shop.database, "SELECT MAX(id) FROM enrolment");
}

static int64_t draft_make(int64_t account, int64_t enrolment, const char *draft_on,
                          const char *state, const char *retry_on) {
    database_do(&shop.database,
                "INSERT INTO draft (account_id, enrolment_id, draft_on, state, reason, retry_on,"
                " amount_cents, attempts, used_backup, created_at) VALUES (%lld, %lld, '%s', '%s',"
                " 'declined', %s, 3043, 2, 1, '2026-11-01')",
                (long long)account, (long long)enrolment, draft_on, state, retry_on);
    return database_number(&shop.database, "SELECT MAX(id) FROM draft");
}

static int64_t attempt_make(int64_t account, int64_t draft, int attempt, const char *state,
                            const char *class) {
    int64_t invoice = shop_invoice(&shop, account, 1000, 0);
    int64_t payment = shop_payment_of(&shop, account, invoice, 1000);

    database_do(&shop.database,
                "UPDATE payment SET draft_id = %lld, attempt = %d, state = '%s', source ="
                " 'autopay', decline_class = %s, created_at = '2026-11-%02d' WHERE id = %lld",
                (long long)draft, attempt, state, class, attempt, (long long)payment);
    return payment;
}

/* ---- what is due ---- */

enum { MANY = 7, PAGE = 3 };

/* All of a day in pages: each once, rising, none of another day and none behind the last id. */
static void pages_check(struct arena *arena, bool of_retries, struct date day, int64_t last_id,
                        const int64_t *want, size_t want_count) {
    int64_t after_id = 0;
    size_t seen = 0;

    for (;;) {
        struct draft_dues page;

        assert_int_equal(draft_due_list(db, arena, of_retries, day, after_id, last_id, PAGE, &page),
                         RESULT_OK);
        assert_true(page.count <= PAGE);
        for (size_t at = 0; at < page.count; at++) {
            after_id = of_retries ? page.list[at].draft_id : page.list[at].enrolment_id;
            assert_true(seen < want_count);
            assert_int_equal(after_id, want[seen++]);
            assert_true(page.list[at].account_id > 0);
        }
        if (page.count < PAGE)
            break;
    }
    assert_int_equal(seen, want_count);
}

static void test_due(void **state) {
    struct date none = {0}, day, first = {2020, 1, 1}, second = {2020, 1, 15},
                through = {2020, 1, 20};
    int64_t ids[MANY], account = shop_account(&shop), first_id, last_id, count_before, count;

    assert_int_equal(draft_due_count(db, *state, through, &count_before), RESULT_OK);
    for (size_t at = 0; at < MANY; at++)
        ids[at] = enrol(account, "2020-01-01");
    int64_t later = enrol(account, "2020-01-15");
    enrol(account, "2020-01-21"); /* not due */
    int64_t off = enrol(account, "2020-01-01");
    database_do(&shop.database,
                "UPDATE enrolment SET state = 'off', next_on = NULL, off_at = '2020-01-01'"
                " WHERE id = %lld",
                (long long)off);

    assert_int_equal(draft_due_day(db, *state, false, none, through, &day, &first_id, &last_id),
                     RESULT_OK);
    assert_int_equal(date_compare(day, first), 0);
    assert_int_equal(first_id, ids[0]);
    assert_int_equal(last_id, ids[MANY - 1]);
    pages_check(*state, false, first, last_id, ids, MANY);
    /* One that begins after the run has looked at the day is not in its pages. */
    enrol(account, "2020-01-01");
    pages_check(*state, false, first, last_id, ids, MANY);
    pages_check(*state, false, first, ids[4], ids, 5);
    assert_int_equal(draft_due_day(db, *state, false, first, through, &day, &first_id, &last_id),
                     RESULT_OK);
    assert_int_equal(date_compare(day, second), 0);
    assert_int_equal(first_id, later);
    assert_int_equal(last_id, later);
    assert_int_equal(draft_due_day(db, *state, false, second, through, &day, &first_id, &last_id),
                     RESULT_OK);
    assert_int_equal(day.year, 0);
    assert_int_equal(first_id, 0);
    assert_int_equal(draft_due_count(db, *state, through, &count), RESULT_OK);
    assert_int_equal(count - count_before, MANY + 2);
}

static void test_due_retries(void **state) {
    struct date none = {0}, day, on = {2020, 2, 3}, through = {2020, 2, 10};
    int64_t account = shop_account(&shop), enrolment = enrol(account, "2030-01-01");
    int64_t ids[MANY], first_id, last_id, count_before, count;

    assert_int_equal(draft_due_count(db, *state, through, &count_before), RESULT_OK);
    for (size_t at = 0; at < MANY; at++) {
        char draft_on[16];

        snprintf(draft_on, sizeof draft_on, "2020-01-%02zu", at + 1);
        ids[at] = draft_make(account, enrolment, draft_on, "retry", "'2020-02-03'");
    }
    draft_make(account, enrolment, "2020-01-20", "open", "NULL");
    draft_make(account, enrolment, "2020-01-21", "retry", "'2020-02-11'"); /* not due */
    assert_int_equal(draft_due_day(db, *state, true, none, through, &day, &first_id, &last_id),
                     RESULT_OK);
    assert_int_equal(date_compare(day, on), 0);
    assert_int_equal(first_id, ids[0]);
    assert_int_equal(last_id, ids[MANY - 1]);
    pages_check(*state, true, on, last_id, ids, MANY);
    assert_int_equal(draft_due_day(db, *state, true, on, through, &day, &first_id, &last_id),
                     RESULT_OK);
    assert_int_equal(day.year, 0);
    assert_int_equal(draft_due_count(db, *state, through, &count), RESULT_OK);
    assert_int_equal(count - count_before, MANY);
}

/* ---- one of them ---- */

static void test_enrolment(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t id = enrol(account, "2026-12-09");
    struct draft_enrolment found;
    const char *number;

    draft_make(account, id, "2026-11-01", "retry", "'2026-11-08'");
    draft_make(account, id, "2026-10-01", "failed", "NULL");
    assert_int_equal(draft_enrolment(db, *state, account, id, &found), RESULT_OK);
    assert_int_equal(found.user_id, account);
    assert_int_equal(found.method_id, account);
    assert_int_equal(found.backup_method_id, 0);
    assert_int_equal(found.schedule, SCHEDULE_DUE_DATE);
    assert_int_equal(found.largest_cents, 0);
    assert_int_equal(date_compare(found.next_on, (struct date){2026, 12, 9}), 0);
    assert_int_equal(date_compare(found.skip_on, found.next_on), 0);
    assert_true(found.is_active);
    assert_int_equal(found.waiting, 1);
    assert_int_equal(draft_enrolment(db, *state, other, id, &found), RESULT_NOT_FOUND);
    assert_int_equal(draft_account(db, *state, account, &number), RESULT_OK);
    assert_int_equal(draft_account(db, *state, -1, &number), RESULT_NOT_FOUND);
}

static void test_covers(void **state) {
    int64_t account = shop_account(&shop), id = enrol(account, "2026-12-09");
    struct enrolment_cover *covers;
    size_t count;

    database_do(&shop.database,
                "INSERT INTO enrolment_cover VALUES (%lld, %lld, 'type:Hosting', 1), (%lld, %lld,"
                " 'type:Support', NULL)",
                (long long)account, (long long)id, (long long)account, (long long)id);
    assert_int_equal(draft_covers(db, *state, account, &covers, &count), RESULT_OK);
    assert_int_equal(count, 1);
    assert_string_equal(covers[0].cover_key, "type:Hosting");
    assert_int_equal(covers[0].enrolment_id, id);
}

/* By due day and then by id, behind the last one of the page before; what is paid is not there. */
static void test_invoices(void **state) {
    int64_t account = shop_account(&shop), ids[5], free_cents[5] = {100, 0, 250, 0, 500};
    struct date due_on = {0};
    struct draft_open_invoice *list;
    int64_t after_id = 0;
    size_t count, seen = 0;

    for (size_t at = 0; at < 5; at++)
        ids[at] = shop_invoice(&shop, account, 100 * ((int64_t)at + 1), at < 4 ? 3 : 8);
    int64_t paid = shop_invoice(&shop, account, 700, 3);
    database_do(&shop.database, "UPDATE invoice SET paid_cents = 700 WHERE id = %lld",
                (long long)paid);
    database_do(&shop.database, "UPDATE invoice SET pending_cents = 50 WHERE id = %lld",
                (long long)ids[2]);
    /* Disputed: left out, and nobody holds it. */
    database_do(&shop.database, "UPDATE invoice SET disputed_at = '2026-11-01' WHERE id = %lld",
                (long long)ids[3]);
    int64_t payment = shop_payment_of(&shop, account, ids[1], 120);
    assert_int_equal(shop_claim(shop.db, account, payment), RESULT_OK);
    do {
        assert_int_equal(draft_invoices(db, *state, account, due_on, after_id, 2, &list, &count),
                         RESULT_OK);
        for (size_t at = 0; at < count; at++, seen++) {
            assert_true(seen < 5);
            assert_int_equal(list[at].cover.id, ids[seen]);
            assert_int_equal(list[at].free_cents, free_cents[seen]);
            assert_int_equal(list[at].is_held, seen == 1);
            due_on = list[at].due_on;
            after_id = list[at].cover.id;
        }
    } while (count == 2);
    assert_int_equal(seen, 5);
}

static void test_find(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t enrolment = enrol(account, "2026-12-09");
    int64_t id = draft_make(account, enrolment, "2026-11-01", "retry", "'2026-11-08'");
    struct date on = {2026, 11, 1}, later = {2026, 11, 15}, next = {2026, 11, 2};
    enum draft_state is;
    struct draft_row row;

    assert_int_equal(draft_find(db, *state, account, id, &row), RESULT_OK);
    assert_int_equal(row.enrolment_id, enrolment);
    assert_int_equal(date_compare(row.draft_on, on), 0);
    assert_int_equal(row.retry_on.day, 8);
    assert_int_equal(row.state, DRAFT_RETRY);
    assert_int_equal(row.reason, DRAFT_DECLINED);
    assert_int_equal(row.amount_cents, 3043);
    assert_int_equal(row.attempts, 2);
    assert_true(row.used_backup);
    assert_int_equal(row.later_on.year, 0);
    draft_make(account, enrolment, "2026-12-01", "open", "NULL");
    draft_make(account, enrolment, "2026-11-15", "nothing", "NULL");
    assert_int_equal(draft_find(db, *state, account, id, &row), RESULT_OK);
    assert_int_equal(date_compare(row.later_on, later), 0);
    assert_int_equal(draft_find(db, *state, other, id, &row), RESULT_NOT_FOUND);
    assert_int_equal(draft_of_day(db, *state, account, enrolment, later, &is), RESULT_OK);
    assert_int_equal(is, DRAFT_NOTHING);
    assert_int_equal(draft_of_day(db, *state, account, enrolment, next, &is), RESULT_NOT_FOUND);
}

/* ---- its attempts ---- */

static void test_attempts(void **state) {
    int64_t account = shop_account(&shop), enrolment = enrol(account, "2026-12-09");
    int64_t id = draft_make(account, enrolment, "2026-11-01", "retry", "'2026-11-08'");
    struct draft_attempts attempts;
    int64_t method_id;
    int attempt, tries;

    attempt_make(account, id, 1, "declined", "'soft'");
    attempt_make(account, id, 2, "not_charged", "''");
    int64_t back = attempt_make(account, id, 3, "returned", "''");
    assert_int_equal(draft_attempts(db, *state, id, account, &attempts), RESULT_OK);
    assert_int_equal(attempts.declines, 1);
    assert_int_equal(attempts.returns, 1);
    assert_int_equal(attempts.returned_id, back);
    assert_int_equal(attempts.returned_method_id, account);
    assert_false(attempts.first_refused);
    /* A refusal for good counts against the method that was refused, and no other. */
    attempt_make(account, id, 4, "declined", "'hard'");
    assert_int_equal(draft_attempts(db, *state, id, account, &attempts), RESULT_OK);
    assert_int_equal(attempts.declines, 2);
    assert_true(attempts.first_refused);
    assert_int_equal(draft_attempts(db, *state, id, account + 1, &attempts), RESULT_OK);
    assert_false(attempts.first_refused);
    assert_int_equal(draft_attempt(db, *state, account, back, &method_id, &attempt), RESULT_OK);
    assert_int_equal(method_id, account);
    assert_int_equal(attempt, 3);
    assert_int_equal(draft_attempt(db, *state, account + 1, back, &method_id, &attempt),
                     RESULT_NOT_FOUND);
    /* Made on November 1 to 4: since the 2nd, without the one that never left. */
    static const struct {
        const char *label;
        int day, want;
    } since[] = {{"all", 1, 3}, {"since the 2nd", 2, 2}, {"the last", 4, 1}, {"none", 5, 0}};
    for (size_t at = 0; at < COUNT(since); at++) {
        int64_t from = SHOP_NOW - (int64_t)(22 - since[at].day) * 24 * 3600;

        assert_int_equal(draft_tries(db, *state, account, account, from, &tries), RESULT_OK);
        check_int(since[at].label, tries, since[at].want);
    }
    database_do(&shop.database, "UPDATE payment SET source = 'customer' WHERE id = %lld",
                (long long)back);
    assert_int_equal(draft_tries(db, *state, account, account, 1, &tries), RESULT_OK);
    assert_int_equal(tries, 2);
}

static void test_repeat(void **state) {
    int64_t account = shop_account(&shop);
    int64_t late = shop_invoice(&shop, account, 900, 9),
            early = shop_invoice(&shop, account, 500, 1);
    struct allocation list[] = {{.invoice_id = late, .amount_cents = 700},
                                {.invoice_id = early, .amount_cents = 500}};
    int64_t payment = shop_payment(&shop, account, list, 2);
    const char *numbers[ALLOCATIONS_MAX];
    struct draft_taking taking;

    assert_int_equal(draft_repeat(db, *state, account, payment, &taking, numbers), RESULT_OK);
    assert_int_equal(taking.count, 2);
    assert_int_equal(taking.amount_cents, 1200);
    assert_int_equal(taking.list[0].invoice_id, early);
    assert_int_equal(taking.list[1].amount_cents, 700);
    assert_int_equal(taking.list[1].free_cents, 900);
    /* Nothing is free of what somebody else holds, or what is no invoice any more. */
    int64_t other = shop_payment_of(&shop, account, late, 100);
    assert_int_equal(shop_claim(shop.db, account, other), RESULT_OK);
    database_do(&shop.database, "UPDATE invoice SET state = 'void' WHERE id = %lld",
                (long long)early);
    assert_int_equal(draft_repeat(db, *state, account, payment, &taking, numbers), RESULT_OK);
    assert_int_equal(taking.list[0].free_cents, 0);
    assert_int_equal(taking.list[1].free_cents, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_due),      TEST(test_due_retries), TEST(test_enrolment), TEST(test_covers),
        TEST(test_invoices), TEST(test_find),        TEST(test_attempts),  TEST(test_repeat),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
