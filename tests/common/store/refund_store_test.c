/* Claiming and closing a refund: every refusal, and that a refusal leaves nothing behind. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/core/secret.h"
#include "common/store/look_store.h"
#include "common/store/refund_store.h"
#include "tests/support/shop.h"

static const struct statement *const statements[] = {
    &refund_payment_sql,
    &refund_find_sql,
    &refund_of_request_sql,
    &refunds_of_payment_sql,
    &refunds_of_invoice_sql,
    &refund_list_sql,
    &refund_free_sql,
    &refund_add_sql,
    &refund_cover_sql,
    &refund_close_sql,
    &payment_reverse_sql,
    &allocation_refund_sql,
    &invoice_unpay_sql,
    &refund_open_list_sql,
    &refund_doubt_sql,
    &refund_look_again_sql,
    &refund_has_transaction_sql,
};

static struct shop shop;
static struct db *db;

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

static const unsigned char token[CLAIM_TOKEN_BYTES] = {7}, other_token[CLAIM_TOKEN_BYTES] = {9};

/* A payment of 700 that is money, over two invoices: 500 of the one due first, 200 of the other,
 * whose id is lower. */
struct paid {
    int64_t account, first, last, payment;
    const char *reference;
};

static struct paid paid_make(struct arena *arena) {
    struct paid paid = {.account = shop_account(&shop)};

    paid.last = shop_invoice(&shop, paid.account, 1000, 9);
    paid.first = shop_invoice(&shop, paid.account, 500, 0);
    const struct allocation list[] = {{paid.first, 0, 500}, {paid.last, 0, 200}};
    paid.payment = shop_payment(&shop, paid.account, list, 2);
    database_do(&shop.database,
                "UPDATE payment SET state = 'succeeded', gateway = 'nmi', transaction_id = 's%lld'"
                " WHERE id = %lld",
                (long long)paid.payment, (long long)paid.payment);
    database_do(&shop.database,
                "UPDATE invoice i JOIN payment_allocation a ON a.invoice_id = i.id SET i.paid_cents"
                " = a.amount_cents WHERE a.payment_id = %lld",
                (long long)paid.payment);
    paid.reference = database_text(&shop.database, arena,
                                   "SELECT reference FROM payment WHERE id = %lld",
                                   (long long)paid.payment);
    return paid;
}

struct adding {
    struct refund_draft draft;
    int64_t id;
};

static enum result add_work(struct db *with, void *context) {
    struct adding *adding = context;

    return refund_add(with, &adding->draft, &adding->id);
}

/* Cents of the first invoice. */
static enum result add(const struct paid *paid, int64_t cents, const char *key, bool is_by_hand,
                       const char *reference, int64_t *out_id) {
    struct allocation one = {.invoice_id = paid->first, .amount_cents = cents};
    struct adding adding = {.draft = {.account_id = paid->account,
                                      .payment_id = paid->payment,
                                      .amount_cents = cents,
                                      .reference = reference,
                                      .request_key = key,
                                      .state = is_by_hand ? REFUND_SUCCEEDED : REFUND_PROCESSING,
                                      .token = is_by_hand ? NULL : token,
                                      .lease_s = 60,
                                      .gateway = is_by_hand ? "" : "nmi",
                                      .note = "",
                                      .actor = "operator:test",
                                      .now = SHOP_NOW,
                                      .deadline_at = is_by_hand ? 0 : SHOP_NOW + 60,
                                      .list = &one,
                                      .count = 1}};
    enum result result = db_transaction(db, add_work, &adding);

    *out_id = adding.id;
    return result;
}

static const char *new_reference(struct arena *arena) {
    char *reference = arena_alloc(arena, REFERENCE_SIZE);

    secret_reference(reference);
    reference[0] = 'R';
    return reference;
}

static int64_t add_ok(struct arena *arena, const struct paid *paid, int64_t cents) {
    int64_t id = 0;

    assert_int_equal(add(paid, cents, NULL, false, new_reference(arena), &id), RESULT_OK);
    return id;
}

