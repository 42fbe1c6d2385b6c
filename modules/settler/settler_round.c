/* settler_round.c - what a round looks at, and in which order: what customers wait for comes first.
 */
#include "modules/settler/settler.h"

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/program/cards.h"
#include "common/program/queue_tend.h"
#include "common/program/reconcile.h"
#include "common/program/service.h"
#include "common/program/settle_event.h"
#include "common/program/settle_pending.h"
#include "common/program/settle_refund.h"
#include "common/program/vault.h"
#include "common/store/progress_store.h"

enum {
    REPORT_LEASE_S = 1800, /* of one reading of the report */
    REPORT_AGAIN_S = 300   /* after one that came to nothing */
};

static const char actor[] = "program:settler";
static const char report_name[] = "report";

struct round {
    struct running *running;
    int64_t now;
    bool is_away; /* the gateway did not answer: nothing more is asked in this round */
};

static bool goes_on(const struct round *round) {
    return !round->is_away && !service_should_stop();
}

/* ---- what the gateway told ---- */

static enum result events_round(struct round *round) {
    struct event_summary summary;
    enum result result = settle_events(round->running, &summary);

    if (summary.looked_at)
        LOG(LOG_LEVEL_INFO, "settle.events", LOG_INT("looked_at", summary.looked_at),
            LOG_INT("done", summary.done), LOG_INT("ignored", summary.ignored),
            LOG_INT("again", summary.again), LOG_INT("given_up", summary.given_up),
            LOG_INT("no_gateway", summary.is_away));
    round->is_away = summary.is_away;
    return result;
}

/* ---- payments and refunds ---- */

static void ends_log(const char *what, const struct settle_summary *summary) {
    if (summary->looked_at)
        LOG(LOG_LEVEL_INFO, what, LOG_INT("looked_at", summary->looked_at),
            LOG_INT("resolved", summary->ends[SETTLE_RESOLVED]),
            LOG_INT("unknown", summary->ends[SETTLE_UNKNOWN]),
            LOG_INT("queued", summary->ends[SETTLE_QUEUED]),
            LOG_INT("no_gateway", summary->ends[SETTLE_NO_GATEWAY]));
}

static enum result payments_round(struct round *round) {
    struct settle_summary summary;
    enum result result = settle_due(round->running, &summary);

    ends_log("settle.payments", &summary);
    round->is_away = summary.ends[SETTLE_NO_GATEWAY] > 0;
    return result;
}

static enum result refunds_round(struct round *round) {
    struct settle_summary summary;
    enum result result = settle_refunds_due(round->running, &summary);

    ends_log("settle.refunds", &summary);
    round->is_away = summary.ends[SETTLE_NO_GATEWAY] > 0;
    return result;
}

static enum result pending_round(struct round *round) {
    struct pending_summary summary;
    enum result result = settle_pending_due(round->running, &summary);

    if (summary.looked_at)
        LOG(LOG_LEVEL_INFO, "settle.pending", LOG_INT("looked_at", summary.looked_at),
            LOG_INT("settled", summary.settled), LOG_INT("returned", summary.returned),
            LOG_INT("voided", summary.voided), LOG_INT("queued", summary.queued),
            LOG_INT("no_gateway", summary.no_gateway));
    round->is_away = summary.no_gateway > 0;
    return result;
}

static enum result vault_round(struct round *round) {
    struct vault_summary summary;
    enum result result = vault_clean_all(round->running, &summary);

    if (summary.removed || summary.waiting)
        LOG(LOG_LEVEL_INFO, "settle.vault", LOG_INT("removed", summary.removed),
            LOG_INT("waiting", summary.waiting));
    return result;
}

/* One batch: of many that are due at once the rest comes in the next rounds. */
static enum result cards_round(struct round *round) {
    struct cards_summary summary;
    enum result result = cards_refresh(round->running, &summary);

    if (summary.read)
        LOG(LOG_LEVEL_INFO, "settle.cards", LOG_INT("read", summary.read),
            LOG_INT("updated", summary.updated), LOG_INT("lifted", summary.lifted),
            LOG_INT("gone", summary.gone), LOG_INT("no_gateway", summary.no_gateway));
    round->is_away = summary.no_gateway > 0;
    return result;
}

static enum result expire_round(struct round *round) {
    struct settle_summary summary = {0};
    enum result result = settle_expire(round->running, &summary);

    if (summary.expired)
        LOG(LOG_LEVEL_INFO, "settle.expired", LOG_INT("reviews", summary.expired));
    return result;
}

/* ---- the report ---- */

static enum result report_take_work(struct db *db, void *context) {
    const struct round *round = context;
    int64_t every_s = round->running->settings.settle.report_hours * 3600;

    return progress_take(db, report_name, round->now, round->now - every_s, REPORT_LEASE_S);
}

static enum result report_done_work(struct db *db, void *context) {
    const struct round *round = context;

    return progress_over(db, report_name, round->is_away ? 0 : round->now, REPORT_AGAIN_S);
}

static enum result report_round(struct round *round) {
    struct db *db = round->running->db;
    struct reconcile_summary summary;
    struct cards_news cards = {0};
    enum result result = db_transaction(db, report_take_work, round);

    if (result == RESULT_CONFLICT)
        return RESULT_OK;
    /* Taken or not: without an answer to the COMMIT the lease lets it go. */
    if (result != RESULT_OK)
        return result == RESULT_UNCERTAIN ? RESULT_OK : result;
    result = reconcile_report(round->running, NULL, NULL, &summary);
    if (result != RESULT_OK)
        return result;
    round->is_away = summary.no_gateway > 0;
    if (!round->is_away)
        result = cards_report(round->running, &cards);
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "settle.report", LOG_INT("read", summary.read),
        LOG_INT("recorded", summary.ends[RECONCILE_RECORDED]),
        LOG_INT("waiting", summary.ends[RECONCILE_WAITING]),
        LOG_INT("queued", summary.ends[RECONCILE_QUEUED]),
        LOG_INT("foreign", summary.ends[RECONCILE_FOREIGN]),
        LOG_INT("failed", summary.ends[RECONCILE_FAILED]), LOG_INT("cards", cards.told),
        LOG_INT("no_gateway", summary.no_gateway));
    result = db_transaction(db, report_done_work, round);
    return result == RESULT_UNCERTAIN ? RESULT_OK : result;
}

static enum result queue_round(struct round *round) {
    struct queue_summary summary;
    enum result result = queue_tend(round->running, actor, true, &summary);

    if (result == RESULT_OK && (summary.cleared || summary.told_up_to))
        LOG(LOG_LEVEL_INFO, "settle.queue", LOG_INT("cleared", (int64_t)summary.cleared),
            LOG_INT("told_up_to", summary.told_up_to));
    return result;
}

/* ---- all of it ---- */

enum result settler_round(struct running *running) {
    static enum result (*const asking[])(struct round *) = {
        events_round, payments_round, refunds_round, pending_round,
        report_round, vault_round,    cards_round};
    struct round round = {.running = running, .now = clock_now(running->clock)};
    enum result result = RESULT_OK;

    for (size_t at = 0; result == RESULT_OK && at < sizeof asking / sizeof *asking; at++)
        if (goes_on(&round))
            result = asking[at](&round);
    if (result == RESULT_OK)
        result = expire_round(&round);
    return result == RESULT_OK ? queue_round(&round) : result;
}
