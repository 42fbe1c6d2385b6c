/* remit import - what was brought in from files, and what stopped on its way. */
#include "common/core/text.h"
#include "modules/remit/import.h"
#include "modules/remit/import_clear.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

static const struct column columns[] = {
    {"id", "Import", COLUMN_INT},
    {"kind", "Kind", COLUMN_TEXT},
    {"state", "State", COLUMN_TEXT},
    {"file", "File", COLUMN_TEXT},
    {"items", "In the file", COLUMN_INT},
    {"unchanged", "There already", COLUMN_INT},
    {"imported", "Imported", COLUMN_INT},
    {"total", "Total", COLUMN_MONEY},
    {"actor", "By", COLUMN_TEXT},
    {"created_at", "Begun", COLUMN_INSTANT},
    {"changed_at", "Changed", COLUMN_INSTANT},
};

enum command_exit remit_import_list(struct command *command) {
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No imports.");

    return listing_finish(listing, import_file_list(command->running.db, listing_row, listing));
}

/* One that is released and not at its end. */
static enum command_exit import_take(struct command *command, struct import_file *out_file) {
    int64_t id;

    if (!text_to_int(command->arguments[0], &id))
        return command_usage(command, "ID: Enter a number, as `remit import list` shows it.");
    enum result result = import_file_read(command->running.db, command->arena, id, out_file);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no import %lld.", (long long)id);
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (!text_equal(out_file->state, "applying"))
        return command_refuse(command, "Import %lld is %s: nothing of it is left to apply.",
                              (long long)id, out_file->state);
    return COMMAND_DONE;
}

enum command_exit remit_import_resume(struct command *command) {
    static const struct import_kind *const kinds[] = {&import_accounts, &import_users,
                                                      &import_invoices};
    struct import_file file = {0};
    enum command_exit status = import_take(command, &file);

    if (status != COMMAND_DONE)
        return status;
    for (size_t at = 0; at < sizeof kinds / sizeof *kinds; at++)
        if (text_equal(kinds[at]->name, file.kind))
            return import_go_on(command, kinds[at], &file);
    return command_refuse(command, "Import %lld is of a kind that is not known.",
                          (long long)file.id);
}

enum command_exit remit_import_drop(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct import_file file = {0};
    enum command_exit status = import_take(command, &file);

    if (status != COMMAND_DONE)
        return status;
    enum result result = import_file_abandon(command->running.db, &act, file.id);
    if (result == RESULT_OK)
        result = import_clear(command, file.id);
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "Import %lld ended at this moment.", (long long)file.id);
    if (result != RESULT_OK)
        return command_failed(command, result);
    json_t *object = json_object();
    json_object_set_new(object, "id", json_integer(file.id));
    json_object_set_new(object, "kept", json_integer(file.applied));
    return result_show(command, object, "Import %lld given up; what it had imported (%lld) stays.",
                       (long long)file.id, (long long)file.applied);
}
