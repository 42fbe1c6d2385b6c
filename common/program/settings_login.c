#include "common/program/settings_login.h"

#include <string.h>

#include "common/core/text.h"

enum { URL_MAX = 200, NAME_MAX_BYTES = 32 };

/* false: neither of the two. *out_is_second: it is the second. */
static bool one_of(const char *text, const char *first, const char *second, bool *out_is_second) {
    *out_is_second = text_equal(text, second);
    return *out_is_second || text_equal(text, first);
}

/* These end up in nginx's files: nothing that it reads in a way of its own. */
static bool is_plain(const char *text, const char *more) {
    if (strlen(text) > URL_MAX)
        return false;
    for (; *text; text++)
        if (!text_is_url_safe(*text) && !strchr(more, *text))
            return false;
    return true;
}

static bool path_is_valid(const char *text, const char *more) {
    return text[0] == '/' && !strstr(text, "//") && !strstr(text, "/.") && is_plain(text, more);
}

static bool sign_in_is_valid(const char *text) {
    static const char https[] = "https://";
    const char *host = text + strlen(https);

    if (!text_starts_with(text, https))
        return path_is_valid(text, "/?=&%+");
    return text_is_alnum(*host) && is_plain(host, "/:?=&%+");
}

/* What nginx asks must be the provider's: a page of Remit would ask for itself. */
static bool is_below(const char *path, const char *base) {
    return text_starts_with(path, base) && (!path[strlen(base)] || path[strlen(base)] == '/');
}

static void auth_check(const struct settings *settings, settings_wrong wrong, void *context) {
    const char *path = settings->login.auth_path;

    if (!*path)
        wrong("Login.AuthPath", "is missing: nginx asks there who is signed in to your site",
              context);
    else if (!path_is_valid(path, "/"))
        wrong("Login.AuthPath", "must be a path of your site as in /whoami", context);
    else if (settings->base && *settings->base && is_below(path, settings->base))
        wrong("Login.AuthPath", "must not lie below Site.Base: it is your site's", context);
}

static void site_check(const struct settings *settings, settings_wrong wrong, void *context) {
    const struct login_settings *login = &settings->login;

    auth_check(settings, wrong, context);
    if (!*login->sign_in_url)
        wrong("Login.SignInUrl", "is missing: it is where people sign in to your site", context);
    else if (!sign_in_is_valid(login->sign_in_url))
        wrong("Login.SignInUrl", "must be a path of your site as in /signin, or begin https://",
              context);
    if (!is_plain(login->return_name, "") || strlen(login->return_name) > NAME_MAX_BYTES)
        wrong("Login.ReturnName", "must be the name of a parameter as in return", context);
    if (*login->sign_out_url && !path_is_valid(login->sign_out_url, "/?=&%+"))
        wrong("Login.SignOutUrl", "must be a path of your site as in /signout", context);
    if (login->create && !*login->create_level)
        wrong("Login.CreateLevel",
              "is missing, and Login.Create is 1: a new user has to have a security level",
              context);
}

void settings_login_finish(struct settings *settings, settings_wrong wrong, void *context) {
    struct login_settings *login = &settings->login;

    if (!one_of(login->mode, "password", "site", &login->is_site))
        wrong("Login.Mode", "must be password or site", context);
    if (!one_of(login->match, "email", "external_id", &login->by_external_id))
        wrong("Login.Match", "must be email or external_id", context);
    if (login->is_site)
        site_check(settings, wrong, context);
}
