/* methods_list.c - Manage Payment Methods: what the visitor has saved in this account. */
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/method_offer.h"
#include "modules/methods/methods.h"

static const struct field list_fields[] = {
    {.name = "removed", .max_length = 1},
};
const struct form methods_list_form = FORM(list_fields);

static enum result list_read(struct visit *visit, struct methods *out_methods) {
    return method_list(visit->running->db, visit->arena, visit->session.account_id,
                       visit->session.user_id, METHODS_MAX, out_methods);
}

enum result list_is_full(struct visit *visit, bool *out_is_full) {
    struct methods methods;
    enum result result = list_read(visit, &methods);

    if (result == RESULT_OK)
        *out_is_full = methods.count == METHODS_MAX;
    return result;
}

static void ways_show(struct visit *visit) {
    if (bank_is_offered(visit))
        values_set(visit->values, "AddBankUrl", visit_url(visit, "/methods/bank"));
    if (card_is_offered(visit))
        values_set(visit->values, "AddCardUrl", visit_url(visit, "/methods/card"));
}

enum result list_show(struct visit *visit, int status) {
    struct methods methods;
    struct enrolments active;
    bool has_default = false;
    enum result result = list_read(visit, &methods);

    if (result == RESULT_OK)
        result = autopay_standing(visit, &active);
    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < methods.count; at++) {
        struct values *node = values_item(visit->values, "Methods", at);

        method_show(visit, node, &methods.list[at], &active);
        /* The same one that Make a Payment offers first. */
        if (!has_default && !method_fault(visit, &methods.list[at])) {
            values_set(node, "Default", "1");
            has_default = true;
        }
    }
    if (methods.count == METHODS_MAX)
        values_set(
            visit->values, "Limit.Text",
            arena_format(visit->arena,
                         say("You have %d saved payment methods, as many as can be kept. Remove"
                             " one before you add another."),
                         METHODS_MAX));
    else
        ways_show(visit);
    return visit_render(visit, status, "methods/list", say("Manage Payment Methods"), "/methods");
}

enum result methods_list(struct visit *visit) {
    if (text_equal(form_text(&visit->form, "removed"), "1"))
        visit_banner(visit, "success", say("The payment method was removed."));
    return list_show(visit, 200);
}
