/* mailer_kinds.c - the kinds of mail there are, and what each of them tells. A new kind is a line
 * of the table, its two templates, and a function where it reads what no other one does. */
#include "common/mail/encode.h"

#include <string.h>

#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/outcome.h"
#include "common/store/mail_store.h"
#include "modules/mailer/mailer.h"

enum { LINE_MAX = 200, LINES_MAX = 500, TEXT_MAX = 16000 };

void line_set(struct values *values, struct arena *arena, const char *name, const char *text) {
    values_set(values, name, encode_clean_line(arena, text, LINE_MAX));
}

/* name.N.Text: what somebody wrote over several lines. */
void lines_set(struct values *values, struct arena *arena, const char *name, const char *text) {
    for (size_t line = 0; *text && line < LINES_MAX; line++) {
        size_t length = strcspn(text, "\n");
        const char *one = arena_copy(arena, text, length);

        values_set(values_item(values, name, line), "Text",
                   encode_clean_line(arena, one, TEXT_MAX));
        text += length + (text[length] == '\n');
    }
}

/* A link where its program is installed; absent otherwise. */
void link_set(struct running *running, struct arena *arena, struct values *node,
              const char *program, const char *path) {
    const struct settings *settings = &running->settings;

    if (settings_has_program(settings, program))
        values_set(node, "Url",
                   arena_format(arena, "%s%s%s", settings->origin, settings->base, path));
}

/* ---- payments ---- */

static enum result invoices_set(struct running *running, struct arena *arena,
                                const struct outbox_row *row, int64_t payment_id,
                                struct values *values) {
    struct mail_cover *list;
    size_t count;
    enum result result = mail_covers(running->db, arena, row->account_id, payment_id, &list,
                                     &count);

    for (size_t at = 0; result == RESULT_OK && at < count; at++) {
        struct values *item = values_item(values, "Invoices", at);

        line_set(item, arena, "Number", list[at].number);
        values_set(item, "Amount", money_text(arena, list[at].amount_cents));
    }
    return result;
}

static enum result payment_set(struct running *running, struct arena *arena,
                               const struct outbox_row *row, int64_t payment_id,
                               struct values *values) {
    struct values *node = values_child(values, "Payment");
    struct mail_payment payment;
    enum result result = mail_payment(running->db, arena, row->account_id, payment_id, &payment);

    if (result != RESULT_OK)
        return result;
    values_set(node, "Reference", payment.reference);
    values_set(node, "Amount", money_text(arena, payment.amount_cents));
    if (payment.credit_cents &&
        (payment_is_money(payment.state) || payment.state == PAYMENT_PENDING))
        values_set(node, "ToCredit", money_text(arena, payment.credit_cents));
    line_set(node, arena, "Method", method_words_of(arena, payment.method_text));
    values_set(node, "At", instant_long(arena, payment.at));
    values_set(node, "State", payment_state_name(payment.state));
    values_set(node, "StateWord", payment_state_word(payment.state));
    line_set(node, arena, "Confirmation", payment.transaction_id);
    lines_set(node, arena, "Note", payment.note);
    link_set(running, arena, node, "pay", arena_format(arena, "/pay/%s", payment.reference));
    if (outcome_paper_title(payment.state))
        link_set(running, arena, values_child(node, "Pdf"), "documents",
                 arena_format(arena, "/payments/%s.pdf", payment.reference));
    return invoices_set(running, arena, row, payment_id, values);
}

static enum result payment_fill(struct running *running, struct arena *arena,
                                const struct outbox_row *row, struct values *values) {
    link_set(running, arena, values_child(values, "Pay"), "pay", "/pay");
    return payment_set(running, arena, row, row->subject_id, values);
}

/* Absent where it is nothing. */
void money_set(struct values *node, struct arena *arena, const char *name, int64_t cents) {
    if (cents)
        values_set(node, name, money_text(arena, cents));
}

static enum result returned_fill(struct running *running, struct arena *arena,
                                 const struct outbox_row *row, struct values *values) {
    struct values *node = values_child(values, "Return");
    struct mail_return returned;
    enum result result = mail_return(running->db, arena, row->account_id, row->subject_id,
                                     &returned);

    if (result != RESULT_OK)
        return result;
    money_set(node, arena, "Due", returned.due_cents);
    money_set(node, arena, "Credit", returned.credit_cents);
    money_set(node, arena, "Adjustment", returned.adjustment_cents);
    money_set(node, arena, "Fee", returned.fee_cents);
    return payment_fill(running, arena, row, values);
}

