#include "common/program/resolve.h"

#include <stdio.h>
#include <string.h>

#include "common/core/fault.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/money/money.h"
#include "common/program/refund.h"
#include "common/program/settling.h"
#include "common/store/look_store.h"
#include "common/store/user_store.h"

enum { SEEN_MAX = 32, SUBJECT_SIZE = 40 };

/* ---- decisions ---- */

#define FITS(decision) (1U << (decision))

static const char *const names[DECISION_COUNT] = {
    [DECISION_NOTED] = "noted",
    [DECISION_CHARGED] = "charged",
    [DECISION_NOT_CHARGED] = "not_charged",
    [DECISION_RETURNED] = "returned",
    [DECISION_VOIDED] = "voided",
    [DECISION_REFUNDED] = "refunded",
    [DECISION_NOT_REFUNDED] = "not_refunded",
};

/* Kinds whose doubt a person can end; all others can only be noted. */
static const struct {
    const char *kind;
    unsigned decisions;
} doubts[] = {
    {"unknown_payment", FITS(DECISION_CHARGED) | FITS(DECISION_NOT_CHARGED)},
    {"pending_payment", FITS(DECISION_CHARGED) | FITS(DECISION_RETURNED) | FITS(DECISION_VOIDED)},
    {"unknown_refund", FITS(DECISION_REFUNDED) | FITS(DECISION_NOT_REFUNDED)},
};

const char *decision_name(enum decision decision) {
    return names[decision];
}

enum result decision_parse(const char *name, enum decision *out_decision) {
    for (int at = 0; at < DECISION_COUNT; at++)
        if (text_equal(names[at], name)) {
            *out_decision = (enum decision)at;
            return RESULT_OK;
        }
    return RESULT_INVALID;
}

static unsigned doubt_decisions(const char *kind) {
    for (size_t at = 0; at < sizeof doubts / sizeof *doubts; at++)
        if (text_equal(doubts[at].kind, kind))
            return doubts[at].decisions;
    return 0;
}

bool decision_fits(const char *kind, enum decision decision) {
    return decision == DECISION_NOTED || doubt_decisions(kind) & FITS(decision);
}

/* ---- what the gateway has ---- */

struct seen {
    const char *reference;
    bool is_too_many;
    size_t count;
    struct gateway_transaction list[SEEN_MAX];
};

struct resolving {
    struct running *running;
    struct arena *arena;
    const struct resolve_ask *ask;
    struct resolve_told *told;
    struct open_payment payment; /* of a doubt about a payment */
    struct refund refund;        /* of a doubt about a refund */
    struct seen *seen;
    bool is_decided; /* in the books */
};

static enum resolve_end disagree(struct resolving *resolving, const char *why) {
    resolving->told->why = why;
    return RESOLVE_DISAGREES;
}

/* Told twice, the last word counts. */
static enum result seen_add(const struct gateway_transaction *transaction, void *context) {
    struct seen *seen = context;
    size_t at = 0;

    if (!text_equal(transaction->order_id, seen->reference))
        return RESULT_OK;
    while (at < seen->count &&
           !text_equal(seen->list[at].transaction_id, transaction->transaction_id))
        at++;
    if (at == SEEN_MAX) {
        seen->is_too_many = true;
        return RESULT_OK;
    }
    if (at == seen->count)
        seen->count++;
    seen->list[at] = *transaction;
    return RESULT_OK;
}

static bool gateway_look(struct resolving *resolving, const char *reference) {
    struct running *running = resolving->running;

    resolving->seen = arena_alloc(resolving->arena, sizeof *resolving->seen);
    resolving->seen->reference = reference;
    return gateway_lookup(running->gateway, resolving->arena, reference, seen_add,
                          resolving->seen) == RESULT_OK &&
           !resolving->seen->is_too_many;
}

static bool standing_is_money(enum gateway_standing standing) {
    return standing == STANDING_APPROVED || standing == STANDING_SETTLED;
}

static bool has_money(const struct gateway_transaction *transaction) {
    return transaction->has_sale && standing_is_money(transaction->standing);
}

