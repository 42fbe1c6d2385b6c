/*
 * crowd.h - a gateway's end of the wire for many connections at once: one thread on a free port of
 * 127.0.0.1. What becomes of a request is said by its reference (the value of orderid), and it may
 * hold its answers until a number of requests are there.
 */
#ifndef REMIT_TEST_CROWD_H
#define REMIT_TEST_CROWD_H

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum crowd_act {
    CROWD_ANSWER,
    CROWD_CLOSE,   /* the request read, not a word */
    CROWD_RESET,   /* the request read, half an answer, then a reset */
    CROWD_HANG,    /* the request read, silence until the client closes */
    CROWD_GARBAGE, /* what is no HTTP */
    CROWD_REFUSE,  /* response 3, code 301 */
    CROWD_BUSY,    /* HTTP 503 */
    CROWD_LIMITED, /* HTTP 429 */
    CROWD_FLOOD    /* an answer that is as long and as tedious as an answer may be */
};

enum { CROWD_PEERS = 1100, CROWD_REFERENCES = 32768, CROWD_REQUEST = 4096 };

struct crowd_peer {
    int fd;
    size_t used;
    bool is_held; /* a whole request that waits for its answer */
    unsigned number;
    char bytes[CROWD_REQUEST];
};

struct crowd {
    enum crowd_act (*act_of)(unsigned number); /* of reference "P<number>"; NULL: all answer */
    size_t hold;                               /* answers begin when so many requests are there */
    int listener, stop;
    pthread_t thread;
    char url[64];
    /* To be read after crowd_stop(). */
    size_t connections, requests, most_held;
    bool has_more; /* stray bytes after a request */
    unsigned char seen[CROWD_REFERENCES];
    struct crowd_peer *peers;
    size_t peer_count, held;
};

static inline void crowd_close(struct crowd *crowd, size_t at) {
    close(crowd->peers[at].fd);
    crowd->held -= crowd->peers[at].is_held;
    crowd->peers[at] = crowd->peers[--crowd->peer_count];
}

static inline void crowd_say(int fd, const char *status, const char *body) {
    char head[128];
    size_t length = strlen(body), sent = 0;

    snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n", status, length);
    (void)send(fd, head, strlen(head), MSG_NOSIGNAL | MSG_MORE);
    while (sent < length) {
        ssize_t put = send(fd, body + sent, length - sent, MSG_NOSIGNAL);

        if (put <= 0)
            return;
        sent += (size_t)put;
    }
}

static inline void crowd_flood(int fd) {
    static const char piece[] = "&responsetext=";
    char *body = malloc(65536);
    size_t used = 0;

    for (; used + sizeof piece < 65536; used += sizeof piece - 1)
        memcpy(body + used, piece, sizeof piece);
    crowd_say(fd, "200 OK", body);
    free(body);
}

/* false: the connection stays. */
static inline bool crowd_serve(const struct crowd *crowd, const struct crowd_peer *peer) {
    struct linger linger = {1, 0};
    char body[256];

    switch (crowd->act_of ? crowd->act_of(peer->number) : CROWD_ANSWER) {
    case CROWD_HANG:
        return false;
    case CROWD_CLOSE:
        break;
    case CROWD_RESET:
        (void)send(peer->fd, "HTTP/1.1 200 OK\r\nContent-Le", 27, MSG_NOSIGNAL);
        setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        break;
    case CROWD_GARBAGE:
        (void)send(peer->fd, "\x89PNG\r\n\x1a\n\r\n", 10, MSG_NOSIGNAL);
        break;
    case CROWD_REFUSE:
        crowd_say(peer->fd, "200 OK",
                  "response=3&responsetext=Rate+limit+exceeded&response_code=301");
        break;
    case CROWD_BUSY:
        crowd_say(peer->fd, "503 Busy\r\nRetry-After: 1", "busy");
        break;
    case CROWD_LIMITED:
        crowd_say(peer->fd, "429 Slow down", "slow");
        break;
    case CROWD_FLOOD:
        crowd_flood(peer->fd);
        break;
    case CROWD_ANSWER:
        snprintf(body, sizeof body,
                 "response=1&responsetext=SUCCESS&transactionid=T%u&orderid=P%u&type=sale"
                 "&response_code=100",
                 peer->number, peer->number);
        crowd_say(peer->fd, "200 OK", body);
        break;
    }
    return true;
}

