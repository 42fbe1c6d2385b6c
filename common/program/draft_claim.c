/* draft_claim.c - step 1 of a charge (charge.h) for drafts: everything that a draft day decides, in
 * one transaction, of one account or several. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/drafting.h"
#include "common/store/event_store.h"
#include "common/store/method_store.h"
#include "common/store/payment_store.h"

enum {
    TRIES = 3,
    SCRATCH_BYTES = 64 * 1024 * 1024,
    KEY_SIZE = 64,
    DETAIL_SIZE = 128,
    ROWS_MAX = 300 /* of those before another one is begun: one writes at most 700 */
};

struct claiming {
    struct running *running;
    struct draft_claim *const *list;
    size_t count;
    struct date today;
    int64_t now;
    bool is_again; /* an earlier COMMIT of it may have happened */
    struct arena *scratch;
    size_t done; /* how many the transaction took up */
};

/* ---- what a draft writes ---- */

static enum result merged_write(struct db *db, const struct claiming *claiming,
                                const struct draft_plan *plan) {
    enum result result = RESULT_OK;

    for (size_t at = 0; at < plan->days.merged_count && result == RESULT_OK; at++) {
        const struct draft_row row = {.account_id = plan->enrolment.account_id,
                                      .enrolment_id = plan->enrolment.id,
                                      .draft_on = plan->days.merged[at],
                                      .state = DRAFT_MERGED};

        result = draft_add(db, &row, claiming->now, NULL);
        /* Drafted before it was changed to this schedule. */
        if (result == RESULT_CONFLICT)
            result = RESULT_OK;
    }
    return result;
}

static enum result plan_write(struct db *db, const struct draft_plan *plan) {
    enum result result = RESULT_OK;

    for (size_t at = 0; at < plan->count && result == RESULT_OK; at++)
        if (plan->invoices[at].plan_cents)
            result = split_plan_add(db, plan->enrolment.account_id, plan->enrolment.id,
                                    plan->row.draft_on, plan->invoices[at].id,
                                    plan->invoices[at].plan_cents);
    return result;
}

/* The next scheduled day came before they were paid. */
static enum result waiting_end(struct db *db, const struct claiming *claiming,
                               const struct draft_plan *plan) {
    const struct draft_enrolment *enrolment = &plan->enrolment;
    int64_t *ids;
    size_t count = 0;
    enum result result = enrolment->waiting
                             ? draft_waiting(db, claiming->scratch, enrolment->account_id,
                                             enrolment->id, &ids, &count)
                             : RESULT_OK;

    for (size_t at = 0; at < count && result == RESULT_OK; at++) {
        struct draft_row draft;

        result = draft_find(db, claiming->scratch, enrolment->account_id, ids[at], &draft);
        if (result != RESULT_OK)
            break;
        draft.state = DRAFT_FAILED;
        draft.reason = DRAFT_NEXT_DAY;
        draft.retry_on = (struct date){0};
        result = draft_move(db, &draft, DRAFT_RETRY, claiming->now);
        if (result == RESULT_OK)
            result = draft_failed_tell(db, enrolment->account_id, draft.id, enrolment->user_id,
                                       claiming->now);
    }
    return result;
}

static enum result person_queue(struct db *db, const struct claiming *claiming,
                                const struct draft_plan *plan, int64_t draft_id) {
    char key[KEY_SIZE], detail[DETAIL_SIZE], day[DATE_TEXT_SIZE];

    date_format(plan->row.draft_on, day);
    snprintf(key, sizeof key, "draft:%lld", (long long)draft_id);
    snprintf(detail, sizeof detail, "the draft of %s was missed for too long: nothing was charged",
             day);
    return queue_add(db, key, "late_draft", plan->enrolment.account_id, 0, detail, claiming->now);
}

/* The row of the draft; of a new one with what belongs to its day. RESULT_CONFLICT of a new one: it
 * was drafted on that day before. */
