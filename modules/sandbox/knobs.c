/* knobs.c - what tests turn: /sandbox/knobs, and which operation a fault falls on. */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LATENCY_LIMIT_MS 600000
#define COUNT_LIMIT 1000000000

enum knob_kind {
    KNOB_NUMBER,
    KNOB_SWITCH,
    KNOB_CHOICE,
    KNOB_TEXT,
    KNOB_CODE,
    KNOB_COUNT,
    KNOB_URL
};

static const char *const lose_names[] = {"none", "before", "after", "late", NULL};
static const char *const answer_names[] = {
    "normal", "empty", "html", "http_500", "http_429", "rate_limit", "garbage", "wrong_key", NULL};
static const char *const kind_names[] = {"", "sale", "validate", "void", "refund", "vault", NULL};
static const char *const collect_names[] = {"normal", "slow", "down", NULL};
static const char *const webhooks_names[] = {"deliver", "drop", "hold", NULL};
static const char *const code_in_names[] = {"processor_response_code", "processor_response_text",
                                            "response_text", "none", NULL};

static const struct knob {
    const char *name;
    enum knob_kind kind;
    int64_t most;
    size_t offset;
    const char *const *choices;
} table[] = {
    {"latency_ms", KNOB_NUMBER, LATENCY_LIMIT_MS, offsetof(struct knobs, latency_ms), NULL},
    {"query_latency_ms", KNOB_NUMBER, LATENCY_LIMIT_MS, offsetof(struct knobs, query_latency_ms),
     NULL},
    {"query_lag_ms", KNOB_NUMBER, LATENCY_LIMIT_MS, offsetof(struct knobs, query_lag_ms), NULL},
    {"book_before_latency", KNOB_SWITCH, 1, offsetof(struct knobs, book_before_latency), NULL},
    {"dup_seconds_default", KNOB_NUMBER, 7862400, offsetof(struct knobs, dup_seconds_default),
     NULL},
    {"decline_code", KNOB_CODE, 0, offsetof(struct knobs, decline_code), NULL},
    {"lose", KNOB_CHOICE, 0, offsetof(struct knobs, lose), lose_names},
    {"late_ms", KNOB_NUMBER, LATENCY_LIMIT_MS, offsetof(struct knobs, late_ms), NULL},
    {"silent", KNOB_SWITCH, 1, offsetof(struct knobs, silent), NULL},
    {"answer", KNOB_CHOICE, 0, offsetof(struct knobs, answer), answer_names},
    {"answer_booked", KNOB_SWITCH, 1, offsetof(struct knobs, answer_booked), NULL},
    {"times", KNOB_NUMBER, COUNT_LIMIT, offsetof(struct knobs, times), NULL},
    {"only_kind", KNOB_CHOICE, 0, offsetof(struct knobs, only_kind), kind_names},
    {"only_order", KNOB_TEXT, 0, offsetof(struct knobs, only_order), NULL},
    {"only_amount_cents", KNOB_NUMBER, INT64_C(1000000000000),
     offsetof(struct knobs, only_amount_cents), NULL},
    {"refund_unsettled", KNOB_SWITCH, 1, offsetof(struct knobs, refund_unsettled), NULL},
    {"collect", KNOB_CHOICE, 0, offsetof(struct knobs, collect), collect_names},
    {"token_reject", KNOB_NUMBER, COUNT_LIMIT, offsetof(struct knobs, token_reject), NULL},
    {"ach_settle_days", KNOB_NUMBER, 30, offsetof(struct knobs, ach_settle_days), NULL},
    {"ach_return_days", KNOB_NUMBER, 30, offsetof(struct knobs, ach_return_days), NULL},
    {"ach_late_days", KNOB_NUMBER, 120, offsetof(struct knobs, ach_late_days), NULL},
    {"ach_cutoff_hours", KNOB_NUMBER, 720, offsetof(struct knobs, ach_cutoff_hours), NULL},
    {"ach_code_in", KNOB_CHOICE, 0, offsetof(struct knobs, ach_code_in), code_in_names},
    {"any_currency", KNOB_SWITCH, 1, offsetof(struct knobs, any_currency), NULL},
    {"webhooks", KNOB_CHOICE, 0, offsetof(struct knobs, webhooks), webhooks_names},
    {"webhook_url", KNOB_URL, 0, offsetof(struct knobs, webhook_url), NULL},
    {"webhook_key", KNOB_TEXT, 0, offsetof(struct knobs, webhook_key), NULL},
    {"webhook_key_wrong", KNOB_SWITCH, 1, offsetof(struct knobs, webhook_key_wrong), NULL},
    {"webhook_repeat", KNOB_COUNT, WEBHOOK_REPEAT_LIMIT, offsetof(struct knobs, webhook_repeat),
     NULL},
    {"webhook_shuffle", KNOB_SWITCH, 1, offsetof(struct knobs, webhook_shuffle), NULL},
    {"webhook_seed", KNOB_NUMBER, COUNT_LIMIT, offsetof(struct knobs, webhook_seed), NULL},
    {"webhook_latency_ms", KNOB_NUMBER, LATENCY_LIMIT_MS,
     offsetof(struct knobs, webhook_latency_ms), NULL},
    {"webhook_timeout_ms", KNOB_COUNT, LATENCY_LIMIT_MS, offsetof(struct knobs, webhook_timeout_ms),
     NULL},
    {"webhook_parallel", KNOB_COUNT, WEBHOOK_PARALLEL_LIMIT,
     offsetof(struct knobs, webhook_parallel), NULL},
    {"webhook_keep", KNOB_COUNT, WEBHOOKS_LIMIT, offsetof(struct knobs, webhook_keep), NULL},
    {"webhook_merchant_id", KNOB_NUMBER, COUNT_LIMIT, offsetof(struct knobs, webhook_merchant_id),
     NULL},
    {"webhook_test_mode", KNOB_SWITCH, 1, offsetof(struct knobs, webhook_test_mode), NULL},
};
#define TABLE_COUNT (sizeof(table) / sizeof(table[0]))

