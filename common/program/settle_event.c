#include "common/program/settle_event.h"

#include <stdio.h>

#include "common/billing/look_delay.h"
#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/gateway_event.h"
#include "common/program/cards.h"
#include "common/program/reconcile.h"
#include "common/program/service.h"
#include "common/program/settle.h"

enum {
    BATCH = 32,
    ARENA_BYTES = 64 * 1024 * 1024,
    LOOKS_MAX = 6, /* 1, 5, 15 minutes, an hour, a day and another */
    OUTCOME_SIZE = 120
};

enum verdict { VERDICT_DONE, VERDICT_IGNORED, VERDICT_AGAIN, VERDICT_AWAY, VERDICT_FAILED };

struct eventing {
    struct running *running;
    struct arena *arena;
    const struct webhook_waiting *waiting;
    struct gateway_event event;
    struct event_summary *summary;
    int64_t now;
    bool *is_report_read; /* in this batch: one reading answers all that came before it */
    enum verdict verdict;
    char outcome[OUTCOME_SIZE];
};

static enum verdict decide(struct eventing *eventing, enum verdict verdict, const char *outcome) {
    snprintf(eventing->outcome, sizeof eventing->outcome, "%s", outcome);
    return verdict;
}

/* ---- what it says ---- */

static enum verdict report_look(struct eventing *eventing) {
    struct reconcile_summary summary;

    if (*eventing->is_report_read)
        return decide(eventing, VERDICT_DONE, "the report was read");
    if (reconcile_report(eventing->running, NULL, NULL, &summary) != RESULT_OK)
        return VERDICT_FAILED;
    if (summary.no_gateway)
        return VERDICT_AWAY;
    *eventing->is_report_read = true;
    return decide(eventing, VERDICT_DONE, "the report was read");
}

/* Its amount is never booked; but whoever sends wrong ones should be seen. */
static void amount_compare(const struct eventing *eventing, int64_t amount_cents) {
    const struct gateway_event *event = &eventing->event;
    bool is_other = (event->amount_cents && event->amount_cents != amount_cents) ||
                    (*event->currency && !text_equal(event->currency, "USD"));

    if (event->kind == EVENT_SALE && is_other)
        LOG(LOG_LEVEL_WARNING, "event.other_amount", LOG_TEXT("event_id", event->id),
            LOG_TEXT("reference", event->order_id));
}

/* A sale that is in the books as money: nothing new, and no reason to ask for each of thousands. */
static bool is_known(struct eventing *eventing, const struct refund_payment *payment) {
    const struct gateway_event *event = &eventing->event;
    const struct refundable *figures = &payment->figures;

    return event->kind == EVENT_SALE && figures->amount_cents == event->amount_cents &&
           text_equal(payment->transaction_id, event->transaction_id) &&
           (payment_is_money(figures->state) || figures->state == PAYMENT_PENDING);
}

static enum verdict open_look(struct eventing *eventing) {
    enum settle_end end = SETTLE_UNKNOWN;
    enum payment_state state = PAYMENT_UNKNOWN;
    enum result result = settle_reference(eventing->running, eventing->event.order_id, &end,
                                          &state);

    if (result == RESULT_NOT_FOUND)
        return decide(eventing, VERDICT_AGAIN, "it changed meanwhile");
    if (result != RESULT_OK)
        return VERDICT_FAILED;
    if (end == SETTLE_NO_GATEWAY)
        return VERDICT_AWAY;
    if (end == SETTLE_IN_FLIGHT || (end == SETTLE_UNKNOWN && payment_is_open(state)))
        return decide(eventing, VERDICT_AGAIN, settle_end_name(end));
    /* The bank has it still: of what it accepted that is no wonder, of a settlement it is. */
    if (end == SETTLE_UNKNOWN && eventing->event.kind != EVENT_SALE)
        return decide(eventing, VERDICT_AGAIN, "the gateway does not show it yet");
    return decide(eventing, VERDICT_DONE, payment_state_name(state));
}

static enum verdict closed_look(struct eventing *eventing) {
    enum reconcile_end end = RECONCILE_FAILED;

    if (reconcile_reference(eventing->running, eventing->event.order_id, NULL, NULL, &end) !=
        RESULT_OK)
        return VERDICT_FAILED;
    switch (end) {
    case RECONCILE_SAME:
    case RECONCILE_RECORDED:
    case RECONCILE_QUEUED:
        return decide(eventing, VERDICT_DONE, reconcile_end_name(end));
    case RECONCILE_FOREIGN:
        return decide(eventing, VERDICT_IGNORED, "no payment of ours");
    default:
        break;
    }
    return decide(eventing, VERDICT_AGAIN, reconcile_end_name(end));
}

static enum verdict transaction_look(struct eventing *eventing) {
    struct refund_payment payment;
    enum payment_state state;

    /* Money may have been sent back in the gateway's own pages, without an order. */
    if (!*eventing->event.order_id)
        return report_look(eventing);
    enum result result = refund_payment(eventing->running->db, eventing->arena,
                                        eventing->event.order_id, &payment);
    if (result == RESULT_NOT_FOUND)
        return decide(eventing, VERDICT_IGNORED, "no payment of ours");
    if (result != RESULT_OK)
        return VERDICT_FAILED;
    amount_compare(eventing, payment.figures.amount_cents);
    state = payment.figures.state;
    if (is_known(eventing, &payment))
        return decide(eventing, VERDICT_DONE, "known");
    return payment_is_open(state) || state == PAYMENT_PENDING ? open_look(eventing)
                                                              : closed_look(eventing);
}