static enum result row_write(struct db *db, const struct claiming *claiming,
                             struct draft_plan *plan) {
    if (plan->is_retry)
        return draft_move(db, &plan->row, DRAFT_RETRY, claiming->now);
    enum result result = draft_add(db, &plan->row, claiming->now, &plan->row.id);
    if (result == RESULT_OK)
        result = merged_write(db, claiming, plan);
    if (result == RESULT_OK && plan->fixes_plan)
        result = plan_write(db, plan);
    return result == RESULT_OK ? waiting_end(db, claiming, plan) : result;
}

static enum result advance(struct db *db, const struct draft_plan *plan) {
    struct date skip_on = plan->enrolment.skip_on;

    if (!plan->next_on.year || date_compare(skip_on, plan->next_on) < 0)
        skip_on = (struct date){0};
    return enrolment_advance(db, &plan->enrolment, plan->next_on, skip_on);
}

/* ---- the attempt ---- */

static enum result payment_write(struct db *db, const struct claiming *claiming,
                                 const struct draft_plan *plan, struct draft_claim *claim) {
    const struct settings *settings = &claiming->running->settings;
    const struct charge_facts *facts = &plan->method.facts;
    struct method method = {.brand = facts->brand, .last_four = facts->last_four};
    int64_t timeout_s = settings->gateway.timeout_ms / 1000 + 1;
    const struct claim_new ask = {
        .claim = {.account_id = plan->enrolment.account_id,
                  .token = claim->token,
                  .lease_s = settings->lease_s,
                  .now = claiming->now,
                  .deadline_at = claiming->now + settings->lease_s + timeout_s,
                  .gateway = gateway_name(claiming->running->gateway),
                  .vault_id = facts->vault_id},
        .user_id = plan->enrolment.user_id,
        .method_id = plan->method.id,
        .draft_id = plan->row.id,
        .attempt = plan->row.attempts,
        .amount_cents = plan->taking.amount_cents,
        .reference = claim->reference,
        .kind = facts->is_bank ? "bank" : "card",
        .method_text = method_text(claiming->scratch, &method),
    };

    return payment_claim_new(db, &ask, &claim->payment_id);
}

static enum result attempt_write(struct db *db, const struct claiming *claiming,
                                 const struct draft_plan *plan, struct draft_claim *claim) {
    int64_t account_id = plan->enrolment.account_id;
    enum result result = payment_write(db, claiming, plan, claim);

    for (size_t at = 0; at < plan->taking.count && result == RESULT_OK; at++)
        result = payment_cover(db, account_id, claim->payment_id, &plan->taking.list[at]);
    FAULT_POINT("draft.inside_claim");
    if (result == RESULT_OK)
        result = invoices_take(db, account_id, claim->payment_id);
    if (result == RESULT_OK)
        result = account_move(db, account_id, 0, plan->taking.amount_cents);
    if (result != RESULT_OK)
        return result == RESULT_INVALID ? RESULT_CONFLICT : result;
    return payment_event_add(db, &(struct payment_event){.account_id = account_id,
                                                         .payment_id = claim->payment_id,
                                                         .at = claiming->now,
                                                         .from = "",
                                                         .to = PAYMENT_PROCESSING,
                                                         .actor = "program:drafter"});
}

/* ---- one of them ---- */

static void claim_keep(const struct draft_plan *plan, struct draft_claim *claim) {
    const struct charge_facts *facts = &plan->method.facts;

    claim->draft_id = plan->row.id;
    claim->state = plan->row.state;
    claim->reason = plan->row.reason;
    claim->merged = plan->days.merged_count;
    claim->ended = plan->is_retry ? 0 : plan->enrolment.waiting;
    claim->amount_cents = plan->taking.amount_cents;
    claim->allocations = plan->taking.count;
    claim->user_id = plan->enrolment.user_id;
    claim->method_id = plan->method.id;
    claim->facts = *facts;
    claim->facts.brand = claim->facts.last_four = claim->facts.gateway = "";
    if (plan->end != DRAFT_PLAN_ATTEMPT)
        return;
    claim->facts.vault_id = arena_text(claim->arena, facts->vault_id);
    claim->facts.initial_transaction_id = arena_text(claim->arena, facts->initial_transaction_id);
    claim->facts.email = arena_text(claim->arena, facts->email);
}