static enum result refund_fill(struct running *running, struct arena *arena,
                               const struct outbox_row *row, struct values *values) {
    struct values *node = values_child(values, "Refund");
    struct mail_refund refund;
    enum result result = mail_refund(running->db, arena, row->account_id, row->subject_id, &refund);

    if (result != RESULT_OK)
        return result;
    values_set(node, "Amount", money_text(arena, refund.amount_cents));
    values_set(node, "At", instant_long(arena, refund.at));
    values_set(node, "Reopens", refund.reopens ? "1" : "0");
    money_set(node, arena, "Adjustment", refund.adjustment_cents);
    link_set(running, arena, values_child(values, "Pay"), "pay", "/pay");
    return payment_set(running, arena, row, refund.payment_id, values);
}

/* ---- methods ---- */

enum result method_set(struct running *running, struct arena *arena, const struct outbox_row *row,
                       int64_t method_id, struct values *values) {
    struct values *node = values_child(values, "Method");
    struct mail_method method;
    enum result result = mail_method(running->db, arena, row->account_id, method_id, &method);

    if (result != RESULT_OK)
        return result;
    line_set(node, arena, "Text", method_words(arena, method.brand, method.last_four));
    values_set(node, "IsBank", method.is_bank ? "1" : "0");
    link_set(running, arena, node, "methods", "/methods");
    return RESULT_OK;
}

static enum result method_fill(struct running *running, struct arena *arena,
                               const struct outbox_row *row, struct values *values) {
    return method_set(running, arena, row, row->subject_id, values);
}

/* What was agreed to, as it was shown then. */
static enum result consent_fill(struct running *running, struct arena *arena,
                                const struct outbox_row *row, struct values *values) {
    struct values *node = values_child(values, "Consent");
    struct mail_consent consent;
    enum result result = mail_consent(running->db, arena, row->account_id, row->subject_id,
                                      &consent);

    if (result != RESULT_OK)
        return result;
    values_set(node, "At", instant_long(arena, consent.accepted_at));
    lines_set(node, arena, "Lines", consent.text);
    return method_set(running, arena, row, consent.method_id, values);
}

/* ---- the table ---- */

#define PAGES(name_) "mail/" name_ ".txt", "mail/" name_ ".html"

static const struct kind kinds[] = {
    {"invoice_issued", PAGES("invoice_issued"), .fill = invoice_issued_fill, .may_lapse = true},
    {"invoice_due_soon", PAGES("invoice_due_soon"), .fill = invoice_due_soon_fill,
     .may_lapse = true},
    {"invoice_overdue", PAGES("invoice_overdue"), .fill = invoice_overdue_fill, .may_lapse = true},
    {"receipt", PAGES("receipt"), .fill = payment_fill},
    {"returned", PAGES("returned"), .fill = returned_fill},
    {"charged_back", PAGES("charged_back"), .fill = returned_fill},
    {"refunded", PAGES("refunded"), .fill = refund_fill},
    {"voided", PAGES("voided"), .fill = refund_fill},
    {"method_added", PAGES("method_added"), .fill = method_fill},
    {"method_removed", PAGES("method_removed"), .fill = method_fill},
    {"method_updated", PAGES("method_updated"), .fill = method_updated_fill},
    {"authorization", PAGES("authorization"), .fill = consent_fill},
    {"drafted", PAGES("drafted"), .fill = payment_fill},
    {"draft_failed", PAGES("draft_failed"), .fill = draft_failed_fill},
    {"autopay_upcoming", PAGES("autopay_upcoming"), .fill = autopay_upcoming_fill},
    {"autopay_on", PAGES("autopay_on"), .fill = autopay_on_fill},
    {"autopay_off", PAGES("autopay_off"), .fill = autopay_off_fill},
    {"method_expiring", PAGES("method_expiring"), .fill = method_expiring_fill},
    {"password_reset", PAGES("password_reset"), .fill = link_fill},
    {"invitation", PAGES("invitation"), .fill = link_fill},
    {"password_changed", PAGES("password_changed"), .fill = password_changed_fill},
    {"queue", PAGES("queue"), .fill = queue_fill, .may_lapse = true, .is_providers = true},
};

const char *const kind_pages[] = {
    PAGES("invoice_issued"),
    PAGES("invoice_due_soon"),
    PAGES("invoice_overdue"),
    PAGES("receipt"),
    PAGES("returned"),
    PAGES("charged_back"),
    PAGES("refunded"),
    PAGES("voided"),
    PAGES("method_added"),
    PAGES("method_removed"),
    PAGES("method_updated"),
    PAGES("authorization"),
    PAGES("drafted"),
    PAGES("draft_failed"),
    PAGES("autopay_upcoming"),
    PAGES("autopay_on"),
    PAGES("autopay_off"),
    PAGES("method_expiring"),
    PAGES("password_reset"),
    PAGES("invitation"),
    PAGES("password_changed"),
    PAGES("queue"),
    NULL,
};

const struct kind *kind_find(const char *name) {
    for (size_t at = 0; at < sizeof kinds / sizeof *kinds; at++)
        if (text_equal(kinds[at].name, name))
            return &kinds[at];
    return NULL;
}
