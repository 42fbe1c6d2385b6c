#include "common/program/return.h"

#include <stdio.h>

#include "common/billing/ach_return.h"
#include "common/core/fault.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/draft_follow.h"
#include "common/program/return_tell.h"
#include "common/store/event_store.h"
#include "common/store/user_store.h"

enum { TRIES = 3, SUBJECT_SIZE = 64, NUMBER_SIZE = 32 };

struct returning {
    struct arena *arena;
    const struct return_ask *ask;
    const char *reference;
    struct return_told *told;
    enum return_end why; /* when the work returns RESULT_CONFLICT */
};

static enum result conflict(struct returning *returning, enum return_end why) {
    returning->why = why;
    return RESULT_CONFLICT;
}

static enum payment_state state_to(const struct returning *returning) {
    return returning->ask->is_chargeback ? PAYMENT_CHARGED_BACK : PAYMENT_RETURNED;
}

/* ---- whether ---- */

/* What came back before; a payment that was not money yet has no refund of it. */
static enum result before_find(struct db *db, struct returning *returning) {
    struct refund *refund = &returning->told->refund;
    enum result result = refund_find(db, returning->arena, returning->reference, refund);

    if (result == RESULT_NOT_FOUND)
        *refund = (struct refund){.reference = "", .response_code = ""};
    else if (result != RESULT_OK)
        return result;
    return conflict(returning, RETURN_AGAIN);
}

static enum result key_compare(struct db *db, struct returning *returning) {
    enum result result = refund_of_request(db, returning->arena,
                                           returning->told->payment.account_id,
                                           returning->ask->request_key, &returning->told->refund);

    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    return result == RESULT_OK ? conflict(returning, RETURN_KEY_USED) : result;
}

static enum result decide(struct db *db, struct returning *returning) {
    struct return_told *told = returning->told;
    enum result result = refund_payment(db, returning->arena, returning->ask->payment_reference,
                                        &told->payment);

    if (result == RESULT_OK && told->payment.figures.state == state_to(returning))
        return before_find(db, returning);
    if (result == RESULT_OK && returning->ask->request_key)
        result = key_compare(db, returning);
    if (result != RESULT_OK)
        return result;
    told->refusal = refund_taken_refusal(&told->payment.figures, state_to(returning));
    if (told->refusal != REFUND_ALLOWED)
        return conflict(returning, RETURN_REFUSED);
    return *told->payment.open_refund ? conflict(returning, RETURN_BUSY) : RESULT_OK;
}

/* ---- what of it ---- */

static struct refund refund_of(const struct returning *returning) {
    const struct return_ask *ask = returning->ask;
    const struct refund_payment *payment = &returning->told->payment;
    struct refund_parts parts = refund_split_all(&payment->figures);

    return (struct refund){.account_id = payment->account_id,
                           .payment_id = payment->id,
                           .user_id = payment->user_id,
                           .reference = returning->reference,
                           .payment_reference = payment->reference,
                           .kind = ask->is_chargeback ? REFUND_KIND_CHARGEBACK : REFUND_KIND_RETURN,
                           .reopens = true,
                           .is_bank = payment->figures.is_bank,
                           .state = REFUND_SUCCEEDED,
                           .amount_cents = payment->figures.amount_cents,
                           .credit_cents = parts.credit_cents,
                           .adjustment_cents = parts.adjustment_cents,
                           .gateway = payment->gateway,
                           .sale_transaction_id = payment->transaction_id,
                           .transaction_id = "",
                           .response_code = ask->code,
                           .response_text = "",
                           .created_at = ask->now,
                           .closed_at = ask->now};
}

static enum result refund_write(struct db *db, struct returning *returning) {
    const struct return_ask *ask = returning->ask;
    struct refund *refund = &returning->told->refund;
    struct allocation *list;
    size_t count;

