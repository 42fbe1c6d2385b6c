#include "modules/invoices/invoices.h"

static void words_show(struct visit *visit, struct values *node,
                       const struct invoice_figures *figures) {
    enum invoice_status status = invoice_status(figures, visit->today);

    values_lend(node, "Status", invoice_status_word(status));
    values_lend(node, "StatusKind", invoice_status_name(status));
}

/* As few values as a row can have, and none copied: there are fifty of them on a page. */
void invoices_row_show(struct visit *visit, struct values *node, const struct invoice_row *row) {
    const struct invoice_figures *figures = &row->figures;

    values_lend(node, "Number", row->number);
    values_lend(node, "Url", visit_url(visit, arena_join(visit->arena, "/invoices/", row->number)));
    values_lend(node, "IssuedOn", date_short(visit->arena, row->issued_on));
    values_lend(node, "DueOn", date_short(visit->arena, figures->due_on));
    values_lend(node, "Total", visit_money(visit, figures->total_cents));
    values_lend(node, "Due", visit_money(visit, invoice_due_cents(figures)));
    words_show(visit, node, figures);
    if (!row->is_held && invoice_free_cents(figures) > 0 &&
        settings_has_program(&visit->running->settings, "pay"))
        values_lend(node, "PayUrl",
                    visit_url(visit, arena_join(visit->arena, "/pay?invoice=", row->number)));
}

void invoices_show(struct visit *visit, struct values *node, const struct invoice *invoice) {
    struct invoice_row row = {.id = invoice->id,
                              .number = invoice->number,
                              .issued_on = invoice->issued_on,
                              .figures = invoice->figures,
                              .is_held = *invoice->open_payment};

    invoices_row_show(visit, node, &row);
    visit_set_date(visit, node, "IssuedOn", invoice->issued_on);
    visit_set_date(visit, node, "DueOn", invoice->figures.due_on);
}
