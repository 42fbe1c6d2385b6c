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

/* The approved transaction that the request names; NULL, and why not. */
static struct transaction *find_original(const struct sandbox *sandbox,
                                         struct operation *operation) {
    struct transaction *original = book_find(&sandbox->book, operation->original_id);

    if (original == NULL || original->response != 1 || original->amount_cents == 0)
        operation_refuse(operation, "Invalid Transaction ID specified");
    else if (original->is_check != operation->is_check)
        operation_refuse(operation, operation->is_check ? "The transaction is not a check"
                                                        : "A check requires payment=check");
    return *operation->refusal ? NULL : original;
}

static void refuse(struct sandbox *sandbox, struct operation *operation, const char *why) {
    operation_refuse(operation, why);
    reply_refuse(sandbox, operation->answer, operation->refusal, operation->order_id,
                 operation->type);
}

static void write_outcome(struct operation *operation, const struct transaction *transaction,
                          int code, const char *text) {
    const struct record *record = &transaction->record;

    reply_write(operation->answer, &(struct reply){.response = code_response(code),
                                                   .response_code = code,
                                                   .text = text,
                                                   .authcode = record_get(record, TEXT_AUTHCODE),
                                                   .order_id = record_get(record, TEXT_ORDER_ID),
                                                   .type = operation->type,
                                                   .transaction_id = transaction->id});
}

/* A check that is pending may be in the bank's hands already. */
static bool is_too_late(const struct sandbox *sandbox, const struct transaction *original,
                        int64_t now) {
    int64_t hours = original->is_check ? sandbox->knobs.ach_cutoff_hours : 0;

    return original->condition != CONDITION_PENDING_SETTLEMENT ||
           (hours && now - original->created_at >= hours * 3600);
}

static void decide_void(struct sandbox *sandbox, struct operation *operation) {
    struct transaction *original = find_original(sandbox, operation);
    int64_t now = clock_now(sandbox);
    int code = operation->fault.decline_code;

    if (original && is_too_late(sandbox, original, now))
        operation_refuse(operation, "Only transactions pending settlement can be voided");
    if (original == NULL || *operation->refusal) {
        refuse(sandbox, operation, NULL);
    } else if (code) {
        reply_decline(sandbox, operation->answer, code, operation->order_id, operation->type);
    } else {
        original->condition = CONDITION_CANCELED;
        original->planned_count = 0;
        transaction_act(original, "void", original->amount_cents, now);
        transaction_last(original)->source = operation->action_source;
        book_change(sandbox, original);
        webhook_tell(sandbox, original);
        write_outcome(operation, original, 100, "Transaction Void Successful");
    }
}

/* Absent and 0.00 mean all that is left. */
static int64_t refund_cents(const struct sandbox *sandbox, struct operation *operation,
                            const struct transaction *original) {
    int64_t left = original->amount_cents - book_refunded_cents(&sandbox->book, original);
    int64_t cents = operation->refund_cents ? operation->refund_cents : left;

    if (cents == 0 || cents > left)
        operation_refuse(operation, "Refund amount may not exceed the transaction balance");
    return cents;
}

/* Refuses what is no sale, and what has not settled: always a check, a card on a strict account. */
static void check_refundable(const struct sandbox *sandbox, struct operation *operation,
                             const struct transaction *original) {
    bool is_lenient = sandbox->knobs.refund_unsettled && !original->is_check;
    bool is_pending = original->condition == CONDITION_PENDING_SETTLEMENT;

    if (strcmp(transaction_type(original), "sale") == 0 &&
        (original->condition == CONDITION_COMPLETE || (is_lenient && is_pending)))
        return;
    operation_refuse(
        operation,
        is_lenient ? "Only settled transactions or transactions pending settlement can be refunded"
                   : "Only settled transactions can be refunded");
}

static struct transaction *new_refund(const struct sandbox *sandbox,
                                      const struct transaction *original,
                                      const struct operation *operation, int64_t cents, int code,
                                      int64_t now) {
    struct transaction *refund = transaction_new();
    const struct record *from = &original->record;
    char id[24];

    snprintf(id, sizeof(id), "%" PRId64, original->id);
    refund->is_check = original->is_check;
    refund->amount_cents = cents;
    refund->response = code_response(code);
    refund->response_code = code;
    refund->condition = refund->response == 1 ? CONDITION_PENDING_SETTLEMENT : CONDITION_FAILED;
    snprintf(refund->response_text, sizeof(refund->response_text), "%s",
             code_text(code, refund->is_check));
    refund->created_at = now;
    record_copy_payer(&refund->record, from);
    record_set(&refund->record, TEXT_VAULT_ID, from->text[TEXT_VAULT_ID]);
    record_set(&refund->record, TEXT_CURRENCY, from->text[TEXT_CURRENCY]);
    record_set(&refund->record, TEXT_ORIGINAL_TRANSACTION_ID, id);
    record_set(&refund->record, TEXT_ORDER_ID, operation->order_id);
    transaction_act(refund, "refund", cents, now);
    transaction_last(refund)->source = operation->action_source;
    ach_plan(sandbox, refund);
    return refund;
}

static void decide_refund(struct sandbox *sandbox, struct operation *operation) {
    struct transaction *original = find_original(sandbox, operation), *refund;
    int code = operation->fault.decline_code ? operation->fault.decline_code : 100;
    int64_t cents = 0;

    if (original) {
        check_refundable(sandbox, operation, original);
        cents = refund_cents(sandbox, operation, original);
    }
    if (code == 300 || code == 301)
        operation_refuse(operation, code_text(code, false));
    if (original == NULL || *operation->refusal) {
        refuse(sandbox, operation, NULL);
        return;
    }
    refund = new_refund(sandbox, original, operation, cents, code, clock_now(sandbox));
    book_add(sandbox, refund);
    write_outcome(operation, refund, code, refund->response_text);
}

/* Order id and amount are the original's where the request is silent: knobs ask for them. */
struct operation *reverse_read(struct sandbox *sandbox, const struct form *form, enum kind kind) {
    bool is_void = kind == KIND_VOID;
    struct operation *operation = operation_new(kind, is_void ? "void" : "refund", form);
    const char *id = form_get(form, "transactionid"), *amount = form_get(form, "amount");
    const struct transaction *original = book_find(&sandbox->book, id);

    operation->decide = is_void ? decide_void : decide_refund;
    operation->is_check = strcmp(form_get(form, "payment"), "check") == 0;
    snprintf(operation->original_id, sizeof(operation->original_id), "%s", id);
    if (strlen(form_get(form, "orderid")) > TEXT_LIMIT_BYTES)
        operation_refuse(operation, "A field is too long");
    if (original == NULL)
        return operation;
    if (!is_void && *amount && !cents_parse(amount, &operation->refund_cents))
        operation_refuse(operation, "Invalid amount");
    operation->amount_cents = operation->refund_cents ? operation->refund_cents
                                                      : original->amount_cents;
    if (*operation->order_id == '\0')
        snprintf(operation->order_id, sizeof(operation->order_id), "%s",
                 record_get(&original->record, TEXT_ORDER_ID));
    return operation;
}
