/* Recording what the gateway said: every outcome moves exactly the cents it should, once. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/program/charge.h"
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

/* A claimed payment of 700 over two invoices: 500 of 500 and 200 of 1000. */
struct sent {
    int64_t account, whole, part, payment;
    unsigned char token[CLAIM_TOKEN_BYTES];
    char reference[REFERENCE_SIZE];
};

static struct sent sent_make(struct arena *arena) {
    struct sent sent = {.account = shop_account(&shop)};

    sent.whole = shop_invoice(&shop, sent.account, 500, 0);
    sent.part = shop_invoice(&shop, sent.account, 1000, 9);
    const struct allocation list[] = {{sent.whole, 0, 500}, {sent.part, 0, 200}};
    sent.payment = shop_payment(&shop, sent.account, list, 2);
    shop_token(sent.payment, sent.token);
    snprintf(sent.reference, sizeof sent.reference, "%s",
             database_text(&shop.database, arena, "SELECT reference FROM payment WHERE id = %lld",
                           (long long)sent.payment));
    assert_int_equal(shop_claim(shop.db, sent.account, sent.payment), RESULT_OK);
    shop_check_account(&shop, "claimed", sent.account, 1500, 700);
    return sent;
}

static struct charge_outcome outcome_of(const struct sent *sent, enum payment_state from,
                                        enum gateway_outcome outcome, enum payment_state to) {
    struct charge_outcome result = {.account_id = sent->account,
                                    .payment_id = sent->payment,
                                    .user_id = sent->account,
                                    .method_id = sent->account,
                                    .reference = sent->reference,
                                    .amount_cents = 700,
                                    .token = sent->token,
                                    .from = from,
                                    .to = to,
                                    .answer = {.outcome = outcome, .code = "100"},
                                    .request_id = "0123456789abcdef0123456789abcdef",
                                    .now = SHOP_NOW + 5,
                                    .look_at = to == PAYMENT_UNKNOWN ? SHOP_NOW + 65 : 0};

    snprintf(result.answer.transaction_id, sizeof result.answer.transaction_id, "t%lld",
             (long long)sent->payment);
    return result;
}

static int64_t count_of(const char *table, const char *where, int64_t id) {
    return database_number(&shop.database, "SELECT COUNT(*) FROM %s WHERE %s = %lld", table, where,
                           (long long)id);
}

/* What is stored after an outcome, of the 700 cents. */
static const struct outcome_case {
    enum payment_state to;
    enum gateway_outcome outcome;
    int64_t paid, pending; /* cents */
    int entries, mails, queued;
    bool is_open, is_used;
} outcome_cases[] = {
    {PAYMENT_SUCCEEDED, GATEWAY_APPROVED, 700, 0, 1, 1, 0, false, true},
    {PAYMENT_PENDING, GATEWAY_PENDING, 0, 700, 0, 1, 0, false, true},
    {PAYMENT_DECLINED, GATEWAY_DECLINED, 0, 0, 0, 0, 0, false, false},
    {PAYMENT_FAILED, GATEWAY_REFUSED, 0, 0, 0, 0, 0, false, false},
    {PAYMENT_FAILED, GATEWAY_MISCONFIGURED, 0, 0, 0, 0, 1, false, false},
    {PAYMENT_NOT_CHARGED, GATEWAY_NOT_SENT, 0, 0, 0, 0, 0, false, false},
    {PAYMENT_UNKNOWN, GATEWAY_UNKNOWN, 0, 700, 0, 0, 0, true, false},
};

static void stored_check(const char *label, const struct sent *sent,
                         const struct outcome_case *want) {
    int64_t whole_paid = want->paid ? 500 : 0, part_paid = want->paid ? 200 : 0;
    struct database *database = &shop.database;

    shop_check_invoice(&shop, label, sent->whole, whole_paid, want->pending ? 500 : 0);
    shop_check_invoice(&shop, label, sent->part, part_paid, want->pending ? 200 : 0);
    shop_check_account(&shop, label, sent->account, 1500 - want->paid, want->pending);
    check_int(label, count_of("journal_entry", "payment_id", sent->payment), want->entries);
    check_int(label, count_of("journal_posting", "account_id", sent->account), 3 * want->entries);
    check_int(label, count_of("queue_item", "payment_id", sent->payment), want->queued);
    check_int(label,
              database_number(database,
                              "SELECT COUNT(*) FROM payment_allocation WHERE payment_id = %lld AND"
                              " open = 1",
                              (long long)sent->payment),
              want->is_open ? 2 : 0);
    check_int(label,
              database_number(database, "SELECT closed_at IS NULL FROM payment WHERE id = %lld",
                              (long long)sent->payment),
              want->is_open);
    check_int(label,
              database_number(database, "SELECT look_at IS NOT NULL FROM payment WHERE id = %lld",
                              (long long)sent->payment),
              want->is_open);
    check_int(label,
              database_number(database, "SELECT state = '%s' FROM payment WHERE id = %lld",
                              payment_state_name(want->to), (long long)sent->payment),
              1);
}

