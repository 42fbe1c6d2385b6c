/* The claim and the closing of a payment: every refusal, and that a refusal leaves nothing behind.
 */
#include "tests/support/test.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/shop.h"

static struct shop shop;

static int group_setup(void **state) {
    (void)state;
    shop_open(&shop);
    return 0;
}

static int group_teardown(void **state) {
    (void)state;
    shop_close(&shop);
    return 0;
}

static int64_t open_flags(int64_t payment_id) {
    return database_number(&shop.database,
                           "SELECT COUNT(*) FROM payment_allocation WHERE payment_id = %lld AND"
                           " open = 1",
                           (long long)payment_id);
}

static void test_claim(void **state) {
    int64_t account = shop_account(&shop);
    int64_t first = shop_invoice(&shop, account, 1000, 0),
            second = shop_invoice(&shop, account, 500, 9);
    const struct allocation list[] = {{first, 0, 1000}, {second, 0, 200}};
    int64_t payment = shop_payment(&shop, account, list, 2);
    unsigned char token[CLAIM_TOKEN_BYTES], other[CLAIM_TOKEN_BYTES] = {9};
    struct claim_state claim;

    shop_token(payment, token);
    assert_int_equal(payment_claim_state(shop.db, *state, account, payment, token, &claim),
                     RESULT_OK);
    assert_int_equal(claim.state, PAYMENT_REVIEW);
    assert_false(claim.is_mine);
    assert_int_equal(shop_claim(shop.db, account, payment), RESULT_OK);
    shop_check_invoice(&shop, "first", first, 0, 1000);
    shop_check_invoice(&shop, "second", second, 0, 200);
    shop_check_account(&shop, "claimed", account, 1500, 1200);
    assert_int_equal(open_flags(payment), 2);
    assert_int_equal(payment_claim_state(shop.db, *state, account, payment, token, &claim),
                     RESULT_OK);
    assert_int_equal(claim.state, PAYMENT_PROCESSING);
    assert_true(claim.is_mine);
    assert_int_equal(payment_claim_state(shop.db, *state, account, payment, other, &claim),
                     RESULT_OK);
    assert_false(claim.is_mine);
    assert_int_equal(payment_claim_state(shop.db, *state, account + 1, payment, token, &claim),
                     RESULT_NOT_FOUND);
}

/* Each makes a claim impossible, and what it leaves is what was before. */
static const struct refusal {
    const char *label, *before; /* a statement about @payment and @invoice */
} refusals[] = {
    {"claimed already", "UPDATE payment SET state = 'processing', claim_token = 'x', send_by ="
                        " '2026-01-01', gateway = 'nmi' WHERE id = @payment"},
    {"expired", "UPDATE payment SET state = 'expired' WHERE id = @payment"},
    {"finished", "UPDATE payment SET state = 'succeeded' WHERE id = @payment"},
    {"too old", "UPDATE payment SET created_at = '2026-11-21 22:59:59' WHERE id = @payment"},
    {"a cent was paid", "UPDATE invoice SET paid_cents = 1 WHERE id = @invoice"},
    {"a cent was credited", "UPDATE invoice SET credited_cents = 1 WHERE id = @invoice"},
    {"a cent is reserved", "UPDATE invoice SET pending_cents = 1 WHERE id = @invoice"},
    {"invoice withdrawn", "UPDATE invoice SET state = 'void' WHERE id = @invoice"},
    {"no invoices", "DELETE FROM payment_allocation WHERE payment_id = @payment"},
};

static void test_claim_refused(void **state) {
    for (size_t at = 0; at < COUNT(refusals); at++) {
        int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
        int64_t payment = shop_payment_of(&shop, account, invoice, 1000);

        database_do(&shop.database, "SET @payment = %lld, @invoice = %lld", (long long)payment,
                    (long long)invoice);
        database_do(&shop.database, "%s", refusals[at].before);
        const char *before = shop_books(&shop, *state, account);
        check_int(refusals[at].label, shop_claim(shop.db, account, payment), RESULT_CONFLICT);
        check_text(refusals[at].label, shop_books(&shop, *state, account), before);
    }
}

static void test_review_age(void **state) {
    int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
    int64_t payment = shop_payment_of(&shop, account, invoice, 1000);

    (void)state;
    database_do(&shop.database,
                "UPDATE payment SET created_at = '2026-11-21 23:00:00' WHERE id = %lld",
                (long long)payment);
    assert_int_equal(shop_claim(shop.db, account, payment), RESULT_OK);
}

/* Another account's payment, with the right id. */
static void test_claim_of_another(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t payment = shop_payment_of(&shop, account, shop_invoice(&shop, account, 1000, 0), 1000);
    const char *before = shop_books(&shop, *state, account);

    assert_int_equal(shop_claim(shop.db, other, payment), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, account), before);
}

