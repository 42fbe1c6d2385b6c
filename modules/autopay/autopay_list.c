/* autopay_list.c - Manage Auto Pay: what is on, what comes next, and what was drafted lately. */
#include "common/billing/draft_state.h"
#include "common/billing/method_words.h"
#include "common/billing/retry_rule.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "modules/autopay/autopay.h"

enum { DRAFTS_MAX = 12 };

static const struct field list_fields[] = {
    {.name = "saved", .max_length = 1},
    {.name = "off", .max_length = 1},
    {.name = "skipped", .max_length = 1},
    {.name = "kept", .max_length = 1},
};
const struct form autopay_list_form = FORM(list_fields);

const char *autopay_path(struct visit *visit, int64_t enrolment_id, const char *below) {
    return arena_format(visit->arena, "/autopay/%lld%s", (long long)enrolment_id, below);
}

const char *autopay_skip_purpose(struct visit *visit, int64_t enrolment_id) {
    return arena_format(visit->arena, "autopay/skip/%lld", (long long)enrolment_id);
}

enum result autopay_read(struct visit *visit, const char *id, bool may_be_off,
                         struct enrolment *out_enrolment) {
    int64_t number;

    if (!text_to_int(id, &number))
        return RESULT_NOT_FOUND;
    enum result result = enrolment_find(visit->running->db, visit->arena, visit->session.account_id,
                                        number, out_enrolment);
    return result == RESULT_OK && !out_enrolment->is_active && !may_be_off ? RESULT_NOT_FOUND
                                                                           : result;
}

static const char *brand_kind(const struct enrolment_method *method) {
    return method_brand_kind(
        &(struct method){.kind = method->kind, .brand = method->brand, .last_four = ""});
}

void notice_show(struct visit *visit, struct values *node, int64_t days) {
    if (days)
        values_set(node, "NoticeDays", arena_format(visit->arena, "%lld", (long long)days));
}

void autopay_show(struct visit *visit, struct values *node, const struct enrolment *enrolment,
                  const struct enrolment_invoices *invoices) {
    bool is_own = enrolment->user_id == visit->session.user_id;

    values_set(node, "Method", enrolling_method_text(visit->arena, &enrolment->method));
    values_set(node, "BrandKind", brand_kind(&enrolment->method));
    if (!is_own)
        values_set(node, "Whose", enrolment->user_name);
    values_set(node, "Schedule", schedule_word(enrolment->schedule));
    values_set(node, "Covered", enrolling_covered(visit->arena, enrolment, invoices));
    if (enrolment->issued_from.year && !text_equal(enrolment->scope, "invoices"))
        visit_set_date(visit, node, "From", enrolment->issued_from);
    if (enrolment->largest_cents)
        values_set(node, "Largest", visit_money(visit, enrolment->largest_cents));
    notice_show(visit, node, enrolling_notice_days(&visit->running->settings, enrolment));
    if (enrolment->backup_method_id)
        values_set(node, "Backup", enrolling_method_text(visit->arena, &enrolment->backup));
    if (is_own)
        values_set(node, "ChangeUrl", visit_url(visit, autopay_path(visit, enrolment->id, "")));
    values_set(node, "OffUrl", visit_url(visit, autopay_path(visit, enrolment->id, "/off")));
}

static void skip_show(struct visit *visit, struct values *node, const struct enrolment *enrolment) {
    char day[DATE_TEXT_SIZE];

    if (!enrolment->next_on.year)
        return;
    date_format(enrolment->next_on, day);
    values_set(node, "Skip.Url", visit_url(visit, autopay_path(visit, enrolment->id, "/skip")));
    values_set(node, "Skip.Key", visit_form_key(visit, autopay_skip_purpose(visit, enrolment->id)));
    values_set(node, "Skip.On", day);
    /* One day is skipped at a time: the next, or a later one that was the next once. */
    bool is_skipping = date_compare(enrolment->skip_on, enrolment->next_on) >= 0;
    values_set(node, "Skip.Day",
               enrolling_day(visit, is_skipping ? enrolment->skip_on : enrolment->next_on));
    if (is_skipping)
        values_set(node, "Skip.Is", "1");
}

/* Whose user lost the permission ends when it would draft. */
static enum result stops_show(struct visit *visit, struct values *node,
                              const struct enrolment *enrolment, bool *out_stops) {
    bool may = true;
    enum result result = enrolment->user_id == visit->session.user_id
                             ? RESULT_OK
                             : enrolment_user_may(visit->running->db, visit->arena,
                                                  enrolment->account_id, enrolment->user_id, &may);

    *out_stops = !may;
    if (!may)
        values_set(
            node, "Stops",
            arena_format(visit->arena,
                         say("%s may not manage Auto Pay any more. Nothing is drafted, and on"
                             " its next draft day this Auto Pay is turned off."),
                         enrolment->user_name));
    return result;
}

/* Its drafts that are to be tried again, which comes before any draft day: the first items of Next.
 * How many. */
