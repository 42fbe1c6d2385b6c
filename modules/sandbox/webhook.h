/*
 * webhook.h - the events the gateway tells of, and how they are sent.
 *
 * Fields and schedule: the vendor's manual (gateway of the NMI family, "Webhooks": setup, events,
 * retry logic and the examples).
 */
#ifndef SANDBOX_WEBHOOK_H
#define SANDBOX_WEBHOOK_H

#include <jansson.h>

#include "modules/sandbox/basics.h"

struct transaction;

/* sha256.c - HMAC-SHA256 of nonce "." body under key, in lower-case hex. */
#define SIGNATURE_TEXT_BYTES 65
const char *sign_text(const char *key, const char *nonce, const void *body, size_t length,
                      char out[static SIGNATURE_TEXT_BYTES]);

/*
 * webhook.c - the events, newest last. An event of a transaction keeps which action it was and
 * the condition then, and its body is written when it is sent; others keep their body.
 */
#define WEBHOOKS_LIMIT 200000      /* events kept; of more the oldest is forgotten */
#define WEBHOOK_QUEUE_LIMIT 500000 /* copies that wait to be sent */
#define WEBHOOK_REPEAT_LIMIT 1000
#define WEBHOOK_RETRIES 20
#define WEBHOOK_TYPE_BYTES 44
#define UUID_TEXT_BYTES 37
enum webhook_state {
    WEBHOOK_WAITING,   /* to be sent, or sent again */
    WEBHOOK_HELD,      /* until told */
    WEBHOOK_DROPPED,   /* never sent by itself, not in the journal */
    WEBHOOK_DELIVERED, /* a 200 came */
    WEBHOOK_ENDED,     /* every try failed */
    WEBHOOK_STATE_COUNT
};
extern const char *const webhook_states[WEBHOOK_STATE_COUNT];
struct webhook {
    int64_t number; /* from 1, in the order they were made */
    char id[UUID_TEXT_BYTES], type[WEBHOOK_TYPE_BYTES];
    const struct transaction *transaction; /* NULL: body tells all */
    size_t action;
    int condition;
    char *body;                              /* event_body as JSON; NULL with a transaction */
    int64_t made_at, retry_at;               /* business time; 0: no retry is planned */
    int tries, retries, copies, last_status; /* copies: waiting or in flight; status 0: no answer */
    enum webhook_state state;
};

/* webhook_queue.c - two heaps: what is to be sent now, and what by the business clock. */
struct send_entry {
    int64_t at; /* real milliseconds, or business seconds */
    uint64_t order;
    int64_t number;
};
struct send_queue {
    struct send_entry *heap;
    size_t count, room;
};
void send_queue_add(struct send_queue *queue, int64_t at, uint64_t order, int64_t number);
/* The first one up to at; false: none. */
bool send_queue_take(struct send_queue *queue, int64_t at, struct send_entry *out_entry);
void send_queue_release(struct send_queue *queue);
/* Any seed is good; never 0 inside. */
void random_seed(uint64_t *random, int64_t seed);
uint64_t random_next(uint64_t *random);

struct sender;
struct webhooks {
    struct webhook **ring; /* by number modulo WEBHOOKS_LIMIT */
    int64_t first, next;
    int64_t by_state[WEBHOOK_STATE_COUNT], retrying, forgotten, posts;
    struct send_queue ready, retries;
    uint64_t random, sequence;
    int64_t seed;
    struct sender *senders; /* WEBHOOK_PARALLEL_LIMIT of them */
    int64_t in_flight;
    struct event *pump;
};

/* Of a transaction's last action, when it is in the book. */
void webhook_tell(struct sandbox *sandbox, const struct transaction *transaction);
/* Of anything else: takes what event_body holds, and empties it. */
void webhook_tell_body(struct sandbox *sandbox, const char *type, struct evbuffer *event_body);
/* NULL: not there any more. */
struct webhook *webhook_get(const struct webhooks *webhooks, int64_t number);
void webhook_set_state(struct webhooks *webhooks, struct webhook *webhook,
                       enum webhook_state state);
/* 0: no retry is planned. */
void webhook_set_retry(struct webhooks *webhooks, struct webhook *webhook, int64_t at);
/* From the journal at start: {"event":{...}} and {"event_sent":{...}}. */
bool webhook_restore(struct sandbox *sandbox, json_t *event);
bool webhook_restore_sent(struct sandbox *sandbox, json_t *sent);
void webhooks_release(struct webhooks *webhooks);
/* Keeps in the journal how it stands now; nobody waits for that. */
void webhook_note(struct sandbox *sandbox, const struct webhook *webhook);

/* webhook_body.c - the body as it is sent. */
void webhook_write_body(const struct sandbox *sandbox, struct evbuffer *out,
                        const struct webhook *webhook);
/* "merchant":{...}, as all bodies have it. */
void webhook_write_merchant(const struct sandbox *sandbox, struct evbuffer *out, bool is_number);
void webhook_write_processor(struct evbuffer *out);
/* A masked number, as events mask it, in quotes. */
void webhook_write_number(struct evbuffer *out, const char *masked);

/* webhook_send.c - deliveries, retries, and the timer behind them. */
#define WEBHOOK_PARALLEL_LIMIT 64
/* "http://127.x.y.z[:port][/path]". */
bool webhook_url_is_good(const char *url);
bool webhooks_are_on(const struct sandbox *sandbox);
bool webhooks_start(struct sandbox *sandbox);
void webhooks_stop(struct sandbox *sandbox);
/* Queues copies of it; false: the queue is full. random NULL: in the order they come. */
bool webhook_queue(struct sandbox *sandbox, struct webhook *webhook, int64_t copies,
                   int64_t latency_ms, uint64_t *random);
/* Of one that the journal had: to be sent, or sent again when its time comes. */
void webhook_resume(struct sandbox *sandbox, struct webhook *webhook);
/* Sends what is due; to be called when time may have passed, and when the journal is clean. */
void webhooks_pump(struct sandbox *sandbox);
/* Before anybody looks: sends again what is due by the business clock. */
void webhooks_catch_up(struct sandbox *sandbox);
void webhooks_pump_soon(struct sandbox *sandbox);

#endif
