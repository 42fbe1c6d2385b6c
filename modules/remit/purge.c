/*
 * remit purge - what nobody needs any more goes, a little at a time: it may be stopped and run
 * again at any moment, and be run by several.
 */
#include <stdio.h>

#include "common/program/stop.h"
#include "common/store/purge_store.h"
#include "common/store/user_store.h"
#include "modules/remit/import_clear.h"
#include "modules/remit/output.h"
#include "modules/remit/progress.h"
#include "modules/remit/remit.h"

enum { DAY_S = 86400, SUBJECT_SIZE = 64, TRIES = 5 };

struct purge {
    struct command *command;
    int64_t counts[PURGE_KIND_COUNT];
    bool is_stopped;
};

static struct purge_before before_of(const struct purge *purge, enum purge_kind kind) {
    const struct settings *settings = &purge->command->running.settings;
    const struct retention_settings *retention = &settings->retention;
    const int64_t days[PURGE_KIND_COUNT] = {
        [PURGE_REVIEWS] = retention->review_days,   [PURGE_SESSIONS] = retention->session_days,
        [PURGE_COUNTERS] = retention->counter_days, [PURGE_MAIL] = retention->mail_days,
        [PURGE_IMPORTS] = retention->import_days,   [PURGE_LINKS] = retention->link_days,
        [PURGE_WEBHOOKS] = retention->webhook_days,
    };

    int64_t at = command_now(purge->command) - days[kind] * DAY_S;

    /* Who was not seen since then began before, and ends so long behind it at most. */
    return (struct purge_before){at, at - settings->idle_s,
                                 at - settings->idle_s + settings->absolute_s,
                                 command_now(purge->command)};
}

static enum result kind_count(struct purge *purge, enum purge_kind kind) {
    const struct purge_before before = before_of(purge, kind);

    return purge_count(purge->command->running.db, purge->command->arena, kind, &before,
                       &purge->counts[kind]);
}

static enum result kind_purge(struct purge *purge, enum purge_kind kind) {
    const struct purge_before before = before_of(purge, kind);
    struct progress progress;
    enum result result = RESULT_OK;
    uint64_t count = 1;
    int tries = 0;

    progress_begin(&progress, purge_kind_name(kind), 0, 0, true);
    while (result == RESULT_OK && count && !purge->is_stopped) {
        result = purge_some(purge->command->running.db, kind, &before, &count);
        /* What it did is seen, or not, by the next one. */
        if (result == RESULT_UNCERTAIN && tries++ < TRIES) {
            result = RESULT_OK;
            count = 1;
            continue;
        }
        purge->counts[kind] += (int64_t)count;
        progress_show(&progress, purge->counts[kind]);
        purge->is_stopped = stop_asked();
    }
    progress_end(&progress);
    return result;
}

static enum result audit_work(struct db *db, void *context) {
    const struct purge *purge = context;
    char subject[SUBJECT_SIZE];
    int64_t sum = 0;

    for (int kind = 0; kind < PURGE_KIND_COUNT; kind++)
        sum += purge->counts[kind];
    snprintf(subject, sizeof subject, "rows:%lld", (long long)sum);
    return sum ? audit_add(db, &(struct audit){.at = command_now(purge->command),
                                               .actor = command_actor(purge->command),
                                               .action = "purge",
                                               .subject = subject,
                                               .address = "",
                                               .request_id = ""})
               : RESULT_OK;
}

static enum command_exit purged_show(const struct purge *purge, bool is_dry) {
    struct command *command = purge->command;
    json_t *object = json_object();
    const char *text = "";

    json_object_set_new(object, "dry_run", json_boolean(is_dry));
    for (int kind = 0; kind < PURGE_KIND_COUNT; kind++) {
        const char *name = purge_kind_name((enum purge_kind)kind);

        json_object_set_new(object, name, json_integer(purge->counts[kind]));
        text = arena_format(command->arena, "%s%s%lld %s", text, kind ? ", " : "",
                            (long long)purge->counts[kind], name);
    }
    return result_show(command, object, is_dry ? "Would remove: %s." : "Removed: %s.", text);
}

static enum result all_purge(struct purge *purge, bool is_dry) {
    enum result result = RESULT_OK;

    for (int kind = 0; kind < PURGE_KIND_COUNT && result == RESULT_OK; kind++)
        result = is_dry ? kind_count(purge, (enum purge_kind)kind)
                        : kind_purge(purge, (enum purge_kind)kind);
    if (result == RESULT_OK && !is_dry && !purge->is_stopped)
        result = import_clear_over(purge->command);
    return result;
}

enum command_exit remit_purge(struct command *command) {
    struct purge purge = {.command = command};
    bool is_dry = command_has(command, "dry-run");

    if (stop_open() != RESULT_OK)
        return command_refuse(command, "Signals cannot be waited for.");
    enum result result = all_purge(&purge, is_dry);
    stop_close();
    if (!is_dry && db_transaction(command->running.db, audit_work, &purge) != RESULT_OK &&
        result == RESULT_OK)
        result = RESULT_FAILED;
    if (result != RESULT_OK)
        return command_failed(command, result);
    enum command_exit status = purged_show(&purge, is_dry);
    return purge.is_stopped ? command_refuse(command, "Stopped; run it again for the rest.")
                            : status;
}
