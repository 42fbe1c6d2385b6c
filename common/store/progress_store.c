#include "common/store/progress_store.h"

const struct statement progress_read_sql = {
    .name = "progress_read",
    .params = 1,
    .columns = 1,
    .text = "SELECT at FROM progress WHERE name = ?",
};

enum result progress_read(struct db *db, struct arena *arena, const char *name, int64_t *out_at) {
    struct bind binds[] = {bind_text(name)};
    struct rows rows;
    enum result result = db_query(db, arena, &progress_read_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_at = rows.count ? row_instant(&rows, 0, 0) : 0;
    return result;
}

const struct statement progress_write_sql = {
    .name = "progress_write",
    .params = 3,
    .text = "INSERT INTO progress (name, at) VALUES (?, ?) ON DUPLICATE KEY UPDATE at = ?",
};

enum result progress_write(struct db *db, const char *name, int64_t at) {
    struct bind binds[] = {bind_text(name), bind_instant(at), bind_instant(at)};

    return db_run(db, &progress_write_sql, binds, NULL, NULL);
}
