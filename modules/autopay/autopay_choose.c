/* autopay_choose.c - what can be paid automatically and with what, what was chosen of it, and what
 * is wrong with that. */
#include <string.h>

#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "common/program/method_offer.h"
#include "modules/autopay/autopay.h"

enum result choosing_read(struct visit *visit, struct choosing *choosing) {
    struct db *db = visit->running->db;
    int64_t account_id = visit->session.account_id;
    enum result result = method_list(db, visit->arena, account_id, visit->session.user_id,
                                     METHODS_MAX, &choosing->methods);

    if (result == RESULT_OK)
        /* No more than can be chosen. */
        result = enrolment_invoices(db, visit->arena, account_id, ENROLMENT_COVERS_MAX,
                                    &choosing->invoices);
    return result == RESULT_OK ? enrolment_types(db, visit->arena, account_id, TYPES_MAX,
                                                 &choosing->types, &choosing->type_count)
                               : result;
}

bool choosing_has(const struct choosing *choosing, const char *key) {
    for (size_t at = 0; at < choosing->cover_count; at++)
        if (text_equal(choosing->covers[at], key))
            return true;
    return false;
}

/* ---- what was sent ---- */

static void cover_add(struct choosing *choosing, const char *key) {
    if (choosing->cover_count < ENROLMENT_COVERS_MAX && !choosing_has(choosing, key))
        choosing->covers[choosing->cover_count++] = key;
}

static const char changed_text[] = WORDS(
    "What can be chosen here changed while this page was open. Check the list and send it again.");

static void types_take(struct visit *visit, struct choosing *choosing) {
    size_t count;
    const char *const *types = form_list(&visit->form, "type", &count);

    for (size_t at = 0; at < count; at++) {
        size_t known = 0;

        while (known < choosing->type_count && !text_equal(choosing->types[known], types[at]))
            known++;
        if (known == choosing->type_count)
            form_fail(&visit->form, "scope", say(changed_text));
        else
            cover_add(choosing, arena_format(visit->arena, "type:%s", types[at]));
    }
}

static void invoices_take_chosen(struct visit *visit, struct choosing *choosing) {
    size_t count;
    const char *const *numbers = form_list(&visit->form, "invoice", &count);

    for (size_t at = 0; at < count; at++) {
        size_t row = 0;

        while (row < choosing->invoices.count &&
               !text_equal(choosing->invoices.list[row].number, numbers[at]))
            row++;
        if (row == choosing->invoices.count)
            form_fail(&visit->form, "scope", say(changed_text));
        else
            cover_add(choosing, arena_format(visit->arena, "invoice:%lld",
                                             (long long)choosing->invoices.list[row].cover.id));
    }
}

/* Only what belongs to the choice that was made counts; the preview says what that is. */
static void scope_take(struct visit *visit, struct choosing *choosing) {
    struct form_data *form = &visit->form;

    if (text_equal(choosing->scope, "all")) {
        cover_add(choosing, "all");
    } else if (text_equal(choosing->scope, "types")) {
        types_take(visit, choosing);
        if (!choosing->cover_count)
            form_fail(form, "scope", say("Tick at least one billing type."));
    } else if (text_equal(choosing->scope, "invoices")) {
        invoices_take_chosen(visit, choosing);
        if (!choosing->cover_count)
            form_fail(form, "scope", say("Select at Least One Invoice"));
    } else {
        form_fail(form, "scope", say("Choose what to include."));
    }
}

static int64_t largest_take(struct visit *visit, const struct choosing *choosing) {
    int64_t cents = 0, smallest_cents = visit->running->settings.smallest_cents;

    if (!choosing->largest[strspn(choosing->largest, " ")])
        return 0;
    enum money_error error = money_parse(choosing->largest, &cents);
    if (error != MONEY_OK)
        form_fail(&visit->form, "largest", money_error_sentence(error));
    else if (cents < smallest_cents)
        form_fail(&visit->form, "largest",
                  arena_format(visit->arena, say("The smallest payment here is %s."),
                               visit_money(visit, smallest_cents)));
    return cents;
}

