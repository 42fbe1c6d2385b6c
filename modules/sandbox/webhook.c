/*
 * webhook.c - the events, newest last: made with each booking, kept up to a limit.
 *
 * What is to be sent stands in the journal with the booking itself, so that a restart loses none;
 * how a delivery went follows when convenient. Losing that only sends an event once more, which
 * the real gateway does too.
 */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const webhook_states[WEBHOOK_STATE_COUNT] = {
    [WEBHOOK_WAITING] = "waiting",     [WEBHOOK_HELD] = "held",   [WEBHOOK_DROPPED] = "dropped",
    [WEBHOOK_DELIVERED] = "delivered", [WEBHOOK_ENDED] = "ended",
};

static struct webhook **slot(const struct webhooks *webhooks, int64_t number) {
    return &webhooks->ring[number % WEBHOOKS_LIMIT];
}

struct webhook *webhook_get(const struct webhooks *webhooks, int64_t number) {
    return number >= webhooks->first && number < webhooks->next ? *slot(webhooks, number) : NULL;
}

void webhook_set_state(struct webhooks *webhooks, struct webhook *webhook,
                       enum webhook_state state) {
    webhooks->by_state[webhook->state]--;
    webhooks->by_state[state]++;
    webhook->state = state;
}

void webhook_set_retry(struct webhooks *webhooks, struct webhook *webhook, int64_t at) {
    webhooks->retrying += (at != 0) - (webhook->retry_at != 0);
    webhook->retry_at = at;
}

static void webhook_free(struct webhook *webhook) {
    free(webhook->body);
    free(webhook);
}

static void forget_first(struct webhooks *webhooks) {
    struct webhook *webhook = webhook_get(webhooks, webhooks->first);

    *slot(webhooks, webhooks->first++) = NULL;
    if (webhook == NULL)
        return;
    webhook_set_retry(webhooks, webhook, 0);
    webhooks->by_state[webhook->state]--;
    webhooks->forgotten++;
    webhook_free(webhook);
}

/* Takes it; its number is never smaller than that of the last one. */
static void keep(struct webhooks *webhooks, struct webhook *webhook, int64_t most) {
    if (webhooks->ring == NULL)
        webhooks->ring = memory_get(WEBHOOKS_LIMIT * sizeof(struct webhook *));
    if (webhooks->next == 0)
        webhooks->first = webhooks->next = 1;
    /* Those that were dropped before a restart left gaps. */
    while (webhooks->next < webhook->number) {
        while (webhooks->next - webhooks->first >= most)
            forget_first(webhooks);
        *slot(webhooks, webhooks->next++) = NULL;
    }
    while (webhooks->next - webhooks->first >= most)
        forget_first(webhooks);
    webhooks->next = webhook->number + 1;
    *slot(webhooks, webhook->number) = webhook;
    webhooks->by_state[webhook->state]++;
    webhooks->retrying += webhook->retry_at != 0;
}

