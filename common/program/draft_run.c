/* draft_run.c - a run: claims while there is room, sends, records what came back. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/gateway/gateway_many.h"
#include "common/program/drafting.h"
#include "common/program/stop.h"

enum {
    BATCH_MAX = 50,
    RECORD_ROWS_MAX = 100, /* allocations whose outcomes are written in one transaction */
    RETRY_PASSES = 3,
    AWAY_AFTER = 20, /* sales in a row of which no byte left */
    WAIT_MS = 500,
    PAUSE_FIRST_MS = 500,
    PAUSE_MAX_MS = 30000,
    ARENA_BYTES = 64 * 1024,
    FILES_EACH = 3,
    FILES_MORE = 64
};

/* One attempt on its way; in its claim's arena, as the claim is. */
struct flight {
    struct draft_claim *claim;
    struct charge_outcome outcome;
    struct draft_moved moved;
    struct flight *next; /* of those that ended */
};

struct run {
    struct running *running;
    const struct draft_options *options;
    struct draft_summary *summary;
    struct gateway_many *many;
    struct draft_cursor cursor;
    struct draft_claim *queue[BATCH_MAX]; /* to be claimed */
    size_t queued;
    struct flight *ended, **ended_last;
    /* How many may be in flight: fewer after the gateway asked for it. */
    unsigned limit;
    unsigned good; /* answers since it changed */
    int64_t pause_ms, paused_until_ms;
    unsigned not_sent; /* in a row */
    int64_t at_once;   /* drafts whose next attempt is due at once */
    int64_t due, seen;
    bool is_over; /* no more claims */
    enum result result;
};

enum result draft_open(struct running *running) {
    rlim_t wanted = (rlim_t)running->settings.autopay.in_flight * FILES_EACH + FILES_MORE;
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < wanted) {
        files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    return charge_open(running);
}

static void tally(struct draft_tally *at, int64_t cents) {
    at->count++;
    at->cents += cents;
}

/* ---- pace ---- */

static void slow_down(struct run *run) {
    int64_t now_ms = clock_monotonic_ms();

    run->good = 0;
    /* Those that were on their way already say the same once more. */
    if (now_ms < run->paused_until_ms)
        return;
    run->limit = run->limit > 1 ? run->limit / 2 : 1;
    run->paused_until_ms = now_ms + run->pause_ms;
    run->pause_ms = run->pause_ms * 2 < PAUSE_MAX_MS ? run->pause_ms * 2 : PAUSE_MAX_MS;
    LOG(LOG_LEVEL_WARNING, "draft.slower", LOG_INT("in_flight", run->limit));
}

static void speed_up(struct run *run) {
    unsigned most = (unsigned)run->running->settings.autopay.in_flight;

    if (run->limit == most || ++run->good < run->limit)
        return;
    run->good = 0;
    run->pause_ms = PAUSE_FIRST_MS;
    run->limit = run->limit + most / 8 + 1 < most ? run->limit + most / 8 + 1 : most;
}

static void pace_learn(struct run *run, const struct gateway_answer *answer) {
    run->not_sent = answer->outcome == GATEWAY_NOT_SENT ? run->not_sent + 1 : 0;
    if (answer->slow_down)
        slow_down(run);
    else if (answer->outcome != GATEWAY_NOT_SENT)
        speed_up(run);
    if (run->not_sent == AWAY_AFTER) {
        LOG(LOG_LEVEL_ERROR, "draft.gateway_away", LOG_NONE);
        run->summary->is_away = run->is_over = true;
    }
}

/* ---- what came back ---- */

static void sale_ended(const struct gateway_answer *answer, void *context, void *user) {
    struct flight *flight = context;
    struct run *run = user;

    flight->outcome.answer = *answer;
    flight->next = NULL;
    *run->ended_last = flight;
    run->ended_last = &flight->next;
}

