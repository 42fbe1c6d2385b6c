/* account_profile.c - who the user is. The name is theirs to change; the e-mail is what they sign
 * in with and what a lost password is mailed to, so it is the provider's to change. */
#include "common/core/log.h"
#include "common/core/text.h"
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
};
const struct form account_profile_form = FORM(fields);

static enum result profile_render(struct visit *visit, int status) {
    values_set(visit->values, "Form.Key", account_key(visit, purpose));
    return account_render(visit, status, "login/profile", "Profile", path);
}

enum result account_profile_show(struct visit *visit) {
    if (form_has(&visit->form, "done"))
        visit_banner(visit, "success", "Your name was changed.");
    values_set(visit->values, "Fields.Name.Value", visit->session.user_name);
    return profile_render(visit, 200);
}

struct renaming {
    struct visit *visit;
    const char *name;
};

static enum result rename_work(struct db *db, void *context) {
    const struct renaming *renaming = context;
    const struct session *session = &renaming->visit->session;
    enum result result = user_name_set(db, session->user_id, renaming->name);

    return result == RESULT_OK ? login_audit(db, renaming->visit, session->user_id, 0, "user.name")
                               : result;
}

enum result account_profile_save(struct visit *visit) {
    struct renaming renaming = {visit, text_trim(visit->arena, form_text(&visit->form, "name"))};
    int status = 422;

    if (!*renaming.name)
        form_fail(&visit->form, "name", "Enter your name.");
    if (!account_key_is_good(visit, purpose))
        status = 403;
    else if (!form_has_errors(&visit->form)) {
        enum result result = db_transaction(visit->running->db, rename_work, &renaming);

        if (result == RESULT_UNCERTAIN)
            return RESULT_UNAVAILABLE; /* the page shows how it stands */
        return result == RESULT_OK ? visit_redirect(visit, "/account?done=1") : result;
    }
    visit_show_field(visit, "name", "name", "Name");
    return profile_render(visit, status);
}
