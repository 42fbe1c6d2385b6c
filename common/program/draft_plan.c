/* draft_plan.c - what the rules make of one enrolment whose day has come. Reads, and writes
 * nothing. */
#include "common/core/text.h"
#include "common/program/drafting.h"

enum { PAGE = 500 };

struct planning {
    struct running *running;
    struct db *db;
    struct arena *arena;
    const struct draft_due *due;
    struct date today;
    int64_t now;
    struct draft_plan *plan;
    const char *numbers[ALLOCATIONS_MAX]; /* of plan->invoices */
    struct draft_terms terms;
    bool uses_plan;
    struct draft_planned *planned;
    size_t planned_count;
    /* Of SCHEDULE_DUE_DATE. */
    struct date later_on; /* the earliest day after today on which something is owed; year 0 */
    bool is_cut;          /* some of today's was left: too many, or held by another payment */
};

static int64_t largest_cents(const struct planning *planning) {
    int64_t own = planning->plan->enrolment.largest_cents;
    int64_t all = planning->running->settings.largest_cents;

    return own && own < all ? own : all;
}

static void limit(struct planning *planning, int64_t cents) {
    if (cents < planning->terms.largest_cents)
        planning->terms.largest_cents = cents;
}

/* ---- what it covers ---- */

static const struct draft_planned *planned_find(const struct planning *planning, int64_t id) {
    for (size_t at = 0; at < planning->planned_count; at++)
        if (planning->planned[at].invoice_id == id)
            return &planning->planned[at];
    return NULL;
}

/* Oldest due first, so the first one that is due later ends it. false: seen enough. */
static bool invoice_add(struct planning *planning, const struct draft_open_invoice *invoice) {
    struct draft_plan *plan = planning->plan;
    bool by_due_day = planning->terms.schedule == SCHEDULE_DUE_DATE;
    /* The day of a draft by due days follows from this list. */
    struct date until = by_due_day ? planning->today : planning->terms.draft_on;
    const struct draft_planned *planned = planned_find(planning, invoice->cover.id);

    if (by_due_day && date_compare(invoice->due_on, planning->today) > 0) {
        planning->later_on = invoice->due_on;
        return false;
    }
    if (by_due_day && invoice->is_held)
        planning->is_cut = true;
    if (!invoice->free_cents || (planning->uses_plan && !planned) ||
        date_compare(invoice->cover.issued_on, until) > 0)
        return true;
    if (plan->count == ALLOCATIONS_MAX) {
        planning->is_cut = true;
        return by_due_day; /* the next day is still to be found */
    }
    planning->numbers[plan->count] = invoice->number;
    plan->invoices[plan->count++] = (struct draft_invoice){
        .id = invoice->cover.id,
        .issued_on = invoice->cover.issued_on,
        .due_on = invoice->due_on,
        .free_cents = invoice->free_cents,
        .plan_cents = planned ? planned->plan_cents : 0,
        .taken_cents = planned ? planned->taken_cents : 0,
    };
    return true;
}

static enum result invoices_read(struct planning *planning) {
    int64_t account_id = planning->due->account_id, after_id = 0;
    struct enrolment_cover *covers;
    struct draft_open_invoice *list;
    struct date due_on = {0};
    size_t cover_count, count = PAGE;
    bool goes_on = true;
    enum result result = draft_covers(planning->db, planning->arena, account_id, &covers,
                                      &cover_count);

    while (result == RESULT_OK && goes_on && count == PAGE) {
        result = draft_invoices(planning->db, planning->arena, account_id, due_on, after_id, PAGE,
                                &list, &count);
        for (size_t at = 0; result == RESULT_OK && goes_on && at < count; at++) {
            const struct enrolment_cover *chosen = enrolment_cover_choose(covers, cover_count,
                                                                          &list[at].cover);

            due_on = list[at].due_on;
            after_id = list[at].cover.id;
            if (chosen && chosen->enrolment_id == planning->due->enrolment_id)
                goes_on = invoice_add(planning, &list[at]);
        }
    }
    return result;
}

/* Half of a plan is half of all of it: what was paid by hand since has nothing free, and counts. */
static void planned_add(struct planning *planning) {
    struct draft_plan *plan = planning->plan;
    size_t listed = plan->count;

    for (size_t at = 0; at < planning->planned_count && plan->count < ALLOCATIONS_MAX; at++) {
        const struct draft_planned *planned = &planning->planned[at];
        size_t same = 0;

        while (same < listed && plan->invoices[same].id != planned->invoice_id)
            same++;
        if (same == listed)
            plan->invoices[plan->count++] = (struct draft_invoice){
                .id = planned->invoice_id, .plan_cents = planned->plan_cents};
    }
}

/* ---- the halves of a month ---- */

static struct date month_of(struct date date) {
    return (struct date){date.year, date.month, 1};
}

