/* draft_look.c - what a run would do, with nothing written: a dry run, a preview, and what a notice
 * tells. */
#include "common/core/clock.h"
#include "common/program/drafting.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

typedef void (*plan_seen)(const struct draft_due *due, const struct draft_plan *plan,
                          void *context);

static enum result walk(struct running *running, bool of_retries, struct date today, plan_seen each,
                        void *context) {
    struct draft_cursor cursor;
    const struct draft_due *due = NULL;
    int64_t now = clock_now(running->clock);

    draft_cursor_open(&cursor, of_retries, today);
    enum result result = draft_cursor_next(&cursor, running->db, &due);
    while (result == RESULT_OK && due) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct draft_plan *plan = arena_alloc(arena, sizeof *plan);

        result = draft_plan(running, running->db, arena, due, today, now, plan);
        if (result == RESULT_OK && plan->end != DRAFT_PLAN_LOST)
            each(due, plan, context);
        arena_free(arena);
        if (result == RESULT_OK)
            result = draft_cursor_next(&cursor, running->db, &due);
    }
    draft_cursor_close(&cursor);
    return result;
}

static enum result walk_all(struct running *running, struct date today, plan_seen each,
                            void *context) {
    enum result result = walk(running, false, today, each, context);

    return result == RESULT_OK ? walk(running, true, today, each, context) : result;
}

/* ---- a dry run ---- */

static void plan_tally(const struct draft_due *due, const struct draft_plan *plan, void *context) {
    struct draft_summary *summary = context;
    int64_t cents = plan->taking.amount_cents;

    (void)due;
    if (plan->end == DRAFT_PLAN_OFF) {
        summary->turned_off.count++;
        return;
    }
    if (plan->end == DRAFT_PLAN_WAIT) {
        summary->waiting.count++;
        summary->waiting.cents += cents;
        return;
    }
    summary->merged.count += (int64_t)plan->days.merged_count;
    if (plan->end == DRAFT_PLAN_ROW) {
        draft_row_tally(summary, plan->row.state, plan->row.reason, cents);
        return;
    }
    summary->planned.count++;
    summary->planned.cents += cents;
    summary->retried.count += plan->is_retry;
    summary->retried.cents += plan->is_retry ? cents : 0;
}

enum result draft_run_dry(struct running *running, struct date today,
                          struct draft_summary *out_summary) {
    return walk_all(running, today, plan_tally, out_summary);
}

/* ---- a preview ---- */

static struct draft_look look_of(const struct draft_due *due, const struct draft_plan *plan) {
    bool waits = plan->end == DRAFT_PLAN_WAIT,
         is_attempt = plan->end == DRAFT_PLAN_ATTEMPT || waits;

    return (struct draft_look){
        .account_id = due->account_id,
        .enrolment_id = due->enrolment_id,
        .is_retry = plan->is_retry,
        .draft_on = plan->row.draft_on,
        .state = is_attempt ? DRAFT_OPEN : plan->row.state,
        .reason = plan->row.reason,
        .is_off = plan->end == DRAFT_PLAN_OFF,
        .waits_until = waits ? plan->notice.on : (struct date){0},
        .amount_cents = is_attempt ? plan->taking.amount_cents : 0,
        .brand = is_attempt ? plan->method.facts.brand : "",
        .last_four = is_attempt ? plan->method.facts.last_four : "",
        .list = plan->taking.list,
        .numbers = plan->numbers,
        .count = is_attempt ? plan->taking.count : 0,
    };
}

struct looking {
    draft_looked each;
    void *context;
};

static void plan_look(const struct draft_due *due, const struct draft_plan *plan, void *context) {
    const struct looking *looking = context;
    const struct draft_look look = look_of(due, plan);

    looking->each(&look, looking->context);
}

enum result draft_preview(struct running *running, struct date today, draft_looked each,
                          void *context) {
    struct looking looking = {each, context};

    return walk_all(running, today, plan_look, &looking);
}

enum result draft_look_one(struct running *running, struct arena *arena, int64_t account_id,
                           int64_t enrolment_id, struct date today, int64_t now,
                           struct draft_look *out_look) {
    const struct draft_due due = {account_id, enrolment_id, 0};
    struct draft_plan *plan = arena_alloc(arena, sizeof *plan);
    enum result result = draft_plan(running, running->db, arena, &due, today, now, plan);

    if (result != RESULT_OK)
        return result;
    if (plan->end == DRAFT_PLAN_LOST)
        return RESULT_NOT_FOUND;
    *out_look = look_of(&due, plan);
    return RESULT_OK;
}
