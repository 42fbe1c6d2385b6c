/* http_many and time: names that do not resolve, and calls that would begin too late. The resolver
 * of this program is the one below. */
#include <netdb.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/gateway/http_many.h"
#include "tests/common/gateway/crowd.h"
#include "tests/support/test.h"

/* The resolver gives up after STUCK_S: a loop that waits for it fails by the clock. */
enum { CONNECT_MS = 20000, SHORT_MS = 400, LONG_MS = 20000, STUCK_S = 10 };

static sem_t may_resolve;
static atomic_int resolving, resolved;

/* slow.test: this machine, once it may. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **out) {
    struct {
        struct addrinfo info;
        struct sockaddr_in address;
    } *found = calloc(1, sizeof *found);
    struct timespec until;
    int status = 0;

    (void)hints;
    assert(found && strcmp(name, "slow.test") == 0);
    atomic_fetch_add(&resolving, 1);
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += STUCK_S;
    if (sem_timedwait(&may_resolve, &until))
        status = EAI_AGAIN;
    found->address.sin_family = AF_INET;
    found->address.sin_port = htons((uint16_t)strtoul(service, NULL, 10));
    found->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    found->info.ai_family = AF_INET;
    found->info.ai_socktype = SOCK_STREAM;
    found->info.ai_addrlen = sizeof found->address;
    found->info.ai_addr = (struct sockaddr *)&found->address;
    if (status)
        free(found);
    else
        *out = &found->info;
    atomic_fetch_add(&resolved, 1);
    return status;
}

void freeaddrinfo(struct addrinfo *found) {
    free(found);
}

static void resolve(int times) {
    while (times--)
        assert_int_equal(sem_post(&may_resolve), 0);
    while (atomic_load(&resolved) < atomic_load(&resolving))
        (void)poll(NULL, 0, 1);
}

static const char *slow_url(struct arena *arena, const struct crowd *crowd) {
    return arena_format(arena, "http://slow.test%s", strrchr(crowd->url, ':'));
}

static struct http_call *call_new(struct arena *arena, const char *url, unsigned number) {
    struct http_call *call = arena_alloc(arena, sizeof *call);

    call->url = url;
    call->answer_limit_bytes = 4096;
    buffer_init(&call->body, arena, 100);
    buffer_text(&call->body, arena_format(arena, "security_key=secret&orderid=P%u", number));
    return call;
}

static void tell(struct http_call *call, void *context, void *user) {
    (void)context;
    assert_int_equal(call->body.length, 0);
    assert_int_equal(call->body.bytes[0], 0);
    ++*(unsigned *)user;
}

/* Neither its connect time-out nor its end keeps the others waiting. */
static void test_slow_name(void **state) {
    struct crowd *crowd = crowd_start(0, NULL);
    struct http_many *many = http_many_new(4, SHORT_MS, LONG_MS, "");
    struct http_call *slow = call_new(*state, slow_url(*state, crowd), 1);
    struct http_call *quick = call_new(*state, crowd->url, 2);
    int64_t from_ms = clock_monotonic_ms();
    unsigned told = 0;

    http_many_post(many, *state, slow, INT64_MAX, NULL);
    http_many_post(many, *state, quick, INT64_MAX, NULL);
    assert_int_equal(http_many_wait(many, LONG_MS, -1, tell, &told), 1);
    assert_int_equal(told, 1);
    assert_int_equal(quick->end, HTTP_ANSWERED);
    assert_int_equal(http_many_wait(many, LONG_MS, -1, tell, &told), 0);
    assert_int_equal(told, 2);
    assert_int_equal(slow->end, HTTP_NOT_SENT);
    assert_true(clock_monotonic_ms() - from_ms < STUCK_S * 1000 / 2);
    http_many_free(many);
    assert_true(clock_monotonic_ms() - from_ms < STUCK_S * 1000 / 2);
    resolve(1);
    crowd_stop(crowd);
    assert_int_equal(crowd->requests, 1);
    crowd_free(crowd);
}

/* Its time was over before it began: not even a connection. */
static void test_late_begin(void **state) {
    struct crowd *crowd = crowd_start(0, NULL);
    struct http_many *many = http_many_new(4, CONNECT_MS, LONG_MS, "");
    struct http_call *late = call_new(*state, crowd->url, 1);
    struct http_call *good = call_new(*state, crowd->url, 2);
    unsigned told = 0;

    http_many_post(many, *state, late, clock_monotonic_ms(), NULL);
    http_many_post(many, *state, good, clock_monotonic_ms() + LONG_MS, NULL);
    while (http_many_wait(many, LONG_MS, -1, tell, &told))
        continue;
    http_many_free(many);
    crowd_stop(crowd);
    assert_int_equal(told, 2);
    assert_int_equal(late->end, HTTP_NOT_SENT);
    assert_string_equal(late->failure, "too late to send");
    assert_int_equal(good->end, HTTP_ANSWERED);
    assert_int_equal(crowd->connections, 1);
    assert_int_equal(crowd->seen[1], 0);
    crowd_free(crowd);
}

/* The connection stands only when its time is over; the same with time left. */
static void test_late_connection(void **state) {
    for (int is_late = 0; is_late < 2; is_late++) {
        struct crowd *crowd = crowd_start(0, NULL);
        struct http_many *many = http_many_new(4, CONNECT_MS, LONG_MS, "");
        struct http_call *call = call_new(*state, slow_url(*state, crowd), 1);
        int64_t not_after_ms = clock_monotonic_ms() + (is_late ? 200 : LONG_MS);
        unsigned told = 0;

        http_many_post(many, *state, call, not_after_ms, NULL);
        while (clock_monotonic_ms() <= not_after_ms && (is_late || !atomic_load(&resolving)))
            assert_int_equal(http_many_wait(many, 20, -1, tell, &told), 1);
        resolve(1);
        while (http_many_wait(many, LONG_MS, -1, tell, &told))
            continue;
        http_many_free(many);
        crowd_stop(crowd);
        check_int("told", told, 1);
        check_int("end", call->end, is_late ? HTTP_NOT_SENT : HTTP_ANSWERED);
        check_text("failure", call->failure, is_late ? "too late to send" : "");
        check_int("connections", (int64_t)crowd->connections, 1);
        check_int("requests", (int64_t)crowd->requests, !is_late);
        crowd_free(crowd);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_slow_name, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_late_begin, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_late_connection, arena_setup, arena_teardown),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    if (sem_init(&may_resolve, 0, 0))
        abort();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
