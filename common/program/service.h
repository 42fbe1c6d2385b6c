/*
 * service.h - the skeleton of a program that works by itself: no requests, no socket, any number of
 * processes at once.
 *
 * As with program.h, everything that can fail, fails at start. Then rounds: each does what is due
 * now and asks between two pieces of work whether it should stop; between rounds the process waits.
 * SIGTERM and SIGINT end a wait at once, and never a piece of work. Knows no table and no work.
 */
#ifndef REMIT_PROGRAM_SERVICE_H
#define REMIT_PROGRAM_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/program/program.h"

struct service {
    struct program program; /* name, statements, pages (may be NULL) and hooks; no routes */
    const char *about;      /* one line for --help */

    /* Does what is due and returns; what it cannot do it logs itself.
     * RESULT_OK; anything else: this round came to nothing, the next one may do better. */
    enum result (*round)(struct running *running);

    /* How long to wait between two rounds. */
    int64_t (*pause_ms)(const struct running *running);
};

/* A signal asked for the end: take up no more work. Stays true. */
bool service_should_stop(void);

/* Waits for at most timeout_ms, or until the end is asked for. */
void service_wait(int64_t timeout_ms);

/*
 * main() of a service. Options: --settings FILE (whole path, required), --check (do everything that
 * can fail, say so, exit), --once (one round, then exit), --now INSTANT, --help. Exit: 0 stopped,
 * checked, or the one round went well; 1 cannot run, or it did not; 2 usage.
 */
int service_run(const struct service *service, int argc, char **argv);

#endif
