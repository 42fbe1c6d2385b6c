/* account.c - what the pages of the signed in share: their tabs, keys of their forms, paging. */
#include "common/core/text.h"
#include "common/core/words.h"
#include "modules/login/login.h"

enum { PAGE_MAX = 100000, URL_MAX = 4096 };

static bool is_manager(const struct visit *visit) {
    return visit->session.may_billing && visit->session.may_autopay;
}

static const struct {
    const char *title, *path;
    bool others, managers; /* only for users of several accounts; only for Managers */
    bool passwords;        /* only where there are some */
} tabs[] = {
    {WORDS("Profile"), "/account", false, false, false},
    {WORDS("Password"), "/account/password", false, false, true},
    {WORDS("My Sessions"), "/account/sessions", false, false, false},
    {WORDS("Switch Account"), "/account/switch", true, false, false},
    {WORDS("Who Has Access"), "/account/access", false, true, false},
};

enum result account_render(struct visit *visit, int status, const char *page, const char *title,
                           const char *path) {
    size_t shown = 0;

    for (size_t at = 0; at < sizeof tabs / sizeof *tabs; at++) {
        if ((tabs[at].others && !visit->session.has_other_accounts) ||
            (tabs[at].managers && !is_manager(visit)) ||
            (tabs[at].passwords && login_is_site(visit)))
            continue;
        struct values *tab = values_item(visit->values, "Tabs", shown++);
        values_set(tab, "Title", say(tabs[at].title));
        values_set(tab, "Url", visit_url(visit, tabs[at].path));
        if (text_equal(tabs[at].path, path))
            values_set(tab, "Current", "1");
    }
    if (login_is_site(visit))
        values_set(visit->values, "Login.BySite", "1");
    return visit_render(visit, status, page, title, "");
}

const char *account_key(struct visit *visit, const char *purpose) {
    return form_key_make(visit->arena, visit->running->settings.form_secret,
                         visit->session.program_token_hash, purpose, visit->now);
}

bool account_key_is_good(struct visit *visit, const char *purpose) {
    enum form_key_state state = form_key_check(visit->running->settings.form_secret,
                                               visit->session.program_token_hash, purpose,
                                               visit->now, form_text(&visit->form, "key"));

    if (state != FORM_KEY_GOOD)
        visit_show_error(visit, "", form_key_sentence(state));
    return state == FORM_KEY_GOOD;
}

bool account_page_read(struct visit *visit, int64_t *out_page) {
    int64_t page = 1;

    if (form_has(&visit->form, "page") &&
        (!text_to_int(form_text(&visit->form, "page"), &page) || page < 1 || page > PAGE_MAX))
        return false;
    *out_page = page;
    return true;
}

static const char *page_url(struct visit *visit, const struct account_paging *paging, int64_t page,
                            bool all) {
    struct buffer url;

    buffer_init(&url, visit->arena, URL_MAX);
    buffer_format(&url, "%s?page=%lld%s", visit_url(visit, paging->path), (long long)page,
                  all ? "&all=1" : "");
    if (*paging->find)
        buffer_url_pair(&url, "find", paging->find);
    return url.bytes;
}

int64_t account_pages(struct visit *visit, const struct account_paging *paging, int64_t total) {
    int64_t last = total ? (total + paging->per_page - 1) / paging->per_page : 1;
    int64_t page = paging->page < last ? paging->page : last;
    int64_t first_row = (page - 1) * paging->per_page + 1;
    int64_t last_row = page * paging->per_page < total ? page * paging->per_page : total;
    struct values *pages = values_child(visit->values, "Pages");

    if (!total)
        return page;
    values_set(pages, "Range",
               arena_format(visit->arena, say("%lld - %lld of %lld"), (long long)first_row,
                            (long long)last_row, (long long)total));
    if (last > 1)
        values_set(
            pages, "Number",
            arena_format(visit->arena, say("Page %lld of %lld"), (long long)page, (long long)last));
    if (page > 1)
        values_set(pages, "PreviousUrl", page_url(visit, paging, page - 1, paging->all));
    if (page < last)
        values_set(pages, "NextUrl", page_url(visit, paging, page + 1, paging->all));
    if (paging->has_all && !paging->all && last > 1)
        values_set(pages, "AllUrl", page_url(visit, paging, 1, true));
    return page;
}
