#include "modules/invoices/invoices.h"

void invoices_show(struct visit *visit, struct values *node, const struct invoice *invoice) {
    const struct invoice_figures *figures = &invoice->figures;
    enum invoice_status status = invoice_status(figures, visit->today);
    const char *url = visit_url(visit, arena_join(visit->arena, "/invoices/", invoice->number));

    values_set(node, "Number", invoice->number);
    values_set(node, "Url", url);
    visit_set_date(visit, node, "IssuedOn", invoice->issued_on);
    visit_set_date(visit, node, "DueOn", figures->due_on);
    values_set(node, "Total", visit_money(visit, figures->total_cents));
    values_set(node, "Due", visit_money(visit, invoice_due_cents(figures)));
    values_set(node, "Status", invoice_status_word(status));
    values_set(node, "StatusKind", invoice_status_name(status));
    if (invoice_free_cents(figures) > 0 && !*invoice->open_payment &&
        settings_has_program(&visit->running->settings, "pay"))
        values_set(node, "PayUrl",
                   visit_url(visit, arena_join(visit->arena, "/pay?invoice=", invoice->number)));
}
