/*
 * settle.c - /sandbox/settle: the end of the day for cards, whenever tests want it.
 *
 * One event tells of the batch; of very many there are several, so that a body stays small.
 */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BATCH_LIMIT 10000
#define BATCH_NUMBER_FROM INT64_C(12000000)

struct batch {
    struct evbuffer *ids;
    unsigned count;
    int64_t cents;
    /* By brand, in the order of the test cards; the last one is for others. */
    struct {
        unsigned count;
        int64_t cents;
    } by_brand[8];
};

static bool is_due(const struct transaction *transaction, const char *order_id) {
    return !transaction->is_check && transaction->condition == CONDITION_PENDING_SETTLEMENT &&
           (!*order_id || strcmp(record_get(&transaction->record, TEXT_ORDER_ID), order_id) == 0);
}

static size_t brand_of(const struct transaction *transaction) {
    const char *brand = record_get(&transaction->record, TEXT_CC_TYPE);
    size_t at = 0;

    while (cards[at].number && strcmp(cards[at].type, brand) != 0)
        at++;
    return at;
}

static void batch_add(struct batch *batch, const struct transaction *transaction) {
    bool is_refund = strcmp(transaction_type(transaction), "refund") == 0;
    int64_t cents = is_refund ? -transaction->amount_cents : transaction->amount_cents;
    size_t brand = brand_of(transaction);

    evbuffer_add_printf(batch->ids, "%s\"%" PRId64 "\"", batch->count++ ? "," : "",
                        transaction->id);
    batch->cents += cents;
    batch->by_brand[brand].count++;
    batch->by_brand[brand].cents += cents;
}

/* More may go back than came in. */
static void write_cents(struct evbuffer *out, int64_t cents) {
    char text[CENTS_TEXT_BYTES];

    evbuffer_add_printf(out, "\"%s%s\"", cents < 0 ? "-" : "",
                        cents_format(cents < 0 ? -cents : cents, text));
}

/* Tells of it, and empties it. */
static void batch_close(struct sandbox *sandbox, struct batch *batch) {
    struct evbuffer *body = evbuffer_new();
    const char *comma = "";

    evbuffer_add_printf(body, "{\"batch_id\":\"%" PRId64 "\",\"count\":%u,\"amount\":",
                        BATCH_NUMBER_FROM + sandbox->webhooks.next, batch->count);
    write_cents(body, batch->cents);
    evbuffer_add(body, ",", 1);
    webhook_write_merchant(sandbox, body, false);
    evbuffer_add(body, ",", 1);
    webhook_write_processor(body);
    evbuffer_add_printf(body, ",\"by_card_type\":{");
    for (size_t i = 0; i < sizeof(batch->by_brand) / sizeof(batch->by_brand[0]); i++) {
        if (batch->by_brand[i].count == 0)
            continue;
        evbuffer_add_printf(body, "%s\"%s\":{\"count\":%u,\"amount\":", comma,
                            cards[i].number ? cards[i].type : "unknown", batch->by_brand[i].count);
        write_cents(body, batch->by_brand[i].cents);
        evbuffer_add(body, "}", 1);
        comma = ",";
    }
    evbuffer_add_printf(body, "},\"transaction_ids\":[");
    evbuffer_add_buffer(body, batch->ids);
    evbuffer_add_printf(body, "]}");
    webhook_tell_body(sandbox, "settlement.batch.complete", body);
    evbuffer_free(body);
    *batch = (struct batch){.ids = batch->ids};
}

void settle_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct call *call = call_new(sandbox, req, false);
    struct book *book = &sandbox->book;
    struct batch batch = {.ids = evbuffer_new()};
    int64_t now = clock_now(sandbox);
    unsigned count = 0;
    struct form form;

    server_read_form(req, &form);
    for (size_t i = 0; i < book->count; i++) {
        struct transaction *transaction = book->list[i];

        if (!is_due(transaction, form_get(&form, "order_id")))
            continue;
        transaction->condition = CONDITION_COMPLETE;
        transaction_act(transaction, "settle", transaction->amount_cents, now);
        book_change(sandbox, transaction);
        batch_add(&batch, transaction);
        if (batch.count == BATCH_LIMIT)
            batch_close(sandbox, &batch);
        count++;
    }
    if (batch.count > 0)
        batch_close(sandbox, &batch);
    evbuffer_free(batch.ids);
    form_release(&form);
    call->content_type = "application/json";
    evbuffer_add_printf(call->body, "{\"settled\":%u}\n", count);
    call_after(call, 0, call_answer);
}