static void attempt_tally(struct draft_summary *summary, const struct flight *flight) {
    const struct gateway_answer *answer = &flight->outcome.answer;
    int64_t cents = flight->claim->amount_cents;

    switch (answer->outcome) {
    case GATEWAY_APPROVED:
        tally(&summary->drafted, cents);
        break;
    case GATEWAY_PENDING:
        tally(&summary->pending, cents);
        break;
    case GATEWAY_DECLINED:
        tally(answer->decline == DECLINE_SOFT       ? &summary->declined_soft
              : answer->decline == DECLINE_FIX_DATA ? &summary->declined_fix_data
                                                    : &summary->declined_hard,
              cents);
        break;
    case GATEWAY_REFUSED:
        tally(&summary->refused, cents);
        break;
    case GATEWAY_MISCONFIGURED:
        tally(&summary->misconfigured, cents);
        break;
    case GATEWAY_NOT_SENT:
        tally(&summary->not_charged, cents);
        break;
    case GATEWAY_UNKNOWN:
        tally(&summary->unknown, cents);
        break;
    }
}

static void flight_finish(struct run *run, struct flight *flight, enum charge_end end) {
    struct draft_summary *summary = run->summary;
    int64_t cents = flight->claim->amount_cents;

    attempt_tally(summary, flight);
    if (end == CHARGE_UNRECORDED)
        tally(&summary->unrecorded, cents);
    if (end == CHARGE_RECORDED && flight->moved.state == DRAFT_RETRY) {
        tally(&summary->retry, cents);
        run->at_once += flight->moved.reason == DRAFT_WITH_BACKUP;
    }
    if (end == CHARGE_RECORDED && flight->moved.state == DRAFT_FAILED)
        tally(&summary->failed, cents);
    if (flight->outcome.answer.outcome == GATEWAY_MISCONFIGURED && !summary->is_misconfigured) {
        LOG(LOG_LEVEL_ERROR, "draft.misconfigured",
            LOG_TEXT("reference", flight->outcome.reference));
        summary->is_misconfigured = run->is_over = true;
    }
    arena_free(flight->claim->arena);
}

static int by_account(const void *a, const void *b) {
    const struct charge_outcome *left = *(struct charge_outcome *const *)a;
    const struct charge_outcome *right = *(struct charge_outcome *const *)b;

    if (left->account_id != right->account_id)
        return left->account_id < right->account_id ? -1 : 1;
    return (left->payment_id > right->payment_id) - (left->payment_id < right->payment_id);
}

static void outcome_set(struct run *run, struct flight *flight) {
    struct charge_outcome *outcome = &flight->outcome;

    outcome->to = charge_state_of(outcome->answer.outcome);
    outcome->now = clock_now(run->running->clock);
    outcome->look_at = outcome->to == PAYMENT_UNKNOWN ? outcome->now + CHARGE_FIRST_LOOK_S : 0;
}

/* The flight that has this outcome inside. */
static struct flight *flight_of(struct charge_outcome *outcome) {
    return (struct flight *)((char *)outcome - offsetof(struct flight, outcome));
}

static void ended_record(struct run *run) {
    while (run->ended) {
        struct charge_outcome *list[BATCH_MAX] = {NULL};
        enum charge_end ends[BATCH_MAX];
        size_t count = 0, rows = 0;

        while (run->ended && count < (size_t)run->running->settings.autopay.batch &&
               (!count || rows + run->ended->claim->allocations <= RECORD_ROWS_MAX)) {
            struct flight *flight = run->ended;

            run->ended = flight->next;
            rows += flight->claim->allocations;
            pace_learn(run, &flight->outcome.answer);
            outcome_set(run, flight);
            list[count++] = &flight->outcome;
        }
        if (!run->ended)
            run->ended_last = &run->ended;
        qsort(list, count, sizeof *list, by_account);
        FAULT_POINT("draft.after_answer");
        charge_answers_record(run->running, list, count, ends);
        FAULT_POINT("draft.after_record");
        for (size_t at = 0; at < count; at++)
            flight_finish(run, flight_of(list[at]), ends[at]);
    }
}

/* ---- claims ---- */

