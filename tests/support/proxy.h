/*
 * proxy.h - a TCP proxy in a process of its own between a client and MariaDB, which loses the
 * connection at a chosen moment.
 */
#ifndef REMIT_TESTS_SUPPORT_PROXY_H
#define REMIT_TESTS_SUPPORT_PROXY_H

#include <sys/types.h>

enum proxy_fault {
    PROXY_NONE,
    PROXY_CUT_BEFORE_COMMIT, /* COMMIT never reaches the server */
    PROXY_CUT_AFTER_COMMIT,  /* the server did it; its answer does not reach the client */
    PROXY_HOLD_COMMIT,       /* the same, and the connection stays open without a word */
    PROXY_CUT_RESULT,        /* in the midst of a long answer */
    PROXY_CUT_EXECUTE        /* a prepared statement never reaches the server */
};

struct proxy_shared;

struct proxy {
    pid_t child;
    char host[32]; /* "127.0.0.1:PORT" */
    struct proxy_shared *shared;
};

/* server_socket: the server's own. The child ends with this process at the latest. */
void proxy_start(struct proxy *proxy, const char *server_socket);
void proxy_stop(struct proxy *proxy);

/* The next times that fault's moment comes, it happens; then nothing does. */
void proxy_arm(struct proxy *proxy, enum proxy_fault fault, int times);
/* How often a fault happened, and how many connections were made, since the start. */
int proxy_faults(const struct proxy *proxy);
int proxy_connections(const struct proxy *proxy);

#endif
