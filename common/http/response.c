#include "common/http/response.h"

#include <assert.h>
#include <stdlib.h>

#include "common/core/log.h"

enum { HEADERS_MAX = 16 * 1024 };

void response_init(struct response *response, struct arena *arena) {
    *response = (struct response){.arena = arena, .status = 500};
    buffer_init(&response->headers, arena, HEADERS_MAX);
    buffer_init(&response->body, arena, RESPONSE_BODY_MAX);
}

void response_header(struct response *response, const char *name, const char *value) {
    for (const char *at = value; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            LOG(LOG_LEVEL_ERROR, "response.header", LOG_TEXT("name", name));
            abort();
        }
    buffer_format(&response->headers, "%s: %s\r\n", name, value);
    assert(!buffer_is_full(&response->headers));
}

void response_redirect(struct response *response, const char *path) {
    assert(path[0] == '/' && path[1] != '/' && path[1] != '\\');
    response->status = 303;
    response_header(response, "Location", path);
}

void response_cookie(struct response *response, const char *name, const char *value,
                     const char *path, long max_age_s) {
    const char *age = max_age_s < 0 ? ""
                                    : arena_format(response->arena, "; Max-Age=%ld", max_age_s);

    response_header(response, "Set-Cookie",
                    arena_format(response->arena,
                                 "%s=%s; Path=%s%s; Secure; HttpOnly; SameSite=Lax", name, value,
                                 path, age));
}

const char *response_reason(int status) {
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {303, "See Other"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };

    for (size_t at = 0; at < sizeof reasons / sizeof *reasons; at++)
        if (reasons[at].status == status)
            return reasons[at].reason;
    return "Other";
}
