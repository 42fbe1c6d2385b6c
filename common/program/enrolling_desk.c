/* enrolling_desk.c - an enrolment is changed by the provider: nobody agrees to anything by it. */
#include <stdio.h>

#include "common/core/text.h"
#include "common/program/enrolling_hands.h"
#include "common/store/event_store.h"
#include "common/store/user_store.h"

enum { KEY_SIZE = 80 };

/* ---- what only the user may do ---- */

/* Whether it pays something that it did not pay before. */
static bool is_wider(const struct planning *planning) {
    struct arena *arena = planning->visit->arena;
    const struct enrolment *then = &planning->plan->enrolment;
    struct enrolment before = *planning->before;
    struct hands hands = hands_of(arena, &(struct enrolments){&before, 1});
    bool had_all = cover_is_of(&before, "all");

    for (size_t at = 0; at < then->cover_count; at++) {
        if (cover_is_of(&before, then->covers[at]))
            continue;
        if (!text_equal(then->scope, "invoices")) {
            if (!had_all)
                return true;
            continue;
        }
        /* One that was chosen by itself is paid whatever its day. */
        for (size_t row = 0; row < planning->invoices.count; row++)
            if (text_equal(then->covers[at],
                           arena_format(arena, "invoice:%lld",
                                        (long long)planning->invoices.list[row].cover.id)) &&
                !hands_owner(&hands, &planning->invoices.list[row]))
                return true;
    }
    return false;
}

/* A debit of a person's bank account is on the person's own word, kept as it was given: which
 * account, for what, and up to how much. */
static const char *unsigned_text(const struct planning *planning) {
    const struct enrolment *now = planning->before, *then = &planning->plan->enrolment;
    struct arena *arena = planning->visit->arena;
    bool is_method = planning->method_facts.is_persons;
    bool is_backup = then->backup_method_id && planning->backup_facts.is_persons;
    bool is_higher = now->largest_cents &&
                     (!then->largest_cents || then->largest_cents > now->largest_cents);
    bool is_new_backup = then->backup_method_id != now->backup_method_id &&
                         then->backup_method_id != now->method_id;
    const char *what = NULL;

    if (is_method && then->method_id != now->method_id)
        what = planning->plan->method_text;
    else if (is_backup && is_new_backup)
        what = planning->plan->backup_text;
    if (what)
        return arena_format(arena,
                            "%s is a person's bank account: only its owner can authorize debits of"
                            " it, under Manage Auto Pay.",
                            what);
    if ((is_method || is_backup) && (is_wider(planning) || is_higher))
        return arena_format(
            arena,
            "It pays from a person's bank account (%s): only its owner can authorize"
            " debits for more than before, under Manage Auto Pay.",
            is_method ? planning->plan->method_text : planning->plan->backup_text);
    return NULL;
}

static const char *refusal_text(const struct planning *planning,
                                const struct enrolling_desk *desk) {
    const struct enrolling *plan = planning->plan;

    if (plan->take_count)
        return arena_format(
            planning->visit->arena,
            "Another enrolment has some of that, and would lose it: change that one,"
            " or turn it off, first. (%s)",
            plan->takes[0]);
    if (desk->skips && !plan->enrolment.next_on.year)
        return "Nothing is due yet, so there is no draft to leave out.";
    return unsigned_text(planning);
}

/* ---- writing ---- */

static enum result change_write(struct planning *planning, const struct enrolling_desk *desk) {
    const struct enrolment *enrolment = &planning->plan->enrolment;
    struct visit *visit = planning->visit;
    struct db *db = visit->running->db;
    struct hands before = hands_of(visit->arena, &planning->active);
    char key[KEY_SIZE], subject[KEY_SIZE];
    enum result result = hands_rejoin(db, &before, &planning->hands, &planning->after,
                                      &planning->invoices, enrolment->id, visit->today);

    snprintf(key, sizeof key, "autopay_on:%lld:changed:%lld", (long long)enrolment->id,
             (long long)visit->now);
    snprintf(subject, sizeof subject, "enrolment:%lld", (long long)enrolment->id);
    if (result == RESULT_OK)
        result = enrolment_change(db, enrolment, visit->now);
    if (result == RESULT_OK)
        result = outbox_add(db, key, "autopay_on", enrolment->account_id, enrolment->user_id,
                            enrolment->id, visit->now);
    if (result != RESULT_OK)
        return result;
    return audit_add(db, &(struct audit){.at = visit->now,
                                         .actor = desk->actor,
                                         .action = "autopay.change",
                                         .account_id = enrolment->account_id,
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

enum result enrolling_change(struct visit *visit, const struct enrolling_ask *ask,
                             const struct enrolling_desk *desk, struct enrolling *out_plan) {
    struct planning planning = {.visit = visit, .ask = ask, .plan = out_plan, .is_desk = true};
    enum result result = planning_run(&planning);

    if (result != RESULT_OK)
        return result;
    if (out_plan->fault != ENROLLING_FINE)
        return RESULT_CONFLICT;
    out_plan->fault_text = refusal_text(&planning, desk);
    if (out_plan->fault_text)
        return RESULT_CONFLICT;
    if (desk->skips)
        out_plan->enrolment.skip_on = out_plan->enrolment.next_on;
    if (desk->unskips)
        out_plan->enrolment.skip_on = (struct date){0};
    out_plan->is_same = out_plan->is_same &&
                        date_compare(out_plan->enrolment.skip_on, planning.before->skip_on) == 0;
    return out_plan->is_same ? RESULT_OK : change_write(&planning, desk);
}
