#include "common/program/enrolling.h"

#include "common/core/buffer.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "common/program/enrolling_hands.h"
#include "common/program/method_offer.h"

enum { SHOWN_MAX = 64 * 1024 };

/* ---- what is asked ---- */

static enum result fault(struct planning *planning, enum enrolling_fault which, const char *text) {
    planning->plan->fault = which;
    planning->plan->fault_text = text;
    return RESULT_OK;
}

static const char *method_fault_text(const struct planning *planning,
                                     const struct enrolment_facts *facts) {
    const struct visit *visit = planning->visit;

    if (facts->expires_on.year && date_compare(facts->expires_on, visit->today) < 0)
        return say("This card has expired. Choose another payment method.");
    if (!method_is_offered(visit, facts->kind))
        return text_equal(facts->kind, "card")
                   ? say("Cards are not accepted any more. Choose another payment method.")
                   : say("Bank accounts are not accepted any more. Choose another payment method.");
    if (!facts->is_remembered)
        return say("Auto Pay needs a payment method that is remembered.");
    if (facts->is_usable || (facts->is_new && planning->ask->is_paying))
        return NULL;
    return say("This payment method cannot be used any more. Choose another one.");
}

/* The provider may change something else of one whose method has come to need attention. */
static bool method_stays(const struct planning *planning, int64_t method_id) {
    const struct enrolment *before = planning->before;

    return planning->is_desk && before &&
           (method_id == before->method_id || method_id == before->backup_method_id);
}

/* *out_text "" for method_id 0. */
static enum result method_plan(struct planning *planning, int64_t method_id,
                               enum enrolling_fault which, struct enrolment_method *out_method,
                               const char **out_text) {
    struct visit *visit = planning->visit;
    struct enrolment_facts facts;

    *out_text = "";
    if (!method_id)
        return RESULT_OK;
    enum result result = enrolment_facts(visit->running->db, visit->arena,
                                         visit->session.account_id, visit->session.user_id,
                                         method_id, &facts);
    if (result == RESULT_NOT_FOUND)
        return fault(planning, which,
                     planning->is_desk ? "Its user has no such payment method."
                                       : say("Choose one of your payment methods."));
    if (result != RESULT_OK)
        return result;
    if (!facts.user_may)
        return fault(planning, ENROLLING_NOT_ALLOWED, say("You may not manage Auto Pay any more."));
    const char *text = method_stays(planning, method_id) ? NULL
                                                         : method_fault_text(planning, &facts);
    if (text)
        return fault(planning, which, text);
    *(which == ENROLLING_METHOD ? &planning->method_facts : &planning->backup_facts) = facts;
    *out_method = (struct enrolment_method){facts.kind, facts.brand, facts.last_four,
                                            facts.is_persons};
    *out_text = enrolling_method_text(visit->arena, out_method);
    return RESULT_OK;
}

bool cover_is_of(const struct enrolment *enrolment, const char *key) {
    for (size_t at = 0; at < enrolment->cover_count; at++)
        if (text_equal(enrolment->covers[at], key))
            return true;
    return false;
}

static bool covers_the_same(const struct enrolment *a, const struct enrolment *b) {
    for (size_t at = 0; at < a->cover_count; at++)
        if (!cover_is_of(b, a->covers[at]))
            return false;
    return a->cover_count == b->cover_count;
}

/* The visitor's own that is asked about, or that has the same method and covers the same already:
 * a second one of that kind would only take over from the first. */
static void before_find(struct planning *planning) {
    const struct enrolling_ask *ask = planning->ask;

    for (size_t at = 0; at < planning->active.count; at++) {
        const struct enrolment *each = &planning->active.list[at];

        if (each->user_id != planning->visit->session.user_id)
            continue;
        if (ask->enrolment_id ? each->id == ask->enrolment_id
                              : each->method_id == ask->method_id &&
                                    covers_the_same(each, &planning->plan->enrolment))
            planning->before = each;
    }
}

static struct date issued_from(const struct planning *planning) {
    const struct enrolment *before = planning->before;

    if (planning->ask->older)
        return (struct date){0};
    return before && before->issued_from.year ? before->issued_from : planning->visit->today;
}

