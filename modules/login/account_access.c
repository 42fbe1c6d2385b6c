/* account_access.c - who may use the account: for its Managers to see, and for the provider to
 * change. */
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/store/people_store.h"
#include "modules/login/login.h"

enum { PER_PAGE = 25 };

static const struct field fields[] = {
    {.name = "page", .max_length = 8},
};
const struct form account_access_form = FORM(fields);

static enum result not_a_manager(struct visit *visit) {
    visit_error(visit, 403, say("You may not see who has access"),
                say("Who can use this account is shown to its Managers. Ask one of them, or your"
                    " service provider."));
    return RESULT_OK;
}

enum result account_access(struct visit *visit) {
    const struct session *session = &visit->session;
    struct db *db = visit->running->db;
    struct account_paging paging = {.path = "/account/access", .per_page = PER_PAGE, .find = ""};
    struct people people;
    int64_t total = 0;

    if (!session->may_billing || !session->may_autopay)
        return not_a_manager(visit);
    if (!account_page_read(visit, &paging.page))
        return RESULT_NOT_FOUND;
    enum result result = people_count(db, visit->arena, session->account_id, &total);
    if (result != RESULT_OK)
        return result;
    int64_t page = account_pages(visit, &paging, total);
    result = people_list(db, visit->arena, session->account_id, (page - 1) * PER_PAGE, PER_PAGE,
                         &people);
    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < people.count; at++) {
        const struct person *person = &people.list[at];
        struct values *item = values_item(visit->values, "People", at);

        values_set(item, "Name", person->name);
        values_set(item, "Email", person->email);
        values_set(item, "Level", person->level);
        if (person->seen_at)
            values_set(item, "Seen", instant_long(visit->arena, person->seen_at));
        if (person->user_id == session->user_id)
            values_set(item, "IsYou", "1");
    }
    return account_render(visit, 200, "login/access", say("Who Has Access"), paging.path);
}