static void flight_start(struct run *run, struct draft_claim *claim, int64_t claimed_ms) {
    struct running *running = run->running;
    struct flight *flight = arena_alloc(claim->arena, sizeof *flight);
    struct gateway_sale_ask ask;

    *flight = (struct flight){.claim = claim};
    flight->outcome = (struct charge_outcome){
        .account_id = claim->due.account_id,
        .payment_id = claim->payment_id,
        .user_id = claim->user_id,
        .method_id = claim->method_id,
        .reference = claim->reference,
        .amount_cents = claim->amount_cents,
        .token = claim->token,
        .from = PAYMENT_PROCESSING,
        .actor = "program:drafter",
        .draft_id = claim->draft_id,
        .draft_today = run->options->today,
        .retry = &running->settings.autopay.retry,
        .draft_moved = &flight->moved,
    };
    charge_sale(claim->arena, &claim->facts, claim->reference, claim->amount_cents, &ask);
    ask.initiator = INITIATED_BY_MERCHANT;
    ask.credential = CREDENTIAL_LATER;
    gateway_many_sale(run->many, claim->arena, &ask,
                      claimed_ms + running->settings.lease_s * 1000 / 2, flight);
}

void draft_row_tally(struct draft_summary *summary, enum draft_state state,
                     enum draft_reason reason, int64_t cents) {
    if (state == DRAFT_SKIPPED)
        tally(&summary->skipped, 0);
    else if (state == DRAFT_PERSON)
        tally(&summary->person, 0);
    else if (state == DRAFT_NOTHING)
        tally(reason == DRAFT_BELOW_SMALLEST ? &summary->below_smallest : &summary->nothing, cents);
    else if (reason == DRAFT_NEXT_DAY)
        tally(&summary->next_day, 0);
    else if (reason == DRAFT_CHANGED || reason == DRAFT_REPLACED)
        tally(&summary->changed, 0);
    else
        tally(&summary->unusable, cents);
}

static void claim_finish(struct run *run, struct draft_claim *claim, int64_t claimed_ms) {
    struct draft_summary *summary = run->summary;

    run->seen++;
    summary->merged.count += (int64_t)claim->merged;
    summary->next_day.count += claim->ended;
    if (claim->end == DRAFT_CLAIM_TAKEN) {
        tally(&summary->planned, claim->amount_cents);
        if (claim->due.draft_id)
            tally(&summary->retried, claim->amount_cents);
        flight_start(run, claim, claimed_ms);
        return;
    }
    if (claim->end == DRAFT_CLAIM_ROW)
        draft_row_tally(summary, claim->state, claim->reason, claim->amount_cents);
    else if (claim->end == DRAFT_CLAIM_WAIT)
        tally(&summary->waiting, claim->amount_cents);
    else if (claim->end == DRAFT_CLAIM_OFF)
        tally(&summary->turned_off, 0);
    else
        tally(claim->end == DRAFT_CLAIM_BUSY ? &summary->busy : &summary->lost, 0);
    arena_free(claim->arena);
}

static struct draft_claim *claim_new(const struct draft_due *due) {
    struct arena *arena = arena_new(GATEWAY_MANY_ARENA_BYTES);
    struct draft_claim *claim = arena_alloc(arena, sizeof *claim);

    claim->due = *due;
    claim->arena = arena;
    secret_random(claim->token, sizeof claim->token);
    secret_reference(claim->reference);
    return claim;
}

static int by_due(const void *a, const void *b) {
    const struct draft_due *left = &(*(struct draft_claim *const *)a)->due;
    const struct draft_due *right = &(*(struct draft_claim *const *)b)->due;

    if (left->account_id != right->account_id)
        return left->account_id < right->account_id ? -1 : 1;
    return (left->enrolment_id > right->enrolment_id) - (left->enrolment_id < right->enrolment_id);
}

static void queue_drop(struct run *run) {
    for (size_t at = 0; at < run->queued; at++)
        arena_free(run->queue[at]->arena);
    run->queued = 0;
}

static void run_fail(struct run *run, enum result result) {
    LOG(LOG_LEVEL_ERROR, "draft.database", LOG_TEXT("result", result_name(result)),
        LOG_TEXT("error", db_error(run->running->db)));
    run->result = result;
    run->is_over = true;
    queue_drop(run);
}

