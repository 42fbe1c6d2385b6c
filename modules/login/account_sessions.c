/* account_sessions.c - where the user is signed in, and signing out there. */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/http/agent.h"
#include "common/store/member_store.h"
#include "modules/login/login.h"

enum { HANDLE_BYTES = 16, HANDLE_SIZE = 24 };

static const char purpose[] = "account/sessions", path[] = "/account/sessions";

static const struct field show_fields[] = {
    {.name = "done", .max_length = 1},
};
const struct form account_sessions_show_form = FORM(show_fields);

static const struct field fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = KEY_MAX},
    {.name = "session", .flags = FIELD_CARD_EXEMPT, .max_length = HANDLE_SIZE},
    {.name = "everywhere", .max_length = 1},
};
const struct form account_sessions_form = FORM(fields);

/* What a page calls a session: what the database keeps of it stays there. */
static const char *handle_of(struct visit *visit, const unsigned char hash[SECRET_HASH_BYTES]) {
    unsigned char mac[SECRET_HASH_BYTES];
    char *handle = arena_alloc(visit->arena, HANDLE_SIZE);

    secret_mac(visit->running->settings.form_secret, hash, SECRET_HASH_BYTES, mac);
    secret_to_base64(mac, HANDLE_BYTES, handle, HANDLE_SIZE);
    return handle;
}

static enum result sessions_read(struct visit *visit, struct session_entries *out_sessions) {
    return session_list(visit->running->db, visit->arena, visit->session.user_id, visit->now,
                        visit->now - visit->running->settings.idle_s, out_sessions);
}

static enum result sessions_render(struct visit *visit, int status) {
    struct session_entries sessions;
    enum result result = sessions_read(visit, &sessions);

    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < sessions.count; at++) {
        const struct session_entry *session = &sessions.list[at];
        struct values *item = values_item(visit->values, "Sessions", at);

        values_set(item, "Device",
                   agent_say(visit->arena,
                             *session->device ? session->device : agent_words(visit->arena, "")));
        values_set(item, "Address", session->address);
        values_set(item, "Since", instant_long(visit->arena, session->created_at));
        values_set(item, "Seen", instant_long(visit->arena, session->seen_at));
        values_set(item, "Handle", handle_of(visit, session->token_hash));
        if (memcmp(session->token_hash, visit->session.token_hash, SECRET_HASH_BYTES) == 0)
            values_set(item, "IsThis", "1");
    }
    values_set(visit->values, "Form.Key", account_key(visit, purpose));
    return account_render(visit, status, "login/sessions", say("My Sessions"), path);
}

enum result account_sessions_show(struct visit *visit) {
    if (form_has(&visit->form, "done"))
        visit_banner(visit, "success", say("That session is signed out."));
    return sessions_render(visit, 200);
}

/* ---- signing out ---- */

struct ending {
    struct visit *visit;
    const unsigned char *hash; /* NULL: every one */
};

static enum result end_work(struct db *db, void *context) {
    const struct ending *ending = context;
    struct visit *visit = ending->visit;
    int64_t user_id = visit->session.user_id;
    enum result result = ending->hash ? session_end_of_user(db, user_id, ending->hash)
                                      : member_sessions_end(db, user_id);

    return result == RESULT_OK ? login_audit(db, visit, user_id, 0,
                                             ending->hash ? "session.end" : "session.end_all")
                               : result;
}

static enum result end(struct visit *visit, const unsigned char *hash) {
    struct ending ending = {visit, hash};
    enum result result = db_transaction(visit->running->db, end_work, &ending);

    if (result == RESULT_OK)
        LOG(LOG_LEVEL_INFO, hash ? "session.ended" : "sessions.ended",
            LOG_INT("user", visit->session.user_id));
    return result == RESULT_UNCERTAIN ? RESULT_UNAVAILABLE : result;
}

static enum result everywhere_end(struct visit *visit) {
    enum result result = end(visit, NULL);

    if (result != RESULT_OK)
        return result;
    login_cookies_clear(visit);
    return login_left(visit, "?done=everywhere");
}

/* One that is gone already is as good as ended; another user's is not among these. */
static enum result one_end(struct visit *visit) {
    const char *handle = form_text(&visit->form, "session");
    struct session_entries sessions;
    enum result result = sessions_read(visit, &sessions);

    for (size_t at = 0; result == RESULT_OK && at < sessions.count; at++) {
        const unsigned char *hash = sessions.list[at].token_hash;

        if (!text_equal(handle, handle_of(visit, hash)))
            continue;
        if (memcmp(hash, visit->session.token_hash, SECRET_HASH_BYTES) == 0)
            return login_end(visit);
        result = end(visit, hash);
    }
    return result == RESULT_OK ? visit_redirect(visit, "/account/sessions?done=1") : result;
}

enum result account_sessions_end(struct visit *visit) {
    if (!account_key_is_good(visit, purpose))
        return sessions_render(visit, 403);
    if (*form_text(&visit->form, "everywhere"))
        return everywhere_end(visit);
    if (*form_text(&visit->form, "session"))
        return one_end(visit);
    visit_show_error(visit, "", say("Choose where to sign out."));
    return sessions_render(visit, 422);
}
