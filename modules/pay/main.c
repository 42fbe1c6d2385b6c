/* pay - Make a Payment: choose, review, confirm. The only FastCGI program that takes money. */
#include "common/program/limits.h"
#include "common/program/vault.h"
#include "common/store/counter_store.h"
#include "common/store/event_store.h"
#include "common/store/refund_store.h"
#include "modules/pay/pay.h"

static const struct route routes[] = {
    {METHOD_GET, "/pay", ACCESS_BILLING, &pay_make_form, pay_make},
    {METHOD_POST, "/pay", ACCESS_BILLING, &pay_submit_form, pay_submit},
    {METHOD_GET, "/pay/:reference", ACCESS_BILLING, &pay_payment_form, pay_payment},
    {METHOD_POST, "/pay/:reference", ACCESS_BILLING, &pay_confirm_form, pay_confirm},
};

static const struct statement *const statements[] = {
    &session_load_sql, &session_touch_sql,  &invoice_payable_sql,    &invoice_exists_sql,
    &method_list_sql,  &payment_create_sql, &payment_cover_sql,      &payment_of_form_sql,
    &payment_find_sql, &payment_covers_sql, CHARGE_STATEMENTS,       SAVE_STATEMENTS,
    VAULT_STATEMENTS,  LIMITS_STATEMENTS,   &refunds_of_payment_sql, ENROLLING_STATEMENTS,
};

static const char *const pages[] = {"pay/make", "pay/review", "pay/outcome", NULL};

int main(int argc, char **argv) {
    static const struct program pay = {
        .name = "pay",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .statements = statements,
        .statement_count = sizeof statements / sizeof *statements,
        .pages = pages,
        .open = charge_open,
        .close = charge_close,
    };

    return program_run(&pay, argc, argv);
}
