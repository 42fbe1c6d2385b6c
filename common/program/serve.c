/* serve.c - the steps every request goes through before its handler, and what a handler's result
 * becomes. */
#include <stdio.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/http/card_guard.h"
#include "common/program/visit.h"

/* A session is marked as seen at most this often, so that most pages write nothing. */
enum { TOUCH_EVERY_S = 60 };

/* ---- routes ---- */

/* Whether path fits pattern; ":name" segments are copied to params. */
static bool route_fits(struct arena *arena, const char *pattern, const char *path,
                       const char **params) {
    size_t taken = 0;

    while (*pattern == '/' && *path == '/') {
        size_t want = strcspn(++pattern, "/"), have = strcspn(++path, "/");

        if (*pattern == ':') {
            if (!have || taken == VISIT_PARAMS_MAX)
                return false;
            params[taken++] = arena_copy(arena, path, have);
        } else if (want != have || strncmp(pattern, path, want) != 0) {
            return false;
        }
        pattern += want;
        path += have;
    }
    return !*pattern && !*path;
}

/* The route of the path for a method, or NULL. */
static const struct route *route_of(struct visit *visit, enum request_method method,
                                    const char **out_params) {
    const struct program *program = visit->running->program;

    for (size_t at = 0; at < program->route_count; at++) {
        const struct route *route = &program->routes[at];
        const char *params[VISIT_PARAMS_MAX] = {NULL};

        if (route->method != method || !route_fits(visit->arena, route->path, visit->path, params))
            continue;
        memcpy(out_params, params, sizeof params);
        return route;
    }
    return NULL;
}

/* What the path takes, as the header Allow says it; "": there is no such path. */
static const char *route_allow(struct visit *visit) {
    const char *unused[VISIT_PARAMS_MAX];
    bool gets = route_of(visit, METHOD_GET, unused), posts = route_of(visit, METHOD_POST, unused);

    if (gets)
        return posts ? "GET, HEAD, POST" : "GET, HEAD";
    return posts ? "POST" : "";
}

/* The path, or where nothing can be read there, the page it lies below: of a form whose sender has
 * to sign in first. */
static const char *page_path(struct visit *visit) {
    const struct program *program = visit->running->program;
    const char *unused[VISIT_PARAMS_MAX];
    char *path = arena_text(visit->arena, visit->path);

    if (route_of(visit, METHOD_GET, unused))
        return path;
    while (*path) {
        *strrchr(path, '/') = '\0';
        for (size_t at = 0; at < program->route_count; at++)
            if (program->routes[at].method == METHOD_GET &&
                text_equal(program->routes[at].path, path))
                return path;
    }
    return "/";
}

/* ---- sessions ---- */

/* One that lists session_see_sql has no forms, and no use for a token of its own. */
static bool has_token(const struct program *program) {
    for (size_t at = 0; at < program->statement_count; at++)
        if (program->statements[at] == &session_see_sql)
            return false;
    return true;
}

static enum result session_read(struct visit *visit) {
    const struct program *program = visit->running->program;
    const struct settings *settings = &visit->running->settings;
    const char *token = pairs_find(&visit->request.cookies, visit_cookie_name(visit, ""));
    unsigned char bytes[SECRET_TOKEN_BYTES], hash[SECRET_HASH_BYTES];

    if (!token || !secret_from_base64(token, bytes, sizeof bytes))
        return RESULT_NOT_FOUND;
    secret_hash(token, strlen(token), hash);
    enum result result = session_load(visit->running->db, visit->arena, hash,
                                      has_token(program) ? program->name : NULL, &visit->session);
    if (result != RESULT_OK)
        return result;
    if (visit->now >= visit->session.ends_at ||
        visit->now >= visit->session.seen_at + settings->idle_s) {
        visit->session = (struct session){0};
        return RESULT_NOT_FOUND;
    }
    const struct language *language = languages_find(&settings->languages, visit->session.language);
    if (language)
        language_speak(language);
    if (visit->now >= visit->session.seen_at + TOUCH_EVERY_S &&
        session_touch(visit->running->db, hash, visit->now) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "session.touch", LOG_NONE);
    return RESULT_OK;
}

/* The program's own cookie: a POST without it cannot come from this program's pages. */
static bool program_token_is_right(struct visit *visit) {
    const char *name = visit_cookie_name(visit, visit->running->program->name);
    const char *token = pairs_find(&visit->request.cookies, name);
    unsigned char hash[SECRET_HASH_BYTES];

    if (!token || !visit->session.has_program_token)
        return false;
    secret_hash(token, strlen(token), hash);
    return secret_equal(hash, visit->session.program_token_hash, sizeof hash);
}

static bool path_is_plain(const char *path) {
    for (; *path; path++)
        if (!text_is_url_safe(*path) && *path != '/')
            return false;
    return true;
}

static bool word_is_plain(const char *word) {
    return path_is_plain(word) && !strchr(word, '/');
}

