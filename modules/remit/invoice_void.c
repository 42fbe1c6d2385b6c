/* remit invoice void - an invoice that should not have been. */
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/void_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

static enum command_exit done_show(struct command *command, const char *number,
                                   const struct void_told *told) {
    json_t *object = json_object();
    const char *due = money_text(command->arena, told->due_cents);

    json_object_set_new(object, "number", json_string(number));
    json_object_set_new(object, "account", json_string(told->account));
    json_object_set_new(object, "again", json_boolean(told->end == VOID_AGAIN));
    if (told->end == VOID_AGAIN)
        return result_show(command, object, "Invoice %s was void already; nothing was changed.",
                           number);
    json_set_money(command, object, "due", told->due_cents);
    json_set_money(command, object, "credit", told->credit_cents);
    if (told->credit_cents)
        return result_show(command, object,
                           "Invoice %s is void: %s is not due any more, and %s that was paid on it"
                           " is account credit now.",
                           number, due, money_text(command->arena, told->credit_cents));
    return result_show(command, object, "Invoice %s is void: %s is not due any more.", number, due);
}

enum command_exit remit_invoice_void(struct command *command) {
    const struct provider_act act = {command_actor(command), command_now(command)};
    const char *number, *note = "", *key = NULL;
    struct void_told told;

    if (!command_number(command, "NUMBER", command->arguments[0], &number) ||
        !note_and_key(command, &note, &key))
        return COMMAND_USAGE;
    enum result result = invoice_void(command->running.db, command->arena, &act, number, note,
                                      &told);
    if (result != RESULT_OK)
        return command_failed(command, result);
    switch (told.end) {
    case VOID_DONE:
    case VOID_AGAIN:
        return done_show(command, number, &told);
    case VOID_NO_INVOICE:
        return command_refuse(command, "There is no invoice %s.", number);
    case VOID_PENDING:
        return command_refuse(command,
                              "Payment %s of invoice %s is on its way (%s): void the invoice when"
                              " that has ended. Nothing was changed.",
                              told.reference, number,
                              money_text(command->arena, told.pending_cents));
    case VOID_REFUND:
        return command_refuse(command,
                              "A refund of payment %s, which paid invoice %s, is being decided:"
                              " void the invoice when that has ended (`remit settle`). Nothing was"
                              " changed.",
                              told.reference, number);
    case VOID_TOO_MANY:
        break;
    }
    return command_refuse(command, "Invoice %s was paid by too many payments to be voided at once.",
                          number);
}