static enum result plan_apply(struct db *db, const struct claiming *claiming,
                              struct draft_plan *plan, struct draft_claim *claim) {
    bool is_attempt = plan->end == DRAFT_PLAN_ATTEMPT;
    enum result result;

    claim->end = is_attempt ? DRAFT_CLAIM_TAKEN : DRAFT_CLAIM_ROW;
    if (is_attempt) {
        plan->row.state = DRAFT_OPEN;
        plan->row.reason = DRAFT_NO_REASON;
        plan->row.retry_on = (struct date){0};
        plan->row.amount_cents = plan->taking.amount_cents;
        plan->row.attempts++;
        plan->row.used_backup = plan->row.used_backup || plan->with_backup;
    }
    result = row_write(db, claiming, plan);
    if (result == RESULT_CONFLICT && !plan->is_retry) {
        /* That day was drafted: what is due on it now waits for the next one; of due dates there
         * may be no other. */
        claim->end = DRAFT_CLAIM_LOST;
        if (!schedule_is_calendar(plan->enrolment.schedule))
            plan->next_on = schedule_join_due_day(plan->next_on, claiming->today, claiming->today);
        return advance(db, plan);
    }
    if (result == RESULT_OK && !plan->is_retry)
        result = advance(db, plan);
    if (result == RESULT_OK && plan->row.state == DRAFT_PERSON)
        result = person_queue(db, claiming, plan, plan->row.id);
    if (result == RESULT_OK && plan->row.state == DRAFT_FAILED)
        result = draft_failed_tell(db, plan->enrolment.account_id, plan->row.id,
                                   plan->enrolment.user_id, claiming->now);
    if (result == RESULT_OK && is_attempt)
        result = attempt_write(db, claiming, plan, claim);
    if (result == RESULT_OK)
        claim_keep(plan, claim);
    return result;
}

/* No row: the draft is that of a later day. */
static enum result plan_wait(struct db *db, const struct claiming *claiming,
                             const struct draft_plan *plan, struct draft_claim *claim) {
    claim->end = DRAFT_CLAIM_WAIT;
    claim->amount_cents = plan->taking.amount_cents;
    return plan->notice.end == NOTICE_TELLS ? draft_tell(db, &plan->enrolment, &plan->notice,
                                                         plan->taking.amount_cents, claiming->now)
                                            : advance(db, plan);
}

static enum result claim_one(struct db *db, const struct claiming *claiming,
                             struct draft_claim *claim, size_t *out_rows) {
    struct draft_plan *plan = arena_alloc(claiming->scratch, sizeof *plan);
    enum result result = account_move(db, claim->due.account_id, 0, 0);

    claim->end = DRAFT_CLAIM_LOST;
    claim->merged = 0;
    claim->ended = 0;
    if (result == RESULT_OK)
        result = draft_plan(claiming->running, db, claiming->scratch, &claim->due, claiming->today,
                            claiming->now, plan);
    if (result != RESULT_OK || plan->end == DRAFT_PLAN_LOST)
        return result;
    if (plan->end == DRAFT_PLAN_WAIT) {
        *out_rows += 3;
        return plan_wait(db, claiming, plan, claim);
    }
    *out_rows += 8 + 3 * plan->taking.count + plan->days.merged_count +
                 (plan->fixes_plan ? plan->count : 0);
    if (plan->end != DRAFT_PLAN_OFF)
        return plan_apply(db, claiming, plan, claim);
    claim->end = DRAFT_CLAIM_OFF;
    return draft_turn_off(db, plan->enrolment.account_id, plan->enrolment.id, "user",
                          claiming->now);
}

static enum result claims_work(struct db *db, void *context) {
    struct claiming *claiming = context;
    enum result result = RESULT_OK;
    size_t rows = 0;