static void test_reading(void **state) {
    struct paid paid = paid_make(*state);
    struct refund_payment payment;
    struct allocation *list;
    struct refund refund;
    size_t count;

    assert_int_equal(refund_payment(db, *state, paid.reference, &payment), RESULT_OK);
    assert_int_equal(payment.id, paid.payment);
    assert_int_equal(payment.account_id, paid.account);
    assert_int_equal(payment.figures.state, PAYMENT_SUCCEEDED);
    assert_int_equal(payment.figures.amount_cents, 700);
    assert_false(payment.figures.is_bank || payment.figures.is_by_hand);
    assert_string_equal(payment.open_refund, "");
    assert_int_equal(refund_payment(db, *state, "P000000000000", &payment), RESULT_NOT_FOUND);

    /* By due date, whatever the ids are. */
    assert_int_equal(refund_free(db, *state, paid.account, paid.payment, &list, &count), RESULT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].invoice_id, paid.first);
    assert_int_equal(list[0].free_cents, 500);
    assert_int_equal(list[1].invoice_id, paid.last);
    assert_int_equal(list[1].free_cents, 200);

    const char *reference = new_reference(*state);
    int64_t id;
    assert_int_equal(add(&paid, 300, "key", false, reference, &id), RESULT_OK);
    assert_int_equal(refund_find(db, *state, reference, &refund), RESULT_OK);
    assert_int_equal(refund.id, id);
    assert_string_equal(refund.payment_reference, paid.reference);
    assert_int_equal(refund.state, REFUND_PROCESSING);
    assert_int_equal(refund.amount_cents, 300);
    assert_int_equal(refund.user_id, paid.account);
    assert_int_equal(refund.deadline_at, SHOP_NOW + 60);
    assert_int_equal(refund.closed_at, 0);
    assert_memory_equal(refund.token, token, CLAIM_TOKEN_BYTES);
    assert_int_equal(refund_of_request(db, *state, paid.account, "key", &refund), RESULT_OK);
    assert_int_equal(refund.id, id);
    assert_int_equal(refund_of_request(db, *state, paid.account, "KEY", &refund), RESULT_NOT_FOUND);
    assert_int_equal(refund_of_request(db, *state, paid.account + 1, "key", &refund),
                     RESULT_NOT_FOUND);
    assert_int_equal(refund_payment(db, *state, paid.reference, &payment), RESULT_OK);
    assert_string_equal(payment.open_refund, reference);
}

static void test_by_hand(void **state) {
    struct paid paid = paid_make(*state);
    const char *reference = new_reference(*state);
    struct refund refund;
    int64_t id;

    assert_int_equal(add(&paid, 300, NULL, true, reference, &id), RESULT_OK);
    assert_int_equal(refund_find(db, *state, reference, &refund), RESULT_OK);
    assert_int_equal(refund.state, REFUND_SUCCEEDED);
    assert_null(refund.token);
    assert_int_equal(refund.closed_at, SHOP_NOW);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT open IS NULL AND send_by IS NULL AND deadline_at IS"
                                     " NULL FROM refund WHERE id = %lld",
                                     (long long)id),
                     1);
    add_ok(*state, &paid, 100); /* it holds nothing */
}

/* One open refund for each payment, one refund for each key of an account and each reference. */
static void test_add_refused(void **state) {
    struct paid paid = paid_make(*state), other = paid_make(*state);
    const char *reference = new_reference(*state);
    int64_t id;

    assert_int_equal(add(&paid, 100, "k", false, reference, &id), RESULT_OK);
    const char *before = shop_books(&shop, *state, paid.account);
    assert_int_equal(add(&paid, 100, NULL, false, new_reference(*state), &id), RESULT_CONFLICT);
    assert_int_equal(add(&paid, 100, "k", true, new_reference(*state), &id), RESULT_CONFLICT);
    assert_int_equal(add(&paid, 100, NULL, true, reference, &id), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, paid.account), before);
    assert_int_equal(add(&other, 100, "k", false, new_reference(*state), &id), RESULT_OK);
}

static enum result close_work(struct db *with, void *context) {
    return refund_close(with, context);
}

static struct refund_closing closing_of(const struct paid *paid, int64_t id, enum refund_state from,
                                        enum refund_state to) {
    return (struct refund_closing){.account_id = paid->account,
                                   .refund_id = id,
                                   .from = from,
                                   .to = to,
                                   .token = token,
                                   .transaction_id = "",
                                   .response_code = "100",
                                   .response_text = "fine",
                                   .now = SHOP_NOW + 5};
}

