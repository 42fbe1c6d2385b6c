/*
 * import_run.c - a file from its first byte to the end, or from where the last run of it stopped:
 *
 *   1. read, checked and kept (staging): one fault, and all of it goes;
 *   2. released: from here on it will be brought in, by this run or by the next one of this file;
 *   3. applied in transactions of fewer than IMPORT_ROWS_MAX rows, an account's things together;
 *   4. what was kept is cleared away.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/core/fault.h"
#include "common/core/text.h"
#include "common/program/stop.h"
#include "modules/remit/import.h"
#include "modules/remit/import_clear.h"
#include "modules/remit/remit.h"

enum {
    NAME_MAX_BYTES = 200,
    FAULTS_SHOWN = 100,
    TRIES = 20, /* without a step forward */
    AHEAD_MAX = 200,
    CHUNK_ARENA_BYTES = 256 * 1024 * 1024
};

static enum command_exit refused_by_database(struct import *import, enum result result) {
    return command_failed(import->command, result);
}

/* ---- 1: staging ---- */

static bool has_end(const char *name, const char *end) {
    size_t length = strlen(name), end_length = strlen(end);

    return length > end_length && strcasecmp(name + length - end_length, end) == 0;
}

/* By its name, or by its first character where that says nothing. */
static bool is_json(struct import *import, const char *name) {
    int first;

    if (has_end(name, ".csv"))
        return false;
    if (has_end(name, ".json"))
        return true;
    while ((first = source_peek(import->source, 0)) == ' ' || first == '\t' || first == '\n' ||
           first == '\r')
        (void)source_next(import->source);
    return source_rewind(import->source) == RESULT_OK && (first == '[' || first == '{');
}

/* Whatever stands in a terminal or a table: no control characters, and what fits. */
static const char *name_shown(struct import *import, const char *name) {
    char *shown = arena_text(import->command->arena,
                             text_equal(name, "-") ? "standard input" : name);

    for (char *at = shown; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
    size_t length = strlen(shown);
    if (!text_is_utf8(shown, length))
        return "the file";
    const char *end = length > NAME_MAX_BYTES ? shown + length - NAME_MAX_BYTES : shown;
    while (((unsigned char)*end & 0xC0) == 0x80)
        end++;
    return end;
}

static void twice_tell(struct import *import) {
    struct arena *arena = arena_new(CHUNK_ARENA_BYTES);
    struct rows rows;

    if (import->result == RESULT_OK && !import->fault_count && import->id)
        import->result = import_rows_twice(import->command->running.db, arena, import->id,
                                           FAULTS_SHOWN, &rows);
    else
        rows.count = 0;
    for (size_t row = 0; import->result == RESULT_OK && row < rows.count; row++) {
        struct position position = {(size_t)row_int(&rows, row, 0), (size_t)row_int(&rows, row, 1)};
        const struct import_kind *kind = import->kind;

        import_fault(import, position, kind->fields[kind->key_field].name,
                     arena_format(arena, "%s %s comes twice in this file.", kind->thing,
                                  row_text(&rows, row, 2)));
    }
    if (import->result == RESULT_OK && !import->fault_count && import->id && import->kind->compare)
        import->result = import->kind->compare(import, arena);
    arena_free(arena);
}

static void drop(struct import *import) {
    if (!import->id)
        return;
    enum result result = import_file_drop(import->command->running.db, import->id);
    /* What is left of it is for `remit purge`. */
    if (result == RESULT_OK)
        import_clear(import->command, import->id);
}

static enum command_exit stage(struct import *import) {
    struct command *command = import->command;

    import->arena = arena_new(CHUNK_ARENA_BYTES);
    progress_begin(&import->progress, "Checking", 0, source_size(import->source), false);
    if (is_json(import, command->arguments[0]))
        import_json_read(import);
    else
        import_csv_read(import);
    if (!import->is_stopped)
        import_flush(import);
    arena_free(import->arena);
    twice_tell(import);
    progress_end(&import->progress);
    if (import->is_stopped)
        return command_refuse(command, "Stopped; nothing was imported.");
    if (import->result != RESULT_OK)
        return refused_by_database(import, import->result);
    if (source_failed(import->source))
        return command_refuse(command, "%s cannot be read to its end; nothing was imported.",
                              import->file);
    if (import->fault_count)
        return command_refuse(command, "%zu %s wrong in %s; nothing was imported.",
                              import->fault_count,
                              import->fault_count == 1 ? "thing is" : "things are", import->file);
    return COMMAND_DONE;
}

/* ---- 2: whose turn it is ---- */

/* The import of these very bytes that is being applied already. RESULT_NOT_FOUND. */
static enum result same_find(struct import *import, struct import_file *out_file) {
    struct command *command = import->command;
    struct db *db = command->running.db;
    unsigned char hash[SECRET_HASH_BYTES];
    enum result result = import_file_any(db, command->arena, import->kind->name, out_file);

    /* Mostly there is none, and the file is read once. */
    if (result != RESULT_OK)
        return result;
    result = source_hash(import->source, hash);
    if (result == RESULT_OK)
        result = import_file_open(db, command->arena, import->kind->name, hash, out_file);
    if (result == RESULT_NOT_FOUND &&
        import_file_any(db, command->arena, import->kind->name, out_file) == RESULT_OK)
        fprintf(stderr,
                "Of import %lld (%s) %lld of %lld are applied: `remit import resume %lld` goes on,"
                " `remit import drop %lld` gives the rest up.\n",
                (long long)out_file->id, out_file->file_name,
                (long long)out_file->applied + (long long)out_file->unchanged,
                (long long)out_file->items, (long long)out_file->id, (long long)out_file->id);
    return result == RESULT_OK                          ? RESULT_OK
           : source_rewind(import->source) == RESULT_OK ? RESULT_NOT_FOUND
                                                        : RESULT_FAILED;
}

/* What was mailed cannot be taken back: who asked for no mail does not go on with mail. */
static bool is_told_in_vain(const struct import *import, const struct import_file *file) {
    return import->kind->is_told && !import->is_told && file->is_told;
}

static enum command_exit told_refuse(struct import *import, const struct import_file *file) {
    return command_refuse(import->command,
                          "This file is on its way in already, as import %lld, and its invoices"
                          " are told by mail: leave --no-mail out, or give the rest up with"
                          " `remit import drop %lld` first.",
                          (long long)file->id, (long long)file->id);
}

static enum command_exit release(struct import *import, struct import_file *out_file) {
    struct command *command = import->command;
    struct db *db = command->running.db;
    unsigned char hash[SECRET_HASH_BYTES];
    enum result result = source_hash(import->source, hash);

    if (result != RESULT_OK)
        return command_refuse(command, "%s cannot be read to its end; nothing was imported.",
                              import->file);
    FAULT_POINT("import.before_release");
    result = import_file_release(db, import->id, command_now(command), hash, import->item_count,
                                 import->unchanged);
    FAULT_POINT("import.released");
    /* By another run of the same file at this moment, or by this one and its answer was lost. */
    if (result == RESULT_CONFLICT || result == RESULT_UNCERTAIN) {
        result = import_file_open(db, command->arena, import->kind->name, hash, out_file);
        if (result == RESULT_OK && out_file->id != import->id)
            drop(import);
    } else if (result == RESULT_OK) {
        result = import_file_read(db, command->arena, import->id, out_file);
    }
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "The import was dropped by somebody else; run it again.");
    if (result != RESULT_OK)
        return refused_by_database(import, result);
    import->id = out_file->id;
    return is_told_in_vain(import, out_file) ? told_refuse(import, out_file) : COMMAND_DONE;
}

