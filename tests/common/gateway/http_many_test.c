/* http_many: calls in flight at once, each sent once and told with its own answer. What one
 * connection can do is proven in http_client_test.c: the exchange is the same. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/timerfd.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/gateway/http_many.h"
#include "tests/common/gateway/crowd.h"
#include "tests/common/gateway/tls.h"
#include "tests/support/test.h"

/* Short where a test waits for it to pass, long where it must not. */
enum { CONNECT_MS = 20000, SHORT_MS = 4000, LONG_MS = 20000, BODY_MAX = 200, MANY = 200 };

struct post {
    struct arena *arena;
    struct http_call call;
    unsigned number, told;
};

struct told {
    unsigned count;
};

static struct post *post_new(const char *url, unsigned number) {
    struct arena *arena = arena_new(1024 * 1024);
    struct post *post = arena_alloc(arena, sizeof *post);
    struct buffer *body = &post->call.body;

    post->arena = arena;
    post->number = number;
    post->call.url = arena_text(arena, url);
    post->call.answer_limit_bytes = 64 * 1024;
    buffer_init(body, arena, BODY_MAX);
    buffer_text(body, arena_format(arena, "security_key=secret&orderid=P%u", number));
    return post;
}

static void post_send(struct http_many *many, struct post *post) {
    http_many_post(many, post->arena, &post->call, INT64_MAX, post);
}

static bool is_wiped(const struct buffer *body) {
    for (size_t at = 0; at < body->capacity; at++)
        if (body->bytes[at])
            return false;
    return !body->length;
}

static void tell(struct http_call *call, void *context, void *user) {
    struct post *post = context;
    struct told *told = user;

    assert_ptr_equal(call, &post->call);
    assert_true(is_wiped(&call->body));
    post->told++;
    told->count++;
}

static void run(struct http_many *many, struct told *told) {
    while (http_many_wait(many, LONG_MS, -1, tell, told))
        continue;
}

static bool has_own_answer(const struct post *post) {
    return strstr(post->call.answer.bytes,
                  arena_format(post->arena, "transactionid=T%u&", post->number)) != NULL;
}

/* ---- at once ---- */

/* The gateway answers nobody before it has heard all, and the last first. */
static void test_overlap(void **state) {
    struct crowd *crowd = crowd_start(MANY, NULL);
    struct http_many *many = http_many_new(MANY, CONNECT_MS, LONG_MS, "");
    struct post *posts[MANY];
    struct told told = {0};

    (void)state;
    for (unsigned at = 0; at < MANY; at++)
        post_send(many, posts[at] = post_new(crowd->url, at));
    assert_int_equal(http_many_in_flight(many), MANY);
    run(many, &told);
    http_many_free(many);
    crowd_stop(crowd);

    assert_int_equal(told.count, MANY);
    assert_int_equal(crowd->connections, MANY);
    assert_int_equal(crowd->requests, MANY);
    assert_int_equal(crowd->most_held, MANY);
    assert_false(crowd->has_more);
    for (unsigned at = 0; at < MANY; at++) {
        assert_int_equal(posts[at]->told, 1);
        assert_int_equal(crowd->seen[at], 1);
        assert_int_equal(posts[at]->call.end, HTTP_ANSWERED);
        assert_true(has_own_answer(posts[at]));
        arena_free(posts[at]->arena);
    }
    crowd_free(crowd);
}

/* A handle serves one call after the other, good and bad: nothing of one is left for the next. */
static void test_reuse(void **state) {
    enum { ROUNDS = 60 };
    struct crowd *crowd = crowd_start(0, NULL);
    struct http_many *many = http_many_new(1, CONNECT_MS, LONG_MS, "");

    (void)state;
    for (unsigned at = 0; at < ROUNDS; at++) {
        struct post *post = post_new(at % 3 ? crowd->url : "http://127.0.0.1:1", at);
        struct told told = {0};

        post_send(many, post);
        run(many, &told);
        check_int("told", told.count, 1);
        check_int("end", post->call.end, at % 3 ? HTTP_ANSWERED : HTTP_NOT_SENT);
        check_true("own", at % 3 == 0 || has_own_answer(post));
        check_true("words", !*post->call.failure == (at % 3 != 0));
        arena_free(post->arena);
    }
    http_many_free(many);
    crowd_stop(crowd);
    check_int("connections", (int64_t)crowd->connections, ROUNDS * 2 / 3);
    check_true("once", !crowd->has_more);
    crowd_free(crowd);
}

