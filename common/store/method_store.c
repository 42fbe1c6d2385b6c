#include "common/store/method_store.h"

#include "common/core/text.h"

const struct statement method_list_sql = {
    .name = "method_list",
    .params = 3,
    .columns = 6,
    .text = "SELECT id, kind, brand, last_four, expires_on, state FROM method"
            " WHERE account_id = ? AND user_id = ? AND state <> 'removed'"
            " ORDER BY GREATEST(created_at, COALESCE(used_at, created_at)) DESC, id DESC LIMIT ?",
};

enum result method_list(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                        int64_t limit, struct methods *out_methods) {
    struct bind binds[] = {bind_int(account_id), bind_int(user_id), bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &method_list_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct method *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct method){
            .id = row_int(&rows, row, 0),
            .kind = row_text(&rows, row, 1),
            .brand = row_text(&rows, row, 2),
            .last_four = row_text(&rows, row, 3),
            .expires_on = row_date(&rows, row, 4),
            .needs_attention = text_equal(row_text(&rows, row, 5), "needs_attention"),
        };
    *out_methods = (struct methods){list, rows.count};
    return RESULT_OK;
}

const char *method_text(struct arena *arena, const struct method *method) {
    return arena_format(arena, "%s ending %s", method->brand, method->last_four);
}
