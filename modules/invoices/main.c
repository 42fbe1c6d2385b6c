/* invoices - a customer sees what was billed, what is due and what was paid. Reads only. */
#include "common/program/program.h"
#include "common/store/payment_history_store.h"
#include "common/store/refund_store.h"
#include "modules/invoices/invoices.h"

static const struct route routes[] = {
    {METHOD_GET, "/", ACCESS_BILLING, NULL, invoices_home},
    {METHOD_GET, "/calendar", ACCESS_BILLING, &invoices_calendar_form, invoices_calendar},
    {METHOD_GET, "/tile", ACCESS_PUBLIC, NULL, invoices_tile}, /* asks itself who is there */
    {METHOD_GET, "/invoices", ACCESS_BILLING, &invoices_list_form, invoices_list},
    {METHOD_GET, "/invoices/:number", ACCESS_BILLING, &invoices_invoice_form, invoices_invoice},
    {METHOD_GET, "/payments", ACCESS_BILLING, &invoices_payments_form, invoices_payments},
    {METHOD_GET, "/payments/:reference", ACCESS_BILLING, &invoices_payment_form, invoices_payment},
};

static const struct statement *const statements[] = {
    &session_see_sql,
    &session_touch_sql,
    &invoice_next_due_sql,
    /* home, calendar, tile */
    &calendar_told_sql,
    &calendar_home_sql,
    &calendar_invoices_sql,
    &calendar_due_sql,
    &enrolment_list_sql,
    &enrolment_invoices_sql,
    &enrolment_plan_sql,
    /* lists */
    HISTORY_STATEMENTS,
    &history_number_up_sql,
    &history_number_down_sql,
    &history_held_sql,
    PAYMENT_HISTORY_STATEMENTS,
    /* one of them */
    &invoice_find_sql,
    &invoice_payments_sql,
    &payment_past_sql,
    &payment_parts_sql,
    &refunds_of_invoice_sql,
    &refunds_of_payment_sql,
};

static const char *const pages[] = {
    "invoices/home",    "invoices/calendar", "invoices/tile",    "invoices/list",
    "invoices/invoice", "invoices/payments", "invoices/payment", NULL};

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
