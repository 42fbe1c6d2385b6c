/* Recording what became of a refund: every outcome moves exactly the cents it should, once. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/core/secret.h"
#include "common/program/charge.h"
#include "common/program/refund.h"
#include "common/store/event_store.h"
#include "tests/support/shop.h"

static const struct statement *const statements[] = {CHARGE_STATEMENTS, REFUND_STATEMENTS};

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

/* A payment of 700 over two invoices: 500 of 500, and 200 of 1000, which is due later. */
struct paid {
    int64_t account, whole, part, payment;
    char reference[REFERENCE_SIZE];
};

static struct paid paid_make(struct arena *arena, enum payment_state to) {
    struct paid paid = {.account = shop_account(&shop)};
    unsigned char token[CLAIM_TOKEN_BYTES];

    paid.whole = shop_invoice(&shop, paid.account, 500, 0);
    paid.part = shop_invoice(&shop, paid.account, 1000, 9);
    const struct allocation list[] = {{paid.whole, 0, 500}, {paid.part, 0, 200}};
    paid.payment = shop_payment(&shop, paid.account, list, 2);
    shop_token(paid.payment, token);
    snprintf(paid.reference, sizeof paid.reference, "%s",
             database_text(&shop.database, arena, "SELECT reference FROM payment WHERE id = %lld",
                           (long long)paid.payment));
    assert_int_equal(shop_claim(shop.db, paid.account, paid.payment), RESULT_OK);
    struct charge_outcome outcome = {.account_id = paid.account,
                                     .payment_id = paid.payment,
                                     .user_id = paid.account,
                                     .method_id = paid.account,
                                     .reference = paid.reference,
                                     .amount_cents = 700,
                                     .token = token,
                                     .from = PAYMENT_PROCESSING,
                                     .to = to,
                                     .answer = {.code = "100"},
                                     .now = SHOP_NOW};
    snprintf(outcome.answer.transaction_id, sizeof outcome.answer.transaction_id, "sale%lld",
             (long long)paid.payment);
    assert_int_equal(charge_record(db, &outcome), RESULT_OK);
    if (to == PAYMENT_PENDING)
        database_do(&shop.database, "UPDATE payment SET kind = 'bank' WHERE id = %lld",
                    (long long)paid.payment);
    return paid;
}

struct claiming {
    struct refund_draft draft;
    int64_t id;
};

static enum result claim_work(struct db *with, void *context) {
    struct claiming *claiming = context;
    enum result result = account_move(with, claiming->draft.account_id, 0, 0);

    return result == RESULT_OK ? refund_add(with, &claiming->draft, &claiming->id) : result;
}

/* As refund_run() claims it. */
static struct refund claim(struct arena *arena, const struct paid *paid, bool is_void, bool reopens,
                           int64_t cents) {
    unsigned char *token = arena_alloc(arena, CLAIM_TOKEN_BYTES);
    char *reference = arena_alloc(arena, REFERENCE_SIZE);
    struct allocation *list;
    struct refund refund;
    size_t count;

    secret_random(token, CLAIM_TOKEN_BYTES);
    secret_reference(reference);
    reference[0] = 'R';
    assert_int_equal(refund_free(db, arena, paid->account, paid->payment, &list, &count),
                     RESULT_OK);
    assert_int_equal(allocate_back(list, count, cents), 0);
    count = allocation_pack(list, count);
    struct claiming claiming = {.draft = {.account_id = paid->account,
                                          .payment_id = paid->payment,
                                          .amount_cents = cents,
                                          .reference = reference,
                                          .kind = is_void ? REFUND_KIND_VOID : REFUND_KIND_REFUND,
                                          .reopens = reopens,
                                          .state = REFUND_PROCESSING,
                                          .token = token,
                                          .lease_s = 60,
                                          .gateway = "nmi",
                                          .note = "",
                                          .actor = "operator:test",
                                          .now = SHOP_NOW,
                                          .deadline_at = SHOP_NOW + 60,
                                          .list = list,
                                          .count = count}};
    assert_int_equal(db_transaction(db, claim_work, &claiming), RESULT_OK);
    assert_int_equal(refund_find(db, arena, reference, &refund), RESULT_OK);
    return refund;
}

static struct refund_outcome outcome_of(const struct refund *refund, enum refund_state to) {
    struct refund_outcome outcome = {.refund = *refund,
                                     .to = to,
                                     .answer = {.code = "100", .text = "fine"},
                                     .actor = "operator:test",
                                     .now = SHOP_NOW + 5,
                                     .look_at = to == REFUND_UNKNOWN ? SHOP_NOW + 65 : 0};

    snprintf(outcome.answer.transaction_id, sizeof outcome.answer.transaction_id, "r%s",
             refund->reference);
    return outcome;
}

