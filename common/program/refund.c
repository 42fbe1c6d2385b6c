#include "common/program/refund.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/credit_store.h"
#include "common/store/event_store.h"

enum {
    CLAIM_TRIES = 3,
    RECORD_TRIES = 8, /* half a second apart: an answer in hand is worth a wait */
    FIRST_LOOK_S = 60,
    KEY_SIZE = 64,
    DETAIL_SIZE = 128
};

static bool is_held(const struct refund *refund, const unsigned char *token) {
    return refund->token && memcmp(refund->token, token, CLAIM_TOKEN_BYTES) == 0;
}

/* ---- step 1 ---- */

struct claiming {
    struct running *running;
    struct arena *arena;
    const struct refund_ask *ask;
    const char *reference;
    const unsigned char *token;
    struct refund_told *told;
    enum refund_end why; /* when the work returns RESULT_CONFLICT */
};

static enum result claim_conflict(struct claiming *claiming, enum refund_end why) {
    claiming->why = why;
    return RESULT_CONFLICT;
}

/* The key of a request that was made before: the same one, or another? */
static enum result request_compare(struct db *db, struct claiming *claiming) {
    const struct refund_ask *ask = claiming->ask;
    const struct refund_payment *payment = &claiming->told->payment;
    struct refund *refund = &claiming->told->refund;
    enum result result = refund_of_request(db, claiming->arena, payment->account_id,
                                           ask->request_key, refund);

    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    if (result != RESULT_OK)
        return result;
    bool is_same = refund->payment_id == payment->id && !refund_kind_is_taken(refund->kind) &&
                   refund->is_void == ask->is_void &&
                   (refund->is_void || refund->reopens == ask->reopens) &&
                   (!ask->amount_cents || refund->amount_cents == ask->amount_cents);
    return claim_conflict(claiming, is_same ? REFUND_AGAIN : REFUND_KEY_USED);
}

/* What of the payment goes back, read after the account's version was bumped. *out_cents. */
static enum result claim_decide(struct db *db, struct claiming *claiming, int64_t *out_cents) {
    const struct refund_ask *ask = claiming->ask;
    struct refund_payment *payment = &claiming->told->payment;
    const struct refundable *figures = &payment->figures;
    enum result result = refund_payment(db, claiming->arena, ask->payment_reference, payment);

    if (result == RESULT_OK && ask->request_key)
        result = request_compare(db, claiming);
    if (result != RESULT_OK)
        return result;
    if (*payment->open_refund)
        return claim_conflict(claiming, REFUND_BUSY);
    *out_cents = ask->is_void || !ask->amount_cents ? refund_left_cents(figures)
                                                    : ask->amount_cents;
    claiming->told->refusal = refund_refusal(figures, ask->is_void, *out_cents);
    if (claiming->told->refusal != REFUND_ALLOWED)
        return claim_conflict(claiming, REFUND_REFUSED);
    if (!figures->is_by_hand &&
        (!*payment->transaction_id || !claiming->running->gateway ||
         !text_equal(payment->gateway, gateway_name(claiming->running->gateway))))
        return claim_conflict(claiming, REFUND_ELSEWHERE);
    return RESULT_OK;
}

/* What is claimed, as a refund that step 3 takes. */
static struct refund claim_refund(const struct claiming *claiming, int64_t cents) {
    const struct refund_ask *ask = claiming->ask;
    const struct refund_payment *payment = &claiming->told->payment;
    struct refund refund = {
        .account_id = payment->account_id,
        .payment_id = payment->id,
        .user_id = payment->user_id,
        .reference = claiming->reference,
        .payment_reference = payment->reference,
        .kind = ask->is_void ? REFUND_KIND_VOID : REFUND_KIND_REFUND,
        .is_void = ask->is_void,
        .reopens = ask->reopens,
        .is_bank = payment->figures.is_bank,
        .state = payment->figures.is_by_hand ? REFUND_SUCCEEDED : REFUND_PROCESSING,
        .amount_cents = cents,
        .credit_cents = ask->is_void ? 0 : refund_split(&payment->figures, cents).credit_cents,
        .token = payment->figures.is_by_hand ? NULL : claiming->token,
        .gateway = payment->gateway,
        .sale_transaction_id = payment->transaction_id,
        .transaction_id = "",
        .response_code = "",
        .response_text = "",
        .created_at = ask->now,
    };