static void enrolment_plan_fill(struct planning *planning) {
    const struct enrolling_ask *ask = planning->ask;
    struct enrolment *enrolment = &planning->plan->enrolment;
    const struct visit *visit = planning->visit;

    *enrolment = (struct enrolment){
        .account_id = visit->session.account_id,
        .id = ENROLMENT_NEW_ID,
        .user_id = visit->session.user_id,
        .method_id = ask->method_id,
        .backup_method_id = ask->backup_method_id,
        .schedule = ask->schedule,
        .scope = ask->scope,
        .largest_cents = ask->largest_cents,
        .began_on = visit->today,
        .is_active = true,
        .off_reason = "",
        .created_at = visit->now,
        .changed_at = visit->now,
        .covers = ask->covers,
        .cover_count = ask->cover_count,
        .user_name = visit->session.user_name,
    };
    before_find(planning);
    enrolment->issued_from = issued_from(planning);
    if (!planning->before)
        return;
    enrolment->id = planning->before->id;
    enrolment->created_at = planning->before->created_at;
    enrolment->noticed_on = planning->before->noticed_on;
    enrolment->noticed_cents = planning->before->noticed_cents;
    if (planning->before->schedule == ask->schedule) {
        enrolment->began_on = planning->before->began_on;
    }
}

/* ---- what it takes over ---- */

static const char *whose(const struct planning *planning, const struct enrolment *other) {
    struct arena *arena = planning->visit->arena;
    const char *method = enrolling_method_text(arena, &other->method);

    if (other->user_id == planning->visit->session.user_id)
        return method;
    return arena_format(arena, say("%s of %s"), method, other->user_name);
}

/* other without what ask covers, in *out_left. */
static void take_from(struct planning *planning, const struct enrolment *other,
                      struct enrolment *out_left) {
    struct arena *arena = planning->visit->arena;
    struct enrolling *plan = planning->plan;
    const char **keys = arena_array(arena, other->cover_count, sizeof *keys);
    struct enrolment lost = *other;
    const char **lost_keys = arena_array(arena, other->cover_count, sizeof *lost_keys);

    *out_left = *other;
    out_left->covers = keys;
    lost.covers = lost_keys;
    out_left->cover_count = lost.cover_count = 0;
    for (size_t at = 0; at < other->cover_count; at++) {
        const char *key = other->covers[at];

        if (cover_is_of(&plan->enrolment, key))
            lost_keys[lost.cover_count++] = key;
        else
            keys[out_left->cover_count++] = key;
    }
    if (!lost.cover_count)
        return;
    const char *text = arena_format(
        arena,
        out_left->cover_count ? say("Takes over from %s: %s. The rest stays with it.")
                              : say("Takes over from %s: %s. Its Auto Pay is turned off."),
        whose(planning, other), enrolling_covered(arena, &lost, &planning->invoices));
    if (!out_left->cover_count && other->skip_on.year)
        text = arena_format(arena, "%s %s", text,
                            arena_format(arena, say("%s is not skipped any more."),
                                         enrolling_day(planning->visit, other->skip_on)));
    plan->takes[plan->take_count++] = text;
}

/* What goes on beside it, where one would think that it had everything, or nothing. */
static void beside_add(struct planning *planning, const struct enrolment *other) {
    struct enrolling *plan = planning->plan;
    struct arena *arena = planning->visit->arena;
    bool is_wide = text_equal(plan->enrolment.scope, "all");

    if (is_wide)
        plan->beside[plan->beside_count++] = arena_format(
            arena, say("Stays with %s: %s."), whose(planning, other),
            enrolling_covered(arena, other, &planning->invoices));
    else if (text_equal(other->scope, "all"))
        plan->beside[plan->beside_count++] = arena_format(
            arena, say("All other invoices stay with %s."), whose(planning, other));
}

static bool is_before_of(const struct planning *planning, const struct hands *before,
                         const char *key, int64_t enrolment_id) {
    for (size_t at = 0; at < planning->invoices.count; at++) {
        const struct enrolment_invoice *invoice = &planning->invoices.list[at];

        if (hands_owner(before, invoice) == enrolment_id &&
            text_equal(key, arena_format(planning->visit->arena, "invoice:%lld",
                                         (long long)invoice->cover.id)))
            return true;
    }
    return false;
}

/* Invoices that are chosen one by one leave the type they are of, which loses no cover by it. */
static void singles_take(struct planning *planning, const struct hands *before,
                         const struct enrolment *other) {
    struct arena *arena = planning->visit->arena;
    struct enrolling *plan = planning->plan;
    const char **keys = arena_array(arena, plan->enrolment.cover_count, sizeof *keys);
    struct enrolment lost = {.scope = "invoices", .covers = keys};

    if (!text_equal(plan->enrolment.scope, "invoices") || !text_equal(other->scope, "types"))
        return;
    for (size_t at = 0; at < plan->enrolment.cover_count; at++)
        if (is_before_of(planning, before, plan->enrolment.covers[at], other->id))
            keys[lost.cover_count++] = plan->enrolment.covers[at];
    if (lost.cover_count)
        plan->takes[plan->take_count++] = arena_format(
            arena, say("Takes over from %s: %s. The rest stays with it."), whose(planning, other),
            enrolling_covered(arena, &lost, &planning->invoices));
}

