/* remit mail list, retry. */
#include "common/store/outbox_list_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { KEY_MAX = 120 };

enum command_exit remit_mail_list(struct command *command) {
    static const struct column columns[] = {
        {"key", "Mail", COLUMN_TEXT},
        {"kind", "Kind", COLUMN_TEXT},
        {"account", "Account", COLUMN_TEXT},
        {"to", "To", COLUMN_TEXT},
        {"state", "State", COLUMN_TEXT},
        {"tries", "Tries", COLUMN_INT},
        {"created_at", "Created", COLUMN_INSTANT},
        {"next_at", "Next try", COLUMN_INSTANT},
        {"sent_at", "Sent", COLUMN_INSTANT},
        {"given_up_at", "Given up", COLUMN_INSTANT},
        {"last_error", "Last error", COLUMN_TEXT},
    };
    bool waiting = command_has(command, "waiting"), given_up = command_has(command, "given-up");
    const char *states = "";

    if (waiting && given_up)
        states = "waiting,sending,given_up";
    else if (waiting)
        states = "waiting,sending";
    else if (given_up)
        states = "given_up";
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No mail.");
    return listing_finish(listing, outbox_list(command->running.db, states, listing_row, listing));
}

static enum command_exit retried(struct command *command, uint64_t count) {
    json_t *object = json_object();

    json_object_set_new(object, "retried", json_integer((json_int_t)count));
    return result_show(command, object, "%llu mail%s will be tried again now.",
                       (unsigned long long)count, count == 1 ? "" : "s");
}

enum command_exit remit_mail_retry(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    bool all = command_has(command, "all");
    const char *key = NULL;
    uint64_t count = 1;
    enum result result;

    if (all == (command->argument_count == 1))
        return command_usage(command, "Give one KEY, or --all.");
    if (all) {
        result = outbox_retry_all(command->running.db, &act, &count);
    } else {
        if (!command_text(command, "KEY", command->arguments[0], KEY_MAX, &key))
            return COMMAND_USAGE;
        result = outbox_retry(command->running.db, command->arena, &act, key);
    }
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no mail %s.", key);
    if (result == RESULT_CONFLICT)
        return command_refuse(
            command, "%s was sent, is being sent right now, or has nothing left to tell.", key);
    return result == RESULT_OK ? retried(command, count) : command_failed(command, result);
}
