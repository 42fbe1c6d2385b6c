/* pay_payment.c - one payment: review and confirm it, then see what became of it. */
#include <time.h>

#include "common/billing/method_words.h"
#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/money/money.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/authorization.h"
#include "common/program/limits.h"
#include "common/program/outcome.h"
#include "common/program/refund_show.h"
#include "common/program/vault.h"
#include "common/store/payment_store.h"
#include "modules/pay/pay.h"

/* A confirm that lost the race waits this long for the winner's outcome, so that a second click
 * sees the same page as the first. */
enum { WAIT_MS = 4000, WAIT_STEP_MS = 50 };

static const struct field payment_fields[] = {
    {.name = "again", .max_length = 1},
};
const struct form pay_payment_form = FORM(payment_fields);

static const struct field confirm_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
    {.name = "authorization", .max_length = CONSENT_VERSION_SIZE},
    {.name = "autopay", .max_length = CONSENT_VERSION_SIZE},
};
const struct form pay_confirm_form = FORM(confirm_fields);

static const char *confirm_purpose(struct visit *visit, const char *reference) {
    return arena_format(visit->arena, "pay/%s", reference);
}

/* ---- what became of it ---- */

static void payment_show(struct visit *visit, const struct payment *payment) {
    struct values *node = values_child(visit->values, "Payment");
    int64_t at = payment->closed_at ? payment->closed_at : payment->confirmed_at;

    values_set(node, "Reference", payment->reference);
    values_set(node, "Amount", visit_money(visit, payment->amount_cents));
    values_set(node, "Method", method_words_of(visit->arena, payment->method_text));
    values_set(node, "Note", payment->note);
    if (payment->credit_cents)
        values_set(node, "ToCredit", visit_money(visit, payment->credit_cents));
    if (*payment->transaction_id && payment->state != PAYMENT_DECLINED)
        values_set(node, "Confirmation", payment->transaction_id);
    if (at) {
        char iso[DATE_TEXT_SIZE];

        date_format(instant_date(at), iso);
        values_set(node, "At", instant_long(visit->arena, at));
        values_set(node, "AtIso", iso);
    }
}

/* What was due before and is after: not once money went back, since the invoice's figures of today
 * tell nothing about that any more. */
static void cover_figures_show(struct visit *visit, const struct payment *payment,
                               const struct covered_invoice *cover, struct values *node) {
    int64_t due_cents = invoice_due_cents(&cover->figures);
    bool is_paid = payment->state == PAYMENT_SUCCEEDED;
    int64_t before_cents = is_paid ? money_add(due_cents, cover->amount_cents) : due_cents;
    bool is_known = is_paid || payment->state == PAYMENT_REVIEW || payment_reserves(payment->state);

    values_set(node, "Due", is_known ? visit_money(visit, before_cents) : "–");
    values_set(node, "Remaining",
               is_known ? visit_money(visit, money_subtract(before_cents, cover->amount_cents))
                        : "–");
}

static void covers_show(struct visit *visit, const struct payment *payment,
                        const struct covered_invoice *list, size_t count) {
    for (size_t at = 0; at < count; at++) {
        struct values *node = values_item(visit->values, "Allocations", at);

        values_set(node, "Number", list[at].number);
        if (settings_has_program(&visit->running->settings, "invoices"))
            values_set(
                node, "Url",
                visit_url(visit, arena_format(visit->arena, "/invoices/%s", list[at].number)));
        values_set(node, "Amount", visit_money(visit, list[at].amount_cents));
        cover_figures_show(visit, payment, &list[at], node);
    }
}

