/* account_password.c - another password, by somebody who knows the old one. */
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/store/link_store.h"
#include "common/store/member_store.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

enum { TRIES_WINDOW_S = 900 };

static const char purpose[] = "account/password", path[] = "/account/password";

static const struct field show_fields[] = {
    {.name = "done", .max_length = 1},
};
const struct form account_password_show_form = FORM(show_fields);

static const struct field fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = KEY_MAX},
    {.name = "current", .flags = FIELD_SECRET, .max_length = PASSWORD_MAX},
    CHOICE_FIELDS,
};
const struct form account_password_form = FORM(fields);

static enum result password_render(struct visit *visit, int status) {
    values_set(visit->values, "Form.Key", account_key(visit, purpose));
    return account_render(visit, status, "login/change_password", say("Password"), path);
}

enum result account_password_show(struct visit *visit) {
    if (login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (form_has(&visit->form, "done"))
        visit_banner(visit, "success",
                     say("Your password was changed. Everywhere else you are signed out."));
    return password_render(visit, 200);
}

static enum result refuse(struct visit *visit, int status) {
    visit_show_field(visit, "current", "current", "Current");
    choice_show(visit);
    return password_render(visit, status);
}

/* ---- changing ---- */

struct changing {
    struct visit *visit;
    const char *old_hash;
    char hash[PASSWORD_HASH_SIZE];
    struct beginning *beginning;
};

/* Every session ends, this one too: it goes on under a new token. */
static enum result change_work(struct db *db, void *context) {
    struct changing *changing = context;
    struct visit *visit = changing->visit;
    int64_t user_id = visit->session.user_id;
    enum result result = user_move(db, user_id);

    if (result == RESULT_OK)
        result = user_password_change(db, user_id, changing->old_hash, changing->hash, visit->now);
    if (result == RESULT_OK)
        result = member_sessions_end(db, user_id);
    if (result == RESULT_OK)
        result = links_end(db, user_id);
    if (result == RESULT_OK)
        result = user_password_tell(db, user_id, "account", visit->now);
    if (result == RESULT_OK)
        result = login_audit(db, visit, user_id, 0, "password.change");
    return result == RESULT_OK ? beginning_write(db, changing->beginning) : result;
}

static enum result change_write(struct changing *changing) {
    struct visit *visit = changing->visit;
    enum result result = db_transaction(visit->running->db, change_work, changing);
    bool is_ours = false;

    if (result != RESULT_UNCERTAIN)
        return result;
    result = user_password_is(visit->running->db, visit->arena, visit->session.user_id,
                              changing->hash, &is_ours);
    return result == RESULT_OK && !is_ours ? RESULT_UNAVAILABLE : result;
}

static enum result change(struct visit *visit, const char *old_hash) {
    struct changing changing = {
        .visit = visit,
        .old_hash = old_hash,
        .beginning = beginning_new(visit, visit->session.user_id, visit->session.account_id),
    };
    enum result result = password_hash(form_text(&visit->form, "password"), changing.hash);

    if (result == RESULT_OK)
        result = change_write(&changing);
    /* Somebody else changed it between the check and now. */
    if (result == RESULT_CONFLICT) {
        form_fail(&visit->form, "current",
                  say("The password was changed meanwhile. Enter the one that holds now."));
        return refuse(visit, 422);
    }
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "password.changed", LOG_INT("user", visit->session.user_id));
    beginning_cookies(changing.beginning);
    return visit_redirect(visit, "/account/password?done=1");
}

/* The old one, which whoever found a browser open does not know. */
static enum result current_check(struct visit *visit) {
    const char *email = visit->session.user_email;
    struct tries tries = tries_of(visit, "password", email, TRIES_WINDOW_S);
    struct user_sign_in user = {0};
    bool left;
    enum result result = tries_left(visit, &tries, visit->running->settings.sign_in_tries, &left);

    if (result == RESULT_OK && !left) {
        form_fail(&visit->form, "current",
                  say("Too many tries with a wrong password. Wait 15 minutes and try again."));
        return refuse(visit, 429);
    }
    if (result == RESULT_OK)
        result = user_for_sign_in(visit->running->db, visit->arena, email, &user);
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return result;
    if (!password_matches(user.password_hash, form_text(&visit->form, "current"))) {
        LOG(LOG_LEVEL_WARNING, "password.refused", LOG_INT("user", visit->session.user_id));
        tries_count(visit, &tries);
        form_fail(&visit->form, "current", say("This is not your password. Try again."));
        return refuse(visit, 422);
    }
    return change(visit, user.password_hash);
}

enum result account_password_save(struct visit *visit) {
    const char *current = form_text(&visit->form, "current");

    if (login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (!account_key_is_good(visit, purpose))
        return refuse(visit, 403);
    if (!*current)
        form_fail(&visit->form, "current", say("Enter the password you have now."));
    if (choice_is_right(visit, visit->session.user_email) &&
        text_equal(current, form_text(&visit->form, "password")))
        form_fail(&visit->form, "password", say("Choose another password than the one you have."));
    return form_has_errors(&visit->form) ? refuse(visit, 422) : current_check(visit);
}
