#include "modules/remit/import_clear.h"

#include "common/store/import_file_store.h"

enum { LIST_MAX = 100, ABANDONED_S = 3600, ARENA_BYTES = 1024 * 1024 };

enum result import_clear(struct command *command, int64_t import_id) {
    struct db *db = command->running.db;
    uint64_t count = IMPORT_ROWS_MAX - 1;
    enum result result = RESULT_OK;

    while (result == RESULT_OK && count == IMPORT_ROWS_MAX - 1)
        result = import_rows_remove(db, import_id, IMPORT_ROWS_MAX - 1, &count);
    return result == RESULT_OK ? import_file_remove(db, import_id) : result;
}

static enum result list_clear(struct command *command, size_t *out_count) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct rows rows = {0};
    enum result result = import_file_over(command->running.db, arena, LIST_MAX, &rows);

    for (size_t row = 0; result == RESULT_OK && row < rows.count; row++)
        result = import_clear(command, row_int(&rows, row, 0));
    *out_count = rows.count;
    arena_free(arena);
    return result;
}

enum result import_clear_over(struct command *command) {
    uint64_t expired = 0;
    size_t count = LIST_MAX;
    enum result result = import_file_expire(command->running.db, command_now(command) - ABANDONED_S,
                                            LIST_MAX, &expired);

    while (result == RESULT_OK && count == LIST_MAX)
        result = list_clear(command, &count);
    return result;
}
