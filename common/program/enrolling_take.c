/* enrolling_take.c - an enrolment is made or changed: others lose what it takes over, and what was
 * agreed to is kept. */
#include <stdio.h>

#include "common/core/text.h"
#include "common/program/enrolling_hands.h"
#include "common/store/event_store.h"
#include "common/store/user_store.h"

enum { KEY_SIZE = 80 };

/* Its user is told what is left to it. */
static enum result other_shrinks(struct db *db, const struct planning *planning,
                                 const struct enrolment *other) {
    const struct enrolment *own = &planning->plan->enrolment;
    int64_t now = planning->visit->now;
    char mail_key[KEY_SIZE];
    enum result result = RESULT_OK;

    for (size_t key = 0; key < other->cover_count && result == RESULT_OK; key++)
        if (cover_is_of(own, other->covers[key]))
            result = enrolment_cover_lose(db, own->account_id, other->id, other->covers[key]);
    snprintf(mail_key, sizeof mail_key, "autopay_on:%lld:left:%lld", (long long)other->id,
             (long long)now);
    return result == RESULT_OK ? outbox_add(db, mail_key, "autopay_on", own->account_id,
                                            other->user_id, other->id, now)
                               : result;
}

static enum result others_lose(struct db *db, struct planning *planning) {
    const struct enrolment *own = &planning->plan->enrolment;
    struct visit *visit = planning->visit;
    struct enrolling_off off = {visit->arena, own->account_id, "taken_over", visit->now};
    enum result result = RESULT_OK;

    for (size_t at = 0; at < planning->active.count && result == RESULT_OK; at++) {
        const struct enrolment *other = &planning->active.list[at];
        size_t lost = 0;

        for (size_t key = 0; other->id != own->id && key < other->cover_count; key++)
            lost += cover_is_of(own, other->covers[key]);
        if (lost && lost < other->cover_count)
            result = other_shrinks(db, planning, other);
        if (!lost || lost < other->cover_count)
            continue;
        result = enrolment_off(db, own->account_id, other->id, off.reason, off.now);
        if (result == RESULT_OK)
            result = ended_tell(db, &off, other);
    }
    return result;
}

/* What was agreed to, and the mail about it: one for each change. */
static enum result agreed_write(struct db *db, const struct planning *planning) {
    const struct enrolling *plan = planning->plan;
    const struct enrolment *enrolment = &plan->enrolment;
    struct visit *visit = planning->visit;
    char key[KEY_SIZE], actor[KEY_SIZE], subject[KEY_SIZE];
    int64_t consent_id = 0;
    enum result result = consent_add(db,
                                     &(struct consent){.account_id = enrolment->account_id,
                                                       .user_id = enrolment->user_id,
                                                       .method_id = enrolment->method_id,
                                                       .enrolment_id = enrolment->id,
                                                       .kind = "autopay",
                                                       .source = plan->authorization.source,
                                                       .text = plan->authorization.text,
                                                       .now = visit->now,
                                                       .address = visit->request.address,
                                                       .agent = visit->request.agent,
                                                       .request_id = visit->request.id},
                                     &consent_id);

    snprintf(key, sizeof key, "autopay_on:%lld:%lld", (long long)enrolment->id,
             (long long)consent_id);
    if (result == RESULT_OK)
        result = outbox_add(db, key, "autopay_on", enrolment->account_id, enrolment->user_id,
                            enrolment->id, visit->now);
    snprintf(key, sizeof key, "authorization:autopay:%lld", (long long)consent_id);
    if (result == RESULT_OK)
        result = outbox_add(db, key, "authorization", enrolment->account_id, enrolment->user_id,
                            consent_id, visit->now);
    snprintf(actor, sizeof actor, "user:%lld", (long long)enrolment->user_id);
    snprintf(subject, sizeof subject, "enrolment:%lld", (long long)enrolment->id);
    if (result != RESULT_OK)
        return result;
    return audit_add(db,
                     &(struct audit){.at = visit->now,
                                     .actor = actor,
                                     .action = plan->is_change ? "autopay.changed" : "autopay.on",
                                     .account_id = enrolment->account_id,
                                     .subject = subject,
                                     .address = visit->request.address,
                                     .request_id = visit->request.id});
}

static enum result planning_write(struct planning *planning) {
    struct enrolling *plan = planning->plan;
    struct enrolment *enrolment = &plan->enrolment;
    struct visit *visit = planning->visit;
    struct db *db = visit->running->db;
    struct hands before = hands_of(visit->arena, &planning->active);
    enum result result = others_lose(db, planning);

    if (result == RESULT_OK)
        result = hands_rejoin(db, &before, &planning->hands, &planning->after, &planning->invoices,
                              enrolment->id, visit->today);
    if (result == RESULT_OK)
        result = plan->is_change ? enrolment_change(db, enrolment, visit->now)
                                 : enrolment_add(db, enrolment, &enrolment->id);
    return result == RESULT_OK ? agreed_write(db, planning) : result;
}

enum result enrolling_take(struct visit *visit, const struct enrolling_ask *ask, const char *shown,
                           struct enrolling *out_plan) {
    struct planning planning = {.visit = visit, .ask = ask, .plan = out_plan};
    enum result result = planning_run(&planning);

    if (result != RESULT_OK || (out_plan->fault == ENROLLING_FINE && out_plan->is_same))
        return result;
    if (out_plan->fault != ENROLLING_FINE || !text_equal(shown, out_plan->shown))
        return RESULT_CONFLICT;
    return planning_write(&planning);
}
