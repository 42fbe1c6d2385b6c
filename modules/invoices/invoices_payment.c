/* invoices_payment.c - one payment: how it stands, what it paid, and what happened to it. */
#include <string.h>

#include "common/billing/method_words.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/outcome.h"
#include "common/program/refund_show.h"
#include "common/store/payment_history_store.h"
#include "modules/invoices/invoices.h"

/* With its steps less than 200 rows are read. */
enum { PARTS_SHOWN = 50 };

static const struct field fields[] = {
    PLACE_FIELD("after"), /* the invoice behind which the list goes on */
};

const struct form invoices_payment_form = FORM(fields);

/* ---- its steps ---- */

/* What a step says to who made the payment, by the state it led to. */
static const char *const step_words[PAYMENT_STATE_COUNT] = {
    [PAYMENT_REVIEW] = WORDS("Put together for review"),
    [PAYMENT_EXPIRED] = WORDS("Not confirmed in time"),
    [PAYMENT_PROCESSING] = WORDS("Confirmed and sent"),
    [PAYMENT_UNKNOWN] = WORDS("No answer arrived, so the payment is being checked"),
    [PAYMENT_PENDING] = WORDS("Accepted; the bank still has to send the money"),
    [PAYMENT_SUCCEEDED] = WORDS("Paid"),
    [PAYMENT_DECLINED] = WORDS("Declined; nothing was charged"),
    [PAYMENT_FAILED] = WORDS("Refused; nothing was charged"),
    [PAYMENT_NOT_CHARGED] = WORDS("Found not to be charged"),
    [PAYMENT_RETURNED] = WORDS("Returned by the bank"),
    [PAYMENT_PARTLY_REFUNDED] = WORDS("Part of it was refunded"),
    [PAYMENT_REFUNDED] = WORDS("Refunded"),
    [PAYMENT_VOIDED] = WORDS("Canceled before it was charged"),
    [PAYMENT_CHARGED_BACK] = WORDS("Charged back by the bank"),
};

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && text_equal(text + length - end_length, end);
}

/* NULL: nothing to tell. A refund that is tried, or refused, moves nothing; a further one that goes
 * through moves no state either, and says so in its detail. */
static const char *step_text(const struct payment_past *past, const struct payment_step *step) {
    enum payment_state to;

    if (payment_state_parse(step->to, &to) != RESULT_OK)
        return NULL;
    if (text_equal(step->from, step->to) && !ends_with(step->detail, " succeeded"))
        return NULL;
    if (to == PAYMENT_PROCESSING && text_equal(past->source, "autopay"))
        return say("Drafted by Auto Pay and sent");
    if (to == PAYMENT_SUCCEEDED && text_equal(past->source, "provider"))
        return say("Recorded");
    if (to == PAYMENT_SUCCEEDED && text_equal(step->from, "pending"))
        return say("Paid: the bank sent the money");
    return step_words[to] ? say(step_words[to]) : NULL;
}

static void steps_show(struct visit *visit, const struct payment_past *past) {
    size_t shown = 0;

    for (size_t at = 0; at < past->step_count; at++) {
        const struct payment_step *step = &past->steps[at];
        const char *text = step_text(past, step);
        char iso[INSTANT_TEXT_SIZE];

        if (!text)
            continue;
        struct values *node = values_item(visit->values, "Steps", shown++);
        instant_format(step->at, iso);
        values_set(node, "Text", text);
        values_set(node, "At", instant_long(visit->arena, step->at));
        values_set(node, "AtIso", arena_format(visit->arena, "%.10sT%sZ", iso, iso + 11));
    }
}

/* ---- itself ---- */

static void facts_show(struct visit *visit, struct values *node, const struct payment_past *past) {
    const struct payment *payment = &past->payment;
    const struct outcome *outcome = &outcomes[outcome_of(payment)];

    values_set(node, "Reference", payment->reference);
    values_set(node, "Amount", visit_money(visit, payment->amount_cents));
    values_set(node, "Status", payment_state_word(payment->state));
    values_set(node, "StatusKind", payment_state_name(payment->state));
    values_set(node, "StatusText", outcome_past_text(payment));
    values_set(node, "Next", outcome->next ? say(outcome->next) : NULL);
    values_set(node, "Method", method_words_of(visit->arena, payment->method_text));
    values_set(node, "Note", payment->note);
    values_set(node, "At", instant_long(visit->arena, payment->confirmed_at));
    visit_set_date(visit, node, "Day", instant_date(payment->confirmed_at));
    values_set(node, "Source", past->source);
    if (payment->refunded_cents)
        values_set(node, "Refunded", visit_money(visit, payment->refunded_cents));
    if (payment->credit_cents)
        values_set(node, "ToCredit", visit_money(visit, payment->credit_cents));
    if (*payment->transaction_id && payment->state != PAYMENT_DECLINED)
        values_set(node, "Confirmation", payment->transaction_id);
}

