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

/* ---- work of one among many ---- */

const struct statement progress_begin_sql = {
    .name = "progress_begin",
    .params = 1,
    .text = "INSERT IGNORE INTO progress (name, at) VALUES (?, '1970-01-02')",
};

const struct statement progress_take_sql = {
    .name = "progress_take",
    .params = 4,
    .text = "UPDATE progress SET read_by = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE name = ?"
            " AND (at <= ? OR at > ?) AND (read_by IS NULL OR read_by < UTC_TIMESTAMP(6))",
};

enum result progress_take(struct db *db, const char *name, int64_t now, int64_t done_before,
                          int64_t lease_s) {
    struct bind begin[] = {bind_text(name)};
    struct bind take[] = {bind_int(lease_s), bind_text(name), bind_instant(done_before),
                          bind_instant(now)};
    enum result result = db_run(db, &progress_begin_sql, begin, NULL, NULL);

    return result == RESULT_OK ? db_run_one(db, &progress_take_sql, take) : result;
}

const struct statement progress_done_sql = {
    .name = "progress_done",
    .params = 2,
    .text = "UPDATE progress SET at = ?, read_by = NULL WHERE name = ?",
};

const struct statement progress_failed_sql = {
    .name = "progress_failed",
    .params = 2,
    .text = "UPDATE progress SET read_by = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE name = ?",
};

enum result progress_over(struct db *db, const char *name, int64_t done_at, int64_t again_s) {
    struct bind done[] = {bind_instant(done_at), bind_text(name)};
    struct bind failed[] = {bind_int(again_s), bind_text(name)};

    return done_at ? db_run(db, &progress_done_sql, done, NULL, NULL)
                   : db_run(db, &progress_failed_sql, failed, NULL, NULL);
}
