/*
 * visit.h - one request being answered: who asks, what they sent, what they will see.
 */
#ifndef REMIT_PROGRAM_VISIT_H
#define REMIT_PROGRAM_VISIT_H

#include "common/core/date.h"
#include "common/http/form.h"
#include "common/http/form_key.h"
#include "common/http/request.h"
#include "common/http/response.h"
#include "common/page/values.h"
#include "common/program/program.h"
#include "common/store/session_store.h"

enum { VISIT_PARAMS_MAX = 2, VISIT_NEXT_MAX = 200 }; /* NEXT: bytes of where a sign-in leads */

struct visit {
    struct running *running;
    struct arena *arena;
    struct request request;
    struct response *response;
    const char *path;   /* below the base; "/" at least */
    const char *route;  /* the pattern it fits, for logs: paths may hold anything */
    enum access access; /* of the route */
    const char *params[VISIT_PARAMS_MAX]; /* what the route's ":name" segments took */
    int64_t now;
    struct date today;
    struct session session; /* of a signed-in visitor; user_id 0: nobody */
    bool session_unknown;   /* of ACCESS_PUBLIC: the database did not say whether anybody is */
    struct form_data form;
    struct values *values;
    const char *allowed_origin; /* NULL: only our own */
    void (*after)(struct visit *visit);
    int64_t after_id; /* for after: which row it is about */
};

bool visit_is_signed_in(const struct visit *visit);

/* Whether Manage Auto Pay is there for this visitor: installed, and allowed. */
bool visit_has_autopay(const struct visit *visit);

/* "/billing" and path. */
const char *visit_url(struct visit *visit, const char *path);

/* Renders a template with the common values into the response. nav: which sidebar entry is the
 * current one ("pay"), or "". */
MUST_CHECK enum result visit_render(struct visit *visit, int status, const char *page,
                                    const char *title, const char *nav);

/* What is in the response's body is a file to be kept, not a page. name: letters, digits and -._~;
 * what else is in it becomes '_'. */
void visit_file(struct visit *visit, const char *type, const char *name);

/* The error page; never fails (a bare sentence when even that cannot be rendered). */
void visit_error(struct visit *visit, int status, const char *title, const char *text);

/* 403: what was asked is for who may manage the account's autopay. */
enum result visit_no_autopay(struct visit *visit);

/* 429, "Too many tries": what was asked was not done, and may be asked again after wait_s. */
enum result visit_wait(struct visit *visit, int64_t wait_s, const char *text);

/* Lets this page also load from origin ("https://secure.nmi.com"): scripts, frames, requests of
 * its scripts. For pages with the gateway's card fields, and no others. */
void visit_allow_origin(struct visit *visit, const char *origin);

/* Does work after the answer has left, before the next request is taken: for what the customer need
 * not wait for. One at most. */
void visit_after(struct visit *visit, void (*work)(struct visit *visit));

/* 303 to a path below the base. */
enum result visit_redirect(struct visit *visit, const char *path);

/* The name of a cookie of this installation: "__Host-remit" for the session, "__Secure-remit-pay"
 * for a program's own, with the suffix of the settings. */
const char *visit_cookie_name(struct visit *visit, const char *program);

/* A key for a form of this program, bound to the visitor's session. */
const char *visit_form_key(struct visit *visit, const char *purpose);
enum form_key_state visit_form_key_check(struct visit *visit, const char *purpose, const char *key);

/* Fields.<Name>.Value, what was typed (secrets are not shown again), and with an error of
 * form_fail() Fields.<Name>.Error and an entry of the summary that links to id. name: the field's
 * name in the template ("FixedAmount"). */
void visit_show_field(struct visit *visit, const char *field, const char *id, const char *name);
/* An entry of the error summary; field_id may be "". */
void visit_show_error(struct visit *visit, const char *field_id, const char *text);

void visit_banner(struct visit *visit, const char *kind, const char *text);

/* Money and dates as templates want them. */
const char *visit_money(struct visit *visit, int64_t cents);
/* Sets name and nameIso. */
void visit_set_date(struct visit *visit, struct values *node, const char *name, struct date date);

/* Answers one request from start to end; used by program_run and by tests. */
void visit_serve(struct running *running, const struct request_source *source, struct arena *arena,
                 struct response *response);

#endif