/* Whether the 1st was drafted, whatever it took; by another schedule does not count. */
static enum result plan_ask(struct planning *planning) {
    enum draft_state state;
    struct date first_on = month_of(planning->terms.draft_on);

    if (date_compare(planning->terms.began_on, first_on) >= 0)
        return RESULT_OK;
    enum result result = draft_of_day(planning->db, planning->arena, planning->due->account_id,
                                      planning->due->enrolment_id, first_on, &state);

    planning->terms.has_plan = result == RESULT_OK && state != DRAFT_MERGED &&
                               state != DRAFT_SKIPPED && state != DRAFT_PERSON;
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

static enum result plan_read(struct planning *planning, bool is_there) {
    enum result result = RESULT_OK;

    if (planning->terms.schedule != SCHEDULE_SPLIT)
        return RESULT_OK;
    if (planning->terms.draft_on.day == 1)
        planning->uses_plan = is_there;
    else
        result = plan_ask(planning);
    if (planning->terms.has_plan)
        planning->uses_plan = true;
    if (result != RESULT_OK || !planning->uses_plan)
        return result;
    return split_plan_list(planning->db, planning->arena, planning->due->account_id,
                           planning->due->enrolment_id, month_of(planning->terms.draft_on),
                           &planning->planned, &planning->planned_count);
}

/* ---- with what ---- */

static void plan_row(struct draft_plan *plan, enum draft_state state, enum draft_reason reason) {
    plan->end = DRAFT_PLAN_ROW;
    plan->row.state = state;
    plan->row.reason = reason;
    plan->row.retry_on = (struct date){0};
}

static bool method_fits(const struct planning *planning, const struct draft_method *method) {
    const struct gateway *gateway = planning->running->gateway;

    return method->rule.is_usable &&
           (!gateway || text_equal(method->facts.gateway, gateway_name(gateway)));
}

static enum result method_choose(struct planning *planning, const struct draft_method *own) {
    struct draft_plan *plan = planning->plan;
    const struct draft_enrolment *enrolment = &plan->enrolment;
    struct draft_method backup = {0};
    enum draft_reason reason = DRAFT_METHOD;
    enum result result = RESULT_OK;
    bool wants_backup = plan->is_retry && plan->was.reason == DRAFT_WITH_BACKUP;

    if (enrolment->backup_method_id)
        result = draft_method_read(planning->db, planning->arena, enrolment->account_id,
                                   enrolment->user_id, enrolment->backup_method_id, planning->today,
                                   planning->now, &backup);
    if (result != RESULT_OK)
        return result;
    struct retry_method first = own->rule, second = backup.rule;
    first.is_usable = method_fits(planning, own);
    second.is_usable = enrolment->backup_method_id && method_fits(planning, &backup);
    switch (retry_choose(&first, enrolment->backup_method_id ? &second : NULL,
                         plan->row.used_backup, wants_backup,
                         planning->running->settings.autopay.retry.card_tries, &reason)) {
    case RETRY_WITH_FIRST:
        plan->method = *own;
        break;
    case RETRY_WITH_BACKUP:
        plan->method = backup;
        plan->with_backup = true;
        break;
    case RETRY_WITH_NONE:
        plan_row(plan, DRAFT_FAILED, reason);
        return RESULT_OK;
    }
    plan->end = DRAFT_PLAN_ATTEMPT;
    return RESULT_OK;
}

/* What was due beyond what its user was told of is told anew tomorrow. */
static void notice_limit(struct planning *planning, int64_t cents) {
    struct draft_plan *plan = planning->plan;

    (void)draft_take(&planning->terms, plan->invoices, plan->count, &plan->taking);
    if (plan->taking.amount_cents > cents)
        planning->is_cut = true;
    limit(planning, cents);
}

/* What is taken, and with what. */
static enum result plan_take(struct planning *planning, const struct draft_method *own) {
    struct draft_plan *plan = planning->plan;
    enum draft_amount amount = draft_take(&planning->terms, plan->invoices, plan->count,
                                          &plan->taking);

    for (size_t at = 0, from = 0; at < plan->taking.count; at++) {
        while (plan->invoices[from].id != plan->taking.list[at].invoice_id)
            from++;
        plan->numbers[at] = planning->numbers[from];
    }
    if (amount == DRAFT_TAKES)
        return method_choose(planning, own);
    plan_row(plan, DRAFT_NOTHING,
             amount == DRAFT_TAKES_TOO_LITTLE ? DRAFT_BELOW_SMALLEST : DRAFT_NO_REASON);
    return RESULT_OK;
}

/* ---- a new draft ---- */

static void terms_set(struct planning *planning, struct date draft_on) {
    const struct draft_enrolment *enrolment = &planning->plan->enrolment;

    planning->terms = (struct draft_terms){
        .schedule = enrolment->schedule,
        .draft_on = draft_on,
        .began_on = enrolment->began_on,
        .largest_cents = largest_cents(planning),
        .smallest_cents = planning->running->settings.smallest_cents,
    };
}

static struct date next_after(const struct planning *planning) {
    enum schedule schedule = planning->terms.schedule;