/* What it took under the reference and has not sent back. A refund that came back is none. */
static int64_t kept_at_gateway(const struct seen *seen) {
    int64_t cents = 0;

    for (size_t at = 0; at < seen->count; at++) {
        const struct gateway_transaction *one = &seen->list[at];

        if (has_money(one))
            cents = money_add(cents, one->amount_cents);
        if (one->has_sale || standing_is_money(one->standing))
            cents = money_subtract(cents, one->refunded_cents);
    }
    return cents;
}

/* What it says is not understood. */
static bool has_odd(const struct seen *seen) {
    for (size_t at = 0; at < seen->count; at++)
        if (seen->list[at].standing == STANDING_OTHER)
            return true;
    return false;
}

/* The one that is meant: by its id, or the only one that took money. NULL: there is none. */
static const struct gateway_transaction *sale_meant(const struct resolving *resolving) {
    const char *id = resolving->ask->transaction_id;
    const struct gateway_transaction *found = NULL;
    size_t count = 0;

    for (size_t at = 0; at < resolving->seen->count; at++) {
        const struct gateway_transaction *one = &resolving->seen->list[at];

        if (has_money(one) && (!*id || text_equal(id, one->transaction_id))) {
            found = one;
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

/* ---- payments ---- */

static enum resolve_end end_of(enum settle_end end) {
    return end == SETTLE_RESOLVED ? RESOLVE_DONE : RESOLVE_UNFIT;
}

static enum resolve_end payment_decide(struct resolving *resolving, enum payment_state to,
                                       const struct gateway_transaction *seen) {
    struct settling settling = {.running = resolving->running,
                                .arena = resolving->arena,
                                .payment = &resolving->payment,
                                .now = resolving->ask->now,
                                .actor = resolving->ask->actor};

    FAULT_POINT("resolve.before_record");
    return end_of(settle_record(&settling, to, seen));
}

static enum resolve_end unknown_charged(struct resolving *resolving) {
    const struct gateway_transaction *sale = sale_meant(resolving);

    if (!sale)
        return disagree(resolving, *resolving->ask->transaction_id
                                       ? "it has no such transaction under this reference that"
                                         " took money"
                                       : "not one transaction under this reference took money:"
                                         " name the one that is meant with --transaction");
    if (sale->amount_cents != resolving->payment.amount_cents)
        return disagree(resolving, "it took another amount: cancel that there, decide not_charged,"
                                   " and let it be paid again");
    return payment_decide(resolving,
                          text_equal(resolving->payment.kind, "bank") &&
                                  sale->standing == STANDING_APPROVED
                              ? PAYMENT_PENDING
                              : PAYMENT_SUCCEEDED,
                          sale);
}

/* Our amount, taken and sent back, is a payment and its refund, and both can be booked. What cannot
 * (another amount, several times) is nothing taken once all of it went back. */
static enum resolve_end unknown_not_charged(struct resolving *resolving) {
    const struct gateway_transaction *sale = sale_meant(resolving);

    if (kept_at_gateway(resolving->seen) ||
        (sale && sale->amount_cents == resolving->payment.amount_cents))
        return disagree(resolving, "it took money under this reference: decide charged, after which"
                                   " a refund there is booked by itself, or cancel it there first");
    if ((!resolving->seen->count || has_odd(resolving->seen)) && !*resolving->ask->note)
        return RESOLVE_NOTE;
    return payment_decide(resolving, PAYMENT_NOT_CHARGED, NULL);
}

/* The gateway lost it, or says what is not understood: then a person's word counts. */
static enum resolve_end pending_decide(struct resolving *resolving) {
    const struct resolve_ask *ask = resolving->ask;
    const struct gateway_transaction *sale = sale_meant(resolving);
    struct gateway_transaction *said = arena_alloc(resolving->arena, sizeof *said);

    if (!*ask->note)
        return RESOLVE_NOTE;
    if (ask->decision != DECISION_CHARGED && kept_at_gateway(resolving->seen))
        return disagree(resolving, "it still has the money on its way, or took it");
    if (ask->decision == DECISION_CHARGED && !sale &&
        (*ask->transaction_id || kept_at_gateway(resolving->seen)))
        return disagree(resolving, "not one transaction under this reference took money: name the"
                                   " one that is meant with --transaction");
    if (ask->decision == DECISION_CHARGED && sale &&
        sale->amount_cents != resolving->payment.amount_cents)
        return disagree(resolving, "it took another amount: cancel that there, decide voided, and"
                                   " let it be paid again");
    if (sale)
        *said = *sale;
    snprintf(said->code, sizeof said->code, "%s", ask->code);
    return payment_decide(resolving,
                          ask->decision == DECISION_CHARGED    ? PAYMENT_SUCCEEDED
                          : ask->decision == DECISION_RETURNED ? PAYMENT_RETURNED
                                                               : PAYMENT_VOIDED,
                          said);
}

static enum resolve_end payment_resolve(struct resolving *resolving) {
    if (resolving->payment.state == PAYMENT_PROCESSING)
        return RESOLVE_SENDING;
    if (!gateway_look(resolving, resolving->payment.reference))
        return RESOLVE_NO_GATEWAY;
    if (resolving->payment.state == PAYMENT_PENDING)
        return pending_decide(resolving);
    return resolving->ask->decision == DECISION_CHARGED ? unknown_charged(resolving)
                                                        : unknown_not_charged(resolving);
}

/* ---- refunds ---- */

/* The gateway's transaction that sent just this back; NULL: none, or not one. */
static const struct gateway_transaction *back_meant(const struct resolving *resolving) {
    const char *id = resolving->ask->transaction_id;
    const struct gateway_transaction *found = NULL;
    size_t count = 0;

    for (size_t at = 0; at < resolving->seen->count; at++) {
        const struct gateway_transaction *one = &resolving->seen->list[at];
        bool went = resolving->refund.is_void
                        ? one->has_sale && one->standing == STANDING_VOIDED
                        : one->refunded_cents == resolving->refund.amount_cents;

        if (went && (!*id || text_equal(id, one->transaction_id))) {
            found = one;
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

/* Whether it sent back just this by a transaction that is no other refund of ours. */
static enum result back_is_there(struct resolving *resolving, bool *out_is_there) {
    const struct refund *refund = &resolving->refund;
    enum result result = RESULT_OK;

    *out_is_there = false;
    for (size_t at = 0; result == RESULT_OK && at < resolving->seen->count; at++) {
        const struct gateway_transaction *one = &resolving->seen->list[at];
        bool is_ours = true;

        if (one->has_sale || one->refunded_cents != refund->amount_cents ||
            !standing_is_money(one->standing))
            continue;
        result = refund_has_transaction(resolving->running->db, resolving->arena, refund->gateway,
                                        one->transaction_id, &is_ours);
        if (result == RESULT_OK && !is_ours)
            *out_is_there = true;
    }
    return result;
}

static enum resolve_end refund_decide(struct resolving *resolving, enum refund_state to,
                                      const char *transaction_id) {
    struct running *running = resolving->running;
    struct refund_outcome outcome = {.refund = resolving->refund,
                                     .to = to,
                                     .actor = resolving->ask->actor,
                                     .now = resolving->ask->now,
                                     .retry = &running->settings.autopay.retry};

    snprintf(outcome.answer.transaction_id, sizeof outcome.answer.transaction_id, "%s",
             transaction_id);
    enum result result = refund_record(running->db, resolving->arena, &outcome);
    resolving->told->result = result;
    if (result == RESULT_OK)
        return RESOLVE_DONE;
    return result == RESULT_CONFLICT ? RESOLVE_UNFIT : RESOLVE_UNAVAILABLE;
}

static enum resolve_end refund_resolve(struct resolving *resolving) {
    const struct refund *refund = &resolving->refund;

    if (refund->state == REFUND_PROCESSING)
        return RESOLVE_SENDING;
    if (!gateway_look(resolving, refund->payment_reference))
        return RESOLVE_NO_GATEWAY;
    const struct gateway_transaction *back = back_meant(resolving);
    if (resolving->ask->decision == DECISION_REFUNDED)
        return back ? refund_decide(resolving, REFUND_SUCCEEDED,
                                    refund->is_void ? "" : back->transaction_id)
                    : disagree(resolving, "not one transaction under this reference sent just"
                                          " this back: name the one that is meant with"
                                          " --transaction");
    if (!*resolving->ask->note)
        return RESOLVE_NOTE;
    if (refund->is_void && back)
        return disagree(resolving, "the payment is voided there");
    bool is_there = false;
    if (!refund->is_void)
        resolving->told->result = back_is_there(resolving, &is_there);
    if (resolving->told->result != RESULT_OK)
        return RESOLVE_UNAVAILABLE;
    if (is_there)
        return disagree(resolving, "it sent just this back, by a transaction that is no other"
                                   " refund of ours: decide refunded");
    return refund_decide(resolving, REFUND_FAILED, "");
}

/* ---- all of it ---- */

/* *out_is_there: what the item is about is in doubt still. */
static enum result doubt_find(struct resolving *resolving, bool *out_is_there) {
    const struct queue_entry *item = &resolving->told->item;
    struct db *db = resolving->running->db;
    int64_t timeout_s = resolving->running->settings.gateway.timeout_ms / 1000 + 1;
    bool is_pending = text_equal(item->kind, "pending_payment");
    enum result result;

    *out_is_there = false;
    if (!doubt_decisions(item->kind))
        return RESULT_OK;
    if (text_equal(item->kind, "unknown_refund")) {
        const char *reference = strchr(item->key, ':');

        result = refund_find(db, resolving->arena, reference ? reference + 1 : "",
                             &resolving->refund);
        *out_is_there = result == RESULT_OK && refund_is_open(resolving->refund.state);
    } else {
        result = payment_open_one(db, resolving->arena, item->payment_reference, timeout_s,
                                  &resolving->payment);
        *out_is_there = result == RESULT_OK &&
                        (resolving->payment.state == PAYMENT_PENDING) == is_pending;
    }
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

static enum result close_work(struct db *db, void *context) {
    const struct resolving *resolving = context;
    const struct resolve_ask *ask = resolving->ask;
    const struct queue_entry *item = &resolving->told->item;
    char subject[SUBJECT_SIZE];
    enum result result = queue_close(db, ask->item_id, resolving->is_decided,
                                     decision_name(ask->decision), ask->note, ask->actor, ask->now);

    if (result != RESULT_OK)
        return result;
    snprintf(subject, sizeof subject, "queue:%lld", (long long)item->id);
    return audit_add(db, &(struct audit){.at = ask->now,
                                         .actor = ask->actor,
                                         .action = "queue.resolve",
                                         .account_id = item->account_id,
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

static enum resolve_end item_close(struct resolving *resolving, bool is_decided) {
    struct running *running = resolving->running;

    /* A settler may have seen already that it is decided, and cleared it away. */
    resolving->is_decided = is_decided;
    enum result result = db_transaction(running->db, close_work, resolving);

    resolving->told->result = result;
    if (result == RESULT_OK || (result == RESULT_CONFLICT && is_decided))
        return RESOLVE_DONE;
    return result == RESULT_CONFLICT ? RESOLVE_CLOSED : RESOLVE_UNAVAILABLE;
}

enum resolve_end resolve(struct running *running, struct arena *arena,
                         const struct resolve_ask *ask, struct resolve_told *out_told) {
    struct resolving resolving = {.running = running, .arena = arena, .ask = ask, .told = out_told};
    bool is_there = false;

    *out_told = (struct resolve_told){.why = ""};
    out_told->result = queue_find(running->db, arena, ask->item_id, &out_told->item);
    if (out_told->result == RESULT_NOT_FOUND)
        return RESOLVE_NO_ITEM;
    if (out_told->result == RESULT_OK)
        out_told->result = doubt_find(&resolving, &is_there);
    if (out_told->result != RESULT_OK)
        return RESOLVE_UNAVAILABLE;
    if (out_told->item.closed_at)
        return RESOLVE_CLOSED;
    if (!decision_fits(out_told->item.kind, ask->decision))
        return RESOLVE_WRONG;
    if (ask->decision == DECISION_NOTED)
        return is_there ? RESOLVE_DOUBTED : item_close(&resolving, false);
    if (!is_there)
        return RESOLVE_CLEAR;
    enum resolve_end end = text_equal(out_told->item.kind, "unknown_refund")
                               ? refund_resolve(&resolving)
                               : payment_resolve(&resolving);
    return end == RESOLVE_DONE ? item_close(&resolving, true) : end;
}
