/* pay_autopay.c - autopay that is turned on while paying: chosen on the form, shown with its
 * authorization on the review, and made in the transaction that claims the payment. */
#include "common/core/text.h"
#include "modules/pay/pay.h"

static const char *const all_covers[] = {"all"};

bool making_enrols(const struct visit *visit) {
    return text_equal(form_text(&visit->form, "autopay"), "1");
}

void making_autopay_check(struct visit *visit) {
    if (making_enrols(visit))
        schedule_choice_check(visit);
}

void making_autopay_show(struct visit *visit) {
    struct values *autopay = values_child(visit->values, "Autopay");

    if (!visit_has_autopay(visit))
        return;
    values_set(autopay, "Show", "1");
    schedule_choice_show(visit);
    if (visit->request.method != METHOD_POST)
        return;
    if (making_enrols(visit))
        values_set(autopay, "Checked", "1");
    if (text_equal(form_text(&visit->form, "older"), "1"))
        values_set(autopay, "Older", "1");
}

/* ---- the review and its confirm ---- */

enum result also_read(struct visit *visit, const struct payment *payment,
                      const struct covered_invoice *list, size_t count,
                      struct also_enrol *out_also) {
    struct allocation *paying = arena_array(visit->arena, count, sizeof *paying);

    *out_also = (struct also_enrol){.visit = visit, .shown = ""};
    if (!*payment->enrol_schedule)
        return RESULT_OK;
    for (size_t at = 0; at < count; at++)
        paying[at] = (struct allocation){.invoice_id = list[at].invoice_id,
                                         .amount_cents = list[at].amount_cents};
    out_also->ask = (struct enrolling_ask){
        .method_id = payment->method_id,
        .scope = "all",
        .covers = all_covers,
        .cover_count = 1,
        .older = payment->enrol_older,
        .is_paying = true,
        .paying = paying,
        .paying_count = count,
    };
    if (schedule_parse(payment->enrol_schedule, &out_also->ask.schedule) != RESULT_OK)
        return RESULT_FAILED;
    return enrolling_plan(visit, &out_also->ask, &out_also->plan);
}

static void lines_show(struct values *node, const char *name, const char *const *list,
                       size_t count) {
    for (size_t at = 0; at < count; at++)
        values_set(values_item(node, name, at), "Text", list[at]);
}

void also_show(struct visit *visit, const struct also_enrol *also) {
    const struct enrolling *plan = &also->plan;
    struct values *node = values_child(visit->values, "Autopay");

    values_set(node, "Show", "1");
    if (plan->fault != ENROLLING_FINE) {
        values_set(node, "Fault", plan->fault_text);
        return;
    }
    values_set(node, "Schedule", schedule_word(plan->enrolment.schedule));
    values_set(node, "Covered", plan->covered_text);
    if (plan->enrolment.issued_from.year)
        visit_set_date(visit, node, "From", plan->enrolment.issued_from);
    if (plan->is_change)
        values_set(node, "Change", plan->change_text);
    values_set(node, "Skip", plan->skip_text);
    for (size_t at = 0; at < plan->forecast_count; at++)
        values_set(values_item(node, "Next", at), "Text",
                   enrolling_forecast_text(visit, &plan->forecasts[at], plan->method_text));
    lines_show(node, "Takes", plan->takes, plan->take_count);
    lines_show(node, "Beside", plan->beside, plan->beside_count);
    values_set(node, "Authorization", plan->authorization.text);
    values_set(node, "Shown", plan->shown);
}

enum result also_outcome_show(struct visit *visit, const struct payment *payment) {
    bool is_paid = payment->state == PAYMENT_SUCCEEDED || payment->state == PAYMENT_PENDING;
    struct enrolments active;

    if (!is_paid || !*payment->enrol_schedule || payment->user_id != visit->session.user_id)
        return RESULT_OK;
    enum result result = enrolment_list(visit->running->db, visit->arena, payment->account_id,
                                        ENROLMENTS_MAX, &active);
    for (size_t at = 0; result == RESULT_OK && at < active.count; at++)
        if (active.list[at].method_id == payment->method_id &&
            active.list[at].user_id == payment->user_id) {
            values_set(visit->values, "Autopay.On", "1");
            if (visit_has_autopay(visit))
                values_set(visit->values, "Autopay.Url", visit_url(visit, "/autopay"));
        }
    return result;
}

enum result also_take(struct db *db, void *context) {
    struct also_enrol *also = context;

    also->ask.is_reserved = true;
    (void)db; /* the visit's own, in the transaction that is open on it */
    return enrolling_take(also->visit, &also->ask, also->shown, &also->plan);
}
