/* methods - Manage Payment Methods: list, add, replace, rename and remove what is in the vault. */
#include "common/program/charge.h"
#include "common/program/enrolling.h"
#include "common/program/limits.h"
#include "common/program/method_save.h"
#include "common/program/vault.h"
#include "common/store/charge_store.h"
#include "common/store/counter_store.h"
#include "common/store/event_store.h"
#include "common/store/method_save_store.h"
#include "common/store/user_store.h"
#include "common/store/vault_store.h"
#include "modules/methods/methods.h"

static const struct route routes[] = {
    {METHOD_GET, "/methods", ACCESS_BILLING, &methods_list_form, methods_list},
    {METHOD_GET, "/methods/card", ACCESS_BILLING, &methods_add_form, methods_card},
    {METHOD_POST, "/methods/card", ACCESS_BILLING, &methods_card_save_form, methods_card_save},
    {METHOD_GET, "/methods/bank", ACCESS_BILLING, &methods_add_form, methods_bank},
    {METHOD_POST, "/methods/bank", ACCESS_BILLING, &methods_bank_save_form, methods_bank_save},
    {METHOD_GET, "/methods/:id", ACCESS_BILLING, &methods_method_form, methods_method},
    {METHOD_POST, "/methods/:id", ACCESS_BILLING, &methods_rename_form, methods_rename},
    {METHOD_GET, "/methods/:id/remove", ACCESS_BILLING, NULL, methods_remove_ask},
    {METHOD_POST, "/methods/:id/remove", ACCESS_BILLING, &methods_remove_form, methods_remove},
};

static const struct statement *const statements[] = {
    &session_load_sql,        &session_touch_sql, &method_list_sql,   &method_find_sql,
    &method_leaving_sql,      &method_rename_sql, &method_remove_sql, &account_move_sql,
    &outbox_add_sql,          SAVE_STATEMENTS,    LIMITS_STATEMENTS,  VAULT_STATEMENTS,
    ENROLLING_OFF_STATEMENTS,
};

static const char *const pages[] = {"methods/list",   "methods/card",   "methods/bank",
                                    "methods/method", "methods/remove", NULL};

int main(int argc, char **argv) {
    static const struct program methods = {
        .name = "methods",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .statements = statements,
        .statement_count = sizeof statements / sizeof *statements,
        .pages = pages,
        .open = charge_open,
        .close = charge_close,
    };

    return program_run(&methods, argc, argv);
}
