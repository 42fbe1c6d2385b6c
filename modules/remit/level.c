/* remit level - security levels: what users may do in an account. */
#include "common/store/provider_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { NAME_MAX_CHARACTERS = 100 };

static enum command_exit level_shown(struct command *command, const struct provider_level *level,
                                     const char *what) {
    json_t *object = json_object();

    json_object_set_new(object, "name", json_string(level->name));
    json_object_set_new(object, "billing", json_boolean(level->may_billing));
    json_object_set_new(object, "autopay", json_boolean(level->may_autopay));
    return result_show(command, object, "Level %s %s: billing %s, autopay %s.", level->name, what,
                       level->may_billing ? "yes" : "no", level->may_autopay ? "yes" : "no");
}

enum command_exit remit_level_add(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct provider_level level = {.may_billing = command_has(command, "billing"),
                                   .may_autopay = command_has(command, "autopay")};

    if (!command_text(command, "NAME", command->arguments[0], NAME_MAX_CHARACTERS, &level.name))
        return COMMAND_USAGE;
    enum result result = provider_level_add(command->running.db, &act, &level);
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "There is a level %s already.", level.name);
    return result == RESULT_OK ? level_shown(command, &level, "added")
                               : command_failed(command, result);
}

/* *flag is changed by --name or --no-name. */
static bool flag_change(struct command *command, const char *name, const char *no_name,
                        bool *flag) {
    if (command_has(command, name) && command_has(command, no_name)) {
        command_usage(command, "--%s and --%s contradict each other.", name, no_name);
        return false;
    }
    if (command_has(command, name))
        *flag = true;
    if (command_has(command, no_name))
        *flag = false;
    return true;
}

enum command_exit remit_level_change(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct provider_level level;
    const char *name;

    if (!command_text(command, "NAME", command->arguments[0], NAME_MAX_CHARACTERS, &name))
        return COMMAND_USAGE;
    enum result result = provider_level_find(command->running.db, command->arena, name, &level);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no level %s.", name);
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (!flag_change(command, "billing", "no-billing", &level.may_billing) ||
        !flag_change(command, "autopay", "no-autopay", &level.may_autopay))
        return COMMAND_USAGE;
    result = provider_level_change(command->running.db, &act, &level);
    return result == RESULT_OK ? level_shown(command, &level, "changed")
                               : command_failed(command, result);
}

enum command_exit remit_level_remove(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct provider_level level;
    const char *name;

    if (!command_text(command, "NAME", command->arguments[0], NAME_MAX_CHARACTERS, &name))
        return COMMAND_USAGE;
    enum result result = provider_level_find(command->running.db, command->arena, name, &level);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no level %s.", name);
    if (result == RESULT_OK)
        result = provider_level_remove(command->running.db, &act, level.id);
    if (result == RESULT_CONFLICT)
        return command_refuse(command,
                              "Level %s is somebody's: give its users another one with `user"
                              " level` first.",
                              name);
    return result == RESULT_OK ? level_shown(command, &level, "removed")
                               : command_failed(command, result);
}

enum command_exit remit_level_list(struct command *command) {
    static const struct column columns[] = {
        {"name", "Name", COLUMN_TEXT},
        {"billing", "Billing", COLUMN_BOOL},
        {"autopay", "Auto Pay", COLUMN_BOOL},
        {"members", "Members", COLUMN_INT},
    };
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No levels.");

    return listing_finish(listing, provider_level_list(command->running.db, listing_row, listing));
}
