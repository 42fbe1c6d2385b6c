#include "modules/invoices/invoices.h"

static const char *pay_url(struct visit *visit, const struct invoice_row *row) {
    if (row->is_held || invoice_free_cents(&row->figures) <= 0 ||
        !settings_has_program(&visit->running->settings, "pay"))
        return NULL;
    return visit_url(visit, arena_join(visit->arena, "/pay?invoice=", row->number));
}

/* As few values as a row can have, and none copied: there are fifty of them on a page. */
void invoices_row_show(struct visit *visit, struct values *node, const struct invoice_row *row) {
    const struct invoice_figures *figures = &row->figures;
    enum invoice_status status = invoice_status(figures, visit->today);
    const struct value values[] = {
        {"Url", visit_url(visit, arena_join(visit->arena, "/invoices/", row->number))},
        {"Number", row->number},
        {"IssuedOn", date_short(visit->arena, row->issued_on)},
        {"DueOn", date_short(visit->arena, figures->due_on)},
        {"Total", visit_money(visit, figures->total_cents)},
        {"Due", visit_money(visit, invoice_due_cents(figures))},
        {"StatusKind", invoice_status_name(status)},
        {"Status", invoice_status_word(status)},
        {"PayUrl", pay_url(visit, row)},
    };

    values_lend(node, values, sizeof values / sizeof *values);
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