static void hands_plan(struct planning *planning) {
    struct arena *arena = planning->visit->arena;
    struct hands before = hands_of(arena, &planning->active);
    struct enrolling *plan = planning->plan;
    struct enrolment *list = arena_array(arena, planning->active.count + 1, sizeof *list);
    size_t count = 0;

    for (size_t at = 0; at < planning->active.count; at++) {
        struct enrolment left;

        if (planning->active.list[at].id == plan->enrolment.id)
            continue;
        take_from(planning, &planning->active.list[at], &left);
        if (!left.cover_count)
            continue;
        list[count++] = left;
        singles_take(planning, &before, &left);
        beside_add(planning, &left);
    }
    list[count++] = plan->enrolment;
    planning->after = (struct enrolments){list, count};
    planning->hands = hands_of(arena, &planning->after);
}

/* ---- when and how much ---- */

/* A day that is skipped stays so where it is still a draft day; else the page says that it ends. */
static void skip_plan(struct planning *planning, const struct date *due_on, size_t count) {
    const struct enrolment *before = planning->before;
    struct enrolment *enrolment = &planning->plan->enrolment;
    struct visit *visit = planning->visit;

    if (!before->skip_on.year)
        return;
    if (before->schedule == enrolment->schedule ||
        schedule_is_day(enrolment->schedule, due_on, count, before->skip_on, visit->today))
        enrolment->skip_on = before->skip_on;
    else
        planning->plan->skip_text = arena_format(visit->arena,
                                                 say("You skipped %s, which is no draft day any "
                                                     "more: that skip ends, and the next draft is"
                                                     " made."),
                                                 enrolling_day(visit, before->skip_on));
}

/* What of the one that is changed stays of its days. */
static void days_keep(struct planning *planning, const struct date *due_on, size_t count) {
    const struct enrolment *before = planning->before;
    struct enrolment *enrolment = &planning->plan->enrolment;

    /* What was drafted and failed is not drafted anew because the provider changed something. */
    if (planning->is_desk && before->schedule == enrolment->schedule &&
        covers_the_same(before, enrolment))
        enrolment->next_on = before->next_on;
    skip_plan(planning, due_on, count);
    /* A draft day that has come, and was not run yet, is not passed over by a change. */
    if (before->schedule == enrolment->schedule && before->next_on.year &&
        (!enrolment->next_on.year || date_compare(before->next_on, enrolment->next_on) < 0))
        enrolment->next_on = before->next_on;
}

static enum result next_plan(struct planning *planning) {
    struct enrolment *enrolment = &planning->plan->enrolment;
    struct date due_on[ENROLLING_INVOICES_MAX], none = {0};
    enum result result = RESULT_OK;
    size_t count = 0;

    if (enrolment->schedule == SCHEDULE_DUE_DATE)
        count = hands_due_days(&planning->hands, &planning->invoices, enrolment->id, due_on,
                               ENROLLING_INVOICES_MAX);
    if (enrolment->schedule == SCHEDULE_DUE_DATE && count == 0) {
        result = hands_due_day_beyond(planning->visit->running->db, &planning->hands,
                                      &planning->invoices, enrolment, &due_on[0]);
        count = result == RESULT_OK && due_on[0].year;
    }
    enrolment->next_on = schedule_next_day(enrolment->schedule, due_on, count, none,
                                           planning->visit->today);
    if (planning->before)
        days_keep(planning, due_on, count);
    return result;
}

static int64_t paying_cents(const struct enrolling_ask *ask, int64_t invoice_id) {
    for (size_t at = 0; at < ask->paying_count; at++)
        if (ask->paying[at].invoice_id == invoice_id)
            return ask->paying[at].amount_cents;
    return 0;
}

/* What is left of an invoice to drafts, once what is being paid of it is. */
static int64_t left_cents(const struct planning *planning,
                          const struct enrolment_invoice *invoice) {
    int64_t paying = paying_cents(planning->ask, invoice->cover.id);

    /* Held by that very payment. */
    if (paying && planning->ask->is_reserved)
        return money_subtract(invoice->due_cents, invoice->pending_cents);
    return money_subtract(invoice->free_cents, money_min(paying, invoice->free_cents));
}

static enum result forecast_plan(struct planning *planning) {
    struct enrolling *plan = planning->plan;
    struct enrolment_invoices invoices = {
        arena_array(planning->visit->arena, planning->invoices.count, sizeof *invoices.list),
        planning->invoices.count};