    *refund = refund_of(returning);
    enum result result = refund_free(db, returning->arena, refund->account_id, refund->payment_id,
                                     &list, &count);
    if (result != RESULT_OK)
        return result;
    /* All that its invoices hold; the sums say how much that is. */
    if (allocate_all(list, count) !=
        refund_split_all(&returning->told->payment.figures).invoice_cents)
        return conflict(returning, RETURN_UNFIT);
    count = allocation_pack(list, count);
    return refund_add(db,
                      &(struct refund_draft){.account_id = refund->account_id,
                                             .payment_id = refund->payment_id,
                                             .amount_cents = refund->amount_cents,
                                             .credit_cents = refund->credit_cents,
                                             .adjustment_cents = refund->adjustment_cents,
                                             .reference = refund->reference,
                                             .request_key = ask->request_key,
                                             .response_code = ask->code,
                                             .kind = refund->kind,
                                             .reopens = refund->reopens,
                                             .state = refund->state,
                                             .gateway = refund->gateway,
                                             .note = ask->note,
                                             .actor = ask->actor,
                                             .now = ask->now,
                                             .list = list,
                                             .count = count},
                      &refund->id);
}

/* ---- what follows ---- */

static enum result payment_move(struct db *db, const struct returning *returning) {
    const struct refundable *figures = &returning->told->payment.figures;
    const struct refund *refund = &returning->told->refund;

    return payment_reverse(db, refund->account_id, refund->payment_id, figures->state,
                           state_to(returning), refund_left_cents(figures),
                           money_subtract(figures->credit_cents, figures->credit_refunded_cents));
}

static enum result method_mark(struct db *db, const struct returning *returning) {
    const struct refund *refund = &returning->told->refund;
    const char *code = returning->ask->code;

    if (!*refund->gateway)
        return RESULT_OK;
    /* Who disputes a payment is not charged again with the same card before they have acted. */
    if (returning->ask->is_chargeback)
        code = "charged_back";
    else if (!ach_return_find(code)->disables)
        code = "";
    return method_paid(db, &(struct method_paid){.account_id = refund->account_id,
                                                 .payment_id = refund->payment_id,
                                                 .is_over = true,
                                                 .transaction_id = "",
                                                 .refusal_code = code,
                                                 .now = returning->ask->now});
}

/* Its invoices, and the one for what they did not hold. */
static enum result dispute(struct db *db, const struct returning *returning) {
    const struct refund *refund = &returning->told->refund;
    char number[NUMBER_SIZE];

    if (!returning->ask->is_chargeback)
        return RESULT_OK;
    snprintf(number, sizeof number, "ADJ-%s", refund->reference);
    return invoices_dispute(db, refund->account_id, refund->id,
                            refund->adjustment_cents ? number : NULL, returning->ask->now);
}

static enum result tell(struct db *db, const struct returning *returning) {
    const struct refund_payment *payment = &returning->told->payment;
    const struct return_ask *ask = returning->ask;
    struct return_facts facts = {.account_id = payment->account_id,
                                 .payment_id = payment->id,
                                 .user_id = payment->user_id,
                                 .payment_reference = payment->reference,
                                 .amount_cents = payment->figures.amount_cents,
                                 .is_chargeback = ask->is_chargeback,
                                 .code = ask->code,
                                 .is_by_hand = payment->figures.is_by_hand,
                                 /* What nobody's bank sends back costs no fee. */
                                 .fee_cents = text_equal(payment->kind, "wire") ||
                                                      text_equal(payment->kind, "cash")
                                                  ? 0
                                                  : ask->fee_cents,
                                 .now = ask->now};

    returning->told->fee_cents = return_fee(&facts);
    enum result result = return_tell(db, &facts);
    if (result == RESULT_OK)
        result = payment_event_add(
            db, &(struct payment_event){.account_id = payment->account_id,
                                        .payment_id = payment->id,
                                        .at = ask->now,
                                        .from = payment_state_name(payment->figures.state),
                                        .to = state_to(returning),
                                        .actor = ask->actor,
                                        .detail = ask->code});
    return result;
}