/* A day is no part of a number; one of another century may be one in disguise. */
static size_t digits_of(const char *value) {
    struct date day;
    size_t digits = 0;

    if (date_parse(value, &day) && day.year / 100 == 20)
        return 0;
    for (; *value; value++)
        digits += text_is_digit(*value);
    return digits;
}

/* The path with what was asked for with it, encoded to stand in a query itself: where it is short
 * and plain ("status=all&from=2026-01-01"), so that a filter, or a link of a mail, still leads
 * where it did. Numbers as long as a card's are not handed on, nor what the sign-in would not take.
 */
static const char *next_to_keep(struct visit *visit) {
    enum { DIGITS_MAX = 12 };
    const struct pairs *query = &visit->request.query;
    const char *path = page_path(visit), *next = path;
    size_t digits = 0, length = strlen(next);

    if (!path_is_plain(next) || length > VISIT_NEXT_MAX)
        return "/";
    for (size_t at = 0; at < query->count; at++) {
        const struct pair *pair = &query->list[at];

        digits += digits_of(pair->name) + digits_of(pair->value);
        length += strlen(pair->name) + strlen(pair->value) + 2; /* "?" or "&", and "=" */
        if (!word_is_plain(pair->name) || !word_is_plain(pair->value) || digits > DIGITS_MAX ||
            length > VISIT_NEXT_MAX)
            return path;
        next = arena_format(visit->arena, "%s%s%s%%3D%s", next, at ? "%26" : "?", pair->name,
                            pair->value);
    }
    return next;
}

static void sign_in_first(struct visit *visit) {
    if (settings_has_program(&visit->running->settings, "login"))
        (void)visit_redirect(visit,
                             arena_format(visit->arena, "/login?next=%s", next_to_keep(visit)));
    else
        visit_error(visit, 403, say("Please sign in"),
                    say("Sign in to the site first, then open this page again."));
}

static void forbidden(struct visit *visit) {
    if (visit->access == ACCESS_AUTOPAY && visit->session.may_billing) {
        (void)visit_no_autopay(visit);
        return;
    }
    visit_error(
        visit, 403, say("You do not have access to billing"),
        say("Your security level does not include \"User can view Financial Reports and Invoices\"."
            " Ask a Manager of your organization, or your service provider, to add it."));
}

/* false: the response is an answer already. */
static bool access_allows(struct visit *visit, const struct route *route) {
    enum result result = session_read(visit);

    /* A page for anybody needs no session; a form must not take one for absent. */
    if ((result == RESULT_UNAVAILABLE || result == RESULT_FAILED) &&
        route->access == ACCESS_PUBLIC && visit->request.method == METHOD_GET) {
        visit->session_unknown = true;
        return true;
    }
    if (result == RESULT_UNAVAILABLE || result == RESULT_FAILED) {
        visit_error(visit, 503, say("Billing is not available right now"),
                    say("Nothing was changed. Please try again in a minute."));
        return false;
    }
    if (route->access == ACCESS_PUBLIC)
        return true;
    if (!visit_is_signed_in(visit)) {
        sign_in_first(visit);
        return false;
    }
    visit->access = route->access;
    bool wants_billing = route->access == ACCESS_BILLING || route->access == ACCESS_AUTOPAY;
    if ((wants_billing && !visit->session.may_billing) ||
        (route->access == ACCESS_AUTOPAY && !visit->session.may_autopay)) {
        forbidden(visit);
        return false;
    }
    if (visit->request.method == METHOD_POST && !program_token_is_right(visit)) {
        visit_error(
            visit, 403, say("This form cannot be accepted"),
            say("Your browser did not send this page's own cookie, so nothing was done. Open"
                " the page again and send the form from there."));
        return false;
    }
    return true;
}

/* ---- guards ---- */

static bool guards_pass(struct visit *visit, const struct route *route) {
    const char *field = "";

    if (card_guard_refuses(&visit->request.query, route->form, &field) ||
        card_guard_refuses(&visit->request.body, route->form, &field)) {
        LOG(LOG_LEVEL_WARNING, "request.card_number", LOG_TEXT("field", field),
            LOG_TEXT("route", route->path));
        visit_error(
            visit, 400, say("Card numbers are not accepted here"),
            say("The form held what looks like a card number. It was not kept. Card numbers"
                " belong only into the card fields: go back, remove it and send it again."));
        return false;
    }
    if (visit->request.method == METHOD_POST &&
        !request_is_same_origin(&visit->request, visit->running->settings.origin)) {
        LOG(LOG_LEVEL_WARNING, "request.other_origin", LOG_TEXT("route", route->path));
        visit_error(
            visit, 403, say("This form came from another site"),
            say("Nothing was done. Open the page on this site and send the form from there."));
        return false;
    }
    return true;
}