static void test_close(void **state) {
    struct paid paid = paid_make(*state);
    int64_t id = add_ok(*state, &paid, 100);
    struct refund_closing right = closing_of(&paid, id, REFUND_PROCESSING, REFUND_FAILED), wrong;

    const char *before = shop_books(&shop, *state, paid.account);
    wrong = right;
    wrong.token = other_token;
    assert_int_equal(db_transaction(db, close_work, &wrong), RESULT_CONFLICT);
    wrong = right;
    wrong.from = REFUND_UNKNOWN;
    assert_int_equal(db_transaction(db, close_work, &wrong), RESULT_CONFLICT);
    wrong = right;
    wrong.account_id = paid.account + 1;
    assert_int_equal(db_transaction(db, close_work, &wrong), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, paid.account), before);
    assert_int_equal(db_transaction(db, close_work, &right), RESULT_OK);
    assert_int_equal(db_transaction(db, close_work, &right), RESULT_CONFLICT);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT open IS NULL AND closed_at IS NOT NULL FROM refund"
                                     " WHERE id = %lld",
                                     (long long)id),
                     1);
    add_ok(*state, &paid, 100); /* and the next may begin */
}

static void test_close_unknown(void **state) {
    struct paid paid = paid_make(*state);
    int64_t id = add_ok(*state, &paid, 100);
    struct refund_closing doubt = closing_of(&paid, id, REFUND_PROCESSING, REFUND_UNKNOWN);
    int64_t next;

    doubt.look_at = SHOP_NOW + 65;
    assert_int_equal(db_transaction(db, close_work, &doubt), RESULT_OK);
    assert_int_equal(add(&paid, 100, NULL, false, new_reference(*state), &next), RESULT_CONFLICT);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT open = 1 AND closed_at IS NULL AND look_at IS NOT"
                                     " NULL FROM refund WHERE id = %lld",
                                     (long long)id),
                     1);
}

static void test_transaction_of_another(void **state) {
    struct paid one = paid_make(*state), two = paid_make(*state);
    struct refund_closing first = closing_of(&one, add_ok(*state, &one, 100), REFUND_PROCESSING,
                                             REFUND_SUCCEEDED);
    struct refund_closing second = closing_of(&two, add_ok(*state, &two, 100), REFUND_PROCESSING,
                                              REFUND_SUCCEEDED);
    bool has = false;

    first.transaction_id = second.transaction_id = "r-same";
    assert_int_equal(refund_has_transaction(db, *state, "nmi", "r-same", &has), RESULT_OK);
    assert_false(has);
    assert_int_equal(db_transaction(db, close_work, &first), RESULT_OK);
    assert_int_equal(db_transaction(db, close_work, &second), RESULT_CONFLICT);
    assert_int_equal(refund_has_transaction(db, *state, "nmi", "r-same", &has), RESULT_OK);
    assert_true(has);
    assert_int_equal(refund_has_transaction(db, *state, "other", "r-same", &has), RESULT_OK);
    assert_false(has);
}

static void close_illegal(void *context) {
    struct refund_closing closing = {.from = REFUND_FAILED,
                                     .to = REFUND_SUCCEEDED,
                                     .transaction_id = "",
                                     .response_code = "",
                                     .response_text = "",
                                     .token = context};

    (void)!refund_close(db, &closing);
}

static void reverse_illegal(void *context) {
    (void)context;
    (void)!payment_reverse(db, 1, 1, PAYMENT_DECLINED, PAYMENT_REFUNDED, 1, 0);
}

static void test_illegal_moves_die(void **state) {
    unsigned char any[CLAIM_TOKEN_BYTES] = {0};

    (void)state;
    assert_true(dies(close_illegal, any));
    assert_true(dies(reverse_illegal, NULL));
}

struct doubting {
    int64_t account_id, refund_id, timeout_s;
};

static enum result doubt_work(struct db *with, void *context) {
    const struct doubting *doubting = context;

    return refund_doubt(with, doubting->account_id, doubting->refund_id, doubting->timeout_s,
                        SHOP_NOW);
}