static void invoice_check(const char *label, int64_t invoice_id, int64_t paid_cents,
                          int64_t credited_cents, int64_t pending_cents) {
    shop_check_invoice(&shop, label, invoice_id, paid_cents, pending_cents);
    check_int(label,
              database_number(&shop.database, "SELECT credited_cents FROM invoice WHERE id = %lld",
                              (long long)invoice_id),
              credited_cents);
}

static const char *entries(struct arena *arena, const struct paid *paid) {
    return database_text(
        &shop.database, arena,
        "SELECT COALESCE(GROUP_CONCAT(CONCAT_WS(' ', e.kind, p.ledger, COALESCE(p.invoice_id -"
        " %lld, '-'), p.amount_cents) ORDER BY e.id, p.line SEPARATOR ';'), '') FROM"
        " journal_posting p JOIN journal_entry e ON e.id = p.entry_id WHERE e.payment_id = %lld AND"
        " e.kind <> 'payment'",
        (long long)paid->whole, (long long)paid->payment);
}

static const char *text_of(struct arena *arena, const char *what, int64_t payment_id) {
    return database_text(&shop.database, arena, "SELECT %s FROM payment WHERE id = %lld", what,
                         (long long)payment_id);
}

static void test_states_of_outcomes(void **state) {
    static const struct {
        enum gateway_outcome outcome;
        enum refund_state state;
    } cases[] = {
        {GATEWAY_APPROVED, REFUND_SUCCEEDED},   {GATEWAY_PENDING, REFUND_SUCCEEDED},
        {GATEWAY_DECLINED, REFUND_FAILED},      {GATEWAY_REFUSED, REFUND_FAILED},
        {GATEWAY_MISCONFIGURED, REFUND_FAILED}, {GATEWAY_UNKNOWN, REFUND_UNKNOWN},
        {GATEWAY_NOT_SENT, REFUND_NOT_SENT},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++)
        check_int(gateway_outcome_name(cases[at].outcome), refund_state_of(cases[at].outcome),
                  cases[at].state);
}

/* What succeeded does to the books. Due before: 800 of 1500. */
static const struct {
    const char *label;
    enum payment_state from;
    bool is_void, reopens;
    int64_t cents;
    int64_t whole_paid, whole_credited, part_paid, part_credited, due;
    const char *becomes, *mail, *entries;
    int64_t refunded;
} bookings[] = {
    {"all", PAYMENT_SUCCEEDED, false, false, 700, 0, 500, 0, 200, 800, "refunded", "refunded",
     "refund money - -700;refund receivable 0 500;refund receivable 1 200;"
     "credit adjustment - 700;credit receivable 0 -500;credit receivable 1 -200",
     700},
    {"all, due again", PAYMENT_SUCCEEDED, false, true, 700, 0, 0, 0, 0, 1500, "refunded",
     "refunded", "refund money - -700;refund receivable 0 500;refund receivable 1 200", 700},
    {"the last invoice and a cent", PAYMENT_SUCCEEDED, false, false, 201, 499, 1, 0, 200, 800,
     "partly_refunded", "refunded",
     "refund money - -201;refund receivable 0 1;refund receivable 1 200;"
     "credit adjustment - 201;credit receivable 0 -1;credit receivable 1 -200",
     201},
    {"a cent, due again", PAYMENT_SUCCEEDED, false, true, 1, 500, 0, 199, 0, 801, "partly_refunded",
     "refunded", "refund money - -1;refund receivable 1 1", 1},
    {"void", PAYMENT_SUCCEEDED, true, true, 700, 0, 0, 0, 0, 1500, "voided", "voided",
     "void money - -700;void receivable 0 500;void receivable 1 200", 0},
    {"void of what is pending", PAYMENT_PENDING, true, false, 700, 0, 0, 0, 0, 1500, "voided",
     "voided", "", 0},
};

static void test_succeeded(void **state) {
    for (size_t at = 0; at < COUNT(bookings); at++) {
        const char *label = bookings[at].label;
        struct paid paid = paid_make(*state, bookings[at].from);
        struct refund refund = claim(*state, &paid, bookings[at].is_void, bookings[at].reopens,
                                     bookings[at].cents);
        struct refund_outcome outcome = outcome_of(&refund, REFUND_SUCCEEDED);

        check_int(label, refund_record(db, *state, &outcome), RESULT_OK);
        invoice_check(label, paid.whole, bookings[at].whole_paid, bookings[at].whole_credited, 0);
        invoice_check(label, paid.part, bookings[at].part_paid, bookings[at].part_credited, 0);
        shop_check_account(&shop, label, paid.account, bookings[at].due, 0);
        check_text(label, text_of(*state, "state", paid.payment), bookings[at].becomes);
        check_int(label,
                  database_number(&shop.database,
                                  "SELECT refunded_cents FROM payment WHERE id = %lld",
                                  (long long)paid.payment),
                  bookings[at].refunded);
        check_int(label,
                  database_number(&shop.database,
                                  "SELECT SUM(refunded_cents) FROM payment_allocation WHERE"
                                  " payment_id = %lld",
                                  (long long)paid.payment),
                  bookings[at].refunded);
        check_text(label, entries(*state, &paid), bookings[at].entries);
        check_text(label,
                   database_text(&shop.database, *state,
                                 "SELECT CONCAT(kind, ' ', mail_key = CONCAT(kind, ':%s'), ' ',"
                                 " user_id = %lld) FROM outbox WHERE subject_id = %lld AND kind IN"
                                 " ('refunded', 'voided')",
                                 refund.reference, (long long)paid.account, (long long)refund.id),
                   arena_format(*state, "%s 1 1", bookings[at].mail));
    }
}