    if (schedule_is_calendar(schedule))
        return schedule_next_day(schedule, NULL, 0, (struct date){0}, planning->today);
    return planning->is_cut
               ? schedule_join_due_day(planning->later_on, date_add_days(planning->today, 1),
                                       planning->today)
               : planning->later_on;
}

struct notice_decision draft_notice(const struct settings *settings,
                                    const struct draft_enrolment *enrolment, struct date today) {
    const struct notice_terms terms = {
        .is_persons = enrolment->is_persons,
        .backup_is_persons = enrolment->backup_is_persons,
        .largest_cents = enrolment->largest_cents,
        .notice_days = settings->autopay.bank_notice_days,
    };

    return notice_decide(&(struct notice_question){
        .is_first = notice_is_first(&terms),
        .next_on = enrolment->next_on,
        .noticed_on = enrolment->noticed_on,
        .noticed_cents = enrolment->noticed_cents,
        .notice_days = terms.notice_days,
        .today = today,
    });
}

/* A run for a day that is past tells today: the days that are given count from now. */
static void notice_set(struct planning *planning) {
    struct draft_plan *plan = planning->plan;
    const struct settings *settings = &planning->running->settings;
    struct date earliest_on = date_add_days(instant_date(planning->now),
                                            (int32_t)settings->autopay.bank_notice_days);

    plan->notice = draft_notice(settings, &plan->enrolment, planning->today);
    if (plan->notice.end == NOTICE_TELLS && date_compare(plan->notice.on, earliest_on) < 0)
        plan->notice.on = earliest_on;
}

static void decide(struct planning *planning) {
    const struct draft_enrolment *enrolment = &planning->plan->enrolment;
    struct draft_question question = {
        .schedule = enrolment->schedule,
        .next_on = enrolment->next_on,
        .today = planning->today,
        .skip_on = enrolment->skip_on,
        .catch_up_days = (int)planning->running->settings.autopay.catch_up_days,
        .invoices = planning->plan->invoices,
        .invoice_count = planning->plan->count,
    };

    draft_decide(&question, &planning->plan->days);
}

/* Calendar days do not depend on invoices, which depend on the day; due days are the reverse. */
static enum result days_read(struct planning *planning) {
    const struct draft_enrolment *enrolment = &planning->plan->enrolment;
    bool is_calendar = schedule_is_calendar(enrolment->schedule);
    enum result result = RESULT_OK;

    terms_set(planning, enrolment->next_on);
    if (is_calendar) {
        decide(planning);
        terms_set(planning, planning->plan->days.draft_on);
        if (planning->plan->days.state == DRAFT_OPEN)
            result = plan_read(planning, false);
    }
    if (result == RESULT_OK && (!is_calendar || planning->plan->days.state == DRAFT_OPEN))
        result = invoices_read(planning);
    if (result == RESULT_OK && !is_calendar) {
        decide(planning);
        terms_set(planning, planning->plan->days.draft_on);
    }
    return result;
}

static enum result plan_new(struct planning *planning, const struct draft_method *own) {
    struct draft_plan *plan = planning->plan;
    enum result result = days_read(planning);

    if (result != RESULT_OK)
        return result;
    plan->row = (struct draft_row){.account_id = plan->enrolment.account_id,
                                   .enrolment_id = plan->enrolment.id,
                                   .draft_on = plan->days.draft_on,
                                   .state = plan->days.state,
                                   .reason = plan->days.reason};
    if (plan->days.state != DRAFT_OPEN) {
        plan->next_on = next_after(planning);
        plan_row(plan, plan->days.state, plan->days.reason);
        return RESULT_OK;
    }
    plan->fixes_plan = planning->terms.schedule == SCHEDULE_SPLIT &&
                       planning->terms.draft_on.day == 1;
    if (plan->fixes_plan)
        (void)draft_plan_fix(&planning->terms, plan->invoices, plan->count);
    notice_set(planning);
    if (plan->notice.end == NOTICE_IN_FORCE)
        notice_limit(planning, plan->notice.cents);
    result = plan_take(planning, own);
    plan->next_on = next_after(planning);
    if (plan->end == DRAFT_PLAN_ATTEMPT &&
        (plan->notice.end == NOTICE_WAITS || plan->notice.end == NOTICE_TELLS)) {
        plan->end = DRAFT_PLAN_WAIT;
        plan->next_on = plan->notice.on;
    }
    return result;
}

/* ---- once more ---- */

/* A debit that came back: the same again, or not at all. */
static enum result plan_repeat(struct planning *planning, const struct draft_attempts *attempts) {
    struct draft_plan *plan = planning->plan;
    const struct draft_enrolment *enrolment = &plan->enrolment;
    enum result result = draft_repeat(planning->db, planning->arena, enrolment->account_id,
                                      attempts->returned_id, &plan->taking, plan->numbers);

