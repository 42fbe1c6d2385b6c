#include "common/program/draft_follow.h"

#include <assert.h>
#include <stdio.h>

#include "common/program/drafting.h"
#include "common/program/enrolling.h"
#include "common/store/event_store.h"

enum { ARENA_BYTES = 16 * 1024 * 1024, KEY_SIZE = 64, TRIES_S = 30 * 24 * 3600 };

/* ---- what follows from an end ---- */

enum result draft_failed_tell(struct db *db, int64_t account_id, int64_t draft_id, int64_t user_id,
                              int64_t now) {
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "draft_failed:%lld", (long long)draft_id);
    return outbox_add(db, key, "draft_failed", account_id, user_id, draft_id, now);
}

/* Once for each draft, however often it is declined. */
static enum result put_off_tell(struct db *db, int64_t account_id, int64_t draft_id,
                                int64_t user_id, int64_t now) {
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "draft_put_off:%lld", (long long)draft_id);
    return outbox_add(db, key, "draft_failed", account_id, user_id, draft_id, now);
}

enum result draft_turn_off(struct db *db, int64_t account_id, int64_t enrolment_id,
                           const char *reason, int64_t now) {
    struct arena *arena = arena_new(ARENA_BYTES);
    const struct enrolling_off off = {arena, account_id, reason, now};
    enum result result = enrolling_end(db, &off, enrolment_id);

    arena_free(arena);
    /* Off already, by its user or with another draft. */
    return result == RESULT_CONFLICT ? RESULT_OK : result;
}

enum result draft_method_read(struct db *db, struct arena *arena, int64_t account_id,
                              int64_t user_id, int64_t method_id, struct date today, int64_t now,
                              struct draft_method *out_method) {
    struct charge_facts *facts = &out_method->facts;

    *out_method = (struct draft_method){.id = method_id};
    enum result result = charge_facts(db, arena, account_id, user_id, method_id, facts);
    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    if (result != RESULT_OK)
        return result;
    bool is_expired = facts->expires_on.year && date_compare(facts->expires_on, today) < 0;

    out_method->user_may = facts->user_may_autopay;
    out_method->rule.is_usable = facts->user_may_autopay && facts->method_usable &&
                                 !facts->method_is_new && facts->is_remembered && !is_expired;
    return facts->is_bank ? RESULT_OK
                          : draft_tries(db, arena, account_id, method_id, now - TRIES_S,
                                        &out_method->rule.tries);
}

/* ---- what follows from an attempt ---- */

struct following {
    struct arena *arena;
    const struct draft_fact *fact;
    struct date today;
    struct draft_row draft;
    struct draft_enrolment enrolment;
    struct draft_attempts attempts;
    struct draft_method own, backup;
    int64_t method_id; /* of the attempt */
    int number;
};

static enum result following_read(struct db *db, struct following *following) {
    const struct draft_fact *fact = following->fact;
    const struct draft_enrolment *enrolment = &following->enrolment;
    int64_t account_id = fact->account_id;
    enum result result = draft_find(db, following->arena, account_id, fact->draft_id,
                                    &following->draft);

    if (result == RESULT_OK)
        result = draft_enrolment(db, following->arena, account_id, following->draft.enrolment_id,
                                 &following->enrolment);
    if (result == RESULT_OK)
        result = draft_attempt(db, following->arena, account_id, fact->payment_id,
                               &following->method_id, &following->number);
    if (result == RESULT_OK)
        result = draft_attempts(db, following->arena, fact->draft_id, enrolment->method_id,
                                &following->attempts);
    if (result == RESULT_OK)
        result = draft_method_read(db, following->arena, account_id, enrolment->user_id,
                                   enrolment->method_id, following->today, fact->now,
                                   &following->own);
    if (result == RESULT_OK && enrolment->backup_method_id)
        result = draft_method_read(db, following->arena, account_id, enrolment->user_id,
                                   enrolment->backup_method_id, following->today, fact->now,
                                   &following->backup);
    return result;
}

