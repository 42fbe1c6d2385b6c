/*
 * webhook_send.c - deliveries: the queue, the connections, the retries.
 *
 * An event leaves only when the journal has it. Copies wait in a queue by real time; what failed
 * waits by the business clock, which is read before any request is answered and by a small timer.
 * Nothing here is waited for: answers to the sandbox's own clients go on.
 */
#include "modules/sandbox/sandbox.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/keyvalq_struct.h>

#define TICK_MS 250
#define ANSWER_LIMIT_BYTES (1024 * 1024)
#define NONCE_TEXT_BYTES 33
#define ADDRESS_BYTES 64

/* Seconds from one try to the next. */
static const int schedule_s[WEBHOOK_RETRIES] = {
    15,   60,   60,   60,   300,  900,  1800, 3600,  3600,  3600,
    3600, 3600, 3600, 3600, 3600, 3600, 3600, 43200, 43200, 86400,
};

struct sender {
    struct sandbox *sandbox;
    struct evhttp_connection *connection; /* NULL: none is open */
    char address[ADDRESS_BYTES];          /* "127.0.0.1:8080", whose connection it is */
    int64_t number;                       /* of what is in flight; 0: idle */
};

struct target {
    char host[INET_ADDRSTRLEN], address[ADDRESS_BYTES], path[TEXT_LIMIT_BYTES + 2];
    uint16_t port;
};

/* NULL out_target only looks. */
static bool read_url(const char *url, struct target *out_target) {
    struct evhttp_uri *uri = evhttp_uri_parse(url);
    const char *scheme, *host, *path, *query;
    struct in_addr address;
    int port;
    bool is_good;

    if (uri == NULL)
        return false;
    scheme = evhttp_uri_get_scheme(uri);
    host = evhttp_uri_get_host(uri);
    path = evhttp_uri_get_path(uri);
    query = evhttp_uri_get_query(uri);
    port = evhttp_uri_get_port(uri) < 0 ? 80 : evhttp_uri_get_port(uri);
    is_good = scheme && strcmp(scheme, "http") == 0 && host &&
              inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127 &&
              port >= 1 && port <= 65535 && !evhttp_uri_get_userinfo(uri) &&
              !evhttp_uri_get_fragment(uri);
    if (is_good && out_target) {
        out_target->port = (uint16_t)port;
        snprintf(out_target->host, sizeof(out_target->host), "%s", host);
        snprintf(out_target->address, sizeof(out_target->address), "%s:%d", host, port);
        snprintf(out_target->path, sizeof(out_target->path), "%s%s%s", path && *path ? path : "/",
                 query ? "?" : "", query ? query : "");
    }
    evhttp_uri_free(uri);
    return is_good;
}

bool webhook_url_is_good(const char *url) {
    return read_url(url, NULL);
}

static const char *url_of(const struct sandbox *sandbox) {
    const char *option = sandbox->options.webhook_url;

    return *sandbox->knobs.webhook_url ? sandbox->knobs.webhook_url : option ? option : "";
}

static const char *key_of(const struct sandbox *sandbox) {
    const char *option = sandbox->options.webhook_key;

    return *sandbox->knobs.webhook_key ? sandbox->knobs.webhook_key : option ? option : "";
}

bool webhooks_are_on(const struct sandbox *sandbox) {
    return *url_of(sandbox) && *key_of(sandbox);
}

bool webhook_queue(struct sandbox *sandbox, struct webhook *webhook, int64_t copies,
                   int64_t latency_ms, uint64_t *random) {
    struct webhooks *webhooks = &sandbox->webhooks;
    int64_t now_ms = clock_monotonic_ms();

    if (webhooks->ready.count + webhooks->retries.count + (size_t)copies > WEBHOOK_QUEUE_LIMIT)
        return false;
    for (int64_t i = 0; i < copies; i++) {
        uint64_t order = random ? random_next(random) : webhooks->sequence++;
        int64_t delay_ms = latency_ms;

        if (random && latency_ms)
            delay_ms = (int64_t)(random_next(random) % (uint64_t)(2 * latency_ms + 1));
        /* Without latency they are all ready, and only their order counts. */
        send_queue_add(&webhooks->ready, latency_ms ? now_ms + delay_ms : 0, order,
                       webhook->number);
        webhook->copies++;
    }
    webhooks_pump_soon(sandbox);
    return true;
}

static void plan_retry(struct sandbox *sandbox, struct webhook *webhook, int64_t at) {
    webhook_set_retry(&sandbox->webhooks, webhook, at);
    send_queue_add(&sandbox->webhooks.retries, at, sandbox->webhooks.sequence++, webhook->number);
}

void webhook_resume(struct sandbox *sandbox, struct webhook *webhook) {
    if (webhook->state != WEBHOOK_WAITING)
        return;
    if (webhook->retry_at)
        plan_retry(sandbox, webhook, webhook->retry_at);
    else
        webhook_queue(sandbox, webhook, 1, 0, NULL);
}

