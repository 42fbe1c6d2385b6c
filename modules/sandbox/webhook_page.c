/* webhook_page.c - /sandbox/webhooks: the events as JSON, and sending them by hand. */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_PRESET 100
#define PAGE_LIMIT 1000

struct page {
    const char *order_id, *transaction_id, *event_type;
    int64_t after, limit;
    bool has_bodies;
};

static bool read_number(const struct form *form, const char *name, int64_t preset,
                        int64_t *out_number) {
    const char *text = form_get(form, name);
    size_t length = strlen(text);

    *out_number = length ? strtoll(text, NULL, 10) : preset;
    return length <= 12 && strspn(text, "0123456789") == length;
}

/* NULL, or what is wrong. The texts stay in the form. */
static const char *read_page(const struct form *form, struct page *page) {
    *page = (struct page){.order_id = form_get(form, "order_id"),
                          .transaction_id = form_get(form, "transaction_id"),
                          .event_type = form_get(form, "event_type")};
    if (!read_number(form, "after", 0, &page->after))
        return "after is the number of an event";
    if (!read_number(form, "limit", PAGE_PRESET, &page->limit) || page->limit > PAGE_LIMIT)
        return "limit is 0 to 1000";
    return errand_read_switch(form_get(form, "bodies"), false, &page->has_bodies);
}

static bool is_asked_for(const struct page *page, const struct webhook *webhook) {
    const struct transaction *transaction = webhook->transaction;

    if (*page->event_type && strcmp(page->event_type, webhook->type) != 0)
        return false;
    if (*page->order_id &&
        (transaction == NULL ||
         strcmp(page->order_id, record_get(&transaction->record, TEXT_ORDER_ID)) != 0))
        return false;
    return !*page->transaction_id ||
           (transaction && strtoll(page->transaction_id, NULL, 10) == transaction->id);
}

static void write_webhook(const struct sandbox *sandbox, struct evbuffer *out,
                          const struct webhook *webhook, bool has_body) {
    const struct transaction *transaction = webhook->transaction;
    char at[TIME_TEXT_BYTES];

    evbuffer_add_printf(out,
                        "{\"number\":%" PRId64 ",\"event_id\":\"%s\",\"event_type\":\"%s\","
                        "\"made_at\":\"%s\",\"state\":\"%s\",\"delivered\":%s,\"tries\":%d,"
                        "\"last_status\":%d",
                        webhook->number, webhook->id, webhook->type,
                        time_format_iso(webhook->made_at, at), webhook_states[webhook->state],
                        webhook->state == WEBHOOK_DELIVERED ? "true" : "false", webhook->tries,
                        webhook->last_status);
    if (webhook->retry_at)
        evbuffer_add_printf(out, ",\"retry_at\":\"%s\"", time_format_iso(webhook->retry_at, at));
    if (transaction) {
        evbuffer_add_printf(out,
                            ",\"transaction_id\":\"%" PRId64 "\",\"order_id\":", transaction->id);
        text_write_json(out, record_get(&transaction->record, TEXT_ORDER_ID));
    }
    if (has_body) {
        evbuffer_add_printf(out, ",\"body\":");
        webhook_write_body(sandbox, out, webhook);
    }
    evbuffer_add(out, "}", 1);
}

static void write_counts(const struct webhooks *webhooks, struct evbuffer *out) {
    evbuffer_add_printf(out,
                        "{\"waiting\":%zu,\"in_flight\":%" PRId64 ",\"retrying\":%" PRId64
                        ",\"events_waiting\":%" PRId64,
                        webhooks->ready.count, webhooks->in_flight, webhooks->retrying,
                        webhooks->by_state[WEBHOOK_WAITING]);
    for (size_t i = WEBHOOK_HELD; i < WEBHOOK_STATE_COUNT; i++)
        evbuffer_add_printf(out, ",\"%s\":%" PRId64, webhook_states[i], webhooks->by_state[i]);
    evbuffer_add_printf(out, ",\"forgotten\":%" PRId64 ",\"posts\":%" PRId64, webhooks->forgotten,
                        webhooks->posts);
}

static void write_page(const struct sandbox *sandbox, const struct page *page,
                       struct evbuffer *out) {
    const struct webhooks *webhooks = &sandbox->webhooks;
    int64_t number = page->after + 1 > webhooks->first ? page->after + 1 : webhooks->first;
    int64_t count = 0;

    write_counts(webhooks, out);
    evbuffer_add_printf(out, ",\"events\":[");
    for (; number < webhooks->next && count < page->limit; number++) {
        const struct webhook *webhook = webhook_get(webhooks, number);

        if (webhook == NULL || !is_asked_for(page, webhook))
            continue;
        evbuffer_add_printf(out, count++ ? ",\n" : "\n");
        write_webhook(sandbox, out, webhook, page->has_bodies);
    }
    evbuffer_add(out, "]", 1);
    /* Where the next page begins. */
    if (count && number < webhooks->next)
        evbuffer_add_printf(out, ",\"after\":%" PRId64, number - 1);
    evbuffer_add_printf(out, "}\n");
}

