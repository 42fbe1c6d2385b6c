/*
 * clock.h - business time, from one clock that can be set.
 *
 * Everything that is stored, shown or due takes its time from here, never from SQL and never from
 * time(). Leases are the exception: they use the database's clock (DESIGN: order of a charge).
 */
#ifndef REMIT_CORE_CLOCK_H
#define REMIT_CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/result.h"

struct clock {
    const char *file; /* reread at every call, so that running programs follow; may be NULL */
    int64_t fixed;    /* --now with an instant; 0: not fixed */
    bool is_shifted;  /* --now with a distance from real time */
    int64_t shift_s;
    int64_t floor_instant; /* the last good answer */
};

/* text: "YYYY-MM-DDTHH:MM:SSZ" (time stands still there), or "+N" / "-N" seconds from real time. */
MUST_CHECK enum result clock_set(struct clock *clock, const char *text);

/* Seconds since 1970 UTC. With a file: its first line, in the forms of clock_set(); a file that is
 * absent or empty means real time, and one that cannot be read right keeps the last good answer. */
int64_t clock_now(struct clock *clock);

/* For measuring and time-outs only: milliseconds that never go back. */
int64_t clock_monotonic_ms(void);

#endif
