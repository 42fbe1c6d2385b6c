#include "common/store/method_store.h"

#include "common/core/text.h"

#define METHOD_COLUMNS                                                                             \
    "id, kind, brand, last_four, label, holder, expires_on, state, attention, created_at, "        \
    "used_at,"                                                                                     \
    " kind = 'bank' AND holder_type <> 'business'"

static struct method method_row(const struct rows *rows, size_t row) {
    return (struct method){
        .id = row_int(rows, row, 0),
        .kind = row_text(rows, row, 1),
        .brand = row_text(rows, row, 2),
        .last_four = row_text(rows, row, 3),
        .label = row_text(rows, row, 4),
        .holder = row_text(rows, row, 5),
        .expires_on = row_date(rows, row, 6),
        .is_new = text_equal(row_text(rows, row, 7), "new"),
        .needs_attention = text_equal(row_text(rows, row, 7), "needs_attention"),
        .attention = row_text(rows, row, 8),
        .created_at = row_instant(rows, row, 9),
        .used_at = row_instant(rows, row, 10),
        .is_persons = row_int(rows, row, 11),
    };
}

const struct statement method_list_sql = {
    .name = "method_list",
    .params = 3,
    .columns = 12,
    .text = "SELECT " METHOD_COLUMNS " FROM method"
            " WHERE account_id = ? AND user_id = ? AND state IN ('active', 'needs_attention')"
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
        list[row] = method_row(&rows, row);
    *out_methods = (struct methods){list, rows.count};
    return RESULT_OK;
}

const struct statement method_find_sql = {
    .name = "method_find",
    .params = 3,
    .columns = 12,
    .text = "SELECT " METHOD_COLUMNS " FROM method WHERE account_id = ? AND id = ?"
            " AND user_id = ? AND state IN ('active', 'needs_attention')",
};

const struct statement method_usable_sql = {
    .name = "method_usable",
    .params = 3,
    .columns = 12,
    .text = "SELECT " METHOD_COLUMNS " FROM method WHERE account_id = ? AND id = ?"
            " AND user_id = ? AND state IN ('new', 'active', 'needs_attention')",
};

static enum result method_one(struct db *db, struct arena *arena, const struct statement *statement,
                              int64_t account_id, int64_t user_id, int64_t method_id,
                              struct method *out_method) {
    struct bind binds[] = {bind_int(account_id), bind_int(method_id), bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_method = method_row(&rows, 0);
    return RESULT_OK;
}

enum result method_find(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                        int64_t method_id, struct method *out_method) {
    return method_one(db, arena, &method_find_sql, account_id, user_id, method_id, out_method);
}

enum result method_usable(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                          int64_t method_id, struct method *out_method) {
    return method_one(db, arena, &method_usable_sql, account_id, user_id, method_id, out_method);
}

/* No row changed is also what a name that stays the same gives: found rows are what counts, so the
 * row is asked for first where it matters. */
const struct statement method_rename_sql = {
    .name = "method_rename",
    .params = 4,
    .text = "UPDATE method SET label = ? WHERE account_id = ? AND id = ? AND user_id = ?"
            " AND state IN ('active', 'needs_attention')",
};

enum result method_rename(struct db *db, int64_t account_id, int64_t user_id, int64_t method_id,
                          const char *label) {
    struct bind binds[] = {bind_text(label), bind_int(account_id), bind_int(method_id),
                           bind_int(user_id)};

    return db_run(db, &method_rename_sql, binds, NULL, NULL);
}

const struct statement method_remove_sql = {
    .name = "method_remove",
    .params = 4,
    .text = "UPDATE method SET state = 'removed', removed_at = ? WHERE account_id = ? AND id = ?"
            " AND user_id = ? AND state IN ('active', 'needs_attention')",
};

enum result method_remove(struct db *db, int64_t account_id, int64_t user_id, int64_t method_id,
                          int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_int(account_id), bind_int(method_id),
                           bind_int(user_id)};
    uint64_t changed = 0;
    enum result result = db_run(db, &method_remove_sql, binds, &changed, NULL);

    return result == RESULT_OK && changed != 1 ? RESULT_NOT_FOUND : result;
}

const struct statement method_leaving_sql = {
    .name = "method_leaving",
    .params = 3,
    .columns = 13,
    .text = "SELECT " METHOD_COLUMNS ", EXISTS (SELECT 1 FROM payment p WHERE p.account_id ="
            " method.account_id AND p.method_id = method.id AND p.state IN ('processing',"
            " 'unknown', 'pending')) FROM method WHERE account_id = ? AND id = ? AND user_id = ?"
            " AND state IN ('active', 'needs_attention')",
};

enum result method_leaving(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                           int64_t method_id, struct method *out_method, bool *out_has_open) {
    struct bind binds[] = {bind_int(account_id), bind_int(method_id), bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &method_leaving_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_method = method_row(&rows, 0);
    *out_has_open = row_int(&rows, 0, 12);
    return RESULT_OK;
}

const char *method_brand_kind(const struct method *method) {
    static const char *const kinds[] = {"visa", "mastercard", "amex", "discover", "diners", "jcb"};

    if (text_equal(method->kind, "bank"))
        return "bank";
    for (size_t at = 0; at < sizeof kinds / sizeof *kinds; at++)
        if (text_equal_ignoring_case(kinds[at], method->brand))
            return kinds[at];
    return "other";
}

const char *method_text(struct arena *arena, const struct method *method) {
    return arena_format(arena, "%s ending %s", method->brand, method->last_four);
}
