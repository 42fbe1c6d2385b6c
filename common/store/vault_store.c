#include "common/store/vault_store.h"

/* A payment that is pending at the bank needs its entry no more than one that is over, but a person
 * who looks into it may. */
#define WAITING                                                                                    \
    "SELECT m.account_id, m.id, m.gateway, m.vault_id, m.save_by IS NOT NULL, m.created_at,"       \
    " m.vault_looks FROM method m WHERE m.state = 'removed' AND m.vault_gone_at IS NULL"           \
    " AND (m.vault_look_at IS NULL OR m.vault_look_at <= ?)"                                       \
    " AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.vault_id = m.vault_id"                       \
    " AND p.gateway = m.gateway AND p.state IN ('processing', 'unknown', 'pending'))"

const struct statement vault_waiting_one_sql = {
    .name = "vault_waiting_one",
    .params = 3,
    .columns = 7,
    .text = WAITING " AND m.account_id = ? AND m.id = ?",
};

const struct statement vault_waiting_list_sql = {
    .name = "vault_waiting_list",
    .params = 3,
    .columns = 7,
    .text = WAITING " AND m.id > ? ORDER BY m.id LIMIT ?",
};

static enum result waiting_read(struct db *db, struct arena *arena,
                                const struct statement *statement, struct bind *binds,
                                struct vault_waitings *out_waiting) {
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct vault_waiting *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct vault_waiting){
            .account_id = row_int(&rows, row, 0),
            .method_id = row_int(&rows, row, 1),
            .gateway = row_text(&rows, row, 2),
            .vault_id = row_text(&rows, row, 3),
            .was_unsure = row_int(&rows, row, 4),
            .created_at = row_instant(&rows, row, 5),
            .looks = row_int(&rows, row, 6),
        };
    *out_waiting = (struct vault_waitings){list, rows.count};
    return RESULT_OK;
}

enum result vault_waiting_one(struct db *db, struct arena *arena, int64_t account_id,
                              int64_t method_id, int64_t now, struct vault_waitings *out_waiting) {
    struct bind binds[] = {bind_instant(now), bind_int(account_id), bind_int(method_id)};

    return waiting_read(db, arena, &vault_waiting_one_sql, binds, out_waiting);
}

enum result vault_waiting_list(struct db *db, struct arena *arena, int64_t after_id, int64_t now,
                               int64_t limit, struct vault_waitings *out_waiting) {
    struct bind binds[] = {bind_instant(now), bind_int(after_id), bind_int(limit)};

    return waiting_read(db, arena, &vault_waiting_list_sql, binds, out_waiting);
}

const struct statement vault_gone_sql = {
    .name = "vault_gone",
    .params = 3,
    .text = "UPDATE method SET vault_gone_at = ?, vault_look_at = NULL"
            " WHERE account_id = ? AND id = ? AND state = 'removed'",
};

enum result vault_gone(struct db *db, int64_t account_id, int64_t method_id, int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_int(account_id), bind_int(method_id)};

    return db_run(db, &vault_gone_sql, binds, NULL, NULL);
}

const struct statement vault_look_again_sql = {
    .name = "vault_look_again",
    .params = 3,
    .text = "UPDATE method SET vault_look_at = ?, vault_looks = vault_looks + 1"
            " WHERE account_id = ? AND id = ? AND state = 'removed'",
};

enum result vault_look_again(struct db *db, int64_t account_id, int64_t method_id,
                             int64_t look_at) {
    struct bind binds[] = {bind_instant(look_at), bind_int(account_id), bind_int(method_id)};

    return db_run(db, &vault_look_again_sql, binds, NULL, NULL);
}

/* ---- what nobody can confirm any more ---- */

const struct statement method_abandon_saving_sql = {
    .name = "method_abandon_saving",
    .params = 4,
    .text = "UPDATE method SET state = 'removed', removed_at = ?, vault_look_at = ?"
            " WHERE state = 'saving' AND save_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND LIMIT ?",
};

const struct statement method_abandon_new_sql = {
    .name = "method_abandon_new",
    .params = 4,
    .text = "UPDATE method m SET state = 'removed', removed_at = ?"
            " WHERE m.state = 'new' AND m.created_at < ? AND NOT EXISTS (SELECT 1 FROM payment p"
            " WHERE p.account_id = m.account_id AND p.method_id = m.id"
            " AND (p.state IN ('processing', 'unknown', 'pending')"
            " OR (p.state = 'review' AND p.created_at >= ?))) LIMIT ?",
};

enum result method_abandon(struct db *db, const struct method_abandon *abandon,
                           uint64_t *out_count) {
    struct bind saving[] = {bind_instant(abandon->now), bind_instant(abandon->look_at),
                            bind_int(abandon->timeout_s), bind_int(abandon->limit)};
    struct bind made[] = {bind_instant(abandon->now), bind_instant(abandon->made_before),
                          bind_instant(abandon->made_before), bind_int(abandon->limit)};
    uint64_t saving_count = 0, made_count = 0;
    enum result result = db_run(db, &method_abandon_saving_sql, saving, &saving_count, NULL);

    if (result == RESULT_OK)
        result = db_run(db, &method_abandon_new_sql, made, &made_count, NULL);
    *out_count = saving_count > made_count ? saving_count : made_count;
    return result;
}