void choosing_take(struct visit *visit, struct choosing *choosing, struct enrolling_ask *out_ask) {
    struct form_data *form = &visit->form;
    enum schedule schedule = SCHEDULE_DUE_DATE;

    choosing->schedule = form_text(form, "schedule");
    choosing->scope = form_text(form, "scope");
    choosing->largest = form_text(form, "largest");
    choosing->older = text_equal(form_text(form, "older"), "1");
    if (!text_to_int(form_text(form, "method"), &choosing->method_id))
        choosing->method_id = 0;
    if (!text_to_int(form_text(form, "backup"), &choosing->backup_method_id))
        choosing->backup_method_id = 0;
    if (!choosing->method_id)
        form_fail(form, "method", say("Choose a payment method."));
    if (schedule_parse(choosing->schedule, &schedule) != RESULT_OK)
        form_fail(form, "schedule", say("Choose when payments are made."));
    scope_take(visit, choosing);
    *out_ask = (struct enrolling_ask){
        .enrolment_id = choosing->enrolment_id,
        .method_id = choosing->method_id,
        .backup_method_id = choosing->backup_method_id,
        .schedule = schedule,
        .scope = choosing->scope,
        .covers = choosing->covers,
        .cover_count = choosing->cover_count,
        .largest_cents = largest_take(visit, choosing),
        .older = choosing->older,
    };
}

/* ---- the page ---- */

static void methods_show(struct visit *visit, const struct choosing *choosing) {
    bool chosen = false, has_persons = false;

    for (size_t at = 0; at < choosing->methods.count; at++) {
        const struct method *method = &choosing->methods.list[at];
        struct values *node = values_item(visit->values, "Methods", at);
        const char *fault = method_fault(visit, method);

        values_set(node, "Id", arena_format(visit->arena, "%lld", (long long)method->id));
        values_set(node, "Text", method_words(visit->arena, method->brand, method->last_four));
        values_set(node, "Label", method->label);
        values_set(node, "BrandKind", method_brand_kind(method));
        values_set(node, "Disabled", fault);
        has_persons = has_persons || (!fault && method->is_persons);
        if (method->id == choosing->backup_method_id)
            values_set(node, "Backup", "1");
        if (chosen || fault || (choosing->method_id && choosing->method_id != method->id))
            continue;
        values_set(node, "Checked", "1");
        chosen = true;
    }
    if (has_persons)
        notice_show(visit, values_child(visit->values, "Form"),
                    visit->running->settings.autopay.bank_notice_days);
}

static void schedules_show(struct visit *visit, const struct choosing *choosing) {
    for (size_t at = 0; at < SCHEDULE_COUNT; at++) {
        struct values *node = values_item(visit->values, "Schedules", at);
        const char *name = schedule_name((enum schedule)at);

        values_set(node, "Name", name);
        values_set(node, "Text", schedule_word((enum schedule)at));
        if (text_equal(name, choosing->schedule))
            values_set(node, "Checked", "1");
    }
}

static void scope_show(struct visit *visit, const struct choosing *choosing) {
    for (size_t at = 0; at < choosing->type_count; at++) {
        struct values *node = values_item(visit->values, "Types", at);

        values_set(node, "Name", choosing->types[at]);
        if (choosing_has(choosing, arena_format(visit->arena, "type:%s", choosing->types[at])))
            values_set(node, "Checked", "1");
    }
    for (size_t row = 0; row < choosing->invoices.count; row++) {
        const struct enrolment_invoice *invoice = &choosing->invoices.list[row];
        struct values *node = values_item(visit->values, "Invoices", row);

        values_set(node, "Number", invoice->number);
        values_set(node, "Type", invoice->cover.billing_type);
        values_set(node, "Due", visit_money(visit, invoice->due_cents));
        visit_set_date(visit, node, "DueOn", invoice->due_on);
        if (choosing_has(choosing,
                         arena_format(visit->arena, "invoice:%lld", (long long)invoice->cover.id)))
            values_set(node, "Checked", "1");
    }
}

enum result choosing_show(struct visit *visit, const struct choosing *choosing, int status) {
    const char *title = choosing->enrolment_id ? say("Change Auto Pay") : say("Set up Auto Pay");

    if (visit->request.method == METHOD_POST) {
        visit_show_field(visit, "method", "method", "Method");
        visit_show_field(visit, "schedule", "schedule", "Schedule");
        visit_show_field(visit, "scope", "scope", "Scope");
        visit_show_field(visit, "largest", "largest", "Largest");
        visit_show_field(visit, "backup", "backup", "Backup");
    } else {
        values_set(visit->values, "Fields.Largest.Value", choosing->largest);
    }
    methods_show(visit, choosing);
    schedules_show(visit, choosing);
    scope_show(visit, choosing);
    values_set(visit->values, "Form.Title", title);
    values_set(visit->values, "Form.Key", visit_form_key(visit, choosing->purpose));
    values_set(visit->values, "Form.Action", visit_url(visit, choosing->path));
    values_set(visit->values, "Form.Scope", choosing->scope);
    if (choosing->older)
        values_set(visit->values, "Form.Older", "1");
    return visit_render(visit, status, "autopay/form", title, "/autopay");
}
