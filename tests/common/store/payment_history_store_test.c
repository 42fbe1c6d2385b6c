/* Payments as they are looked back on: the list page by page, one with its steps, and those of an
 * invoice; reviews never, and never another account's. */
#include "tests/support/test.h"

#include <string.h>

#include "common/store/payment_history_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {
    PAYMENT_HISTORY_STATEMENTS,
    &payment_past_sql,
    &payment_parts_sql,
    &invoice_payments_sql,
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

/* Confirmed so many minutes after SHOP_NOW; state "review": never. */
static void set(int64_t id, const char *state, int minutes) {
    database_do(
        &shop.database,
        "UPDATE payment SET state = '%s', claim_token = 'x', send_by = '2026-01-01', gateway"
        " = 'nmi', confirmed_at = IF(state = 'review', NULL, '2026-11-22' + INTERVAL %d"
        " MINUTE) WHERE id = %lld",
        state, minutes, (long long)id);
}

static int64_t minute(int at) {
    return SHOP_NOW + 60 * at;
}

/* Three a minute, every other one declined, and a review now and then. */
enum { PAYMENTS = 45, PAGE = 4 };

static size_t make(int64_t account, int64_t *ids) {
    int64_t invoice = shop_invoice(&shop, account, 1000, 0);
    size_t count = 0;

    for (int at = 0; at < PAYMENTS; at++) {
        int64_t id = shop_payment_of(&shop, account, invoice, 100);

        set(id, at % 9 == 8 ? "review" : at % 2 ? "declined" : "succeeded", at / 3);
        if (at % 9 != 8)
            ids[count++] = id;
    }
    return count;
}

static void walk(struct arena *arena, struct payment_history ask, const int64_t *wanted,
                 size_t count) {
    struct payment_rows rows;
    size_t left = count;

    check_true(ask.state, count > PAGE);
    do {
        assert_int_equal(payment_history(db, arena, &ask, &rows), RESULT_OK);
        check_int(ask.state, (int64_t)rows.count, left < PAGE ? (int64_t)left : PAGE);
        for (size_t at = 0; at < rows.count; at++)
            check_int(ask.state, rows.list[at].id, wanted[--left]);
        ask.place = (struct payment_place){rows.list[rows.count - 1].confirmed_at,
                                           rows.list[rows.count - 1].id};
        check_true(ask.state, rows.has_more == (left > 0));
    } while (rows.has_more);
    ask.is_back = true;
    for (left = 1; left < count; left += rows.count) {
        assert_int_equal(payment_history(db, arena, &ask, &rows), RESULT_OK);
        check_int(ask.state, (int64_t)rows.count,
                  count - left < PAGE ? (int64_t)(count - left) : PAGE);
        for (size_t at = 0; at < rows.count; at++)
            check_int(ask.state, rows.list[rows.count - 1 - at].id, wanted[left + at]);
        ask.place = (struct payment_place){rows.list[0].confirmed_at, rows.list[0].id};
        check_true(ask.state, rows.has_more == (left + rows.count < count));
    }
}

static void test_walks(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t ids[PAYMENTS], chosen[PAYMENTS];
    size_t count = make(account, ids), some = 0;

    (void)make(other, chosen);
    walk(*state, (struct payment_history){.account_id = account, .state = "", .limit = PAGE}, ids,
         count);
    for (size_t at = 0; at < count; at++)
        if (database_number(&shop.database,
                            "SELECT state = 'declined' FROM payment WHERE id = %lld",
                            (long long)ids[at]))
            chosen[some++] = ids[at];
    walk(*state,
         (struct payment_history){.account_id = account, .state = "declined", .limit = PAGE},
         chosen, some);
    /* A period ends before its end. */
    some = 0;
    for (size_t at = 0; at < count; at++)
        if (database_number(&shop.database,
                            "SELECT confirmed_at >= '2026-11-22 00:03' AND confirmed_at <"
                            " '2026-11-22 00:08' FROM payment WHERE id = %lld",
                            (long long)ids[at]))
            chosen[some++] = ids[at];
    walk(*state,
         (struct payment_history){
             .account_id = account, .state = "", .from = minute(3), .to = minute(8), .limit = PAGE},
         chosen, some);
}

