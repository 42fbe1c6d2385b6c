/* settle.c - /sandbox/settle: the end of the day for cards, whenever tests want it. */
#include "modules/sandbox/sandbox.h"

#include <string.h>

static bool is_due(const struct transaction *transaction, const char *order_id) {
    return !transaction->is_check && transaction->condition == CONDITION_PENDING_SETTLEMENT &&
           (!*order_id || strcmp(record_get(&transaction->record, TEXT_ORDER_ID), order_id) == 0);
}

void settle_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct call *call = call_new(sandbox, req, false);
    struct book *book = &sandbox->book;
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
        count++;
    }
    form_release(&form);
    call->content_type = "application/json";
    evbuffer_add_printf(call->body, "{\"settled\":%u}\n", count);
    call_after(call, 0, call_answer);
}
