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

static void refuse(struct sale *sale, const char *why) {
    if (why && sale->refusal[0] == '\0')
        snprintf(sale->refusal, sizeof(sale->refusal), "%s", why);
}

static void read_amount(struct sale *sale, const struct form *form) {
    const char *amount = form_get(form, "amount");
    bool is_sale = strcmp(sale->type, "sale") == 0;
    int64_t cents = 0;

    if ((is_sale || *amount) && !cents_parse(amount, &cents))
        refuse(sale, "Invalid amount");
    else if (is_sale && cents == 0)
        refuse(sale, "The amount must be greater than zero");
    else if (!is_sale && cents != 0)
        refuse(sale, "The amount of a validation must be zero");
    sale->transaction->amount_cents = cents;
}

static void read_dup_seconds(struct sale *sale, const struct form *form, int64_t preset) {
    const char *text = form_get(form, "dup_seconds");
    size_t length = strlen(text);

    sale->dup_seconds = preset;
    if (length == 0)
        return;
    sale->dup_seconds = strtoll(text, NULL, 10);
    if (length > 7 || strspn(text, "0123456789") != length || sale->dup_seconds > DUP_SECONDS_LIMIT)
        refuse(sale, "Invalid dup_seconds");
}

/* As the gateway's test mode answers. */
static void read_card_checks(struct record *record, const struct form *form) {
    const char *cvv = form_get(form, "cvv");
    const char *street = record_get(record, TEXT_ADDRESS1), *zip = record_get(record, TEXT_ZIP);

    if (*street || *zip)
        record_set(record, TEXT_AVS_RESPONSE,
                   strcmp(street, "888") == 0 && strcmp(zip, "77777") == 0 ? "Y" : "N");
    if (*cvv)
        record_set(record, TEXT_CVV_RESPONSE, strcmp(cvv, "999") == 0 ? "M" : "N");
}

static void read_source(struct sandbox *sandbox, struct sale *sale, const struct form *form) {
    struct transaction *transaction = sale->transaction;
    const char *vault = form_get(form, "customer_vault"), *refusal = NULL;

    if (*vault == '\0') {
        refuse(sale, source_read(sandbox, form, &transaction->record, &transaction->is_check,
                                 &sale->decline_code));
        return;
    }
    if (strcmp(vault, "add_customer") != 0) {
        refuse(sale, "Invalid customer_vault");
        return;
    }
    sale->to_save = customer_read(sandbox, form, &refusal);
    refuse(sale, refusal);
    if (sale->to_save) {
        record_copy_payer(&transaction->record, &sale->to_save->record);
        record_set(&transaction->record, TEXT_VAULT_ID,
                   record_get(&sale->to_save->record, TEXT_VAULT_ID));
        transaction->is_check = sale->to_save->is_check;
    }
}

struct sale *sale_read(struct sandbox *sandbox, const struct form *form, const char *type) {
    struct sale *sale = memory_get(sizeof(*sale));
    struct transaction *transaction = transaction_new();
    const char *currency = form_get(form, "currency");

    sale->transaction = transaction;
    sale->type = strcmp(type, "sale") == 0 ? "sale" : "validate";
    if (record_read_form(&transaction->record, form))
        refuse(sale, "A field is too long");
    if (*currency && strcmp(currency, "USD") != 0)
        refuse(sale, "The specified currency is not supported");
    record_set(&transaction->record, TEXT_CURRENCY, "USD");
    read_amount(sale, form);
    read_dup_seconds(sale, form, sandbox->knobs.dup_seconds_default);
    read_source(sandbox, sale, form);
    if (!transaction->is_check)
        read_card_checks(&transaction->record, form);
    return sale;
}

static bool is_duplicate(struct sandbox *sandbox, const struct sale *sale, int64_t now) {
    const struct transaction *last;

    if (sale->dup_seconds == 0 || strcmp(sale->type, "sale") != 0)
        return false;
    last = book_last_alike(&sandbox->book, sale->transaction);
    /* A clock set back makes the last one seem to lie ahead: still a duplicate. */
    return last && now - last->created_at < sale->dup_seconds;
}

static int response_code(const struct sale *sale) {
    if (strcmp(sale->type, "sale") != 0)
        return 100;
    if (sale->fault.decline_code)
        return sale->fault.decline_code;
    if (sale->decline_code)
        return sale->decline_code;
    return sale->transaction->amount_cents < APPROVED_FROM_CENTS ? 200 : 100;
}

static void book_sale(struct sandbox *sandbox, struct sale *sale, int code, int64_t now) {
    struct transaction *transaction = sale->transaction;
    bool is_sale = strcmp(sale->type, "sale") == 0;

    transaction->response = code_response(code);
    transaction->response_code = code;
    snprintf(transaction->response_text, sizeof(transaction->response_text), "%s",
             code_text(code, transaction->is_check));
    transaction->condition = transaction->response != 1 ? CONDITION_FAILED
                             : is_sale                  ? CONDITION_PENDING_SETTLEMENT
                                                        : CONDITION_COMPLETE;
    transaction->created_at = now;
    if (transaction->response == 1)
        record_set(&transaction->record, TEXT_AUTHCODE, "123456");
    transaction_act(transaction, sale->type, transaction->amount_cents, now);
    if (sale->to_save && transaction->response == 1) {
        vault_put(sandbox, sale->to_save);
        sale->to_save = NULL;
        sale->is_saved = true;
    }
    book_add(sandbox, transaction);
    sale->is_booked = true;
}

void sale_decide(struct sandbox *sandbox, struct sale *sale) {
    int64_t now = clock_now(sandbox);
    int code = response_code(sale);

    if (sale->is_decided)
        return;
    sale->is_decided = true;
    if (sale->refusal[0] != '\0')
        return;
    if (is_duplicate(sandbox, sale, now))
        refuse(sale, "Duplicate transaction");
    else if (sale->to_save &&
             vault_find(&sandbox->vault, record_get(&sale->to_save->record, TEXT_VAULT_ID)))
        refuse(sale, "Duplicate Customer Vault Id");
    else if (code == 300 || code == 301)
        /* The gateway itself says no: the processor never saw it, nothing is booked. */
        refuse(sale, code_text(code, false));
    else
        book_sale(sandbox, sale, code, now);
}

void sale_write(struct sandbox *sandbox, const struct sale *sale, struct evbuffer *out) {
    const struct transaction *transaction = sale->transaction;
    const struct record *record = &transaction->record;

    if (!sale->is_booked) {
        reply_refuse(sandbox, out, sale->refusal, record_get(record, TEXT_ORDER_ID), sale->type);
        return;
    }
    reply_write(out, &(struct reply){
                         .response = transaction->response,
                         .response_code = transaction->response_code,
                         .text = transaction->response_text,
                         .authcode = record_get(record, TEXT_AUTHCODE),
                         .avs = record_get(record, TEXT_AVS_RESPONSE),
                         .cvv = record_get(record, TEXT_CVV_RESPONSE),
                         .order_id = record_get(record, TEXT_ORDER_ID),
                         .type = sale->type,
                         .vault_id = sale->is_saved ? record_get(record, TEXT_VAULT_ID) : NULL,
                         .transaction_id = transaction->id,
                     });
}

void sale_free(struct sale *sale) {
    if (!sale->is_booked)
        transaction_free(sale->transaction);
    vault_entry_free(sale->to_save);
    free(sale);
}
