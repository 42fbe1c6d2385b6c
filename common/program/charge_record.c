/* charge_record.c - step 3 of charge.h: what an answer does to the books, whoever learnt of it. */
#include "common/program/charge.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "common/billing/ach_return.h"
#include "common/core/log.h"
#include "common/money/money.h"
#include "common/program/draft_follow.h"
#include "common/program/return_tell.h"
#include "common/store/credit_store.h"
#include "common/store/event_store.h"

enum {
    RECORD_TRIES = 8, /* half a second apart: an answer in hand is worth a wait */
    KEY_SIZE = 64,
    DETAIL_SIZE = 128,
    ARENA_BYTES = 1024 * 1024
};

enum payment_state charge_state_of(enum gateway_outcome outcome) {
    switch (outcome) {
    case GATEWAY_APPROVED:
        return PAYMENT_SUCCEEDED;
    case GATEWAY_PENDING:
        return PAYMENT_PENDING;
    case GATEWAY_DECLINED:
        return PAYMENT_DECLINED;
    case GATEWAY_REFUSED:
    case GATEWAY_MISCONFIGURED:
        return PAYMENT_FAILED;
    case GATEWAY_NOT_SENT:
        return PAYMENT_NOT_CHARGED;
    case GATEWAY_UNKNOWN:
        break;
    }
    return PAYMENT_UNKNOWN;
}

static enum result book_money(struct db *db, const struct charge_outcome *outcome) {
    enum result result = invoices_settle(db, outcome->account_id, outcome->payment_id);

    if (result == RESULT_OK)
        result = journal_payment_add(
            db,
            &(struct journal_payment){outcome->account_id, outcome->payment_id, outcome->reference,
                                      outcome->amount_cents, outcome->credit_cents, outcome->now});
    if (result == RESULT_OK && outcome->credit_cents)
        result = credit_move(db, outcome->account_id, outcome->credit_cents);
    return result;
}

static enum result tell(struct db *db, const struct charge_outcome *outcome) {
    char key[KEY_SIZE];
    enum result result = RESULT_OK;

    if (outcome->to == PAYMENT_SUCCEEDED || outcome->to == PAYMENT_PENDING) {
        const char *kind = outcome->draft_id ? "drafted" : "receipt";

        snprintf(key, sizeof key, "%s:%s:%s", kind, outcome->reference,
                 payment_state_name(outcome->to));
        result = outbox_add(db, key, kind, outcome->account_id, outcome->user_id,
                            outcome->payment_id, outcome->now);
    }
    if (result == RESULT_OK && outcome->to == PAYMENT_RETURNED)
        result = return_tell(db, &(struct return_facts){.account_id = outcome->account_id,
                                                        .payment_id = outcome->payment_id,
                                                        .user_id = outcome->user_id,
                                                        .payment_reference = outcome->reference,
                                                        .amount_cents = outcome->amount_cents,
                                                        .code = outcome->answer.code,
                                                        .fee_cents = outcome->return_fee_cents,
                                                        .now = outcome->now});
    if (result == RESULT_OK && outcome->answer.outcome == GATEWAY_MISCONFIGURED) {
        snprintf(key, sizeof key, "configuration:%s", outcome->reference);
        result = queue_add(db, key, "gateway_configuration", outcome->account_id,
                           outcome->payment_id, outcome->answer.text, outcome->now);
    }
    return result;
}

/* The code that says why a method cannot be used any more; "": it can. What a customer mends by
 * typing it again stays usable for them; a draft would try the same again and again. */
static const char *refusal_of(const struct charge_outcome *outcome) {
    const struct gateway_answer *answer = &outcome->answer;
    bool is_drafted = outcome->draft_id != 0;
    bool is_refused = false;

    if (outcome->to == PAYMENT_DECLINED)
        is_refused = answer->decline == DECLINE_HARD ||
                     (is_drafted && answer->decline != DECLINE_SOFT);
    else if (outcome->to == PAYMENT_RETURNED)
        is_refused = ach_return_find(answer->code)->disables;
    if (!is_refused)
        return "";
    return *answer->code ? answer->code : "declined";
}

static enum result method_tell(struct db *db, const struct charge_outcome *outcome) {
    return method_paid(
        db, &(struct method_paid){
                .account_id = outcome->account_id,
                .payment_id = outcome->payment_id,
                .took_money = payment_is_money(outcome->to) || outcome->to == PAYMENT_PENDING,
                .is_over = !payment_reserves(outcome->to),
                .transaction_id = outcome->answer.transaction_id,
                .refusal_code = refusal_of(outcome),
                .now = outcome->now,
            });
}