static void show(struct sandbox *sandbox, struct evhttp_request *req) {
    struct call *call = call_new(sandbox, req, false);
    const char *wrong;
    struct page page;
    struct form form;

    wrong = server_read_form(req, &form) ? read_page(&form, &page)
                                         : "Invalid characters in the request";
    call->content_type = "application/json";
    if (wrong) {
        log_line("refused", wrong);
        call->status = 400;
        evbuffer_add_printf(call->body, "{\"error\":\"%s\"}\n", wrong);
    } else {
        write_page(sandbox, &page, call->body);
    }
    form_release(&form);
    call_after(call, 0, call_answer);
}

struct order {
    const char *deliver;
    json_int_t repeat, seed;
    int is_shuffled;
    json_int_t queued;
};

static const char *read_order(json_t *root, struct order *order) {
    json_error_t error;

    *order = (struct order){.repeat = 1};
    if (!json_is_object(root))
        return "The body is not a JSON object";
    if (json_unpack_ex(root, &error, JSON_STRICT, "{s:s,s?I,s?b,s?I}", "deliver", &order->deliver,
                       "repeat", &order->repeat, "shuffle", &order->is_shuffled, "seed",
                       &order->seed) != 0)
        return "The fields are deliver, a text, repeat and seed, numbers, and shuffle, a switch";
    if (order->repeat < 1 || order->repeat > WEBHOOK_REPEAT_LIMIT)
        return "repeat is 1 to 1000";
    return NULL;
}

static bool is_chosen(const struct order *order, const struct webhook *webhook) {
    if (strcmp(order->deliver, "all") == 0)
        return true;
    if (strcmp(order->deliver, "held") == 0)
        return webhook->state == WEBHOOK_HELD;
    if (strcmp(order->deliver, "dropped") == 0)
        return webhook->state == WEBHOOK_DROPPED;
    return strcmp(order->deliver, webhook->id) == 0;
}

/* As if it were new: every retry is before it again. */
static void send_again(struct sandbox *sandbox, struct webhook *webhook, const struct order *order,
                       uint64_t *random) {
    webhook_queue(sandbox, webhook, order->repeat, 0, random);
    if (webhook->state == WEBHOOK_DELIVERED)
        return;
    webhook->retries = 0;
    webhook_set_retry(&sandbox->webhooks, webhook, 0);
    webhook_set_state(&sandbox->webhooks, webhook, WEBHOOK_WAITING);
    webhook_note(sandbox, webhook);
}

static const char *carry_out(struct sandbox *sandbox, struct order *order) {
    struct webhooks *webhooks = &sandbox->webhooks;
    size_t queued = webhooks->ready.count + webhooks->retries.count;
    json_int_t chosen = 0;
    uint64_t random;

    random_seed(&random, order->seed);
    if (!webhooks_are_on(sandbox))
        return "There is no webhook_url, or no webhook_key";
    for (int64_t i = webhooks->first; i < webhooks->next; i++) {
        struct webhook *webhook = webhook_get(webhooks, i);

        chosen += webhook && is_chosen(order, webhook);
    }
    if (chosen == 0 && strcmp(order->deliver, "all") != 0 && strcmp(order->deliver, "held") != 0 &&
        strcmp(order->deliver, "dropped") != 0)
        return "There is no such event";
    order->queued = chosen * order->repeat;
    if (queued + (size_t)order->queued > WEBHOOK_QUEUE_LIMIT)
        return "So many do not fit into the queue";
    for (int64_t i = webhooks->first; i < webhooks->next; i++) {
        struct webhook *webhook = webhook_get(webhooks, i);

        if (webhook && is_chosen(order, webhook))
            send_again(sandbox, webhook, order, order->is_shuffled ? &random : NULL);
    }
    return NULL;
}

static void write_order(struct sandbox *sandbox, struct evbuffer *out, void *item) {
    const struct order *order = item;

    (void)sandbox;
    evbuffer_add_printf(out, "{\"queued\":%" PRId64 "}", (int64_t)order->queued);
}

void webhook_page_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct evbuffer *in = evhttp_request_get_input_buffer(req);
    size_t length = evbuffer_get_length(in);
    struct order order;
    const char *wrong;
    json_t *root;

    if (evhttp_request_get_command(req) != EVHTTP_REQ_POST) {
        show(sandbox, req);
        return;
    }
    root = json_loadb(length ? (const char *)evbuffer_pullup(in, -1) : "", length,
                      JSON_REJECT_DUPLICATES, NULL);
    wrong = read_order(root, &order);
    if (wrong == NULL)
        wrong = carry_out(sandbox, &order);
    errand_answer(sandbox, req, wrong, write_order, &order);
    json_decref(root);
}
