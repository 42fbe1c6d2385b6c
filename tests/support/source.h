/*
 * source.h - a request that comes from a test instead of from FastCGI.
 */
#ifndef REMIT_TESTS_SUPPORT_SOURCE_H
#define REMIT_TESTS_SUPPORT_SOURCE_H

#include <stddef.h>

#include "common/http/request.h"

enum { FAKE_PARAMS_MAX = 16 };

struct fake_request {
    const char *names[FAKE_PARAMS_MAX], *values[FAKE_PARAMS_MAX];
    size_t count;
    const char *body;
    size_t length, sent;
    size_t piece; /* the body arrives in pieces of at most this many bytes; 0: as it is asked for */
};

/* A GET of /billing/. */
void fake_init(struct fake_request *fake);
/* Texts are borrowed; a second value for a name replaces the first, NULL takes it away. */
void fake_param(struct fake_request *fake, const char *name, const char *value);
/* Makes it a POST of a form. */
void fake_body(struct fake_request *fake, const char *bytes, size_t length);

struct request_source fake_source(struct fake_request *fake);

#endif
