#include <string.h>

#include "common/core/log.h"
#include "common/core/password.h"
#include "common/core/text.h"
#include "common/store/counter_store.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

enum { EMAIL_MAX = 254, TRIES_WINDOW_S = 900 };

static const char purpose[] = "login";

static const struct field show_fields[] = {
    {.name = "next", .max_length = VISIT_NEXT_MAX},
};
const struct form login_show_form = FORM(show_fields);

static const struct field submit_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
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

/* Before there is a session, the form is bound to a random cookie of this page's own. *out_is_new:
 * the browser has none yet. */
static const char *door_token(struct visit *visit, bool *out_is_new) {
    const char *token = pairs_find(&visit->request.cookies, visit_cookie_name(visit, "login-form"));
    unsigned char bytes[SECRET_TOKEN_BYTES];

    *out_is_new = !token || !secret_from_base64(token, bytes, sizeof bytes);
    if (!*out_is_new)
        return token;
    char *made = arena_alloc(visit->arena, SECRET_TOKEN_TEXT_SIZE);
    secret_token(made);
    return made;
}

static enum result door_show(struct visit *visit, int status) {
    bool is_new;
    const char *token = door_token(visit, &is_new);
    unsigned char hash[SECRET_HASH_BYTES];

    secret_hash(token, strlen(token), hash);
    if (is_new)
        response_cookie(visit->response, visit_cookie_name(visit, "login-form"), token,
                        visit_url(visit, "/login"), -1);
    values_set(visit->values, "Form.Key",
               form_key_make(visit->arena, visit->running->settings.form_secret, hash, purpose,
                             visit->now));
    values_set(visit->values, "Form.Next", next_path(form_text(&visit->form, "next")));
    return visit_render(visit, status, "login/sign_in", "Sign in", "");
}

enum result login_show(struct visit *visit) {
    if (visit_is_signed_in(visit))
        return visit_redirect(visit, next_path(form_text(&visit->form, "next")));
    return door_show(visit, 200);
}

/* ---- signing in ---- */

/* Failed tries are counted for the e-mail and for the address, whether or not such a user exists.
 */
struct tries {
    unsigned char email[SECRET_HASH_BYTES], address[SECRET_HASH_BYTES];
    int64_t since;
};

/* As it was typed, without what stands around it: one person is one e-mail, and one count. */
static const char *email_typed(struct visit *visit) {
    return text_trim(visit->arena, form_text(&visit->form, "email"));
}

static struct tries tries_of(struct visit *visit) {
    const char *email = text_lower(visit->arena, email_typed(visit));
    struct tries tries = {.since = visit->now - TRIES_WINDOW_S};

    secret_hash(email, strlen(email), tries.email);
    secret_hash(visit->request.address, strlen(visit->request.address), tries.address);
    return tries;
}

static enum result tries_left(struct visit *visit, const struct tries *tries, bool *out_left) {
    int64_t by_email = 0, by_address = 0, most = visit->running->settings.sign_in_tries;
    enum result result = counter_read(visit->running->db, visit->arena, "sign_in_email",
                                      tries->email, tries->since, &by_email);

    if (result == RESULT_OK)
        result = counter_read(visit->running->db, visit->arena, "sign_in_address", tries->address,
                              tries->since, &by_address);
    /* Many people may share one address; one e-mail is one person. */
    *out_left = by_email < most && by_address < most * 10;
    return result;
}

static void tries_count(struct visit *visit, const struct tries *tries) {
    int64_t window_at = visit->now - visit->now % 60;

    if (counter_add(visit->running->db, "sign_in_email", tries->email, window_at) != RESULT_OK ||
        counter_add(visit->running->db, "sign_in_address", tries->address, window_at) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "sign_in.uncounted", LOG_NONE);
}

static enum result refuse(struct visit *visit, int status, const char *field, const char *text) {
    form_fail(&visit->form, field, text);
    visit_show_field(visit, "email", "email", "Email");
    visit_show_field(visit, "password", "password", "Password");
    return door_show(visit, status);
}

static enum form_key_state door_key_check(struct visit *visit) {
    bool is_new;
    const char *token = door_token(visit, &is_new);
    const char *key = form_text(&visit->form, "key");
    unsigned char hash[SECRET_HASH_BYTES];

    if (is_new)
        return *key ? FORM_KEY_FOREIGN : FORM_KEY_MISSING;
    secret_hash(token, strlen(token), hash);
    return form_key_check(visit->running->settings.form_secret, hash, purpose, visit->now, key);
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
    if (!matches || !user.is_active) {
        LOG(LOG_LEVEL_WARNING, "sign_in.refused", LOG_TEXT("address", visit->request.address));
        tries_count(visit, tries);
        return refuse(visit, 422, "password",
                      "The email or the password is not right. Check both and try again.");
    }
    result = login_begin(visit, user.user_id);
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "sign_in", LOG_INT("user", user.user_id));
    return visit_redirect(visit, next_path(form_text(&visit->form, "next")));
}

enum result login_submit(struct visit *visit) {
    enum form_key_state key = door_key_check(visit);
    struct tries tries;
    bool left;

    if (key != FORM_KEY_GOOD)
        return refuse(visit, 403, "email", form_key_sentence(key));
    if (!*email_typed(visit))
        return refuse(visit, 422, "email", "Enter your email.");
    if (!*form_text(&visit->form, "password"))
        return refuse(visit, 422, "password", "Enter your password.");
    if (form_has_errors(&visit->form))
        return refuse(visit, 422, "password", "Check what you entered.");
    tries = tries_of(visit);
    enum result result = tries_left(visit, &tries, &left);
    if (result != RESULT_OK)
        return result;
    if (!left)
        return refuse(visit, 429, "password",
                      "Too many tries with a wrong password. Wait 15 minutes and try again.");
    return password_check(visit, &tries);
}

enum result login_end(struct visit *visit) {
    enum result result = login_forget(visit);

    return result == RESULT_OK ? visit_redirect(visit, "/login") : result;
}
