/*
 * queue_tend.h - keeps the queue of what waits for a person (queue_store.h) true: what became clear
 * by itself is closed, and the provider is told of what is new, once, by one mail for all of it.
 */
#ifndef REMIT_PROGRAM_QUEUE_TEND_H
#define REMIT_PROGRAM_QUEUE_TEND_H

#include "common/program/program.h"
#include "common/store/queue_store.h"

struct queue_summary {
    uint64_t cleared;
    int64_t told_up_to; /* the last item of which a mail was written; 0: none was */
};

/* actor: who closes. is_telling: write the mail as well. Any number of programs at once.
 * RESULT_UNAVAILABLE, RESULT_FAILED: the database. */
MUST_CHECK enum result queue_tend(struct running *running, const char *actor, bool is_telling,
                                  struct queue_summary *out_summary);

#endif
