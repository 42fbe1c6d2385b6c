/*
 * resolve.h - what a person decides of a thing that waits in the queue.
 *
 * A decision about money is recorded by the same conditional steps as an answer of the gateway, and
 * only while the doubt is there. The gateway is asked first: money that it says it has cannot be
 * decided away, and money that it does not have cannot be decided into the books. Of what it does
 * not know any more (a bank payment that it lost) the person's word counts, with a note.
 */
#ifndef REMIT_PROGRAM_RESOLVE_H
#define REMIT_PROGRAM_RESOLVE_H

#include "common/program/program.h"
#include "common/store/queue_store.h"

enum decision {
    DECISION_NOTED,        /* seen; nothing is done to the books */
    DECISION_CHARGED,      /* the money was taken: an unknown or pending payment becomes paid */
    DECISION_NOT_CHARGED,  /* it was not: an unknown payment's invoices can be paid again */
    DECISION_RETURNED,     /* its bank sent a pending payment back */
    DECISION_VOIDED,       /* a pending payment was cancelled at the gateway */
    DECISION_REFUNDED,     /* the money of an unknown refund or void went back */
    DECISION_NOT_REFUNDED, /* it did not */
    DECISION_COUNT
};

/* "not_charged" */
const char *decision_name(enum decision decision);
/* RESULT_INVALID: no such decision. */
MUST_CHECK enum result decision_parse(const char *name, enum decision *out_decision);
/* Whether an item of this kind can be decided so while its doubt is there. */
bool decision_fits(const char *kind, enum decision decision);

struct resolve_ask {
    int64_t item_id;
    enum decision decision;
    const char *transaction_id; /* the gateway's, where there are several; "": the only one */
    const char *code;           /* RETURNED: the bank's, as in "R01"; "": not known */
    const char *note;           /* why; may be "" where the gateway agrees */
    const char *actor;          /* "operator:ana" */
    int64_t now;
};

enum resolve_end {
    RESOLVE_DONE,
    RESOLVE_NO_ITEM, /* there is none */
    RESOLVE_CLOSED,  /* it was decided, or became clear, before: out->item */
    RESOLVE_CLEAR,   /* its doubt is over by itself: only DECISION_NOTED is left */
    RESOLVE_WRONG,   /* it cannot be decided so */
    RESOLVE_DOUBTED, /* DECISION_NOTED, and what it is about is still not known */
    RESOLVE_SENDING, /* it may be on its way this moment */
    RESOLVE_NOTE,    /* a note is required: the gateway knows nothing of it, or is not understood */
    RESOLVE_DISAGREES,  /* the gateway says otherwise: out->why */
    RESOLVE_NO_GATEWAY, /* it did not answer; nothing was done */
    RESOLVE_UNFIT,      /* the books do not take it, or somebody was faster: look again */
    RESOLVE_UNAVAILABLE /* the database: out->result */
};

struct resolve_told {
    struct queue_entry item; /* as it was before */
    const char *why;
    enum result result;
};

/* Needs an open gateway for the decisions it is asked about. Texts of out_told live in arena. */
enum resolve_end resolve(struct running *running, struct arena *arena,
                         const struct resolve_ask *ask, struct resolve_told *out_told);

#define RESOLVE_STATEMENTS &queue_find_sql, &queue_close_sql

#endif