/* While one payment of an invoice is being decided, no other may touch it, even for a free cent; an
 * ACH payment that is pending leaves the rest free. */
static void test_one_at_a_time(void **state) {
    int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
    int64_t free_invoice = shop_invoice(&shop, account, 700, 0);
    int64_t first = shop_payment_of(&shop, account, invoice, 400);
    const struct allocation list[] = {{free_invoice, 0, 700}, {invoice, 0, 1}};
    int64_t second = shop_payment(&shop, account, list, 2);

    assert_int_equal(shop_claim(shop.db, account, first), RESULT_OK);
    const char *before = shop_books(&shop, *state, account);
    assert_int_equal(shop_claim(shop.db, account, second), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, account), before);
    database_do(&shop.database, "UPDATE payment_allocation SET open = NULL WHERE payment_id = %lld",
                (long long)first);
    assert_int_equal(shop_claim(shop.db, account, second), RESULT_OK);
    shop_check_invoice(&shop, "shared", invoice, 0, 401);
    shop_check_account(&shop, "both", account, 1700, 1101);
}

static void test_last_free_cent(void **state) {
    int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
    int64_t first = shop_payment_of(&shop, account, invoice, 600);
    int64_t second = shop_payment_of(&shop, account, invoice, 401);
    int64_t third = shop_payment_of(&shop, account, invoice, 400);

    (void)state;
    assert_int_equal(shop_claim(shop.db, account, first), RESULT_OK);
    database_do(&shop.database, "UPDATE payment_allocation SET open = NULL WHERE payment_id = %lld",
                (long long)first);
    assert_int_equal(shop_claim(shop.db, account, second), RESULT_CONFLICT);
    assert_int_equal(shop_claim(shop.db, account, third), RESULT_OK);
    shop_check_invoice(&shop, "all reserved", invoice, 0, 1000);
}

/* ---- two at the same moment ---- */

/* Connects, says so, waits until nobody can write to start any more, and then claims. */
static pid_t claim_in_child(const int start[2], int ready, int64_t account, int64_t payment) {
    pid_t child = fork();
    char go;

    if (child)
        return child;
    close(start[1]);
    struct db *db = db_new(&shop.database.options);
    enum result result = db_open(db,
                                 (const struct statement *const[]){
                                     &account_move_sql, &payment_claim_sql, &allocation_open_sql,
                                     &invoice_reserve_sql, &payment_covers_sql},
                                 5);
    if (result == RESULT_OK && write(ready, "", 1) == 1 && read(start[0], &go, 1) == 0)
        result = shop_claim(db, account, payment);
    db_free(db);
    _exit((int)result);
}

static void race(int64_t account, const int64_t *payments, int count) {
    int start[2], ready[2], won = 0, lost = 0;
    char byte;

    assert_int_equal(pipe(start), 0);
    assert_int_equal(pipe(ready), 0);
    for (int at = 0; at < count; at++)
        assert_true(claim_in_child(start, ready[1], account, payments[at]) > 0);
    close(ready[1]);
    for (int at = 0; at < count; at++)
        assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(start[0]);
    close(start[1]);
    for (int at = 0; at < count; at++) {
        int status = 0;

        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        won += WEXITSTATUS(status) == RESULT_OK;
        lost += WEXITSTATUS(status) == RESULT_CONFLICT;
    }
    assert_int_equal(won, 1);
    assert_int_equal(lost, count - 1);
}

static void test_race_for_one_payment(void **state) {
    (void)state;
    for (int round = 0; round < 5; round++) {
        int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
        int64_t payment = shop_payment_of(&shop, account, invoice, 1000);

        race(account, (const int64_t[]){payment, payment, payment, payment}, 4);
        shop_check_account(&shop, "one payment", account, 1000, 1000);
    }
}

static void test_race_for_one_invoice(void **state) {
    (void)state;
    for (int round = 0; round < 5; round++) {
        int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
        int64_t payments[4];

        for (size_t at = 0; at < COUNT(payments); at++)
            payments[at] = shop_payment_of(&shop, account, invoice, 100);
        race(account, payments, COUNT(payments));
        shop_check_account(&shop, "one invoice", account, 1000, 100);
    }
}

/* ---- closing ---- */

static enum result close_work(struct db *db, void *context) {
    return payment_close(db, context);
}

