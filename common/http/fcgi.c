#include "common/http/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TRIM_ABOVE_BYTES = 512 * 1024 };

static void stop_signals(sigset_t *out_set) {
    sigemptyset(out_set);
    sigaddset(out_set, SIGTERM);
    sigaddset(out_set, SIGINT);
}

void fcgi_block_signals(void) {
    sigset_t set;

    stop_signals(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static const char *source_param(void *context, const char *name) {
    FCGX_Request *request = context;

    return FCGX_GetParam(name, request->envp);
}

static size_t source_read(void *context, char *bytes, size_t size) {
    FCGX_Request *request = context;
    int got = FCGX_GetStr(bytes, size > 65536 ? 65536 : (int)size, request->in);

    return got > 0 ? (size_t)got : 0;
}

static void response_send(FCGX_Request *request, const struct response *response, bool is_head) {
    char line[64];

    /* FCGX_FPrintF does not know %zu and stops there, so libc formats. */
    snprintf(line, sizeof line, "Status: %d %s\r\n", response->status,
             response_reason(response->status));
    FCGX_PutS(line, request->out);
    FCGX_PutStr(response->headers.bytes, (int)response->headers.length, request->out);
    FCGX_PutS("\r\n", request->out);
    if (!is_head)
        FCGX_PutStr(response->body.bytes, (int)response->body.length, request->out);
}

/* false: this was the last one. */
static bool serve_one(FCGX_Request *request, fcgi_handler handler, void *context,
                      size_t arena_limit_bytes) {
    struct arena *arena = arena_new(arena_limit_bytes);
    struct request_source source = {source_param, source_read, request};
    const char *method = FCGX_GetParam("REQUEST_METHOD", request->envp);
    bool is_head = method && strcmp(method, "HEAD") == 0;
    struct response response;

    response_init(&response, arena);
    handler(&source, arena, &response, context);
    response_send(request, &response, is_head);
    FCGX_Finish_r(request);
    if (response.after)
        response.after(response.after_context);
    bool is_last = response.is_last;
    bool was_large = arena_used(arena) > TRIM_ABOVE_BYTES;
    arena_free(arena);
    /* One page of 200 invoices must not make a worker large for the rest of its life. */
    if (was_large)
        malloc_trim(0);
    return !is_last;
}

enum result fcgi_serve(fcgi_handler handler, void *context, unsigned limit_requests,
                       size_t arena_limit_bytes) {
    FCGX_Request request;
    sigset_t set;
    int listening = 0;
    socklen_t size = sizeof listening;

    if (getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || !listening)
        return RESULT_INVALID;
    stop_signals(&set);
    int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    /* A sibling may win the race for a connection: accept must not block then. */
    if (signals < 0 || FCGX_Init() != 0 || fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK) < 0 ||
        FCGX_InitRequest(&request, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
        return RESULT_FAILED;

    struct pollfd polled[2] = {{.fd = signals, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    for (unsigned served = 0; !limit_requests || served < limit_requests;) {
        if (poll(polled, 2, -1) < 0 && errno != EINTR)
            break;
        if (polled[0].revents)
            break;
        if (!polled[1].revents || FCGX_Accept_r(&request) < 0)
            continue;
        if (!serve_one(&request, handler, context, arena_limit_bytes))
            break;
        served++;
    }
    FCGX_Free(&request, 1);
    close(signals);
    return RESULT_OK;
}