    refund.reopens = refund_reopens(payment, &refund);
    return refund;
}

/* What comes from invoices; a void takes all of them back, and of credit what is there when it is
 * recorded. */
static int64_t claim_invoice_cents(const struct claiming *claiming, int64_t cents) {
    const struct refundable *figures = &claiming->told->payment.figures;

    return claiming->ask->is_void ? money_subtract(cents, figures->credit_cents)
                                  : refund_split(figures, cents).invoice_cents;
}

static enum result claim_write(struct db *db, struct claiming *claiming, int64_t cents) {
    const struct settings *settings = &claiming->running->settings;
    const struct refund_ask *ask = claiming->ask;
    struct refund *refund = &claiming->told->refund;
    struct allocation *list;
    size_t count;

    *refund = claim_refund(claiming, cents);
    if (refund->token)
        refund->deadline_at = ask->now + settings->lease_s + settings->gateway.timeout_ms / 1000 +
                              1;
    else
        refund->closed_at = ask->now;
    enum result result = refund_free(db, claiming->arena, refund->account_id, refund->payment_id,
                                     &list, &count);
    if (result != RESULT_OK)
        return result;
    /* Its allocations and its credit sum to the payment, so what is left of it has room in them. */
    if (allocate_back(list, count, claim_invoice_cents(claiming, cents)) != 0)
        return RESULT_FAILED;
    count = allocation_pack(list, count);
    if (refund->credit_cents)
        result = credit_move(db, refund->account_id, -refund->credit_cents);
    if (result != RESULT_OK)
        return result;
    return refund_add(db,
                      &(struct refund_draft){.account_id = refund->account_id,
                                             .payment_id = refund->payment_id,
                                             .amount_cents = cents,
                                             .credit_cents = refund->credit_cents,
                                             .reference = refund->reference,
                                             .request_key = ask->request_key,
                                             .kind = refund->kind,
                                             .reopens = refund->reopens,
                                             .state = refund->state,
                                             .token = refund->token,
                                             .lease_s = settings->lease_s,
                                             .gateway = refund->gateway,
                                             .note = ask->note,
                                             .actor = ask->actor,
                                             .now = ask->now,
                                             .deadline_at = refund->deadline_at,
                                             .list = list,
                                             .count = count},
                      &refund->id);
}

static enum result claim_work(struct db *db, void *context) {
    struct claiming *claiming = context;
    struct refund_told *told = claiming->told;
    const struct refund_ask *ask = claiming->ask;
    int64_t cents = 0;

    claiming->why = REFUND_UNAVAILABLE;
    enum result result = account_move(db, told->payment.account_id, 0, 0);

    if (result == RESULT_OK)
        result = claim_decide(db, claiming, &cents);
    if (result != RESULT_OK)
        return result;
    enum payment_state from = told->payment.figures.state, to = from;
    result = claim_write(db, claiming, cents);
    if (result == RESULT_CONFLICT)
        return claim_conflict(claiming, REFUND_BUSY);
    if (result == RESULT_OK && told->refund.state == REFUND_SUCCEEDED) {
        result = refund_book(db, &told->payment, &told->refund, ask->now);
        to = refund_payment_state(&told->payment.figures, ask->is_void, cents);
    }
    return result == RESULT_OK ? refund_event(db, &told->refund, from, to, ask->actor, ask->now)
                               : result;
}

/* After an uncertain COMMIT. RESULT_NOT_FOUND: it did not happen, so far; RESULT_CONFLICT: it did,
 * and a settler took it up since. */
static enum result claim_reread(struct claiming *claiming) {
    struct refund there;
    enum result result = refund_find(claiming->running->db, claiming->arena, claiming->reference,
                                     &there);

    if (result != RESULT_OK)
        return result;
    if (there.state != REFUND_SUCCEEDED &&
        (there.state != REFUND_PROCESSING || !is_held(&there, claiming->token)))
        return RESULT_CONFLICT;
    claiming->told->refund = there;
    return RESULT_OK;
}

