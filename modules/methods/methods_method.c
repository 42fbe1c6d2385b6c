/* methods_method.c - one method: what there is to know about it, and its own name. */
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/enrolling.h"
#include "common/program/method_offer.h"
#include "modules/methods/methods.h"

enum { LABEL_MAX = 100 };

static const struct field method_fields[] = {
    {.name = "saved", .max_length = 1},
    {.name = "known", .max_length = 1},
    {.name = "renamed", .max_length = 1},
};
const struct form methods_method_form = FORM(method_fields);

static const struct field rename_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
    {.name = "label", .max_length = LABEL_MAX},
};
const struct form methods_rename_form = FORM(rename_fields);

static const char *rename_purpose(struct visit *visit, const struct method *method) {
    return arena_format(visit->arena, "methods/%lld", (long long)method->id);
}

/* Its enrolments, with whoever may change them. */
static void enrolments_show(struct visit *visit, const struct method *method,
                            const struct enrolments *active,
                            const struct enrolment_invoices *invoices) {
    size_t shown = 0;

    for (size_t at = 0; at < active->count; at++) {
        const struct enrolment *enrolment = &active->list[at];
        long long id = (long long)enrolment->id;

        if (enrolment->method_id != method->id)
            continue;
        struct values *node = values_item(visit->values, "Autopay.Enrolments", shown++);
        values_set(node, "Schedule", schedule_word(enrolment->schedule));
        values_set(node, "Covered", enrolling_covered(visit->arena, enrolment, invoices));
        if (!visit_has_autopay(visit))
            continue;
        values_set(node, "ChangeUrl",
                   visit_url(visit, arena_format(visit->arena, "/autopay/%lld", id)));
        values_set(node, "OffUrl",
                   visit_url(visit, arena_format(visit->arena, "/autopay/%lld/off", id)));
    }
    if (shown && visit_has_autopay(visit))
        values_set(visit->values, "Autopay.HasOff", "1");
}

static void schedules_show(struct visit *visit) {
    for (size_t at = 0; at < SCHEDULE_COUNT; at++) {
        struct values *node = values_item(visit->values, "Autopay.Schedules", at);

        values_set(node, "Name", schedule_name((enum schedule)at));
        values_set(node, "Text", schedule_word((enum schedule)at));
    }
}

/* What it pays by itself, and the way to the form where that is chosen. */
static enum result autopay_show(struct visit *visit, const struct method *method,
                                const struct enrolments *active) {
    struct enrolment_invoices invoices = {0};
    enum result result = RESULT_OK;

    if (active->count)
        result = enrolment_invoices(visit->running->db, visit->arena, visit->session.account_id,
                                    ENROLLING_INVOICES_MAX, &invoices);
    if (result != RESULT_OK)
        return result;
    enrolments_show(visit, method, active, &invoices);
    if (!visit_has_autopay(visit) || method_fault(visit, method))
        return RESULT_OK;
    schedules_show(visit);
    values_set(visit->values, "Autopay.Action", visit_url(visit, "/autopay/new"));
    values_set(visit->values, "Autopay.Method",
               arena_format(visit->arena, "%lld", (long long)method->id));
    return RESULT_OK;
}

static enum result method_page(struct visit *visit, const struct method *method, int status) {
    struct enrolments active;
    enum result result = autopay_standing(visit, &active);

    if (result == RESULT_OK)
        result = autopay_show(visit, method, &active);
    if (result != RESULT_OK)
        return result;
    if (visit->request.method == METHOD_POST)
        visit_show_field(visit, "label", "label", "Label");
    else
        values_set(visit->values, "Fields.Label.Value", method->label);
    values_set(visit->values, "Form.Key", visit_form_key(visit, rename_purpose(visit, method)));
    method_show(visit, values_child(visit->values, "Method"), method, &active);
    return visit_render(visit, status, "methods/method", say("Payment Method"), "/methods");
}

static void method_banner(struct visit *visit, const struct method *method) {
    bool is_card = text_equal(method->kind, "card");
    const struct {
        const char *field, *text;
    } banners[] = {
        {"saved", is_card ? say("The card was saved.") : say("The account was saved.")},
        {"known", is_card ? say("This card was saved already; its details were updated.")
                          : say("This account was saved already; its details were updated.")},
        {"renamed", say("The name was saved.")},
    };

    for (size_t at = 0; at < sizeof banners / sizeof *banners; at++)
        if (text_equal(form_text(&visit->form, banners[at].field), "1"))
            visit_banner(visit, "success", banners[at].text);
}

enum result methods_method(struct visit *visit) {
    struct method method;
    enum result result = method_read(visit, visit->params[0], &method);

    if (result != RESULT_OK)
        return result;
    method_banner(visit, &method);
    return method_page(visit, &method, 200);
}

/* ---- its name ---- */

struct renaming {
    const struct visit *visit;
    int64_t method_id;
    const char *label;
};

static enum result rename_work(struct db *db, void *context) {
    const struct renaming *renaming = context;
    const struct session *session = &renaming->visit->session;

    return method_rename(db, session->account_id, session->user_id, renaming->method_id,
                         renaming->label);
}

/* Whether a COMMIT without an answer took place. */
static enum result renamed_already(struct visit *visit, const struct renaming *renaming) {
    struct method method;
    enum result result = method_read(visit, visit->params[0], &method);

    if (result != RESULT_OK)
        return result;
    return text_equal(method.label, renaming->label) ? RESULT_OK : RESULT_UNAVAILABLE;
}

enum result methods_rename(struct visit *visit) {
    struct method method;
    enum result result = method_read(visit, visit->params[0], &method);

    if (result != RESULT_OK)
        return result;
    enum form_key_state key = visit_form_key_check(visit, rename_purpose(visit, &method),
                                                   form_text(&visit->form, "key"));
    if (key != FORM_KEY_GOOD) {
        visit_show_error(visit, "", form_key_sentence(key));
        return method_page(visit, &method, 403);
    }
    if (form_has_errors(&visit->form))
        return method_page(visit, &method, 422);
    struct renaming renaming = {
        .visit = visit,
        .method_id = method.id,
        .label = text_trim(visit->arena, form_text(&visit->form, "label")),
    };
    result = db_transaction(visit->running->db, rename_work, &renaming);
    if (result == RESULT_UNCERTAIN)
        result = renamed_already(visit, &renaming);
    if (result != RESULT_OK)
        return result;
    return visit_redirect(visit, method_path(visit, method.id, "?renamed=1"));
}
