/* login_session.c - the making and ending of sessions. */
#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"
#include "common/http/agent.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

/* Each of these programs takes POSTs of signed-in visitors and gets a token of its own, in a cookie
 * that the browser sends to that program's pages alone. */
static const struct {
    const char *program, *path;
} token_programs[] = {
    {"pay", "/pay"},
    {"methods", "/methods"},
    {"autopay", "/autopay"},
    {"login", "/account"},
};
enum { TOKEN_PROGRAMS = sizeof token_programs / sizeof *token_programs };

struct beginning {
    struct visit *visit;
    struct session_new session;
    unsigned char program_hashes[TOKEN_PROGRAMS][SECRET_HASH_BYTES];
    char token[SECRET_TOKEN_TEXT_SIZE], program_tokens[TOKEN_PROGRAMS][SECRET_TOKEN_TEXT_SIZE];
};

enum result login_audit(struct db *db, struct visit *visit, int64_t user_id, int64_t account_id,
                        const char *action) {
    const char *actor = user_id ? arena_format(visit->arena, "user:%lld", (long long)user_id)
                                : "nobody";

    return audit_add(db, &(struct audit){.at = visit->now,
                                         .actor = actor,
                                         .action = action,
                                         .account_id = account_id,
                                         .subject = "",
                                         .address = visit->request.address,
                                         .request_id = visit->request.id});
}

const char *login_language(const struct visit *visit) {
    return language_code(
        languages_asked(&visit->running->settings.languages, visit->request.languages));
}

struct beginning *beginning_new(struct visit *visit, int64_t user_id, int64_t account_id) {
    struct beginning *beginning = arena_alloc(visit->arena, sizeof *beginning);

    beginning->visit = visit;
    beginning->session = (struct session_new){
        .user_id = user_id,
        .account_id = account_id,
        .now = visit->now,
        .ends_at = visit->now + visit->running->settings.absolute_s,
        .device = agent_words(visit->arena, visit->request.agent),
        .address = visit->request.address,
    };
    secret_token(beginning->token);
    secret_hash(beginning->token, strlen(beginning->token), beginning->session.token_hash);
    for (size_t at = 0; at < TOKEN_PROGRAMS; at++) {
        char *token = beginning->program_tokens[at];

        secret_token(token);
        secret_hash(token, strlen(token), beginning->program_hashes[at]);
    }
    return beginning;
}

enum result beginning_write(struct db *db, struct beginning *beginning) {
    const struct session_new *session = &beginning->session;
    struct visit *visit = beginning->visit;
    enum result result = RESULT_OK;

    /* A new session at sign-in, always: one that somebody planted is of no use. */
    if (visit_is_signed_in(visit))
        result = session_end(db, visit->session.token_hash);
    if (result == RESULT_OK)
        result = session_create(db, session);
    for (size_t at = 0; at < TOKEN_PROGRAMS && result == RESULT_OK; at++)
        result = session_program_add(db, session->token_hash, token_programs[at].program,
                                     beginning->program_hashes[at]);
    if (result == RESULT_OK)
        result = user_seen(db, session->user_id, session->account_id, login_language(visit),
                           session->now);
    return result == RESULT_OK
               ? login_audit(db, visit, session->user_id, session->account_id, "sign_in")
               : result;
}

void beginning_cookies(struct beginning *beginning) {
    struct visit *visit = beginning->visit;

    response_cookie(visit->response, visit_cookie_name(visit, ""), beginning->token, "/", -1);
    for (size_t at = 0; at < TOKEN_PROGRAMS; at++)
        response_cookie(visit->response, visit_cookie_name(visit, token_programs[at].program),
                        beginning->program_tokens[at], visit_url(visit, token_programs[at].path),
                        -1);
}

struct signing_in {
    struct beginning *beginning;
    const char *hash;
};

/* Whoever sets another password, or disables the user, moves the user too: before us, and the hash
 * is another one, or nobody enters; or behind us, and this session ends with the others.
 * RESULT_CONFLICT: before us. */
static enum result begin_work(struct db *db, void *context) {
    const struct signing_in *signing = context;
    struct beginning *beginning = signing->beginning;
    int64_t user_id = beginning->session.user_id;
    bool is_right = false;
    enum result result = user_enter(db, user_id);

    if (!signing->hash)
        is_right = true;
    else if (result == RESULT_OK)
        result = user_password_is(db, beginning->visit->arena, user_id, signing->hash, &is_right);
    if (result == RESULT_OK && !is_right)
        return RESULT_CONFLICT;
    return result == RESULT_OK ? beginning_write(db, beginning) : result;
}

enum result login_begin(struct visit *visit, int64_t user_id, const char *hash) {
    struct signing_in signing = {.hash = hash};
    int64_t account_id;
    enum result result = user_first_account(visit->running->db, visit->arena, user_id, &account_id);

    if (result != RESULT_OK)
        return result == RESULT_NOT_FOUND ? RESULT_FORBIDDEN : result;
    signing.beginning = beginning_new(visit, user_id, account_id);
    result = db_transaction(visit->running->db, begin_work, &signing);
    if (result == RESULT_UNCERTAIN)
        return RESULT_UNAVAILABLE; /* a session nobody has the token of harms nobody */
    if (result == RESULT_OK)
        beginning_cookies(signing.beginning);
    return result == RESULT_CONFLICT && !hash ? RESULT_FORBIDDEN : result;
}

static enum result forget_work(struct db *db, void *context) {
    struct visit *visit = context;
    const struct session *session = &visit->session;
    enum result result = session_end(db, session->token_hash);

    if (result == RESULT_OK)
        result = user_seen(db, session->user_id, session->account_id, login_language(visit),
                           visit->now);
    return result == RESULT_OK
               ? login_audit(db, visit, session->user_id, session->account_id, "sign_out")
               : result;
}

enum result login_forget(struct visit *visit) {
    if (visit_is_signed_in(visit)) {
        enum result result = db_transaction(visit->running->db, forget_work, visit);

        if (result != RESULT_OK)
            return result == RESULT_UNCERTAIN ? RESULT_UNAVAILABLE : result;
    }
    login_cookies_clear(visit);
    return RESULT_OK;
}

void login_cookies_clear(struct visit *visit) {
    response_cookie(visit->response, visit_cookie_name(visit, ""), "", "/", 0);
    for (size_t at = 0; at < TOKEN_PROGRAMS; at++)
        response_cookie(visit->response, visit_cookie_name(visit, token_programs[at].program), "",
                        visit_url(visit, token_programs[at].path), 0);
}
