/* autopay_save.c - an enrolment is chosen or changed, previewed with what it will draft, agreed to,
 * and saved. */
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "common/store/charge_store.h"
#include "modules/autopay/autopay.h"

enum { ID_MAX = 20, WORD_MAX = 12, TYPE_MAX = 64, NUMBER_MAX = 32, AMOUNT_MAX = 40 };

static const struct field new_fields[] = {
    {.name = "method", .max_length = ID_MAX},
    {.name = "schedule", .max_length = WORD_MAX},
    {.name = "added", .max_length = 1},
};
const struct form autopay_new_form = FORM(new_fields);

/* step: "" shows the preview, "edit" the form again, "save" does it; shown: what the preview
 * showed; agree: the same, ticked. */
static const struct field save_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
    {.name = "method", .max_length = ID_MAX},
    {.name = "schedule", .max_length = WORD_MAX},
    {.name = "scope", .max_length = WORD_MAX},
    {.name = "type", .flags = FIELD_LIST, .max_length = TYPE_MAX},
    {.name = "invoice", .flags = FIELD_LIST, .max_length = NUMBER_MAX},
    {.name = "largest", .max_length = AMOUNT_MAX},
    {.name = "backup", .max_length = ID_MAX},
    {.name = "older", .max_length = 1},
    {.name = "step", .max_length = WORD_MAX},
    {.name = "agree", .max_length = CONSENT_VERSION_SIZE},
};
const struct form autopay_save_form = FORM(save_fields);

static void choosing_new(struct choosing *choosing) {
    *choosing = (struct choosing){
        .path = "/autopay/new",
        .purpose = "autopay/new",
        .schedule = schedule_name(SCHEDULE_DUE_DATE),
        .scope = "all",
        .largest = "",
    };
}

/* "Turn off Auto Pay" among the schedules of a method's page. */
static enum result off_of_method(struct visit *visit, int64_t method_id) {
    struct enrolments active;
    const char *path = "/autopay";
    size_t count = 0;
    enum result result = enrolment_list(visit->running->db, visit->arena, visit->session.account_id,
                                        ENROLMENTS_MAX, &active);

    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < active.count; at++)
        if (active.list[at].method_id == method_id && count++ == 0)
            path = autopay_path(visit, active.list[at].id, "/off");
    return visit_redirect(visit, count == 1 ? path : "/autopay");
}

enum result autopay_new(struct visit *visit) {
    struct choosing *choosing = arena_alloc(visit->arena, sizeof *choosing);
    const char *schedule = form_text(&visit->form, "schedule");
    enum schedule known;

    choosing_new(choosing);
    if (!text_to_int(form_text(&visit->form, "method"), &choosing->method_id))
        choosing->method_id = 0;
    if (text_equal(schedule, "off"))
        return off_of_method(visit, choosing->method_id);
    if (schedule_parse(schedule, &known) == RESULT_OK)
        choosing->schedule = schedule;
    if (text_equal(form_text(&visit->form, "added"), "1"))
        visit_banner(visit, "success",
                     say("The payment method was saved. Auto Pay is not on yet."));
    enum result result = choosing_read(visit, choosing);
    return result == RESULT_OK ? choosing_show(visit, choosing, 200) : result;
}

/* One of the visitor's own that is on. */
static enum result change_read(struct visit *visit, struct choosing *choosing,
                               struct enrolment *out_enrolment) {
    enum result result = autopay_read(visit, visit->params[0], true, out_enrolment);

    if (result == RESULT_OK && out_enrolment->user_id != visit->session.user_id)
        return RESULT_NOT_FOUND;
    if (result != RESULT_OK)
        return result;
    choosing_new(choosing);
    choosing->enrolment_id = out_enrolment->id;
    choosing->path = autopay_path(visit, out_enrolment->id, "");
    choosing->purpose = arena_format(visit->arena, "autopay/change/%lld",
                                     (long long)out_enrolment->id);
    return RESULT_OK;
}

enum result autopay_change(struct visit *visit) {
    struct choosing *choosing = arena_alloc(visit->arena, sizeof *choosing);
    struct enrolment enrolment;
    enum result result = change_read(visit, choosing, &enrolment);