void knobs_reset(struct knobs *knobs) {
    *knobs = (struct knobs){.dup_seconds_default = 1200,
                            .book_before_latency = 1,
                            .refund_unsettled = 1,
                            .ach_settle_days = 2,
                            .ach_return_days = 2,
                            .ach_late_days = 30,
                            .webhook_repeat = 1,
                            .webhook_timeout_ms = 30000,
                            .webhook_parallel = 8,
                            .webhook_keep = WEBHOOKS_LIMIT,
                            .webhook_merchant_id = 100200,
                            .webhook_test_mode = 1};
}

bool knobs_fall_on(const struct knobs *knobs, enum kind kind) {
    return knobs->only_kind ? kind + 1 == knobs->only_kind : kind == KIND_SALE;
}

struct fault knobs_take_fault(struct knobs *knobs, enum kind kind, const char *order_id,
                              int64_t amount_cents) {
    struct fault fault = {.decline_code = (int)knobs->decline_code,
                          .lose = (enum lose)knobs->lose,
                          .answer = (enum answer)knobs->answer,
                          .silent = knobs->silent,
                          .answer_booked = knobs->answer_booked,
                          .late_ms = knobs->late_ms};
    bool is_any = fault.decline_code || fault.lose || fault.answer || fault.silent;

    if (!is_any || !knobs_fall_on(knobs, kind) ||
        (knobs->only_order[0] && strcmp(knobs->only_order, order_id) != 0) ||
        (knobs->only_amount_cents && knobs->only_amount_cents != amount_cents))
        return (struct fault){0};
    if (knobs->times > 0 && --knobs->times == 0)
        knobs->decline_code = knobs->lose = knobs->answer = knobs->silent = 0;
    return fault;
}

static int64_t *number_of(struct knobs *knobs, const struct knob *knob) {
    return (int64_t *)(void *)((char *)knobs + knob->offset);
}

static void write_knobs(struct evbuffer *out, struct knobs *knobs) {
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        const struct knob *knob = &table[i];

        evbuffer_add_printf(out, "%s\"%s\":", i ? "," : "{", knob->name);
        if (knob->kind == KNOB_TEXT || knob->kind == KNOB_URL)
            text_write_json(out, (char *)knobs + knob->offset);
        else if (knob->kind == KNOB_CHOICE)
            text_write_json(out, knob->choices[*number_of(knobs, knob)]);
        else if (knob->kind == KNOB_SWITCH)
            evbuffer_add_printf(out, "%s", *number_of(knobs, knob) ? "true" : "false");
        else
            evbuffer_add_printf(out, "%" PRId64, *number_of(knobs, knob));
    }
    evbuffer_add_printf(out, "}\n");
}

