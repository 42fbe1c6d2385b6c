/*
 * login_reset.c - asking for a link to choose a new password with.
 *
 * Whether there is such a user is not told: the answer is made before anybody looks, and what is
 * written afterwards is one transaction either way.
 */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/user_link.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

enum { HOUR_S = 3600 };

static const char purpose[] = "reset";

static const struct field show_fields[] = {
    {.name = "sent", .max_length = 1},
};
const struct form login_reset_show_form = FORM(show_fields);

static const struct field fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = KEY_MAX},
    {.name = "email", .max_length = EMAIL_MAX},
};
const struct form login_reset_form = FORM(fields);

static enum result reset_render(struct visit *visit, int status) {
    return door_render(visit, status, "login/reset", say("Reset your password"), purpose);
}

enum result login_reset_show(struct visit *visit) {
    if (login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (form_has(&visit->form, "sent"))
        values_set(visit->values, "Reset.Sent", "1");
    return reset_render(visit, 200);
}

/* ---- after the answer ---- */

struct sending {
    struct visit *visit;
    int64_t user_id, account_id; /* 0: there is nobody to write to */
};

static enum result send_work(struct db *db, void *context) {
    const struct sending *sending = context;
    struct visit *visit = sending->visit;

    if (!sending->user_id)
        return login_audit(db, visit, 0, 0, "password.reset_unknown");
    enum result result = user_link_make(db, visit->running->settings.link_secret,
                                        &(struct user_link){.user_id = sending->user_id,
                                                            .account_id = sending->account_id,
                                                            .kind = LINK_RESET,
                                                            .now = visit->now});
    return result == RESULT_OK ? login_audit(db, visit, sending->user_id, sending->account_id,
                                             "password.reset_asked")
                               : result;
}

static const char *email_typed(struct visit *visit) {
    return text_trim(visit->arena, form_text(&visit->form, "email"));
}

static void link_send(struct visit *visit) {
    struct db *db = visit->running->db;
    struct sending sending = {.visit = visit};
    struct user_sign_in user = {0};
    enum result result = user_for_sign_in(db, visit->arena, email_typed(visit), &user);

    if (result == RESULT_OK || result == RESULT_NOT_FOUND) {
        result = user_first_account(db, visit->arena, user.user_id, &sending.account_id);
        if (result == RESULT_OK && user.is_active)
            sending.user_id = user.user_id;
    }
    if (result == RESULT_OK || result == RESULT_NOT_FOUND)
        result = db_transaction(db, send_work, &sending);
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "password.reset_not_sent", LOG_TEXT("result", result_name(result)));
}

/* ---- the answer ---- */

static enum result refuse(struct visit *visit, int status, const char *text) {
    form_fail(&visit->form, "email", text);
    visit_show_field(visit, "email", "email", "Email");
    return reset_render(visit, status);
}

enum result login_reset_send(struct visit *visit) {
    enum form_key_state key = door_key_check(visit, purpose);
    const char *email = email_typed(visit);
    bool left;

    if (login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (key != FORM_KEY_GOOD)
        return refuse(visit, 403, form_key_sentence(key));
    if (!*email || form_has_errors(&visit->form) || !strchr(email, '@'))
        return refuse(visit, 422, say("Enter your email, as in ana@example.com."));
    struct tries tries = tries_of(visit, "reset", email, HOUR_S);
    enum result result = tries_left(visit, &tries, visit->running->settings.reset_mails, &left);
    if (result != RESULT_OK)
        return result;
    if (!left)
        return refuse(visit, 429,
                      say("A link was asked for too often. Look into your mail, also among unwanted"
                          " mail, or wait an hour and try again."));
    tries_count(visit, &tries);
    visit_after(visit, link_send);
    return visit_redirect(visit, "/login/reset?sent=1");
}
