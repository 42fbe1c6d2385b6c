/*
 * request.h - one request, read whole and within limits before anybody looks at it.
 *
 * Comes from a source of parameters and bytes (FastCGI, or a test), so it knows no library. Names
 * and values are decoded once. Nothing here is trusted beyond its shape: valid UTF-8, no NUL, names
 * of letters, digits and '_'.
 */
#ifndef REMIT_HTTP_REQUEST_H
#define REMIT_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "common/core/arena.h"

enum {
    REQUEST_BODY_MAX = 64 * 1024,
    REQUEST_QUERY_MAX = 4 * 1024,
    REQUEST_PAIRS_MAX = 1600, /* three lists of 500 values and a form's other fields */
    REQUEST_NAME_MAX = 32,
    REQUEST_COOKIES_MAX = 40,
    REQUEST_PATH_MAX = 512,
    REQUEST_REMOTE_MAX = 254
};

enum request_method { METHOD_GET, METHOD_POST, METHOD_OTHER };

struct pair {
    const char *name, *value; /* value: UTF-8, no NUL */
};

struct pairs {
    struct pair *list;
    size_t count;
};

struct request {
    struct arena *arena;
    enum request_method method;
    bool is_head;     /* a GET whose body is not sent */
    const char *path; /* decoded and normalised by nginx (DOCUMENT_URI); "" when it is over the
                       * limit or not UTF-8 */
    struct pairs query, body, cookies;
    struct {
        const char *bytes;
        size_t length;
    } raw;                 /* of request_read_raw(): the body as it came */
    const char *id;        /* nginx's request id: 32 hex digits; made up when absent */
    const char *address;   /* REMOTE_ADDR as nginx saw it */
    const char *agent;     /* User-Agent, cut */
    const char *languages; /* Accept-Language, cut; "" when absent */
    const char *origin, *fetch_site, *referer; /* "" when absent */
    /* Who the provider's site says it is: REMOTE_USER, REMOTE_ACCOUNT, REMOTE_EMAIL, REMOTE_NAME,
     * which nginx sends with one location alone. "" when absent, or no plain text of at most
     * REQUEST_REMOTE_MAX bytes: cut, they would be somebody else's. */
    struct {
        const char *user, *account, *email, *name;
    } remote;
};

struct request_source {
    /* The FastCGI parameter's value, or NULL. */
    const char *(*param)(void *context, const char *name);
    /* Up to size bytes of the body; 0 at its end. */
    size_t (*read)(void *context, char *bytes, size_t size);
    void *context;
};

/* Fills request; texts live in arena. Returns 0, or the HTTP status that refuses it: 400 (broken
 * encoding, names, too many fields), 413 (body over the limit), 414 (query over it), 415 (a POST
 * that is not a form, or one in another charset). Path and id are set even then. */
int request_read(struct request *request, struct arena *arena, const struct request_source *source);

/* Fills id, path, method and address, and nothing else: what can be said of any request. */
void request_begin(struct request *request, struct arena *arena,
                   const struct request_source *source);

/* The body of one that request_begin() filled, as it came: up to limit bytes of the media type,
 * whatever parameters the type has. Returns 0, or the HTTP status that refuses it: 400 (it is not
 * as long as it says), 413, 415. */
int request_read_raw(struct request *request, const struct request_source *source, const char *type,
                     size_t limit);

/* The first value under name, or NULL. */
const char *pairs_find(const struct pairs *pairs, const char *name);

/* Whether a POST comes from our own pages: Origin equals ours; without one Sec-Fetch-Site says
 * same-origin; without both the Referer starts with ours. None of the three: no.
 * own_origin: "https://shop.example". */
bool request_is_same_origin(const struct request *request, const char *own_origin);

#endif
