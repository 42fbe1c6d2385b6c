/* documents - what a customer keeps: invoices and receipts as PDF, statements of months and
 * summaries of years as pages, PDF and CSV. Reads only. */
#include "common/core/log.h"
#include "common/program/program.h"
#include "common/store/invoice_store.h"
#include "common/store/payment_store.h"
#include "common/store/refund_store.h"
#include "modules/documents/documents.h"

static const struct route routes[] = {
    {METHOD_GET, "/documents", ACCESS_BILLING, &documents_list_form, documents_list},
    {METHOD_GET, "/documents/statements/:month", ACCESS_BILLING, &documents_statement_form,
     documents_statement},
    {METHOD_GET, "/documents/years/:year", ACCESS_BILLING, NULL, documents_year},
    {METHOD_GET, "/invoices/:file", ACCESS_BILLING, NULL, documents_invoice},
    {METHOD_GET, "/payments/:file", ACCESS_BILLING, NULL, documents_receipt},
};

static const struct statement *const statements[] = {
    &session_see_sql,    &session_touch_sql,      &invoice_find_sql,   &payment_find_sql,
    &payment_covers_sql, &refunds_of_payment_sql, STATEMENT_STATEMENTS};

static const char *const pages[] = {"documents/list", "documents/statement", "documents/year",
                                    NULL};

/* Fonts and the logo are looked for once. */
static enum result printer_ready(struct running *running) {
    const struct settings *settings = &running->settings;
    enum result result = printer_open(
        settings->documents.logo, values_text(settings->values, "Site.Accent"), &running->printer);

    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "settings.wrong", LOG_TEXT("setting", "Documents.Logo"),
            LOG_TEXT("why", "is no PNG that can be read"));
    return result;
}

static void printer_done(struct running *running) {
    printer_close(running->printer);
}

int main(int argc, char **argv) {
    static const struct program documents = {
        .name = "documents",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .statements = statements,
        .statement_count = sizeof statements / sizeof *statements,
        .pages = pages,
        .open = printer_ready,
        .close = printer_done,
    };

    return program_run(&documents, argc, argv);
}
