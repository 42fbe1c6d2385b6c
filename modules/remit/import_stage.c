/* import_stage.c - from what a reader read to rows that are kept: faults, and things by the
 * hundred. */
#include <stdio.h>
#include <string.h>

#include "common/program/stop.h"
#include "modules/remit/import.h"

enum {
    FAULTS_SHOWN = 100,
    BODY_BYTES = 4 * 1024 * 1024, /* 500 lines of 1,000 characters of 4 bytes, and more */
    ITEM_ARENA_BYTES = 128 * 1024 * 1024,
    STOP_EVERY = 100,
    STAGED_BYTES = 512 * 1024, /* what is kept at once, but for one that is larger alone */
    STAGE_ARENA_BYTES = 256 * 1024 * 1024
};

void import_fault(struct import *import, struct position position, const char *where,
                  const char *sentence) {
    progress_end(&import->progress);
    if (import->fault_count++ < FAULTS_SHOWN)
        fprintf(stderr, "%s:%zu:%zu: %s%s%s\n", import->file, position.line, position.column, where,
                *where ? ": " : "", sentence);
}

bool import_faults_are_many(const struct import *import) {
    return import->fault_count >= FAULTS_SHOWN;
}

void import_item_begin(struct import *import, struct item *item, struct position position) {
    (void)import;
    *item = (struct item){.arena = arena_new(ITEM_ARENA_BYTES),
                          .position = position,
                          .key_position = position,
                          .account_position = position,
                          .external_position = position,
                          .account = "",
                          .key = "",
                          .owner = "",
                          .level = "",
                          .external = ""};
    buffer_init(&item->body, item->arena, BODY_BYTES);
}

const char *import_asked(struct arena *arena, const struct staged *list, size_t count) {
    struct buffer asked;

    buffer_init(&asked, arena, STAGED_BYTES);
    for (size_t at = 0; at < count; at++) {
        buffer_text(&asked, at ? ",{\"a\":" : "[{\"a\":");
        buffer_json(&asked, list[at].account);
        buffer_text(&asked, ",\"k\":");
        buffer_json(&asked, list[at].key);
        buffer_text(&asked, ",\"l\":");
        buffer_json(&asked, list[at].level);
        if (list[at].external && *list[at].external) {
            buffer_text(&asked, ",\"x\":");
            buffer_json(&asked, list[at].external);
        }
        buffer_text(&asked, "}");
    }
    buffer_text(&asked, "]");
    return asked.bytes;
}

static void row_add(struct buffer *rows, const struct staged *one, bool is_first) {
    buffer_format(rows, "%s{\"a\":%lld,\"s\":%lld,\"t\":%d,\"l\":%zu,\"c\":%zu,\"w\":%d,\"k\":",
                  is_first ? "[" : ",", (long long)one->account_id, (long long)one->seq,
                  one->is_there, one->key_position.line, one->key_position.column, one->weight);
    buffer_json(rows, one->key);
    buffer_text(rows, ",\"o\":");
    buffer_json(rows, one->owner);
    buffer_text(rows, ",\"b\":");
    buffer_json(rows, one->body);
    buffer_text(rows, "}");
}

/* The first rows of a file make its import. */
static enum result rows_keep(struct import *import) {
    struct command *command = import->command;
    struct provider_act act = {command_actor(command), command_now(command)};
    enum result result = RESULT_OK;
    struct buffer rows;

    buffer_init(&rows, import->arena, STAGE_ARENA_BYTES / 4);
    for (size_t at = 0; at < import->staged_count; at++)
        row_add(&rows, &import->staged[at], at == 0);
    buffer_text(&rows, "]");
    if (!import->id)
        result = import_file_add(command->running.db, &act, import->kind->name, import->file,
                                 import->is_told, &import->id);
    return result == RESULT_OK
               ? import_rows_add(command->running.db, import->id, act.now, rows.bytes, rows.length)
               : result;
}

void import_flush(struct import *import) {
    if (!import->staged_count || import->result != RESULT_OK)
        return;
    import->result = import->kind->look(import, import->arena, import->staged,
                                        import->staged_count);
    for (size_t at = 0; at < import->staged_count; at++)
        import->unchanged += import->staged[at].is_there;
    /* With one fault nothing will be applied; the rest is read to tell what else is wrong. */
    if (import->result == RESULT_OK && !import->fault_count)
        import->result = rows_keep(import);
    arena_free(import->arena);
    import->arena = arena_new(STAGE_ARENA_BYTES);
    import->staged_count = import->staged_bytes = 0;
}

static void item_keep(struct import *import, const struct item *item) {
    struct staged *one = &import->staged[import->staged_count++];

    *one = (struct staged){
        .position = item->position,
        .key_position = item->key_position,
        .account_position = item->account_position,
        .external_position = item->external_position,
        .seq = import->item_count,
        .account = arena_text(import->arena, item->account),
        .key = arena_text(import->arena, item->key),
        .owner = arena_text(import->arena, item->owner),
        .level = arena_text(import->arena, item->level),
        .external = arena_text(import->arena, item->external),
        .body = arena_copy(import->arena, item->body.bytes, item->body.length),
        .weight = item->weight,
    };
    secret_hash(item->body.bytes, item->body.length, one->hash);
    import->external_count += *item->external != '\0';
    import->staged_bytes += item->body.length;
    if (import->staged_count == IMPORT_STAGE_MAX || import->staged_bytes >= STAGED_BYTES)
        import_flush(import);
}

bool import_item_end(struct import *import, struct item *item, bool is_broken) {
    const char *fault = is_broken ? NULL : import->kind->finish(import, item);

    import->item_count++;
    if (fault)
        import_fault(import, item->position, "", fault);
    else if (!is_broken && buffer_is_full(&item->body))
        import_fault(import, item->position, "", "This is too long.");
    else if (!is_broken)
        item_keep(import, item);
    arena_free(item->arena);
    item->arena = NULL;
    progress_show(&import->progress, source_bytes_read(import->source));
    if (import->item_count % STOP_EVERY == 0)
        import->is_stopped = stop_asked();
    return import->result == RESULT_OK && !import->is_stopped;
}