    if (result == RESULT_OK)
        result = draft_method_read(planning->db, planning->arena, enrolment->account_id,
                                   enrolment->user_id, attempts->returned_method_id,
                                   planning->today, planning->now, &plan->method);
    if (result != RESULT_OK)
        return result;
    if (!draft_may_repeat(plan->taking.list, plan->taking.count))
        plan_row(plan, DRAFT_FAILED, DRAFT_CHANGED);
    else if (!method_fits(planning, &plan->method))
        plan_row(plan, DRAFT_FAILED, DRAFT_METHOD);
    else
        plan->end = DRAFT_PLAN_ATTEMPT;
    plan->with_backup = attempts->returned_method_id != enrolment->method_id;
    return RESULT_OK;
}

static enum result plan_retry(struct planning *planning, const struct draft_method *own) {
    struct draft_plan *plan = planning->plan;
    const struct draft_row *was = &plan->was;
    struct draft_attempts attempts;
    enum draft_reason reason;
    struct date next_on = was->later_on.year ? was->later_on : plan->enrolment.next_on;
    enum draft_state state = retry_decide(was->retry_on, next_on, planning->today,
                                          (int)planning->running->settings.autopay.catch_up_days,
                                          &reason);

    plan->row = *was;
    if (retry_is_replaced(was->draft_on, plan->enrolment.began_on)) {
        plan_row(plan, DRAFT_FAILED, DRAFT_REPLACED);
        return RESULT_OK;
    }
    if (state != DRAFT_OPEN) {
        plan_row(plan, state, reason);
        return RESULT_OK;
    }
    enum result result = draft_attempts(planning->db, planning->arena, was->id,
                                        plan->enrolment.method_id, &attempts);
    if (result != RESULT_OK)
        return result;
    if (attempts.returns && was->reason != DRAFT_WITH_BACKUP)
        return plan_repeat(planning, &attempts);
    terms_set(planning, was->draft_on);
    /* More than before only of what was agreed to before, and where nobody has to be told. */
    if (was->is_older ||
        draft_notice(&planning->running->settings, &plan->enrolment, planning->today).end !=
            NOTICE_NEEDLESS)
        limit(planning, was->amount_cents);
    result = plan_read(planning, true);
    if (result == RESULT_OK)
        result = invoices_read(planning);
    planned_add(planning);
    return result == RESULT_OK ? plan_take(planning, own) : result;
}

/* ---- the whole ---- */

static enum result due_check(struct planning *planning, bool *out_is_due) {
    struct draft_plan *plan = planning->plan;
    const struct draft_due *due = planning->due;
    enum result result = draft_enrolment(planning->db, planning->arena, due->account_id,
                                         due->enrolment_id, &plan->enrolment);

    *out_is_due = result == RESULT_OK && plan->enrolment.is_active;
    if (*out_is_due && !plan->is_retry) {
        struct date next_on = plan->enrolment.next_on;

        *out_is_due = next_on.year && date_compare(next_on, planning->today) <= 0;
    } else if (*out_is_due) {
        result = draft_find(planning->db, planning->arena, due->account_id, due->draft_id,
                            &plan->was);
        *out_is_due = result == RESULT_OK && plan->was.state == DRAFT_RETRY &&
                      date_compare(plan->was.retry_on, planning->today) <= 0;
    }
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

enum result draft_plan(struct running *running, struct db *db, struct arena *arena,
                       const struct draft_due *due, struct date today, int64_t now,
                       struct draft_plan *out_plan) {
    struct planning *planning = arena_alloc(arena, sizeof *planning);
    struct draft_method own;
    bool is_due;

    *out_plan = (struct draft_plan){.end = DRAFT_PLAN_LOST, .is_retry = due->draft_id != 0};
    *planning = (struct planning){.running = running,
                                  .db = db,
                                  .arena = arena,
                                  .due = due,
                                  .today = today,
                                  .now = now,
                                  .plan = out_plan};
    enum result result = due_check(planning, &is_due);
    if (result != RESULT_OK || !is_due)
        return result;
    const struct draft_enrolment *enrolment = &out_plan->enrolment;
    result = draft_method_read(db, arena, enrolment->account_id, enrolment->user_id,
                               enrolment->method_id, today, now, &own);
    if (result != RESULT_OK)
        return result;
    if (!own.user_may) {
        out_plan->end = DRAFT_PLAN_OFF;
        return RESULT_OK;
    }
    return out_plan->is_retry ? plan_retry(planning, &own) : plan_new(planning, &own);
}