/* ---- a mix ---- */

enum mix { ANSWERED, CLOSED, RESET, SILENT, GARBAGE, REFUSED, NO_TLS, NO_TRUST, TOO_LONG, MIXES };

static const char *const mix_names[MIXES] = {"answered", "closed", "reset",    "silent",  "garbage",
                                             "refused",  "no TLS", "no trust", "too long"};

static const enum http_end mix_ends[MIXES] = {
    [ANSWERED] = HTTP_ANSWERED, [CLOSED] = HTTP_LOST,       [RESET] = HTTP_LOST,
    [SILENT] = HTTP_LOST,       [GARBAGE] = HTTP_LOST,      [REFUSED] = HTTP_NOT_SENT,
    [NO_TLS] = HTTP_NOT_SENT,   [NO_TRUST] = HTTP_NOT_SENT, [TOO_LONG] = HTTP_NOT_SENT,
};

static enum crowd_act mix_act(unsigned number) {
    static const enum crowd_act acts[] = {CROWD_ANSWER, CROWD_CLOSE, CROWD_RESET, CROWD_HANG,
                                          CROWD_GARBAGE};

    assert(number % MIXES < sizeof acts / sizeof *acts);
    return acts[number % MIXES];
}

static struct post *mix_post(const struct crowd *crowd, const struct tls *tls, unsigned number) {
    struct post *post = post_new(crowd->url, number);

    switch ((enum mix)(number % MIXES)) {
    case REFUSED:
        post->call.url = "http://127.0.0.1:1";
        break;
    case NO_TLS:
        post->call.url = arena_format(post->arena, "https%s", crowd->url + strlen("http"));
        break;
    case NO_TRUST:
        post->call.url = arena_format(post->arena, "https://127.0.0.1:%s", tls->port);
        break;
    case TOO_LONG:
        for (int at = 0; at <= BODY_MAX; at++)
            buffer_text(&post->call.body, "x");
        break;
    default:
        break;
    }
    return post;
}

