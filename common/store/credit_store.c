#include "common/store/credit_store.h"

const struct statement credit_read_sql = {
    .name = "credit_read",
    .params = 1,
    .columns = 1,
    .text = "SELECT credit_cents FROM account WHERE id = ?",
};

enum result credit_read(struct db *db, struct arena *arena, int64_t account_id,
                        int64_t *out_cents) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &credit_read_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_cents = row_int(&rows, 0, 0);
    return result;
}

const struct statement credit_move_sql = {
    .name = "credit_move",
    .params = 3,
    .text = "UPDATE account SET credit_cents = credit_cents + ? WHERE id = ?"
            " AND credit_cents + ? >= 0",
};

enum result credit_move(struct db *db, int64_t account_id, int64_t cents) {
    struct bind binds[] = {bind_int(cents), bind_int(account_id), bind_int(cents)};

    return db_run_one(db, &credit_move_sql, binds);
}
