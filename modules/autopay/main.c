/* autopay - Manage Auto Pay: who pays what by itself and when. Moves no money and has no gateway.
 */
#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/method_save_store.h"
#include "common/store/user_store.h"
#include "modules/autopay/autopay.h"

static const struct route routes[] = {
    {METHOD_GET, "/autopay", ACCESS_AUTOPAY, &autopay_list_form, autopay_list},
    {METHOD_GET, "/autopay/new", ACCESS_AUTOPAY, &autopay_new_form, autopay_new},
    {METHOD_POST, "/autopay/new", ACCESS_AUTOPAY, &autopay_save_form, autopay_new_save},
    {METHOD_GET, "/autopay/:id", ACCESS_AUTOPAY, NULL, autopay_change},
    {METHOD_POST, "/autopay/:id", ACCESS_AUTOPAY, &autopay_save_form, autopay_change_save},
    {METHOD_GET, "/autopay/:id/off", ACCESS_AUTOPAY, NULL, autopay_off_ask},
    {METHOD_POST, "/autopay/:id/off", ACCESS_AUTOPAY, &autopay_off_form, autopay_off},
    {METHOD_POST, "/autopay/:id/skip", ACCESS_AUTOPAY, &autopay_skip_form, autopay_skip},
};

static const struct statement *const statements[] = {
    &session_load_sql,    &session_touch_sql,    &method_list_sql,        &account_move_sql,
    &outbox_add_sql,      &consent_add_sql,      &audit_add_sql,          &enrolment_skip_sql,
    &enrolment_types_sql, &enrolment_drafts_sql, &enrolment_user_may_sql, ENROLLING_STATEMENTS,
};

static const char *const pages[] = {"autopay/list", "autopay/form", "autopay/preview",
                                    "autopay/off", NULL};

int main(int argc, char **argv) {
    static const struct program autopay = {
        .name = "autopay",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .statements = statements,
        .statement_count = sizeof statements / sizeof *statements,
        .pages = pages,
    };

    return program_run(&autopay, argc, argv);
}