static void test_close_refused(void **state) {
    int64_t account = shop_account(&shop);
    int64_t payment = shop_payment_of(&shop, account, shop_invoice(&shop, account, 1000, 0), 1000);
    unsigned char token[CLAIM_TOKEN_BYTES], other[CLAIM_TOKEN_BYTES] = {9};
    struct closing right = {.account_id = account,
                            .payment_id = payment,
                            .from = PAYMENT_PROCESSING,
                            .to = PAYMENT_DECLINED,
                            .token = token,
                            .transaction_id = "",
                            .response_code = "200",
                            .response_text = "no",
                            .decline_class = "soft",
                            .now = SHOP_NOW};
    struct closing wrong;

    shop_token(payment, token);
    assert_int_equal(shop_claim(shop.db, account, payment), RESULT_OK);
    const char *before = shop_books(&shop, *state, account);
    wrong = right;
    wrong.token = other;
    assert_int_equal(db_transaction(shop.db, close_work, &wrong), RESULT_CONFLICT);
    wrong = right;
    wrong.from = PAYMENT_UNKNOWN;
    assert_int_equal(db_transaction(shop.db, close_work, &wrong), RESULT_CONFLICT);
    wrong = right;
    wrong.account_id = account + 1;
    assert_int_equal(db_transaction(shop.db, close_work, &wrong), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, account), before);
    assert_int_equal(db_transaction(shop.db, close_work, &right), RESULT_OK);
    assert_int_equal(db_transaction(shop.db, close_work, &right), RESULT_CONFLICT);
}

static void close_illegal(void *context) {
    struct closing closing = {.from = PAYMENT_DECLINED,
                              .to = PAYMENT_SUCCEEDED,
                              .transaction_id = "",
                              .response_code = "",
                              .response_text = "",
                              .decline_class = "",
                              .token = context};

    (void)!payment_close(shop.db, &closing);
}

static void test_illegal_move_dies(void **state) {
    unsigned char token[CLAIM_TOKEN_BYTES] = {0};

    (void)state;
    assert_true(dies(close_illegal, token));
}

/* ---- what settling does ---- */

struct doubt {
    int64_t account_id, payment_id, timeout_s;
};

static enum result doubt_work(struct db *db, void *context) {
    const struct doubt *doubt = context;

    return payment_doubt(db, doubt->account_id, doubt->payment_id, doubt->timeout_s, SHOP_NOW);
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
        int64_t account = shop_account(&shop);
        int64_t payment = shop_payment_of(&shop, account, shop_invoice(&shop, account, 1000, 0),
                                          1000);
        struct doubt doubt = {account, payment, cases[at].timeout_s};
        struct open_payments list;

        assert_int_equal(shop_claim(shop.db, account, payment), RESULT_OK);
        database_do(&shop.database, "UPDATE payment SET send_by = %s WHERE id = %lld",
                    cases[at].send_by, (long long)payment);
        assert_int_equal(
            payment_open_list(shop.db, *state, payment - 1, cases[at].timeout_s, 1, &list),
            RESULT_OK);
        assert_int_equal(list.count, 1);
        check_int(cases[at].label, list.list[0].id, payment);
        check_int(cases[at].label, list.list[0].lease_is_over, cases[at].want == RESULT_OK);
        check_int(cases[at].label, db_transaction(shop.db, doubt_work, &doubt), cases[at].want);
        check_int(cases[at].label, db_transaction(shop.db, doubt_work, &doubt), RESULT_CONFLICT);
        shop_check_account(&shop, cases[at].label, account, 1000, 1000);
    }
}

static enum result expire_work(struct db *db, void *context) {
    return payment_expire(db, SHOP_NOW, 100, context);
}

static void test_expire(void **state) {
    int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
    int64_t old = shop_payment_of(&shop, account, invoice, 1000);
    int64_t claimed = shop_payment_of(&shop, account, invoice, 1000);
    int64_t fresh = shop_payment_of(&shop, account, invoice, 1000);
    uint64_t count = 0;

    (void)state;
    assert_int_equal(db_transaction(shop.db, expire_work, &count), RESULT_OK);
    assert_int_equal(shop_claim(shop.db, account, claimed), RESULT_OK);
    database_do(&shop.database,
                "UPDATE payment SET created_at = '2026-11-21 23:59:59' WHERE id IN"
                " (%lld, %lld)",
                (long long)old, (long long)claimed);
    assert_int_equal(db_transaction(shop.db, expire_work, &count), RESULT_OK);
    assert_int_equal(count, 1);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT state = 'expired' FROM payment WHERE id"
                                     " = %lld",
                                     (long long)old),
                     1);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT state = 'review' FROM payment WHERE id"
                                     " = %lld",
                                     (long long)fresh),
                     1);
    assert_int_equal(shop_claim(shop.db, account, old), RESULT_CONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_claim),
        TEST(test_claim_refused),
        TEST(test_review_age),
        TEST(test_claim_of_another),
        TEST(test_one_at_a_time),
        TEST(test_last_free_cent),
        TEST(test_race_for_one_payment),
        TEST(test_race_for_one_invoice),
        TEST(test_close_refused),
        TEST(test_illegal_move_dies),
        TEST(test_lease),
        TEST(test_expire),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