static void test_states_of_outcomes(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(outcome_cases); at++)
        check_int(gateway_outcome_name(outcome_cases[at].outcome),
                  charge_state_of(outcome_cases[at].outcome), outcome_cases[at].to);
}

static void test_processing_to(void **state) {
    for (size_t at = 0; at < COUNT(outcome_cases); at++) {
        const struct outcome_case *want = &outcome_cases[at];
        const char *label = gateway_outcome_name(want->outcome);
        struct sent sent = sent_make(*state);
        struct charge_outcome outcome = outcome_of(&sent, PAYMENT_PROCESSING, want->outcome,
                                                   want->to);

        check_int(label, charge_record(shop.db, &outcome), RESULT_OK);
        stored_check(label, &sent, want);
        check_int(label, count_of("outbox", "subject_id", sent.payment), want->mails);
        check_int(label, count_of("payment_event", "payment_id", sent.payment), 2);
        check_int(label,
                  database_number(&shop.database,
                                  "SELECT used_at IS NOT NULL FROM method WHERE id ="
                                  " %lld",
                                  (long long)sent.account),
                  want->is_used);
    }
}

/* Once an answer is known: every move there is from unknown and from pending. */
static void test_settled_to(void **state) {
    static const struct {
        enum payment_state from, to;
        int64_t paid, pending;
        int entries;
    } cases[] = {
        {PAYMENT_UNKNOWN, PAYMENT_SUCCEEDED, 700, 0, 1},
        {PAYMENT_UNKNOWN, PAYMENT_PENDING, 0, 700, 0},
        {PAYMENT_UNKNOWN, PAYMENT_DECLINED, 0, 0, 0},
        {PAYMENT_UNKNOWN, PAYMENT_FAILED, 0, 0, 0},
        {PAYMENT_UNKNOWN, PAYMENT_NOT_CHARGED, 0, 0, 0},
        {PAYMENT_UNKNOWN, PAYMENT_VOIDED, 0, 0, 0},
        {PAYMENT_UNKNOWN, PAYMENT_RETURNED, 0, 0, 0},
        {PAYMENT_PENDING, PAYMENT_SUCCEEDED, 700, 0, 1},
        {PAYMENT_PENDING, PAYMENT_RETURNED, 0, 0, 0},
        {PAYMENT_PENDING, PAYMENT_VOIDED, 0, 0, 0},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct sent sent = sent_make(*state);
        struct charge_outcome first = outcome_of(&sent, PAYMENT_PROCESSING, GATEWAY_UNKNOWN,
                                                 cases[at].from);
        struct charge_outcome second = outcome_of(&sent, cases[at].from, GATEWAY_UNKNOWN,
                                                  cases[at].to);
        const struct outcome_case want = {.to = cases[at].to,
                                          .paid = cases[at].paid,
                                          .pending = cases[at].pending,
                                          .entries = cases[at].entries,
                                          /* A return whose code is not known is for a person. */
                                          .queued = cases[at].to == PAYMENT_RETURNED};
        char label[60];

        snprintf(label, sizeof label, "%s to %s", payment_state_name(cases[at].from),
                 payment_state_name(cases[at].to));
        check_int(label, charge_record(shop.db, &first), RESULT_OK);
        check_int(label, charge_record(shop.db, &second), RESULT_OK);
        stored_check(label, &sent, &want);
        check_int(label, count_of("payment_event", "payment_id", sent.payment), 3);
    }
}

/* The same outcome again, or another one, once it is decided: refused, and nothing moves. */
static void test_recorded_once(void **state) {
    for (size_t first = 0; first < COUNT(outcome_cases); first++) {
        struct sent sent = sent_make(*state);
        struct charge_outcome outcome = outcome_of(
            &sent, PAYMENT_PROCESSING, outcome_cases[first].outcome, outcome_cases[first].to);

        assert_int_equal(charge_record(shop.db, &outcome), RESULT_OK);
        const char *before = shop_books(&shop, *state, sent.account);
        for (size_t second = 0; second < COUNT(outcome_cases); second++) {
            struct charge_outcome again = outcome_of(
                &sent, PAYMENT_PROCESSING, outcome_cases[second].outcome, outcome_cases[second].to);

            check_int(gateway_outcome_name(outcome_cases[second].outcome),
                      charge_record(shop.db, &again), RESULT_CONFLICT);
            check_text(gateway_outcome_name(outcome_cases[first].outcome),
                       shop_books(&shop, *state, sent.account), before);
        }
    }
}

/* Other invoices of the account owe enough for every sum to allow a second booking: only state and
 * token are in its way. */
