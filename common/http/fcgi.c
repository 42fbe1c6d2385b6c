#include "common/http/fcgi.h"

#include <assert.h>
#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { TRIM_ABOVE_BYTES = 512 * 1024, KEEP_BYTES = 1024 * 1024, HEAD_BYTES_MAX = 32 * 1024 };

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

/* ---- sending ---- */

enum {
    RECORD_BYTES = 65528, /* of the 65,535 a record can hold: whole eights */
    RECORDS_MAX = RESPONSE_BODY_MAX / RECORD_BYTES + 5
};

/* What is sent, by its places: nothing of it is copied. */
struct outgoing {
    FCGI_Header headers[RECORDS_MAX];
    struct iovec parts[2 * RECORDS_MAX];
    int records, count;
};

static void record_add(struct outgoing *outgoing, int request_id, int type, void *bytes,
                       size_t length) {
    assert(outgoing->records < RECORDS_MAX && length <= RECORD_BYTES);
    FCGI_Header *header = &outgoing->headers[outgoing->records++];

    *header = (FCGI_Header){
        .version = FCGI_VERSION_1,
        .type = (unsigned char)type,
        .requestIdB1 = (unsigned char)(request_id >> 8),
        .requestIdB0 = (unsigned char)request_id,
        .contentLengthB1 = (unsigned char)(length >> 8),
        .contentLengthB0 = (unsigned char)length,
    };
    outgoing->parts[outgoing->count++] = (struct iovec){header, sizeof *header};
    outgoing->parts[outgoing->count++] = (struct iovec){bytes, length};
}

static void output_add(struct outgoing *outgoing, int request_id, char *bytes, size_t length) {
    while (length) {
        size_t step = length < RECORD_BYTES ? length : RECORD_BYTES;

        record_add(outgoing, request_id, FCGI_STDOUT, bytes, step);
        bytes += step;
        length -= step;
    }
}

/* false: the other side is gone, and need not be told. */
static bool outgoing_write(struct outgoing *outgoing, int descriptor) {
    struct iovec *parts = outgoing->parts;

    for (int left = outgoing->count; left;) {
        ssize_t written = writev(descriptor, parts, left);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        for (; left && (size_t)written >= parts->iov_len; parts++, left--)
            written -= (ssize_t)parts->iov_len;
        if (left) {
            parts->iov_base = (char *)parts->iov_base + written;
            parts->iov_len -= (size_t)written;
        }
    }
    return true;
}

/* The whole answer and the end of the request in one piece: libfcgi would cut it in pieces of 8 kB,
 * and wake nginx for each of them. */
static void response_send(FCGX_Request *request, struct response *response, bool is_head) {
    struct outgoing outgoing = {.count = 0};
    struct buffer *body = &response->body, head;
    FCGI_EndRequestBody end = {.protocolStatus = FCGI_REQUEST_COMPLETE};
    char rest[64];

    buffer_init(&head, response->arena, HEAD_BYTES_MAX);
    buffer_format(&head, "Status: %d %s\r\n", response->status, response_reason(response->status));
    buffer_add(&head, response->headers.bytes, response->headers.length);
    buffer_format(&head, "Content-Length: %zu\r\n\r\n", body->length);
    assert(!buffer_is_full(&head));
    output_add(&outgoing, request->requestId, head.bytes, head.length);
    if (!is_head)
        output_add(&outgoing, request->requestId, body->bytes, body->length);
    record_add(&outgoing, request->requestId, FCGI_STDOUT, NULL, 0);
    record_add(&outgoing, request->requestId, FCGI_END_REQUEST, &end, sizeof end);
    bool is_sent = outgoing_write(&outgoing, request->ipcFd);

    /* To close while something is unread takes back what was sent: then libfcgi waits for the other
     * side to close first. Most often nothing is. */
    if (is_sent && FCGX_GetStr(rest, sizeof rest, request->in) == 0)
        FCGX_Detach(request);
    FCGX_Free(request, !is_sent || !request->keepConnection);
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

/* Its reader has gone while it waited for its turn: to answer it would only keep others waiting. */
static bool is_given_up(FCGX_Request *request) {
    const char *method = FCGX_GetParam("REQUEST_METHOD", request->envp);
    struct pollfd peer = {.fd = request->ipcFd, .events = POLLRDHUP};

    return method && strcmp(method, "GET") == 0 && poll(&peer, 1, 0) > 0 &&
           peer.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

/* ---- waiting ---- */

enum waited { WAITED_NOTHING, WAITED_REQUEST, WAITED_END };

/* A connection wakes one of the workers that share the socket, not each of them. A worker that ends
 * before it takes the connection loses none: the one begun in its place finds it waiting. */
static int waiter_open(int signals) {
    struct epoll_event end = {.events = EPOLLIN, .data.fd = signals};
    struct epoll_event connection = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = 0};
    int waiter = epoll_create1(EPOLL_CLOEXEC);

    if (waiter < 0)
        return -1;
    if (epoll_ctl(waiter, EPOLL_CTL_ADD, signals, &end) == 0 &&
        epoll_ctl(waiter, EPOLL_CTL_ADD, 0, &connection) == 0)
        return waiter;
    close(waiter);
    return -1;
}

static enum waited wait_next(int waiter, int signals) {
    struct epoll_event events[2];
    int count = epoll_wait(waiter, events, 2, -1);
    enum waited waited = WAITED_NOTHING;

    if (count < 0)
        return errno == EINTR ? WAITED_NOTHING : WAITED_END;
    for (int at = 0; at < count; at++) {
        if (events[at].data.fd == signals)
            return WAITED_END;
        waited = WAITED_REQUEST;
    }
    return waited;
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
    int waiter = waiter_open(signals);

    /* A sibling may win the race for a connection: accept must not block then. */
    if (signals < 0 || waiter < 0 || FCGX_Init() != 0 ||
        fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK) < 0 ||
        FCGX_InitRequest(&request, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
        return RESULT_FAILED;

    /* What a page took is there for the next one: else each asks the kernel for it anew. */
    mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEEP_BYTES);
    for (unsigned served = 0; !limit_requests || served < limit_requests;) {
        enum waited waited = wait_next(waiter, signals);

        if (waited == WAITED_END)
            break;
        if (waited == WAITED_NOTHING || FCGX_Accept_r(&request) < 0)
            continue;
        if (is_given_up(&request)) {
            FCGX_Free(&request, 1);
            continue;
        }
        if (!serve_one(&request, handler, context, arena_limit_bytes))
            break;
        served++;
    }
    FCGX_Free(&request, 1);
    close(waiter);
    close(signals);
    return RESULT_OK;
}