    claiming->done = 0;
    for (size_t at = 0; at < claiming->count && result == RESULT_OK && rows < ROWS_MAX; at++) {
        result = claim_one(db, claiming, claiming->list[at], &rows);
        claiming->done++;
    }
    return result;
}

/* ---- all of them ---- */

/* Which attempts of an earlier try are ours: a COMMIT without an answer is all of them, or none. */
static enum result committed_find(struct claiming *claiming, bool *out_is) {
    enum result result = RESULT_OK;

    *out_is = false;
    for (size_t at = 0; at < claiming->done && result == RESULT_OK; at++) {
        struct draft_claim *claim = claiming->list[at];
        struct claim_state state;

        if (!claim->payment_id)
            continue;
        result = payment_claim_state(claiming->running->db, claiming->scratch,
                                     claim->due.account_id, claim->payment_id, claim->token,
                                     &state);
        claim->is_committed = result == RESULT_OK && state.is_mine &&
                              state.state == PAYMENT_PROCESSING;
        *out_is = *out_is || claim->is_committed;
        if (result == RESULT_NOT_FOUND)
            result = RESULT_OK;
    }
    return result;
}

/* An attempt that an earlier try committed after all finds itself in the way of the next one; what
 * that one did beside it is there only if it was committed too. */
static void committed_take(const struct claiming *claiming, enum result result) {
    for (size_t at = 0; at < claiming->done; at++) {
        struct draft_claim *claim = claiming->list[at];

        if (claim->is_committed)
            claim->end = DRAFT_CLAIM_TAKEN;
        else if (claim->end == DRAFT_CLAIM_TAKEN && result != RESULT_OK)
            claim->end = DRAFT_CLAIM_BUSY;
    }
}

static enum result claims_try(struct claiming *claiming) {
    enum result result = RESULT_UNCERTAIN;
    bool is_committed = false;

    for (int try = 0; try < TRIES; try++) {
        claiming->now = clock_now(claiming->running->clock);
        result = db_transaction(claiming->running->db, claims_work, claiming);
        if (result != RESULT_UNCERTAIN && !claiming->is_again)
            return result;
        claiming->is_again = true;
        if (committed_find(claiming, &is_committed) != RESULT_OK)
            return RESULT_UNAVAILABLE;
        if (is_committed)
            committed_take(claiming, result);
        if (is_committed || result != RESULT_UNCERTAIN)
            return is_committed ? RESULT_OK : result;
    }
    return RESULT_UNAVAILABLE;
}

static enum result claims_alone(struct running *running, struct draft_claim *const *list,
                                struct date today) {
    enum result result = RESULT_CONFLICT;

    for (int try = 0; try < TRIES && result == RESULT_CONFLICT; try++) {
        struct claiming claiming = {.running = running,
                                    .list = list,
                                    .count = 1,
                                    .today = today,
                                    .scratch = arena_new(SCRATCH_BYTES)};

        result = claims_try(&claiming);
        arena_free(claiming.scratch);
    }
    if (result != RESULT_CONFLICT)
        return result;
    list[0]->end = DRAFT_CLAIM_BUSY;
    LOG(LOG_LEVEL_WARNING, "draft.busy", LOG_INT("enrolment", list[0]->due.enrolment_id));
    return RESULT_OK;
}

enum result draft_claims(struct running *running, struct draft_claim *const *list, size_t count,
                         struct date today, size_t *out_done) {
    struct claiming claiming = {.running = running,
                                .list = list,
                                .count = count,
                                .today = today,
                                .scratch = arena_new(SCRATCH_BYTES)};

    assert(count > 0);
    FAULT_POINT("draft.before_claim");
    enum result result = claims_try(&claiming);
    arena_free(claiming.scratch);
    *out_done = claiming.done;
    if (result != RESULT_CONFLICT)
        return result;
    result = RESULT_OK;
    for (size_t at = 0; at < claiming.done && result == RESULT_OK; at++)
        result = claims_alone(running, &list[at], today);
    return result;
}
