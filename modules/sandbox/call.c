/*
 * call.c - one request that is answered later: after its latency and after the disk.
 *
 * While a request is pending libevent does not read from its connection, so it does
 * not notice a client that goes away; an event of our own on the socket does. (Reading
 * on is no way: libevent ends the process when a client then sends more.)
 */
#include "modules/sandbox/sandbox.h"

#include <stdlib.h>

#include <event2/bufferevent.h>

static void uncount(struct call *call) {
    if (call->is_counted)
        counters_leave(&call->sandbox->counters);
    call->is_counted = false;
}

/* What the call knows of its connection; the request and the socket live on. */
static struct evhttp_request *let_go(struct call *call) {
    struct evhttp_request *req = call->req;

    evhttp_connection_set_closecb(evhttp_request_get_connection(req), NULL, NULL);
    event_free(call->closed);
    call->closed = NULL;
    call->req = NULL;
    uncount(call);
    return req;
}

static void client_gone(struct call *call) {
    call->sandbox->counters.clients_gone++;
    if (!call->outlives_client)
        call_free(call);
}

static void socket_closed(evutil_socket_t fd, short what, void *arg) {
    struct call *call = arg;

    (void)fd;
    (void)what;
    /* Frees the request too. */
    evhttp_connection_free(evhttp_request_get_connection(let_go(call)));
    client_gone(call);
}

/* libevent ends the connection: the server is being freed. */
static void connection_freed(struct evhttp_connection *connection, void *arg) {
    (void)connection;
    let_go(arg);
    client_gone(arg);
}

static void call_due(evutil_socket_t fd, short what, void *arg) {
    struct call *call = arg;

    (void)fd;
    (void)what;
    call->when_due(call);
}

static evutil_socket_t socket_of(struct evhttp_request *req) {
    struct evhttp_connection *connection = evhttp_request_get_connection(req);

    return bufferevent_getfd(evhttp_connection_get_bufferevent(connection));
}

struct call *call_new(struct sandbox *sandbox, struct evhttp_request *req, bool is_counted) {
    struct call *call = memory_get(sizeof(*call));

    call->sandbox = sandbox;
    call->req = req;
    call->status = 200;
    call->content_type = "text/plain; charset=utf-8";
    call->body = evbuffer_new();
    call->timer = evtimer_new(sandbox->base, call_due, call);
    if (call->body == NULL || call->timer == NULL)
        abort();
    call->is_counted = is_counted;
    if (is_counted)
        counters_enter(&sandbox->counters);
    TAILQ_INSERT_TAIL(&sandbox->calls, call, all);
    call->closed = event_new(sandbox->base, socket_of(req), EV_CLOSED, socket_closed, call);
    if (call->closed == NULL || event_add(call->closed, NULL) != 0)
        abort();
    evhttp_connection_set_closecb(evhttp_request_get_connection(req), connection_freed, call);
    return call;
}

void call_after(struct call *call, int64_t delay_ms, void (*when_due)(struct call *call)) {
    struct timeval delay = {.tv_sec = delay_ms / 1000, .tv_usec = delay_ms % 1000 * 1000};

    call->when_due = when_due;
    evtimer_add(call->timer, &delay);
}

void call_answer(struct call *call) {
    if (journal_is_clean(call->sandbox))
        call_send(call);
    else
        journal_wait(call->sandbox, call);
}

void call_send(struct call *call) {
    if (call->req)
        server_reply(let_go(call), call->status, call->content_type, call->body);
    call_free(call);
}

void call_hang_up(struct call *call) {
    if (call->req == NULL)
        return;
    evhttp_connection_free(evhttp_request_get_connection(let_go(call)));
    call->sandbox->counters.lost_answers++;
}

void call_free(struct call *call) {
    struct sandbox *sandbox = call->sandbox;

    if (call->is_waiting)
        TAILQ_REMOVE(&sandbox->journal.waiting, call, waiting);
    TAILQ_REMOVE(&sandbox->calls, call, all);
    event_free(call->timer);
    evbuffer_free(call->body);
    operation_free(call->operation);
    free(call);
}
