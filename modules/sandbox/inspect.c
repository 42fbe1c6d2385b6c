/* inspect.c - /sandbox/transactions: the whole book as JSON, for tests to count in. */
#include "modules/sandbox/sandbox.h"

static void write_one(struct evbuffer *out, const struct transaction *transaction, bool *is_first) {
    evbuffer_add_printf(out, *is_first ? "\n" : ",\n");
    transaction_write_json(out, transaction);
    *is_first = false;
}

void inspect_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct call *call = call_new(sandbox, req, false);
    const struct book *book = &sandbox->book;
    const struct index_node *place = NULL;
    const struct transaction *transaction;
    const char *order_id;
    bool is_first = true;
    struct form form;

    server_read_form(req, &form);
    order_id = form_get(&form, "order_id");
    call->content_type = "application/json";
    evbuffer_add_printf(call->body, "{\"transactions\":[");
    if (*order_id)
        while ((transaction = book_next_of_order(book, order_id, &place)) != NULL)
            write_one(call->body, transaction, &is_first);
    for (size_t i = 0; !*order_id && i < book->count; i++)
        write_one(call->body, book->list[i], &is_first);
    evbuffer_add_printf(call->body, "]}\n");
    form_release(&form);
    call_after(call, 0, call_answer);
}