/* REFUND_RECORDED here means: the claim is ours, and written where nothing is to be sent. */
static enum refund_end claim_take(struct claiming *claiming) {
    struct refund_told *told = claiming->told;
    bool was_uncertain = false;

    for (int try = 0; try < CLAIM_TRIES; try++) {
        enum result result = db_transaction(claiming->running->db, claim_work, claiming);
        bool is_conflict = result == RESULT_CONFLICT;

        told->result = result;
        if (result == RESULT_OK)
            return REFUND_RECORDED;
        if (is_conflict && !was_uncertain)
            return claiming->why;
        if (!is_conflict && result != RESULT_UNCERTAIN)
            return REFUND_UNAVAILABLE;
        /* COMMIT may have happened. The reference is ours alone: a row that is not there says that
         * it did not happen yet, and the same claim is made again. A COMMIT that lands only then
         * makes our own claim the one in the way, so a conflict is looked into as well. */
        was_uncertain = true;
        result = claim_reread(claiming);
        if (result == RESULT_OK)
            return REFUND_RECORDED;
        if (result == RESULT_CONFLICT)
            return REFUND_UNRECORDED;
        if (result != RESULT_NOT_FOUND)
            break;
        if (is_conflict)
            return claiming->why;
    }
    /* Nobody will send it: if it was committed after all, its lease ends the claim. */
    told->result = RESULT_UNCERTAIN;
    return REFUND_UNAVAILABLE;
}

/* ---- step 2 ---- */

static void refund_send(struct running *running, struct arena *arena, const struct refund *refund,
                        int64_t claimed_ms, struct gateway_answer *out_answer) {
    struct gateway_reverse_ask ask = {.reference = refund->payment_reference,
                                      .transaction_id = refund->sale_transaction_id,
                                      .is_bank = refund->is_bank,
                                      .amount_cents = refund->is_void ? 0 : refund->amount_cents};

    /* Half of the lease is the sender's; after it nothing may leave, because the settler counts
     * from send_by. */
    if (clock_monotonic_ms() - claimed_ms >= running->settings.lease_s * 1000 / 2) {
        *out_answer = (struct gateway_answer){.outcome = GATEWAY_NOT_SENT};
        return;
    }
    gateway_reverse(running->gateway, arena, &ask, out_answer);
}

/* ---- step 3 ---- */

static enum result disagree_work(struct db *db, void *context) {
    const struct refund_outcome *outcome = context;
    const struct refund *refund = &outcome->refund;
    char key[KEY_SIZE], detail[DETAIL_SIZE];

    snprintf(key, sizeof key, "disagreement:%s", refund->reference);
    snprintf(detail, sizeof detail, "%s %s: %s %s", refund->is_void ? "void" : "refund",
             refund->reference, refund_state_name(outcome->to), outcome->answer.transaction_id);
    return queue_add(db, key, "disagreement", refund->account_id, refund->payment_id, detail,
                     outcome->now);
}

static void record_disagree(struct running *running, struct refund_outcome *outcome,
                            enum refund_state recorded) {
    LOG(LOG_LEVEL_ERROR, "refund.disagreement", LOG_TEXT("reference", outcome->refund.reference),
        LOG_TEXT("recorded", refund_state_name(recorded)),
        LOG_TEXT("answer", refund_state_name(outcome->to)));
    if (db_transaction(running->db, disagree_work, outcome) != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "queue.unwritten", LOG_TEXT("reference", outcome->refund.reference));
}

/* Nobody moved it, so our books do not take the answer: its transaction is another refund's, or the
 * payment is something else by now. A refusal stands without a transaction; what says that money
 * went back is not believed, and a person is told. */
static void record_unbelieved(struct running *running, struct refund_outcome *outcome) {
    if (outcome->to == REFUND_SUCCEEDED) {
        record_disagree(running, outcome, outcome->refund.state);
        outcome->to = REFUND_UNKNOWN;
        outcome->look_at = outcome->now + FIRST_LOOK_S;
    }
    outcome->answer.transaction_id[0] = '\0';
}

/* It could not be written as it was: state or token were not ours, or nobody knows. true: try
 * again, with what outcome says now. */
