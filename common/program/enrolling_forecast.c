/* enrolling_forecast.c - what an enrolment that stands, or is about to, will draft next, and what
 * its user is told of that. */
#include "common/billing/notice_rule.h"
#include "common/money/money.h"
#include "common/program/enrolling_hands.h"

/* A split month whose 1st was drafted holds to its plan. */
static enum result plan_read(const struct forecasting *forecasting,
                             const struct enrolment *enrolment, struct date next_on,
                             struct draft_invoice *list, size_t count, bool *out_has_plan) {
    struct date month_on = {next_on.year, next_on.month, 1};
    struct enrolment_plan plan;

    *out_has_plan = false;
    if (enrolment->schedule != SCHEDULE_SPLIT || !next_on.year ||
        schedule_day_of(enrolment->schedule, next_on).day != 15 ||
        enrolment->id == ENROLMENT_NEW_ID)
        return RESULT_OK;
    enum result result = enrolment_plan(forecasting->running->db, forecasting->arena,
                                        enrolment->account_id, enrolment->id, month_on, &plan);
    if (result != RESULT_OK)
        return result;
    *out_has_plan = plan.was_drafted;
    for (size_t row = 0; row < plan.count; row++)
        for (size_t at = 0; at < count; at++)
            if (list[at].id == plan.list[row].invoice_id) {
                list[at].plan_cents = plan.list[row].plan_cents;
                list[at].taken_cents = plan.list[row].taken_cents;
            }
    return RESULT_OK;
}

static int64_t largest_of(const struct settings *settings, const struct enrolment *enrolment) {
    return enrolment->largest_cents ? money_min(enrolment->largest_cents, settings->largest_cents)
                                    : settings->largest_cents;
}

/* ---- what is told ---- */

int64_t enrolling_notice_days(const struct settings *settings, const struct enrolment *enrolment) {
    const struct notice_terms terms = {
        .is_persons = enrolment->method.is_persons,
        .backup_is_persons = enrolment->backup_method_id && enrolment->backup.is_persons,
        .largest_cents = enrolment->largest_cents,
        .notice_days = settings->autopay.bank_notice_days,
    };

    return notice_is_first(&terms) ? terms.notice_days : 0;
}

void enrolling_notice(const struct settings *settings, struct enrolment *enrolment,
                      const struct forecast *forecasts, size_t count) {
    if (!enrolling_notice_days(settings, enrolment))
        return;
    enrolment->noticed_on = (struct date){0};
    enrolment->noticed_cents = 0;
    if (!count || !forecasts[0].amount_cents)
        return;
    enrolment->noticed_on = forecasts[0].on;
    enrolment->noticed_cents = forecasts[0].amount_cents;
}

/* What its notice makes of the next draft of one that stands. */
static void notice_apply(const struct forecasting *forecasting, const struct enrolment *enrolment,
                         struct forecast_question *question) {
    if (!question->notice_days || forecasting->is_agreed || !question->next_on.year)
        return;
    struct notice_decision decision = notice_decide(
        &(struct notice_question){.is_first = true,
                                  .next_on = enrolment->next_on,
                                  .noticed_on = enrolment->noticed_on,
                                  .noticed_cents = enrolment->noticed_cents,
                                  .notice_days = question->notice_days,
                                  .today = forecasting->today});
    switch (decision.end) {
    case NOTICE_NEEDLESS:
    case NOTICE_EARLY:
        break;
    case NOTICE_TELLS:
        question->first_on = decision.on;
        break;
    case NOTICE_TOLD:
    case NOTICE_WAITS:
    case NOTICE_IN_FORCE:
        question->next_on = enrolment->noticed_on;
        question->first_cents = enrolment->noticed_cents;
        break;
    }
}

enum result enrolling_forecast(const struct forecasting *forecasting,
                               const struct enrolment *enrolment,
                               struct forecast out_forecasts[FORECAST_MAX], size_t *out_count) {
    const struct settings *settings = &forecasting->running->settings;
    const struct enrolment_invoices *invoices = forecasting->invoices;
    struct draft_invoice list[ALLOCATIONS_MAX];
    struct hands hands = hands_of(forecasting->arena, forecasting->active);
    struct forecast_question question = {
        .schedule = enrolment->schedule,
        .next_on = enrolment->next_on,
        .skip_on = enrolment->skip_on,
        .began_on = enrolment->began_on,
        .largest_cents = largest_of(settings, enrolment),
        .smallest_cents = settings->smallest_cents,
        .notice_days = enrolling_notice_days(settings, enrolment),
        .invoices = list,
    };

    for (size_t at = 0; at < invoices->count && question.count < ALLOCATIONS_MAX; at++)
        if (hands_owner(&hands, &invoices->list[at]) == enrolment->id)
            list[question.count++] = (struct draft_invoice){
                .id = invoices->list[at].cover.id,
                .issued_on = invoices->list[at].cover.issued_on,
                .due_on = invoices->list[at].due_on,
                .free_cents = invoices->list[at].free_cents,
            };
    notice_apply(forecasting, enrolment, &question);
    enum result result = plan_read(forecasting, enrolment, question.next_on, list, question.count,
                                   &question.has_plan);
    if (result == RESULT_OK)
        *out_count = draft_forecast(&question, out_forecasts);
    return result;
}
