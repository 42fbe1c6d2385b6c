/* Making a payment for review, reading it back, and the form that made it. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/store/event_store.h"
#include "tests/support/proxy.h"
#include "tests/support/shop.h"

static struct shop shop;

static const struct statement *const statements[] = {&payment_create_sql, &payment_cover_sql,
                                                     &payment_of_form_sql, &payment_find_sql,
                                                     &payment_event_add_sql};

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

struct made {
    unsigned char form_key[SECRET_HASH_BYTES], form_hash[SECRET_HASH_BYTES];
    char reference[REFERENCE_SIZE];
    struct allocation list[2];
    struct payment_draft draft;
};

static void made_init(struct made *made, int64_t account_id, int64_t first, int64_t second) {
    *made = (struct made){.list = {{first, 0, 400}, {second, 0, 33}}};
    secret_random(made->form_key, sizeof made->form_key);
    secret_random(made->form_hash, sizeof made->form_hash);
    secret_reference(made->reference);
    made->draft = (struct payment_draft){.account_id = account_id,
                                         .user_id = account_id,
                                         .method_id = account_id,
                                         .reference = made->reference,
                                         .kind = "card",
                                         .method_text = "Visa ending 4242",
                                         .note = "Merci, caf\xC3\xA9",
                                         .form_key = made->form_key,
                                         .form_hash = made->form_hash,
                                         .allocations = made->list,
                                         .allocation_count = 2,
                                         .now = SHOP_NOW};
}

static int64_t payments_of(int64_t account_id) {
    return database_number(&shop.database, "SELECT COUNT(*) FROM payment WHERE account_id = %lld",
                           (long long)account_id);
}

static void test_create(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t late = shop_invoice(&shop, account, 1000, 9),
            early = shop_invoice(&shop, account, 500, 0);
    struct made made;
    struct payment payment;
    struct covered_invoice *list;
    size_t count = 0;

    made_init(&made, account, late, early);
    assert_int_equal(payment_create(shop.db, *state, &made.draft), RESULT_OK);
    assert_int_equal(payment_find(shop.db, *state, account, made.reference, &payment), RESULT_OK);
    assert_int_equal(payment.state, PAYMENT_REVIEW);
    assert_int_equal(payment.amount_cents, 433);
    assert_string_equal(payment.note, "Merci, caf\xC3\xA9");
    assert_int_equal(payment.created_at, SHOP_NOW);
    assert_int_equal(payment.closed_at, 0);
    assert_int_equal(payment.user_id, account);
    assert_int_equal(payment_covers(shop.db, *state, account, payment.id, &list, &count),
                     RESULT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].invoice_id, early); /* oldest due date first */
    assert_int_equal(list[0].amount_cents, 33);
    assert_int_equal(list[1].invoice_id, late);
    /* A review reserves nothing. */
    shop_check_account(&shop, "review", account, 1500, 0);
    /* Another account does not find it. */
    assert_int_equal(payment_find(shop.db, *state, other, made.reference, &payment),
                     RESULT_NOT_FOUND);
    assert_int_equal(payment_covers(shop.db, *state, other, payment.id, &list, &count), RESULT_OK);
    assert_int_equal(count, 0);
}

static void test_same_form_twice(void **state) {
    int64_t account = shop_account(&shop);
    int64_t first = shop_invoice(&shop, account, 1000, 0),
            second = shop_invoice(&shop, account, 500, 0);
    unsigned char hash[SECRET_HASH_BYTES];
    char reference[REFERENCE_SIZE];
    const char *found = NULL;
    struct made made;

    made_init(&made, account, first, second);
    assert_int_equal(payment_of_form(shop.db, *state, account, made.form_key, &found, hash),
                     RESULT_NOT_FOUND);
    assert_int_equal(payment_create(shop.db, *state, &made.draft), RESULT_OK);
    memcpy(reference, made.reference, sizeof reference);
    secret_reference(made.reference);
    assert_int_equal(payment_create(shop.db, *state, &made.draft), RESULT_CONFLICT);
    assert_int_equal(payments_of(account), 1);
    assert_int_equal(payment_of_form(shop.db, *state, account, made.form_key, &found, hash),
                     RESULT_OK);
    assert_string_equal(found, reference);
    assert_memory_equal(hash, made.form_hash, sizeof hash);
    /* Not for another account, even with the right key. */
    assert_int_equal(payment_of_form(shop.db, *state, account + 1, made.form_key, &found, hash),
                     RESULT_NOT_FOUND);
}

/* Half a payment is none. */
static void test_all_or_nothing(void **state) {
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    int64_t own = shop_invoice(&shop, account, 1000, 0),
            foreign = shop_invoice(&shop, other, 500, 0);
    struct made made;

    made_init(&made, account, own, foreign);
    capture_begin();
    enum result result = payment_create(shop.db, *state, &made.draft);
    (void)capture_end(*state);
    assert_int_equal(result, RESULT_FAILED);
    assert_int_equal(payments_of(account), 0);
}

/* The answer to COMMIT is lost: the form key tells what became of it, so that nobody else has to.
 */
static void test_uncertain(void **state) {
    static const struct {
        const char *label;
        enum proxy_fault fault;
        enum result want;
    } cases[] = {
        {"it was done", PROXY_CUT_AFTER_COMMIT, RESULT_OK},
        {"it was not", PROXY_CUT_BEFORE_COMMIT, RESULT_UNAVAILABLE},
    };
    struct db_options options = shop.database.options;
    struct proxy proxy;

    proxy_start(&proxy, shop.database.socket);
    options.hosts[0] = proxy.host;
    struct db *db = db_new(&options);
    assert_int_equal(db_open(db, statements, COUNT(statements)), RESULT_OK);
    for (size_t at = 0; at < COUNT(cases); at++) {
        int64_t account = shop_account(&shop);
        int64_t first = shop_invoice(&shop, account, 1000, 0);
        int64_t second = shop_invoice(&shop, account, 500, 0);
        struct made made;

        made_init(&made, account, first, second);
        proxy_arm(&proxy, cases[at].fault, 1);
        capture_begin();
        enum result result = payment_create(db, *state, &made.draft);
        (void)capture_end(*state);
        check_int(cases[at].label, result, cases[at].want);
        check_int(cases[at].label, payments_of(account), cases[at].want == RESULT_OK);
    }
    assert_int_equal(proxy_faults(&proxy), 2);
    db_free(db);
    proxy_stop(&proxy);
}

/* While another payment holds an invoice, its reference stands beside it. */
static void test_held_by_another(void **state) {
    int64_t account = shop_account(&shop), invoice = shop_invoice(&shop, account, 1000, 0);
    int64_t first = shop_payment_of(&shop, account, invoice, 500);
    int64_t second = shop_payment_of(&shop, account, invoice, 500);
    struct covered_invoice *list;
    size_t count = 0;

    assert_int_equal(shop_claim(shop.db, account, first), RESULT_OK);
    assert_int_equal(payment_covers(shop.db, *state, account, first, &list, &count), RESULT_OK);
    assert_string_equal(list[0].open_payment, "");
    assert_int_equal(payment_covers(shop.db, *state, account, second, &list, &count), RESULT_OK);
    assert_int_equal(strlen(list[0].open_payment), REFERENCE_SIZE - 1);
    assert_int_equal(invoice_free_cents(&list[0].figures), 500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_create),    TEST(test_same_form_twice), TEST(test_all_or_nothing),
        TEST(test_uncertain), TEST(test_held_by_another),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
