/* counters.c - what came in, for "nothing was sent to the gateway". */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>

static const char *const kind_names[KIND_COUNT] = {
    [KIND_SALE] = "sale",     [KIND_VALIDATE] = "validate",    [KIND_VOID] = "void",
    [KIND_REFUND] = "refund", [KIND_VAULT] = "customer_vault", [KIND_OTHER] = "other",
    [KIND_QUERY] = "query",
};

void counters_enter(struct counters *counters) {
    counters->in_flight++;
    if (counters->in_flight > counters->most_in_flight)
        counters->most_in_flight = counters->in_flight;
}

void counters_leave(struct counters *counters) {
    counters->in_flight--;
}

static void counters_write(struct evbuffer *out, const struct counters *counters) {
    int64_t total = 0;

    evbuffer_add_printf(out, "{\"by_kind\":{");
    for (size_t i = 0; i < KIND_COUNT; i++) {
        total += counters->by_kind[i];
        evbuffer_add_printf(out, "%s\"%s\":%" PRId64, i ? "," : "", kind_names[i],
                            counters->by_kind[i]);
    }
    evbuffer_add_printf(
        out,
        "},\"total\":%" PRId64 ",\"wrong_key\":%" PRId64 ",\"tokens\":%" PRId64
        ",\"in_flight\":%" PRId64 ",\"most_in_flight\":%" PRId64 ",\"lost_answers\":%" PRId64
        ",\"silent\":%" PRId64 ",\"clients_gone\":%" PRId64 "}\n",
        total, counters->wrong_key, counters->tokens, counters->in_flight, counters->most_in_flight,
        counters->lost_answers, counters->silent, counters->clients_gone);
}

void counters_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct counters *counters = &sandbox->counters;
    struct evbuffer *out = evbuffer_new();

    if (evhttp_request_get_command(req) == EVHTTP_REQ_DELETE)
        *counters = (struct counters){.in_flight = counters->in_flight,
                                      .most_in_flight = counters->in_flight};
    counters_write(out, counters);
    server_reply(req, 200, "application/json", out);
    evbuffer_free(out);
}
