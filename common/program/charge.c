#include "common/program/charge.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "common/billing/ach_return.h"
#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/credit_store.h"
#include "common/program/return_tell.h"
#include "common/program/consent.h"
#include "common/store/event_store.h"
#include "common/store/method_store.h"

enum {
    CLAIM_TRIES = 3,
    RECORD_TRIES = 8, /* half a second apart: an answer in hand is worth a wait */
    FIRST_LOOK_S = 60,
    KEY_SIZE = 64,
    DETAIL_SIZE = 128
};

enum result charge_open(struct running *running) {
    if (!running->settings.gateway.key || !*running->settings.gateway.key) {
        LOG(LOG_LEVEL_ERROR, "settings.wrong", LOG_TEXT("setting", "Secret.GatewayKey"),
            LOG_TEXT("why", "is missing"));
        return RESULT_INVALID;
    }
    return gateway_open(&running->settings.gateway, &running->gateway);
}

void charge_close(struct running *running) {
    gateway_close(running->gateway);
}

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

/* ---- step 1 ---- */

struct claiming {
    struct arena *arena;
    const struct payment *payment;
    struct claim claim;
    const struct charge_asker *asker;
    struct charge_facts facts;
    enum charge_end why; /* when the work returns RESULT_CONFLICT */
};

static enum result claim_conflict(struct claiming *claiming, enum charge_end why) {
    claiming->why = why;
    return RESULT_CONFLICT;
}

/* The review named a brand and last four, and the card may have been replaced since. */
static bool method_is_as_reviewed(const struct claiming *claiming) {
    const struct charge_facts *facts = &claiming->facts;
    struct method method = {.brand = facts->brand, .last_four = facts->last_four};
    bool is_expired = facts->expires_on.year &&
                      date_compare(facts->expires_on, instant_date(claiming->claim.now)) < 0;

    return facts->method_usable && !is_expired &&
           text_equal(facts->gateway, claiming->claim.gateway) &&
           text_equal(method_text(claiming->arena, &method), claiming->payment->method_text);
}

static enum result method_take(struct db *db, const struct claiming *claiming) {
    const struct payment *payment = claiming->payment;
    char key[KEY_SIZE];

    if (!claiming->facts.method_is_new || !claiming->facts.is_remembered)
        return RESULT_OK;
    snprintf(key, sizeof key, "method_added:%lld", (long long)payment->method_id);
    enum result result = method_keep(db, payment->account_id, payment->method_id);
    if (result == RESULT_OK)
        result = outbox_add(db, key, "method_added", payment->account_id, payment->user_id,
                            payment->method_id, claiming->claim.now);
    return result;
}

/* Without it no bank account is debited. */
static enum result authorization_take(struct db *db, const struct claiming *claiming) {
    const struct payment *payment = claiming->payment;
    const struct charge_asker *asker = claiming->asker;
    char key[KEY_SIZE];

    if (!claiming->facts.is_bank)
        return RESULT_OK;
    assert(asker->authorization_text);
    snprintf(key, sizeof key, "authorization:%s", payment->reference);
    return consent_keep(db,
                        &(struct consent){.account_id = payment->account_id,
                                          .user_id = payment->user_id,
                                          .method_id = payment->method_id,
                                          .payment_id = payment->id,
                                          .kind = "ach_authorization",
                                          .source = asker->authorization_source,
                                          .text = asker->authorization_text,
                                          .now = claiming->claim.now,
                                          .address = asker->address,
                                          .agent = asker->agent,
                                          .request_id = asker->request_id},
                        key);
}

static enum result claim_work(struct db *db, void *context) {
    struct claiming *claiming = context;
    const struct payment *payment = claiming->payment;
    bool others_open = false;
    enum result result = account_move(db, payment->account_id, 0, 0);

