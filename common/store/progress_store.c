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

const struct statement progress_debits_sql = {
    .name = "progress_debits",
    .params = 2,
    .columns = 2,
    .text = "SELECT (SELECT MIN(confirmed_at) FROM payment FORCE INDEX (payment_open)"
            " WHERE state IN ('processing', 'unknown', 'pending') AND gateway = ?"
            " AND kind = 'bank'), EXISTS (SELECT 1 FROM payment FORCE INDEX (payment_kind)"
            " WHERE kind = 'bank' AND gateway = ?)",
};

enum result progress_debits(struct db *db, struct arena *arena, const char *gateway,
                            int64_t *out_oldest_at, bool *out_has_any) {
    struct bind binds[] = {bind_text(gateway), bind_text(gateway)};
    struct rows rows;
    enum result result = db_query(db, arena, &progress_debits_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    *out_oldest_at = row_instant(&rows, 0, 0);
    *out_has_any = row_int(&rows, 0, 1);
    return RESULT_OK;
}
