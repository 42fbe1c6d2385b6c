/*
 * raw.h - the skeleton of a program that takes raw bytes from another machine, and answers with a
 * status. It starts, ends, logs and renews itself as those with pages do (program.h); what is for
 * people is not there: no forms, cookies, sessions, languages, templates. So nobody is known here:
 * a handler trusts what is signed, and nothing else.
 */
#ifndef REMIT_PROGRAM_RAW_H
#define REMIT_PROGRAM_RAW_H

#include "common/http/request.h"
#include "common/program/program.h"

/* One request. */
struct raw_visit {
    struct running *running;
    struct arena *arena;
    struct request request; /* id, path, method, address, raw */
    const struct request_source *source;
    int64_t now;
};

/* RESULT_OK: 200. Anything else becomes a status: INVALID 400, FORBIDDEN 403, NOT_FOUND 404,
 * CONFLICT 409, UNAVAILABLE, RETRY and UNCERTAIN 503 ("send it again"), FAILED 500; the last four
 * are logged.
 */
typedef enum result (*raw_handler)(struct raw_visit *visit);

struct raw_route {
    enum request_method method; /* METHOD_POST */
    const char *path;           /* below the base path */
    const char *type;           /* of the body: "application/json" */
    size_t body_max;            /* bytes; below what one request may hold in memory */
    raw_handler handle;
};

/* A FastCGI parameter's value, "" when there is none. */
const char *raw_param(const struct raw_visit *visit, const char *name);

/* As program_run(); program has raw routes and no others. */
int raw_run(const struct program *program, int argc, char **argv);

#endif