/* ---- 3: applying ---- */

/* How many of the rows ahead make a transaction: whole accounts, where one fits. */
static size_t chunk_count(const struct import_rows *ahead) {
    size_t count = 0, whole = 0;
    int64_t weight = 1; /* the file's own row, and the audit row */

    while (count < ahead->count && count < IMPORT_STAGE_MAX - 1) {
        const struct import_row *row = &ahead->list[count];

        weight += row->weight;
        if (weight >= IMPORT_ROWS_MAX && count)
            return whole ? whole : count;
        count++;
        if (count == ahead->count || ahead->list[count].account_id != row->account_id)
            whole = count;
    }
    return count < ahead->count && whole ? whole : count;
}

/* RESULT_NOT_FOUND: nothing is left to apply. */
static enum result chunk_apply(struct import *import, struct arena *arena) {
    struct db *db = import->command->running.db;
    struct import_file file;
    struct import_rows rows;
    enum result result = import_file_read(db, arena, import->id, &file);

    if (result == RESULT_OK && !text_equal(file.state, "applying"))
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = import_rows_ahead(db, arena, import->id, file.mark, AHEAD_MAX, false, &rows);
    if (result == RESULT_OK && !rows.count)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = import_rows_ahead(db, arena, import->id, file.mark, chunk_count(&rows), true,
                                   &rows);
    if (result != RESULT_OK)
        return result;
    const struct import_row *last = &rows.list[rows.count - 1];
    struct import_step step = {
        .import_id = import->id,
        .now = command_now(import->command),
        .from = file.mark,
        .to = {last->account_id, last->seq},
    };
    result = import->kind->apply(import, arena, &rows, &step);
    FAULT_POINT("import.applied");
    progress_show(&import->progress, file.applied + file.unchanged);
    return result;
}

/* RESULT_OK: all of it. */
static enum result chunks_apply(struct import *import) {
    enum result result = RESULT_OK;

