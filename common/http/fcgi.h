/*
 * fcgi.h - serves FastCGI requests, one at a time, from the listening socket on descriptor 0. The
 * only user of libfcgi (2.4.2-2+deb12u1).
 *
 * SIGTERM and SIGINT: finish the request in hand, accept no other, return. The loop polls a
 * signalfd beside a non-blocking listening socket: handlers that interrupt accept() have a window
 * in which the signal is lost, and ppoll() starves under load.
 */
#ifndef REMIT_HTTP_FCGI_H
#define REMIT_HTTP_FCGI_H

#include "common/core/result.h"
#include "common/http/request.h"
#include "common/http/response.h"

/* Serves one request: fills response. */
typedef void (*fcgi_handler)(const struct request_source *source, struct arena *arena,
                             struct response *response, void *context);

/* Returns when told to stop or after limit_requests (0: none). Each request gets an arena of
 * arena_limit_bytes. RESULT_INVALID: descriptor 0 is no listening socket. */
MUST_CHECK enum result fcgi_serve(fcgi_handler handler, void *context, unsigned limit_requests,
                                  size_t arena_limit_bytes);

/* Blocks SIGTERM and SIGINT from here on, so that neither is lost before fcgi_serve() looks. */
void fcgi_block_signals(void);

#endif
