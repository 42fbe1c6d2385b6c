/*
 * program.h - the skeleton every FastCGI program runs in. A program's main.c is a table of
 * contents: its routes, its templates, its statements, and program_run().
 *
 * Everything that can fail, fails at start: settings, database, statements, templates, gateway.
 * Then one request at a time: read within limits, route, guard, session, access, form, handler.
 */
#ifndef REMIT_PROGRAM_PROGRAM_H
#define REMIT_PROGRAM_PROGRAM_H

#include "common/db/db.h"
#include "common/http/form.h"
#include "common/http/request.h"
#include "common/program/settings.h"

struct visit;
struct running;
struct pages;
struct clock;
struct gateway;
struct printer;
struct raw_route;

/* Who may come here. No route has a default. */
enum access {
    ACCESS_PUBLIC,  /* anybody, signed in or not */
    ACCESS_SESSION, /* anybody signed in */
    ACCESS_BILLING, /* security level with "can view Financial Reports and Invoices" */
    ACCESS_AUTOPAY  /* that, and one that may manage the account's autopay */
};

/* RESULT_OK: the response is ready. Anything else becomes an error page: NOT_FOUND 404, FORBIDDEN
 * 403, CONFLICT 409, INVALID 400, UNAVAILABLE 503, the rest 500. */
typedef enum result (*handler)(struct visit *visit);

struct route {
    enum request_method method;
    const char *path; /* below the base path; a segment ":name" takes any one segment */
    enum access access;
    const struct form *form; /* the fields it takes: the body's for POST, the query's for GET */
    handler handle;
};

/* A program has routes, or raw routes (raw.h). */
struct program {
    const char *name;
    const struct route *routes;
    size_t route_count;
    const struct raw_route *raw_routes;
    size_t raw_route_count;
    const struct statement *const *statements;
    size_t statement_count;
    const char *const *pages; /* NULL at the end; shared/error is added */
    /* Opens and closes what only some programs need (a gateway); may be NULL. Hooks, so that a
     * program that has none is not even linked with libcurl. */
    enum result (*open)(struct running *running);
    void (*close)(struct running *running);
};

/* What lives as long as the process. */
struct running {
    const struct program *program;
    struct settings settings;
    struct arena *arena;
    struct db *db;
    struct pages *pages;
    struct gateway *gateway; /* of programs that opened one */
    struct printer *printer; /* the same */
    struct clock *clock;
};

/*
 * Options: --settings FILE (whole path, required), --check (do everything that can fail, say so,
 * exit), --now INSTANT, --help. Exit: 0 stopped or checked, 1 cannot run, 2 usage.
 */
int program_run(const struct program *program, int argc, char **argv);

#endif
