/* remit user external-id - how the provider's site calls a user (Login.Match = external_id). */
#include "common/core/text.h"
#include "common/store/member_store.h"
#include "common/store/site_user_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum command_exit remit_user_external_id(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    const char *email, *id = NULL;
    struct member_user user;

    if (!user_email_read(command, "EMAIL", command->arguments[0], &email))
        return COMMAND_USAGE;
    if (command_has(command, "none") == command_has(command, "id"))
        return command_usage(command, "Give either --id or --none.");
    if (command_has(command, "id") &&
        !command_text(command, "--id", command_option(command, "id"), EXTERNAL_ID_MAX, &id))
        return COMMAND_USAGE;
    enum result result = member_user_find(command->running.db, command->arena, email, &user);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no user %s.", email);
    if (result == RESULT_OK)
        result = site_user_call(command->running.db, &act, user.id, id);
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "--id: Your site calls another user so.");
    return result == RESULT_OK
               ? user_done(command, user.email,
                           id ? "is known to your site by this id now, and signed out everywhere."
                              : "has no id of your site any more, and is signed out everywhere.")
               : command_failed(command, result);
}