    if (result != RESULT_OK)
        return result;
    result = charge_facts(db, claiming->arena, payment->account_id, payment->user_id,
                          payment->method_id, &claiming->facts);
    if (result == RESULT_NOT_FOUND || (result == RESULT_OK && !claiming->facts.user_may_pay))
        return claim_conflict(claiming, CHARGE_NOT_ALLOWED);
    claiming->claim.vault_id = claiming->facts.vault_id;
    if (result == RESULT_OK && payment->credit_cents)
        result = payment_others_open(db, claiming->arena, payment->account_id, payment->id,
                                     &others_open);
    if (result == RESULT_OK && others_open)
        return claim_conflict(claiming, CHARGE_CREDIT_BUSY);
    if (result == RESULT_OK)
        result = payment_claim(db, &claiming->claim);
    if (result == RESULT_CONFLICT)
        return claim_conflict(claiming, CHARGE_NOT_REVIEW);
    /* After the state: a payment that was declined for good says so to a second click. */
    if (result == RESULT_OK && !method_is_as_reviewed(claiming))
        return claim_conflict(claiming, CHARGE_METHOD_GONE);
    if (result == RESULT_OK)
        result = invoices_take(db, payment->account_id, payment->id);
    if (result == RESULT_OK)
        result = account_move(db, payment->account_id, 0,
                              money_subtract(payment->amount_cents, payment->credit_cents));
    if (result == RESULT_CONFLICT || result == RESULT_INVALID)
        return claim_conflict(claiming, CHARGE_CHANGED);
    if (result == RESULT_OK)
        result = method_take(db, claiming);
    if (result == RESULT_OK)
        result = authorization_take(db, claiming);
    if (result == RESULT_OK && claiming->asker->also) {
        result = claiming->asker->also(db, claiming->asker->also_context);
        if (result == RESULT_CONFLICT)
            return claim_conflict(claiming, CHARGE_ALSO_REFUSED);
    }
    if (result != RESULT_OK)
        return result;
    return payment_event_add(db,
                             &(struct payment_event){.account_id = payment->account_id,
                                                     .payment_id = payment->id,
                                                     .at = claiming->claim.now,
                                                     .from = payment_state_name(PAYMENT_REVIEW),
                                                     .to = PAYMENT_PROCESSING,
                                                     .actor_user_id = payment->user_id,
                                                     .request_id = claiming->asker->request_id});
}

/* CHARGE_RECORDED here means: the claim is ours. */
static enum charge_end claim_take(struct running *running, struct claiming *claiming) {
    bool was_uncertain = false;

    for (int try = 0; try < CLAIM_TRIES; try++) {
        struct claim_state state;
        enum result result = db_transaction(running->db, claim_work, claiming);
        bool is_conflict = result == RESULT_CONFLICT;

        if (result == RESULT_OK)
            return CHARGE_RECORDED;
        if (is_conflict && !was_uncertain)
            return claiming->why;
        if (!is_conflict && result != RESULT_UNCERTAIN)
            return CHARGE_UNAVAILABLE;
        /* COMMIT may have happened. The token says whose claim it is; a row still in review says
         * that it did not happen yet, and the same claim is made again. A COMMIT that lands only
         * then makes our own claim the one in the way, so a conflict is looked into as well. */
        was_uncertain = true;
        result = payment_claim_state(running->db, claiming->arena, claiming->payment->account_id,
                                     claiming->payment->id, claiming->claim.token, &state);
        if (result != RESULT_OK)
            break;
        if (state.state != PAYMENT_REVIEW)
            return state.is_mine && state.state == PAYMENT_PROCESSING ? CHARGE_RECORDED
                                                                      : CHARGE_NOT_REVIEW;
        if (is_conflict)
            return claiming->why;
    }
    /* Nobody will send it: if it was committed after all, its lease ends the claim. */
    return CHARGE_UNAVAILABLE;
}

