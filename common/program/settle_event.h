/*
 * settle_event.h - takes up what the gateway told by itself (webhook_store.h). An event only says
 * where to look: the gateway is asked, and what it says is recorded as it would have been without
 * the event, by the same conditional steps. So events may come twice, in any order, late, about
 * somebody else's transactions, or not at all.
 */
#ifndef REMIT_PROGRAM_SETTLE_EVENT_H
#define REMIT_PROGRAM_SETTLE_EVENT_H

#include "common/program/program.h"
#include "common/store/webhook_work_store.h"

struct event_summary {
    int64_t looked_at;
    int64_t done;     /* asked, and recorded or as it was */
    int64_t ignored;  /* nothing that concerns us */
    int64_t again;    /* the gateway does not show it yet, or it is being sent: looked at again */
    int64_t given_up; /* after days; the daily report does without it */
    bool is_away;     /* the gateway did not answer: they stay due */
};

/* Those that are due, each by one of the settlers that run, until none is left, the gateway is away
 * or the end is asked for. RESULT_UNAVAILABLE, RESULT_FAILED: the database. */
MUST_CHECK enum result settle_events(struct running *running, struct event_summary *out_summary);

#endif
