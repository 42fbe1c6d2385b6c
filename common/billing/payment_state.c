#include "common/billing/payment_state.h"

#include <assert.h>

#include "common/core/text.h"
#include "common/core/words.h"

#define TO(state) (1U << (state))

/* What an answer about a sent payment can make of it. */
#define ANSWERS                                                                                    \
    (TO(PAYMENT_SUCCEEDED) | TO(PAYMENT_PENDING) | TO(PAYMENT_DECLINED) | TO(PAYMENT_FAILED) |     \
     TO(PAYMENT_NOT_CHARGED))

enum { IS_OPEN = 1, RESERVES = 2, IS_MONEY = 4 };

static const struct {
    const char *name, *word;
    unsigned kind;
    unsigned moves;
} states[PAYMENT_STATE_COUNT] = {
    [PAYMENT_REVIEW] = {"review", WORDS_IN("payment", "Not confirmed"), 0,
                        TO(PAYMENT_PROCESSING) | TO(PAYMENT_EXPIRED)},
    [PAYMENT_EXPIRED] = {"expired", WORDS_IN("payment", "Expired"), 0, 0},
    [PAYMENT_PROCESSING] = {"processing", WORDS_IN("payment", "Processing"), IS_OPEN | RESERVES,
                            ANSWERS | TO(PAYMENT_UNKNOWN)},
    [PAYMENT_UNKNOWN] = {"unknown", WORDS_IN("payment", "Being checked"), IS_OPEN | RESERVES,
                         ANSWERS | TO(PAYMENT_VOIDED) | TO(PAYMENT_RETURNED)},
    [PAYMENT_PENDING] = {"pending", WORDS_IN("payment", "Pending"), RESERVES,
                         TO(PAYMENT_SUCCEEDED) | TO(PAYMENT_RETURNED) | TO(PAYMENT_VOIDED)},
    [PAYMENT_SUCCEEDED] = {"succeeded", WORDS_IN("payment", "Paid"), IS_MONEY,
                           TO(PAYMENT_PARTLY_REFUNDED) | TO(PAYMENT_REFUNDED) | TO(PAYMENT_VOIDED) |
                               TO(PAYMENT_CHARGED_BACK) | TO(PAYMENT_RETURNED)},
    [PAYMENT_DECLINED] = {"declined", WORDS_IN("payment", "Declined"), 0, 0},
    [PAYMENT_FAILED] = {"failed", WORDS_IN("payment", "Failed"), 0, 0},
    /* A booking that turns up late is a fact: it is recorded, and a person is told. */
    [PAYMENT_NOT_CHARGED] = {"not_charged", WORDS_IN("payment", "Not charged"), 0,
                             TO(PAYMENT_SUCCEEDED) | TO(PAYMENT_PENDING)},
    [PAYMENT_RETURNED] = {"returned", WORDS_IN("payment", "Returned"), 0, 0},
    [PAYMENT_PARTLY_REFUNDED] = {"partly_refunded", WORDS_IN("payment", "Partly refunded"),
                                 IS_MONEY,
                                 TO(PAYMENT_PARTLY_REFUNDED) | TO(PAYMENT_REFUNDED) |
                                     TO(PAYMENT_CHARGED_BACK) | TO(PAYMENT_RETURNED)},
    /* The bank may send all of it back after we did: money out twice. */
    [PAYMENT_REFUNDED] = {"refunded", WORDS_IN("payment", "Refunded"), 0,
                          TO(PAYMENT_CHARGED_BACK) | TO(PAYMENT_RETURNED)},
    [PAYMENT_VOIDED] = {"voided", WORDS_IN("payment", "Voided"), 0, 0},
    [PAYMENT_CHARGED_BACK] = {"charged_back", WORDS_IN("payment", "Charged back"), 0, 0},
};

const char *payment_state_name(enum payment_state state) {
    return states[state].name;
}

enum result payment_state_parse(const char *name, enum payment_state *out_state) {
    for (int state = 0; state < PAYMENT_STATE_COUNT; state++)
        if (text_equal(states[state].name, name)) {
            *out_state = (enum payment_state)state;
            return RESULT_OK;
        }
    return RESULT_INVALID;
}

const char *payment_state_word(enum payment_state state) {
    return say_in("payment", states[state].word);
}

bool payment_may_move(enum payment_state from, enum payment_state to) {
    return states[from].moves & TO(to);
}

bool payment_is_open(enum payment_state state) {
    return states[state].kind & IS_OPEN;
}

bool payment_reserves(enum payment_state state) {
    return states[state].kind & RESERVES;
}

bool payment_is_money(enum payment_state state) {
    return states[state].kind & IS_MONEY;
}
