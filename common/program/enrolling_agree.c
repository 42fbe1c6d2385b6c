/* enrolling_agree.c - the authorization of an enrolment: what its user agrees to. */
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/enrolling_hands.h"

/* Of an enrolment of certain invoices. */
static const char *single_words(const struct planning *planning, const char *names) {
    struct arena *arena = planning->visit->arena;
    const char *account = planning->visit->session.account_number;

    if (!*names)
        return arena_format(arena, say_in("authorization", "Invoices that are paid of account %s"),
                            account);
    if (planning->plan->enrolment.cover_count > 1)
        return arena_format(arena, say_in("authorization", "Invoices %s of account %s"), names,
                            account);
    return arena_format(arena, say_in("authorization", "Invoice %s of account %s"), names, account);
}

static const char *covered_words(const struct planning *planning) {
    const struct enrolment *enrolment = &planning->plan->enrolment;
    struct arena *arena = planning->visit->arena;
    const char *account = planning->visit->session.account_number;
    const char *from = enrolment->issued_from.year ? date_long(arena, enrolment->issued_from) : "";

    if (text_equal(enrolment->scope, "all"))
        return *from
                   ? arena_format(arena,
                                  say("all invoices of account %s that are issued on or after %s"),
                                  account, from)
                   : arena_format(arena, say("all invoices of account %s"), account);
    const char *names = enrolling_covered_names(arena, enrolment, &planning->invoices);
    if (!text_equal(enrolment->scope, "types"))
        return single_words(planning, names);
    return *from ? arena_format(arena,
                                say("invoices of account %s for %s that are issued on or after %s"),
                                account, names, from)
                 : arena_format(arena, say("invoices of account %s for %s"), account, names);
}

static const char *backup_words(const struct planning *planning) {
    const struct enrolment *enrolment = &planning->plan->enrolment;

    return enrolment->backup_method_id
               ? enrolling_method_text(planning->visit->arena, &enrolment->backup)
               : "";
}

/* All of it in the language of its wording. */
enum result enrolling_agreement(struct planning *planning) {
    struct enrolling *plan = planning->plan;
    struct visit *visit = planning->visit;
    const struct language *spoken = authorization_speak(
        visit, visit->running->settings.autopay_authorization);
    enum result result = RESULT_OK;

    plan->authorization = authorization_of_autopay(
        visit, &(struct autopay_terms){
                   .is_bank = text_equal(plan->enrolment.method.kind, "bank"),
                   .account = enrolling_method_text(visit->arena, &plan->enrolment.method),
                   .backup = backup_words(planning),
                   .schedule = plan->enrolment.schedule,
                   .covered = covered_words(planning),
                   .largest_cents = plan->enrolment.largest_cents,
                   .first_on = plan->enrolment.next_on,
                   .notice_days = plan->notice_days,
                   .noticed_on = plan->enrolment.noticed_on,
                   .noticed_cents = plan->enrolment.noticed_cents});
    if (planning->before)
        result = enrolling_retries_add(planning, &plan->authorization);
    language_speak(spoken);
    return result;
}