static bool is_put_off(const struct charge_outcome *outcome) {
    return outcome->to == PAYMENT_FAILED && outcome->answer.slow_down;
}

/* Later attempts of a draft want to know whether the gateway refused this method, or was set up
 * wrongly, or had too much to do. */
static const char *class_of(const struct charge_outcome *outcome) {
    bool is_refused = outcome->draft_id && outcome->to == PAYMENT_FAILED && !is_put_off(outcome) &&
                      outcome->answer.outcome != GATEWAY_MISCONFIGURED;

    return is_refused ? "refused" : gateway_decline_name(outcome->answer.decline);
}

/* A rate limit is no word about the method: the gateway took nothing, and may take it later. */
static enum result draft_tell(struct db *db, const struct charge_outcome *outcome) {
    const struct gateway_answer *answer = &outcome->answer;
    enum payment_state state = is_put_off(outcome) ? PAYMENT_NOT_CHARGED : outcome->to;

    return draft_follow(
        db,
        &(struct draft_fact){.account_id = outcome->account_id,
                             .draft_id = outcome->draft_id,
                             .payment_id = outcome->payment_id,
                             .state = state,
                             .is_misconfigured = answer->outcome == GATEWAY_MISCONFIGURED,
                             .decline_class = gateway_decline_name(answer->decline),
                             .return_code = answer->code,
                             .today = outcome->draft_today,
                             .now = outcome->now,
                             .retry = outcome->retry},
        outcome->draft_moved);
}

enum result charge_book(struct db *db, const struct charge_outcome *outcome) {
    bool is_money = payment_is_money(outcome->to), reserves = payment_reserves(outcome->to);
    int64_t account_id = outcome->account_id;
    int64_t covered_cents = money_subtract(outcome->amount_cents, outcome->credit_cents);
    const char *transaction_id = outcome->answer.transaction_id;
    struct closing closing = {
        .account_id = account_id,
        .payment_id = outcome->payment_id,
        .from = outcome->from,
        .to = outcome->to,
        .token = outcome->token,
        .transaction_id = transaction_id,
        .response_code = outcome->answer.code,
        .response_text = outcome->answer.text,
        .decline_class = class_of(outcome),
        .now = outcome->now,
        .look_at = outcome->look_at,
    };
    enum result result = account_move(db, account_id, is_money ? -covered_cents : 0,
                                      reserves ? 0 : -covered_cents);

    if (result == RESULT_OK)
        result = payment_close(db, &closing);
    if (result == RESULT_OK && !payment_is_open(outcome->to))
        result = allocations_close(db, account_id, outcome->payment_id);
    if (result == RESULT_OK && is_money)
        result = book_money(db, outcome);
    if (result == RESULT_OK && !is_money && !reserves)
        result = invoices_release(db, account_id, outcome->payment_id);
    if (result == RESULT_OK && outcome->method_id && !payment_is_open(outcome->to))
        result = method_tell(db, outcome);
    if (result == RESULT_OK)
        result = tell(db, outcome);
    if (result == RESULT_OK && outcome->draft_id)
        result = draft_tell(db, outcome);
    if (result != RESULT_OK)
        return result;
    return payment_event_add(
        db, &(struct payment_event){.account_id = account_id,
                                    .payment_id = outcome->payment_id,
                                    .at = outcome->now,
                                    .from = payment_state_name(outcome->from),
                                    .to = outcome->to,
                                    .actor_user_id = outcome->actor ? 0 : outcome->user_id,
                                    .actor = outcome->actor,
                                    .detail = outcome->answer.code,
                                    .request_id = outcome->request_id});
}

static enum result record_work(struct db *db, void *context) {
    return charge_book(db, context);
}

enum result charge_record(struct db *db, const struct charge_outcome *outcome) {
    struct charge_outcome copy = *outcome;

    /* Only reserved cents can become paid or be given back: from any other state they would be
     * taken a second time. */
    assert(payment_reserves(outcome->from));
    enum result result = db_transaction(db, record_work, &copy);

    /* The sums of a payment that was already recorded do not allow recording it again: the same
     * answer as the condition on its state gives. */
    return result == RESULT_INVALID ? RESULT_CONFLICT : result;
}

static enum result disagree_work(struct db *db, void *context) {
    const struct charge_outcome *outcome = context;
    char key[KEY_SIZE], detail[DETAIL_SIZE];

    snprintf(key, sizeof key, "disagreement:%s", outcome->reference);
    snprintf(detail, sizeof detail, "%s %s", payment_state_name(outcome->to),
             outcome->answer.transaction_id);
    return queue_add(db, key, "disagreement", outcome->account_id, outcome->payment_id, detail,
                     outcome->now);
}

