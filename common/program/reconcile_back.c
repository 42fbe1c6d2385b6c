/* reconcile_back.c - money that went back at the gateway: refunds and voids made in its own pages,
 * returns and chargebacks. */
#include "common/program/reconcile_decide.h"

#include <stdio.h>

#include "common/billing/ach_return.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/refund.h"
#include "common/program/return.h"
#include "common/program/reversal.h"

enum { KEY_SIZE = 80 };

static const char actor[] = "program:settle";

static bool standing_is_money(enum gateway_standing standing) {
    return standing == STANDING_APPROVED || standing == STANDING_SETTLED;
}

/* ---- refunds ---- */

static enum reconcile_end reversal_end_of(enum reversal_end end) {
    switch (end) {
    case REVERSAL_RECORDED:
        return RECONCILE_RECORDED;
    case REVERSAL_AGAIN:
        return RECONCILE_SAME;
    case REVERSAL_BUSY:
        return RECONCILE_WAITING;
    case REVERSAL_UNFIT:
        return RECONCILE_QUEUED;
    case REVERSAL_UNAVAILABLE:
        break;
    }
    return RECONCILE_FAILED;
}

static void reversal_book(struct deciding *deciding, const struct gateway_transaction *seen,
                          bool is_void) {
    struct reconciling *reading = deciding->reading;
    enum reconcile_what what = is_void ? RECONCILE_VOID : RECONCILE_REFUND;
    enum reconcile_end end = reversal_end_of(reversal_record(
        reading->running->db, deciding->arena,
        &(struct reversal_ask){.payment_reference = deciding->reference,
                               .is_void = is_void,
                               .amount_cents = seen->refunded_cents,
                               .transaction_id = is_void ? "" : seen->transaction_id,
                               .has_no_order = !text_equal(seen->order_id, deciding->reference),
                               .retry = &reading->running->settings.autopay.retry,
                               .now = reading->now}));

    if (end == RECONCILE_QUEUED)
        deciding_disagree(deciding, is_void ? "void" : seen->transaction_id, seen,
                          is_void ? "it was voided at the gateway, and the books do not take that"
                                  : "the gateway sent money back, and the books do not take that");
    else
        deciding_news(deciding, what, end, seen,
                      is_void ? seen->amount_cents : seen->refunded_cents, "");
}

void deciding_voided(struct deciding *deciding) {
    reversal_book(deciding, deciding->sale, true);
}

/* Those of its refunds that no refund of ours has; *out_cents: their sum. */
static enum result strangers_find(struct deciding *deciding,
                                  const struct gateway_transaction **list, size_t *out_count,
                                  int64_t *out_cents) {
    const struct seen *seen = &deciding->seen;
    enum result result = RESULT_OK;

    *out_count = 0;
    *out_cents = 0;
    for (size_t at = 0; at < seen->count && result == RESULT_OK; at++) {
        const struct gateway_transaction *one = &seen->list[at];
        bool has = true;

        if (one->has_sale || !one->refunded_cents ||
            (!standing_is_money(one->standing) && one->standing != STANDING_RETURNED))
            continue;
        result = refund_has_transaction(deciding->reading->running->db, deciding->arena,
                                        deciding->payment.gateway, one->transaction_id, &has);
        if (has)
            continue;
        list[(*out_count)++] = one;
        *out_cents = money_add(*out_cents, one->refunded_cents);
    }
    return result;
}

/* Our books say that more went back than the gateway has. */
static void refund_missing(struct deciding *deciding) {
    char key[KEY_SIZE];

    if (deciding->reading->now < deciding->back.last_at + RECONCILE_MISSING_AFTER_S) {
        deciding_news(deciding, RECONCILE_MISSING, RECONCILE_WAITING, NULL, 0, "");
        return;
    }
    snprintf(key, sizeof key, "missing:%s:refund", deciding->reference);
    deciding_queue(deciding, RECONCILE_MISSING, "missing_at_gateway", key, NULL,
                   "the books say that more of it went back than the gateway has sent");
}

/* Somebody is recording what went back just now. */
static bool is_moving(struct deciding *deciding) {
    struct reconcile_back now;

    return reconcile_back(deciding->reading->running->db, deciding->arena,
                          deciding->payment.account_id, deciding->payment.id, &now) != RESULT_OK ||
           now.refunded_cents != deciding->back.refunded_cents;
}

/* What the gateway sent back, against what our books say. */
void deciding_refunds(struct deciding *deciding) {
    const struct gateway_transaction **list = arena_array(deciding->arena, RECONCILE_SEEN_MAX,
                                                          sizeof *list);
    int64_t more_cents = money_subtract(deciding->refunded_cents, deciding->back.refunded_cents);
    int64_t cents = 0;
    size_t count = 0;

    if (!more_cents)
        return;
    if (more_cents < 0) {
        refund_missing(deciding);
        return;
    }
    if (strangers_find(deciding, list, &count, &cents) != RESULT_OK) {
        deciding_news(deciding, RECONCILE_REFUND, RECONCILE_FAILED, NULL, more_cents, "");
        return;
    }
    if (cents != more_cents && is_moving(deciding)) {
        deciding_news(deciding, RECONCILE_REFUND, RECONCILE_WAITING, NULL, more_cents, "");
        return;
    }
    if (cents != more_cents) {
        deciding_disagree(deciding, "refunds", deciding->sale,
                          "the gateway refunded another amount of it than our books say");
        return;
    }
    for (size_t at = 0; at < count; at++)
        reversal_book(deciding, list[at], false);
}

