/*
 * gateway_many.h - many sales in flight, for one thread: the drafter's. Each is sent once, or not
 * at all, as gateway_sale() does, through the same driver, and ends in the same words and with the
 * same line in the log.
 */
#ifndef REMIT_GATEWAY_GATEWAY_MANY_H
#define REMIT_GATEWAY_GATEWAY_MANY_H

#include <stdint.h>

#include "common/gateway/gateway.h"
#include "common/gateway/http_many.h"

enum {
    GATEWAY_MANY_MAX = HTTP_MANY_MAX,
    GATEWAY_MANY_ARENA_BYTES = 4 * 1024 * 1024 /* a limit: the longest answer is read below it */
};

struct gateway_many;

/* How a sale ended; context is that of its gateway_many_sale(). Its arena may be freed, and further
 * sales added. */
typedef void (*gateway_many_each)(const struct gateway_answer *answer, void *context, void *user);

/* limit: sales in flight, 1 .. GATEWAY_MANY_MAX. gateway outlives it; its gateway_limit() does not
 * count here: every sale has the options' time-outs. Never NULL. */
struct gateway_many *gateway_many_open(const struct gateway *gateway, unsigned limit);
/* With none in flight. Accepts NULL. */
void gateway_many_close(struct gateway_many *many);

/* Adds a sale, below the limit; it begins in the next wait. ask is copied; its texts and arena are
 * lent until the answer: an arena for each sale, so that its memory goes with it. From not_after_ms
 * on (clock_monotonic_ms: the end of the caller's lease; INT64_MAX: never) it is not sent any more,
 * GATEWAY_NOT_SENT. One that was sent before may take timeout_ms from its begin: a lease holds for
 * longer than that. */
void gateway_many_sale(struct gateway_many *many, struct arena *arena,
                       const struct gateway_sale_ask *ask, int64_t not_after_ms, void *context);

/* Runs the sales until some have ended, wake_fd (-1: none; a signalfd, say) can be read or
 * timeout_ms have passed, and tells each that has ended. The caller looks at wake_fd itself, and
 * leaves it out from then on, for it would end every wait at once. With none in flight it waits
 * for wake_fd alone: a pause that a signal can end. Returns how many are in flight. Whoever stays
 * away for longer than timeout_ms of the options finds answers too late: GATEWAY_UNKNOWN. */
unsigned gateway_many_wait(struct gateway_many *many, unsigned timeout_ms, int wake_fd,
                           gateway_many_each each, void *user);

unsigned gateway_many_in_flight(const struct gateway_many *many);

#endif
