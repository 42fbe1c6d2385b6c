/*
 * panel.c - /sandbox/panel: what a person does in the gateway's own pages.
 *
 * The same operations as over the API, by the same rules, but no fault falls on them, and their
 * actions say where they come from.
 */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ACTION, BY_ID, BY_ORDER, AMOUNT, ORDER_KEPT, CURRENCY, PAYMENT };

#define PANEL_FORM_FIELDS 9
struct panel_form {
    struct form form;
    struct form_field fields[PANEL_FORM_FIELDS];
};

static void add(struct panel_form *to, const char *name, const char *value) {
    to->fields[to->form.count++] = (struct form_field){.name = name, .value = value};
    to->form.fields = to->fields;
}

/* Takes the operation; NULL, or the gateway's refusal, which text keeps. */
static const char *carry_out(struct sandbox *sandbox, struct operation *operation,
                             char text[static RESPONSE_TEXT_BYTES], struct transaction **out_done) {
    const struct book *book = &sandbox->book;

    operation->action_source = ACTION_PANEL;
    operation_decide(sandbox, operation);
    snprintf(text, RESPONSE_TEXT_BYTES, "%s", operation->refusal);
    if (*text == '\0')
        *out_done = operation->kind == KIND_VOID ? book_find(book, operation->original_id)
                                                 : book->list[book->count - 1];
    operation_free(operation);
    return *text ? text : NULL;
}

static const char *sell(struct sandbox *sandbox, const struct errand *errand,
                        char text[static RESPONSE_TEXT_BYTES], struct transaction **out_done) {
    bool is_check = strcmp(errand->values[PAYMENT], "check") == 0;
    const char *currency = errand->values[CURRENCY];
    struct panel_form form = {.form.count = 0};
    struct operation *operation;

    if (*errand->values[BY_ID])
        return "A sale has no transaction_id yet";
    if (*currency && !currency_is_good(currency))
        return "currency is three capital letters";
    if (*errand->values[PAYMENT] && !is_check && strcmp(errand->values[PAYMENT], "creditcard") != 0)
        return "payment is check or creditcard";
    add(&form, "amount", errand->values[AMOUNT]);
    add(&form, "orderid", errand->values[BY_ORDER]);
    add(&form, "dup_seconds", "0");
    add(&form, "first_name", "Pat");
    add(&form, "last_name", "Counter");
    if (is_check)
        add(&form, "payment", "check");
    add(&form, "payment_token",
        is_check ? "11111111-111111-111111-111111111111" : "00000000-000000-000000-000000000000");
    operation = sale_read(sandbox, &form.form, KIND_SALE);
    if (*currency)
        record_set(&operation->transaction->record, TEXT_CURRENCY, currency);
    return carry_out(sandbox, operation, text, out_done);
}

static const char *reverse(struct sandbox *sandbox, const struct errand *errand, enum kind kind,
                           char text[static RESPONSE_TEXT_BYTES], struct transaction **out_done) {
    struct panel_form form = {.form.count = 0};
    struct transaction *original = NULL;
    struct operation *operation;
    bool is_kept = true;
    char id[24];
    const char *wrong = errand_find(&sandbox->book, errand->values[BY_ID], errand->values[BY_ORDER],
                                    ERRAND_OF_ANY, &original);

    if (wrong == NULL)
        wrong = errand_read_switch(errand->values[ORDER_KEPT], true, &is_kept);
    if (wrong == NULL && kind == KIND_VOID && (*errand->values[AMOUNT] || !is_kept))
        wrong = "A void has no amount and no order of its own";
    if (wrong == NULL && (*errand->values[CURRENCY] || *errand->values[PAYMENT]))
        wrong = "currency and payment are those of the sale";
    if (wrong)
        return wrong;
    snprintf(id, sizeof(id), "%" PRId64, original->id);
    add(&form, "transactionid", id);
    add(&form, "amount", errand->values[AMOUNT]);
    add(&form, "payment", original->is_check ? "check" : "creditcard");
    operation = reverse_read(sandbox, &form.form, kind);
    if (!is_kept)
        operation->order_id[0] = '\0';
    return carry_out(sandbox, operation, text, out_done);
}

static const char *do_errand(struct sandbox *sandbox, const struct errand *errand,
                             char text[static RESPONSE_TEXT_BYTES], struct transaction **out_done) {
    const char *action = errand->values[ACTION];

    if (strcmp(action, "sale") == 0)
        return sell(sandbox, errand, text, out_done);
    if (strcmp(action, "refund") == 0)
        return reverse(sandbox, errand, KIND_REFUND, text, out_done);
    if (strcmp(action, "void") == 0)
        return reverse(sandbox, errand, KIND_VOID, text, out_done);
    return "action is refund, void or sale";
}

void panel_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct errand errand = {.names = {"action", "transaction_id", "order_id", "amount",
                                      "order_id_kept", "currency", "payment"},
                            .unknown = "The fields are action, transaction_id, order_id, amount, "
                                       "order_id_kept, currency and payment"};
    char text[RESPONSE_TEXT_BYTES];
    struct transaction *done = NULL;
    const char *wrong = errand_read(req, &errand);

    if (wrong == NULL)
        wrong = do_errand(sandbox, &errand, text, &done);
    errand_answer(sandbox, req, wrong, errand_write_transaction, done);
}
