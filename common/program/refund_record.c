/* refund_record.c - step 3 of refund.h: what an outcome does to the books. */
#include "common/program/refund.h"

#include <assert.h>
#include <stdio.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/draft_follow.h"
#include "common/store/credit_store.h"
#include "common/store/event_store.h"
#include "common/store/issue_store.h"

enum { KEY_SIZE = 64, DETAIL_SIZE = 200, NUMBER_SIZE = 32 };

/* The lines of an entry behind those of its invoices. */
enum { LINE_CREDIT = ALLOCATIONS_MAX + 1, LINE_ADJUSTMENT };

enum refund_state refund_state_of(enum gateway_outcome outcome) {
    switch (outcome) {
    case GATEWAY_APPROVED:
    case GATEWAY_PENDING: /* in the next ACH file: it left our hands */
        return REFUND_SUCCEEDED;
    case GATEWAY_DECLINED:
    case GATEWAY_REFUSED:
    case GATEWAY_MISCONFIGURED:
        return REFUND_FAILED;
    case GATEWAY_NOT_SENT:
        return REFUND_NOT_SENT;
    case GATEWAY_UNKNOWN:
        break;
    }
    return REFUND_UNKNOWN;
}

/* A void's follows from what the payment is when it is booked: a pending one may have become money
 * since the void was claimed. */
bool refund_reopens(const struct refund_payment *payment, const struct refund *refund) {
    return refund->is_void ? payment_is_money(payment->figures.state) : refund->reopens;
}

enum result refund_event(struct db *db, const struct refund *refund, enum payment_state from,
                         enum payment_state to, const char *actor, int64_t now) {
    char detail[DETAIL_SIZE];

    snprintf(detail, sizeof detail, "%s %s %s", refund->is_void ? "void" : "refund",
             refund->reference, refund_state_name(refund->state));
    return payment_event_add(db, &(struct payment_event){.account_id = refund->account_id,
                                                         .payment_id = refund->payment_id,
                                                         .at = now,
                                                         .from = payment_state_name(from),
                                                         .to = to,
                                                         .actor = actor,
                                                         .detail = detail});
}

static int64_t invoice_cents(const struct refund *refund) {
    return money_subtract(refund->amount_cents,
                          money_add(refund->credit_cents, refund->adjustment_cents));
}

/* One entry: a ledger's cents against the receivables of the invoices, and against the account's
 * credit and what neither held, where the refund has them. */
static enum result entry_book(struct db *db, const struct refund *refund, const char *key,
                              const char *kind, const char *ledger, int64_t ledger_cents,
                              int64_t now) {
    bool is_money = ledger_cents < 0;
    int64_t account_id = refund->account_id, entry_id = 0;
    enum result result = journal_entry_add(
        db,
        &(struct journal_entry){
            .account_id = account_id,
            .event_key = key,
            .kind = kind,
            .at = now,
            .on_date = instant_date(now),
            .payment_id = refund->payment_id,
            .balance_cents = is_money ? money_add(invoice_cents(refund), refund->credit_cents)
                                      : -invoice_cents(refund),
            .money_cents = is_money ? ledger_cents : 0},
        &entry_id);

    if (result == RESULT_OK)
        result = journal_post(db, account_id, entry_id, 0, ledger, 0, ledger_cents);
    if (result == RESULT_OK)
        result = journal_post_refund(db, account_id, entry_id, refund->id, is_money ? 1 : -1);
    if (result == RESULT_OK && is_money && refund->credit_cents)
        result = journal_post(db, account_id, entry_id, LINE_CREDIT, "credit", 0,
                              refund->credit_cents);
    if (result == RESULT_OK && is_money && refund->adjustment_cents)
        result = journal_post(db, account_id, entry_id, LINE_ADJUSTMENT, "adjustment", 0,
                              refund->adjustment_cents);
    return result;
}

/* Money out and due again; unless it stays due, credited in the same breath. */
static enum result journal_book(struct db *db, const struct refund *refund, bool reopens,
                                int64_t now) {
    const char *kind = refund_kind_name(refund->kind);
    /* To the journal a bank took the money back, whatever it is called; the key says which. */
    const char *entry_kind = refund_kind_is_taken(refund->kind)
                                 ? refund_kind_name(REFUND_KIND_RETURN)
                                 : kind;
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "%s:%s", kind, refund->reference);
    enum result result = entry_book(db, refund, key, entry_kind, "money", -refund->amount_cents,
                                    now);
    if (result != RESULT_OK || reopens || !invoice_cents(refund))
        return result;
    snprintf(key, sizeof key, "%s:%s:credit", kind, refund->reference);
    return entry_book(db, refund, key, "credit", "adjustment", invoice_cents(refund), now);
}