static void action_add(struct visit *visit, size_t index, const char *title, const char *path,
                       bool is_primary) {
    struct values *action = values_item(visit->values, "Actions", index);

    values_set(action, "Title", title);
    values_set(action, "Url", visit_url(visit, path));
    if (is_primary)
        values_set(action, "Primary", "1");
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

static const char *change_path(struct visit *visit, const struct payment *payment,
                               const struct covered_invoice *list, size_t count) {
    struct buffer query;

    /* Fewer than fit into an address; a longer list starts from the balance again, and so does an
     * amount that no choice of invoices says. */
    if (count > 40 || payment->credit_cents)
        return "/pay";
    buffer_init(&query, visit->arena, REQUEST_QUERY_MAX);
    for (size_t at = 0; at < count; at++)
        buffer_url_pair(&query, "invoice", list[at].number);
    return buffer_is_full(&query) ? "/pay" : arena_format(visit->arena, "/pay?%s", query.bytes);
}

/* A single invoice is chosen again where it can still be paid. */
static const char *again_path(struct visit *visit, const struct payment *payment,
                              const struct covered_invoice *list, size_t count) {
    bool is_payable = count == 1 && !*list->open_payment && invoice_free_cents(&list->figures) > 0;

    return is_payable ? change_path(visit, payment, list, count) : "/pay";
}

/* again: where it is paid anew. */
static void actions_show(struct visit *visit, const struct payment *payment,
                         const struct outcome *outcome, const char *again) {
    const struct settings *settings = &visit->running->settings;
    const char *reference = payment->reference;
    size_t count = 0;

    if (outcome->may_change)
        action_add(visit, count++, say("Check again"),
                   arena_format(visit->arena, "/pay/%s", reference), true);
    if (outcome->may_pay_again)
        action_add(visit, count++, say("Make a Payment"), again, true);
    if (settings_has_program(settings, "invoices")) {
        action_add(visit, count, say("View Invoices"), "/invoices", count == 0);
        count++;
    }
    if (outcome_paper_title(payment->state) && settings_has_program(settings, "documents"))
        action_add(visit, count++, outcome_paper_link(payment->state),
                   arena_format(visit->arena, "/payments/%s.pdf", reference), false);
    if (payment->confirmed_at && settings_has_program(settings, "invoices"))
        action_add(visit, count++, say("Payment History"),
                   arena_format(visit->arena, "/payments/%s", reference), false);
}

static enum result outcome_show(struct visit *visit, const struct payment *payment, int status,
                                int which, const char *again) {
    struct values *outcome = values_child(visit->values, "Outcome");

    values_set(outcome, "Kind", outcomes[which].kind);
    values_set(outcome, "Title", say(outcomes[which].title));
    values_set(outcome, "Text", say(outcomes[which].text));
    if (outcomes[which].next)
        values_set(outcome, "Next", say(outcomes[which].next));
    actions_show(visit, payment, &outcomes[which], again);
    payment_show(visit, payment);
    enum result result = refunds_show(visit, payment);
    if (result == RESULT_OK)
        result = also_outcome_show(visit, payment);
    if (result != RESULT_OK)
        return result;
    return visit_render(visit, status, "pay/outcome", say(outcomes[which].title), "/pay");
}

/* ---- the review ---- */

static bool review_is_over(struct visit *visit, const struct payment *payment) {
    return visit->now > payment->created_at + visit->running->settings.review_s;
}

static bool covers_changed(const struct covered_invoice *list, size_t count) {
    for (size_t at = 0; at < count; at++)
        if (*list[at].open_payment || invoice_free_cents(&list[at].figures) < list[at].amount_cents)
            return true;
    return false;
}

static enum result review_show(struct visit *visit, const struct payment *payment,
                               const struct covered_invoice *list, size_t count, int status) {
    int64_t until = payment->created_at + visit->running->settings.review_s;

    if (covers_changed(list, count))
        return outcome_show(visit, payment, 200, OUTCOME_CONFLICT,
                            again_path(visit, payment, list, count));
    payment_show(visit, payment);
    if (*payment->enrol_schedule) {
        struct also_enrol *also = arena_alloc(visit->arena, sizeof *also);
        enum result result = also_read(visit, payment, list, count, also);

        if (result != RESULT_OK)
            return result;
        also_show(visit, also);
    }
    if (text_equal(payment->kind, "bank")) {
        struct authorization authorization = authorization_of_payment(visit, payment->method_text,
                                                                      payment->amount_cents);

        values_set(visit->values, "Payment.Authorization", authorization.text);
        values_set(visit->values, "Form.Authorization", authorization.shown);
    }
    values_set(visit->values, "Payment.Expires", instant_long(visit->arena, until));
    values_set(visit->values, "Form.Key",
               visit_form_key(visit, confirm_purpose(visit, payment->reference)));
    values_set(
        visit->values, "Form.Button",
        arena_format(visit->arena,
                     *payment->enrol_schedule ? say("Pay %s and turn on Auto Pay") : say("Pay %s"),
                     visit_money(visit, payment->amount_cents)));
    values_set(visit->values, "Form.ChangeUrl",
               visit_url(visit, change_path(visit, payment, list, count)));
    return visit_render(visit, status, "pay/review", say("Review your payment"), "/pay");
}

/* A review is its maker's alone: it names their method. */
static enum result payment_read(struct visit *visit, struct payment *out_payment) {
    const char *reference = visit->params[0];

    if (!secret_is_reference(reference))
        return RESULT_NOT_FOUND;
    enum result result = payment_find(visit->running->db, visit->arena, visit->session.account_id,
                                      reference, out_payment);
    if (result != RESULT_OK)
        return result;
    if (out_payment->state == PAYMENT_REVIEW && out_payment->user_id != visit->session.user_id)
        return RESULT_NOT_FOUND;
    return RESULT_OK;
}

static enum result payment_page(struct visit *visit, const struct payment *payment, int status) {
    struct covered_invoice *list;
    size_t count;
    enum result result = payment_covers(visit->running->db, visit->arena, payment->account_id,
                                        payment->id, &list, &count);

    if (result != RESULT_OK)
        return result;
    covers_show(visit, payment, list, count);
    const char *again = again_path(visit, payment, list, count);
    if (payment->state != PAYMENT_REVIEW)
        return outcome_show(visit, payment, status, outcome_of(payment), again);
    if (review_is_over(visit, payment))
        return outcome_show(visit, payment, status, PAYMENT_EXPIRED, again);
    return review_show(visit, payment, list, count, status);
}

enum result pay_payment(struct visit *visit) {
    struct payment payment;
    enum result result = payment_read(visit, &payment);

    if (result != RESULT_OK)
        return result;
    if (text_equal(form_text(&visit->form, "again"), "1"))
        values_set(visit->values, "Again", "1");
    return payment_page(visit, &payment, 200);
}

/* ---- the confirm ---- */

static void outcome_wait(struct visit *visit, const struct payment *payment) {
    const struct timespec step = {.tv_nsec = (long)WAIT_STEP_MS * 1000000};
    int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
    struct payment now;

    while (clock_monotonic_ms() < until_ms &&
           payment_find(visit->running->db, visit->arena, payment->account_id, payment->reference,
                        &now) == RESULT_OK &&
           now.state == PAYMENT_PROCESSING)
        nanosleep(&step, NULL);
}

static void payment_sent(struct visit *visit, const struct payment *payment,
                         const struct charge_sent *sent) {
    struct payment_try attempt = {payment->method_id, sent->is_first_use};

    limits_count(visit, &attempt);
    if (sent->state == PAYMENT_DECLINED)
        limits_count_decline(visit, &attempt);
    /* One that was for this payment only leaves the vault once that is over. */
    if (sent->is_once)
        vault_clean_after(visit, payment->method_id);
}

static bool charge_is_allowed(struct visit *visit, const struct payment *payment) {
    struct payment_try attempt = {.method_id = payment->method_id};
    struct method method;

    /* What is no review any more is not sent again, and its page is not to be kept from anybody. */
    if (payment->state != PAYMENT_REVIEW)
        return true;
    if (method_usable(visit->running->db, visit->arena, payment->account_id, payment->user_id,
                      payment->method_id, &method) == RESULT_OK)
        attempt.is_new_card = method.is_new && text_equal(method.kind, "card");
    return limits_allow(visit, &attempt);
}

/* Autopay could not be turned on with it, or not as the review said. */
static enum result also_refused(struct visit *visit, const struct payment *payment) {
    visit_show_error(
        visit, "autopay",
        say("Auto Pay would not be what this page showed, so nothing was done and nothing"
            " was charged. Please read it and confirm again."));
    return payment_page(visit, payment, 409);
}

static enum result payment_charge(struct visit *visit, struct payment *payment,
                                  const struct charge_asker *asker) {
    struct charge_sent sent = {0};
    struct payment now;

    if (!charge_is_allowed(visit, payment))
        return RESULT_OK;
    switch (charge_confirm(visit->running, visit->arena, payment, asker, visit->now, &sent)) {
    case CHARGE_NOT_REVIEW:
        outcome_wait(visit, payment);
        break;
    case CHARGE_RECORDED:
    case CHARGE_UNRECORDED:
        payment_sent(visit, payment, &sent);
        break;
    case CHARGE_CHANGED:
        break;
    case CHARGE_CREDIT_BUSY:
        /* Another click may have confirmed it since it was read. */
        if (payment_find(visit->running->db, visit->arena, payment->account_id, payment->reference,
                         &now) == RESULT_OK &&
            now.state == PAYMENT_REVIEW)
            return outcome_show(visit, payment, 409, OUTCOME_CREDIT_BUSY, "/pay");
        break;
    case CHARGE_NOT_ALLOWED:
        return RESULT_FORBIDDEN;
    case CHARGE_ALSO_REFUSED:
        return also_refused(visit, payment);
    case CHARGE_METHOD_GONE:
        return outcome_show(visit, payment, 409, OUTCOME_METHOD_GONE, "/pay");
    case CHARGE_UNAVAILABLE:
        return RESULT_UNAVAILABLE;
    }
    return visit_redirect(visit, arena_format(visit->arena, "/pay/%s", payment->reference));
}

/* With the autopay it turns on. */
static enum result also_confirm(struct visit *visit, struct payment *payment,
                                struct charge_asker *asker) {
    struct also_enrol *also = arena_alloc(visit->arena, sizeof *also);
    struct covered_invoice *list;
    size_t count;

    if (payment->state != PAYMENT_REVIEW || !*payment->enrol_schedule)
        return payment_charge(visit, payment, asker);
    enum result result = payment_covers(visit->running->db, visit->arena, payment->account_id,
                                        payment->id, &list, &count);
    if (result == RESULT_OK)
        result = also_read(visit, payment, list, count, also);
    if (result != RESULT_OK)
        return result;
    also->shown = form_text(&visit->form, "autopay");
    asker->also = also_take;
    asker->also_context = also;
    return payment_charge(visit, payment, asker);
}

enum result pay_confirm(struct visit *visit) {
    struct payment payment;
    enum result result = payment_read(visit, &payment);

    if (result != RESULT_OK)
        return result;
    enum form_key_state key = visit_form_key_check(visit, confirm_purpose(visit, payment.reference),
                                                   form_text(&visit->form, "key"));
    if (key != FORM_KEY_GOOD) {
        visit_show_error(visit, "", form_key_sentence(key));
        return payment_page(visit, &payment, 403);
    }
    bool is_review = payment.state == PAYMENT_REVIEW;
    bool is_bank = text_equal(payment.kind, "bank");
    if (is_review && !method_is_offered(visit, payment.kind))
        return outcome_show(visit, &payment, 409, is_bank ? OUTCOME_BANKS_OFF : OUTCOME_CARDS_OFF,
                            "/pay");
    if (is_review && payment.credit_cents && !visit->running->settings.credit)
        return outcome_show(visit, &payment, 409, OUTCOME_CREDIT_OFF, "/pay");
    struct charge_asker asker = {
        .address = visit->request.address,
        .agent = visit->request.agent,
        .request_id = visit->request.id,
    };
    if (is_bank) {
        struct authorization authorization = authorization_of_payment(visit, payment.method_text,
                                                                      payment.amount_cents);

        /* What is kept is what was read: another day, or another wording, is another text. */
        if (is_review &&
            !text_equal(form_text(&visit->form, "authorization"), authorization.shown)) {
            visit_show_error(visit, "authorization",
                             say("The authorization changed while this page was open. Nothing was"
                                 " charged. Please read it and confirm again."));
            return payment_page(visit, &payment, 409);
        }
        asker.authorization_source = authorization.source;
        asker.authorization_text = authorization.text;
    }
    return also_confirm(visit, &payment, &asker);
}
