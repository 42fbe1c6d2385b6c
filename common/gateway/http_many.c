#include "common/gateway/http_many.h"

#include <assert.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/gateway/http_easy.h"

struct slot {
    struct http_easy http; /* opened at its first use, then kept */
    struct http_call *call;
    struct arena *arena;
    int64_t not_after_ms;
    void *context;
    struct slot *next; /* in the list that it is in */
};

struct http_many {
    CURLM *multi;
    struct http_limits limits;
    unsigned limit, in_flight;
    struct slot *idle;                  /* used before: the last one first */
    struct slot *waiting, *waiting_end; /* posted, not begun: the oldest first */
    unsigned used;                      /* of slots: those after have no handle yet */
    struct slot slots[];
};

/* As http_must(). What is in flight is found by its rows. */
static void must(CURLMcode code) {
    if (code == CURLM_OK)
        return;
    LOG(LOG_LEVEL_ERROR, "http.many", LOG_TEXT("error", curl_multi_strerror(code)));
    abort();
}

struct http_many *http_many_new(unsigned limit, unsigned connect_timeout_ms, unsigned timeout_ms,
                                const char *ca_file) {
    assert(limit >= 1 && limit <= HTTP_MANY_MAX);

    struct http_many *many = calloc(1, sizeof *many + limit * sizeof *many->slots);
    if (!many)
        abort();
    many->limit = limit;
    many->limits = (struct http_limits){connect_timeout_ms, timeout_ms, ca_file};
    /* libcurl's own set-up, which has to come before any other call to it. */
    http_easy_open(&many->slots[0].http);
    many->idle = &many->slots[0];
    many->used = 1;
    many->multi = curl_multi_init();
    if (!many->multi)
        must(CURLM_OUT_OF_MEMORY);
    /* No limit of libcurl's own: what is over such a limit waits in its queue, out of our sight. No
     * request shares a connection. */
    must(curl_multi_setopt(many->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 0L));
    must(curl_multi_setopt(many->multi, CURLMOPT_MAX_HOST_CONNECTIONS, 0L));
    must(curl_multi_setopt(many->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING));
    return many;
}

void http_many_free(struct http_many *many) {
    if (!many)
        return;
    assert(!many->in_flight);
    while (many->used)
        http_easy_close(&many->slots[--many->used].http);
    must(curl_multi_cleanup(many->multi));
    free(many);
}

unsigned http_many_in_flight(const struct http_many *many) {
    return many->in_flight;
}

static struct slot *slot_take(struct http_many *many) {
    struct slot *slot = many->idle;

    if (slot) {
        many->idle = slot->next;
        return slot;
    }
    slot = &many->slots[many->used++];
    http_easy_open(&slot->http);
    return slot;
}

void http_many_post(struct http_many *many, struct arena *arena, struct http_call *call,
                    int64_t not_after_ms, void *context) {
    assert(many->in_flight < many->limit);

    struct slot *slot = slot_take(many);
    slot->call = call;
    slot->arena = arena;
    slot->not_after_ms = not_after_ms;
    slot->context = context;
    slot->next = NULL;
    *(many->waiting ? &many->waiting_end->next : &many->waiting) = slot;
    many->waiting_end = slot;
    many->in_flight++;
}

/* Before it is told: each() may post another, and free this one. */
static void slot_end(struct http_many *many, struct slot *slot, http_many_each each, void *user) {
    struct http_call *call = slot->call;
    void *context = slot->context;

    slot->call = NULL;
    slot->arena = NULL;
    slot->context = NULL;
    slot->next = many->idle;
    many->idle = slot;
    many->in_flight--;
    each(call, context, user);
}

/* Those that were posted before we came. How many ended without having been sent. */
static unsigned begin_waiting(struct http_many *many, http_many_each each, void *user) {
    struct slot *slot = many->waiting;
    unsigned ended = 0;

    many->waiting = NULL;
    while (slot) {
        struct slot *next = slot->next;

        if (http_easy_begin(&slot->http, &many->limits, slot->arena, slot->call,
                            slot->not_after_ms)) {
            http_must(curl_easy_setopt(slot->http.easy, CURLOPT_PRIVATE, slot));
            must(curl_multi_add_handle(many->multi, slot->http.easy));
        } else {
            slot_end(many, slot, each, user);
            ended++;
        }
        slot = next;
    }
    return ended;
}

static unsigned tell_ended(struct http_many *many, http_many_each each, void *user) {
    unsigned ended = 0;
    struct CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(many->multi, &left))) {
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        struct slot *slot = NULL;

        assert(message->msg == CURLMSG_DONE);
        http_must(curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot));
        must(curl_multi_remove_handle(many->multi, easy));
        http_easy_end(&slot->http, slot->call, code);
        slot_end(many, slot, each, user);
        ended++;
    }
    return ended;
}

/* Asked for itself: of a file that hangs up libcurl would tell nothing and yet not wait. */
static bool is_awake(int wake_fd) {
    struct pollfd wake = {wake_fd, POLLIN, 0};

    return wake_fd >= 0 && poll(&wake, 1, 0) > 0;
}

unsigned http_many_wait(struct http_many *many, unsigned timeout_ms, int wake_fd,
                        http_many_each each, void *user) {
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;

    for (;;) {
        struct curl_waitfd wake = {.fd = wake_fd, .events = CURL_WAIT_POLLIN};
        unsigned ended = begin_waiting(many, each, user);
        int running = 0, ready = 0;

        must(curl_multi_perform(many->multi, &running));
        ended += tell_ended(many, each, user);

        int64_t left_ms = until_ms - clock_monotonic_ms();
        if (ended || left_ms <= 0 || (!many->in_flight && wake_fd < 0) || is_awake(wake_fd))
            return many->in_flight;
        must(curl_multi_poll(many->multi, &wake, wake_fd >= 0,
                             left_ms > INT_MAX ? INT_MAX : (int)left_ms, &ready));
    }
}
