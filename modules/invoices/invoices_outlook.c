/* invoices_outlook.c - what autopay takes next. */
#include "common/billing/retry_rule.h"
#include "common/core/words.h"
#include "modules/invoices/invoices.h"

bool outlook_is_cut(const struct outlook *outlook) {
    return outlook->open.count > OUTLOOK_INVOICES_MAX;
}

static bool is_stopped(const struct outlook *outlook, int64_t enrolment_id) {
    for (size_t at = 0; at < outlook->told.stopped_count; at++)
        if (outlook->told.stopped[at] == enrolment_id)
            return true;
    return false;
}

/* The second half of a split month: its plan takes a round trip of its own. */
static bool needs_plan(const struct enrolment *enrolment) {
    return enrolment->schedule == SCHEDULE_SPLIT && enrolment->next_on.year &&
           schedule_day_of(enrolment->schedule, enrolment->next_on).day == 15;
}

/* Its day, without asking what it takes. */
static void foresee_day(struct upcoming *upcoming) {
    const struct enrolment *enrolment = upcoming->enrolment;
    struct date day = enrolment->next_on;

    upcoming->count = day.year != 0;
    upcoming->forecasts[0] = (struct forecast){
        .on = day,
        .is_skipped = date_compare(day, enrolment->skip_on) == 0,
    };
}

static enum result foresee(struct visit *visit, struct outlook *outlook,
                           struct upcoming *upcoming) {
    const struct forecasting forecasting = {
        .running = visit->running,
        .arena = visit->arena,
        .today = visit->today,
        .active = &outlook->active,
        .invoices = &outlook->open,
    };
    enum result result;

    upcoming->is_stopped = is_stopped(outlook, upcoming->enrolment->id);
    if (upcoming->is_stopped)
        return RESULT_OK;
    if (upcoming->is_unknown && needs_plan(upcoming->enrolment)) {
        foresee_day(upcoming);
        return RESULT_OK;
    }
    result = enrolling_forecast(&forecasting, upcoming->enrolment, upcoming->forecasts,
                                &upcoming->count);
    /* What comes after the first day depends on what that takes. */
    if (upcoming->is_unknown && upcoming->count)
        upcoming->count = 1;
    return result;
}

enum result outlook_active(struct visit *visit, struct outlook *outlook) {
    if (!settings_has_program(&visit->running->settings, "autopay"))
        return RESULT_OK;
    return enrolment_list(visit->running->db, visit->arena, visit->session.account_id,
                          ENROLMENTS_MAX, &outlook->active);
}

enum result outlook_foresee(struct visit *visit, struct outlook *outlook) {
    bool has_planned = false;
    enum result result = RESULT_OK;

    for (size_t at = 0; at < outlook->active.count && result == RESULT_OK; at++) {
        struct upcoming *upcoming = &outlook->upcoming[at];

        upcoming->enrolment = &outlook->active.list[at];
        /* One plan for a page: whoever has more split months reads them at Manage Auto Pay. */
        upcoming->is_unknown = outlook_is_cut(outlook) ||
                               (needs_plan(upcoming->enrolment) && has_planned);
        has_planned = has_planned || needs_plan(upcoming->enrolment);
        result = foresee(visit, outlook, upcoming);
    }
    return result;
}

const struct calendar_draft *outlook_retry(const struct outlook *outlook,
                                           const struct enrolment *enrolment) {
    for (size_t at = 0; at < outlook->told.draft_count; at++) {
        const struct calendar_draft *draft = &outlook->told.drafts[at];

        /* One of a schedule that was given up is not tried again. */
        if (draft->enrolment_id == enrolment->id && draft->state == DRAFT_RETRY &&
            draft->retry_on.year && !retry_is_replaced(draft->draft_on, enrolment->began_on))
            return draft;
    }
    return NULL;
}

/* ---- on home ---- */

static const char *unknown_text(struct visit *visit, const struct forecast *forecast,
                                const char *method) {
    return arena_format(
        visit->arena,
        say("On %s, %s. The amount stands at Manage Auto Pay: there is more than this"
            " page adds up"),
        enrolling_day(visit, forecast->on), method);
}

static const char *next_text(struct visit *visit, const struct upcoming *upcoming,
                             const struct forecast *forecast, const char *method) {
    if (upcoming->is_unknown && !forecast->is_skipped)
        return unknown_text(visit, forecast, method);
    return enrolling_forecast_text(visit, forecast, method);
}

static void upcoming_show(struct visit *visit, struct values *node, const struct outlook *outlook,
                          const struct upcoming *upcoming) {
    const struct enrolment *enrolment = upcoming->enrolment;
    const char *method = enrolling_method_text(visit->arena, &enrolment->method);
    const struct calendar_draft *retry = outlook_retry(outlook, enrolment);
    size_t shown = 0;

    values_set(node, "Method", method);
    values_set(node, "Schedule", schedule_word(enrolment->schedule));
    if (enrolment->user_id != visit->session.user_id)
        values_set(node, "Whose", enrolment->user_name);
    if (upcoming->is_stopped) {
        values_set(
            values_item(node, "Next", 0), "Text",
            say("Its user may not manage Auto Pay any more. Nothing is drafted, and on its next"
                " draft day this Auto Pay is turned off"));
        return;
    }
    if (retry)
        values_set(values_item(node, "Next", shown++), "Text",
                   arena_format(visit->arena, say("The draft of %s is tried again on %s, %s"),
                                enrolling_day(visit, retry->draft_on),
                                enrolling_day(visit, retry->retry_on), method));
    for (size_t at = 0; at < upcoming->count; at++) {
        const struct forecast *forecast = &upcoming->forecasts[at];

        values_set(values_item(node, "Next", shown++), "Text",
                   next_text(visit, upcoming, forecast, method));
        if (!forecast->is_skipped)
            break;
    }
}

void outlook_show(struct visit *visit, const struct outlook *outlook) {
    struct values *autopay = values_child(visit->values, "Autopay");

    if (!settings_has_program(&visit->running->settings, "autopay"))
        return;
    values_set(autopay, "Show", "1");
    if (visit_has_autopay(visit))
        values_set(autopay, "Url", visit_url(visit, "/autopay"));
    for (size_t at = 0; at < outlook->active.count; at++)
        upcoming_show(visit, values_item(autopay, "Enrolments", at), outlook,
                      &outlook->upcoming[at]);
}