/* status 0: no answer. */
static void take_answer(struct sandbox *sandbox, struct webhook *webhook, int status) {
    webhook->copies--;
    webhook->tries++;
    webhook->last_status = status;
    if (status == 200) {
        webhook_set_state(&sandbox->webhooks, webhook, WEBHOOK_DELIVERED);
    } else if (webhook->state == WEBHOOK_WAITING && webhook->copies == 0) {
        if (webhook->retries == WEBHOOK_RETRIES)
            webhook_set_state(&sandbox->webhooks, webhook, WEBHOOK_ENDED);
        else
            plan_retry(sandbox, webhook, clock_now(sandbox) + schedule_s[webhook->retries++]);
    }
    webhook_note(sandbox, webhook);
}

static void finish_delivery(struct sender *sender, int status) {
    struct sandbox *sandbox = sender->sandbox;
    struct webhook *webhook = webhook_get(&sandbox->webhooks, sender->number);

    sender->number = 0;
    sandbox->webhooks.in_flight--;
    if (webhook)
        take_answer(sandbox, webhook, status);
    webhooks_pump_soon(sandbox);
}

static void answered(struct evhttp_request *req, void *arg) {
    finish_delivery(arg, req ? evhttp_request_get_response_code(req) : 0);
}

static void close_connection(struct sender *sender) {
    if (sender->connection)
        evhttp_connection_free(sender->connection);
    sender->connection = NULL;
}

static bool open_connection(struct sender *sender, const struct target *target) {
    int64_t timeout_ms = sender->sandbox->knobs.webhook_timeout_ms;
    struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};

    if (sender->connection && strcmp(sender->address, target->address) != 0)
        close_connection(sender);
    if (sender->connection == NULL)
        sender->connection = evhttp_connection_base_new(sender->sandbox->base, NULL, target->host,
                                                        target->port);
    if (sender->connection == NULL)
        return false;
    snprintf(sender->address, sizeof(sender->address), "%s", target->address);
    evhttp_connection_set_timeout_tv(sender->connection, &timeout);
    evhttp_connection_set_max_body_size(sender->connection, ANSWER_LIMIT_BYTES);
    evhttp_connection_set_max_headers_size(sender->connection, ANSWER_LIMIT_BYTES);
    return true;
}

static void make_nonce(char out[static NONCE_TEXT_BYTES]) {
    unsigned char random[(NONCE_TEXT_BYTES - 1) / 2];

    if (getentropy(random, sizeof(random)) != 0)
        abort();
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(out + 2 * i, 3, "%02x", random[i]);
}

static void add_headers(const struct sandbox *sandbox, struct evhttp_request *req,
                        const struct target *target) {
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    struct evbuffer *body = evhttp_request_get_output_buffer(req);
    size_t length = evbuffer_get_length(body);
    char nonce[NONCE_TEXT_BYTES], signature[SIGNATURE_TEXT_BYTES];
    char key[TEXT_LIMIT_BYTES + 8], header[NONCE_TEXT_BYTES + SIGNATURE_TEXT_BYTES + 8];

    make_nonce(nonce);
    snprintf(key, sizeof(key), "%s%s", key_of(sandbox),
             sandbox->knobs.webhook_key_wrong ? "-wrong" : "");
    sign_text(key, nonce, evbuffer_pullup(body, -1), length, signature);
    snprintf(header, sizeof(header), "t=%s,s=%s", nonce, signature);
    evhttp_add_header(headers, "Host", target->address);
    evhttp_add_header(headers, "Content-Type", "application/json");
    evhttp_add_header(headers, "Webhook-Signature", header);
}

static void send_copy(struct sender *sender, const struct target *target,
                      const struct webhook *webhook) {
    struct sandbox *sandbox = sender->sandbox;
    struct evhttp_request *req;

    sender->number = webhook->number;
    sandbox->webhooks.in_flight++;
    sandbox->webhooks.posts++;
    req = open_connection(sender, target) ? evhttp_request_new(answered, sender) : NULL;
    if (req == NULL) {
        finish_delivery(sender, 0);
        return;
    }
    webhook_write_body(sandbox, evhttp_request_get_output_buffer(req), webhook);
    add_headers(sandbox, req, target);
    /* A failure that is known at once may have called back already. */
    if (evhttp_make_request(sender->connection, req, EVHTTP_REQ_POST, target->path) != 0 &&
        sender->number)
        finish_delivery(sender, 0);
}

/* An idle one, rather with a connection than without; NULL: all are busy. */
static struct sender *idle_sender(struct sandbox *sandbox) {
    struct sender *found = NULL;

