/*
 * login_link.c - choosing a password with a link that came by mail: a reset, or an invitation.
 *
 * The link's token leaves the address at once: it is put into a cookie that only these pages get,
 * and the browser is sent on. So it stands in no Referer, no page and no log, and what fetches
 * links ahead of their reader uses nothing up.
 */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/store/link_store.h"
#include "common/store/member_store.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

enum { TOKEN_MAX = 60, COOKIE_S = 3600 };

static const char purpose[] = "choose", page_path[] = "/login/password";

static const struct field link_fields[] = {
    {.name = "token", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = TOKEN_MAX},
};
const struct form login_link_form = FORM(link_fields);

static const struct field choose_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = KEY_MAX},
    CHOICE_FIELDS,
};
const struct form login_choose_form = FORM(choose_fields);

static void cookie_set(struct visit *visit, const char *token, long max_age_s) {
    response_cookie(visit->response, visit_cookie_name(visit, "login-link"), token,
                    visit_url(visit, page_path), max_age_s);
}

static bool is_token(const char *text) {
    unsigned char bytes[SECRET_TOKEN_BYTES];

    return text && secret_from_base64(text, bytes, sizeof bytes);
}

/* The same for one that was used, is too old, or never was. */
static enum result link_over(struct visit *visit) {
    cookie_set(visit, "", 0);
    return visit_render(visit, 410, "login/link_over", say("This link cannot be used"), "");
}

enum result login_link(struct visit *visit) {
    const char *token = form_text(&visit->form, "token");

    if (login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (!is_token(token))
        return link_over(visit);
    cookie_set(visit, token, COOKIE_S);
    return visit_redirect(visit, page_path);
}

/* RESULT_NOT_FOUND: there is none that can be used now. */
static enum result link_read(struct visit *visit, struct link *out_link) {
    const char *token = pairs_find(&visit->request.cookies, visit_cookie_name(visit, "login-link"));
    unsigned char hash[SECRET_HASH_BYTES];

    if (!is_token(token))
        return RESULT_NOT_FOUND;
    secret_hash(token, strlen(token), hash);
    enum result result = link_find(visit->running->db, visit->arena, hash, out_link);
    if (result == RESULT_OK &&
        (!out_link->is_open || visit->now >= out_link->ends_at || !out_link->user_active))
        return RESULT_NOT_FOUND;
    return result;
}

static enum result choose_render(struct visit *visit, int status, const struct link *link) {
    bool is_invitation = link->kind == LINK_INVITATION;

    values_set(visit->values, "Link.Email", link->user_email);
    values_set(visit->values, "Link.Name", link->user_name);
    values_set(visit->values, "Link.IsInvitation", is_invitation ? "1" : "0");
    return door_render(visit, status, "login/password",
                       is_invitation ? say("Welcome") : say("Choose a new password"), purpose);
}

enum result login_choose_show(struct visit *visit) {
    struct link link;
    enum result result = link_read(visit, &link);

    if (login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (result == RESULT_NOT_FOUND)
        return link_over(visit);
    return result == RESULT_OK ? choose_render(visit, 200, &link) : result;
}

/* ---- choosing ---- */

struct choosing {
    struct visit *visit;
    const struct link *link;
    struct beginning *beginning; /* of an invitation: it also signs in */
    char hash[PASSWORD_HASH_SIZE];
};

/* Whoever uses the link first has it; every session and every other link ends with it. */
static enum result choose_work(struct db *db, void *context) {
    struct choosing *choosing = context;
    struct visit *visit = choosing->visit;
    const struct link *link = choosing->link;
    enum result result = link_use(db, link->id, visit->now);

    if (result == RESULT_OK)
        result = member_password_write(db, link->user_id, choosing->hash, visit->now);
    if (result == RESULT_OK && link->kind == LINK_RESET)
        result = user_password_tell(db, link->user_id, "reset", visit->now);
    if (result == RESULT_OK)
        result = login_audit(db, visit, link->user_id, link->account_id,
                             link->kind == LINK_RESET ? "password.reset" : "invitation.accept");
    /* Whoever is signed in here is not any more, or is the one who was invited. */
    if (result == RESULT_OK && !choosing->beginning && visit_is_signed_in(visit))
        result = session_end(db, visit->session.token_hash);
    if (result == RESULT_OK && choosing->beginning)
        result = beginning_write(db, choosing->beginning);
    return result;
}

static enum result choose_write(struct choosing *choosing) {
    struct db *db = choosing->visit->running->db;
    enum result result = db_transaction(db, choose_work, choosing);
    bool is_ours = false;

    if (result != RESULT_UNCERTAIN)
        return result;
    /* No two hashes are alike, so if it is there, all of the transaction is. */
    result = user_password_is(db, choosing->visit->arena, choosing->link->user_id, choosing->hash,
                              &is_ours);
    return result == RESULT_OK && !is_ours ? RESULT_UNAVAILABLE : result;
}

/* Where an invitation leads: into its account, or where that is the user's no more, the first. */
static enum result beginning_find(struct choosing *choosing) {
    const struct link *link = choosing->link;
    struct visit *visit = choosing->visit;
    int64_t account_id = link->account_id, level_id;
    enum result result = member_find(visit->running->db, visit->arena, account_id, link->user_id,
                                     &level_id);

    if (result == RESULT_NOT_FOUND)
        result = user_first_account(visit->running->db, visit->arena, link->user_id, &account_id);
    if (result == RESULT_OK)
        choosing->beginning = beginning_new(visit, link->user_id, account_id);
    return result == RESULT_NOT_FOUND ? RESULT_FORBIDDEN : result;
}

static enum result choose(struct visit *visit, const struct link *link) {
    struct choosing choosing = {.visit = visit, .link = link};
    enum result result = link->kind == LINK_INVITATION ? beginning_find(&choosing) : RESULT_OK;

    if (result == RESULT_OK)
        result = password_hash(form_text(&visit->form, "password"), choosing.hash);
    if (result == RESULT_OK)
        result = choose_write(&choosing);
    if (result == RESULT_CONFLICT)
        return link_over(visit);
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "password.chosen", LOG_INT("user", link->user_id),
        LOG_TEXT("link", link_kind_name(link->kind)));
    cookie_set(visit, "", 0);
    if (choosing.beginning) {
        beginning_cookies(choosing.beginning);
        return visit_redirect(visit, "/");
    }
    login_cookies_clear(visit);
    return visit_redirect(visit, "/login?done=password");
}

enum result login_choose_submit(struct visit *visit) {
    enum form_key_state key = door_key_check(visit, purpose);
    struct link link;
    enum result result = link_read(visit, &link);

    if (login_is_site(visit))
        return RESULT_NOT_FOUND;
    if (result == RESULT_NOT_FOUND)
        return link_over(visit);
    if (result != RESULT_OK)
        return result;
    if (key != FORM_KEY_GOOD)
        form_fail(&visit->form, "password", form_key_sentence(key));
    if (key == FORM_KEY_GOOD && choice_is_right(visit, link.user_email))
        return choose(visit, &link);
    choice_show(visit);
    return choose_render(visit, key == FORM_KEY_GOOD ? 422 : 403, &link);
}
