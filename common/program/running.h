/*
 * running.h - how the parts of a long-running program are opened, the same way for those that
 * answer requests (program.h) and those that work by themselves (service.h). Not for programs' own
 * use.
 */
#ifndef REMIT_PROGRAM_RUNNING_H
#define REMIT_PROGRAM_RUNNING_H

#include <stdbool.h>

#include "common/program/program.h"

struct running_options {
    const char *settings, *now; /* now NULL: not given */
    bool check;                 /* do everything that can fail, say so, exit */
    bool once;                  /* of services: one round */
    bool help;
};

/* --settings FILE (required unless --help), --now INSTANT, --check, --help; --once only where
 * out_options->once is set before. false: usage. */
bool running_options_read(struct running_options *out_options, int argc, char **argv);

/* No core of ours is ever written: one would hold keys and what a customer typed. */
void running_keep_private(void);

/* Settings, templates, database, and the program's own hook; running->program and running->clock
 * are set by the caller. What is wrong is logged. A database that is away stops the start only with
 * options->check. To be closed in either case. */
MUST_CHECK enum result running_open(struct running *running, const struct running_options *options);
void running_close(struct running *running);

#endif