static enum result draft_tell(struct db *db, const struct returning *returning) {
    const struct refund_payment *payment = &returning->told->payment;
    const struct return_ask *ask = returning->ask;

    if (!payment->draft_id)
        return RESULT_OK;
    return draft_follow(db,
                        &(struct draft_fact){.account_id = payment->account_id,
                                             .draft_id = payment->draft_id,
                                             .payment_id = payment->id,
                                             .state = state_to(returning),
                                             .decline_class = "",
                                             .return_code = ask->code,
                                             .now = ask->now,
                                             .retry = ask->retry},
                        NULL);
}

static enum result audit(struct db *db, const struct returning *returning) {
    const struct return_ask *ask = returning->ask;
    char subject[SUBJECT_SIZE];

    if (!ask->is_audited)
        return RESULT_OK;
    snprintf(subject, sizeof subject, "payment:%s", ask->payment_reference);
    return audit_add(db, &(struct audit){.at = ask->now,
                                         .actor = ask->actor,
                                         .action = "payment.return",
                                         .account_id = returning->told->payment.account_id,
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

static enum result return_work(struct db *db, void *context) {
    struct returning *returning = context;
    struct return_told *told = returning->told;

    returning->why = RETURN_UNFIT;
    enum result result = account_move(db, told->payment.account_id, 0, 0);

    if (result == RESULT_OK)
        result = decide(db, returning);
    if (result == RESULT_OK)
        result = refund_write(db, returning);
    FAULT_POINT("return.inside");
    if (result == RESULT_OK)
        result = refund_book_money(db, &told->refund, true, returning->ask->now);
    if (result == RESULT_OK)
        result = dispute(db, returning);
    if (result == RESULT_OK)
        result = payment_move(db, returning);
    if (result == RESULT_OK)
        result = method_mark(db, returning);
    if (result == RESULT_OK)
        result = tell(db, returning);
    if (result == RESULT_OK)
        result = draft_tell(db, returning);
    return result == RESULT_OK ? audit(db, returning) : result;
}

/* ---- the whole ---- */

const char *return_reference(struct arena *arena, const char *payment_reference,
                             bool is_chargeback) {
    char *reference = arena_copy(arena, payment_reference, REFERENCE_SIZE - 1);

    reference[0] = is_chargeback ? 'D' : 'B';
    return reference;
}

static enum return_end end_of(const struct returning *returning, enum result result) {
    if (result == RESULT_OK)
        return RETURN_RECORDED;
    if (result == RESULT_CONFLICT)
        return returning->why;
    /* A CHECK does not take the figures. */
    return result == RESULT_INVALID ? RETURN_UNFIT : RETURN_UNAVAILABLE;
}

enum return_end return_record(struct db *db, struct arena *arena, const struct return_ask *ask,
                              struct return_told *out_told) {
    struct returning returning = {.arena = arena, .ask = ask, .told = out_told};

    *out_told = (struct return_told){0};
    enum result result = refund_payment(db, arena, ask->payment_reference, &out_told->payment);
    out_told->result = result;
    if (result == RESULT_NOT_FOUND)
        return RETURN_NO_PAYMENT;
    if (result != RESULT_OK)
        return RETURN_UNAVAILABLE;
    returning.reference = return_reference(arena, out_told->payment.reference, ask->is_chargeback);
    FAULT_POINT("return.before_record");
    result = RESULT_UNCERTAIN;
    /* After a COMMIT without an answer the row itself is asked: it is there, or it is tried again;
     * one that lands only then makes the next try say that it came back before. */
    for (int try = 0; try < TRIES && result == RESULT_UNCERTAIN; try++) {
        result = db_transaction(db, return_work, &returning);
        if (result == RESULT_UNCERTAIN &&
            refund_find(db, arena, returning.reference, &out_told->refund) == RESULT_OK)
            result = RESULT_OK;
    }
    FAULT_POINT("return.after_record");
    out_told->result = result;
    return end_of(&returning, result);
}