    if (result == RESULT_OK && !enrolment.is_active)
        result = RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = choosing_read(visit, choosing);
    if (result != RESULT_OK)
        return result;
    choosing->method_id = enrolment.method_id;
    choosing->backup_method_id = enrolment.backup_method_id;
    choosing->schedule = schedule_name(enrolment.schedule);
    choosing->scope = enrolment.scope;
    choosing->older = !enrolment.issued_from.year;
    if (enrolment.largest_cents)
        choosing->largest = money_plain(visit->arena, enrolment.largest_cents);
    for (size_t at = 0; at < enrolment.cover_count && at < ENROLMENT_COVERS_MAX; at++)
        choosing->covers[choosing->cover_count++] = enrolment.covers[at];
    return choosing_show(visit, choosing, 200);
}

/* ---- the preview ---- */

/* Everything that was chosen goes along, so that the preview is a form of its own. */
static void carried_show(struct visit *visit) {
    size_t carried = 0;

    for (size_t field = 1; field < autopay_save_form.count; field++) {
        const char *name = save_fields[field].name;
        size_t count;
        const char *const *values = form_list(&visit->form, name, &count);

        if (text_equal(name, "step") || text_equal(name, "agree"))
            continue;
        for (size_t at = 0; at < count; at++) {
            struct values *node = values_item(visit->values, "Carried", carried++);

            values_set(node, "Name", name);
            values_set(node, "Value", values[at]);
        }
    }
}

static void sentences_show(struct visit *visit, const char *name, const char *const *list,
                           size_t count) {
    for (size_t at = 0; at < count; at++)
        values_set(values_item(visit->values, name, at), "Text", list[at]);
}

static enum result preview_show(struct visit *visit, const struct choosing *choosing,
                                const struct enrolling *plan, int status) {
    struct values *node = values_child(visit->values, "Enrolment");

    carried_show(visit);
    visit_show_field(visit, "agree", "agree", "Agree");
    values_set(node, "Method", plan->method_text);
    values_set(node, "Schedule", schedule_word(plan->enrolment.schedule));
    values_set(node, "Covered", plan->covered_text);
    values_set(node, "Backup", plan->backup_text);
    if (plan->enrolment.largest_cents)
        values_set(node, "Largest", visit_money(visit, plan->enrolment.largest_cents));
    notice_show(visit, node, plan->notice_days);
    if (plan->enrolment.issued_from.year && !text_equal(plan->enrolment.scope, "invoices"))
        visit_set_date(visit, node, "From", plan->enrolment.issued_from);
    if (text_equal(plan->enrolment.scope, "invoices"))
        values_set(node, "Single", "1");
    if (plan->is_change && !choosing->enrolment_id)
        values_set(node, "Change", plan->change_text);
    values_set(node, "Skip", plan->skip_text);
    for (size_t at = 0; at < plan->forecast_count; at++)
        values_set(values_item(visit->values, "Next", at), "Text",
                   enrolling_forecast_text(visit, &plan->forecasts[at], plan->method_text));
    sentences_show(visit, "Takes", plan->takes, plan->take_count);
    sentences_show(visit, "Beside", plan->beside, plan->beside_count);
    values_set(visit->values, "Form.Key", visit_form_key(visit, choosing->purpose));
    values_set(visit->values, "Form.Action", visit_url(visit, choosing->path));
    values_set(visit->values, "Form.Authorization", plan->authorization.text);
    values_set(visit->values, "Form.Shown", plan->shown);
    return visit_render(visit, status, "autopay/preview", say("Review Auto Pay"), "/autopay");
}

/* ---- saving ---- */

static enum result fault_show(struct visit *visit, struct choosing *choosing,
                              const struct enrolling *plan) {
    switch (plan->fault) {
    case ENROLLING_NOT_ALLOWED:
        return RESULT_FORBIDDEN;
    case ENROLLING_METHOD:
        form_fail(&visit->form, "method", plan->fault_text);
        break;
    case ENROLLING_BACKUP:
        form_fail(&visit->form, "backup", plan->fault_text);
        break;
    case ENROLLING_GONE:
        visit_show_error(visit, "", plan->fault_text);
        return autopay_list_show(visit, 409);
    case ENROLLING_FULL:
    case ENROLLING_FINE:
        visit_show_error(visit, "", plan->fault_text);
        return choosing_show(visit, choosing, 409);
    }
    return choosing_show(visit, choosing, 422);
}

