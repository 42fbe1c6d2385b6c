/* remit invoice undispute - a dispute of the cardholder's that is over, as far as autopay goes. */
#include "common/store/dispute_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum command_exit remit_invoice_undispute(struct command *command) {
    const struct provider_act act = {command_actor(command), command_now(command)};
    const char *number;

    if (!command_number(command, "NUMBER", command->arguments[0], &number))
        return COMMAND_USAGE;
    enum result result = invoice_dispute_end(command->running.db, command->arena, &act, number);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no invoice %s.", number);
    if (result != RESULT_OK && result != RESULT_CONFLICT)
        return command_failed(command, result);
    json_t *object = json_object();
    json_object_set_new(object, "number", json_string(number));
    json_object_set_new(object, "again", json_boolean(result == RESULT_CONFLICT));
    if (result == RESULT_CONFLICT)
        return result_show(command, object, "Invoice %s is not disputed; nothing was changed.",
                           number);
    return result_show(command, object, "Auto Pay takes invoice %s again.", number);
}
