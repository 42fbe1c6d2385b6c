/*
 * sale.c - type=sale and type=validate: reading one, and deciding it.
 *
 * What the request says is read and masked on arrival; the decision (duplicate,
 * declined, approved) and the booking may come later, when faults.c says so.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPROVED_FROM_CENTS 100
#define DUP_SECONDS_LIMIT 7862400
#define EXPIRED_CARD 223

static void read_amount(struct operation *sale, const struct form *form) {
    const char *amount = form_get(form, "amount");
    bool is_sale = sale->kind == KIND_SALE;
    int64_t cents = 0;

    if ((is_sale || *amount) && !cents_parse(amount, &cents))
        operation_refuse(sale, "Invalid amount");
    else if (is_sale && cents == 0)
        operation_refuse(sale, "The amount must be greater than zero");
    else if (!is_sale && cents != 0)
        operation_refuse(sale, "The amount of a validation must be zero");
    sale->amount_cents = sale->transaction->amount_cents = cents;
}

static void read_dup_seconds(struct operation *sale, const struct form *form, int64_t preset) {
    const char *text = form_get(form, "dup_seconds");
    size_t length = strlen(text);

    sale->dup_seconds = preset;
    if (length == 0)
        return;
    sale->dup_seconds = strtoll(text, NULL, 10);
    if (length > 7 || strspn(text, "0123456789") != length || sale->dup_seconds > DUP_SECONDS_LIMIT)
        operation_refuse(sale, "Invalid dup_seconds");
}

/* As the gateway's test mode answers. */
static void check_address(struct record *record) {
    const char *street = record_get(record, TEXT_ADDRESS1), *zip = record_get(record, TEXT_ZIP);

    if (*street || *zip)
        record_set(record, TEXT_AVS_RESPONSE,
                   strcmp(street, "888") == 0 && strcmp(zip, "77777") == 0 ? "Y" : "N");
}

static bool is_duplicate(struct sandbox *sandbox, const struct operation *sale, int64_t now) {
    const struct transaction *last;

    if (sale->dup_seconds == 0 || sale->kind != KIND_SALE)
        return false;
    last = book_last_alike(&sandbox->book, sale->transaction);
    /* A clock set back makes the last one seem to lie ahead: still a duplicate. */
    return last && now - last->created_at < sale->dup_seconds;
}

static int response_code(const struct operation *sale, int64_t now) {
    const struct transaction *transaction = sale->transaction;
    bool is_sale = sale->kind == KIND_SALE;

    if (sale->fault.decline_code)
        return sale->fault.decline_code;
    if (is_sale && sale->source.decline_code)
        return sale->source.decline_code;
    if (!transaction->is_check &&
        card_is_expired(record_get(&transaction->record, TEXT_CC_EXP), now))
        return EXPIRED_CARD;
    return is_sale && transaction->amount_cents < APPROVED_FROM_CENTS ? 200 : 100;
}

static void write_reply(struct operation *sale, const char *vault_id) {
    const struct transaction *transaction = sale->transaction;
    const struct record *record = &transaction->record;

    reply_write(sale->answer, &(struct reply){.response = transaction->response,
                                              .response_code = transaction->response_code,
                                              .text = transaction->response_text,
                                              .authcode = record_get(record, TEXT_AUTHCODE),
                                              .avs = record_get(record, TEXT_AVS_RESPONSE),
                                              .cvv = record_get(record, TEXT_CVV_RESPONSE),
                                              .order_id = record_get(record, TEXT_ORDER_ID),
                                              .type = sale->type,
                                              .vault_id = vault_id,
                                              .transaction_id = transaction->id});
}

static void book_sale(struct sandbox *sandbox, struct operation *sale, int code, int64_t now) {
    struct transaction *transaction = sale->transaction;
    bool is_approved = code_response(code) == 1, is_saved = is_approved && sale->verb != VERB_NONE;

    transaction->response = code_response(code);
    transaction->response_code = code;
    snprintf(transaction->response_text, sizeof(transaction->response_text), "%s",
             code_text(code, transaction->is_check));
    transaction->condition = !is_approved              ? CONDITION_FAILED
                             : sale->kind == KIND_SALE ? CONDITION_PENDING_SETTLEMENT
                                                       : CONDITION_COMPLETE;
    transaction->created_at = now;
    if (is_approved)
        record_set(&transaction->record, TEXT_AUTHCODE, "123456");
    transaction_act(transaction, sale->type, transaction->amount_cents, now);
    transaction_last(transaction)->source = sale->action_source;
    if (is_saved) {
        record_set(&transaction->record, TEXT_VAULT_ID, sale->vault_id);
        customer_apply(sandbox, sale);
    }
    ach_plan(sandbox, transaction);
    book_add(sandbox, transaction);
    sale->is_booked = true;
    write_reply(sale, is_saved ? sale->vault_id : NULL);
}

static void decide_sale(struct sandbox *sandbox, struct operation *sale) {
    int64_t now = clock_now(sandbox);
    int code = response_code(sale, now);

    if (is_duplicate(sandbox, sale, now))
        operation_refuse(sale, "Duplicate transaction");
    operation_refuse(sale, customer_conflict(sandbox, sale));
    if (code == 300 || code == 301)
        /* The gateway itself says no: the processor never saw it, nothing is booked. */
        operation_refuse(sale, code_text(code, false));
    if (*sale->refusal)
        reply_refuse(sandbox, sale->answer, sale->refusal, sale->order_id, sale->type);
    else
        book_sale(sandbox, sale, code, now);
}

bool currency_is_good(const char *text) {
    return strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

struct operation *sale_read(struct sandbox *sandbox, const struct form *form, enum kind kind) {
    struct operation *sale = operation_new(kind, kind == KIND_SALE ? "sale" : "validate", form);
    struct transaction *transaction = transaction_new();
    const char *currency = form_get(form, "currency");

    sale->decide = decide_sale;
    sale->transaction = transaction;
    if (record_read_form(&transaction->record, form))
        operation_refuse(sale, "A field is too long");
    if (*currency && strcmp(currency, "USD") != 0 &&
        !(sandbox->knobs.any_currency && currency_is_good(currency)))
        operation_refuse(sale, "The specified currency is not supported");
    record_set(&transaction->record, TEXT_CURRENCY, currency_is_good(currency) ? currency : "USD");
    read_amount(sale, form);
    read_dup_seconds(sale, form, sandbox->knobs.dup_seconds_default);
    if (*form_get(form, "customer_vault"))
        customer_begin(sandbox, form, sale);
    operation_refuse(sale, source_read(sandbox, form, &transaction->record, &sale->source));
    if (sale->verb != VERB_NONE && *sale->refusal == '\0')
        customer_take_source(sandbox, sale, &transaction->record);
    transaction->is_check = sale->source.is_check;
    if (!transaction->is_check)
        check_address(&transaction->record);
    return sale;
}