/* What hangs is over when the client leaves. */
static inline void crowd_answer_held(struct crowd *crowd) {
    if (crowd->held > crowd->most_held)
        crowd->most_held = crowd->held;
    if (crowd->requests < crowd->hold)
        return;
    /* The last one first. */
    for (size_t at = crowd->peer_count; at-- > 0;) {
        struct crowd_peer *peer = &crowd->peers[at];

        if (peer->is_held && crowd_serve(crowd, peer))
            crowd_close(crowd, at);
        else if (peer->is_held)
            peer->is_held = false, crowd->held--;
    }
}

static inline void crowd_request(struct crowd *crowd, struct crowd_peer *peer, const char *end) {
    const char *length = strstr(peer->bytes, "Content-Length: ");
    const char *reference = strstr(peer->bytes, "orderid=P");
    size_t whole = (size_t)(end + 4 - peer->bytes) + (length ? strtoul(length + 16, NULL, 10) : 0);

    if (peer->used < whole)
        return;
    crowd->has_more = crowd->has_more || peer->used > whole || !reference;
    peer->number = reference ? (unsigned)strtoul(reference + 9, NULL, 10) : 0;
    assert(peer->number < CROWD_REFERENCES);
    crowd->seen[peer->number]++;
    crowd->requests++;
    crowd->held++;
    peer->is_held = true;
}

/* false: the client is gone. */
static inline bool crowd_read(struct crowd *crowd, struct crowd_peer *peer) {
    ssize_t got = recv(peer->fd, peer->bytes + peer->used, sizeof peer->bytes - 1 - peer->used, 0);

    if (got <= 0)
        return false;
    if (peer->is_held)
        crowd->has_more = true;
    peer->used += (size_t)got;
    peer->bytes[peer->used] = '\0';
    const char *end = strstr(peer->bytes, "\r\n\r\n");
    if (end && !peer->is_held)
        crowd_request(crowd, peer, end);
    return true;
}

static inline void crowd_accept(struct crowd *crowd) {
    int fd = accept(crowd->listener, NULL, NULL);

    assert(fd >= 0 && crowd->peer_count < CROWD_PEERS);
    crowd->connections++;
    crowd->peers[crowd->peer_count].fd = fd;
    crowd->peers[crowd->peer_count].used = 0;
    crowd->peers[crowd->peer_count].is_held = false;
    crowd->peer_count++;
}

static inline void *crowd_run(void *context) {
    struct crowd *crowd = context;
    struct pollfd *wait = calloc(CROWD_PEERS + 2, sizeof *wait);

    for (;;) {
        size_t count = crowd->peer_count;

        wait[0] = (struct pollfd){crowd->listener, POLLIN, 0};
        wait[1] = (struct pollfd){crowd->stop, POLLIN, 0};
        for (size_t at = 0; at < count; at++)
            wait[at + 2] = (struct pollfd){crowd->peers[at].fd, POLLIN, 0};
        if (poll(wait, count + 2, -1) <= 0)
            continue;
        /* From the last on: a close moves the last one, which is done, to its place. */
        for (size_t at = count; at-- > 0;)
            if (wait[at + 2].revents && !crowd_read(crowd, &crowd->peers[at]))
                crowd_close(crowd, at);
        crowd_answer_held(crowd);
        if (wait[0].revents)
            crowd_accept(crowd);
        else if (wait[1].revents)
            break;
    }
    while (crowd->peer_count)
        crowd_close(crowd, 0);
    free(wait);
    return NULL;
}

static inline struct crowd *crowd_start(size_t hold, enum crowd_act (*act_of)(unsigned number)) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct crowd *crowd = calloc(1, sizeof *crowd);
    socklen_t length = sizeof address;

    crowd->hold = hold;
    crowd->act_of = act_of;
    crowd->peers = calloc(CROWD_PEERS, sizeof *crowd->peers);
    crowd->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    crowd->stop = eventfd(0, EFD_CLOEXEC);
    if (bind(crowd->listener, (struct sockaddr *)&address, length) ||
        listen(crowd->listener, CROWD_PEERS) ||
        getsockname(crowd->listener, (struct sockaddr *)&address, &length))
        abort();
    snprintf(crowd->url, sizeof crowd->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    if (pthread_create(&crowd->thread, NULL, crowd_run, crowd))
        abort();
    return crowd;
}

/* After it every connection ever made was counted. */
static inline void crowd_stop(struct crowd *crowd) {
    uint64_t one = 1;

    if (write(crowd->stop, &one, sizeof one) != sizeof one)
        abort();
    pthread_join(crowd->thread, NULL);
    close(crowd->listener);
    close(crowd->stop);
}

static inline void crowd_free(struct crowd *crowd) {
    free(crowd->peers);
    free(crowd);
}

#endif