static bool set_text(char *to, const json_t *value) {
    if (!json_is_string(value) || json_string_length(value) > TEXT_LIMIT_BYTES ||
        !text_is_clean(json_string_value(value), json_string_length(value)))
        return false;
    snprintf(to, TEXT_LIMIT_BYTES + 1, "%s", json_string_value(value));
    return true;
}

static bool set_choice(int64_t *to, const char *const *choices, const json_t *value) {
    for (int64_t i = 0; json_is_string(value) && choices[i]; i++)
        if (strcmp(choices[i], json_string_value(value)) == 0) {
            *to = i;
            return true;
        }
    return false;
}

static bool set_knob(struct knobs *knobs, const struct knob *knob, const json_t *value) {
    int64_t number = json_integer_value(value);

    switch (knob->kind) {
    case KNOB_TEXT:
        return set_text((char *)knobs + knob->offset, value);
    case KNOB_URL:
        return set_text((char *)knobs + knob->offset, value) &&
               (json_string_length(value) == 0 || webhook_url_is_good(json_string_value(value)));
    case KNOB_CHOICE:
        return set_choice(number_of(knobs, knob), knob->choices, value);
    case KNOB_SWITCH:
        *number_of(knobs, knob) = json_is_true(value);
        return json_is_boolean(value);
    case KNOB_NUMBER:
        *number_of(knobs, knob) = number;
        return json_is_integer(value) && number >= 0 && number <= knob->most;
    case KNOB_COUNT:
        *number_of(knobs, knob) = number;
        return json_is_integer(value) && number >= 1 && number <= knob->most;
    case KNOB_CODE:
        *number_of(knobs, knob) = number;
        return json_is_integer(value) &&
               (number == 0 || (number >= 200 && number <= 999 && code_text((int)number, false)));
    }
    return false;
}

/* NULL, or the name of the knob that is wrong; then *knobs is not to be used. */
static const char *turn(struct knobs *knobs, json_t *wanted) {
    const char *name;
    json_t *value;

    if (json_is_true(json_object_get(wanted, "reset")))
        knobs_reset(knobs);
    json_object_foreach(wanted, name, value) {
        size_t i = 0;

        if (strcmp(name, "reset") == 0 && json_is_boolean(value))
            continue;
        while (i < TABLE_COUNT && strcmp(table[i].name, name) != 0)
            i++;
        if (i == TABLE_COUNT || !set_knob(knobs, &table[i], value))
            return name;
    }
    return NULL;
}

static void refuse(struct evhttp_request *req, const char *why, const char *name) {
    struct evbuffer *out = evbuffer_new();

    log_line("refused", "a knob that does not exist or cannot be turned so");
    evbuffer_add_printf(out, "{\"error\":\"%s\"", why);
    if (name) {
        evbuffer_add_printf(out, ",\"knob\":");
        text_write_json(out, name);
    }
    evbuffer_add_printf(out, "}\n");
    server_reply(req, 400, "application/json", out);
    evbuffer_free(out);
}

static void turn_by_request(struct sandbox *sandbox, struct evhttp_request *req) {
    struct evbuffer *in = evhttp_request_get_input_buffer(req);
    size_t length = evbuffer_get_length(in);
    const char *body = length ? (const char *)evbuffer_pullup(in, -1) : "";
    json_t *wanted = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL);
    struct knobs knobs = sandbox->knobs;
    const char *wrong = json_is_object(wanted) ? turn(&knobs, wanted) : NULL;

    if (!json_is_object(wanted)) {
        refuse(req, "the body is not a JSON object", NULL);
    } else if (wrong) {
        refuse(req, "unknown knob, wrong type or out of range", wrong);
    } else {
        struct evbuffer *out = evbuffer_new();

        sandbox->knobs = knobs;
        webhooks_pump_soon(sandbox);
        write_knobs(out, &knobs);
        server_reply(req, 200, "application/json", out);
        evbuffer_free(out);
    }
    json_decref(wanted);
}

void knobs_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct evbuffer *out;

    if (evhttp_request_get_command(req) == EVHTTP_REQ_POST) {
        turn_by_request(sandbox, req);
        return;
    }
    if (evhttp_request_get_command(req) == EVHTTP_REQ_DELETE)
        knobs_reset(&sandbox->knobs);
    out = evbuffer_new();
    write_knobs(out, &sandbox->knobs);
    server_reply(req, 200, "application/json", out);
    evbuffer_free(out);
}
