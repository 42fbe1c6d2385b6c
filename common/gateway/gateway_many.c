#include "common/gateway/gateway_many.h"

#include <stdlib.h>

#include "common/gateway/driver.h"

struct gateway_many {
    const struct gateway *gateway;
    struct http_many *http;
};

/* A sale on its way, in its own arena. */
struct flight {
    struct gateway_sale_ask ask;
    struct http_call call;
    void *context;
};

/* Whom to tell, for the length of one wait. */
struct listener {
    const struct gateway_driver *driver;
    gateway_many_each each;
    void *user;
};

struct gateway_many *gateway_many_open(const struct gateway *gateway, unsigned limit) {
    const struct gateway_options *options = gateway->options;
    struct gateway_many *many = calloc(1, sizeof *many);

    if (!many)
        abort();
    many->gateway = gateway;
    many->http = http_many_new(limit, options->connect_timeout_ms, options->timeout_ms,
                               options->ca_file);
    return many;
}

void gateway_many_close(struct gateway_many *many) {
    if (!many)
        return;
    http_many_free(many->http);
    free(many);
}

void gateway_many_sale(struct gateway_many *many, struct arena *arena,
                       const struct gateway_sale_ask *ask, int64_t not_after_ms, void *context) {
    struct flight *flight = arena_alloc(arena, sizeof *flight);

    flight->ask = *ask;
    flight->context = context;
    many->gateway->driver->sale_write(many->gateway->options, arena, ask, &flight->call);
    http_many_post(many->http, arena, &flight->call, not_after_ms, flight);
}

static void sale_ended(struct http_call *call, void *context, void *user) {
    const struct listener *listener = user;
    const struct flight *flight = context;
    struct gateway_answer answer;

    listener->driver->sale_read(&flight->ask, call, &answer);
    gateway_sale_log(&flight->ask, call, &answer);
    /* The flight may be gone after this. */
    listener->each(&answer, flight->context, listener->user);
}

unsigned gateway_many_wait(struct gateway_many *many, unsigned timeout_ms, int wake_fd,
                           gateway_many_each each, void *user) {
    struct listener listener = {many->gateway->driver, each, user};

    return http_many_wait(many->http, timeout_ms, wake_fd, sale_ended, &listener);
}

unsigned gateway_many_in_flight(const struct gateway_many *many) {
    return http_many_in_flight(many->http);
}
