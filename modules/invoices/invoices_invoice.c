/* invoices_invoice.c - one invoice: its items, what was paid on it, and what happens next. */
#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/refund_show.h"
#include "common/store/payment_history_store.h"
#include "modules/invoices/invoices.h"

/* With an invoice of a few lines less than 200 rows are read. */
enum { PAYMENTS_LOOKED_AT = 30, REFUNDS_SHOWN = 30 };

static const struct field fields[] = {
    PLACE_FIELD("after"), /* the payment whose earlier ones are shown */
};

const struct form invoices_invoice_form = FORM(fields);

/* What happens next, where something is on its way. */
static void next_show(struct visit *visit, struct values *node, const struct invoice *invoice) {
    struct arena *arena = visit->arena;

    if (*invoice->open_payment) {
        values_set(node, "BlockedText",
                   say("A payment of this invoice is being processed. Please don't pay it again. It"
                       " shows here as soon as its outcome is known."));
        values_set(node, "BlockedUrl",
                   visit_url(visit, arena_format(arena, "/payments/%s", invoice->open_payment)));
    } else if (invoice->figures.pending_cents) {
        values_set(
            node, "PendingText",
            arena_format(arena,
                         say("%s is on its way from the bank. It counts as paid when it arrives;"
                             " please allow up to 2 business days."),
                         visit_money(visit, invoice->figures.pending_cents)));
    }
}

static void figures_show(struct visit *visit, struct values *node, const struct invoice *invoice) {
    const struct invoice_figures *figures = &invoice->figures;

    if (invoice->tax_cents)
        values_set(node, "Tax", visit_money(visit, invoice->tax_cents));
    if (figures->paid_cents)
        values_set(node, "Paid", visit_money(visit, figures->paid_cents));
    if (figures->credited_cents)
        values_set(node, "Credited", visit_money(visit, figures->credited_cents));
    if (figures->pending_cents)
        values_set(node, "Pending", visit_money(visit, figures->pending_cents));
    /* While it is blocked that is what there is to say: not that it waits to be paid. */
    if (!*invoice->open_payment)
        values_set(node, "StatusText",
                   invoice_status_sentence(invoice_status(figures, visit->today)));
    values_set(node, "Terms", invoice->terms);
    values_set(node, "BillingType", invoice->billing_type);
    next_show(visit, node, invoice);
    if (settings_has_program(&visit->running->settings, "documents"))
        values_set(
            node, "PdfUrl",
            visit_url(visit, arena_format(visit->arena, "/invoices/%s.pdf", invoice->number)));
}

static void lines_show(struct visit *visit, const struct invoice_line *lines, size_t count) {
    for (size_t at = 0; at < count; at++) {
        struct values *node = values_item(visit->values, "Lines", at);

        values_set(node, "Description", lines[at].description);
        values_set(node, "Quantity", lines[at].quantity);
        values_set(node, "Price", visit_money(visit, lines[at].price_cents));
        values_set(node, "Amount", visit_money(visit, lines[at].amount_cents));
    }
}

/* Those of one payment, with the part on this invoice. */
static void refunds_show(struct visit *visit, struct values *payment_node, int64_t payment_id,
                         const struct refunds *refunds) {
    size_t shown = 0;

    for (size_t at = 0; at < refunds->count; at++) {
        const struct refund *refund = &refunds->list[at];

        if (refund->payment_id != payment_id)
            continue;
        refund_show(visit, payment_node, shown++, refund);
    }
}

static void payments_show(struct visit *visit, const struct payments *payments,
                          const struct refunds *refunds) {
    for (size_t at = 0; at < payments->count; at++) {
        const struct payment *payment = &payments->list[at];
        struct values *node = values_item(visit->values, "Payments", at);

        values_set(node, "Reference", payment->reference);
        values_set(
            node, "Url",
            visit_url(visit, arena_format(visit->arena, "/payments/%s", payment->reference)));
        visit_set_date(visit, node, "At", instant_date(payment->confirmed_at));
        values_set(node, "Amount", visit_money(visit, payment->amount_cents));
        values_set(node, "Method", method_words_of(visit->arena, payment->method_text));
        values_set(node, "Status", payment_state_word(payment->state));
        values_set(node, "StatusKind", payment_state_name(payment->state));
        refunds_show(visit, node, payment->id, refunds);
    }
}

/* Most invoices have none, and are not asked about: only what went back for certain leaves its mark
 * on the payment. */
static enum result refunds_find(struct visit *visit, const struct invoice *invoice,
                                const struct payments *payments, struct refunds *out_refunds) {
    bool has_any = false;

    *out_refunds = (struct refunds){0};
    for (size_t at = 0; at < payments->count; at++)
        has_any = has_any || payments->list[at].refunded_cents ||
                  payments->list[at].state == PAYMENT_VOIDED;
    if (!has_any)
        return RESULT_OK;
    return refunds_of_invoice(visit->running->db, visit->arena, visit->session.account_id,
                              invoice->id, REFUNDS_SHOWN, out_refunds);
}

/* The rest of many payments is a page further. */
static void payments_rest_show(struct visit *visit, const struct invoice *invoice, int64_t last_id,
                               const struct refunds *refunds) {
    struct values *rest = values_child(visit->values, "Rest");
    const char *path = arena_format(visit->arena, "/invoices/%s", invoice->number);

    if (form_has(&visit->form, "after"))
        values_set(rest, "FirstUrl", visit_url(visit, path));
    if (last_id)
        values_set(rest, "NextUrl",
                   visit_url(visit, arena_format(visit->arena, "%s?after=%lld", path,
                                                 (long long)last_id)));
    if (refunds->count == REFUNDS_SHOWN)
        values_set(rest, "Refunds", "1");
}

enum result invoices_invoice(struct visit *visit) {
    int64_t account_id = visit->session.account_id, before_id = INT64_MAX, last_id = 0;
    struct db *db = visit->running->db;
    struct invoice_line *lines;
    struct payments payments;
    struct refunds refunds;
    struct invoice invoice;
    size_t line_count;

    if (form_has(&visit->form, "after") &&
        !text_to_int(form_text(&visit->form, "after"), &before_id))
        return RESULT_NOT_FOUND;
    enum result result = invoice_find(db, visit->arena, account_id, visit->params[0], &invoice,
                                      &lines, &line_count);
    if (result == RESULT_OK)
        result = invoice_payments(db, visit->arena, account_id, invoice.id, before_id,
                                  PAYMENTS_LOOKED_AT, &payments, &last_id);
    if (result == RESULT_OK)
        result = refunds_find(visit, &invoice, &payments, &refunds);
    if (result != RESULT_OK)
        return result;
    struct values *node = values_child(visit->values, "Invoice");
    invoices_show(visit, node, &invoice);
    figures_show(visit, node, &invoice);
    lines_show(visit, lines, line_count);
    payments_show(visit, &payments, &refunds);
    payments_rest_show(visit, &invoice, last_id, &refunds);
    return visit_render(visit, 200, "invoices/invoice",
                        arena_format(visit->arena, say("Invoice %s"), invoice.number), "/invoices");
}