/* A lease is a minute; the gateway's time-out comes on top of it. */
static void test_lease(void **state) {
    static const struct {
        const char *label, *send_by;
        int64_t timeout_s;
        enum result want;
    } cases[] = {
        {"still running", "UTC_TIMESTAMP(6) + INTERVAL 5 SECOND", 0, RESULT_CONFLICT},
        {"over, an answer may come", "UTC_TIMESTAMP(6) - INTERVAL 5 SECOND", 60, RESULT_CONFLICT},
        {"over and the time-out too", "UTC_TIMESTAMP(6) - INTERVAL 65 SECOND", 60, RESULT_OK},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct paid paid = paid_make(*state);
        int64_t id = add_ok(*state, &paid, 100);
        struct doubting doubting = {paid.account, id, cases[at].timeout_s};
        struct refunds list;

        database_do(&shop.database, "UPDATE refund SET send_by = %s WHERE id = %lld",
                    cases[at].send_by, (long long)id);
        assert_int_equal(refund_open_list(db, *state, id - 1, cases[at].timeout_s, 1, &list),
                         RESULT_OK);
        assert_int_equal(list.count, 1);
        check_int(cases[at].label, list.list[0].id, id);
        check_int(cases[at].label, list.list[0].lease_is_over, cases[at].want == RESULT_OK);
        check_int(cases[at].label, db_transaction(db, doubt_work, &doubting), cases[at].want);
        check_int(cases[at].label, db_transaction(db, doubt_work, &doubting), RESULT_CONFLICT);
        assert_int_equal(refund_open_list(db, *state, id, 0, 100, &list), RESULT_OK);
        check_int("none behind it", (int64_t)list.count, 0);
    }
}

/* What customers see: what went back or may have; of one invoice only its part. */
static void test_shown(void **state) {
    static const struct {
        const char *state;
        bool is_shown;
    } cases[] = {
        {"processing", true}, {"unknown", true},   {"succeeded", true},
        {"failed", false},    {"not_sent", false},
    };
    struct paid paid = paid_make(*state);
    struct refunds list;
    struct rows rows;
    int64_t id;

    assert_int_equal(COUNT(cases), REFUND_STATE_COUNT);
    for (size_t at = 0; at < COUNT(cases); at++) {
        assert_int_equal(add(&paid, 10 + (int64_t)at, NULL, true, new_reference(*state), &id),
                         RESULT_OK);
        database_do(&shop.database,
                    "UPDATE refund SET state = '%s', open = IF('%s' IN ('processing', 'unknown'),"
                    " 1, NULL), claim_token = 'x', send_by = '2026-01-01', gateway = 'nmi' WHERE"
                    " id = %lld",
                    cases[at].state, cases[at].state, (long long)id);
        assert_int_equal(refunds_of_invoice(db, *state, paid.account, paid.first, 10, &list),
                         RESULT_OK);
        check_int(cases[at].state, (int64_t)list.count, cases[at].is_shown);
        assert_int_equal(refunds_of_payment(db, *state, paid.account, paid.payment, &list),
                         RESULT_OK);
        check_int(cases[at].state, (int64_t)list.count, cases[at].is_shown);
        if (list.count)
            check_text(cases[at].state, refund_state_name(list.list[0].state), cases[at].state);
        database_do(&shop.database,
                    "UPDATE refund SET state = 'failed', open = NULL WHERE id ="
                    " %lld",
                    (long long)id);
    }
    database_do(&shop.database, "UPDATE refund SET state = 'succeeded' WHERE id = %lld",
                (long long)id);
    database_do(&shop.database, "UPDATE refund SET amount_cents = 99 WHERE id = %lld",
                (long long)id);
    assert_int_equal(refunds_of_invoice(db, *state, paid.account, paid.first, 10, &list),
                     RESULT_OK);
    assert_int_equal(list.list[0].amount_cents, 14);
    assert_int_equal(refunds_of_invoice(db, *state, paid.account, paid.last, 10, &list), RESULT_OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(refunds_of_payment(db, *state, paid.account + 1, paid.payment, &list),
                     RESULT_OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(refund_list(db, *state, paid.account, paid.payment, &rows), RESULT_OK);
    assert_int_equal(rows.count, COUNT(cases));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_reading),
        TEST(test_by_hand),
        TEST(test_add_refused),
        TEST(test_close),
        TEST(test_close_unknown),
        TEST(test_transaction_of_another),
        TEST(test_illegal_moves_die),
        TEST(test_lease),
        TEST(test_shown),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