/* A method that was for one payment only is done with when that is: a pending one kept it. */
static void test_method_for_one_payment(void **state) {
    struct paid paid = paid_make(*state, PAYMENT_PENDING);
    struct refund refund = claim(*state, &paid, true, false, 700);
    struct refund_outcome outcome = outcome_of(&refund, REFUND_SUCCEEDED);

    database_do(&shop.database,
                "UPDATE payment p JOIN method m ON m.account_id = p.account_id SET p.vault_id ="
                " m.vault_id, m.state = 'new', m.is_remembered = 0 WHERE p.id = %lld",
                (long long)paid.payment);
    assert_int_equal(refund_record(db, *state, &outcome), RESULT_OK);
    assert_string_equal(database_text(&shop.database, *state,
                                      "SELECT state FROM method WHERE account_id = %lld",
                                      (long long)paid.account),
                        "removed");
}

/* What did not happen, or may have, changes nothing but the refund itself. */
static void test_not_back(void **state) {
    static const enum refund_state ends[] = {REFUND_UNKNOWN, REFUND_FAILED, REFUND_NOT_SENT};

    for (int is_void = 0; is_void < 2; is_void++)
        for (size_t at = 0; at < COUNT(ends); at++) {
            const char *label = refund_state_name(ends[at]);
            struct paid paid = paid_make(*state, PAYMENT_SUCCEEDED);
            struct refund refund = claim(*state, &paid, is_void, is_void, 700), there;
            struct refund_outcome outcome = outcome_of(&refund, ends[at]);

            check_int(label, refund_record(db, *state, &outcome), RESULT_OK);
            invoice_check(label, paid.whole, 500, 0, 0);
            invoice_check(label, paid.part, 200, 0, 0);
            shop_check_account(&shop, label, paid.account, 800, 0);
            check_text(label, text_of(*state, "state", paid.payment), "succeeded");
            check_text(label, entries(*state, &paid), "");
            assert_int_equal(refund_find(db, *state, refund.reference, &there), RESULT_OK);
            check_int(label, there.state, ends[at]);
            check_int(label, there.closed_at != 0, !refund_is_open(ends[at]));
            check_int(label, there.look_at, ends[at] == REFUND_UNKNOWN ? SHOP_NOW + 65 : 0);
        }
}

/* Once it is decided, no other word is taken; from unknown, the first one is. */
static void test_recorded_once(void **state) {
    for (int first = 0; first < REFUND_STATE_COUNT; first++) {
        if (!refund_may_move(REFUND_PROCESSING, (enum refund_state)first))
            continue;
        struct paid paid = paid_make(*state, PAYMENT_SUCCEEDED);
        struct refund refund = claim(*state, &paid, false, true, 300);
        struct refund_outcome outcome = outcome_of(&refund, (enum refund_state)first);

        assert_int_equal(refund_record(db, *state, &outcome), RESULT_OK);
        const char *before = shop_books(&shop, *state, paid.account);
        for (int second = 0; second < REFUND_STATE_COUNT; second++) {
            if (!refund_may_move(REFUND_PROCESSING, (enum refund_state)second))
                continue;
            struct refund_outcome again = outcome_of(&refund, (enum refund_state)second);

            check_int(refund_state_name((enum refund_state)second),
                      refund_record(db, *state, &again), RESULT_CONFLICT);
            check_text(refund_state_name((enum refund_state)first),
                       shop_books(&shop, *state, paid.account), before);
        }
        if (first != REFUND_UNKNOWN)
            continue;
        refund.state = REFUND_UNKNOWN;
        struct refund_outcome found = outcome_of(&refund, REFUND_SUCCEEDED);
        assert_int_equal(refund_record(db, *state, &found), RESULT_OK);
        assert_int_equal(refund_record(db, *state, &found), RESULT_CONFLICT);
        shop_check_account(&shop, "found", paid.account, 1100, 0);
    }
}