static void test_past(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t invoice = shop_invoice(&shop, account, 1000, 0);
    int64_t id = shop_payment_of(&shop, account, invoice, 100);
    const char *reference = database_text(
        &shop.database, *state, "SELECT reference FROM payment WHERE id = %lld", (long long)id);
    struct payment_past past;

    assert_int_equal(payment_past(db, *state, account, reference, &past), RESULT_NOT_FOUND);
    assert_int_equal(shop_claim(shop.db, account, id), RESULT_OK);
    set(id, "unknown", 1);
    database_do(
        &shop.database,
        "INSERT INTO payment_event (account_id, payment_id, at, from_state, to_state, actor,"
        " detail) VALUES (%lld, %lld, '2026-11-22 00:05:00', 'processing', 'unknown', 'x',"
        " 'why')",
        (long long)account, (long long)id);
    assert_int_equal(payment_past(db, *state, account, reference, &past), RESULT_OK);
    assert_int_equal(past.payment.id, id);
    assert_int_equal(past.payment.state, PAYMENT_UNKNOWN);
    assert_int_equal(past.payment.amount_cents, 100);
    assert_string_equal(past.source, "customer");
    assert_true(past.step_count >= 2);
    assert_string_equal(past.steps[0].to, "review");
    const struct payment_step *last = &past.steps[past.step_count - 1];
    assert_string_equal(last->from, "processing");
    assert_string_equal(last->to, "unknown");
    assert_string_equal(last->detail, "why");
    assert_int_equal(last->at, minute(5));
    assert_int_equal(payment_past(db, *state, other, reference, &past), RESULT_NOT_FOUND);
    assert_int_equal(payment_past(db, *state, account, "P000000000000", &past), RESULT_NOT_FOUND);
}

static void test_parts(void **state) {
    enum { PARTS = 5 };
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    struct allocation list[PARTS] = {0};
    struct payment_part *parts;
    size_t count = 0;

    for (size_t at = 0; at < PARTS; at++)
        list[at] = (struct allocation){shop_invoice(&shop, account, 1000, -(int)at), 0,
                                       100 + (int64_t)at};
    int64_t id = shop_payment(&shop, account, list, PARTS);
    assert_int_equal(payment_parts(db, *state, account, id, 0, 3, &parts, &count), RESULT_OK);
    assert_int_equal(count, 3);
    for (size_t at = 0; at < count; at++) {
        assert_int_equal(parts[at].invoice_id, list[at].invoice_id);
        assert_int_equal(parts[at].amount_cents, 100 + (int64_t)at);
    }
    assert_int_equal(payment_parts(db, *state, account, id, list[2].invoice_id, 3, &parts, &count),
                     RESULT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(parts[0].invoice_id, list[3].invoice_id);
    assert_int_equal(payment_parts(db, *state, other, id, 0, 3, &parts, &count), RESULT_OK);
    assert_int_equal(count, 0);
}

/* Reviews and expired ones are passed over, and still say where to go on. */
static void test_of_invoice(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t invoice = shop_invoice(&shop, account, 1000, 0), ids[PAYMENT_STATE_COUNT];
    int64_t before = INT64_MAX, last_id = 0;
    size_t seen = 0, pages = 0;
    struct payments list;

    for (int at = 0; at < PAYMENT_STATE_COUNT; at++) {
        ids[at] = shop_payment_of(&shop, account, invoice, 7);
        set(ids[at], payment_state_name((enum payment_state)at), at);
    }
    do {
        assert_int_equal(invoice_payments(db, *state, account, invoice, before, 4, &list, &last_id),
                         RESULT_OK);
        for (size_t at = 0; at < list.count; at++, seen++) {
            assert_int_equal(list.list[at].id, ids[PAYMENT_STATE_COUNT - 1 - seen]);
            assert_int_equal(list.list[at].amount_cents, 7);
        }
        assert_true(!last_id || last_id < before);
        before = last_id;
        pages++;
    } while (last_id);
    assert_int_equal(seen, PAYMENT_STATE_COUNT - 2);
    assert_int_equal(pages, (PAYMENT_STATE_COUNT + 3) / 4);
    assert_int_equal(invoice_payments(db, *state, other, invoice, INT64_MAX, 4, &list, &last_id),
                     RESULT_OK);
    assert_int_equal(list.count, 0);
}

/* What was paid on an invoice that is void is not the invoice's any more; what was refunded of it
 * before stays. */
static void test_moved(void **state) {
    int64_t account = shop_account(&shop);
    struct allocation list[] = {{shop_invoice(&shop, account, 1000, 0), 0, 100},
                                {shop_invoice(&shop, account, 1000, -1), 0, 200}};
    int64_t id = shop_payment(&shop, account, list, 2), last_id = 0;
    struct payment_part *parts;
    struct payments payments;
    size_t count = 0;

    set(id, "succeeded", 0);
    for (int64_t left = 30; left >= 0; left -= 30) {
        database_do(&shop.database,
                    "UPDATE payment_allocation SET moved_cents = 100 - %lld, amount_cents = %lld"
                    " WHERE payment_id = %lld AND invoice_id = %lld",
                    (long long)left, (long long)left, (long long)id, (long long)list[0].invoice_id);
        assert_int_equal(payment_parts(db, *state, account, id, 0, 3, &parts, &count), RESULT_OK);
        assert_int_equal(count, left ? 2 : 1);
        assert_int_equal(parts[count - 1].invoice_id, list[1].invoice_id);
        assert_int_equal(invoice_payments(db, *state, account, list[0].invoice_id, INT64_MAX, 4,
                                          &payments, &last_id),
                         RESULT_OK);
        assert_int_equal(payments.count, left ? 1 : 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_walks),      TEST(test_past),  TEST(test_parts),
        TEST(test_of_invoice), TEST(test_moved),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
