#include "common/program/reversal.h"

#include "common/core/fault.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/program/draft_follow.h"
#include "common/program/refund.h"

enum { TRIES = 3 };

static const char actor[] = "gateway";

struct reversing {
    struct arena *arena;
    const struct reversal_ask *ask;
    const char *reference;
    struct refund_payment payment;
    struct refund refund;
    enum reversal_end why; /* when the work returns RESULT_CONFLICT */
};

static enum result conflict(struct reversing *reversing, enum reversal_end why) {
    reversing->why = why;
    return RESULT_CONFLICT;
}

/* ---- whether ---- */

static enum result decide(struct db *db, struct reversing *reversing) {
    const struct reversal_ask *ask = reversing->ask;
    const struct refundable *figures = &reversing->payment.figures;
    bool has = false;
    enum result result = refund_payment(db, reversing->arena, ask->payment_reference,
                                        &reversing->payment);

    if (result == RESULT_OK && !ask->is_void)
        result = refund_has_transaction(db, reversing->arena, reversing->payment.gateway,
                                        ask->transaction_id, &has);
    if (result != RESULT_OK)
        return result;
    if (has || (ask->is_void && figures->state == PAYMENT_VOIDED))
        return conflict(reversing, REVERSAL_AGAIN);
    if (*reversing->payment.open_refund)
        return conflict(reversing, REVERSAL_BUSY);
    int64_t cents = ask->is_void ? refund_left_cents(figures) : ask->amount_cents;
    bool fits = payment_is_money(figures->state) &&
                payment_may_move(figures->state,
                                 refund_payment_state(figures, ask->is_void, cents)) &&
                cents <= refund_left_cents(figures);
    return fits ? RESULT_OK : conflict(reversing, REVERSAL_UNFIT);
}

/* ---- what of it ---- */

static struct refund_parts parts_of(const struct reversing *reversing) {
    const struct refundable *figures = &reversing->payment.figures;

    return reversing->ask->is_void ? refund_split_all(figures)
                                   : refund_split(figures, reversing->ask->amount_cents);
}

static struct refund refund_of(const struct reversing *reversing,
                               const struct refund_parts *parts) {
    const struct reversal_ask *ask = reversing->ask;
    const struct refund_payment *payment = &reversing->payment;
    struct refund refund = {.account_id = payment->account_id,
                            .payment_id = payment->id,
                            .user_id = payment->user_id,
                            .reference = reversing->reference,
                            .payment_reference = payment->reference,
                            .kind = ask->is_void ? REFUND_KIND_VOID : REFUND_KIND_REFUND,
                            .is_void = ask->is_void,
                            .is_bank = payment->figures.is_bank,
                            .state = REFUND_SUCCEEDED,
                            .amount_cents = ask->is_void ? refund_left_cents(&payment->figures)
                                                         : ask->amount_cents,
                            .credit_cents = parts->credit_cents,
                            .adjustment_cents = parts->adjustment_cents,
                            .gateway = payment->gateway,
                            .sale_transaction_id = payment->transaction_id,
                            .transaction_id = ask->transaction_id,
                            .response_code = ask->has_no_order ? REFUND_WITHOUT_ORDER : "",
                            .response_text = "",
                            .created_at = ask->now,
                            .closed_at = ask->now};

    refund.reopens = refund_reopens(payment, &refund);
    return refund;
}

static enum result refund_write(struct db *db, struct reversing *reversing) {
    const struct reversal_ask *ask = reversing->ask;
    struct refund *refund = &reversing->refund;
    struct refund_parts parts = parts_of(reversing);
    struct allocation *list;
    size_t count;

