/* remit migrate - brings the schema up to date, and the rights of every program's account. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/store/migration_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

#ifndef REMIT_PREFIX
#define REMIT_PREFIX "/usr/local"
#endif

enum {
    FILES_MAX = 1000,
    FILE_BYTES_MAX = 4 * 1024 * 1024,
    DIGITS = 4,               /* NNNN_name.sql */
    DDL_TIMEOUT_S = 24 * 3600 /* changing a large table takes its time */
};

struct migration_file {
    int64_t number;
    const char *name; /* "0001_accounts.sql" */
    char *script;
    unsigned char checksum[SECRET_HASH_BYTES];
};

struct migrating {
    struct command *command;
    const char *folder;
    struct migration_file files[FILES_MAX];
    size_t file_count;
    struct db *db;
    struct db_options options;
    struct migrations known;
    int64_t resume; /* 0: none */
    json_t *applied;
};

/* ---- the folder ---- */

static int is_migration(const struct dirent *entry) {
    const char *name = entry->d_name;
    size_t length = strlen(name);

    if (length < DIGITS + 6 || !text_equal(name + length - 4, ".sql") || name[DIGITS] != '_')
        return 0;
    for (int at = 0; at < DIGITS; at++)
        if (!text_is_digit(name[at]))
            return 0;
    return 1;
}

static enum command_exit file_load(struct migrating *migrating, const char *name) {
    struct command *command = migrating->command;
    struct migration_file *file = &migrating->files[migrating->file_count];
    const char *path = arena_format(command->arena, "%s/%s", migrating->folder, name);
    size_t length;

    if (file_read(command, path, FILE_BYTES_MAX, &file->script, &length) != RESULT_OK)
        return command_refuse(command, "%s cannot be read.", path);
    file->name = arena_text(command->arena, name);
    file->number = strtol(name, NULL, 10);
    secret_hash(file->script, length, file->checksum);
    migrating->file_count++;
    if (file->number != (int64_t)migrating->file_count)
        return command_refuse(command,
                              "%s: migrations are numbered without gaps, and this should"
                              " be %04zu.",
                              path, migrating->file_count);
    return COMMAND_DONE;
}

static enum command_exit folder_load(struct migrating *migrating) {
    struct command *command = migrating->command;
    enum command_exit status = COMMAND_DONE;
    struct dirent **entries;
    int count = scandir(migrating->folder, &entries, is_migration, alphasort);

    if (count < 0)
        return command_refuse(command, "The folder %s cannot be read.", migrating->folder);
    for (int at = 0; at < count; at++) {
        if (status == COMMAND_DONE && at < FILES_MAX)
            status = file_load(migrating, entries[at]->d_name);
        free(entries[at]);
    }
    free(entries);
    if (status == COMMAND_DONE && !count)
        status = command_refuse(command, "The folder %s holds no migrations (NNNN_name.sql).",
                                migrating->folder);
    return status;
}

/* ---- what is known against what is there ---- */

static const struct migration *known_find(const struct migrating *migrating, int64_t number) {
    for (size_t at = 0; at < migrating->known.count; at++)
        if (migrating->known.list[at].number == number)
            return &migrating->known.list[at];
    return NULL;
}

/* Nothing is run before all of this holds. */
static enum command_exit known_check(const struct migrating *migrating) {
    struct command *command = migrating->command;
    int64_t expected = 1;

    if (migrating->resume && (!known_find(migrating, migrating->resume) ||
                              known_find(migrating, migrating->resume)->applied_at))
        return command_refuse(command,
                              "Migration %04lld is not one that was started and not"
                              " finished.",
                              (long long)migrating->resume);
    for (size_t at = 0; at < migrating->known.count; at++, expected++) {
        const struct migration *known = &migrating->known.list[at];

        if (known->number != expected)
            return command_refuse(command, "The database has migration %04lld but not %04lld.",
                                  (long long)known->number, (long long)expected);
        if (known->number > (int64_t)migrating->file_count)
            return command_refuse(command,
                                  "The database has %s, which the folder %s lacks: it is"
                                  " newer than this program.",
                                  known->name, migrating->folder);
        const struct migration_file *file = &migrating->files[known->number - 1];
        if (!known->applied_at && migrating->resume != known->number)
            return command_refuse(
                command,
                "%s was started at %s and is not known to be done. If no other run is at work, see"
                " which of its statements took effect, undo those, and run `%s migrate --resume"
                " %lld`.",
                known->name, instant_json(command, known->started_at),
                command->program->program.name, (long long)known->number);
        if (known->applied_at && memcmp(known->checksum, file->checksum, SECRET_HASH_BYTES) != 0)
            return command_refuse(command,
                                  "%s was changed after it was applied; put it back, and"
                                  " make the change in a new migration.",
                                  file->name);
    }
    return COMMAND_DONE;
}

/* ---- running ---- */

static enum command_exit script_run(struct migrating *migrating, const char *path,
                                    const char *script) {
    struct command *command = migrating->command;
    char *copy = arena_text(command->arena, script);
    unsigned line = 0;

    if (db_run_script(migrating->db, copy, &line) == RESULT_OK)
        return COMMAND_DONE;
    return command_refuse(command, "%s, line %u: %s. The statements before it took effect.", path,
                          line, db_error(migrating->db));
}