/* Money that we sent back, and that did not arrive: nothing is booked before a person decides. */
void deciding_refunds_returned(struct deciding *deciding) {
    for (size_t at = 0; at < deciding->seen.count; at++) {
        const struct gateway_transaction *one = &deciding->seen.list[at];
        char key[KEY_SIZE];

        if (one->has_sale || one->standing != STANDING_RETURNED || !one->refunded_cents)
            continue;
        snprintf(key, sizeof key, "returned_refund:%s", one->transaction_id);
        deciding_queue(deciding, RECONCILE_RETURN, "returned_refund", key, one,
                       "a refund of the payment came back; the books still say that it went");
    }
}

/* ---- what a bank took back ---- */

static void taken_queue(struct deciding *deciding, bool is_card, const char *word,
                        const char *why) {
    const char *kind = is_card ? "chargeback" : "late_return";
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "%s:%s%s", kind, deciding->reference, word);
    deciding_queue(deciding, is_card ? RECONCILE_CHARGEBACK : RECONCILE_RETURN, kind, key,
                   deciding->sale, why);
}

static void taken_record(struct deciding *deciding) {
    const struct settings *settings = &deciding->reading->running->settings;
    struct return_told *told = arena_alloc(deciding->arena, sizeof *told);
    bool is_card = !deciding->payment.figures.is_bank;
    enum reconcile_end end = RECONCILE_FAILED;

    switch (return_record(deciding->reading->running->db, deciding->arena,
                          &(struct return_ask){.payment_reference = deciding->reference,
                                               .is_chargeback = is_card,
                                               .code = is_card ? "" : deciding->sale->code,
                                               .note = "",
                                               .actor = actor,
                                               .fee_cents = settings->return_fee_cents,
                                               .retry = &settings->autopay.retry,
                                               .now = deciding->reading->now},
                          told)) {
    case RETURN_RECORDED:
        end = RECONCILE_RECORDED;
        break;
    case RETURN_AGAIN:
    case RETURN_NO_PAYMENT:
    case RETURN_REFUSED:
        end = RECONCILE_SAME;
        break;
    case RETURN_BUSY:
        end = RECONCILE_WAITING;
        break;
    case RETURN_KEY_USED:
    case RETURN_UNFIT:
        taken_queue(deciding, is_card, is_card ? ":unfit" : "", "it does not fit our books");
        return;
    case RETURN_UNAVAILABLE:
        break;
    }
    deciding_news(deciding, is_card ? RECONCILE_CHARGEBACK : RECONCILE_RETURN, end, deciding->sale,
                  deciding->sale->amount_cents, "");
}

void deciding_taken(struct deciding *deciding) {
    const struct gateway_transaction *sale = deciding->sale;
    bool is_card = !deciding->payment.figures.is_bank;

    if (is_card && sale->returned_cents && sale->returned_cents != sale->amount_cents)
        taken_queue(deciding, true, ":part",
                    "its cardholder's bank took a part of it back: nothing is booked");
    else
        taken_record(deciding);
}

void deciding_taken_unlike(struct deciding *deciding) {
    bool is_card = !deciding->payment.figures.is_bank;

    taken_queue(deciding, is_card, is_card ? ":unlike" : "",
                "another amount or transaction came back than we took");
}

static enum result method_work(struct db *db, void *context) {
    const struct deciding *deciding = context;
    const struct refund_payment *payment = &deciding->payment;
    enum result result = account_move(db, payment->account_id, 0, 0);

    if (result != RESULT_OK)
        return result;
    return method_paid(db, &(struct method_paid){.account_id = payment->account_id,
                                                 .payment_id = payment->id,
                                                 .is_over = true,
                                                 .transaction_id = "",
                                                 .refusal_code = deciding->sale->code,
                                                 .now = deciding->reading->now});
}

/* Somebody recorded the return before the bank said why: what its code says of the account holds
 * all the same. Found again, it changes nothing. */
void deciding_taken_again(struct deciding *deciding) {
    struct db *db = deciding->reading->running->db;
    const struct gateway_transaction *sale = deciding->sale;
    struct refund refund;

    if (!deciding->payment.figures.is_bank || !sale || sale->standing != STANDING_RETURNED ||
        !ach_return_find(sale->code)->disables)
        return;
    enum result result = refund_find(db, deciding->arena,
                                     return_reference(deciding->arena, deciding->reference, false),
                                     &refund);
    if (result == RESULT_NOT_FOUND || (result == RESULT_OK && *refund.response_code))
        return;
    if (result == RESULT_OK)
        result = db_transaction(db, method_work, deciding);
    if (result != RESULT_OK)
        deciding_news(deciding, RECONCILE_RETURN, RECONCILE_FAILED, sale, sale->amount_cents, "");
}