    *refund = refund_of(reversing, &parts);
    enum result result = refund_free(db, reversing->arena, refund->account_id, refund->payment_id,
                                     &list, &count);
    if (result != RESULT_OK)
        return result;
    if (allocate_back(list, count, parts.invoice_cents) != 0)
        return conflict(reversing, REVERSAL_UNFIT);
    count = allocation_pack(list, count);
    /* One of ours takes its credit when it is claimed; so it is with money that went already. */
    if (!refund->is_void && refund->credit_cents)
        result = credit_move(db, refund->account_id, -refund->credit_cents);
    if (result != RESULT_OK)
        return result;
    return refund_add(
        db,
        &(struct refund_draft){.account_id = refund->account_id,
                               .payment_id = refund->payment_id,
                               .amount_cents = refund->amount_cents,
                               .credit_cents = refund->credit_cents,
                               .adjustment_cents = refund->adjustment_cents,
                               .reference = refund->reference,
                               .transaction_id = *ask->transaction_id ? ask->transaction_id : NULL,
                               .response_code = refund->response_code,
                               .kind = refund->kind,
                               .reopens = refund->reopens,
                               .state = refund->state,
                               .gateway = refund->gateway,
                               .note = "",
                               .actor = actor,
                               .now = ask->now,
                               .list = list,
                               .count = count},
        &refund->id);
}

/* ---- what follows ---- */

/* A draft whose payment was taken back is over; what was refunded on purpose stays taken. */
static enum result draft_tell(struct db *db, const struct reversing *reversing) {
    const struct refund_payment *payment = &reversing->payment;

    if (!reversing->ask->is_void || !payment->draft_id)
        return RESULT_OK;
    return draft_follow(db,
                        &(struct draft_fact){.account_id = payment->account_id,
                                             .draft_id = payment->draft_id,
                                             .payment_id = payment->id,
                                             .state = PAYMENT_VOIDED,
                                             .decline_class = "",
                                             .return_code = "",
                                             .now = reversing->ask->now,
                                             .retry = reversing->ask->retry},
                        NULL);
}

static enum result reversal_work(struct db *db, void *context) {
    struct reversing *reversing = context;
    const struct reversal_ask *ask = reversing->ask;
    const struct refundable *figures = &reversing->payment.figures;

    reversing->why = REVERSAL_UNFIT;
    enum result result = account_move(db, reversing->payment.account_id, 0, 0);
    if (result == RESULT_OK)
        result = decide(db, reversing);
    if (result == RESULT_OK)
        result = refund_write(db, reversing);
    FAULT_POINT("reversal.inside");
    if (result == RESULT_OK)
        result = refund_book(db, &reversing->payment, &reversing->refund, ask->now);
    if (result == RESULT_OK)
        result = draft_tell(db, reversing);
    if (result != RESULT_OK)
        return result;
    return refund_event(db, &reversing->refund, figures->state,
                        refund_payment_state(figures, ask->is_void, reversing->refund.amount_cents),
                        actor, ask->now);
}

/* ---- the whole ---- */

/* A payment is voided once. */
static const char *reference_new(struct arena *arena, const struct reversal_ask *ask) {
    char *reference = arena_copy(arena, ask->payment_reference, REFERENCE_SIZE - 1);

    if (!ask->is_void)
        secret_reference(reference);
    reference[0] = ask->is_void ? 'V' : 'R';
    return reference;
}

enum reversal_end reversal_record(struct db *db, struct arena *arena,
                                  const struct reversal_ask *ask) {
    struct reversing reversing = {
        .arena = arena, .ask = ask, .reference = reference_new(arena, ask)};
    struct refund there;

    if (refund_payment(db, arena, ask->payment_reference, &reversing.payment) != RESULT_OK)
        return REVERSAL_UNAVAILABLE;
    FAULT_POINT("reversal.before_record");
    enum result result = RESULT_UNCERTAIN;
    /* After a COMMIT without an answer the row itself is asked; one that lands only then makes the
     * next try, or the next reading, say that it is recorded. */
    for (int try = 0; try < TRIES && result == RESULT_UNCERTAIN; try++) {
        result = db_transaction(db, reversal_work, &reversing);
        if (result == RESULT_UNCERTAIN &&
            refund_find(db, arena, reversing.reference, &there) == RESULT_OK)
            result = RESULT_OK;
    }
    FAULT_POINT("reversal.after_record");
    if (result == RESULT_OK)
        return REVERSAL_RECORDED;
    if (result == RESULT_CONFLICT)
        return reversing.why;
    /* A CHECK does not take the figures. */
    return result == RESULT_INVALID ? REVERSAL_UNFIT : REVERSAL_UNAVAILABLE;
}
