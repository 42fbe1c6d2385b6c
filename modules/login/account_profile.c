/* account_profile.c - who the user is. The name and the language are theirs to change; the e-mail
 * is what they sign in with and what a lost password is mailed to, so it is the provider's to
 * change.
 */
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

enum { NAME_MAX_CHARACTERS = 200 };

static const char purpose[] = "account", path[] = "/account";

static const struct field show_fields[] = {
    {.name = "done", .max_length = 1},
};
const struct form account_profile_show_form = FORM(show_fields);

static const struct field fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = KEY_MAX},
    {.name = "name", .max_length = NAME_MAX_CHARACTERS},
    {.name = "language", .max_length = LANGUAGE_CODE_SIZE - 1},
};
const struct form account_profile_form = FORM(fields);

static const struct languages *languages_of(const struct visit *visit) {
    return &visit->running->settings.languages;
}

/* The one of this code, by no other name. */
static const struct language *language_named(const struct visit *visit, const char *code) {
    const struct language *language = languages_find(languages_of(visit), code);

    return language && text_equal(language_code(language), code) ? language : NULL;
}

/* Where there is nothing to choose from, nothing is asked. checked: a code, or "". */
static void languages_show(struct visit *visit, const char *checked) {
    const struct languages *languages = languages_of(visit);

    for (size_t at = 0; languages->count > 1 && at < languages->count; at++) {
        struct values *node = values_item(visit->values, "Languages", at);
        const char *code = language_code(languages->list[at]);

        values_set(node, "Code", code);
        values_set(node, "Name", language_name(languages->list[at]));
        values_set(node, "Checked", text_equal(code, checked) ? "1" : NULL);
    }
}

static enum result profile_render(struct visit *visit, int status, const char *language) {
    values_set(visit->values, "Form.Key", account_key(visit, purpose));
    languages_show(visit, language);
    return account_render(visit, status, "login/profile", say("Profile"), path);
}

/* What was done right before. */
static void done_show(struct visit *visit) {
    const char *done = form_text(&visit->form, "done");

    if (text_equal(done, "2"))
        visit_banner(visit, "success", say("Your language was changed."));
    else if (text_equal(done, "3"))
        visit_banner(visit, "success", say("Your name and your language were changed."));
    else if (form_has(&visit->form, "done"))
        visit_banner(visit, "success", say("Your name was changed."));
}

enum result account_profile_show(struct visit *visit) {
    done_show(visit);
    values_set(visit->values, "Fields.Name.Value", visit->session.user_name);
    return profile_render(visit, 200, visit->session.language);
}

struct changing {
    struct visit *visit;
    const char *name, *language;
    bool is_name, is_language; /* what becomes another */
};

static enum result change_work(struct db *db, void *context) {
    const struct changing *changing = context;
    const struct session *session = &changing->visit->session;
    bool is_language_alone = changing->is_language && !changing->is_name;
    enum result result = user_profile_set(db, session->user_id, changing->name, changing->language);

    return result == RESULT_OK ? login_audit(db, changing->visit, session->user_id, 0,
                                             is_language_alone ? "user.language" : "user.name")
                               : result;
}

static enum result change(struct changing *changing) {
    struct visit *visit = changing->visit;

    changing->is_name = !text_equal(changing->name, visit->session.user_name);
    changing->is_language = !text_equal(changing->language, visit->session.language);
    enum result result = db_transaction(visit->running->db, change_work, changing);

    if (result == RESULT_UNCERTAIN)
        return RESULT_UNAVAILABLE; /* the page shows how it stands */
    if (result != RESULT_OK)
        return result;
    return visit_redirect(visit, !changing->is_language ? "/account?done=1"
                                 : changing->is_name    ? "/account?done=3"
                                                        : "/account?done=2");
}

/* A form that does not ask leaves it as it is. */
static const char *language_typed(struct visit *visit) {
    return languages_of(visit)->count > 1 && form_has(&visit->form, "language")
               ? form_text(&visit->form, "language")
               : visit->session.language;
}

enum result account_profile_save(struct visit *visit) {
    struct changing changing = {
        .visit = visit,
        .name = text_trim(visit->arena, form_text(&visit->form, "name")),
        .language = language_typed(visit),
    };
    int status = 422;

    if (!*changing.name)
        form_fail(&visit->form, "name", say("Enter your name."));
    if (*changing.language && changing.language != visit->session.language &&
        !language_named(visit, changing.language))
        form_fail(&visit->form, "language", say("Choose one of these languages."));
    if (!account_key_is_good(visit, purpose))
        status = 403;
    else if (!form_has_errors(&visit->form))
        return change(&changing);
    visit_show_field(visit, "name", "name", "Name");
    visit_show_field(visit, "language", "language", "Language");
    return profile_render(visit, status, changing.language);
}