static void test_foreign_token(void **state) {
    struct paid paid = paid_make(*state, PAYMENT_SUCCEEDED);
    struct refund refund = claim(*state, &paid, false, true, 300), foreign = refund;
    unsigned char token[CLAIM_TOKEN_BYTES] = {1};
    const char *before = shop_books(&shop, *state, paid.account);

    foreign.token = token;
    struct refund_outcome outcome = outcome_of(&foreign, REFUND_SUCCEEDED);
    assert_int_equal(refund_record(db, *state, &outcome), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, paid.account), before);
}

/* Whose transaction it is: another refund's is not ours, and the sale's is no refund's. */
static void test_transactions(void **state) {
    struct paid one = paid_make(*state, PAYMENT_SUCCEEDED);
    struct paid two = paid_make(*state, PAYMENT_SUCCEEDED);
    struct refund first = claim(*state, &one, false, false, 300);
    struct refund second = claim(*state, &two, false, false, 300), there;
    struct refund_outcome outcome = outcome_of(&first, REFUND_SUCCEEDED);
    struct refund_outcome same = outcome_of(&second, REFUND_SUCCEEDED);

    assert_int_equal(refund_record(db, *state, &outcome), RESULT_OK);
    const char *before = shop_books(&shop, *state, two.account);
    memcpy(same.answer.transaction_id, outcome.answer.transaction_id,
           sizeof same.answer.transaction_id);
    assert_int_equal(refund_record(db, *state, &same), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, two.account), before);

    snprintf(same.answer.transaction_id, sizeof same.answer.transaction_id, "%s",
             second.sale_transaction_id);
    assert_int_equal(refund_record(db, *state, &same), RESULT_OK);
    assert_int_equal(refund_find(db, *state, second.reference, &there), RESULT_OK);
    assert_string_equal(there.transaction_id, "");
    struct refund again = claim(*state, &two, false, false, 300);
    same = outcome_of(&again, REFUND_SUCCEEDED);
    snprintf(same.answer.transaction_id, sizeof same.answer.transaction_id, "%s",
             second.sale_transaction_id);
    assert_int_equal(refund_record(db, *state, &same), RESULT_OK);
}

/* The payment became something else while the refund was on its way: nothing is written, so that a
 * person is asked. */
static void test_payment_moved_on(void **state) {
    static const enum payment_state states[] = {PAYMENT_RETURNED, PAYMENT_CHARGED_BACK,
                                                PAYMENT_VOIDED, PAYMENT_REFUNDED};

    for (int is_void = 0; is_void < 2; is_void++)
        for (size_t at = 0; at < COUNT(states); at++) {
            const char *label = payment_state_name(states[at]);
            struct paid paid = paid_make(*state, PAYMENT_SUCCEEDED);
            struct refund refund = claim(*state, &paid, is_void, true, 700);
            struct refund_outcome outcome = outcome_of(&refund, REFUND_SUCCEEDED);

            database_do(&shop.database, "UPDATE payment SET state = '%s' WHERE id = %lld", label,
                        (long long)paid.payment);
            const char *before = shop_books(&shop, *state, paid.account);
            check_int(label, refund_record(db, *state, &outcome), RESULT_CONFLICT);
            check_text(label, shop_books(&shop, *state, paid.account), before);
        }
}

/* More than is left, whatever the payment's state says. */
static void test_more_than_left(void **state) {
    struct paid paid = paid_make(*state, PAYMENT_SUCCEEDED);
    struct refund refund = claim(*state, &paid, false, true, 300);
    struct refund_outcome outcome = outcome_of(&refund, REFUND_SUCCEEDED);

    database_do(&shop.database, "UPDATE payment SET refunded_cents = 401 WHERE id = %lld",
                (long long)paid.payment);
    const char *before = shop_books(&shop, *state, paid.account);
    assert_int_equal(refund_record(db, *state, &outcome), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, paid.account), before);
}

static void record_decided(void *context) {
    struct refund_outcome *outcome = context;

    outcome->refund.state = REFUND_SUCCEEDED;
    (void)!refund_record(db, NULL, outcome);
}

static void test_mistakes_die(void **state) {
    struct refund refund = {.token = (const unsigned char *)"0123456789abcdef", .reference = "R"};
    struct refund_outcome outcome = outcome_of(&refund, REFUND_FAILED);

    (void)state;
    assert_true(dies(record_decided, &outcome));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states_of_outcomes),
        TEST(test_succeeded),
        TEST(test_method_for_one_payment),
        TEST(test_not_back),
        TEST(test_recorded_once),
        TEST(test_foreign_token),
        TEST(test_transactions),
        TEST(test_payment_moved_on),
        TEST(test_more_than_left),
        TEST(test_mistakes_die),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