/* A random one, version 4. */
static void make_uuid(char out[static UUID_TEXT_BYTES]) {
    unsigned char random[16];
    size_t at = 0;

    if (getentropy(random, sizeof(random)) != 0)
        abort();
    random[6] = (unsigned char)((random[6] & 0x0f) | 0x40);
    random[8] = (unsigned char)((random[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof(random); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[at++] = '-';
        snprintf(out + at, 3, "%02x", random[i]);
        at += 2;
    }
}

static void write_state(struct evbuffer *out, const struct webhook *webhook) {
    char at[TIME_TEXT_BYTES];

    evbuffer_add_printf(
        out, "\"number\":%" PRId64 ",\"state\":\"%s\",\"tries\":%d,\"retries\":%d,\"status\":%d",
        webhook->number, webhook_states[webhook->state], webhook->tries, webhook->retries,
        webhook->last_status);
    if (webhook->retry_at)
        evbuffer_add_printf(out, ",\"retry_at\":\"%s\"", time_format_iso(webhook->retry_at, at));
}

static void write_line(struct sandbox *sandbox, const struct webhook *webhook) {
    struct evbuffer *line = journal_begin(sandbox);
    char at[TIME_TEXT_BYTES];

    evbuffer_add_printf(line,
                        "{\"event\":{\"event_id\":\"%s\",\"event_type\":\"%s\","
                        "\"made_at\":\"%s\",",
                        webhook->id, webhook->type, time_format_iso(webhook->made_at, at));
    write_state(line, webhook);
    if (webhook->transaction) {
        evbuffer_add_printf(line,
                            ",\"transaction_id\":\"%" PRId64 "\",\"action\":%zu,"
                            "\"condition\":%d",
                            webhook->transaction->id, webhook->action, webhook->condition);
    } else {
        evbuffer_add_printf(line, ",\"body\":");
        text_write_json(line, webhook->body);
    }
    evbuffer_add(line, "}}", 2);
    journal_end(sandbox);
}

void webhook_note(struct sandbox *sandbox, const struct webhook *webhook) {
    struct evbuffer *line;

    if (webhook->state == WEBHOOK_DROPPED)
        return;
    line = journal_later(sandbox);
    evbuffer_add_printf(line, "{\"event_sent\":{");
    write_state(line, webhook);
    evbuffer_add_printf(line, "}}\n");
}

/* Keeps it, and does what the knobs say. */
static void make(struct sandbox *sandbox, struct webhook *webhook) {
    const struct knobs *knobs = &sandbox->knobs;
    struct webhooks *webhooks = &sandbox->webhooks;
    bool is_shuffled = knobs->webhook_shuffle;

    make_uuid(webhook->id);
    webhook->number = webhooks->next ? webhooks->next : 1;
    webhook->state = knobs->webhooks == WEBHOOKS_DROP || !webhooks_are_on(sandbox) ? WEBHOOK_DROPPED
                     : knobs->webhooks == WEBHOOKS_HOLD                            ? WEBHOOK_HELD
                                                        : WEBHOOK_WAITING;
    if (is_shuffled && webhooks->seed != knobs->webhook_seed) {
        webhooks->seed = knobs->webhook_seed;
        random_seed(&webhooks->random, webhooks->seed);
    }
    keep(webhooks, webhook, knobs->webhook_keep);
    if (webhook->state == WEBHOOK_WAITING &&
        !webhook_queue(sandbox, webhook, knobs->webhook_repeat, knobs->webhook_latency_ms,
                       is_shuffled ? &webhooks->random : NULL))
        webhook_set_state(webhooks, webhook, WEBHOOK_DROPPED);
    if (webhook->state != WEBHOOK_DROPPED)
        write_line(sandbox, webhook);
}

void webhook_tell(struct sandbox *sandbox, const struct transaction *transaction) {
    static const char *const check_types[][2] = {
        {"settle", "settle"}, {"check_return", "return"}, {"check_late_return", "latereturn"}};
    const struct action *action = &transaction->actions[transaction->action_count - 1];
    struct webhook *webhook = memory_get(sizeof(*webhook));

    snprintf(webhook->type, sizeof(webhook->type), "transaction.%s.%s", action->type,
             action->success ? "success" : "failure");
    for (size_t i = 0; i < sizeof(check_types) / sizeof(check_types[0]); i++)
        if (strcmp(check_types[i][0], action->type) == 0)
            snprintf(webhook->type, sizeof(webhook->type), "transaction.check.status.%s",
                     check_types[i][1]);
    webhook->transaction = transaction;
    webhook->action = transaction->action_count - 1;
    webhook->condition = transaction->condition;
    webhook->made_at = action->at;
    make(sandbox, webhook);
}

void webhook_tell_body(struct sandbox *sandbox, const char *type, struct evbuffer *event_body) {
    struct webhook *webhook = memory_get(sizeof(*webhook));
    size_t length = evbuffer_get_length(event_body);

    snprintf(webhook->type, sizeof(webhook->type), "%s", type);
    webhook->body = memory_get(length + 1);
    evbuffer_remove(event_body, webhook->body, length);
    webhook->made_at = clock_now(sandbox);
    make(sandbox, webhook);
}

static bool read_state(struct webhook *webhook, json_t *object) {
    const char *state, *retry_at = NULL;
    size_t at = 0;

    if (json_unpack(object, "{s:s,s:i,s:i,s:i,s?s}", "state", &state, "tries", &webhook->tries,
                    "retries", &webhook->retries, "status", &webhook->last_status, "retry_at",
                    &retry_at) != 0)
        return false;
    while (at < WEBHOOK_STATE_COUNT && strcmp(webhook_states[at], state) != 0)
        at++;
    if (at == WEBHOOK_STATE_COUNT)
        return false;
    webhook->state = (enum webhook_state)at;
    webhook->retry_at = 0;
    return retry_at == NULL || time_parse_iso(retry_at, &webhook->retry_at);
}

static bool read_event(const struct book *book, struct webhook *webhook, json_t *object) {
    const char *id, *type, *made_at, *transaction_id = NULL, *body = NULL;
    json_int_t number, action = 0;

    if (json_unpack(object, "{s:I,s:s,s:s,s:s,s?s,s?I,s?i,s?s}", "number", &number, "event_id", &id,
                    "event_type", &type, "made_at", &made_at, "transaction_id", &transaction_id,
                    "action", &action, "condition", &webhook->condition, "body", &body) != 0 ||
        !time_parse_iso(made_at, &webhook->made_at) || !read_state(webhook, object))
        return false;
    webhook->number = number;
    snprintf(webhook->id, sizeof(webhook->id), "%s", id);
    snprintf(webhook->type, sizeof(webhook->type), "%s", type);
    if (body)
        webhook->body = memory_copy(body);
    webhook->transaction = transaction_id ? book_find(book, transaction_id) : NULL;
    webhook->action = (size_t)action;
    return (body != NULL) != (webhook->transaction != NULL) &&
           (body || (action >= 0 && webhook->action < webhook->transaction->action_count &&
                     webhook->condition >= 0 && webhook->condition < CONDITION_COUNT));
}

bool webhook_restore(struct sandbox *sandbox, json_t *event) {
    struct webhook *webhook = memory_get(sizeof(*webhook));

    if (read_event(&sandbox->book, webhook, event) && webhook->number >= 1 &&
        webhook->number >= sandbox->webhooks.next) {
        keep(&sandbox->webhooks, webhook, WEBHOOKS_LIMIT);
        return true;
    }
    webhook_free(webhook);
    return false;
}

bool webhook_restore_sent(struct sandbox *sandbox, json_t *sent) {
    struct webhooks *webhooks = &sandbox->webhooks;
    int64_t number = json_integer_value(json_object_get(sent, "number"));
    struct webhook *webhook = webhook_get(webhooks, number);
    bool is_good;

    if (webhook == NULL)
        return true; /* forgotten */
    webhooks->by_state[webhook->state]--;
    webhooks->retrying -= webhook->retry_at != 0;
    is_good = read_state(webhook, sent);
    webhooks->by_state[webhook->state]++;
    webhooks->retrying += webhook->retry_at != 0;
    return is_good;
}

void webhooks_release(struct webhooks *webhooks) {
    while (webhooks->ring && webhooks->first < webhooks->next)
        forget_first(webhooks);
    free(webhooks->ring);
    send_queue_release(&webhooks->ready);
    send_queue_release(&webhooks->retries);
}
