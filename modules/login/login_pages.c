/* login_pages.c - signing in and out. */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

enum { TRIES_WINDOW_S = 900 };

static const char purpose[] = "login";

static const struct field show_fields[] = {
    {.name = "next", .max_length = VISIT_NEXT_MAX},
    {.name = "done", .max_length = 16},
};
const struct form login_show_form = FORM(show_fields);

static const struct field submit_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = KEY_MAX},
    {.name = "next", .max_length = VISIT_NEXT_MAX},
    {.name = "email", .max_length = EMAIL_MAX},
    {.name = "password", .flags = FIELD_SECRET, .max_length = PASSWORD_MAX},
};
const struct form login_submit_form = FORM(submit_fields);

/* A path of ours below the base, with what it was asked with, or "/": never another site. */
static const char *next_path(const char *next) {
    if (next[0] != '/' || strstr(next, "//") || strstr(next, "/.") ||
        text_starts_with(next, "/login"))
        return "/";
    size_t path = strcspn(next, "?");
    for (size_t at = 0; next[at]; at++)
        if (!text_is_url_safe(next[at]) && !strchr(at < path    ? "/"
                                                   : at == path ? "?"
                                                                : "=&",
                                                   next[at]))
            return "/";
    return next;
}

const char *login_next(struct visit *visit) {
    return next_path(form_text(&visit->form, "next"));
}

static enum result sign_in_render(struct visit *visit, int status) {
    values_set(visit->values, "Form.Next", login_next(visit));
    return door_render(visit, status, "login/sign_in", say("Sign in"), purpose);
}

/* What was done right before. */
static void done_show(struct visit *visit) {
    const char *done = form_text(&visit->form, "done");

    if (text_equal(done, "password"))
        visit_banner(visit, "success", say("Your password was changed. Sign in with the new one."));
    else if (text_equal(done, "everywhere"))
        visit_banner(visit, "success", say("You are signed out everywhere."));
}

enum result login_show(struct visit *visit) {
    if (visit_is_signed_in(visit))
        return visit_redirect(visit, login_next(visit));
    if (login_is_site(visit))
        return login_site_go(visit, login_next(visit));
    done_show(visit);
    return sign_in_render(visit, 200);
}

/* ---- signing in ---- */

/* As it was typed, without what stands around it: one person is one e-mail, and one count. */
static const char *email_typed(struct visit *visit) {
    return text_trim(visit->arena, form_text(&visit->form, "email"));
}

static enum result refuse(struct visit *visit, int status, const char *field, const char *text) {
    form_fail(&visit->form, field, text);
    visit_show_field(visit, "email", "email", "Email");
    visit_show_field(visit, "password", "password", "Password");
    return sign_in_render(visit, status);
}

static enum result password_wrong(struct visit *visit, const struct tries *tries) {
    LOG(LOG_LEVEL_WARNING, "sign_in.refused", LOG_TEXT("address", visit->request.address));
    tries_count(visit, tries);
    return refuse(visit, 422, "password",
                  say("The email or the password is not right. Check both and try again."));
}

static enum result password_check(struct visit *visit, const struct tries *tries) {
    struct user_sign_in user = {0};
    const char *password = form_text(&visit->form, "password");
    enum result result = user_for_sign_in(visit->running->db, visit->arena, email_typed(visit),
                                          &user);

    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return result;
    /* One hash is computed whoever it is, and one sentence said, so that neither the time nor the
     * words tell who has an account. */
    bool matches = password_matches(user.password_hash, password);
    if (!matches || !user.is_active)
        return password_wrong(visit, tries);
    result = login_begin(visit, user.user_id, user.password_hash);
    if (result == RESULT_CONFLICT)
        return password_wrong(visit, tries);
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "sign_in", LOG_INT("user", user.user_id));
    return visit_redirect(visit, login_next(visit));
}

enum result login_submit(struct visit *visit) {
    enum form_key_state key = door_key_check(visit, purpose);
    bool left;

    if (login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (key != FORM_KEY_GOOD)
        return refuse(visit, 403, "email", form_key_sentence(key));
    if (!*email_typed(visit))
        return refuse(visit, 422, "email", say("Enter your email."));
    if (!*form_text(&visit->form, "password"))
        return refuse(visit, 422, "password", say("Enter your password."));
    if (form_has_errors(&visit->form))
        return refuse(visit, 422, "password", say("Check what you entered."));
    struct tries tries = tries_of(visit, "sign_in", email_typed(visit), TRIES_WINDOW_S);
    enum result result = tries_left(visit, &tries, visit->running->settings.sign_in_tries, &left);
    if (result != RESULT_OK)
        return result;
    if (!left)
        return refuse(visit, 429, "password",
                      say("Too many tries with a wrong password. Wait 15 minutes and try again."));
    return password_check(visit, &tries);
}

enum result login_end(struct visit *visit) {
    enum result result = login_forget(visit);

    return result == RESULT_OK ? login_left(visit, "") : result;
}