static const char *went_back(enum refund_kind kind) {
    static const char *const words[] = {[REFUND_KIND_REFUND] = "refunded",
                                        [REFUND_KIND_VOID] = "voided",
                                        [REFUND_KIND_RETURN] = "returned",
                                        [REFUND_KIND_CHARGEBACK] = "charged back"};

    return words[kind];
}

/* What went out and nothing held is owed again, and a person is told. */
static enum result adjustment_book(struct db *db, const struct refund *refund, int64_t now) {
    char number[NUMBER_SIZE], line[DETAIL_SIZE], key[KEY_SIZE];

    if (!refund->adjustment_cents)
        return RESULT_OK;
    snprintf(number, sizeof number, "ADJ-%s", refund->reference);
    snprintf(line, sizeof line,
             "Payment %s was %s after money of it had been refunded or spent as credit",
             refund->payment_reference, went_back(refund->kind));
    enum result result = issue_invoice(db, &(struct issue){.account_id = refund->account_id,
                                                           .number = number,
                                                           .billing_type = "Adjustments",
                                                           .line = line,
                                                           .kind = "invoice",
                                                           .ledger = "adjustment",
                                                           .amount_cents = refund->adjustment_cents,
                                                           .now = now});
    if (result != RESULT_OK)
        return result;
    snprintf(key, sizeof key, "adjustment:%s", refund->reference);
    snprintf(line, sizeof line, "%s %s of %s: more went out than it held; invoice %s",
             refund_kind_name(refund->kind), refund->reference, refund->payment_reference, number);
    return queue_add(db, key, "adjustment", refund->account_id, refund->payment_id, line, now);
}

/* Of a payment that is money, or was. */
enum result refund_book_money(struct db *db, const struct refund *refund, bool reopens,
                              int64_t now) {
    int64_t account_id = refund->account_id;
    enum result result = account_move(db, account_id, reopens ? invoice_cents(refund) : 0, 0);

    if (result == RESULT_OK && !refund->is_void)
        result = allocations_refund(db, account_id, refund->id);
    if (result == RESULT_OK)
        result = invoices_disputes_end(db, account_id, refund->id);
    if (result == RESULT_OK)
        result = invoices_unpay(db, account_id, refund->id, !reopens);
    /* A refund took its credit when it was claimed. */
    if (result == RESULT_OK && refund->kind != REFUND_KIND_REFUND && refund->credit_cents)
        result = credit_move(db, account_id, -refund->credit_cents);
    if (result == RESULT_OK)
        result = journal_book(db, refund, reopens, now);
    return result == RESULT_OK ? adjustment_book(db, refund, now) : result;
}

/* Of a pending one: nothing was money yet, and a method that was for it alone is done with. */
static enum result pending_book(struct db *db, const struct refund_payment *payment,
                                const struct refund *refund, int64_t now) {
    const struct refundable *figures = &payment->figures;
    /* What is to be credit reserves nothing. */
    enum result result = account_move(db, refund->account_id, 0,
                                      money_subtract(figures->credit_cents, figures->amount_cents));

    if (result == RESULT_OK)
        result = invoices_release(db, refund->account_id, refund->payment_id);
    if (result != RESULT_OK)
        return result;
    return method_paid(db, &(struct method_paid){.account_id = refund->account_id,
                                                 .payment_id = refund->payment_id,
                                                 .is_over = true,
                                                 .transaction_id = "",
                                                 .refusal_code = "",
                                                 .now = now});
}

static enum result tell(struct db *db, const struct refund_payment *payment,
                        const struct refund *refund, int64_t now) {
    const char *kind = refund->is_void ? "voided" : "refunded";
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "%s:%s", kind, refund->reference);
    return outbox_add(db, key, kind, refund->account_id, payment->user_id, refund->id, now);
}