static size_t retries_show(struct visit *visit, struct values *node,
                           const struct enrolment_drafts *drafts, const struct enrolment *enrolment,
                           const char *method_text) {
    size_t count = 0;

    for (size_t at = 0; at < drafts->count; at++) {
        const struct enrolment_draft *draft = &drafts->list[at];

        /* One of a schedule that was given up is not tried again. */
        if (draft->enrolment_id != enrolment->id || !text_equal(draft->state, "retry") ||
            !draft->retry_on.year || retry_is_replaced(draft->draft_on, enrolment->began_on))
            continue;
        values_set(
            values_item(node, "Next", count++), "Text",
            arena_format(visit->arena,
                         say("The draft of %s is tried again on %s, %s: what that takes is not"
                             " taken again"),
                         enrolling_day(visit, draft->draft_on),
                         enrolling_day(visit, draft->retry_on), method_text));
    }
    return count;
}

static enum result enrolments_show(struct visit *visit, const struct enrolments *active,
                                   const struct enrolment_invoices *invoices,
                                   const struct enrolment_drafts *drafts) {
    for (size_t at = 0; at < active->count; at++) {
        const struct enrolment *enrolment = &active->list[at];
        struct values *node = values_item(visit->values, "Enrolments", at);
        struct forecast forecasts[FORECAST_MAX];
        size_t count = 0;
        enum result result = enrolling_forecast(&(struct forecasting){.running = visit->running,
                                                                      .arena = visit->arena,
                                                                      .today = visit->today,
                                                                      .active = active,
                                                                      .invoices = invoices},
                                                enrolment, forecasts, &count);

        if (result != RESULT_OK)
            return result;
        autopay_show(visit, node, enrolment, invoices);
        bool stops = false;
        result = stops_show(visit, node, enrolment, &stops);
        if (result != RESULT_OK)
            return result;
        if (stops)
            continue;
        const char *method = enrolling_method_text(visit->arena, &enrolment->method);
        size_t retries = retries_show(visit, node, drafts, enrolment, method);
        for (size_t next = 0; next < count; next++)
            values_set(values_item(node, "Next", retries + next), "Text",
                       enrolling_forecast_text(visit, &forecasts[next], method));
        skip_show(visit, node, enrolment);
    }
    return RESULT_OK;
}

static const char *status_kind(const char *state) {
    static const struct {
        const char *state, *kind;
    } kinds[] = {
        {"taken", "succeeded"}, {"open", "processing"}, {"retry", "pending"},
        {"failed", "declined"}, {"person", "unknown"},
    };

    for (size_t at = 0; at < sizeof kinds / sizeof *kinds; at++)
        if (text_equal(kinds[at].state, state))
            return kinds[at].kind;
    return "other";
}

static void draft_show(struct visit *visit, struct values *node,
                       const struct enrolment_draft *draft) {
    enum draft_state state;
    enum draft_reason reason;

    visit_set_date(visit, node, "On", draft->draft_on);
    if (draft_state_parse(draft->state, &state) == RESULT_OK)
        values_set(node, "Status", draft_state_word(state));
    values_set(node, "StatusKind", status_kind(draft->state));
    if (draft_reason_parse(draft->reason, &reason) == RESULT_OK)
        values_set(node, "Reason", draft_reason_sentence(reason));
    if (draft->retry_on.year)
        values_set(node, "Retry", enrolling_day(visit, draft->retry_on));
    if (draft->amount_cents)
        values_set(node, "Amount", visit_money(visit, draft->amount_cents));
    values_set(node, "Method", method_words_of(visit->arena, draft->method_text));
    if (*draft->payment_reference && settings_has_program(&visit->running->settings, "pay"))
        values_set(
            node, "Url",
            visit_url(visit, arena_format(visit->arena, "/pay/%s", draft->payment_reference)));
}

enum result autopay_list_show(struct visit *visit, int status) {
    struct db *db = visit->running->db;
    int64_t account_id = visit->session.account_id;
    struct enrolments active;
    struct enrolment_invoices invoices = {0};
    struct enrolment_drafts drafts;
    enum result result = enrolment_list(db, visit->arena, account_id, ENROLMENTS_MAX, &active);

    if (result == RESULT_OK && active.count)
        result = enrolment_invoices(db, visit->arena, account_id, ENROLLING_INVOICES_MAX,
                                    &invoices);
    if (result == RESULT_OK)
        result = enrolment_drafts(db, visit->arena, account_id, DRAFTS_MAX, &drafts);
    if (result == RESULT_OK)
        result = enrolments_show(visit, &active, &invoices, &drafts);
    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < drafts.count; at++)
        draft_show(visit, values_item(visit->values, "Drafts", at), &drafts.list[at]);
    if (active.count < ENROLMENTS_MAX)
        values_set(visit->values, "NewUrl", visit_url(visit, "/autopay/new"));
    return visit_render(visit, status, "autopay/list", say("Manage Auto Pay"), "/autopay");
}

enum result autopay_list(struct visit *visit) {
    static const struct {
        const char *field, *text;
    } banners[] = {
        {"saved",
         WORDS("Auto Pay is on. You will receive confirmation each time a payment is drafted.")},
        {"off",
         WORDS("Auto Pay is turned off. You'll need to manually submit future payments to keep"
               " your account current.")},
        {"skipped", WORDS("The next draft is skipped. What is due then stays due.")},
        {"kept", WORDS("The next draft is not skipped any more.")},
    };

    for (size_t at = 0; at < sizeof banners / sizeof *banners; at++)
        if (text_equal(form_text(&visit->form, banners[at].field), "1"))
            visit_banner(visit, "success", say(banners[at].text));
    return autopay_list_show(visit, 200);
}