/* count: as many as there is room for. */
static void claim_some(struct run *run, size_t count) {
    size_t done = 0;

    while (run->queued < count) {
        const struct draft_due *due;
        enum result result = draft_cursor_next(&run->cursor, run->running->db, &due);

        if (result != RESULT_OK) {
            run_fail(run, result);
            return;
        }
        if (!due)
            break;
        run->queue[run->queued++] = claim_new(due);
    }
    if (!run->queued)
        return;
    qsort(run->queue, run->queued, sizeof *run->queue, by_due);
    /* Half of the lease is the sender's, from before the database began to count. */
    int64_t claimed_ms = clock_monotonic_ms();
    enum result result = draft_claims(run->running, run->queue,
                                      run->queued < count ? run->queued : count,
                                      run->options->today, &done);
    if (result != RESULT_OK) {
        run_fail(run, result);
        return;
    }
    FAULT_POINT("draft.after_claim");
    for (size_t at = 0; at < done; at++)
        claim_finish(run, run->queue[at], claimed_ms);
    run->queued -= done;
    memmove(run->queue, run->queue + done, run->queued * sizeof *run->queue);
}

/* ---- the loop ---- */

/* How many claims there is room for: several at once, or none yet. */
static size_t room(const struct run *run) {
    unsigned in_flight = gateway_many_in_flight(run->many);
    size_t batch = (size_t)run->running->settings.autopay.batch;
    size_t wanted = batch < run->limit / 4 + 1 ? batch : run->limit / 4 + 1;
    size_t is_free = run->limit > in_flight ? run->limit - in_flight : 0;

    if (run->is_over || clock_monotonic_ms() < run->paused_until_ms || is_free < wanted)
        return 0;
    return is_free < batch ? is_free : batch;
}

static void progress_tell(const struct run *run) {
    const struct draft_options *options = run->options;

    if (options->progress)
        options->progress(run->summary, run->seen, run->due, gateway_many_in_flight(run->many),
                          options->context);
}

/* true: there is more to do. */
static bool step(struct run *run) {
    if (!run->summary->is_stopped && stop_asked()) {
        run->summary->is_stopped = run->is_over = true;
        queue_drop(run);
    }
    size_t count = room(run);
    bool has_more = !run->is_over && (run->queued || !run->cursor.is_over ||
                                      run->cursor.at < run->cursor.page.count);

    if (count && has_more)
        claim_some(run, count);
    unsigned in_flight = gateway_many_in_flight(run->many);
    if (!in_flight && (!has_more || run->is_over))
        return false;
    bool goes_on = room(run) && has_more && !run->is_over;
    (void)gateway_many_wait(run->many, goes_on ? 0 : WAIT_MS,
                            run->summary->is_stopped ? -1 : stop_fd(), sale_ended, run);
    ended_record(run);
    progress_tell(run);
    return true;
}

static void pass(struct run *run, bool of_retries) {
    run->at_once = 0;
    draft_cursor_open(&run->cursor, of_retries, run->options->today);
    while (step(run))
        continue;
    queue_drop(run);
    draft_cursor_close(&run->cursor);
}

static enum result run_all(struct run *run) {
    struct arena *arena = arena_new(ARENA_BYTES);
    enum result result = run->options->progress ? draft_due_count(run->running->db, arena,
                                                                  run->options->today, &run->due)
                                                : RESULT_OK;

    arena_free(arena);
    if (result != RESULT_OK)
        return result;
    pass(run, false);
    /* Again as long as an attempt with a backup follows at once. */
    for (int again = 0; again < RETRY_PASSES && !run->is_over && (!again || run->at_once); again++)
        pass(run, true);
    return run->result;
}

enum result draft_run(struct running *running, const struct draft_options *options,
                      struct draft_summary *out_summary) {
    struct run run = {.running = running,
                      .options = options,
                      .summary = out_summary,
                      .limit = (unsigned)running->settings.autopay.in_flight,
                      .pause_ms = PAUSE_FIRST_MS,
                      .result = RESULT_OK};

    *out_summary = (struct draft_summary){0};
    if (options->is_dry)
        return draft_run_dry(running, options->today, out_summary);
    run.ended_last = &run.ended;
    run.many = gateway_many_open(running->gateway, run.limit);
    enum result result = run_all(&run);
    gateway_many_close(run.many);
    return result;
}
