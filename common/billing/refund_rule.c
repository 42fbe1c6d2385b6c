#include "common/billing/refund_rule.h"

#include <stddef.h>

#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"

#define TO(state) (1U << (state))

#define ANSWERS (TO(REFUND_SUCCEEDED) | TO(REFUND_FAILED))

static const struct {
    const char *name, *refund_word, *void_word, *return_word, *chargeback_word;
    bool is_open;
    unsigned moves;
} states[REFUND_STATE_COUNT] = {
    [REFUND_PROCESSING] = {"processing", WORDS("Refund in progress"), WORDS("Void in progress"),
                           WORDS("Return in progress"), WORDS("Chargeback in progress"), true,
                           ANSWERS | TO(REFUND_NOT_SENT) | TO(REFUND_UNKNOWN)},
    [REFUND_UNKNOWN] = {"unknown", WORDS("Refund being checked"), WORDS("Void being checked"),
                        WORDS("Return being checked"), WORDS("Chargeback being checked"), true,
                        /* An answer in hand may be written after a settler doubted it. */
                        ANSWERS | TO(REFUND_NOT_SENT)},
    [REFUND_SUCCEEDED] = {"succeeded", WORDS("Refunded"), WORDS("Voided"), WORDS("Returned"),
                          WORDS("Charged back"), false, 0},
    [REFUND_FAILED] = {"failed", WORDS("Not refunded"), WORDS("Not voided"), WORDS("Not returned"),
                       WORDS("Not charged back"), false, 0},
    [REFUND_NOT_SENT] = {"not_sent", WORDS("Not refunded"), WORDS("Not voided"),
                         WORDS("Not returned"), WORDS("Not charged back"), false, 0},
};

const char *refund_state_name(enum refund_state state) {
    return states[state].name;
}

enum result refund_state_parse(const char *name, enum refund_state *out_state) {
    for (int state = 0; state < REFUND_STATE_COUNT; state++)
        if (text_equal(states[state].name, name)) {
            *out_state = (enum refund_state)state;
            return RESULT_OK;
        }
    return RESULT_INVALID;
}

static const char *const kinds[] = {[REFUND_KIND_REFUND] = "refund",
                                    [REFUND_KIND_VOID] = "void",
                                    [REFUND_KIND_RETURN] = "return",
                                    [REFUND_KIND_CHARGEBACK] = "chargeback"};

bool refund_kind_is_taken(enum refund_kind kind) {
    return kind == REFUND_KIND_RETURN || kind == REFUND_KIND_CHARGEBACK;
}

const char *refund_kind_name(enum refund_kind kind) {
    return kinds[kind];
}

enum result refund_kind_parse(const char *name, enum refund_kind *out_kind) {
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        if (text_equal(kinds[kind], name)) {
            *out_kind = (enum refund_kind)kind;
            return RESULT_OK;
        }
    return RESULT_INVALID;
}

const char *refund_state_word(enum refund_state state, enum refund_kind kind) {
    switch (kind) {
    case REFUND_KIND_VOID:
        return say(states[state].void_word);
    case REFUND_KIND_RETURN:
        return say(states[state].return_word);
    case REFUND_KIND_CHARGEBACK:
        return say(states[state].chargeback_word);
    case REFUND_KIND_REFUND:
        break;
    }
    return say(states[state].refund_word);
}

bool refund_may_move(enum refund_state from, enum refund_state to) {
    return states[from].moves & TO(to);
}

bool refund_is_open(enum refund_state state) {
    return states[state].is_open;
}

int64_t refund_left_cents(const struct refundable *payment) {
    return money_subtract(payment->amount_cents, payment->refunded_cents);
}

static int64_t credit_left_cents(const struct refundable *payment) {
    return money_subtract(payment->credit_cents, payment->credit_refunded_cents);
}

/* What of its credit the account still has. */
static int64_t credit_there_cents(const struct refundable *payment) {
    return money_min(credit_left_cents(payment), payment->account_credit_cents);
}

int64_t refund_possible_cents(const struct refundable *payment) {
    return money_subtract(refund_left_cents(payment),
                          money_subtract(credit_left_cents(payment), credit_there_cents(payment)));
}

struct refund_parts refund_split(const struct refundable *payment, int64_t amount_cents) {
    int64_t credit_cents = money_min(amount_cents, credit_there_cents(payment));
    int64_t rest_cents = money_subtract(amount_cents, credit_cents);
    int64_t invoice_cents = money_min(
        rest_cents, money_subtract(refund_left_cents(payment), credit_left_cents(payment)));

    return (struct refund_parts){.invoice_cents = invoice_cents,
                                 .credit_cents = credit_cents,
                                 .adjustment_cents = money_subtract(rest_cents, invoice_cents)};
}

struct refund_parts refund_split_all(const struct refundable *payment) {
    struct refund_parts parts = {
        .invoice_cents = money_subtract(refund_left_cents(payment), credit_left_cents(payment)),
        .credit_cents = credit_there_cents(payment)};

    parts.adjustment_cents = money_subtract(payment->amount_cents,
                                            money_add(parts.invoice_cents, parts.credit_cents));
    return parts;
}

static enum refund_refusal void_refusal(const struct refundable *payment) {
    if (payment->state == PAYMENT_PENDING)
        return REFUND_ALLOWED;
    if (payment->is_by_hand)
        return REFUND_BY_HAND;
    /* An ACH payment is money only once it is settled. */
    if (payment->is_bank)
        return REFUND_SETTLED;
    return payment->state == PAYMENT_SUCCEEDED ? REFUND_ALLOWED : REFUND_PARTLY_BACK;
}

enum refund_refusal refund_refusal(const struct refundable *payment, bool is_void,
                                   int64_t amount_cents) {
    if (payment_is_open(payment->state))
        return REFUND_PAYMENT_OPEN;
    if (payment->state == PAYMENT_REFUNDED)
        return REFUND_NOTHING_LEFT;
    if (payment->state == PAYMENT_PENDING && !is_void)
        return REFUND_NOT_SETTLED;
    if (payment->state != PAYMENT_PENDING && !payment_is_money(payment->state))
        return REFUND_NOT_MONEY;
    if (is_void)
        return void_refusal(payment);
    if (amount_cents > refund_left_cents(payment))
        return REFUND_TOO_MUCH;
    return amount_cents > refund_possible_cents(payment) ? REFUND_CREDIT_SPENT : REFUND_ALLOWED;
}

enum refund_refusal refund_taken_refusal(const struct refundable *payment, enum payment_state to) {
    bool is_card = !payment->is_bank && !payment->is_by_hand;

    if (payment_is_open(payment->state))
        return REFUND_PAYMENT_OPEN;
    if (payment->state == PAYMENT_PENDING)
        return REFUND_NOT_SETTLED;
    if (!payment_may_move(payment->state, to))
        return REFUND_NOT_MONEY;
    if (to == PAYMENT_CHARGED_BACK)
        return is_card ? REFUND_ALLOWED : REFUND_NOT_CARD;
    return is_card ? REFUND_CARD : REFUND_ALLOWED;
}

enum payment_state refund_payment_state(const struct refundable *payment, bool is_void,
                                        int64_t amount_cents) {
    if (is_void)
        return PAYMENT_VOIDED;
    return amount_cents == refund_left_cents(payment) ? PAYMENT_REFUNDED : PAYMENT_PARTLY_REFUNDED;
}
