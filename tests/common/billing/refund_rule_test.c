/* What may go back of a payment, and the states of sending it back. */
#include "tests/support/test.h"

#include <stdio.h>

#include "common/billing/refund_rule.h"

static void test_states(void **state) {
    static const struct {
        enum refund_state state;
        const char *name, *refund_word, *void_word, *return_word;
        bool is_open;
        enum refund_state moves[4];
        size_t move_count;
    } cases[] = {
        {REFUND_PROCESSING,
         "processing",
         "Refund in progress",
         "Void in progress",
         "Return in progress",
         true,
         {REFUND_UNKNOWN, REFUND_SUCCEEDED, REFUND_FAILED, REFUND_NOT_SENT},
         4},
        {REFUND_UNKNOWN,
         "unknown",
         "Refund being checked",
         "Void being checked",
         "Return being checked",
         true,
         {REFUND_SUCCEEDED, REFUND_FAILED, REFUND_NOT_SENT},
         3},
        {REFUND_SUCCEEDED, "succeeded", "Refunded", "Voided", "Returned", false, {0}, 0},
        {REFUND_FAILED, "failed", "Not refunded", "Not voided", "Not returned", false, {0}, 0},
        {REFUND_NOT_SENT, "not_sent", "Not refunded", "Not voided", "Not returned", false, {0}, 0},
    };
    enum refund_state parsed;

    (void)state;
    assert_int_equal(COUNT(cases), REFUND_STATE_COUNT);
    for (size_t at = 0; at < COUNT(cases); at++) {
        check_text(cases[at].name, refund_state_name(cases[at].state), cases[at].name);
        check_text(cases[at].name, refund_state_word(cases[at].state, REFUND_KIND_REFUND),
                   cases[at].refund_word);
        check_text(cases[at].name, refund_state_word(cases[at].state, REFUND_KIND_VOID),
                   cases[at].void_word);
        check_text(cases[at].name, refund_state_word(cases[at].state, REFUND_KIND_RETURN),
                   cases[at].return_word);
        check_int(cases[at].name, refund_is_open(cases[at].state), cases[at].is_open);
        check_int(cases[at].name, refund_state_parse(cases[at].name, &parsed), RESULT_OK);
        check_int(cases[at].name, parsed, cases[at].state);
        for (int to = 0; to < REFUND_STATE_COUNT; to++) {
            bool may = false;

            for (size_t move = 0; move < cases[at].move_count; move++)
                may = may || cases[at].moves[move] == (enum refund_state)to;
            check_int(cases[at].name, refund_may_move(cases[at].state, (enum refund_state)to), may);
        }
    }
    assert_int_equal(refund_state_parse("Succeeded", &parsed), RESULT_INVALID);
    assert_int_equal(refund_state_parse("", &parsed), RESULT_INVALID);
}

