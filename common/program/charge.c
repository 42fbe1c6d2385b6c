#include "common/program/charge.h"

#include <assert.h>
#include <stdio.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/credit_store.h"
#include "common/program/consent.h"
#include "common/store/event_store.h"
#include "common/store/method_store.h"

enum { CLAIM_TRIES = 3, KEY_SIZE = 64 };

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

/* ---- the whole ---- */

void charge_sale(struct arena *arena, const struct charge_facts *facts, const char *reference,
                 int64_t amount_cents, struct gateway_sale_ask *out_ask) {
    *out_ask = (struct gateway_sale_ask){
        .reference = reference,
        .vault_id = facts->vault_id,
        .is_bank = facts->is_bank,
        .is_business = facts->is_business,
        .amount_cents = amount_cents,
        .description = arena_format(arena, "Payment %s", reference),
        .address = "",
        .email = facts->email,
        .initiator = INITIATED_BY_CUSTOMER,
        .credential = !facts->is_remembered ? CREDENTIAL_ONCE
                      : facts->is_stored    ? CREDENTIAL_LATER
                                            : CREDENTIAL_FIRST,
        .initial_transaction_id = facts->initial_transaction_id,
    };
}

static void charge_send(struct running *running, struct arena *arena,
                        const struct claiming *claiming, int64_t claimed_ms,
                        struct gateway_answer *out_answer) {
    const struct charge_facts *facts = &claiming->facts;
    struct gateway_sale_ask ask;

    charge_sale(arena, facts, claiming->payment->reference, claiming->payment->amount_cents, &ask);
    ask.address = claiming->asker->address;

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
    outcome.look_at = outcome.to == PAYMENT_UNKNOWN ? outcome.now + CHARGE_FIRST_LOOK_S : 0;
    end = charge_answer_record(running, arena, &outcome);
    FAULT_POINT("charge.after_record");
    *out_sent = (struct charge_sent){
        .is_first_use = !claiming.facts.is_bank && !claiming.facts.is_stored,
        .is_once = !claiming.facts.is_remembered,
        .state = outcome.to,
    };
    return end;
}
