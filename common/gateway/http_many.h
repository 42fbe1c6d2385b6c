/*
 * http_many.h - many HTTPS POSTs in flight at once, on one thread, through libcurl's multi
 * interface. What http_client.h promises holds for each: never sent twice, never elsewhere, only to
 * a verified certificate, on a connection of its own; HTTP_NOT_SENT only when no byte left.
 *
 * Nothing waits for another call's connection, so a call begins in the first wait after its post.
 * The program ignores SIGPIPE, and has room for three files a call (RLIMIT_NOFILE): a call without
 * one ends as HTTP_NOT_SENT.
 */
#ifndef REMIT_GATEWAY_HTTP_MANY_H
#define REMIT_GATEWAY_HTTP_MANY_H

#include <stdint.h>

#include "common/gateway/http_client.h"

enum { HTTP_MANY_MAX = 1024 };

struct http_many;

/* The call has ended and was let go: it, its arena and what context points to may be freed, and
 * further calls posted. */
typedef void (*http_many_each)(struct http_call *call, void *context, void *user);

/* limit: calls in flight, 1 .. HTTP_MANY_MAX; the rest as http_client_new(). Never NULL. */
struct http_many *http_many_new(unsigned limit, unsigned connect_timeout_ms, unsigned timeout_ms,
                                const char *ca_file);
/* With none in flight. Accepts NULL. */
void http_many_free(struct http_many *many);

/* Adds a call, below the limit. It, its body and arena are lent until each() has it. From
 * not_after_ms on (clock_monotonic_ms; INT64_MAX: never) its request does not begin any more, not
 * on a connection that stands either: HTTP_NOT_SENT. */
void http_many_post(struct http_many *many, struct arena *arena, struct http_call *call,
                    int64_t not_after_ms, void *context);

/* Runs what is in flight until a call ends, wake_fd (-1: none) can be read or timeout_ms have
 * passed, 0: what can be done without waiting. each() sees every call that has ended. With none in
 * flight it waits for wake_fd alone. Returns how many are in flight.
 *
 * An answer that has come but is not read before its timeout_ms are over is HTTP_LOST: do not stay
 * away for long. */
unsigned http_many_wait(struct http_many *many, unsigned timeout_ms, int wake_fd,
                        http_many_each each, void *user);

unsigned http_many_in_flight(const struct http_many *many);

#endif