static const struct {
    const char *label;
    struct refundable payment; /* state, is_bank, is_by_hand, amount, refunded, credit: its,
                                  refunded, the account's */
    bool is_void;
    int64_t amount;
    enum refund_refusal want;
    enum payment_state becomes; /* of REFUND_ALLOWED */
} cases[] = {
    {"all",
     {PAYMENT_SUCCEEDED, false, false, 1000, 0, 0, 0, 0},
     false,
     1000,
     REFUND_ALLOWED,
     PAYMENT_REFUNDED},
    {"a cent",
     {PAYMENT_SUCCEEDED, false, false, 1000, 0, 0, 0, 0},
     false,
     1,
     REFUND_ALLOWED,
     PAYMENT_PARTLY_REFUNDED},
    {"all but a cent",
     {PAYMENT_SUCCEEDED, true, false, 1000, 0, 0, 0, 0},
     false,
     999,
     REFUND_ALLOWED,
     PAYMENT_PARTLY_REFUNDED},
    {"a cent more",
     {PAYMENT_SUCCEEDED, false, false, 1000, 0, 0, 0, 0},
     false,
     1001,
     REFUND_TOO_MUCH,
     0},
    {"another part",
     {PAYMENT_PARTLY_REFUNDED, false, false, 1000, 400, 0, 0, 0},
     false,
     599,
     REFUND_ALLOWED,
     PAYMENT_PARTLY_REFUNDED},
    {"the rest",
     {PAYMENT_PARTLY_REFUNDED, false, false, 1000, 400, 0, 0, 0},
     false,
     600,
     REFUND_ALLOWED,
     PAYMENT_REFUNDED},
    {"more than the rest",
     {PAYMENT_PARTLY_REFUNDED, false, false, 1000, 400, 0, 0, 0},
     false,
     601,
     REFUND_TOO_MUCH,
     0},
    {"again",
     {PAYMENT_REFUNDED, false, false, 1000, 1000, 0, 0, 0},
     false,
     1,
     REFUND_NOTHING_LEFT,
     0},
    {"by hand",
     {PAYMENT_SUCCEEDED, false, true, 1000, 0, 0, 0, 0},
     false,
     1000,
     REFUND_ALLOWED,
     PAYMENT_REFUNDED},
    {"void",
     {PAYMENT_SUCCEEDED, false, false, 1000, 0, 0, 0, 0},
     true,
     0,
     REFUND_ALLOWED,
     PAYMENT_VOIDED},
    {"void after a refund",
     {PAYMENT_PARTLY_REFUNDED, false, false, 1000, 1, 0, 0, 0},
     true,
     0,
     REFUND_PARTLY_BACK,
     0},
    {"void after all went back",
     {PAYMENT_REFUNDED, false, false, 1000, 1000, 0, 0, 0},
     true,
     0,
     REFUND_NOTHING_LEFT,
     0},
    {"void by hand",
     {PAYMENT_SUCCEEDED, false, true, 1000, 0, 0, 0, 0},
     true,
     0,
     REFUND_BY_HAND,
     0},
    {"void of settled ACH",
     {PAYMENT_SUCCEEDED, true, false, 1000, 0, 0, 0, 0},
     true,
     0,
     REFUND_SETTLED,
     0},
    {"void of pending ACH",
     {PAYMENT_PENDING, true, false, 1000, 0, 0, 0, 0},
     true,
     0,
     REFUND_ALLOWED,
     PAYMENT_VOIDED},
    {"credit that is there",
     {PAYMENT_SUCCEEDED, false, false, 1000, 0, 300, 0, 300},
     false,
     1000,
     REFUND_ALLOWED,
     PAYMENT_REFUNDED},
    {"all but the credit that was spent",
     {PAYMENT_SUCCEEDED, false, false, 1000, 0, 300, 0, 100},
     false,
     800,
     REFUND_ALLOWED,
     PAYMENT_PARTLY_REFUNDED},
    {"a cent of the credit that was spent",
     {PAYMENT_SUCCEEDED, false, false, 1000, 0, 300, 0, 100},
     false,
     801,
     REFUND_CREDIT_SPENT,
     0},
    {"credit that went back before",
     {PAYMENT_PARTLY_REFUNDED, false, false, 1000, 300, 300, 300, 0},
     false,
     700,
     REFUND_ALLOWED,
     PAYMENT_REFUNDED},
    {"void of spent credit: the gateway decides",
     {PAYMENT_SUCCEEDED, false, false, 1000, 0, 300, 0, 0},
     true,
     0,
     REFUND_ALLOWED,
     PAYMENT_VOIDED},
    {"refund of pending ACH",
     {PAYMENT_PENDING, true, false, 1000, 0, 0, 0, 0},
     false,
     1000,
     REFUND_NOT_SETTLED,
     0},
};

static void test_refusals(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        const struct refundable *payment = &cases[at].payment;

        check_int(cases[at].label, refund_refusal(payment, cases[at].is_void, cases[at].amount),
                  cases[at].want);
        if (cases[at].want != REFUND_ALLOWED)
            continue;
        enum payment_state becomes = refund_payment_state(payment, cases[at].is_void,
                                                          cases[at].amount);
        check_int(cases[at].label, becomes, cases[at].becomes);
        check_true(cases[at].label, payment_may_move(payment->state, becomes));
    }
}

/* In every other state there is nothing to send back, whatever else is true of it. */
static void test_every_state(void **state) {
    (void)state;
    for (int each = 0; each < PAYMENT_STATE_COUNT; each++) {
        enum payment_state known = (enum payment_state)each;

        for (int flags = 0; flags < 8; flags++) {
            struct refundable payment = {.state = known,
                                         .is_bank = flags & 1,
                                         .is_by_hand = flags & 2,
                                         .amount_cents = 1000};
            bool is_void = flags & 4;
            enum refund_refusal refusal = refund_refusal(&payment, is_void, 1000);
            const char *label = payment_state_name(known);

            if (payment_is_open(known))
                check_int(label, refusal, REFUND_PAYMENT_OPEN);
            else if (known == PAYMENT_REFUNDED)
                check_int(label, refusal, REFUND_NOTHING_LEFT);
            else if (known != PAYMENT_PENDING && !payment_is_money(known))
                check_int(label, refusal, REFUND_NOT_MONEY);
            if (refusal == REFUND_ALLOWED)
                check_true(label,
                           payment_may_move(known, refund_payment_state(&payment, is_void, 1000)));
        }
    }
}

