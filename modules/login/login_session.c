/* login_session.c - the making and ending of sessions. */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
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
    int64_t user_id, account_id;
    unsigned char session_hash[SECRET_HASH_BYTES];
    unsigned char program_hashes[TOKEN_PROGRAMS][SECRET_HASH_BYTES];
};

static enum result begin_work(struct db *db, void *context) {
    struct beginning *beginning = context;
    struct visit *visit = beginning->visit;
    int64_t ends_at = visit->now + visit->running->settings.absolute_s;
    enum result result = RESULT_OK;

    /* A new session at sign-in, always: one that somebody planted is of no use. */
    if (visit_is_signed_in(visit))
        result = session_end(db, visit->session.token_hash);
    if (result == RESULT_OK)
        result = session_create(db, beginning->session_hash, beginning->user_id,
                                beginning->account_id, visit->now, ends_at);
    for (size_t at = 0; at < TOKEN_PROGRAMS && result == RESULT_OK; at++)
        result = session_program_add(db, beginning->session_hash, token_programs[at].program,
                                     beginning->program_hashes[at]);
    if (result != RESULT_OK)
        return result;
    return audit_add(db, &(struct audit){.at = visit->now,
                                         .actor = arena_format(visit->arena, "user:%lld",
                                                               (long long)beginning->user_id),
                                         .action = "sign_in",
                                         .account_id = beginning->account_id,
                                         .subject = "",
                                         .address = visit->request.address,
                                         .request_id = visit->request.id});
}

enum result login_begin(struct visit *visit, int64_t user_id) {
    struct beginning beginning = {.visit = visit, .user_id = user_id};
    char token[SECRET_TOKEN_TEXT_SIZE], program_tokens[TOKEN_PROGRAMS][SECRET_TOKEN_TEXT_SIZE];
    enum result result = user_first_account(visit->running->db, visit->arena, user_id,
                                            &beginning.account_id);

    if (result != RESULT_OK)
        return result == RESULT_NOT_FOUND ? RESULT_FORBIDDEN : result;
    secret_token(token);
    secret_hash(token, strlen(token), beginning.session_hash);
    for (size_t at = 0; at < TOKEN_PROGRAMS; at++) {
        secret_token(program_tokens[at]);
        secret_hash(program_tokens[at], strlen(program_tokens[at]), beginning.program_hashes[at]);
    }
    result = db_transaction(visit->running->db, begin_work, &beginning);
    if (result == RESULT_UNCERTAIN)
        return RESULT_UNAVAILABLE; /* a session nobody has the token of harms nobody */
    if (result != RESULT_OK)
        return result;
    response_cookie(visit->response, visit_cookie_name(visit, ""), token, "/", -1);
    for (size_t at = 0; at < TOKEN_PROGRAMS; at++)
        response_cookie(visit->response, visit_cookie_name(visit, token_programs[at].program),
                        program_tokens[at], visit_url(visit, token_programs[at].path), -1);
    return RESULT_OK;
}

static enum result forget_work(struct db *db, void *context) {
    struct visit *visit = context;
    enum result result = session_end(db, visit->session.token_hash);

    if (result != RESULT_OK)
        return result;
    return audit_add(db, &(struct audit){.at = visit->now,
                                         .actor = arena_format(visit->arena, "user:%lld",
                                                               (long long)visit->session.user_id),
                                         .action = "sign_out",
                                         .account_id = visit->session.account_id,
                                         .subject = "",
                                         .address = visit->request.address,
                                         .request_id = visit->request.id});
}

enum result login_forget(struct visit *visit) {
    if (visit_is_signed_in(visit)) {
        enum result result = db_transaction(visit->running->db, forget_work, visit);

        if (result != RESULT_OK)
            return result == RESULT_UNCERTAIN ? RESULT_UNAVAILABLE : result;
    }
    response_cookie(visit->response, visit_cookie_name(visit, ""), "", "/", 0);
    for (size_t at = 0; at < TOKEN_PROGRAMS; at++)
        response_cookie(visit->response, visit_cookie_name(visit, token_programs[at].program), "",
                        visit_url(visit, token_programs[at].path), 0);
    return RESULT_OK;
}
