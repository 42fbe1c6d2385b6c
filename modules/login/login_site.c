/*
 * login_site.c - signing in as who the provider's own site says the visitor is.
 *
 * nginx asks the site with each request for /login/site, and tells who it is in parameters that no
 * client can set (remit.conf). Nothing is taken from them anywhere else, nor while Login.Mode is
 * password. Who is not known here is told so on a page: to send them on would lead round in
 * circles.
 */
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/mail/address.h"
#include "common/store/provider_store.h"
#include "common/store/site_user_store.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

enum { URL_MAX = 4096, NAME_MAX_CHARACTERS = 200, TRIES_MAX = 10, TRIES_S = 30 };

static const struct field fields[] = {
    {.name = "next", .max_length = VISIT_NEXT_MAX},
    {.name = "via", .max_length = 1},
};
const struct form login_site_form = FORM(fields);

bool login_is_site(const struct visit *visit) {
    return visit->running->settings.login.is_site;
}

/* ---- on the way ---- */

/* How often this browser was sent to the site just now; 0: it never was, or keeps no cookies. */
static int64_t tries_read(struct visit *visit) {
    const char *text = pairs_find(&visit->request.cookies, visit_cookie_name(visit, "login-try"));
    int64_t tries;

    return text && text_to_int(text, &tries) && tries > 0 && tries <= TRIES_MAX ? tries : 0;
}

static enum result refuse(struct visit *visit, const char *title, const char *text) {
    visit_error(visit, 403, title, text);
    return RESULT_OK;
}

enum result login_site_go(struct visit *visit, const char *next) {
    int64_t tries = tries_read(visit);
    struct buffer url;

    /* A session that ends as soon as it began, whatever ends it, must not keep a browser busy. */
    if (tries == TRIES_MAX)
        return refuse(
            visit, say("You could not be signed in"),
            say("We tried several times. Please wait a minute, then open Billing again."));
    response_cookie(visit->response, visit_cookie_name(visit, "login-try"),
                    arena_format(visit->arena, "%lld", (long long)tries + 1),
                    visit_url(visit, "/login"), TRIES_S);
    buffer_init(&url, visit->arena, URL_MAX);
    buffer_text(&url, "/login/site?via=1");
    buffer_url_pair(&url, "next", next);
    return visit_redirect(visit, url.bytes);
}

enum result login_left(struct visit *visit, const char *done) {
    const char *url = visit->running->settings.login.sign_out_url;

    if (!login_is_site(visit))
        return visit_redirect(visit, arena_join(visit->arena, "/login", done));
    if (*url) {
        response_redirect(visit->response, url);
        response_header(visit->response, "Cache-Control", "no-store");
        return RESULT_OK;
    }
    /* /login would sign in again at once. */
    visit->session = (struct session){0};
    visit_error(visit, 200, say("You are signed out of Billing"),
                say("The site itself may still know you: sign out there, too, where others use this"
                    " browser."));
    return RESULT_OK;
}

/* ---- who it is ---- */

/* Whoever this browser was before, it is not now. */
static enum result unknown(struct visit *visit, const char *why) {
    enum result result = login_forget(visit);

    if (result != RESULT_OK)
        return result;
    visit->session = (struct session){0};
    LOG(LOG_LEVEL_WARNING, "sign_in.site_refused", LOG_TEXT("why", why));
    return refuse(
        visit, say("You have no access to Billing"),
        say("You are signed in to the site, but nobody has given you access to an account's"
            " billing. Ask a Manager of your organization, or your service provider."));
}

static enum result user_read(struct visit *visit, struct site_user *out_user) {
    const char *name = visit->request.remote.user;
    struct db *db = visit->running->db;
    struct user_sign_in user;

    if (visit->running->settings.login.by_external_id)
        return site_user_find(db, visit->arena, name, out_user);
    enum result result = user_for_sign_in(db, visit->arena, name, &user);
    if (result == RESULT_OK)
        *out_user = (struct site_user){user.user_id, user.is_active};
    return result;
}

/* ---- a user who is not known ---- */

struct joining {
    struct visit *visit;
    struct site_user_new user;
};

static enum result join_work(struct db *db, void *context) {
    const struct joining *joining = context;
    struct visit *visit = joining->visit;
    int64_t user_id = 0;
    enum result result = site_user_add(db, &joining->user, &user_id);

