/*
 * outcome.h - what became of a payment, in words: for each state, and for what kept a confirm from
 * being one. A payment's own page of `pay` and the history of `invoices` say the same.
 */
#ifndef REMIT_PROGRAM_OUTCOME_H
#define REMIT_PROGRAM_OUTCOME_H

#include <stdbool.h>

#include "common/billing/payment_state.h"
#include "common/store/payment_store.h"

/* Behind the states of a payment. */
enum outcome_page {
    OUTCOME_CONFLICT = PAYMENT_STATE_COUNT,
    OUTCOME_METHOD_GONE,
    OUTCOME_CARDS_OFF,
    OUTCOME_CREDIT_BUSY,
    OUTCOME_CREDIT_OFF,
    OUTCOME_BANKS_OFF,
    OUTCOME_DECLINED_HARD,
    OUTCOME_DECLINED_DATA,
    OUTCOME_DECLINED_BANK_DATA,
    OUTCOME_COUNT
};

/* English, for say(). */
struct outcome {
    const char *kind, *title, *text, *next;
    bool may_pay_again, may_change;
};

extern const struct outcome outcomes[OUTCOME_COUNT];

/* Which of them tells the state of this payment; reads state, kind and decline_class. */
int outcome_of(const struct payment *payment);

/* What its paper is: "Receipt" of money that was received, "Payment" of what a bank has accepted to
 * move or took back; NULL where nothing moved, and there is no paper. English, for say(). */
const char *outcome_paper_title(enum payment_state state);
/* What a link to the paper says, where there is one. */
const char *outcome_paper_link(enum payment_state state);

/* Its text, for whoever looks back on it. */
const char *outcome_past_text(const struct payment *payment);

#endif
