/*
 * tls.h - openssl's own server with a certificate made for the test. It serves one client after the
 * other.
 */
#ifndef REMIT_TEST_TLS_H
#define REMIT_TEST_TLS_H

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/core/text.h"
#include "tests/support/test.h"

struct tls {
    struct arena *arena;
    char folder[64];
    const char *key, *certificate; /* files */
    pid_t child;
    int in, out; /* what the server says to its client; what it says of itself */
    const char *port;
};

static inline pid_t tls_spawn(char *const arguments[], int in, int out) {
    pid_t parent = getpid(), child = fork();
    int nowhere;

    assert_true(child >= 0);
    if (child)
        return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (getppid() == parent && dup2(in < 0 ? nowhere : in, STDIN_FILENO) >= 0 &&
        dup2(out < 0 ? nowhere : out, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0)
        (void)execvp(arguments[0], arguments);
    _exit(127);
}

static inline char *tls_text(struct tls *tls, const char *words) {
    return arena_text(tls->arena, words);
}

static inline void tls_certificate(struct tls *tls) {
    int status = -1;
    char *const arguments[] = {tls_text(tls, "openssl"),
                               tls_text(tls, "req"),
                               tls_text(tls, "-x509"),
                               tls_text(tls, "-newkey"),
                               tls_text(tls, "ec"),
                               tls_text(tls, "-pkeyopt"),
                               tls_text(tls, "ec_paramgen_curve:prime256v1"),
                               tls_text(tls, "-nodes"),
                               tls_text(tls, "-days"),
                               tls_text(tls, "2"),
                               tls_text(tls, "-subj"),
                               tls_text(tls, "/CN=127.0.0.1"),
                               tls_text(tls, "-addext"),
                               tls_text(tls, "subjectAltName=IP:127.0.0.1"),
                               tls_text(tls, "-keyout"),
                               tls_text(tls, tls->key),
                               tls_text(tls, "-out"),
                               tls_text(tls, tls->certificate),
                               NULL};
    pid_t child = tls_spawn(arguments, -1, -1);

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Up to "ACCEPT 127.0.0.1:PORT": from then on it listens. */
static inline const char *tls_port(struct tls *tls) {
    char line[256];
    size_t used = 0;

    while (used < sizeof line - 1 && read(tls->out, line + used, 1) == 1) {
        line[used + 1] = '\0';
        if (line[used++] != '\n')
            continue;
        line[used - 1] = '\0';
        if (text_starts_with(line, "ACCEPT "))
            return arena_text(tls->arena, strrchr(line, ':') + 1);
        used = 0;
    }
    fail_msg("openssl s_server does not listen");
    return "";
}

/* With a word for its first client ready: one that it says between two of them could go to the one
 * that leaves. */
static inline void tls_start(struct tls *tls, const char *words) {
    int in[2], out[2];

    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(write(in[1], words, strlen(words)), (ssize_t)strlen(words));
    char *const arguments[] = {
        tls_text(tls, "openssl"),     tls_text(tls, "s_server"),       tls_text(tls, "-accept"),
        tls_text(tls, "127.0.0.1:0"), tls_text(tls, "-key"),           tls_text(tls, tls->key),
        tls_text(tls, "-cert"),       tls_text(tls, tls->certificate), NULL};
    tls->child = tls_spawn(arguments, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    tls->in = in[1];
    tls->out = out[0];
    tls->port = tls_port(tls);
    assert_int_equal(fcntl(tls->out, F_SETFL, O_NONBLOCK), 0);
}

static inline void tls_stop(struct tls *tls) {
    if (tls->child <= 0)
        return;
    (void)kill(tls->child, SIGKILL);
    assert_int_equal(waitpid(tls->child, NULL, 0), tls->child);
    tls->child = 0;
    close(tls->in);
    close(tls->out);
}

static inline int tls_setup(void **state) {
    struct arena *arena = arena_new(64 * 1024 * 1024);
    struct tls *tls = arena_alloc(arena, sizeof *tls);

    *tls = (struct tls){.arena = arena, .folder = "/tmp/remit-tls-XXXXXX"};
    assert_non_null(mkdtemp(tls->folder));
    tls->key = arena_format(arena, "%s/key.pem", tls->folder);
    tls->certificate = arena_format(arena, "%s/certificate.pem", tls->folder);
    *state = tls;
    return 0;
}

static inline int tls_teardown(void **state) {
    struct tls *tls = *state;

    tls_stop(tls);
    (void)unlink(tls->key);
    (void)unlink(tls->certificate);
    (void)rmdir(tls->folder);
    arena_free(tls->arena);
    return 0;
}

/* What it says of each connection; the pipe must not fill. */
static inline void tls_drain(const struct tls *tls) {
    char bytes[4096];

    while (read(tls->out, bytes, sizeof bytes) > 0)
        continue;
}

#endif
