/*
 * http_client.h - one HTTPS POST and its answer, through libcurl (7.88). With http_many the
 * only user of libcurl's HTTP. Never retries, never follows a redirect, verifies certificates,
 * keeps no body, and opens a connection for every request: libcurl sends again by itself on one
 * that is reused.
 */
#ifndef REMIT_GATEWAY_HTTP_CLIENT_H
#define REMIT_GATEWAY_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/core/arena.h"
#include "common/core/buffer.h"
#include "common/core/result.h"

enum { HTTP_ANSWER_MAX = 4 * 1024 * 1024 };

enum http_end {
    HTTP_ANSWERED, /* a whole answer with a status */
    HTTP_NOT_SENT, /* resolve, connect or TLS failed: no byte of the request left */
    HTTP_LOST      /* anything else: it may have arrived */
};

struct http_call {
    /* The question. */
    const char *url;
    struct buffer body;        /* application/x-www-form-urlencoded; wiped once sent; a full one is
                                * not sent (HTTP_NOT_SENT) */
    size_t answer_limit_bytes; /* 0: HTTP_ANSWER_MAX; arena must hold more than twice of it */

    /* The answer. */
    enum http_end end;
    long status;
    struct buffer answer; /* more than the limit is HTTP_LOST */
    char failure[128];    /* libcurl's words, for the log; "" for HTTP_ANSWERED */
    long elapsed_ms;
};

struct http_client;

/* Time-outs above 0; timeout_ms holds for the whole exchange. ca_file: the only certificates to
 * trust; "": the system's; borrowed. Never NULL: without libcurl the process ends. */
struct http_client *http_client_new(unsigned connect_timeout_ms, unsigned timeout_ms,
                                    const char *ca_file);
void http_client_free(struct http_client *client);

/* For the calls from now on; timeout_ms above 0. */
void http_client_limit(struct http_client *client, unsigned timeout_ms);

/* Sends call->body to call->url once and fills the answer; texts live in arena. */
void http_client_post(struct http_client *client, struct arena *arena, struct http_call *call);

#endif
