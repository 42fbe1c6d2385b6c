#include "tests/support/proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test.h"

enum { PAIRS_MAX = 16, BYTES = 64 * 1024, RESULT_CUT_AT = 600, HEADER_BYTES = 4 };
enum { COMMAND_EXECUTE = 0x17 };

struct proxy_shared {
    atomic_int fault, times, faults, connections;
};

struct pair {
    int client, server; /* -1: free */
    bool is_held;       /* nothing is forwarded any more */
    long answer_bytes;  /* of the answer that runs */
};

static struct pair pairs[PAIRS_MAX];
static char bytes[BYTES];

static void pair_close(struct pair *pair) {
    close(pair->client);
    close(pair->server);
    pair->client = pair->server = -1;
}

static bool write_all(int file, const char *from, ssize_t length) {
    for (ssize_t done = 0; done < length;) {
        ssize_t wrote = write(file, from + done, (size_t)(length - done));

        if (wrote <= 0)
            return false;
        done += wrote;
    }
    return true;
}

/* true: it is this fault's turn; counted. */
static bool fault_is(struct proxy_shared *shared, enum proxy_fault fault) {
    if (atomic_load(&shared->fault) != (int)fault || atomic_load(&shared->times) <= 0)
        return false;
    atomic_fetch_sub(&shared->times, 1);
    atomic_fetch_add(&shared->faults, 1);
    return true;
}

static bool is_commit(ssize_t length) {
    static const char command[] = "\x03"
                                  "COMMIT";

    return length == HEADER_BYTES + (ssize_t)sizeof command - 1 &&
           memcmp(bytes + HEADER_BYTES, command, sizeof command - 1) == 0;
}

/* The client asks one thing at a time, and each question is small: it comes in one piece. */
static void from_client(struct proxy_shared *shared, struct pair *pair) {
    ssize_t length = read(pair->client, bytes, sizeof bytes);

    if (length <= 0) {
        pair_close(pair);
        return;
    }
    pair->answer_bytes = 0;
    if (length > HEADER_BYTES && bytes[HEADER_BYTES] == COMMAND_EXECUTE &&
        fault_is(shared, PROXY_CUT_EXECUTE)) {
        pair_close(pair);
        return;
    }
    if (!is_commit(length)) {
        if (!write_all(pair->server, bytes, length))
            pair_close(pair);
        return;
    }
    if (fault_is(shared, PROXY_CUT_BEFORE_COMMIT)) {
        pair_close(pair);
        return;
    }
    bool is_cut = fault_is(shared, PROXY_CUT_AFTER_COMMIT);
    pair->is_held = !is_cut && fault_is(shared, PROXY_HOLD_COMMIT);
    if (!write_all(pair->server, bytes, length)) {
        pair_close(pair);
        return;
    }
    /* Once the server has answered, it has committed. */
    if (is_cut || pair->is_held)
        (void)!read(pair->server, bytes, sizeof bytes);
    if (is_cut)
        pair_close(pair);
}

static void from_server(struct proxy_shared *shared, struct pair *pair) {
    ssize_t length = read(pair->server, bytes, sizeof bytes);

    if (length <= 0) {
        pair_close(pair);
        return;
    }
    if (pair->is_held)
        return;
    pair->answer_bytes += length;
    if (pair->answer_bytes > 2 * RESULT_CUT_AT && fault_is(shared, PROXY_CUT_RESULT)) {
        (void)write_all(pair->client, bytes, length < RESULT_CUT_AT ? length : RESULT_CUT_AT);
        pair_close(pair);
        return;
    }
    if (!write_all(pair->client, bytes, length))
        pair_close(pair);
}

static void accept_one(struct proxy_shared *shared, int listening, const char *server_socket) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int client = accept(listening, NULL, NULL);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    struct pair *pair = pairs;

    snprintf(address.sun_path, sizeof address.sun_path, "%s", server_socket);
    while (pair < pairs + PAIRS_MAX && pair->client >= 0)
        pair++;
    if (client < 0 || server < 0 || pair == pairs + PAIRS_MAX ||
        connect(server, (struct sockaddr *)&address, sizeof address) != 0) {
        close(client);
        close(server);
        return;
    }
    atomic_fetch_add(&shared->connections, 1);
    *pair = (struct pair){client, server, false, 0};
}

static _Noreturn void proxy_serve(struct proxy_shared *shared, int listening,
                                  const char *server_socket) {
    for (struct pair *pair = pairs; pair < pairs + PAIRS_MAX; pair++)
        pair->client = pair->server = -1;
    for (;;) {
        struct pollfd polled[1 + 2 * PAIRS_MAX] = {{.fd = listening, .events = POLLIN}};

        for (size_t at = 0; at < PAIRS_MAX; at++) {
            polled[1 + 2 * at] = (struct pollfd){.fd = pairs[at].client, .events = POLLIN};
            polled[2 + 2 * at] = (struct pollfd){.fd = pairs[at].server, .events = POLLIN};
        }
        if (poll(polled, COUNT(polled), -1) < 0)
            _exit(1);
        for (size_t at = 0; at < PAIRS_MAX; at++) {
            if (pairs[at].client >= 0 && polled[1 + 2 * at].revents)
                from_client(shared, &pairs[at]);
            if (pairs[at].client >= 0 && polled[2 + 2 * at].revents)
                from_server(shared, &pairs[at]);
        }
        if (polled[0].revents)
            accept_one(shared, listening, server_socket);
    }
}

void proxy_start(struct proxy *proxy, const char *server_socket) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t parent = getpid();

    assert_true(listening >= 0);
    assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listening, 16), 0);
    assert_int_equal(getsockname(listening, (struct sockaddr *)&address, &size), 0);
    snprintf(proxy->host, sizeof proxy->host, "127.0.0.1:%d", ntohs(address.sin_port));
    proxy->shared = mmap(NULL, sizeof *proxy->shared, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(proxy->shared, MAP_FAILED);
    proxy->child = fork();
    assert_true(proxy->child >= 0);
    if (proxy->child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)signal(SIGPIPE, SIG_IGN);
        if (getppid() != parent)
            _exit(1);
        proxy_serve(proxy->shared, listening, server_socket);
    }
    close(listening);
}

void proxy_stop(struct proxy *proxy) {
    (void)kill(proxy->child, SIGKILL);
    assert_int_equal(waitpid(proxy->child, NULL, 0), proxy->child);
    (void)munmap(proxy->shared, sizeof *proxy->shared);
}

void proxy_arm(struct proxy *proxy, enum proxy_fault fault, int times) {
    atomic_store(&proxy->shared->times, 0);
    atomic_store(&proxy->shared->fault, (int)fault);
    atomic_store(&proxy->shared->times, times);
}

int proxy_faults(const struct proxy *proxy) {
    return atomic_load(&proxy->shared->faults);
}

int proxy_connections(const struct proxy *proxy) {
    return atomic_load(&proxy->shared->connections);
}
