/* invoices - a customer sees what was billed, what is due and what was paid. Reads only. */
#include "common/program/program.h"
#include "common/store/payment_store.h"
#include "common/store/refund_store.h"
#include "modules/invoices/invoices.h"

static const struct route routes[] = {
    {METHOD_GET, "/", ACCESS_BILLING, NULL, invoices_home},
    {METHOD_GET, "/invoices", ACCESS_BILLING, &invoices_list_form, invoices_list},
    {METHOD_GET, "/invoices/:number", ACCESS_BILLING, NULL, invoices_invoice},
};

static const struct statement *const statements[] = {
    &session_see_sql,       &session_touch_sql,      &invoice_list_open_sql,
    &invoice_list_paid_sql, &invoice_list_all_sql,   &invoice_next_due_sql,
    &invoice_find_sql,      &payment_of_invoice_sql, &refunds_of_invoice_sql,
};

static const char *const pages[] = {"invoices/home", "invoices/list", "invoices/invoice", NULL};

int main(int argc, char **argv) {
    static const struct program invoices = {
        .name = "invoices",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .statements = statements,
        .statement_count = sizeof statements / sizeof *statements,
        .pages = pages,
    };

    return program_run(&invoices, argc, argv);
}