static enum command_exit file_claim(struct migrating *migrating,
                                    const struct migration_file *file) {
    struct command *command = migrating->command;
    const struct migration *known = known_find(migrating, file->number);
    struct migration claim = {.number = file->number,
                              .name = file->name,
                              .started_at = command_now(command),
                              .attempt = known ? known->attempt : 1};

    memcpy(claim.checksum, file->checksum, sizeof claim.checksum);
    enum result result = known ? migration_resume(migrating->db, &claim)
                               : migration_claim(migrating->db, &claim);
    if (result == RESULT_OK)
        return COMMAND_DONE;
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "Another run has just taken %s; this one did nothing.",
                              file->name);
    return command_refuse(command, "%s could not be claimed (%s): %s.", file->name,
                          result_name(result), db_error(migrating->db));
}

static enum command_exit file_apply(struct migrating *migrating,
                                    const struct migration_file *file) {
    struct command *command = migrating->command;
    const char *path = arena_format(command->arena, "%s/%s", migrating->folder, file->name);
    enum command_exit status = file_claim(migrating, file);

    if (status == COMMAND_DONE)
        status = script_run(migrating, path, file->script);
    if (status != COMMAND_DONE)
        return status;
    if (migration_finish(migrating->db, file->number, command_now(command)) != RESULT_OK)
        return command_refuse(command, "%s ran to its end, but that could not be recorded: %s.",
                              file->name, db_error(migrating->db));
    json_t *applied = json_object();
    json_object_set_new(applied, "number", json_integer(file->number));
    json_object_set_new(applied, "name", json_string(file->name));
    json_array_append_new(migrating->applied, applied);
    if (!command->json)
        printf("%s applied\n", file->name);
    return COMMAND_DONE;
}

static enum command_exit grants_run(struct migrating *migrating) {
    struct command *command = migrating->command;
    const char *path = arena_format(command->arena, "%s/../grants.sql", migrating->folder);
    char *script;
    size_t length;

    if (file_read(command, path, FILE_BYTES_MAX, &script, &length) != RESULT_OK)
        return command_refuse(command, "%s cannot be read: the programs' rights are not set.",
                              path);
    return script_run(migrating, path, script);
}

static enum command_exit migrate_run(struct migrating *migrating) {
    struct command *command = migrating->command;
    enum command_exit status = known_check(migrating);

    for (size_t at = 0; at < migrating->file_count && status == COMMAND_DONE; at++) {
        const struct migration *known = known_find(migrating, migrating->files[at].number);

        if (!known || !known->applied_at)
            status = file_apply(migrating, &migrating->files[at]);
    }
    if (status == COMMAND_DONE)
        status = grants_run(migrating);
    if (status != COMMAND_DONE)
        return status;

    json_t *object = json_object();
    json_object_set(object, "applied", migrating->applied);
    json_object_set_new(object, "grants", json_true());
    return result_show(command, object, "The schema is at %04zu, and the programs' rights are set.",
                       migrating->file_count);
}

static enum command_exit migrate_status(struct migrating *migrating) {
    struct command *command = migrating->command;
    json_t *list = json_array();

    for (size_t at = 0; at < migrating->file_count; at++) {
        const struct migration_file *file = &migrating->files[at];
        const struct migration *known = known_find(migrating, file->number);
        const char *state = !known ? "waiting" : known->applied_at ? "applied" : "started";
        json_t *object = json_object();

        if (known && known->applied_at &&
            memcmp(known->checksum, file->checksum, SECRET_HASH_BYTES) != 0)
            state = "changed";
        json_object_set_new(object, "number", json_integer(file->number));
        json_object_set_new(object, "name", json_string(file->name));
        json_object_set_new(object, "state", json_string(state));
        json_object_set_new(object, "applied_at",
                            json_string(known ? instant_json(command, known->applied_at) : ""));
        json_array_append_new(list, object);
        if (!command->json)
            printf("%-40s %s\n", file->name, state);
    }
    if (command->json)
        json_print(list);
    else
        json_decref(list);
    return COMMAND_DONE;
}

static enum command_exit migrate_open(struct migrating *migrating, bool status_only) {
    struct command *command = migrating->command;
    const struct settings *settings = &command->running.settings;

    if (!*settings->admin_user)
        return command_refuse(command, "Secret.AdminUser is missing in the secrets file remit.hdf:"
                                       " changing the schema needs an administrator's account.");
    migrating->options = settings->database;
    migrating->options.user = settings->admin_user;
    migrating->options.password = settings->admin_password;
    migrating->options.io_timeout_s = DDL_TIMEOUT_S;
    enum result result = migration_store_open(&migrating->options, !status_only, &migrating->db);
    if (result == RESULT_NOT_FOUND)
        return COMMAND_DONE;
    if (result == RESULT_OK)
        result = migration_list(migrating->db, command->arena, &migrating->known);
    if (result == RESULT_OK)
        return COMMAND_DONE;
    return command_refuse(command, "The database cannot be used (%s): %s.", result_name(result),
                          db_error(migrating->db));
}

enum command_exit remit_migrate(struct command *command) {
    struct migrating *migrating = arena_alloc(command->arena, sizeof *migrating);
    const char *folder = command_option(command, "folder"), *env = getenv("REMIT_MIGRATIONS");
    const char *resume = command_option(command, "resume");
    bool status_only = command_has(command, "status");

    migrating->command = command;
    migrating->folder = folder        ? folder
                        : env && *env ? env
                                      : REMIT_PREFIX "/share/remit/sql/migrations";
    if (resume && (!text_to_int(resume, &migrating->resume) || migrating->resume < 1))
        return command_usage(command, "--resume: Enter the number of a migration.");
    enum command_exit status = folder_load(migrating);
    if (status == COMMAND_DONE)
        status = migrate_open(migrating, status_only);
    migrating->applied = json_array();
    if (status == COMMAND_DONE)
        status = status_only ? migrate_status(migrating) : migrate_run(migrating);
    json_decref(migrating->applied);
    db_free(migrating->db);
    return status;
}