struct saving {
    struct visit *visit;
    const struct enrolling_ask *ask;
    const char *shown;
    struct enrolling *plan;
};

static enum result save_work(struct db *db, void *context) {
    const struct saving *saving = context;
    enum result result = account_move(db, saving->visit->session.account_id, 0, 0);

    return result == RESULT_OK
               ? enrolling_take(saving->visit, saving->ask, saving->shown, saving->plan)
               : result;
}

/* What was agreed to is not what it would be now, or never was on the page. */
static enum result ask_again(struct visit *visit, struct choosing *choosing,
                             const struct enrolling_ask *ask, const struct enrolling *plan) {
    struct enrolling *now = arena_alloc(visit->arena, sizeof *now);

    if (plan->fault != ENROLLING_FINE)
        return fault_show(visit, choosing, plan);
    enum result result = enrolling_plan(visit, ask, now);
    if (result != RESULT_OK)
        return result;
    if (now->fault != ENROLLING_FINE)
        return fault_show(visit, choosing, now);
    form_fail(
        &visit->form, "agree",
        say("What you would agree to changed while this page was open. Nothing was saved. Please"
            " read it, tick this box and save again."));
    return preview_show(visit, choosing, now, 409);
}

static enum result save_now(struct visit *visit, struct choosing *choosing,
                            const struct enrolling_ask *ask, struct enrolling *plan) {
    struct saving saving = {visit, ask, form_text(&visit->form, "agree"), plan};
    enum result result = db_transaction(visit->running->db, save_work, &saving);

    if (result == RESULT_CONFLICT)
        return ask_again(visit, choosing, ask, plan);
    if (result == RESULT_UNCERTAIN) {
        /* Whether it was done is what stands there now. */
        result = enrolling_plan(visit, ask, plan);
        if (result == RESULT_OK && (plan->fault != ENROLLING_FINE || !plan->is_same))
            result = RESULT_UNAVAILABLE;
    }
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "autopay.saved", LOG_INT("method", ask->method_id));
    return visit_redirect(visit, "/autopay?saved=1");
}

static enum result step(struct visit *visit, struct choosing *choosing) {
    struct enrolling *plan = arena_alloc(visit->arena, sizeof *plan);
    const char *which = form_text(&visit->form, "step");
    struct enrolling_ask ask;
    enum form_key_state key = visit_form_key_check(visit, choosing->purpose,
                                                   form_text(&visit->form, "key"));
    enum result result = choosing_read(visit, choosing);

    if (result != RESULT_OK)
        return result;
    choosing_take(visit, choosing, &ask);
    if (key != FORM_KEY_GOOD)
        visit_show_error(visit, "", form_key_sentence(key));
    if (key != FORM_KEY_GOOD || form_has_errors(&visit->form) || text_equal(which, "edit"))
        return choosing_show(visit, choosing,
                             key != FORM_KEY_GOOD            ? 403
                             : form_has_errors(&visit->form) ? 422
                                                             : 200);
    if (text_equal(which, "save") && *form_text(&visit->form, "agree"))
        return save_now(visit, choosing, &ask, plan);
    result = enrolling_plan(visit, &ask, plan);
    if (result != RESULT_OK)
        return result;
    if (plan->fault != ENROLLING_FINE)
        return fault_show(visit, choosing, plan);
    if (text_equal(which, "save"))
        form_fail(&visit->form, "agree", say("Read the authorization and tick this box."));
    return preview_show(visit, choosing, plan, text_equal(which, "save") ? 422 : 200);
}

enum result autopay_new_save(struct visit *visit) {
    struct choosing *choosing = arena_alloc(visit->arena, sizeof *choosing);

    choosing_new(choosing);
    return step(visit, choosing);
}

enum result autopay_change_save(struct visit *visit) {
    struct choosing *choosing = arena_alloc(visit->arena, sizeof *choosing);
    struct enrolment enrolment;
    enum result result = change_read(visit, choosing, &enrolment);

    if (result != RESULT_OK)
        return result;
    if (!enrolment.is_active) {
        visit_show_error(visit, "", say("This Auto Pay was turned off meanwhile."));
        return autopay_list_show(visit, 409);
    }
    return step(visit, choosing);
}
