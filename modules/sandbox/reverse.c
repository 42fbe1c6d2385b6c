/*
 * reverse.c - type=void and type=refund.
 *
 * A void is one more action of the transaction it cancels. A refund is a transaction
 * of its own, which names the original.
 */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The approved transaction that the request names; NULL when refused already. */
static struct transaction *find_original(struct sandbox *sandbox, const struct form *form,
                                         const char *type, struct evbuffer *out) {
    struct transaction *original = book_find(&sandbox->book, form_get(form, "transactionid"));
    bool is_check = strcmp(form_get(form, "payment"), "check") == 0;
    const char *refusal = NULL;

    if (original == NULL || original->response != 1 || original->amount_cents == 0)
        refusal = "Invalid Transaction ID specified";
    else if (original->is_check != is_check)
        refusal = is_check ? "The transaction is not a check" : "A check requires payment=check";
    if (refusal == NULL)
        return original;
    reply_refuse(sandbox, out, refusal, form_get(form, "orderid"), type);
    return NULL;
}

static void write_approval(struct evbuffer *out, const struct transaction *transaction,
                           const char *type, const char *text) {
    const struct record *record = &transaction->record;

    reply_write(out, &(struct reply){.response = 1,
                                     .response_code = 100,
                                     .text = text,
                                     .authcode = record_get(record, TEXT_AUTHCODE),
                                     .order_id = record_get(record, TEXT_ORDER_ID),
                                     .type = type,
                                     .transaction_id = transaction->id});
}

void reverse_void(struct sandbox *sandbox, const struct form *form, struct evbuffer *out) {
    struct transaction *original = find_original(sandbox, form, "void", out);

    if (original == NULL)
        return;
    if (original->condition != CONDITION_PENDING_SETTLEMENT) {
        reply_refuse(sandbox, out, "Only transactions pending settlement can be voided",
                     form_get(form, "orderid"), "void");
        return;
    }
    original->condition = CONDITION_CANCELED;
    transaction_act(original, "void", original->amount_cents, clock_now(sandbox));
    book_change(sandbox, original);
    write_approval(out, original, "void", "Transaction Void Successful");
}

/* NULL, or why that much cannot go back. */
static const char *refund_amount(const struct sandbox *sandbox, const struct form *form,
                                 const struct transaction *original, int64_t *out_cents) {
    const char *text = form_get(form, "amount");
    int64_t left = original->amount_cents - book_refunded_cents(&sandbox->book, original);
    int64_t cents = 0;

    if (strcmp(transaction_type(original), "sale") != 0 ||
        (original->condition != CONDITION_PENDING_SETTLEMENT &&
         original->condition != CONDITION_COMPLETE))
        return "Only settled transactions or transactions pending settlement can be refunded";
    if (*text && !cents_parse(text, &cents))
        return "Invalid amount";
    /* Absent and 0.00 mean all that is left. */
    if (cents == 0)
        cents = left;
    if (cents == 0 || cents > left)
        return "Refund amount may not exceed the transaction balance";
    *out_cents = cents;
    return NULL;
}

static struct transaction *new_refund(const struct transaction *original, int64_t cents,
                                      int64_t now) {
    struct transaction *refund = transaction_new();
    const struct record *from = &original->record;
    char id[24];

    snprintf(id, sizeof(id), "%" PRId64, original->id);
    refund->is_check = original->is_check;
    refund->condition = CONDITION_PENDING_SETTLEMENT;
    refund->amount_cents = cents;
    refund->response = 1;
    refund->response_code = 100;
    snprintf(refund->response_text, sizeof(refund->response_text), "SUCCESS");
    refund->created_at = now;
    record_copy_payer(&refund->record, from);
    record_set(&refund->record, TEXT_VAULT_ID, from->text[TEXT_VAULT_ID]);
    record_set(&refund->record, TEXT_CURRENCY, from->text[TEXT_CURRENCY]);
    record_set(&refund->record, TEXT_ORIGINAL_TRANSACTION_ID, id);
    transaction_act(refund, "refund", cents, now);
    return refund;
}

void reverse_refund(struct sandbox *sandbox, const struct form *form, struct evbuffer *out) {
    struct transaction *original = find_original(sandbox, form, "refund", out), *refund;
    const char *order_id = form_get(form, "orderid"), *refusal;
    int64_t cents = 0;

    if (original == NULL)
        return;
    refusal = strlen(order_id) > TEXT_LIMIT_BYTES ? "A field is too long"
                                                  : refund_amount(sandbox, form, original, &cents);
    if (refusal) {
        reply_refuse(sandbox, out, refusal, order_id, "refund");
        return;
    }
    refund = new_refund(original, cents, clock_now(sandbox));
    record_set(&refund->record, TEXT_ORDER_ID,
               *order_id ? order_id : original->record.text[TEXT_ORDER_ID]);
    book_add(sandbox, refund);
    write_approval(out, refund, "refund", "SUCCESS");
}