    for (size_t at = 0; at < invoices.count; at++) {
        struct enrolment_invoice *invoice = &invoices.list[at];

        *invoice = planning->invoices.list[at];
        invoice->free_cents = left_cents(planning, invoice);
    }
    enum result result = enrolling_forecast(
        &(struct forecasting){.running = planning->visit->running,
                              .arena = planning->visit->arena,
                              .today = planning->visit->today,
                              .active = &planning->after,
                              .invoices = &invoices,
                              .is_agreed = !planning->is_desk},
        &plan->enrolment, plan->forecasts, &plan->forecast_count);
    /* What the provider changes was agreed to by nobody: only what was told holds. */
    if (!planning->is_desk)
        enrolling_notice(&planning->visit->running->settings, &plan->enrolment, plan->forecasts,
                         result == RESULT_OK ? plan->forecast_count : 0);
    return result;
}

/* ---- what is agreed to ---- */

/* Somebody who was shown a new one is not to change what another tab made meanwhile. */
static const char *change_words(const struct planning *planning) {
    struct arena *arena = planning->visit->arena;
    const struct enrolment *before = planning->before;

    return arena_format(arena, say("Changes the Auto Pay with %s: %s, %s."),
                        enrolling_method_text(arena, &before->method),
                        schedule_word(before->schedule),
                        enrolling_covered(arena, before, &planning->invoices));
}

static enum result authorization_plan(struct planning *planning) {
    struct enrolling *plan = planning->plan;
    struct buffer shown;
    enum result result = enrolling_agreement(planning);

    buffer_init(&shown, planning->visit->arena, SHOWN_MAX);
    buffer_text(&shown, plan->authorization.text);
    if (planning->before) {
        plan->change_text = change_words(planning);
        buffer_text(&shown, plan->change_text);
    }
    buffer_text(&shown, plan->skip_text);
    for (size_t at = 0; at < plan->take_count; at++)
        buffer_text(&shown, plan->takes[at]);
    consent_version(shown.bytes, plan->shown);
    return result;
}

static bool is_same(const struct planning *planning) {
    const struct enrolment *now = planning->before, *then = &planning->plan->enrolment;

    return now && now->method_id == then->method_id &&
           now->backup_method_id == then->backup_method_id && now->schedule == then->schedule &&
           text_equal(now->scope, then->scope) && now->largest_cents == then->largest_cents &&
           date_compare(now->issued_from, then->issued_from) == 0 && covers_the_same(now, then);
}

static enum result standing_read(struct planning *planning) {
    struct visit *visit = planning->visit;
    struct db *db = visit->running->db;
    int64_t account_id = visit->session.account_id;
    enum result result = enrolment_list(db, visit->arena, account_id, ENROLMENTS_MAX,
                                        &planning->active);

    return result == RESULT_OK ? enrolment_invoices(db, visit->arena, account_id,
                                                    ENROLLING_INVOICES_MAX, &planning->invoices)
                               : result;
}

enum result planning_run(struct planning *planning) {
    const struct enrolling_ask *ask = planning->ask;
    struct enrolling *plan = planning->plan;
    enum result result = standing_read(planning);

    *plan = (struct enrolling){.fault = ENROLLING_FINE, .fault_text = "", .skip_text = ""};
    enrolment_plan_fill(planning);
    if (result == RESULT_OK)
        result = method_plan(planning, ask->method_id, ENROLLING_METHOD, &plan->enrolment.method,
                             &plan->method_text);
    if (result == RESULT_OK && plan->fault == ENROLLING_FINE)
        result = method_plan(planning, ask->backup_method_id, ENROLLING_BACKUP,
                             &plan->enrolment.backup, &plan->backup_text);
    if (result != RESULT_OK || plan->fault != ENROLLING_FINE)
        return result;
    if (ask->backup_method_id == ask->method_id)
        return fault(planning, ENROLLING_BACKUP,
                     say("Choose another method as the backup, or none."));
    if (ask->enrolment_id && !planning->before)
        return fault(planning, ENROLLING_GONE, say("This Auto Pay was turned off meanwhile."));
    plan->is_change = planning->before != NULL;
    plan->is_same = is_same(planning);
    plan->covered_text = enrolling_covered(planning->visit->arena, &plan->enrolment,
                                           &planning->invoices);
    hands_plan(planning);
    if (planning->after.count > ENROLMENTS_MAX)
        return fault(planning, ENROLLING_FULL,
                     say("This account has as many Auto Pays as can be kept. Turn one off first."));
    result = next_plan(planning);
    if (result != RESULT_OK)
        return result;
    planning->after.list[planning->after.count - 1] = plan->enrolment;
    plan->notice_days = enrolling_notice_days(&planning->visit->running->settings,
                                              &plan->enrolment);
    result = forecast_plan(planning);
    return result == RESULT_OK ? authorization_plan(planning) : result;
}

enum result enrolling_plan(struct visit *visit, const struct enrolling_ask *ask,
                           struct enrolling *out_plan) {
    struct planning planning = {.visit = visit, .ask = ask, .plan = out_plan};

    return planning_run(&planning);
}
