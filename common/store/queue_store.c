#include "common/store/queue_store.h"

#define ENTRIES                                                                                    \
    "SELECT q.id, q.queue_key, q.kind, q.detail, a.number, p.reference, q.decision, q.note,"       \
    " q.closed_by, q.account_id, q.payment_id, q.opened_at, q.closed_at FROM queue_item q"         \
    " LEFT JOIN account a ON a.id = q.account_id"                                                  \
    " LEFT JOIN payment p ON p.account_id = q.account_id AND p.id = q.payment_id"
enum { ENTRY_COLUMNS = 13 };

const struct statement queue_list_sql = {
    .name = "queue_list",
    .params = 2,
    .columns = ENTRY_COLUMNS,
    .text = ENTRIES " WHERE q.closed_at IS NULL AND q.id > ? ORDER BY q.id LIMIT ?",
};

const struct statement queue_list_all_sql = {
    .name = "queue_list_all",
    .params = 2,
    .columns = ENTRY_COLUMNS,
    .text = ENTRIES " WHERE q.id > ? ORDER BY q.id LIMIT ?",
};

const struct statement queue_find_sql = {
    .name = "queue_find",
    .params = 1,
    .columns = ENTRY_COLUMNS,
    .text = ENTRIES " WHERE q.id = ?",
};

static enum result entries_query(struct db *db, struct arena *arena,
                                 const struct statement *statement, struct bind *binds,
                                 struct queue_entries *out_entries) {
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct queue_entry *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct queue_entry){
            .id = row_int(&rows, row, 0),
            .key = row_text(&rows, row, 1),
            .kind = row_text(&rows, row, 2),
            .detail = row_text(&rows, row, 3),
            .account_number = row_text(&rows, row, 4),
            .payment_reference = row_text(&rows, row, 5),
            .decision = row_text(&rows, row, 6),
            .note = row_text(&rows, row, 7),
            .closed_by = row_text(&rows, row, 8),
            .account_id = row_int(&rows, row, 9),
            .payment_id = row_int(&rows, row, 10),
            .opened_at = row_instant(&rows, row, 11),
            .closed_at = row_instant(&rows, row, 12),
        };
    *out_entries = (struct queue_entries){list, rows.count};
    return RESULT_OK;
}

enum result queue_list(struct db *db, struct arena *arena, bool is_all, int64_t after_id,
                       int64_t limit, struct queue_entries *out_entries) {
    struct bind binds[] = {bind_int(after_id), bind_int(limit)};

    return entries_query(db, arena, is_all ? &queue_list_all_sql : &queue_list_sql, binds,
                         out_entries);
}

enum result queue_find(struct db *db, struct arena *arena, int64_t id,
                       struct queue_entry *out_entry) {
    struct bind binds[] = {bind_int(id)};
    struct queue_entries found;
    enum result result = entries_query(db, arena, &queue_find_sql, binds, &found);

    if (result == RESULT_OK && found.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_entry = found.list[0];
    return result;
}

const struct statement queue_close_sql = {
    .name = "queue_close",
    .params = 6,
    .text = "UPDATE queue_item SET closed_at = ?, decision = ?, note = ?, closed_by = ?"
            " WHERE id = ? AND (closed_at IS NULL OR (? AND decision = ''))",
};

enum result queue_close(struct db *db, int64_t id, bool is_cleared, const char *decision,
                        const char *note, const char *actor, int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_text(decision), bind_text(note),
                           bind_text(actor),  bind_int(id),        bind_int(is_cleared)};

    return db_run_one(db, &queue_close_sql, binds);
}

const struct statement queue_change_sql = {
    .name = "queue_change",
    .params = 3,
    .text = "UPDATE queue_item SET detail = ?, told_at = NULL WHERE queue_key = ?"
            " AND closed_at IS NULL AND detail <> ?",
};

enum result queue_change(struct db *db, const char *key, const char *detail) {
    struct bind binds[] = {bind_text(detail), bind_text(key), bind_text(detail)};

    return db_run(db, &queue_change_sql, binds, NULL, NULL);
}

/* ---- what became clear ---- */

const struct statement queue_tidy_payments_sql = {
    .name = "queue_tidy_payments",
    .params = 2,
    .text = "UPDATE queue_item q JOIN payment p ON p.account_id = q.account_id"
            " AND p.id = q.payment_id SET q.closed_at = ?, q.closed_by = ?"
            " WHERE q.closed_at IS NULL AND q.kind = 'unknown_payment'"
            " AND p.state NOT IN ('processing', 'unknown')",
};

const struct statement queue_tidy_pending_sql = {
    .name = "queue_tidy_pending",
    .params = 2,
    .text = "UPDATE queue_item q JOIN payment p ON p.account_id = q.account_id"
            " AND p.id = q.payment_id SET q.closed_at = ?, q.closed_by = ?"
            " WHERE q.closed_at IS NULL AND q.kind = 'pending_payment' AND p.state <> 'pending'",
};

const struct statement queue_tidy_refunds_sql = {
    .name = "queue_tidy_refunds",
    .params = 2,
    /* Its key is "settle:" and the refund's reference. */
    .text = "UPDATE queue_item q JOIN refund r ON r.reference = SUBSTRING(q.queue_key, 8)"
            " SET q.closed_at = ?, q.closed_by = ?"
            " WHERE q.closed_at IS NULL AND q.kind = 'unknown_refund' AND r.open IS NULL",
};

enum result queue_tidy(struct db *db, const char *actor, int64_t now, uint64_t *out_count) {
    static const struct statement *const statements[] = {
        &queue_tidy_payments_sql, &queue_tidy_pending_sql, &queue_tidy_refunds_sql};
    enum result result = RESULT_OK;

    *out_count = 0;
    for (size_t at = 0; result == RESULT_OK && at < sizeof statements / sizeof *statements; at++) {
        struct bind binds[] = {bind_instant(now), bind_text(actor)};
        uint64_t count = 0;

        result = db_run(db, statements[at], binds, &count, NULL);
        *out_count += count;
    }
    return result;
}

/* ---- telling ---- */

const struct statement queue_untold_sql = {
    .name = "queue_untold",
    .params = 0,
    .columns = 1,
    .text = "SELECT COALESCE(MAX(id), 0) FROM queue_item WHERE closed_at IS NULL"
            " AND told_at IS NULL",
};

const struct statement queue_tell_sql = {
    .name = "queue_tell",
    .params = 2,
    .text = "UPDATE queue_item SET told_at = ? WHERE closed_at IS NULL AND told_at IS NULL"
            " AND id <= ?",
};

enum result queue_tell(struct db *db, struct arena *arena, int64_t now, int64_t *out_last_id) {
    struct rows rows;
    enum result result = db_query(db, arena, &queue_untold_sql, NULL, &rows);
    uint64_t told = 0;

    *out_last_id = 0;
    if (result != RESULT_OK || !row_int(&rows, 0, 0))
        return result;
    int64_t last_id = row_int(&rows, 0, 0);
    struct bind binds[] = {bind_instant(now), bind_int(last_id)};
    result = db_run(db, &queue_tell_sql, binds, &told, NULL);
    if (result == RESULT_OK && told)
        *out_last_id = last_id;
    return result;
}
