/* bank.c - /sandbox/ach: what tests let the bank do with a debit or a credit, now or later. */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct errand {
    char transaction_id[32], order_id[TEXT_LIMIT_BYTES + 1];
    char action[16], code[8], at[TIME_TEXT_BYTES];
};

/* NULL, or what is wrong. */
static const char *set_field(struct errand *errand, const char *name, const char *value) {
    const struct {
        const char *name;
        char *to;
        size_t size;
    } fields[] = {
        {"transaction_id", errand->transaction_id, sizeof(errand->transaction_id)},
        {"order_id", errand->order_id, sizeof(errand->order_id)},
        {"action", errand->action, sizeof(errand->action)},
        {"code", errand->code, sizeof(errand->code)},
        {"at", errand->at, sizeof(errand->at)},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        return snprintf(fields[i].to, fields[i].size, "%s", value) < (int)fields[i].size
                   ? NULL
                   : "A field is too long";
    }
    return "The fields are transaction_id, order_id, action, code and at";
}

static const char *read_json(const char *body, size_t length, struct errand *errand) {
    json_t *root = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL), *value;
    const char *wrong = json_is_object(root) ? NULL : "The body is not a JSON object", *name;

    json_object_foreach(root, name, value) {
        if (wrong == NULL)
            wrong = json_is_string(value) ? set_field(errand, name, json_string_value(value))
                                          : "The fields are texts";
    }
    json_decref(root);
    return wrong;
}

static const char *read_errand(struct evhttp_request *req, struct errand *errand) {
    struct evbuffer *in = evhttp_request_get_input_buffer(req);
    size_t length = evbuffer_get_length(in);
    const char *body = length ? (const char *)evbuffer_pullup(in, -1) : "", *wrong;
    struct form form;

    *errand = (struct errand){.action = ""};
    if (*body == '{')
        return read_json(body, length, errand);
    wrong = server_read_form(req, &form) ? NULL : "Invalid characters in the request";
    for (size_t i = 0; wrong == NULL && i < form.count; i++)
        wrong = set_field(errand, form.fields[i].name, form.fields[i].value);
    form_release(&form);
    return wrong;
}

/* Of an order its sale: a refund may have the same order id, and is named by its own. */
static const char *find_sale(const struct book *book, const char *order_id,
                             struct transaction **out_found) {
    const struct index_node *place = NULL;
    struct transaction *transaction;

    *out_found = NULL;
    while ((transaction = book_next_of_order(book, order_id, &place)) != NULL) {
        if (!transaction->is_check || transaction->response != 1 ||
            strcmp(transaction_type(transaction), "sale") != 0)
            continue;
        if (*out_found)
            return "The order has several sales: name one by transaction_id";
        *out_found = transaction;
    }
    return *out_found ? NULL : "The order has no accepted sale on a bank account";
}

static const char *find_transaction(const struct book *book, const struct errand *errand,
                                    struct transaction **out_found) {
    struct transaction *found;

    if (!*errand->transaction_id == !*errand->order_id)
        return "Name the transaction by transaction_id or by order_id";
    if (*errand->order_id)
        return find_sale(book, errand->order_id, out_found);
    *out_found = found = book_find(book, errand->transaction_id);
    if (found == NULL)
        return "There is no such transaction";
    if (!found->is_check)
        return "It is not on a bank account";
    if (found->response != 1 || found->amount_cents == 0)
        return "It was never accepted for the bank";
    return NULL;
}

static const char *read_event(const struct errand *errand, int64_t now, struct planned *event) {
    size_t at = 0;

    *event = (struct planned){.at = now};
    while (at < ACH_EVENT_COUNT && strcmp(ach_names[at], errand->action) != 0)
        at++;
    if (at == ACH_EVENT_COUNT)
        return "action is settle, return or late_return";
    event->event = (enum ach_event)at;
    if (!ach_read_code(errand->code, event->code))
        return "code is R and two digits, or empty";
    if (event->event == ACH_SETTLE && *event->code)
        return "A settlement has no code";
    if (*errand->at && (!time_parse_iso(errand->at, &event->at) || event->at <= now))
        return "at is a time to come, as 2027-03-01T10:15:00Z";
    return NULL;
}

/* NULL, or why not. */
static const char *do_errand(struct sandbox *sandbox, const struct errand *errand,
                             struct transaction **out_found) {
    const char *wrong = find_transaction(&sandbox->book, errand, out_found);
    struct planned event;
    bool can_wait;

    if (wrong == NULL)
        wrong = read_event(errand, clock_now(sandbox), &event);
    if (wrong)
        return wrong;
    can_wait = *errand->at && event.event == ACH_LATE_RETURN &&
               (*out_found)->condition == CONDITION_PENDING_SETTLEMENT;
    wrong = can_wait ? NULL : ach_conflict(*out_found, event.event);
    if (wrong)
        return wrong;
    if (*errand->at)
        ach_expect(sandbox, *out_found, &event);
    else
        ach_happen(sandbox, *out_found, &event);
    return NULL;
}

void bank_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct call *call = call_new(sandbox, req, false);
    struct transaction *transaction;
    struct errand errand;
    const char *wrong = read_errand(req, &errand);

    if (wrong == NULL)
        wrong = do_errand(sandbox, &errand, &transaction);
    call->content_type = "application/json";
    if (wrong) {
        log_line("refused", wrong);
        call->status = 400;
        evbuffer_add_printf(call->body, "{\"error\":\"%s\"}\n", wrong);
    } else {
        transaction_write_json(call->body, transaction);
        evbuffer_add(call->body, "\n", 1);
    }
    call_after(call, 0, call_answer);
}
