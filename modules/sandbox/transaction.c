/*
 * transaction.c - one transaction with its actions, and its JSON form.
 *
 * The JSON is both the line in the journal and what /sandbox/transactions shows.
 */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

const char *const condition_names[CONDITION_COUNT] = {
    [CONDITION_PENDING_SETTLEMENT] = "pendingsettlement",
    [CONDITION_COMPLETE] = "complete",
    [CONDITION_FAILED] = "failed",
    [CONDITION_CANCELED] = "canceled",
};

static const char *const source_names[ACTION_SOURCE_COUNT] = {
    [ACTION_API] = "api",
    [ACTION_PANEL] = "virtual_terminal",
    [ACTION_INTERNAL] = "internal",
};

struct transaction *transaction_new(void) {
    return memory_get(sizeof(struct transaction));
}

void transaction_free(struct transaction *transaction) {
    if (transaction == NULL)
        return;
    record_release(&transaction->record);
    free(transaction->actions);
    free(transaction);
}

static struct action *add_action(struct transaction *transaction) {
    size_t count = ++transaction->action_count;

    transaction->actions = memory_grow(transaction->actions, count * sizeof(struct action));
    transaction->actions[count - 1] = (struct action){0};
    return &transaction->actions[count - 1];
}

void transaction_act(struct transaction *transaction, const char *type, int64_t amount_cents,
                     int64_t at) {
    struct action *action = add_action(transaction);

    snprintf(action->type, sizeof(action->type), "%s", type);
    memcpy(action->response_text, transaction->response_text, sizeof(action->response_text));
    action->amount_cents = amount_cents;
    action->at = at;
    action->response_code = transaction->response_code;
    action->success = transaction->response == 1;
    transaction->modified_at = at;
}

struct action *transaction_last(const struct transaction *transaction) {
    return &transaction->actions[transaction->action_count - 1];
}

const char *action_source(const struct transaction *transaction, const struct action *action) {
    /* Books written before actions had a source know the bank's by their type. */
    if (transaction->is_check && ach_is_action(action->type))
        return source_names[ACTION_INTERNAL];
    return source_names[action->source];
}

const char *transaction_type(const struct transaction *transaction) {
    return transaction->action_count ? transaction->actions[0].type : "";
}

static void write_action(struct evbuffer *out, const struct action *action) {
    char amount[CENTS_TEXT_BYTES], at[TIME_TEXT_BYTES];

    evbuffer_add_printf(out,
                        "{\"action_type\":\"%s\",\"amount\":\"%s\",\"amount_cents\":%" PRId64
                        ",\"date\":\"%s\",\"success\":%s,\"response_code\":%d,\"response_text\":",
                        action->type, cents_format(action->amount_cents, amount),
                        action->amount_cents, time_format_iso(action->at, at),
                        action->success ? "true" : "false", action->response_code);
    text_write_json(out, action->response_text);
    if (action->return_code[0])
        evbuffer_add_printf(out, ",\"code\":\"%s\"", action->return_code);
    if (action->source != ACTION_API)
        evbuffer_add_printf(out, ",\"source\":\"%s\"", source_names[action->source]);
    evbuffer_add(out, "}", 1);
}

/* As /sandbox/ach takes it. */
static void write_planned(struct evbuffer *out, const struct transaction *transaction) {
    char at[TIME_TEXT_BYTES];

    for (size_t i = 0; i < transaction->planned_count; i++) {
        const struct planned *planned = &transaction->planned[i];

        evbuffer_add_printf(out, "%s{\"action\":\"%s\",\"at\":\"%s\",\"code\":\"%s\"}",
                            i ? "," : ",\"planned\":[", ach_names[planned->event],
                            time_format_iso(planned->at, at), planned->code);
    }
    if (transaction->planned_count)
        evbuffer_add(out, "]", 1);
}

