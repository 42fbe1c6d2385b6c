/* Every question to a gateway whose certificate we do not trust: no byte of it leaves. The other
 * end is openssl's own server, with a certificate made for the test. */
#include <signal.h>
#include <string.h>

#include "common/core/text.h"
#include "tests/common/gateway/ask.h"
#include "tests/common/gateway/tls.h"
#include "tests/support/test.h"

enum { TIMEOUT_MS = 20000 };

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
    tls_drain(tls);
    return end;
}

static const char *good_answer(const struct tls *tls, enum question question) {
    const char *body = question_goods[question];

    return arena_format(tls->arena, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                        strlen(body), body);
}

static void test_certificate(void **state) {
    struct tls *tls = *state;

    tls_certificate(tls);
    for (enum question question = ASK_SALE; question < ASKS; question++) {
        const char *label = question_names[question];
        const char *not_sent = ask_end(question, false);

        tls_start(tls, good_answer(tls, question));
        /* Nothing but the certificate keeps the others from being asked. */
        check_text(label, ask(tls, question, "127.0.0.1", tls->certificate), ask_good(question));
        /* Signed by nobody we know. */
        check_text(label, ask(tls, question, "127.0.0.1", ""), not_sent);
        /* Somebody else's. */
        check_text(label, ask(tls, question, "localhost", tls->certificate), not_sent);
        /* The only certificates to trust cannot be read. */
        check_text(label, ask(tls, question, "127.0.0.1", "/nowhere.pem"), not_sent);
        tls_stop(tls);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_certificate, tls_setup, tls_teardown),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