/* What speaks TLS to the crowd may look like a request that never ends, but is none. */
static void test_mix(void **state) {
    enum { CALLS = MIXES * 6, SENT = 5 * 6 };
    struct tls *tls = *state;
    struct crowd *crowd = crowd_start(SENT, mix_act);
    struct http_many *many = http_many_new(CALLS, CONNECT_MS, SHORT_MS, "");
    struct post *posts[CALLS];
    struct told told = {0};

    tls_certificate(tls);
    tls_start(tls, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for (unsigned at = 0; at < CALLS; at++)
        post_send(many, posts[at] = mix_post(crowd, tls, at));
    run(many, &told);
    http_many_free(many);
    crowd_stop(crowd);
    tls_drain(tls);
    tls_stop(tls);

    assert_int_equal(told.count, CALLS);
    assert_int_equal(crowd->requests, SENT);
    for (unsigned at = 0; at < CALLS; at++) {
        const char *label = mix_names[at % MIXES];

        check_int(label, posts[at]->told, 1);
        check_int(label, posts[at]->call.end, mix_ends[at % MIXES]);
        check_int(label, crowd->seen[at], at % MIXES <= GARBAGE);
        check_true(label, at % MIXES == ANSWERED || *posts[at]->call.failure);
        check_true(label, at % MIXES != ANSWERED || has_own_answer(posts[at]));
        arena_free(posts[at]->arena);
    }
    crowd_free(crowd);
}

static void test_tls(void **state) {
    struct tls *tls = *state;

    tls_certificate(tls);
    for (int is_trusted = 0; is_trusted < 2; is_trusted++) {
        struct http_many *many = http_many_new(2, CONNECT_MS, LONG_MS,
                                               is_trusted ? tls->certificate : "");
        struct told told = {0};

        tls_start(tls, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        struct post *post = post_new(arena_format(tls->arena, "https://127.0.0.1:%s", tls->port),
                                     1);
        post_send(many, post);
        run(many, &told);
        http_many_free(many);
        check_int("trusted", post->call.end, is_trusted ? HTTP_ANSWERED : HTTP_NOT_SENT);
        check_text("trusted", post->call.answer.bytes, is_trusted ? "ok" : "");
        arena_free(post->arena);
        tls_stop(tls);
    }
}

static int64_t calls_cost_us(struct http_many *many, const struct tls *tls, unsigned count) {
    int64_t from_us = cpu_us();

    for (unsigned at = 0; at < count; at++) {
        struct post *post = post_new(arena_format(tls->arena, "https://127.0.0.1:%s", tls->port),
                                     at);
        struct told told = {0};

        post_send(many, post);
        run(many, &told);
        check_int("end", post->call.end, HTTP_NOT_SENT);
        arena_free(post->arena);
        tls_drain(tls);
    }
    return cpu_us() - from_us;
}

/* The system's certificates are read once, not for every call: that would be most of its cost. */
static void test_certificates_kept(void **state) {
    enum { CALLS = 30 };
    struct tls *tls = *state;
    struct http_many *many = http_many_new(1, CONNECT_MS, LONG_MS, "");

    tls_certificate(tls);
    tls_start(tls, "");
    int64_t first_us = calls_cost_us(many, tls, 1), others_us = calls_cost_us(many, tls, CALLS);
    http_many_free(many);
    tls_stop(tls);
    print_message("  the first: %lld us, each other: %lld us\n", (long long)first_us,
                  (long long)(others_us / CALLS));
    assert_true(others_us < first_us * CALLS / 3);
}

/* ---- limits ---- */

static void post_many(void *context) {
    struct http_many *many = http_many_new(3, CONNECT_MS, LONG_MS, "");

    for (unsigned at = 0; at < *(unsigned *)context; at++)
        post_send(many, post_new("http://127.0.0.1:1", at));
}

static void open_many(void *context) {
    http_many_free(http_many_new(*(unsigned *)context, CONNECT_MS, LONG_MS, ""));
}

static void free_busy(void *context) {
    struct http_many *many = http_many_new(3, CONNECT_MS, LONG_MS, "");

    (void)context;
    post_send(many, post_new("http://127.0.0.1:1", 0));
    http_many_free(many);
}

static void test_limit(void **state) {
    unsigned numbers[] = {0, 1, 3, 4, HTTP_MANY_MAX, HTTP_MANY_MAX + 1};

    (void)state;
    check_true("at the limit", !dies(post_many, &numbers[2]));
    check_true("one past it", dies(post_many, &numbers[3]));
    check_true("limit 0", dies(open_many, &numbers[0]));
    check_true("limit 1", !dies(open_many, &numbers[1]));
    check_true("the highest limit", !dies(open_many, &numbers[4]));
    check_true("one past the highest", dies(open_many, &numbers[5]));
    check_true("freed with one in flight", dies(free_busy, NULL));
    http_many_free(NULL);
}

/* Files for some only: the others are not sent, and say so. Nobody answers. */
static void test_no_files(void **state) {
    enum { CALLS = 60, FILES = 20 };
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), peer;
    struct http_many *many = http_many_new(CALLS, CONNECT_MS, SHORT_MS, "");
    unsigned ends[3] = {0}, arrived = 0;
    struct post *posts[CALLS];
    struct told told = {0};
    struct rlimit before, few;
    char url[64], bytes[CROWD_REQUEST];

    (void)state;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(listener, CALLS), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    for (unsigned at = 0; at < CALLS; at++)
        post_send(many, posts[at] = post_new(url, at));
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    int next = dup(listener);
    close(next);
    few.rlim_cur = (rlim_t)next + FILES;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    run(many, &told);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    http_many_free(many);

    for (unsigned at = 0; at < CALLS; at++) {
        ends[posts[at]->call.end]++;
        arena_free(posts[at]->arena);
    }
    while ((peer = accept(listener, NULL, NULL)) >= 0) {
        arrived += recv(peer, bytes, sizeof bytes, 0) > 0;
        close(peer);
    }
    close(listener);
    assert_int_equal(told.count, CALLS);
    assert_int_equal(ends[HTTP_LOST], arrived);
    assert_int_equal(ends[HTTP_NOT_SENT], CALLS - arrived);
    assert_in_range(arrived, 1, FILES);
}

/* ---- waiting ---- */

static int timer_start(long ms) {
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    struct itimerspec when = {.it_value = {ms / 1000, ms % 1000 * 1000000}};

    assert_int_equal(timerfd_settime(timer, 0, &when, NULL), 0);
    return timer;
}

static int hung_up(void) {
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[1]);
    return ends[0];
}