void transaction_write_json(struct evbuffer *out, const struct transaction *transaction) {
    char amount[CENTS_TEXT_BYTES], created[TIME_TEXT_BYTES], modified[TIME_TEXT_BYTES];

    evbuffer_add_printf(
        out,
        "{\"transaction_id\":\"%" PRId64 "\",\"type\":\"%s\","
        "\"transaction_type\":\"%s\",\"condition\":\"%s\",\"amount\":\"%s\","
        "\"amount_cents\":%" PRId64 ",\"response\":%d,\"response_code\":%d,"
        "\"created_at\":\"%s\",\"modified_at\":\"%s\",\"response_text\":",
        transaction->id, transaction_type(transaction), transaction->is_check ? "ck" : "cc",
        condition_names[transaction->condition], cents_format(transaction->amount_cents, amount),
        transaction->amount_cents, transaction->response, transaction->response_code,
        time_format_iso(transaction->created_at, created),
        time_format_iso(transaction->modified_at, modified));
    text_write_json(out, transaction->response_text);
    record_write_json(out, &transaction->record);
    evbuffer_add_printf(out, ",\"actions\":[");
    for (size_t i = 0; i < transaction->action_count; i++) {
        if (i > 0)
            evbuffer_add(out, ",", 1);
        write_action(out, &transaction->actions[i]);
    }
    evbuffer_add(out, "]", 1);
    write_planned(out, transaction);
    evbuffer_add(out, "}", 1);
}

static bool read_action(struct transaction *transaction, json_t *object) {
    const char *type, *text, *date, *return_code = "", *source = "api";
    json_int_t amount_cents;
    int code, success;
    struct action *action;

    if (json_unpack(object, "{s:s,s:I,s:s,s:b,s:i,s:s,s?s,s?s}", "action_type", &type,
                    "amount_cents", &amount_cents, "date", &date, "success", &success,
                    "response_code", &code, "response_text", &text, "code", &return_code, "source",
                    &source) != 0)
        return false;
    action = add_action(transaction);
    snprintf(action->type, sizeof(action->type), "%s", type);
    snprintf(action->response_text, sizeof(action->response_text), "%s", text);
    action->amount_cents = amount_cents;
    action->success = success;
    while (action->source < ACTION_SOURCE_COUNT &&
           strcmp(source_names[action->source], source) != 0)
        action->source++;
    if (action->source == ACTION_SOURCE_COUNT)
        return false;
    action->response_code = code;
    return ach_read_code(return_code, action->return_code) && time_parse_iso(date, &action->at);
}

static bool read_planned(struct transaction *transaction, json_t *object) {
    const char *name, *at, *code;
    struct planned *planned;
    size_t event = 0;

    if (transaction->planned_count == PLANNED_LIMIT ||
        json_unpack(object, "{s:s,s:s,s:s}", "action", &name, "at", &at, "code", &code) != 0)
        return false;
    while (event < ACH_EVENT_COUNT && strcmp(ach_names[event], name) != 0)
        event++;
    if (event == ACH_EVENT_COUNT)
        return false;
    planned = &transaction->planned[transaction->planned_count++];
    planned->event = (enum ach_event)event;
    return ach_read_code(code, planned->code) && time_parse_iso(at, &planned->at);
}

static bool read_head(struct transaction *transaction, json_t *object) {
    const char *id, *kind, *condition, *created, *modified, *text;
    json_int_t amount_cents;
    size_t at = 0;

    if (json_unpack(object, "{s:s,s:s,s:s,s:I,s:i,s:i,s:s,s:s,s:s}", "transaction_id", &id,
                    "transaction_type", &kind, "condition", &condition, "amount_cents",
                    &amount_cents, "response", &transaction->response, "response_code",
                    &transaction->response_code, "created_at", &created, "modified_at", &modified,
                    "response_text", &text) != 0)
        return false;
    while (at < CONDITION_COUNT && strcmp(condition_names[at], condition) != 0)
        at++;
    if (at == CONDITION_COUNT)
        return false;
    transaction->condition = (enum condition)at;
    transaction->id = strtoll(id, NULL, 10);
    transaction->is_check = strcmp(kind, "ck") == 0;
    transaction->amount_cents = amount_cents;
    snprintf(transaction->response_text, sizeof(transaction->response_text), "%s", text);
    return time_parse_iso(created, &transaction->created_at) &&
           time_parse_iso(modified, &transaction->modified_at);
}

struct transaction *transaction_from_json(const json_t *object) {
    struct transaction *transaction = transaction_new();
    json_t *source = (json_t *)object, *value;
    const char *key;
    size_t i;
    bool is_good = read_head(transaction, source);

    json_object_foreach(source, key, value) {
        record_read_json(&transaction->record, key, value);
    }
    json_array_foreach(json_object_get(source, "actions"), i, value) {
        is_good = is_good && read_action(transaction, value);
    }
    json_array_foreach(json_object_get(source, "planned"), i, value) {
        is_good = is_good && read_planned(transaction, value);
    }
    if (is_good && transaction->action_count > 0)
        return transaction;
    transaction_free(transaction);
    return NULL;
}
