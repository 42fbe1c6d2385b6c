/*
 * inspect.c - what tests look into: /sandbox/transactions, the whole book, and
 * /sandbox/vault, its entries; both as JSON.
 */
#include "modules/sandbox/sandbox.h"

static void write_comma(struct evbuffer *out, bool *is_first) {
    evbuffer_add_printf(out, *is_first ? "\n" : ",\n");
    *is_first = false;
}

static void write_transaction(struct evbuffer *out, const struct transaction *transaction,
                              bool *is_first) {
    write_comma(out, is_first);
    transaction_write_json(out, transaction);
}

void inspect_transactions(struct sandbox *sandbox, struct evhttp_request *req) {
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
            write_transaction(call->body, transaction, &is_first);
    for (size_t i = 0; !*order_id && i < book->count; i++)
        write_transaction(call->body, book->list[i], &is_first);
    evbuffer_add_printf(call->body, "]}\n");
    form_release(&form);
    call_after(call, 0, call_answer);
}

static void write_entry(struct evbuffer *out, const struct vault_entry *entry, bool *is_first) {
    write_comma(out, is_first);
    vault_write_json(out, entry);
}

void inspect_vault(struct sandbox *sandbox, struct evhttp_request *req) {
    struct call *call = call_new(sandbox, req, false);
    const struct index *all = &sandbox->vault.by_id;
    const struct vault_entry *entry;
    const char *id;
    bool is_first = true;
    struct form form;

    server_read_form(req, &form);
    id = form_get(&form, "customer_vault_id");
    entry = vault_find(&sandbox->vault, id);
    call->content_type = "application/json";
    evbuffer_add_printf(call->body, "{\"vault\":[");
    if (entry)
        write_entry(call->body, entry, &is_first);
    for (uint32_t i = 0; !*id && i < all->count; i++)
        if (all->nodes[i].item)
            write_entry(call->body, all->nodes[i].item, &is_first);
    evbuffer_add_printf(call->body, "]}\n");
    form_release(&form);
    call_after(call, 0, call_answer);
}
