/* login - the builtin sign-in: the only program that reads password hashes and makes sessions. */
#include "common/program/program.h"
#include "common/store/counter_store.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

static const struct route routes[] = {
    {METHOD_GET, "/login", ACCESS_PUBLIC, &login_show_form, login_show},
    {METHOD_POST, "/login", ACCESS_PUBLIC, &login_submit_form, login_submit},
    {METHOD_POST, "/logout", ACCESS_PUBLIC, NULL, login_end},
};

static const struct statement *const statements[] = {
    &session_load_sql, &session_touch_sql,    &session_create_sql,     &session_program_add_sql,
    &session_end_sql,  &user_for_sign_in_sql, &user_first_account_sql, &counter_add_sql,
    &counter_read_sql, &audit_add_sql,
};

static const char *const pages[] = {"login/sign_in", NULL};

int main(int argc, char **argv) {
    static const struct program login = {
        .name = "login",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .statements = statements,
        .statement_count = sizeof statements / sizeof *statements,
        .pages = pages,
    };

    return program_run(&login, argc, argv);
}
