#include "common/store/webhook_work_store.h"

/* The longest wait is a day. */
enum { LOOK_FAR_S = 2 * 24 * 3600 };

const struct statement webhook_due_sql = {
    .name = "webhook_due",
    .params = 3,
    .columns = 8,
    .text = "SELECT id, gateway, event_id, event_type, body, received_at, look_at, looks"
            " FROM webhook WHERE state = 'waiting' AND (look_at <= ? OR look_at > ?)"
            " ORDER BY look_at, id LIMIT ?",
};

enum result webhook_due(struct db *db, struct arena *arena, int64_t now, int64_t limit,
                        struct webhooks_waiting *out_waiting) {
    struct bind binds[] = {bind_instant(now), bind_instant(now + LOOK_FAR_S), bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &webhook_due_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct webhook_waiting *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct webhook_waiting){
            .id = row_int(&rows, row, 0),
            .gateway = row_text(&rows, row, 1),
            .event_id = row_text(&rows, row, 2),
            .type = row_text(&rows, row, 3),
            .body = (const unsigned char *)row_text(&rows, row, 4),
            .length = row_length(&rows, row, 4),
            .received_at = row_instant(&rows, row, 5),
            .look_at = row_instant(&rows, row, 6),
            .looks = row_int(&rows, row, 7),
        };
    *out_waiting = (struct webhooks_waiting){list, rows.count};
    return RESULT_OK;
}

const struct statement webhook_take_sql = {
    .name = "webhook_take",
    .params = 3,
    .text = "UPDATE webhook SET look_at = ? WHERE id = ? AND state = 'waiting' AND look_at = ?",
};

enum result webhook_take(struct db *db, int64_t id, int64_t look_at, int64_t next) {
    struct bind binds[] = {bind_instant(next), bind_int(id), bind_instant(look_at)};

    return db_run_one(db, &webhook_take_sql, binds);
}

const struct statement webhook_again_sql = {
    .name = "webhook_again",
    .params = 3,
    .text = "UPDATE webhook SET look_at = ?, looks = looks + 1, outcome = ? WHERE id = ?"
            " AND state = 'waiting'",
};

enum result webhook_again(struct db *db, int64_t id, int64_t look_at, const char *outcome) {
    struct bind binds[] = {bind_instant(look_at), bind_text(outcome), bind_int(id)};

    return db_run(db, &webhook_again_sql, binds, NULL, NULL);
}

const struct statement webhook_over_sql = {
    .name = "webhook_over",
    .params = 4,
    .text = "UPDATE webhook SET state = ?, look_at = NULL, done_at = ?, outcome = ? WHERE id = ?"
            " AND state = 'waiting'",
};

enum result webhook_over(struct db *db, int64_t id, const char *state, const char *outcome,
                         int64_t now) {
    struct bind binds[] = {bind_text(state), bind_instant(now), bind_text(outcome), bind_int(id)};

    return db_run(db, &webhook_over_sql, binds, NULL, NULL);
}
