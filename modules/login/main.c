/* login - the builtin sign-in, and what users see and change of themselves: the only program that
 * reads password hashes and makes sessions. */
#include "common/program/program.h"
#include "common/program/user_link.h"
#include "common/store/counter_store.h"
#include "common/store/event_store.h"
#include "common/store/member_store.h"
#include "common/store/people_store.h"
#include "common/store/site_user_store.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

static const struct route routes[] = {
    {METHOD_GET, "/login", ACCESS_PUBLIC, &login_show_form, login_show},
    {METHOD_POST, "/login", ACCESS_PUBLIC, &login_submit_form, login_submit},
    {METHOD_POST, "/logout", ACCESS_PUBLIC, NULL, login_end},
    {METHOD_GET, "/login/site", ACCESS_PUBLIC, &login_site_form, login_site},
    {METHOD_GET, "/login/reset", ACCESS_PUBLIC, &login_reset_show_form, login_reset_show},
    {METHOD_POST, "/login/reset", ACCESS_PUBLIC, &login_reset_form, login_reset_send},
    {METHOD_GET, "/login/link", ACCESS_PUBLIC, &login_link_form, login_link},
    {METHOD_GET, "/login/password", ACCESS_PUBLIC, NULL, login_choose_show},
    {METHOD_POST, "/login/password", ACCESS_PUBLIC, &login_choose_form, login_choose_submit},
    {METHOD_GET, "/account", ACCESS_SESSION, &account_profile_show_form, account_profile_show},
    {METHOD_POST, "/account", ACCESS_SESSION, &account_profile_form, account_profile_save},
    {METHOD_GET, "/account/password", ACCESS_SESSION, &account_password_show_form,
     account_password_show},
    {METHOD_POST, "/account/password", ACCESS_SESSION, &account_password_form,
     account_password_save},
    {METHOD_GET, "/account/sessions", ACCESS_SESSION, &account_sessions_show_form,
     account_sessions_show},
    {METHOD_POST, "/account/sessions", ACCESS_SESSION, &account_sessions_form,
     account_sessions_end},
    {METHOD_GET, "/account/switch", ACCESS_SESSION, &account_switch_show_form, account_switch_show},
    {METHOD_POST, "/account/switch", ACCESS_SESSION, &account_switch_form, account_switch_to},
    {METHOD_GET, "/account/access", ACCESS_SESSION, &account_access_form, account_access},
};

static const struct statement *const statements[] = {
    &session_load_sql,
    &session_touch_sql,
    &session_create_sql,
    &session_switch_sql,
    &session_program_add_sql,
    &session_list_sql,
    &session_end_sql,
    &session_end_of_user_sql,
    &member_sessions_end_sql,
    &user_for_sign_in_sql,
    &user_first_account_sql,
    &user_profile_sql,
    &user_seen_sql,
    &user_password_change_sql,
    &user_password_is_sql,
    &user_move_sql,
    &user_enter_sql,
    &member_find_sql,
    &member_password_sql,
    &member_password_add_sql,
    &links_end_sql,
    &user_password_tell_sql,
    USER_LINK_STATEMENTS,
    &link_find_sql,
    &link_use_sql,
    PEOPLE_STATEMENTS,
    &counter_add_sql,
    &counter_read_sql,
    &audit_add_sql,
    SITE_USER_STATEMENTS,
};

static const char *const pages[] = {
    "login/sign_in",  "login/reset",           "login/password", "login/link_over", "login/profile",
    "login/sessions", "login/change_password", "login/switch",   "login/access",    NULL,
};

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
