/* errand.c - what tests ask for below /sandbox/: a form, or a JSON object of texts. */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

/* NULL, or what is wrong. */
static const char *set_field(struct errand *errand, const char *name, const char *value) {
    for (size_t i = 0; i < ERRAND_FIELDS && errand->names[i]; i++) {
        if (strcmp(errand->names[i], name) != 0)
            continue;
        errand->is_given[i] = true;
        return snprintf(errand->values[i], sizeof(errand->values[i]), "%s", value) <
                       (int)sizeof(errand->values[i])
                   ? NULL
                   : "A field is too long";
    }
    return errand->unknown;
}

static const char *read_json(const char *body, size_t length, struct errand *errand) {
    json_t *root = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL), *value;
    const char *wrong = json_is_object(root) ? NULL : "The body is not a JSON object", *name;

    json_object_foreach(root, name, value) {
        if (wrong)
            break;
        if (json_is_string(value))
            wrong = text_is_clean(json_string_value(value), json_string_length(value))
                        ? set_field(errand, name, json_string_value(value))
                        : "Invalid characters in the request";
        else if (json_is_boolean(value))
            wrong = set_field(errand, name, json_is_true(value) ? "true" : "false");
        else
            wrong = "The fields are texts";
    }
    json_decref(root);
    return wrong;
}

const char *errand_read(struct evhttp_request *req, struct errand *errand) {
    struct evbuffer *in = evhttp_request_get_input_buffer(req);
    size_t length = evbuffer_get_length(in);
    const char *body = length ? (const char *)evbuffer_pullup(in, -1) : "", *wrong;
    struct form form;

    if (*body == '{')
        return read_json(body, length, errand);
    wrong = server_read_form(req, &form) ? NULL : "Invalid characters in the request";
    for (size_t i = 0; wrong == NULL && i < form.count; i++)
        wrong = set_field(errand, form.fields[i].name, form.fields[i].value);
    form_release(&form);
    return wrong;
}

const char *errand_read_switch(const char *text, bool preset, bool *out_switch) {
    *out_switch = *text ? strcmp(text, "true") == 0 : preset;
    return *text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0
               ? "A switch is true or false"
               : NULL;
}

/* Of an order its sale: a refund may have the same order id, and is named by its own. */
static const char *find_sale(const struct book *book, const char *order_id, bool is_check,
                             const char *none, struct transaction **out_found) {
    const struct index_node *place = NULL;
    struct transaction *transaction;

    *out_found = NULL;
    while ((transaction = book_next_of_order(book, order_id, &place)) != NULL) {
        if (transaction->is_check != is_check || transaction->response != 1 ||
            strcmp(transaction_type(transaction), "sale") != 0)
            continue;
        if (*out_found)
            return "The order has several sales: name one by transaction_id";
        *out_found = transaction;
    }
    return *out_found ? NULL : none;
}

const char *errand_find(const struct book *book, const char *transaction_id, const char *order_id,
                        enum errand_of of, struct transaction **out_found) {
    if (!*transaction_id == !*order_id)
        return "Name the transaction by transaction_id or by order_id";
    if (*transaction_id) {
        *out_found = book_find(book, transaction_id);
        return *out_found ? NULL : "There is no such transaction";
    }
    if (of == ERRAND_OF_CHECK)
        return find_sale(book, order_id, true, "The order has no accepted sale on a bank account",
                         out_found);
    if (of == ERRAND_OF_CARD)
        return find_sale(book, order_id, false, "The order has no accepted sale on a card",
                         out_found);
    if (find_sale(book, order_id, false, "", out_found) == NULL)
        return NULL;
    return *out_found
               ? "The order has several sales: name one by transaction_id"
               : find_sale(book, order_id, true, "The order has no accepted sale", out_found);
}

void errand_answer(struct sandbox *sandbox, struct evhttp_request *req, const char *wrong,
                   void (*write)(struct sandbox *sandbox, struct evbuffer *out, void *item),
                   void *item) {
    struct call *call = call_new(sandbox, req, false);

    call->content_type = "application/json";
    if (wrong) {
        log_line("refused", wrong);
        call->status = 400;
        evbuffer_add_printf(call->body, "{\"error\":");
        text_write_json(call->body, wrong);
        evbuffer_add_printf(call->body, "}\n");
    } else {
        write(sandbox, call->body, item);
        evbuffer_add(call->body, "\n", 1);
    }
    call_after(call, 0, call_answer);
}

void errand_write_transaction(struct sandbox *sandbox, struct evbuffer *out, void *transaction) {
    (void)sandbox;
    transaction_write_json(out, transaction);
}