    for (int tries = 0; tries < TRIES && !import->is_stopped; tries++) {
        struct arena *arena = arena_new(CHUNK_ARENA_BYTES);

        result = chunk_apply(import, arena);
        arena_free(arena);
        import->is_stopped = stop_asked();
        if (result == RESULT_NOT_FOUND)
            return RESULT_OK;
        if (result == RESULT_OK)
            tries = -1;
        else if (result != RESULT_CONFLICT && result != RESULT_UNCERTAIN)
            return result;
    }
    return result == RESULT_OK ? RESULT_RETRY : result;
}

static enum command_exit stopped(struct import *import, enum result result) {
    struct command *command = import->command;
    struct import_file file;

    if (import_file_read(command->running.db, command->arena, import->id, &file) != RESULT_OK)
        return refused_by_database(import, result);
    const char *why = import->is_stopped ? "as asked"
                      : result == RESULT_INVALID
                          ? "see above"
                          : arena_format(command->arena, "%s: %s", result_name(result),
                                         db_error(command->running.db));
    return command_refuse(command,
                          "The import stopped behind %lld of %lld (%s). Run it again, or `remit"
                          " import resume %lld`: it goes on where it stopped.",
                          (long long)file.applied + (long long)file.unchanged,
                          (long long)file.items, why, (long long)import->id);
}

static enum command_exit apply(struct import *import, const struct import_file *before) {
    struct command *command = import->command;
    struct db *db = command->running.db;
    struct import_file after;

    if (import->is_told && !before->is_told)
        fprintf(stderr, "Nobody is told by mail: import %lld was begun with --no-mail.\n",
                (long long)before->id);
    import->is_told = before->is_told;
    progress_begin(&import->progress, "Importing", before->applied + before->unchanged,
                   before->items, true);
    enum result result = chunks_apply(import);
    progress_end(&import->progress);
    if (result != RESULT_OK)
        return stopped(import, result);
    result = import_file_end(db, import->id, command_now(command));
    if (result == RESULT_OK)
        result = import_file_read(db, command->arena, import->id, &after);
    if (result == RESULT_NOT_FOUND || (result == RESULT_OK && !text_equal(after.state, "done")))
        return command_refuse(command, "The import was dropped by somebody else, and not all of it"
                                       " is there; run it again for the rest.");
    if (result != RESULT_OK)
        return refused_by_database(import, result);
    import_clear(command, import->id);
    return import->kind->show(import, before, &after);
}

/* ---- all of it ---- */

static enum command_exit file_open(struct import *import, const char *name) {
    import->file = name_shown(import, name);
    if (source_open(import->command->arena, name, &import->source) != RESULT_OK)
        return command_refuse(import->command, "%s cannot be read.", import->file);
    return COMMAND_DONE;
}

static enum command_exit file_run(struct import *import) {
    struct import_file before = {0};
    enum result result = same_find(import, &before);
    enum command_exit status = COMMAND_DONE;

    if (result == RESULT_OK && is_told_in_vain(import, &before))
        return told_refuse(import, &before);
    if (result == RESULT_OK) {
        import->id = before.id;
        return apply(import, &before);
    }
    if (result != RESULT_NOT_FOUND)
        return refused_by_database(import, result);
    status = stage(import);
    if (status != COMMAND_DONE || import->unchanged == import->item_count) {
        struct import_file nothing = {.unchanged = import->unchanged};

        drop(import);
        return status == COMMAND_DONE
                   ? import->kind->show(import, &(struct import_file){0}, &nothing)
                   : status;
    }
    status = release(import, &before);
    return status == COMMAND_DONE ? apply(import, &before) : status;
}

static struct import *import_new(struct command *command, const struct import_kind *kind) {
    struct import *import = arena_alloc(command->arena, sizeof *import);

    *import = (struct import){.command = command, .kind = kind};
    import->is_told = kind->is_told && !command_has(command, "no-mail");
    return import;
}

enum command_exit import_run(struct command *command, const struct import_kind *kind) {
    struct import *import = import_new(command, kind);
    enum command_exit status = COMMAND_DONE;

    if (stop_open() != RESULT_OK)
        return command_refuse(command, "Signals cannot be waited for.");
    status = file_open(import, command->arguments[0]);
    if (status == COMMAND_DONE)
        import_clear_over(command);
    if (status == COMMAND_DONE)
        status = file_run(import);
    stop_close();
    return status;
}

enum command_exit import_go_on(struct command *command, const struct import_kind *kind,
                               const struct import_file *file) {
    struct import *import = import_new(command, kind);

    if (stop_open() != RESULT_OK)
        return command_refuse(command, "Signals cannot be waited for.");
    import->file = file->file_name;
    import->id = file->id;
    import->is_told = file->is_told;
    enum command_exit status = apply(import, file);
    stop_close();
    return status;
}
