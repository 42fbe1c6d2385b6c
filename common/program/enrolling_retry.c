/* enrolling_retry.c - what a change makes of drafts that wait to be tried again: said where the
 * change is agreed to, or they would come before the first day that is named there. */
#include "common/billing/retry_rule.h"
#include "common/core/words.h"
#include "common/program/enrolling_hands.h"

static const char *sentence(struct visit *visit, const struct enrolment *enrolment,
                            const struct enrolment_retry *retry) {
    struct arena *arena = visit->arena;
    const char *day = date_long(arena, retry->draft_on), *again = date_long(arena, retry->retry_on);

    if (retry_is_replaced(retry->draft_on, enrolment->began_on))
        return arena_format(
            arena, say("The draft of %s that did not go through is not tried again."), day);
    /* What is due then is drafted on that day instead. */
    if (enrolment->next_on.year && date_compare(retry->retry_on, enrolment->next_on) >= 0)
        return NULL;
    return arena_format(
        arena,
        retry->is_returned ? say("The debit of %s that was returned is presented to the same bank"
                                 " account again, on %s, for %s.")
                           : say("The draft of %s that did not go through is tried again on %s, and"
                                 " takes at most %s then."),
        day, again, visit_money(visit, retry->amount_cents));
}

enum result enrolling_retries_add(const struct planning *planning,
                                  struct authorization *authorization) {
    struct visit *visit = planning->visit;
    const struct enrolment *enrolment = &planning->plan->enrolment;
    struct enrolment_retry *list;
    size_t count;
    enum result result = enrolment_retries(visit->running->db, visit->arena, enrolment->account_id,
                                           enrolment->id, &list, &count);

    for (size_t at = 0; result == RESULT_OK && at < count; at++) {
        const char *text = sentence(visit, enrolment, &list[at]);

        if (text)
            authorization->text = arena_format(visit->arena, "%s\n\n%s", authorization->text, text);
    }
    if (result == RESULT_OK)
        consent_version(authorization->text, authorization->shown);
    return result;
}
