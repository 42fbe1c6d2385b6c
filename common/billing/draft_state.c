#include "common/billing/draft_state.h"

#include "common/core/text.h"
#include "common/core/words.h"

#define TO(state) (1U << (state))

static const struct {
    const char *name, *word;
    unsigned moves;
} states[DRAFT_STATE_COUNT] = {
    [DRAFT_OPEN] = {"open", WORDS("In progress"),
                    TO(DRAFT_TAKEN) | TO(DRAFT_RETRY) | TO(DRAFT_FAILED)},
    /* A bank may send it back later. */
    [DRAFT_TAKEN] = {"taken", WORDS("Drafted"), TO(DRAFT_RETRY) | TO(DRAFT_FAILED)},
    [DRAFT_NOTHING] = {"nothing", WORDS("Nothing due"), 0},
    [DRAFT_SKIPPED] = {"skipped", WORDS("Skipped"), 0},
    [DRAFT_MERGED] = {"merged", WORDS("Included in a later draft"), 0},
    [DRAFT_PERSON] = {"person", WORDS("Waiting for us"),
                      TO(DRAFT_OPEN) | TO(DRAFT_NOTHING) | TO(DRAFT_SKIPPED) | TO(DRAFT_FAILED)},
    /* taken: an attempt that was certainly not charged turned up as booked after all. */
    [DRAFT_RETRY] = {"retry", WORDS("Will be tried again"),
                     TO(DRAFT_OPEN) | TO(DRAFT_TAKEN) | TO(DRAFT_NOTHING) | TO(DRAFT_PERSON) |
                         TO(DRAFT_FAILED)},
    [DRAFT_FAILED] = {"failed", WORDS("Failed"), TO(DRAFT_TAKEN)},
};

const char *draft_state_name(enum draft_state state) {
    return states[state].name;
}

enum result draft_state_parse(const char *name, enum draft_state *out_state) {
    for (int state = 0; state < DRAFT_STATE_COUNT; state++)
        if (text_equal(states[state].name, name)) {
            *out_state = (enum draft_state)state;
            return RESULT_OK;
        }
    return RESULT_INVALID;
}

const char *draft_state_word(enum draft_state state) {
    return say(states[state].word);
}

bool draft_may_move(enum draft_state from, enum draft_state to) {
    return states[from].moves & TO(to);
}

static const struct {
    const char *name, *sentence;
} reasons[DRAFT_REASON_COUNT] = {
    [DRAFT_NO_REASON] = {"", ""},
    [DRAFT_BELOW_SMALLEST] = {"below_smallest",
                              WORDS("What was due was less than the smallest payment we take.")},
    [DRAFT_DECLINED] = {"declined", WORDS("The bank declined the payment.")},
    [DRAFT_REFUSED] = {"refused", WORDS("The payment could not be made with this method.")},
    [DRAFT_METHOD] = {"method", WORDS("The payment method cannot be used.")},
    [DRAFT_TRIES] = {"tries", WORDS("The card was tried too often in the last 30 days.")},
    [DRAFT_NEXT_DAY] = {"next_day",
                        WORDS("It did not go through before the next scheduled payment.")},
    [DRAFT_RETURNED] = {"returned", WORDS("The bank returned the payment.")},
    [DRAFT_CHANGED] = {"changed",
                       WORDS("The bank returned the payment, and what is due has changed.")},
    [DRAFT_REPLACED] = {"replaced", WORDS("Auto Pay was changed before it was tried again.")},
    [DRAFT_VOIDED] = {"voided", WORDS("The payment was voided.")},
    [DRAFT_CHARGED_BACK] = {"charged_back", WORDS("The payment was disputed with the bank.")},
    [DRAFT_OFF] = {"off", WORDS("Auto Pay was turned off.")},
    [DRAFT_LATE] = {"late",
                    WORDS("The payment was not made on its day, and we are looking at it.")},
    [DRAFT_WITH_BACKUP] = {"with_backup", WORDS("It is tried with the backup method.")},
};

const char *draft_reason_name(enum draft_reason reason) {
    return reasons[reason].name;
}

enum result draft_reason_parse(const char *name, enum draft_reason *out_reason) {
    for (int reason = 0; reason < DRAFT_REASON_COUNT; reason++)
        if (text_equal(reasons[reason].name, name)) {
            *out_reason = (enum draft_reason)reason;
            return RESULT_OK;
        }
    return RESULT_INVALID;
}

const char *draft_reason_sentence(enum draft_reason reason) {
    return *reasons[reason].sentence ? say(reasons[reason].sentence) : "";
}
