/*
 * progress.h - how far long work is, on standard error: a bar where somebody watches, a line now
 * and then where nobody does, nothing for what is soon over.
 */
#ifndef REMIT_REMIT_PROGRESS_H
#define REMIT_REMIT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* "Checking invoices" */
    int64_t total;    /* 0: not known */
    bool counts;      /* done and total are things, not bytes: they are shown */
    int64_t begun_ms, shown_ms, begun_at;
    bool is_terminal, is_shown;
};

/* done: how far it is already. */
void progress_begin(struct progress *progress, const char *what, int64_t done, int64_t total,
                    bool counts);
/* Cheap: shows something at most a few times in a second. */
void progress_show(struct progress *progress, int64_t done);
/* Takes the bar away. */
void progress_end(struct progress *progress);

#endif