static void ways_on_show(struct visit *visit, struct values *node,
                         const struct payment_past *past) {
    const struct settings *settings = &visit->running->settings;
    const struct payment *payment = &past->payment;
    const struct outcome *outcome = &outcomes[outcome_of(payment)];

    if (outcome_paper_title(payment->state) && settings_has_program(settings, "documents")) {
        values_set(
            node, "PdfUrl",
            visit_url(visit, arena_format(visit->arena, "/payments/%s.pdf", payment->reference)));
        values_set(node, "PdfTitle", outcome_paper_link(payment->state));
    }
    if (outcome->may_pay_again && settings_has_program(settings, "pay"))
        values_set(node, "PayUrl", visit_url(visit, "/pay"));
    if (outcome->may_change)
        values_set(
            node, "AgainUrl",
            visit_url(visit, arena_format(visit->arena, "/payments/%s", payment->reference)));
}

/* What it pays, or was to pay: that is in words, since only some of it is money. */
static const char *parts_title(enum payment_state state) {
    if (payment_is_money(state) || state == PAYMENT_REFUNDED)
        return say("Invoices paid with it");
    return payment_reserves(state) ? say("Invoices in this payment")
                                   : say("Invoices it was made for");
}

static void parts_show(struct visit *visit, const struct payment *payment,
                       const struct payment_part *list, size_t count) {
    const char *path = arena_format(visit->arena, "/payments/%s", payment->reference);

    values_set(visit->values, "Parts.Title", parts_title(payment->state));
    if (form_has(&visit->form, "after"))
        values_set(visit->values, "Parts.FirstUrl", visit_url(visit, path));
    if (count > PARTS_SHOWN)
        values_set(visit->values, "Parts.NextUrl",
                   visit_url(visit, arena_format(visit->arena, "%s?after=%lld", path,
                                                 (long long)list[PARTS_SHOWN - 1].invoice_id)));
    for (size_t at = 0; at < count && at < PARTS_SHOWN; at++) {
        struct values *node = values_item(visit->values, "Allocations", at);

        values_set(node, "Number", list[at].number);
        values_set(node, "Url",
                   visit_url(visit, arena_format(visit->arena, "/invoices/%s", list[at].number)));
        values_set(node, "Amount", visit_money(visit, list[at].amount_cents));
        if (list[at].refunded_cents) {
            values_set(node, "Refunded", visit_money(visit, list[at].refunded_cents));
            values_set(visit->values, "Parts.HasRefunded", "1");
        }
    }
}

/* What went back of it, where anything may have. */
static enum result refunds_show(struct visit *visit, const struct payment *payment) {
    struct refunds refunds;

    if (!payment_is_money(payment->state) && payment->state != PAYMENT_REFUNDED &&
        payment->state != PAYMENT_VOIDED && payment->state != PAYMENT_PENDING &&
        payment->state != PAYMENT_RETURNED && payment->state != PAYMENT_CHARGED_BACK)
        return RESULT_OK;
    enum result result = refunds_of_payment(visit->running->db, visit->arena, payment->account_id,
                                            payment->id, &refunds);
    for (size_t at = 0; result == RESULT_OK && at < refunds.count; at++)
        refund_show(visit, visit->values, at, &refunds.list[at]);
    return result;
}

enum result invoices_payment(struct visit *visit) {
    const char *reference = visit->params[0];
    struct db *db = visit->running->db;
    struct payment_part *parts;
    struct payment_past past;
    int64_t after_id = 0;
    size_t count = 0;

    if (!secret_is_reference(reference) ||
        (form_has(&visit->form, "after") &&
         !text_to_int(form_text(&visit->form, "after"), &after_id)))
        return RESULT_NOT_FOUND;
    enum result result = payment_past(db, visit->arena, visit->session.account_id, reference,
                                      &past);
    if (result == RESULT_OK)
        result = payment_parts(db, visit->arena, past.payment.account_id, past.payment.id, after_id,
                               PARTS_SHOWN + 1, &parts, &count);
    if (result == RESULT_OK)
        result = refunds_show(visit, &past.payment);
    if (result != RESULT_OK)
        return result;
    struct values *node = values_child(visit->values, "Payment");
    facts_show(visit, node, &past);
    ways_on_show(visit, node, &past);
    parts_show(visit, &past.payment, parts, count);
    steps_show(visit, &past);
    return visit_render(visit, 200, "invoices/payment",
                        arena_format(visit->arena, say("Payment %s"), past.payment.reference),
                        "/payments");
}
