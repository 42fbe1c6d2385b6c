#include "common/billing/refund_rule.h"

#include "common/core/text.h"
#include "common/money/money.h"

#define TO(state) (1U << (state))

#define ANSWERS (TO(REFUND_SUCCEEDED) | TO(REFUND_FAILED))

static const struct {
    const char *name, *refund_word, *void_word;
    bool is_open;
    unsigned moves;
} states[REFUND_STATE_COUNT] = {
    [REFUND_PROCESSING] = {"processing", "Refund in progress", "Void in progress", true,
                           ANSWERS | TO(REFUND_NOT_SENT) | TO(REFUND_UNKNOWN)},
    [REFUND_UNKNOWN] = {"unknown", "Refund being checked", "Void being checked", true,
                        /* An answer in hand may be written after a settler doubted it. */
                        ANSWERS | TO(REFUND_NOT_SENT)},
    [REFUND_SUCCEEDED] = {"succeeded", "Refunded", "Voided", false, 0},
    [REFUND_FAILED] = {"failed", "Not refunded", "Not voided", false, 0},
    [REFUND_NOT_SENT] = {"not_sent", "Not refunded", "Not voided", false, 0},
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

const char *refund_state_word(enum refund_state state, bool is_void) {
    return is_void ? states[state].void_word : states[state].refund_word;
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
    return amount_cents > refund_left_cents(payment) ? REFUND_TOO_MUCH : REFUND_ALLOWED;
}

enum payment_state refund_payment_state(const struct refundable *payment, bool is_void,
                                        int64_t amount_cents) {
    if (is_void)
        return PAYMENT_VOIDED;
    return amount_cents == refund_left_cents(payment) ? PAYMENT_REFUNDED : PAYMENT_PARTLY_REFUNDED;
}