static void test_recorded_once_with_room(void **state) {
    struct sent sent = sent_make(*state);
    int64_t other = shop_invoice(&shop, sent.account, 100000, 0);
    int64_t payment = shop_payment_of(&shop, sent.account, other, 50000);
    struct charge_outcome outcome = outcome_of(&sent, PAYMENT_PROCESSING, GATEWAY_APPROVED,
                                               PAYMENT_SUCCEEDED);
    struct charge_outcome foreign = outcome;
    unsigned char token[CLAIM_TOKEN_BYTES] = {1};

    assert_int_equal(shop_claim(shop.db, sent.account, payment), RESULT_OK);
    const char *before = shop_books(&shop, *state, sent.account);
    foreign.token = token;
    assert_int_equal(charge_record(shop.db, &foreign), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, sent.account), before);
    assert_int_equal(charge_record(shop.db, &outcome), RESULT_OK);
    before = shop_books(&shop, *state, sent.account);
    assert_int_equal(charge_record(shop.db, &outcome), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, sent.account), before);
}

/* One transaction of the gateway's is one payment of ours. */
static void test_transaction_of_another(void **state) {
    struct sent one = sent_make(*state), two = sent_make(*state);
    struct charge_outcome first = outcome_of(&one, PAYMENT_PROCESSING, GATEWAY_APPROVED,
                                             PAYMENT_SUCCEEDED);
    struct charge_outcome second = outcome_of(&two, PAYMENT_PROCESSING, GATEWAY_APPROVED,
                                              PAYMENT_SUCCEEDED);

    memcpy(second.answer.transaction_id, first.answer.transaction_id,
           sizeof second.answer.transaction_id);
    assert_int_equal(charge_record(shop.db, &first), RESULT_OK);
    const char *before = shop_books(&shop, *state, two.account);
    assert_int_equal(charge_record(shop.db, &second), RESULT_CONFLICT);
    assert_string_equal(shop_books(&shop, *state, two.account), before);
}

/* The journal of a payment: money in, receivables out, invoice by invoice. */
static void test_journal(void **state) {
    struct sent sent = sent_make(*state);
    struct charge_outcome outcome = outcome_of(&sent, PAYMENT_PROCESSING, GATEWAY_APPROVED,
                                               PAYMENT_SUCCEEDED);

    assert_int_equal(charge_record(shop.db, &outcome), RESULT_OK);
    const char *postings = database_text(
        &shop.database, *state,
        "SELECT GROUP_CONCAT(CONCAT_WS(' ', p.line, p.ledger, COALESCE(p.invoice_id - %lld, '-'),"
        " p.amount_cents) ORDER BY p.line SEPARATOR ';') FROM journal_posting p JOIN journal_entry "
        "e"
        " ON e.id = p.entry_id WHERE e.event_key = 'payment:%s:paid' AND e.kind = 'payment'",
        (long long)sent.whole, sent.reference);
    assert_string_equal(postings, "0 money - 700;1 receivable 0 -500;2 receivable 1 -200");
}

/* The first success is kept for the stored-credential fields; later ones are not. */
static void test_initial_transaction(void **state) {
    struct sent sent = sent_make(*state);
    struct charge_outcome outcome = outcome_of(&sent, PAYMENT_PROCESSING, GATEWAY_APPROVED,
                                               PAYMENT_SUCCEEDED);

    database_do(&shop.database, "UPDATE method SET is_stored = 0 WHERE id = %lld",
                (long long)sent.account);
    assert_int_equal(charge_record(shop.db, &outcome), RESULT_OK);
    int64_t next = shop_payment_of(&shop, sent.account, sent.part, 100);
    assert_int_equal(shop_claim(shop.db, sent.account, next), RESULT_OK);
    struct sent later = {.account = sent.account, .payment = next};
    shop_token(next, later.token);
    snprintf(later.reference, sizeof later.reference, "PLATER%06u", (unsigned)(next % 1000000));
    struct charge_outcome second = outcome_of(&later, PAYMENT_PROCESSING, GATEWAY_APPROVED,
                                              PAYMENT_SUCCEEDED);
    second.amount_cents = 100;
    assert_int_equal(charge_record(shop.db, &second), RESULT_OK);
    assert_string_equal(database_text(&shop.database, *state,
                                      "SELECT initial_transaction_id FROM method WHERE id = %lld",
                                      (long long)sent.account),
                        outcome.answer.transaction_id);
    shop_check_account(&shop, "both", sent.account, 700, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states_of_outcomes),
        TEST(test_processing_to),
        TEST(test_settled_to),
        TEST(test_recorded_once),
        TEST(test_recorded_once_with_room),
        TEST(test_transaction_of_another),
        TEST(test_journal),
        TEST(test_initial_transaction),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
