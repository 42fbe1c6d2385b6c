/* enrolling_forecast.c - what an enrolment that stands, or is about to, will draft next. */
#include "common/money/money.h"
#include "common/program/enrolling_hands.h"

/* A split month whose 1st was drafted holds to its plan. */
static enum result plan_read(struct visit *visit, const struct enrolment *enrolment,
                             struct draft_invoice *list, size_t count, bool *out_has_plan) {
    struct date month_on = {enrolment->next_on.year, enrolment->next_on.month, 1};
    struct enrolment_plan plan;

    *out_has_plan = false;
    if (enrolment->schedule != SCHEDULE_SPLIT || enrolment->next_on.day != 15 ||
        enrolment->id == ENROLMENT_NEW_ID)
        return RESULT_OK;
    enum result result = enrolment_plan(visit->running->db, visit->arena, enrolment->account_id,
                                        enrolment->id, month_on, &plan);
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

static int64_t largest_of(const struct visit *visit, const struct enrolment *enrolment) {
    int64_t largest_cents = visit->running->settings.largest_cents;

    return enrolment->largest_cents ? money_min(enrolment->largest_cents, largest_cents)
                                    : largest_cents;
}

enum result enrolling_forecast(struct visit *visit, const struct enrolments *active,
                               const struct enrolment_invoices *invoices,
                               const struct enrolment *enrolment,
                               struct forecast out_forecasts[FORECAST_MAX], size_t *out_count) {
    struct draft_invoice list[ALLOCATIONS_MAX];
    struct hands hands = hands_of(visit->arena, active);
    size_t count = 0;
    bool has_plan = false;

    for (size_t at = 0; at < invoices->count && count < ALLOCATIONS_MAX; at++)
        if (hands_owner(&hands, &invoices->list[at]) == enrolment->id)
            list[count++] = (struct draft_invoice){.id = invoices->list[at].cover.id,
                                                   .issued_on = invoices->list[at].cover.issued_on,
                                                   .due_on = invoices->list[at].due_on,
                                                   .free_cents = invoices->list[at].free_cents};
    enum result result = plan_read(visit, enrolment, list, count, &has_plan);
    if (result != RESULT_OK)
        return result;
    *out_count = draft_forecast(
        &(struct forecast_question){
            .schedule = enrolment->schedule,
            .next_on = enrolment->next_on,
            .skip_on = enrolment->skip_on,
            .began_on = enrolment->began_on,
            .has_plan = has_plan,
            .largest_cents = largest_of(visit, enrolment),
            .smallest_cents = visit->running->settings.smallest_cents,
            .invoices = list,
            .count = count,
        },
        out_forecasts);
    return RESULT_OK;
}