/* ---- step 3 ---- */

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
        snprintf(key, sizeof key, "receipt:%s:%s", outcome->reference,
                 payment_state_name(outcome->to));
        result = outbox_add(db, key, "receipt", outcome->account_id, outcome->user_id,
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

static enum result method_tell(struct db *db, const struct charge_outcome *outcome) {
    bool is_refused = (outcome->to == PAYMENT_DECLINED &&
                       outcome->answer.decline == DECLINE_HARD) ||
                      (outcome->to == PAYMENT_RETURNED &&
                       ach_return_find(outcome->answer.code)->disables);

    return method_paid(
        db, &(struct method_paid){
                .account_id = outcome->account_id,
                .payment_id = outcome->payment_id,
                .took_money = payment_is_money(outcome->to) || outcome->to == PAYMENT_PENDING,
                .is_over = !payment_reserves(outcome->to),
                .transaction_id = outcome->answer.transaction_id,
                .refusal_code = is_refused ? outcome->answer.code : "",
                .now = outcome->now,
            });
}

static enum result record_work(struct db *db, void *context) {
    const struct charge_outcome *outcome = context;
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
        .decline_class = gateway_decline_name(outcome->answer.decline),
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
        outcome->look_at = outcome->now + FIRST_LOOK_S;
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

static enum charge_end record_answer(struct running *running, struct arena *arena,
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

/* ---- the whole ---- */

static void charge_send(struct running *running, struct arena *arena,
                        const struct claiming *claiming, int64_t claimed_ms,
                        struct gateway_answer *out_answer) {
    const struct charge_facts *facts = &claiming->facts;
    struct gateway_sale_ask ask = {
        .reference = claiming->payment->reference,
        .vault_id = facts->vault_id,
        .is_bank = facts->is_bank,
        .is_business = facts->is_business,
        .amount_cents = claiming->payment->amount_cents,
        .description = arena_format(arena, "Payment %s", claiming->payment->reference),
        .address = claiming->asker->address,
        .email = facts->email,
        .initiator = INITIATED_BY_CUSTOMER,
        .credential = !facts->is_remembered ? CREDENTIAL_ONCE
                      : facts->is_stored    ? CREDENTIAL_LATER
                                            : CREDENTIAL_FIRST,
        .initial_transaction_id = facts->initial_transaction_id,
    };

    /* Half of the lease is the sender's; after it nothing may leave, because the settler counts
     * from send_by. */
    if (clock_monotonic_ms() - claimed_ms >= running->settings.lease_s * 1000 / 2) {
        *out_answer = (struct gateway_answer){.outcome = GATEWAY_NOT_SENT};
        return;
    }
    gateway_sale(running->gateway, arena, &ask, out_answer);
}

enum charge_end charge_confirm(struct running *running, struct arena *arena,
                               const struct payment *payment, const struct charge_asker *asker,
                               int64_t now, struct charge_sent *out_sent) {
    const struct settings *settings = &running->settings;
    unsigned char token[CLAIM_TOKEN_BYTES];
    int64_t timeout_s = settings->gateway.timeout_ms / 1000 + 1;
    struct claiming claiming = {
        .arena = arena,
        .payment = payment,
        .asker = asker,
        .why = CHARGE_UNAVAILABLE,
        .claim = {.account_id = payment->account_id,
                  .payment_id = payment->id,
                  .token = token,
                  .lease_s = settings->lease_s,
                  .now = now,
                  .deadline_at = now + settings->lease_s + timeout_s,
                  .made_since = now - settings->review_s,
                  .gateway = gateway_name(running->gateway)},
    };
    struct charge_outcome outcome = {
        .account_id = payment->account_id,
        .payment_id = payment->id,
        .user_id = payment->user_id,
        .method_id = payment->method_id,
        .reference = payment->reference,
        .amount_cents = payment->amount_cents,
        .credit_cents = payment->credit_cents,
        .token = token,
        .from = PAYMENT_PROCESSING,
        .request_id = asker->request_id,
    };

    FAULT_POINT("charge.before_claim");
    secret_random(token, sizeof token);
    int64_t claimed_ms = clock_monotonic_ms();
    enum charge_end end = claim_take(running, &claiming);
    if (end != CHARGE_RECORDED)
        return end;
    FAULT_POINT("charge.after_claim");
    charge_send(running, arena, &claiming, claimed_ms, &outcome.answer);
    FAULT_POINT("charge.after_answer");
    outcome.to = charge_state_of(outcome.answer.outcome);
    outcome.now = clock_now(running->clock);
    outcome.look_at = outcome.to == PAYMENT_UNKNOWN ? outcome.now + FIRST_LOOK_S : 0;
    end = record_answer(running, arena, &outcome);
    FAULT_POINT("charge.after_record");
    *out_sent = (struct charge_sent){
        .is_first_use = !claiming.facts.is_bank && !claiming.facts.is_stored,
        .is_once = !claiming.facts.is_remembered,
        .state = outcome.to,
    };
    return end;
}
