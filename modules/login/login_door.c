/* login_door.c - forms of people who are not signed in: there is no session to bind them to, so
 * they are bound to a random cookie of these pages' own. */
#include <string.h>

#include "modules/login/login.h"

/* *out_is_new: the browser has none yet. */
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

enum result door_render(struct visit *visit, int status, const char *page, const char *title,
                        const char *purpose) {
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
    return visit_render(visit, status, page, title, "");
}

enum form_key_state door_key_check(struct visit *visit, const char *purpose) {
    bool is_new;
    const char *token = door_token(visit, &is_new);
    const char *key = form_text(&visit->form, "key");
    unsigned char hash[SECRET_HASH_BYTES];

    if (is_new)
        return *key ? FORM_KEY_FOREIGN : FORM_KEY_MISSING;
    secret_hash(token, strlen(token), hash);
    return form_key_check(visit->running->settings.form_secret, hash, purpose, visit->now, key);
}