static void following_decide(const struct following *following,
                             struct attempt_decision *out_decision) {
    const struct draft_fact *fact = following->fact;
    const struct draft_row *draft = &following->draft;
    const struct draft_enrolment *enrolment = &following->enrolment;
    struct attempt attempt = {
        .state = fact->state,
        .is_misconfigured = fact->is_misconfigured,
        .decline_class = fact->decline_class,
        .return_code = fact->return_code,
        .is_backup = draft->used_backup && following->method_id != enrolment->method_id,
        .used_backup = draft->used_backup,
        .first_refused = following->attempts.first_refused,
        .is_off = !enrolment->is_active,
        .declines = following->attempts.declines,
        .returns = following->attempts.returns,
        .first = following->own.rule,
        .backup = enrolment->backup_method_id ? &following->backup.rule : NULL,
        .draft_on = draft->draft_on,
        .today = following->today,
        .next_on = draft->later_on.year ? draft->later_on : enrolment->next_on,
    };

    attempt_decide(&attempt, fact->retry, out_decision);
}

/* Declined, and tried again on a later day: its user may mend it before. */
static bool is_put_off(const struct following *following, const struct attempt_decision *decision) {
    enum payment_state state = following->fact->state;

    return (state == PAYMENT_DECLINED || state == PAYMENT_FAILED) &&
           decision->state == DRAFT_RETRY && date_compare(decision->retry_on, following->today) > 0;
}

static enum result following_write(struct db *db, struct following *following,
                                   const struct attempt_decision *decision) {
    const struct draft_fact *fact = following->fact;
    const struct draft_enrolment *enrolment = &following->enrolment;
    enum draft_state from = following->draft.state;
    struct draft_row draft = following->draft;

    draft.state = decision->state;
    draft.reason = decision->reason;
    draft.retry_on = decision->state == DRAFT_RETRY ? decision->retry_on : (struct date){0};
    enum result result = draft_move(db, &draft, from, fact->now);
    if (result == RESULT_OK && draft.state == DRAFT_FAILED)
        result = draft_failed_tell(db, fact->account_id, draft.id, enrolment->user_id, fact->now);
    if (result == RESULT_OK && is_put_off(following, decision))
        result = put_off_tell(db, fact->account_id, draft.id, enrolment->user_id, fact->now);
    if (result == RESULT_OK && decision->turns_off)
        result = draft_turn_off(db, fact->account_id, enrolment->id, "returned", fact->now);
    return result;
}

static enum result follow(struct db *db, struct following *following, struct draft_moved *moved) {
    struct attempt_decision decision;
    enum result result = following_read(db, following);

    if (result != RESULT_OK)
        return result;
    *moved = (struct draft_moved){.state = following->draft.state,
                                  .reason = following->draft.reason,
                                  .retry_on = following->draft.retry_on};
    following_decide(following, &decision);
    moved->stops_run = decision.stops_run;
    /* Only its last attempt moves it, and what is over stays so. */
    if (following->number != following->draft.attempts ||
        !draft_may_move(following->draft.state, decision.state))
        return RESULT_OK;
    moved->state = decision.state;
    moved->reason = decision.reason;
    moved->retry_on = decision.retry_on;
    return following_write(db, following, &decision);
}

enum result draft_follow(struct db *db, const struct draft_fact *fact,
                         struct draft_moved *out_moved) {
    struct draft_moved unread = {0}, *moved = out_moved ? out_moved : &unread;
    struct following following = {
        .fact = fact, .today = fact->today.year ? fact->today : instant_date(fact->now)};

    *moved = (struct draft_moved){.state = DRAFT_OPEN};
    if (payment_is_open(fact->state))
        return RESULT_OK;
    if (payment_is_money(fact->state) || fact->state == PAYMENT_PENDING ||
        fact->state == PAYMENT_REFUNDED) {
        moved->state = DRAFT_TAKEN;
        return draft_taken(db, fact->account_id, fact->draft_id, fact->now);
    }
    assert(fact->retry);
    following.arena = arena_new(ARENA_BYTES);
    enum result result = follow(db, &following, moved);
    arena_free(following.arena);
    return result;
}
