/*
 * response.h - one answer, built whole before a byte of it is sent.
 */
#ifndef REMIT_HTTP_RESPONSE_H
#define REMIT_HTTP_RESPONSE_H

#include <stdbool.h>

#include "common/core/arena.h"
#include "common/core/buffer.h"

enum { RESPONSE_BODY_MAX = 4 * 1024 * 1024 };

struct response {
    struct arena *arena;
    int status;
    struct buffer headers, body;
    void (*after)(void *context); /* NULL, or what to do once it was sent */
    void *after_context;
    bool is_last; /* the process ends after it: what it read must not stay in its memory */
};

/* Starts as 500 with no body: a handler earns its 200. */
void response_init(struct response *response, struct arena *arena);

/* A value with a byte below 0x20 is our mistake and ends the process: no answer is ever split. */
void response_header(struct response *response, const char *name, const char *value);

/* 303 to a path of ours. */
void response_redirect(struct response *response, const char *path);

/* Secure, HttpOnly, SameSite=Lax. max_age_s 0 takes the cookie away; -1: until the browser ends. */
void response_cookie(struct response *response, const char *name, const char *value,
                     const char *path, long max_age_s);

/* "Not Found" */
const char *response_reason(int status);

#endif
