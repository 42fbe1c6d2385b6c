/* Every question to a gateway whose certificate we do not trust: no byte of it leaves. The other
 * end is openssl's own server, with a certificate made for the test. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/core/text.h"
#include "tests/common/gateway/ask.h"
#include "tests/support/test.h"

enum { TIMEOUT_MS = 20000 };

struct tls {
    struct arena *arena;
    char folder[64];
    const char *key, *certificate; /* files */
    pid_t child;
    int in, out; /* what the server says to its client; what it says of itself */
    const char *port;
};

static pid_t start(char *const arguments[], int in, int out) {
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

static char *text(struct tls *tls, const char *words) {
    return arena_text(tls->arena, words);
}

static void certificate_make(struct tls *tls) {
    int status = -1;
    char *const arguments[] = {text(tls, "openssl"),
                               text(tls, "req"),
                               text(tls, "-x509"),
                               text(tls, "-newkey"),
                               text(tls, "ec"),
                               text(tls, "-pkeyopt"),
                               text(tls, "ec_paramgen_curve:prime256v1"),
                               text(tls, "-nodes"),
                               text(tls, "-days"),
                               text(tls, "2"),
                               text(tls, "-subj"),
                               text(tls, "/CN=127.0.0.1"),
                               text(tls, "-addext"),
                               text(tls, "subjectAltName=IP:127.0.0.1"),
                               text(tls, "-keyout"),
                               text(tls, tls->key),
                               text(tls, "-out"),
                               text(tls, tls->certificate),
                               NULL};
    pid_t child = start(arguments, -1, -1);

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Up to "ACCEPT 127.0.0.1:PORT": from then on it listens. */
static const char *port_read(struct tls *tls) {
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
static void server_start(struct tls *tls, const char *words) {
    int in[2], out[2];

    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(write(in[1], words, strlen(words)), (ssize_t)strlen(words));
    char *const arguments[] = {
        text(tls, "openssl"),     text(tls, "s_server"),       text(tls, "-accept"),
        text(tls, "127.0.0.1:0"), text(tls, "-key"),           text(tls, tls->key),
        text(tls, "-cert"),       text(tls, tls->certificate), NULL};
    tls->child = start(arguments, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    tls->in = in[1];
    tls->out = out[0];
    tls->port = port_read(tls);
    assert_int_equal(fcntl(tls->out, F_SETFL, O_NONBLOCK), 0);
}

static void server_stop(struct tls *tls) {
    if (tls->child <= 0)
        return;
    (void)kill(tls->child, SIGKILL);
    assert_int_equal(waitpid(tls->child, NULL, 0), tls->child);
    tls->child = 0;
    close(tls->in);
    close(tls->out);
}

static int tls_setup(void **state) {
    struct arena *arena = arena_new(64 * 1024 * 1024);
    struct tls *tls = arena_alloc(arena, sizeof *tls);

    *tls = (struct tls){.arena = arena, .folder = "/tmp/remit-tls-XXXXXX"};
    assert_non_null(mkdtemp(tls->folder));
    tls->key = arena_format(arena, "%s/key.pem", tls->folder);
    tls->certificate = arena_format(arena, "%s/certificate.pem", tls->folder);
    *state = tls;
    return 0;
}

static int tls_teardown(void **state) {
    struct tls *tls = *state;

    server_stop(tls);
    (void)unlink(tls->key);
    (void)unlink(tls->certificate);
    (void)rmdir(tls->folder);
    arena_free(tls->arena);
    return 0;
}

/* What it says of each connection; the pipe must not fill. */
static void drain(const struct tls *tls) {
    char bytes[4096];

    while (read(tls->out, bytes, sizeof bytes) > 0)
        continue;
}

static const char *ask(const struct tls *tls, enum question question, const char *host,
                       const char *ca_file) {
    struct gateway_options options = ask_options(
        arena_format(tls->arena, "https://%s:%s", host, tls->port), TIMEOUT_MS, ca_file);
    struct gateway_answer answer;
    struct gateway *gateway;

    assert_int_equal(gateway_open(&options, &gateway), RESULT_OK);
    capture_begin();
    const char *end = ask_answer(gateway, tls->arena, question, &answer);
    (void)capture_end(tls->arena);
    gateway_close(gateway);
    drain(tls);
    return end;
}

static const char *good_answer(const struct tls *tls, enum question question) {
    const char *body = question_goods[question];

    return arena_format(tls->arena, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                        strlen(body), body);
}

static void test_certificate(void **state) {
    struct tls *tls = *state;

    certificate_make(tls);
    for (enum question question = ASK_SALE; question < ASKS; question++) {
        const char *label = question_names[question];
        const char *not_sent = ask_end(question, false);

        server_start(tls, good_answer(tls, question));
        /* Nothing but the certificate keeps the others from being asked. */
        check_text(label, ask(tls, question, "127.0.0.1", tls->certificate), ask_good(question));
        /* Signed by nobody we know. */
        check_text(label, ask(tls, question, "127.0.0.1", ""), not_sent);
        /* Somebody else's. */
        check_text(label, ask(tls, question, "localhost", tls->certificate), not_sent);
        /* The only certificates to trust cannot be read. */
        check_text(label, ask(tls, question, "127.0.0.1", "/nowhere.pem"), not_sent);
        server_stop(tls);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_certificate, tls_setup, tls_teardown),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
