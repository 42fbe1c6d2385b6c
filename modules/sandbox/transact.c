/* transact.c - /api/transact.php: the key, the operation, and the shape of an answer. */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void write_field(struct evbuffer *out, const char *name, const char *value) {
    evbuffer_add_printf(out, "%s%s=", evbuffer_get_length(out) ? "&" : "", name);
    text_write_url(out, value ? value : "");
}

static void write_number(struct evbuffer *out, const char *name, int64_t number) {
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, number);
    write_field(out, name, number ? text : "");
}

void reply_write(struct evbuffer *out, const struct reply *reply) {
    write_number(out, "response", reply->response);
    write_field(out, "responsetext", reply->text);
    write_field(out, "authcode", reply->authcode);
    write_number(out, "transactionid", reply->transaction_id);
    write_field(out, "avsresponse", reply->avs);
    write_field(out, "cvvresponse", reply->cvv);
    write_field(out, "orderid", reply->order_id);
    write_field(out, "type", reply->type);
    write_number(out, "response_code", reply->response_code);
    if (reply->vault_id)
        write_field(out, "customer_vault_id", reply->vault_id);
}

void reply_refuse(struct sandbox *sandbox, struct evbuffer *out, const char *text,
                  const char *order_id, const char *type) {
    char full[RESPONSE_TEXT_BYTES + 32];
    bool is_rate_limit = strcmp(text, code_text(301, false)) == 0;

    log_line("refused", text);
    snprintf(full, sizeof(full), "%s REFID:%" PRId64, text, sandbox->next_reference++);
    reply_write(out, &(struct reply){.response = 3,
                                     .response_code = is_rate_limit ? 301 : 300,
                                     .text = is_rate_limit ? text : full,
                                     .order_id = order_id,
                                     .type = type});
}

void reply_decline(struct sandbox *sandbox, struct evbuffer *out, int code, const char *order_id,
                   const char *type) {
    const char *text = code_text(code, false);

    if (code == 300 || code == 301)
        reply_refuse(sandbox, out, text, order_id, type);
    else
        reply_write(out, &(struct reply){.response = code_response(code),
                                         .response_code = code,
                                         .text = text,
                                         .order_id = order_id,
                                         .type = type});
}

static enum kind kind_of(const struct form *form) {
    static const struct {
        const char *type;
        enum kind kind;
    } types[] = {{"sale", KIND_SALE},
                 {"validate", KIND_VALIDATE},
                 {"void", KIND_VOID},
                 {"refund", KIND_REFUND}};
    const char *type = form_get(form, "type");

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i].type, type) == 0)
            return types[i].kind;
    return *type == '\0' && *form_get(form, "customer_vault") ? KIND_VAULT : KIND_OTHER;
}

static void refuse_type(struct sandbox *sandbox, struct operation *operation) {
    reply_refuse(sandbox, operation->answer, "Invalid Transaction Type", operation->order_id, "");
}

static struct operation *read_operation(struct sandbox *sandbox, const struct form *form,
                                        enum kind kind) {
    struct operation *operation;

    if (kind == KIND_SALE || kind == KIND_VALIDATE)
        return sale_read(sandbox, form, kind);
    if (kind == KIND_VOID || kind == KIND_REFUND)
        return reverse_read(sandbox, form, kind);
    if (kind == KIND_VAULT)
        return customer_read(sandbox, form);
    operation = operation_new(kind, "", form);
    operation->decide = refuse_type;
    return operation;
}

void transact_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct call *call = call_new(sandbox, req, true);
    struct form form;
    enum kind kind;
    bool is_clean = server_read_form(req, &form);

    call->content_type = "text/html; charset=utf-8";
    kind = kind_of(&form);
    sandbox->counters.by_kind[kind]++;
    if (strcmp(form_get(&form, "security_key"), sandbox->options.security_key) != 0) {
        sandbox->counters.wrong_key++;
        log_line("refused", "wrong security key");
        reply_write(
            call->body,
            &(struct reply){.response = 3, .response_code = 300, .text = "Authentication Failed"});
        call_after(call, 0, call_answer);
    } else if (!is_clean) {
        reply_refuse(sandbox, call->body, "Invalid characters in the request", "", "");
        call_after(call, 0, call_answer);
    } else {
        faults_run(call, read_operation(sandbox, &form, kind));
    }
    form_release(&form);
}