static bool form_is_read(struct visit *visit, const struct route *route) {
    const struct pairs *pairs = visit->request.method == METHOD_POST ? &visit->request.body
                                                                     : &visit->request.query;
    const char *field = "";

    if (!route->form ||
        form_read(&visit->form, visit->arena, route->form, pairs, &field) == RESULT_OK)
        return true;
    LOG(LOG_LEVEL_WARNING, "request.field_repeated", LOG_TEXT("field", field));
    if (visit->request.method == METHOD_GET)
        visit_error(visit, 400, say("This link cannot be read"),
                    say("It says the same thing more than once. Nothing was done."));
    else
        visit_error(visit, 400, say("This form cannot be read"),
                    say("A field was sent more often than this form takes. Nothing was done."));
    return false;
}

/* ---- one request ---- */

static void read_refused(struct visit *visit, int status) {
    static const struct {
        int status;
        const char *title, *text;
    } sentences[] = {
        {413, WORDS("This form is too large"),
         WORDS("At most 64 KB can be sent. Nothing was done.")},
        {414, WORDS("This address is too long"), WORDS("Shorten it and try again.")},
        {415, WORDS("This form cannot be read"),
         WORDS("Send it from this site's own page. Nothing was done.")},
        {400, WORDS("This request cannot be read"),
         WORDS("Nothing was done. Open the page again.")},
    };
    size_t at = 0;

    while (sentences[at].status != status && sentences[at].status != 400)
        at++;
    visit_error(visit, status, say(sentences[at].title), say(sentences[at].text));
}

static void result_answer(struct visit *visit, enum result result) {
    switch (result) {
    case RESULT_OK:
        return;
    case RESULT_NOT_FOUND:
        visit_error(visit, 404, say("Page not found"),
                    say("There is no such page, or it belongs to another account."));
        return;
    case RESULT_INVALID:
        visit_error(visit, 400, say("This request cannot be read"), say("Nothing was done."));
        return;
    case RESULT_FORBIDDEN:
        forbidden(visit);
        return;
    case RESULT_CONFLICT:
        visit_error(visit, 409, say("This was changed meanwhile"),
                    say("Somebody else was first. Open the page again to see how it stands now."));
        return;
    case RESULT_UNAVAILABLE:
    case RESULT_RETRY:
        visit_error(visit, 503, say("Billing is not available right now"),
                    say("Nothing was changed. Please try again in a minute."));
        return;
    case RESULT_UNCERTAIN:
    case RESULT_FAILED:
        break;
    }
    LOG(LOG_LEVEL_ERROR, "request.failed", LOG_TEXT("route", visit->route),
        LOG_TEXT("result", result_name(result)));
    visit_error(visit, 500, say("Something went wrong on our side"),
                say("We have a note of it. Before you repeat a payment, look at Invoice History"
                    " whether it was made."));
}

static const char *below_base(const struct visit *visit) {
    const char *base = visit->running->settings.base, *path = visit->request.path;

    if (!text_starts_with(path, base))
        return "";
    path += strlen(base);
    return *path ? path : "/";
}

static bool is_account_field(const struct form *form, const char *name) {
    for (size_t at = 0; at < form->count; at++)
        if (form->fields[at].flags & FIELD_ACCOUNT &&
            (!name || text_equal(form->fields[at].name, name)))
            return true;
    return false;
}

/* Whatever becomes of the request: freed memory of libraries cannot be wiped, so the process that
 * held a bank account number ends. Of a form that could not be read nobody knows what it held. */
static void account_look(struct visit *visit, const struct route *route, bool is_refused) {
    const struct form *form = route ? route->form : NULL;
    const struct pairs *body = &visit->request.body;

    if (!form || visit->request.method != METHOD_POST)
        return;
    if (is_refused && is_account_field(form, NULL))
        visit->response->is_last = true;
    for (size_t at = 0; at < body->count; at++)
        if (*body->list[at].value && is_account_field(form, body->list[at].name))
            visit->response->is_last = true;
}

static void visit_answer(struct visit *visit, int refused) {
    const struct route *route = route_of(visit, visit->request.method, visit->params);
    const char *allow = route ? "" : route_allow(visit);

    visit->route = route ? route->path : "";
    account_look(visit, route, refused != 0);
    if (!route && *allow) {
        response_header(visit->response, "Allow", allow);
        visit_error(visit, 405, say("This page does not take that"), say("Open it from the menu."));
        return;
    }
    if (!route) {
        result_answer(visit, RESULT_NOT_FOUND);
        return;
    }
    if (refused) {
        read_refused(visit, refused);
        return;
    }
    if (guards_pass(visit, route) && access_allows(visit, route) && form_is_read(visit, route))
        result_answer(visit, route->handle(visit));
}

void visit_serve(struct running *running, const struct request_source *source, struct arena *arena,
                 struct response *response) {
    struct visit *visit = arena_alloc(arena, sizeof *visit);

    visit->running = running;
    visit->arena = arena;
    visit->response = response;
    visit->values = values_in(arena);
    visit->now = clock_now(running->clock);
    visit->today = instant_date(visit->now);
    int refused = request_read(&visit->request, arena, source);
    log_set_request(visit->request.id);
    language_speak(languages_asked(&running->settings.languages, visit->request.languages));
    visit->path = below_base(visit);
    visit_answer(visit, refused);
    log_set_request("");
}
