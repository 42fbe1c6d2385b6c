/* account_switch.c - which of the user's accounts this session looks at. */
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/store/people_store.h"
#include "common/store/user_store.h"
#include "modules/login/login.h"

/* Above MANY accounts one is searched for; ALL_MAX on a page where all are wanted. */
enum { FIND_MAX = 100, NUMBER_MAX = 32, MANY = 10, ALL_MAX = 200 };

static const char purpose[] = "account/switch", path[] = "/account/switch";

static const struct field show_fields[] = {
    {.name = "page", .max_length = 8},
    {.name = "all", .max_length = 1},
    {.name = "find", .flags = FIELD_CARD_EXEMPT, .max_length = FIND_MAX},
};
const struct form account_switch_show_form = FORM(show_fields);

static const struct field fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = KEY_MAX},
    {.name = "account", .flags = FIELD_CARD_EXEMPT, .max_length = NUMBER_MAX},
};
const struct form account_switch_form = FORM(fields);

static void choice_show_one(struct visit *visit, size_t at, const struct choice *choice) {
    struct values *item = values_item(visit->values, "Accounts", at);
    bool has_site = *choice->site != '\0';

    values_set(item, "Site", has_site ? choice->site : choice->organization);
    if (has_site && !text_equal(choice->site, choice->organization))
        values_set(item, "Organization", choice->organization);
    values_set(item, "Number", choice->number);
    values_set(item, "City", choice->city);
    if (choice->account_id == visit->session.account_id)
        values_set(item, "IsThis", "1");
}

static enum result switch_render(struct visit *visit, int status,
                                 const struct account_paging *paging) {
    struct db *db = visit->running->db;
    int64_t user_id = visit->session.user_id, total = 0, whole = 0;
    struct choices choices;
    enum result result = choice_count(db, visit->arena, user_id, "", &whole);

    if (result == RESULT_OK)
        result = choice_count(db, visit->arena, user_id, paging->find, &total);
    if (result != RESULT_OK)
        return result;
    int64_t page = account_pages(visit, paging, total);
    result = choice_list(db, visit->arena, user_id, paging->find, (page - 1) * paging->per_page,
                         paging->per_page, &choices);
    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < choices.count; at++)
        choice_show_one(visit, at, &choices.list[at]);
    values_set(visit->values, "Find.Value", paging->find);
    if (whole > MANY)
        values_set(visit->values, "Find.Show", "1");
    values_set(visit->values, "Form.Key", account_key(visit, purpose));
    return account_render(visit, status, "login/switch", say("Switch Account"), path);
}

static struct account_paging paging_first(struct visit *visit) {
    return (struct account_paging){.path = path,
                                   .page = 1,
                                   .per_page = visit->running->settings.accounts_per_page,
                                   .find = "",
                                   .has_all = true};
}

enum result account_switch_show(struct visit *visit) {
    struct account_paging paging = paging_first(visit);

    if (!visit->session.has_other_accounts || !account_page_read(visit, &paging.page))
        return RESULT_NOT_FOUND;
    paging.find = text_trim(visit->arena, form_text(&visit->form, "find"));
    paging.all = form_has(&visit->form, "all");
    if (paging.all)
        paging.per_page = ALL_MAX;
    return switch_render(visit, 200, &paging);
}

/* ---- switching ---- */

struct switching {
    struct visit *visit;
    int64_t account_id;
};

static enum result switch_work(struct db *db, void *context) {
    const struct switching *switching = context;
    const struct session *session = &switching->visit->session;
    int64_t now = switching->visit->now;
    enum result result = session_switch(db, session->token_hash, switching->account_id);

    if (result == RESULT_OK)
        result = user_seen(db, session->user_id, session->account_id, now);
    if (result == RESULT_OK)
        result = user_seen(db, session->user_id, switching->account_id, now);
    return result == RESULT_OK ? login_audit(db, switching->visit, session->user_id,
                                             switching->account_id, "account.switch")
                               : result;
}

/* One that never was theirs, and one that is not any more, look alike. */
static enum result refuse(struct visit *visit, int status, const char *text) {
    struct account_paging paging = paging_first(visit);

    if (!visit->session.has_other_accounts)
        return RESULT_NOT_FOUND;
    if (text)
        visit_show_error(visit, "", text);
    return switch_render(visit, status, &paging);
}

enum result account_switch_to(struct visit *visit) {
    struct switching switching = {.visit = visit};
    struct choice choice;

    if (!account_key_is_good(visit, purpose))
        return refuse(visit, 403, NULL);
    enum result result = choice_find(visit->running->db, visit->arena, visit->session.user_id,
                                     form_text(&visit->form, "account"), &choice);
    if (result == RESULT_OK && choice.account_id != visit->session.account_id) {
        switching.account_id = choice.account_id;
        result = db_transaction(visit->running->db, switch_work, &switching);
    }
    if (result == RESULT_NOT_FOUND)
        return refuse(visit, 422, say("That is not one of your accounts. Choose another one."));
    if (result == RESULT_UNCERTAIN)
        return RESULT_UNAVAILABLE; /* the header tells which it is now */
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "account.switched", LOG_INT("user", visit->session.user_id),
        LOG_INT("account", choice.account_id));
    bool has_home = settings_has_program(&visit->running->settings, "invoices");
    return visit_redirect(visit, has_home ? "/" : "/account");
}