static bool record_reread(struct running *running, struct arena *arena, bool is_conflict,
                          struct refund_outcome *outcome, enum refund_end *out_end) {
    struct refund *refund = &outcome->refund, there;

    *out_end = REFUND_UNRECORDED;
    if (refund_find(running->db, arena, refund->reference, &there) != RESULT_OK)
        return true;
    bool is_mine = is_held(&there, refund->token);
    *out_end = REFUND_RECORDED;
    if (is_mine && there.state == outcome->to)
        return false;
    if (is_mine && refund_may_move(there.state, outcome->to)) {
        if (is_conflict && there.state == refund->state)
            record_unbelieved(running, outcome);
        refund->state = there.state;
        return there.state != outcome->to;
    }
    /* No answer says nothing against what somebody found out meanwhile. */
    if (outcome->to != REFUND_UNKNOWN)
        record_disagree(running, outcome, there.state);
    return false;
}

static enum refund_end record_answer(struct running *running, struct arena *arena,
                                     struct refund_outcome *outcome) {
    const struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};

    for (int try = 0; try < RECORD_TRIES; try++) {
        enum refund_end end;
        enum result result = refund_record(running->db, arena, outcome);

        if (result == RESULT_OK)
            return REFUND_RECORDED;
        if ((result == RESULT_CONFLICT || result == RESULT_UNCERTAIN) &&
            !record_reread(running, arena, result == RESULT_CONFLICT, outcome, &end))
            return end;
        if (result == RESULT_FAILED)
            break;
        if (result == RESULT_UNAVAILABLE)
            nanosleep(&pause, NULL);
    }
    LOG(LOG_LEVEL_ERROR, "refund.unrecorded", LOG_TEXT("reference", outcome->refund.reference),
        LOG_TEXT("state", refund_state_name(outcome->to)));
    return REFUND_UNRECORDED;
}

/* ---- the whole ---- */

static enum refund_end refund_finish(struct running *running, struct arena *arena,
                                     const struct refund_ask *ask, int64_t claimed_ms,
                                     struct refund_told *told) {
    struct refund_outcome outcome = {
        .refund = told->refund, .actor = ask->actor, .retry = &running->settings.autopay.retry};

    refund_send(running, arena, &told->refund, claimed_ms, &outcome.answer);
    FAULT_POINT("refund.after_answer");
    outcome.to = refund_state_of(outcome.answer.outcome);
    outcome.now = clock_now(running->clock);
    outcome.look_at = outcome.to == REFUND_UNKNOWN ? outcome.now + FIRST_LOOK_S : 0;
    enum refund_end end = record_answer(running, arena, &outcome);
    FAULT_POINT("refund.after_record");
    if (end == REFUND_RECORDED &&
        refund_find(running->db, arena, told->refund.reference, &told->refund) != RESULT_OK)
        end = REFUND_UNRECORDED;
    return end;
}

enum refund_end refund_run(struct running *running, struct arena *arena,
                           const struct refund_ask *ask, struct refund_told *out_told) {
    unsigned char *token = arena_alloc(arena, CLAIM_TOKEN_BYTES);
    char *reference = arena_alloc(arena, REFERENCE_SIZE);
    struct claiming claiming = {.running = running,
                                .arena = arena,
                                .ask = ask,
                                .reference = reference,
                                .token = token,
                                .told = out_told};

    assert(!ask->is_void || (!ask->amount_cents && !ask->reopens));
    *out_told = (struct refund_told){0};
    secret_random(token, CLAIM_TOKEN_BYTES);
    /* Another letter, so that nobody takes it for a payment's. */
    secret_reference(reference);
    reference[0] = 'R';
    enum result result = refund_payment(running->db, arena, ask->payment_reference,
                                        &out_told->payment);
    out_told->result = result;
    if (result == RESULT_NOT_FOUND)
        return REFUND_NO_PAYMENT;
    if (result != RESULT_OK)
        return REFUND_UNAVAILABLE;
    FAULT_POINT("refund.before_claim");
    int64_t claimed_ms = clock_monotonic_ms();
    enum refund_end end = claim_take(&claiming);
    if (end != REFUND_RECORDED || out_told->refund.state == REFUND_SUCCEEDED)
        return end;
    FAULT_POINT("refund.after_claim");
    return refund_finish(running, arena, ask, claimed_ms, out_told);
}