static enum card_word word_of(enum gateway_event_kind kind) {
    return kind == EVENT_CARD_CLOSED    ? CARD_CLOSED
           : kind == EVENT_CARD_CONTACT ? CARD_CONTACT
                                        : CARD_UPDATED;
}

/* Taken up again, those that were read already have nothing new. */
static enum verdict cards_look(struct eventing *eventing) {
    const struct gateway_event *event = &eventing->event;
    size_t changed = 0;

    for (size_t at = 0; at < event->vault_count; at++) {
        enum card_end end = CARD_SAME;

        if (card_read(eventing->running, event->vault_ids[at], word_of(event->kind), &end) !=
            RESULT_OK)
            return VERDICT_FAILED;
        /* An entry whose answer nobody can read would else be asked for ever: its looks count. */
        if (end == CARD_WAITING)
            return decide(eventing, VERDICT_AGAIN, "the vault did not tell");
        changed += end != CARD_SAME;
    }
    return changed ? decide(eventing, VERDICT_DONE, "cards changed")
                   : decide(eventing, VERDICT_IGNORED, "no card of ours, or nothing new");
}

static enum verdict event_look(struct eventing *eventing) {
    const struct webhook_waiting *waiting = eventing->waiting;

    if (!waiting->body || !text_equal(waiting->gateway, gateway_name(eventing->running->gateway)) ||
        gateway_event_read(waiting->gateway, eventing->arena, waiting->body, waiting->length,
                           &eventing->event) != RESULT_OK)
        return decide(eventing, VERDICT_IGNORED, "not an event of this gateway");
    switch (eventing->event.kind) {
    case EVENT_SALE:
    case EVENT_TRANSACTION:
        return transaction_look(eventing);
    case EVENT_REPORT:
        return report_look(eventing);
    case EVENT_CARD_UPDATED:
    case EVENT_CARD_CLOSED:
    case EVENT_CARD_CONTACT:
        return cards_look(eventing);
    case EVENT_OTHER:
        break;
    }
    return decide(eventing, VERDICT_IGNORED, "nothing that concerns us");
}

/* ---- writing ---- */

static enum result take_work(struct db *db, void *context) {
    const struct eventing *eventing = context;

    return webhook_take(db, eventing->waiting->id, eventing->waiting->look_at,
                        eventing->now + SETTLE_TAKE_S);
}

static enum result over_work(struct db *db, void *context) {
    const struct eventing *eventing = context;
    const struct webhook_waiting *waiting = eventing->waiting;
    const char *state = eventing->verdict == VERDICT_DONE      ? "done"
                        : eventing->verdict == VERDICT_IGNORED ? "ignored"
                                                               : "given_up";

    if (eventing->verdict == VERDICT_AGAIN && waiting->looks + 1 < LOOKS_MAX)
        return webhook_again(db, waiting->id, eventing->now + look_delay_s(waiting->looks),
                             eventing->outcome);
    return webhook_over(db, waiting->id, state, eventing->outcome, eventing->now);
}

/* The look that came to nothing does not count. */
static enum result soon_work(struct db *db, void *context) {
    const struct eventing *eventing = context;

    return webhook_take(db, eventing->waiting->id, eventing->now + SETTLE_TAKE_S,
                        eventing->now + SETTLE_RETRY_S);
}

static void event_count(const struct eventing *eventing) {
    struct event_summary *summary = eventing->summary;
    bool is_over = eventing->waiting->looks + 1 >= LOOKS_MAX;

    summary->looked_at++;
    summary->done += eventing->verdict == VERDICT_DONE;
    summary->ignored += eventing->verdict == VERDICT_IGNORED;
    summary->again += eventing->verdict == VERDICT_AGAIN && !is_over;
    summary->given_up += eventing->verdict == VERDICT_AGAIN && is_over;
    summary->is_away = eventing->verdict == VERDICT_AWAY;
}

static enum result event_settle(struct eventing *eventing) {
    struct db *db = eventing->running->db;
    enum result result = db_transaction(db, take_work, eventing);

    if (result != RESULT_OK)
        return result == RESULT_CONFLICT || result == RESULT_UNCERTAIN ? RESULT_OK : result;
    eventing->verdict = event_look(eventing);
    event_count(eventing);
    FAULT_POINT("event.before_over");
    if (eventing->verdict == VERDICT_FAILED)
        return RESULT_UNAVAILABLE;
    result = db_transaction(db, eventing->verdict == VERDICT_AWAY ? soon_work : over_work,
                            eventing);
    /* At worst it is looked at once more. */
    return result == RESULT_CONFLICT || result == RESULT_UNCERTAIN ? RESULT_OK : result;
}

/* ---- all of them ---- */

static enum result batch_settle(struct running *running, struct event_summary *summary) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct webhooks_waiting due;
    bool is_report_read = false;
    enum result result = webhook_due(running->db, arena, clock_now(running->clock), BATCH, &due);

    for (size_t at = 0; result == RESULT_OK && at < due.count; at++) {
        struct arena *one = arena_new(ARENA_BYTES);
        struct eventing eventing = {.running = running,
                                    .arena = one,
                                    .waiting = &due.list[at],
                                    .summary = summary,
                                    .now = clock_now(running->clock),
                                    .is_report_read = &is_report_read};

        result = event_settle(&eventing);
        arena_free(one);
        if (summary->is_away || service_should_stop())
            break;
    }
    if (result == RESULT_OK && due.count == BATCH && !summary->is_away && !service_should_stop())
        result = RESULT_RETRY;
    arena_free(arena);
    return result;
}

enum result settle_events(struct running *running, struct event_summary *out_summary) {
    enum result result;

    *out_summary = (struct event_summary){0};
    do
        result = batch_settle(running, out_summary);
    while (result == RESULT_RETRY);
    return result;
}
