/*
 * server.h - a gateway's end of the wire that does exactly what a test says: one thread on a free
 * port of 127.0.0.1. Connection n follows step n of the script; after the last step comes the
 * first.
 */
#ifndef REMIT_TEST_SERVER_H
#define REMIT_TEST_SERVER_H

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum server_act {
    SERVER_ANSWER,     /* read a request, write bytes, close */
    SERVER_DRIP,       /* read a request, write bytes one by one with a pause between, close */
    SERVER_HANG,       /* read a request, write bytes, wait until the client closes */
    SERVER_RESET,      /* read a request, write bytes, reset the connection */
    SERVER_CLOSE,      /* close without reading */
    SERVER_WORDS_FIRST /* write bytes without waiting for a request, then close */
};

struct server_step {
    enum server_act act;
    const char *bytes;
    size_t length; /* 0: up to the NUL */
};

enum { SERVER_KEPT = 8 };

struct server {
    struct server_step steps[SERVER_KEPT];
    size_t step_count;
    int listener, stop;
    pthread_t thread;
    char url[64];
    /* To be read after server_stop(). */
    size_t connections, requests;
    bool has_more;           /* a second request, or stray bytes, on one connection */
    char *kept[SERVER_KEPT]; /* the requests, whole */
};

/* One whole request with Content-Length; false: the client went away before its end. */
static bool server_read(struct server *server, int peer) {
    size_t size = 4096, used = 0, whole = 0;
    char *bytes = malloc(size);

    while (!whole || used < whole) {
        if (used + 1 == size) {
            char *grown = realloc(bytes, size *= 2);

            if (!grown)
                abort();
            bytes = grown;
        }
        ssize_t got = recv(peer, bytes + used, size - 1 - used, 0);

        if (got <= 0) {
            free(bytes);
            return false;
        }
        used += (size_t)got;
        bytes[used] = '\0';
        if (whole)
            continue;
        const char *end = strstr(bytes, "\r\n\r\n");
        const char *length = strstr(bytes, "Content-Length: ");
        if (end && length)
            whole = (size_t)(end + 4 - bytes) + (size_t)atol(length + 16);
    }
    if (used > whole)
        server->has_more = true;
    if (server->requests < SERVER_KEPT)
        server->kept[server->requests] = bytes;
    else
        free(bytes);
    server->requests++;
    return true;
}

static void server_write(int peer, const struct server_step *step) {
    size_t length = step->length ? step->length : strlen(step->bytes), sent = 0;
    bool is_slow = step->act == SERVER_DRIP;

    while (sent < length) {
        ssize_t put = send(peer, step->bytes + sent, is_slow ? 1 : length - sent, MSG_NOSIGNAL);

        if (put <= 0)
            return;
        sent += (size_t)put;
        if (is_slow)
            (void)poll(NULL, 0, 1);
    }
}

static void server_serve(struct server *server, int peer, const struct server_step *step) {
    struct linger linger = {1, 0};
    char stray;

    if (step->act == SERVER_CLOSE)
        return;
    if (step->act != SERVER_WORDS_FIRST && !server_read(server, peer))
        return;
    if (step->bytes)
        server_write(peer, step);
    if (step->act == SERVER_RESET)
        setsockopt(peer, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    if (step->act == SERVER_HANG && recv(peer, &stray, 1, 0) > 0)
        server->has_more = true;
}

static void *server_run(void *context) {
    struct server *server = context;
    struct pollfd wait[] = {{server->listener, POLLIN, 0}, {server->stop, POLLIN, 0}};

    /* A connection made before the stop is served before it: nothing is missed. */
    while (poll(wait, 2, -1) > 0) {
        if (wait[0].revents) {
            size_t at = server->connections++ % server->step_count;
            int peer = accept(server->listener, NULL, NULL);

            assert(peer >= 0);
            server_serve(server, peer, &server->steps[at]);
            close(peer);
        } else if (wait[1].revents) {
            break;
        }
    }
    return NULL;
}

static inline void server_start(struct server *server, const struct server_step *steps,
                                size_t count) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;

    *server = (struct server){.step_count = count};
    memcpy(server->steps, steps, count * sizeof *steps);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    server->stop = eventfd(0, 0);
    if (bind(server->listener, (struct sockaddr *)&address, length) ||
        listen(server->listener, 16) ||
        getsockname(server->listener, (struct sockaddr *)&address, &length))
        abort();
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    if (pthread_create(&server->thread, NULL, server_run, server))
        abort();
}

/* After it every connection ever made was counted. The requests stay until server_free(). */
static inline void server_stop(struct server *server) {
    uint64_t one = 1;

    if (write(server->stop, &one, sizeof one) != sizeof one)
        abort();
    pthread_join(server->thread, NULL);
    close(server->listener);
    close(server->stop);
}

static inline void server_free(struct server *server) {
    for (size_t at = 0; at < SERVER_KEPT; at++)
        free(server->kept[at]);
}

#endif