enum result refund_book(struct db *db, const struct refund_payment *payment,
                        const struct refund *refund, int64_t now) {
    enum payment_state from = payment->figures.state;
    enum payment_state to = refund_payment_state(&payment->figures, refund->is_void,
                                                 refund->amount_cents);

    if (!payment_may_move(from, to) || refund->amount_cents > refund_left_cents(&payment->figures))
        return RESULT_CONFLICT;
    enum result result = payment_is_money(from)
                             ? refund_book_money(db, refund, refund_reopens(payment, refund), now)
                             : pending_book(db, payment, refund, now);
    if (result == RESULT_OK)
        /* An adjustment stands for credit that was spent. */
        result = payment_reverse(
            db, refund->account_id, refund->payment_id, from, to,
            refund->is_void ? 0 : refund->amount_cents,
            refund->is_void ? 0 : money_add(refund->credit_cents, refund->adjustment_cents));
    if (result == RESULT_OK)
        result = tell(db, payment, refund, now);
    return result;
}

/* What a void takes is known only now: its payment may have settled since, and credit of it may
 * have been spent. */
static void void_split(const struct refund_payment *payment, struct refund *refund) {
    struct refund_parts parts = refund_split_all(&payment->figures);

    if (!payment_is_money(payment->figures.state))
        return;
    refund->credit_cents = parts.credit_cents;
    refund->adjustment_cents = parts.adjustment_cents;
}

/* What did not go back is the account's again. */
static enum result credit_release(struct db *db, const struct refund *refund) {
    bool is_held = refund->kind == REFUND_KIND_REFUND && refund->credit_cents;

    return is_held ? credit_move(db, refund->account_id, refund->credit_cents) : RESULT_OK;
}

/* A draft whose payment was taken back is over; what was refunded on purpose stays taken. */
static enum result draft_tell(struct db *db, const struct refund_outcome *outcome,
                              const struct refund_payment *payment) {
    if (!payment->draft_id)
        return RESULT_OK;
    return draft_follow(db,
                        &(struct draft_fact){.account_id = payment->account_id,
                                             .draft_id = payment->draft_id,
                                             .payment_id = payment->id,
                                             .state = PAYMENT_VOIDED,
                                             .decline_class = "",
                                             .return_code = "",
                                             .now = outcome->now,
                                             .retry = outcome->retry},
                        NULL);
}

struct recording {
    struct arena *arena;
    const struct refund_outcome *outcome;
};

static enum result record_work(struct db *db, void *context) {
    const struct recording *recording = context;
    const struct refund_outcome *outcome = recording->outcome;
    struct refund refund = outcome->refund;
    struct refund_payment payment;
    enum result result = account_move(db, refund.account_id, 0, 0);

    if (result == RESULT_OK)
        result = refund_payment(db, recording->arena, refund.payment_reference, &payment);
    if (result != RESULT_OK)
        return result;
    if (outcome->to == REFUND_SUCCEEDED && refund.is_void)
        void_split(&payment, &refund);
    struct refund_closing closing = {
        .account_id = refund.account_id,
        .refund_id = refund.id,
        .from = refund.state,
        .to = outcome->to,
        .reopens = refund_reopens(&payment, &refund),
        .credit_cents = refund.credit_cents,
        .adjustment_cents = refund.adjustment_cents,
        .token = refund.token,
        /* Where the gateway answers with the sale's own, it names no refund. */
        .transaction_id = text_equal(outcome->answer.transaction_id, payment.transaction_id)
                              ? ""
                              : outcome->answer.transaction_id,
        .response_code = outcome->answer.code,
        .response_text = outcome->answer.text,
        .now = outcome->now,
        .look_at = outcome->look_at,
    };
    result = refund_close(db, &closing);
    refund.state = outcome->to;
    if (result == RESULT_OK && outcome->to == REFUND_SUCCEEDED)
        result = refund_book(db, &payment, &refund, outcome->now);
    else if (result == RESULT_OK && !refund_is_open(outcome->to))
        result = credit_release(db, &refund);
    if (result == RESULT_OK && outcome->to == REFUND_SUCCEEDED && refund.is_void)
        result = draft_tell(db, outcome, &payment);
    if (result != RESULT_OK)
        return result;
    return refund_event(
        db, &refund, payment.figures.state,
        outcome->to == REFUND_SUCCEEDED
            ? refund_payment_state(&payment.figures, refund.is_void, refund.amount_cents)
            : payment.figures.state,
        outcome->actor, outcome->now);
}

enum result refund_record(struct db *db, struct arena *arena,
                          const struct refund_outcome *outcome) {
    struct recording recording = {arena, outcome};

    assert(refund_is_open(outcome->refund.state) && outcome->refund.token);
    enum result result = db_transaction(db, record_work, &recording);
    /* The sums do not allow what was recorded already: the same answer as its state gives. */
    return result == RESULT_INVALID ? RESULT_CONFLICT : result;
}