/* Where the cents come from: of a refund over so much, and of all of it. */
static void test_parts(void **state) {
    static const struct {
        const char *label;
        struct refundable payment;
        int64_t amount, possible;
        struct refund_parts refund, all;
    } parts[] = {
        {"no credit",
         {PAYMENT_SUCCEEDED, false, false, 1000, 0, 0, 0, 500},
         400,
         1000,
         {400, 0, 0},
         {1000, 0, 0}},
        {"credit first",
         {PAYMENT_SUCCEEDED, false, false, 1000, 0, 300, 0, 900},
         400,
         1000,
         {100, 300, 0},
         {700, 300, 0}},
        {"only credit",
         {PAYMENT_SUCCEEDED, false, false, 1000, 0, 300, 0, 900},
         200,
         1000,
         {0, 200, 0},
         {700, 300, 0}},
        {"some of it spent",
         {PAYMENT_SUCCEEDED, false, false, 1000, 0, 300, 0, 100},
         400,
         800,
         {300, 100, 0},
         {700, 100, 200}},
        {"all of it spent",
         {PAYMENT_SUCCEEDED, false, false, 1000, 0, 1000, 0, 0},
         0,
         0,
         {0, 0, 0},
         {0, 0, 1000}},
        {"more than it may be: all that is left, nobody was asked",
         {PAYMENT_SUCCEEDED, false, false, 1000, 0, 300, 0, 100},
         1000,
         800,
         {700, 100, 200},
         {700, 100, 200}},
        {"some refunded, of both",
         {PAYMENT_PARTLY_REFUNDED, false, false, 1000, 400, 300, 300, 50},
         100,
         600,
         {100, 0, 0},
         {600, 0, 400}},
        {"all refunded",
         {PAYMENT_REFUNDED, false, false, 1000, 1000, 300, 300, 50},
         0,
         0,
         {0, 0, 0},
         {0, 0, 1000}},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(parts); at++) {
        struct refund_parts refund = refund_split(&parts[at].payment, parts[at].amount);
        struct refund_parts all = refund_split_all(&parts[at].payment);
        const char *label = parts[at].label;

        check_int(label, refund_possible_cents(&parts[at].payment), parts[at].possible);
        check_int(label, refund.invoice_cents, parts[at].refund.invoice_cents);
        check_int(label, refund.credit_cents, parts[at].refund.credit_cents);
        check_int(label, refund.adjustment_cents, parts[at].refund.adjustment_cents);
        check_int(label, all.invoice_cents, parts[at].all.invoice_cents);
        check_int(label, all.credit_cents, parts[at].all.credit_cents);
        check_int(label, all.adjustment_cents, parts[at].all.adjustment_cents);
    }
}

/* What a bank took is recorded wherever there was money; of a card it is a chargeback. */
static void test_returns(void **state) {
    (void)state;
    for (int each = 0; each < PAYMENT_STATE_COUNT; each++) {
        enum payment_state known = (enum payment_state)each;
        const char *label = payment_state_name(known);
        bool may = known == PAYMENT_SUCCEEDED || known == PAYMENT_PARTLY_REFUNDED ||
                   known == PAYMENT_REFUNDED;

        for (int flags = 0; flags < 3; flags++) {
            struct refundable payment = {.state = known,
                                         .is_bank = flags == 1,
                                         .is_by_hand = flags == 2,
                                         .amount_cents = 1000};

            enum refund_refusal why = payment_is_open(known)     ? REFUND_PAYMENT_OPEN
                                      : known == PAYMENT_PENDING ? REFUND_NOT_SETTLED
                                      : !may                     ? REFUND_NOT_MONEY
                                                                 : REFUND_ALLOWED;

            check_int(label, refund_taken_refusal(&payment, PAYMENT_RETURNED),
                      why == REFUND_ALLOWED && flags == 0 ? REFUND_CARD : why);
            check_int(label, refund_taken_refusal(&payment, PAYMENT_CHARGED_BACK),
                      why == REFUND_ALLOWED && flags != 0 ? REFUND_NOT_CARD : why);
        }
    }
}

static void test_kinds(void **state) {
    enum refund_kind parsed = REFUND_KIND_VOID;

    (void)state;
    for (int kind = REFUND_KIND_REFUND; kind <= REFUND_KIND_CHARGEBACK; kind++) {
        const char *name = refund_kind_name((enum refund_kind)kind);

        check_int(name, refund_kind_is_taken((enum refund_kind)kind), kind >= REFUND_KIND_RETURN);
        check_int(name, refund_kind_parse(name, &parsed), RESULT_OK);
        check_int(name, parsed, kind);
    }
    assert_int_equal(refund_kind_parse("charged_back", &parsed), RESULT_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),      cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_every_state), cmocka_unit_test(test_parts),
        cmocka_unit_test(test_returns),     cmocka_unit_test(test_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
