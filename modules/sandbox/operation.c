/* operation.c - one order to transact.php: what is the same for all of them. */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>

struct operation *operation_new(enum kind kind, const char *type, const struct form *form) {
    struct operation *operation = memory_get(sizeof(*operation));

    operation->kind = kind;
    operation->type = type;
    operation->answer = evbuffer_new();
    if (operation->answer == NULL)
        abort();
    snprintf(operation->order_id, sizeof(operation->order_id), "%s", form_get(form, "orderid"));
    return operation;
}

void operation_refuse(struct operation *operation, const char *why) {
    if (why && operation->refusal[0] == '\0')
        snprintf(operation->refusal, sizeof(operation->refusal), "%s", why);
}

void operation_decide(struct sandbox *sandbox, struct operation *operation) {
    if (operation->is_decided)
        return;
    operation->is_decided = true;
    ach_catch_up(sandbox);
    /* Gone even when the rest is refused; another operation may have been faster. */
    if (*operation->source.token && !token_use(sandbox, operation->source.token))
        operation_refuse(operation, "Payment Token does not exist");
    operation->decide(sandbox, operation);
}

void operation_free(struct operation *operation) {
    if (operation == NULL)
        return;
    if (!operation->is_booked)
        transaction_free(operation->transaction);
    vault_entry_free(operation->entry);
    evbuffer_free(operation->answer);
    free(operation);
}
