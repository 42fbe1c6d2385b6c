/*
 * listening.h - how a program that answers requests runs, whatever it answers them with: pages
 * (program.h) or to raw bytes (raw.h). Not for programs' own use.
 */
#ifndef REMIT_PROGRAM_LISTENING_H
#define REMIT_PROGRAM_LISTENING_H

#include "common/http/fcgi.h"
#include "common/program/program.h"

/* All of it, from the options (program.h) to the exit status. answer fills the response to one
 * request; its context is the struct running. */
int listening_run(const struct program *program, fcgi_handler answer, int argc, char **argv);

#endif
