#include "common/program/raw.h"

#include <assert.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/program/listening.h"

const char *raw_param(const struct raw_visit *visit, const char *name) {
    const char *value = visit->source->param(visit->source->context, name);

    return value ? value : "";
}

static const struct raw_route *route_of(const struct raw_visit *visit) {
    const struct program *program = visit->running->program;
    const char *base = visit->running->settings.base, *path = visit->request.path;

    if (!text_starts_with(path, base))
        return NULL;
    for (size_t at = 0; at < program->raw_route_count; at++)
        if (text_equal(program->raw_routes[at].path, path + strlen(base)))
            return &program->raw_routes[at];
    return NULL;
}

static int status_of(enum result result) {
    switch (result) {
    case RESULT_OK:
        return 200;
    case RESULT_INVALID:
        return 400;
    case RESULT_FORBIDDEN:
        return 403;
    case RESULT_NOT_FOUND:
        return 404;
    case RESULT_CONFLICT:
        return 409;
    case RESULT_RETRY:
    case RESULT_UNCERTAIN:
    case RESULT_UNAVAILABLE:
        return 503;
    case RESULT_FAILED:
        break;
    }
    return 500;
}

/* The status that answers. */
static int visit_answer(struct raw_visit *visit, struct response *response) {
    const struct raw_route *route = route_of(visit);

    if (!route)
        return 404;
    if (visit->request.method != route->method) {
        response_header(response, "Allow", "POST");
        return 405;
    }
    int refused = request_read_raw(&visit->request, visit->source, route->type, route->body_max);
    if (refused) {
        LOG(LOG_LEVEL_WARNING, "request.refused", LOG_TEXT("route", route->path),
            LOG_INT("status", refused));
        return refused;
    }
    enum result result = route->handle(visit);
    int status = status_of(result);
    if (status >= 500)
        LOG(LOG_LEVEL_ERROR, "request.failed", LOG_TEXT("route", route->path),
            LOG_TEXT("result", result_name(result)));
    return status;
}

static void answer(const struct request_source *source, struct arena *arena,
                   struct response *response, void *context) {
    struct raw_visit visit = {.running = context, .arena = arena, .source = source};

    visit.now = clock_now(visit.running->clock);
    request_begin(&visit.request, arena, source);
    log_set_request(visit.request.id);
    response->status = visit_answer(&visit, response);
    response_header(response, "Content-Type", "text/plain");
    buffer_format(&response->body, "%s\n", response_reason(response->status));
    log_set_request("");
}

int raw_run(const struct program *program, int argc, char **argv) {
    for (size_t at = 0; at < program->raw_route_count; at++)
        assert(program->raw_routes[at].method == METHOD_POST);
    return listening_run(program, answer, argc, argv);
}
