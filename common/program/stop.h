/*
 * stop.h - SIGTERM and SIGINT as something that can be waited for: whoever works in rounds ends a
 * wait at once, and never a piece of work.
 */
#ifndef REMIT_PROGRAM_STOP_H
#define REMIT_PROGRAM_STOP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/result.h"

/* Blocks both signals, and ignores SIGPIPE. */
MUST_CHECK enum result stop_open(void);
void stop_close(void);

/* The end was asked for. Stays true. false before stop_open(). */
bool stop_asked(void);

/* Readable from then on; -1 before stop_open(). */
int stop_fd(void);

/* Waits for at most timeout_ms, or until the end is asked for. */
void stop_wait(int64_t timeout_ms);

#endif