    for (int64_t i = 0; i < sandbox->knobs.webhook_parallel; i++) {
        struct sender *sender = &sandbox->webhooks.senders[i];

        if (sender->number == 0 && (found == NULL || (sender->connection && !found->connection)))
            found = sender;
    }
    return found;
}

static void send_ready(struct sandbox *sandbox) {
    struct webhooks *webhooks = &sandbox->webhooks;
    int64_t now_ms = clock_monotonic_ms();
    struct target target = {.port = 0};
    struct send_entry entry;
    struct sender *sender;

    if (!webhooks_are_on(sandbox) || !read_url(url_of(sandbox), &target))
        return;
    while ((sender = idle_sender(sandbox)) != NULL &&
           send_queue_take(&webhooks->ready, now_ms, &entry)) {
        struct webhook *webhook = webhook_get(webhooks, entry.number);

        if (webhook)
            send_copy(sender, &target, webhook);
    }
}

static void take_retries(struct sandbox *sandbox) {
    struct webhooks *webhooks = &sandbox->webhooks;
    struct send_entry entry;
    int64_t now;

    if (webhooks->retries.count == 0)
        return;
    now = clock_now(sandbox);
    while (send_queue_take(&webhooks->retries, now, &entry)) {
        struct webhook *webhook = webhook_get(webhooks, entry.number);

        /* Sent by hand meanwhile, it has no retry at that time any more. */
        if (webhook == NULL || webhook->retry_at != entry.at)
            continue;
        webhook_set_retry(webhooks, webhook, 0);
        webhook_queue(sandbox, webhook, 1, 0, NULL);
    }
}

static void wait_for_more(struct sandbox *sandbox) {
    struct webhooks *webhooks = &sandbox->webhooks;
    bool has_room = webhooks->in_flight < sandbox->knobs.webhook_parallel;
    int64_t delay_ms = TICK_MS;

    if (!webhooks_are_on(sandbox))
        return;
    if (webhooks->ready.count > 0 && has_room) {
        int64_t left_ms = webhooks->ready.heap[0].at - clock_monotonic_ms();

        delay_ms = left_ms < 0 ? 0 : left_ms < delay_ms ? left_ms : delay_ms;
    } else if (webhooks->retries.count == 0 && sandbox->due.count == 0) {
        return;
    }
    evtimer_add(webhooks->pump, &(struct timeval){.tv_usec = delay_ms * 1000});
}

void webhooks_pump(struct sandbox *sandbox) {
    struct webhooks *webhooks = &sandbox->webhooks;

    if (webhooks->senders == NULL)
        return;
    take_retries(sandbox);
    /* Otherwise the journal comes back to this when it is on disk. */
    if (journal_is_clean(sandbox))
        send_ready(sandbox);
    for (size_t i = 0; webhooks->ready.count == 0 && i < WEBHOOK_PARALLEL_LIMIT; i++)
        if (webhooks->senders[i].number == 0)
            close_connection(&webhooks->senders[i]);
    if (journal_is_clean(sandbox))
        wait_for_more(sandbox);
}

void webhooks_catch_up(struct sandbox *sandbox) {
    if (sandbox->webhooks.retries.count > 0)
        webhooks_pump(sandbox);
}

/* What the bank does makes events even when nobody asks. */
static void tick(evutil_socket_t fd, short what, void *arg) {
    (void)fd;
    (void)what;
    ach_catch_up(arg);
    webhooks_pump(arg);
}

void webhooks_pump_soon(struct sandbox *sandbox) {
    if (sandbox->webhooks.pump)
        evtimer_add(sandbox->webhooks.pump, &(struct timeval){0});
}

bool webhooks_start(struct sandbox *sandbox) {
    struct webhooks *webhooks = &sandbox->webhooks;

    webhooks->senders = memory_get(WEBHOOK_PARALLEL_LIMIT * sizeof(struct sender));
    for (size_t i = 0; i < WEBHOOK_PARALLEL_LIMIT; i++)
        webhooks->senders[i].sandbox = sandbox;
    webhooks->pump = evtimer_new(sandbox->base, tick, sandbox);
    if (webhooks->pump == NULL)
        return false;
    for (int64_t i = webhooks->first; i < webhooks->next; i++) {
        struct webhook *webhook = webhook_get(webhooks, i);

        if (webhook)
            webhook_resume(sandbox, webhook);
    }
    webhooks_pump_soon(sandbox);
    return true;
}

void webhooks_stop(struct sandbox *sandbox) {
    struct webhooks *webhooks = &sandbox->webhooks;

    for (size_t i = 0; webhooks->senders && i < WEBHOOK_PARALLEL_LIMIT; i++)
        close_connection(&webhooks->senders[i]);
    free(webhooks->senders);
    webhooks->senders = NULL;
    if (webhooks->pump)
        event_free(webhooks->pump);
    webhooks->pump = NULL;
    webhooks_release(webhooks);
}