    if (result != RESULT_OK)
        return result;
    return audit_add(
        db, &(struct audit){.at = visit->now,
                            .actor = "program:login",
                            .action = "user.add",
                            .account_id = joining->user.account_id,
                            .subject = arena_format(visit->arena, "user:%lld", (long long)user_id),
                            .address = visit->request.address,
                            .request_id = visit->request.id});
}

/* What the site sent makes a user; *out_why: what is missing for it, or NULL. */
static enum result joining_read(struct joining *joining, const char **out_why) {
    struct visit *visit = joining->visit;
    const struct login_settings *login = &visit->running->settings.login;
    struct db *db = visit->running->db;
    struct provider_level level;

    joining->user = (struct site_user_new){
        .email = login->by_external_id ? visit->request.remote.email : visit->request.remote.user,
        .name = text_trim(visit->arena, visit->request.remote.name),
        .external_id = login->by_external_id ? visit->request.remote.user : NULL,
        .now = visit->now,
    };
    if (!*joining->user.name || text_utf8_count(joining->user.name) > NAME_MAX_CHARACTERS)
        joining->user.name = text_utf8_count(joining->user.email) > NAME_MAX_CHARACTERS
                                 ? "-"
                                 : joining->user.email;
    *out_why = "no_account";
    if (!*visit->request.remote.account)
        return RESULT_NOT_FOUND;
    *out_why = "no_email";
    if (!mail_address_is_valid(joining->user.email))
        return RESULT_NOT_FOUND;
    *out_why = "account_unknown";
    enum result result = provider_account_find(db, visit->arena, visit->request.remote.account,
                                               &joining->user.account_id);
    if (result != RESULT_OK)
        return result;
    *out_why = "level_unknown";
    result = provider_level_find(db, visit->arena, login->create_level, &level);
    if (result == RESULT_OK)
        joining->user.level_id = level.id;
    return result;
}

/* RESULT_NOT_FOUND: none is made, *out_why says why. */
static enum result user_make(struct visit *visit, struct site_user *out_user,
                             const char **out_why) {
    struct joining joining = {.visit = visit};

    *out_why = "unknown";
    if (!visit->running->settings.login.create)
        return RESULT_NOT_FOUND;
    enum result result = joining_read(&joining, out_why);
    if (result != RESULT_OK)
        return result;
    result = db_transaction(visit->running->db, join_work, &joining);
    if (result != RESULT_OK && result != RESULT_CONFLICT && result != RESULT_UNCERTAIN)
        return result;
    if (result == RESULT_OK)
        LOG(LOG_LEVEL_INFO, "user.added", LOG_INT("account", joining.user.account_id));
    /* Another window of theirs may have been first; or the e-mail is another user's, who is theirs
     * to be linked by the provider alone. */
    *out_why = "email_taken";
    return user_read(visit, out_user);
}

/* ---- the page ---- */

static enum result enter(struct visit *visit, const struct site_user *user) {
    const char *next = login_next(visit);

    if (!user->is_active)
        return unknown(visit, "disabled");
    if (visit_is_signed_in(visit) && visit->session.user_id == user->user_id)
        return visit_redirect(visit, next);
    enum result result = login_begin(visit, user->user_id, NULL);
    if (result == RESULT_FORBIDDEN)
        return unknown(visit, "no_account");
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "sign_in", LOG_INT("user", user->user_id));
    return visit_redirect(visit, next);
}

enum result login_site(struct visit *visit) {
    const char *name = visit->request.remote.user, *why = "";
    struct site_user user;

    if (!login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (!*name ||
        (visit->running->settings.login.by_external_id && text_utf8_count(name) > EXTERNAL_ID_MAX))
        return unknown(visit, "nobody");
    if (form_has(&visit->form, "via") && !visit_is_signed_in(visit) && !tries_read(visit))
        return refuse(visit, say("Your browser keeps no cookies"),
                      say("Billing needs them to know you from one page to the next. Allow them for"
                          " this site, then open this page again."));
    enum result result = user_read(visit, &user);
    if (result == RESULT_NOT_FOUND)
        result = user_make(visit, &user, &why);
    if (result == RESULT_NOT_FOUND)
        return unknown(visit, why);
    return result == RESULT_OK ? enter(visit, &user) : result;
}