/* The gateway holds the first answer until a second question comes. */
static void test_wake(void **state) {
    struct crowd *crowd = crowd_start(2, NULL);
    struct http_many *many = http_many_new(2, CONNECT_MS, LONG_MS, "");
    struct post *first = post_new(crowd->url, 1), *second = post_new(crowd->url, 2);
    int timer = timer_start(100), late = timer_start(3600 * 1000L), hung = hung_up();
    int64_t from_ms = clock_monotonic_ms();
    struct told told = {0};

    (void)state;
    /* Nothing to wait for. */
    assert_int_equal(http_many_wait(many, LONG_MS, -1, tell, &told), 0);
    post_send(many, first);
    assert_int_equal(http_many_wait(many, LONG_MS, timer, tell, &told), 1);
    assert_int_equal(http_many_wait(many, LONG_MS, hung, tell, &told), 1);
    assert_true(clock_monotonic_ms() - from_ms < LONG_MS / 2);
    /* Its time passes, and it is not more than that. */
    from_ms = clock_monotonic_ms();
    assert_int_equal(http_many_wait(many, 150, late, tell, &told), 1);
    assert_in_range(clock_monotonic_ms() - from_ms, 150, LONG_MS / 2);
    assert_int_equal(http_many_wait(many, 0, -1, tell, &told), 1);
    assert_int_equal(told.count, 0);
    post_send(many, second);
    while (http_many_wait(many, LONG_MS, late, tell, &told))
        continue;
    assert_int_equal(told.count, 2);

    /* A pause: with none in flight, for the file or the time. */
    close(timer);
    timer = timer_start(100);
    from_ms = clock_monotonic_ms();
    assert_int_equal(http_many_wait(many, LONG_MS, timer, tell, &told), 0);
    assert_in_range(clock_monotonic_ms() - from_ms, 90, LONG_MS / 2);
    from_ms = clock_monotonic_ms();
    assert_int_equal(http_many_wait(many, 100, late, tell, &told), 0);
    assert_in_range(clock_monotonic_ms() - from_ms, 100, LONG_MS / 2);
    http_many_free(many);
    crowd_stop(crowd);
    assert_int_equal(crowd->requests, 2);
    crowd_free(crowd);
    close(timer);
    close(late);
    close(hung);
    arena_free(first->arena);
    arena_free(second->arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_reuse),
        cmocka_unit_test_setup_teardown(test_mix, tls_setup, tls_teardown),
        cmocka_unit_test_setup_teardown(test_tls, tls_setup, tls_teardown),
        cmocka_unit_test_setup_teardown(test_certificates_kept, tls_setup, tls_teardown),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_no_files),
        cmocka_unit_test(test_wake),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