static void record_disagree(struct running *running, struct charge_outcome *outcome,
                            enum payment_state recorded) {
    LOG(LOG_LEVEL_ERROR, "payment.disagreement", LOG_TEXT("reference", outcome->reference),
        LOG_TEXT("recorded", payment_state_name(recorded)),
        LOG_TEXT("answer", payment_state_name(outcome->to)));
    if (db_transaction(running->db, disagree_work, outcome) != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "queue.unwritten", LOG_TEXT("reference", outcome->reference));
}

/* Nobody moved it, so what our books do not take is the gateway's transaction: another payment has
 * it already. A refusal stands without one; an approval is not believed, and a person is told. */
static void record_without_transaction(struct running *running, struct charge_outcome *outcome) {
    if (payment_is_money(outcome->to) || payment_reserves(outcome->to)) {
        record_disagree(running, outcome, outcome->from);
        outcome->to = PAYMENT_UNKNOWN;
        outcome->look_at = outcome->now + CHARGE_FIRST_LOOK_S;
    }
    outcome->answer.transaction_id[0] = '\0';
}

/* It could not be written as it was: state or token were not ours, or nobody knows. true: try
 * again, with what outcome says now. */
static bool record_reread(struct running *running, struct arena *arena, bool is_conflict,
                          struct charge_outcome *outcome, enum charge_end *out_end) {
    struct claim_state state;
    enum result result = payment_claim_state(running->db, arena, outcome->account_id,
                                             outcome->payment_id, outcome->token, &state);

    *out_end = CHARGE_UNRECORDED;
    if (result != RESULT_OK)
        return true;
    *out_end = CHARGE_RECORDED;
    if (state.is_mine && state.state == outcome->to)
        return false;
    if (state.is_mine && payment_is_open(state.state) &&
        payment_may_move(state.state, outcome->to)) {
        if (is_conflict && state.state == outcome->from)
            record_without_transaction(running, outcome);
        outcome->from = state.state;
        /* In doubt already, and to stay so: there is nothing left to write. */
        return state.state != outcome->to;
    }
    /* No answer says nothing against what somebody found out meanwhile. */
    if (outcome->to != PAYMENT_UNKNOWN)
        record_disagree(running, outcome, state.state);
    return false;
}

enum charge_end charge_answer_record(struct running *running, struct arena *arena,
                                     struct charge_outcome *outcome) {
    const struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};

    for (int try = 0; try < RECORD_TRIES; try++) {
        enum charge_end end;
        enum result result = charge_record(running->db, outcome);

        if (result == RESULT_OK)
            return CHARGE_RECORDED;
        if ((result == RESULT_CONFLICT || result == RESULT_UNCERTAIN) &&
            !record_reread(running, arena, result == RESULT_CONFLICT, outcome, &end))
            return end;
        if (result == RESULT_FAILED)
            break;
        if (result == RESULT_UNAVAILABLE)
            nanosleep(&pause, NULL);
    }
    LOG(LOG_LEVEL_ERROR, "payment.unrecorded", LOG_TEXT("reference", outcome->reference),
        LOG_TEXT("state", payment_state_name(outcome->to)));
    return CHARGE_UNRECORDED;
}

/* ---- many ---- */

struct recording {
    struct charge_outcome *const *list;
    size_t count;
};

static enum result record_all_work(struct db *db, void *context) {
    const struct recording *recording = context;
    enum result result = RESULT_OK;

    for (size_t at = 0; at < recording->count && result == RESULT_OK; at++)
        result = charge_book(db, recording->list[at]);
    return result;
}

void charge_answers_record(struct running *running, struct charge_outcome *const *list,
                           size_t count, enum charge_end *out_ends) {
    struct recording recording = {list, count};
    bool all = count > 1 && db_transaction(running->db, record_all_work, &recording) == RESULT_OK;

    bool is_away = false;

    /* What one of them is in the way of, or nobody knows of, is written one by one: that finds what
     * was written before. One of them waits for a database that is away, and not each of them. */
    for (size_t at = 0; at < count; at++) {
        struct arena *arena = arena_new(ARENA_BYTES);

        if (all)
            out_ends[at] = CHARGE_RECORDED;
        else if (is_away)
            out_ends[at] = charge_record(running->db, list[at]) == RESULT_OK ? CHARGE_RECORDED
                                                                             : CHARGE_UNRECORDED;
        else
            out_ends[at] = charge_answer_record(running, arena, list[at]);
        is_away = out_ends[at] == CHARGE_UNRECORDED;
        arena_free(arena);
    }
}
