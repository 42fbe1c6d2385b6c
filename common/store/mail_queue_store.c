#include "common/store/mail_queue_store.h"

const struct statement mail_queue_sql = {
    .name = "mail_queue",
    .params = 1,
    .columns = 6,
    .text = "SELECT q.id, q.opened_at, q.kind, q.detail, a.number, p.reference FROM queue_item q"
            " LEFT JOIN account a ON a.id = q.account_id"
            " LEFT JOIN payment p ON p.account_id = q.account_id AND p.id = q.payment_id"
            " WHERE q.closed_at IS NULL ORDER BY q.id LIMIT ?",
};

const struct statement mail_queue_count_sql = {
    .name = "mail_queue_count",
    .params = 0,
    .columns = 2,
    /* Mail to customers has an account. */
    .text = "SELECT COUNT(*), COUNT(IF(kind = 'mail_given_up' AND account_id IS NULL, NULL, 1))"
            " FROM queue_item WHERE closed_at IS NULL",
};

enum result mail_queue(struct db *db, struct arena *arena, int64_t limit,
                       struct mail_queue *out_queue) {
    struct bind binds[] = {bind_int(limit)};
    struct rows counts, rows;
    enum result result = db_query(db, arena, &mail_queue_count_sql, NULL, &counts);

    if (result == RESULT_OK && !row_int(&counts, 0, 1))
        return RESULT_CONFLICT;
    if (result == RESULT_OK)
        result = db_query(db, arena, &mail_queue_sql, binds, &rows);
    if (result != RESULT_OK)
        return result;
    struct mail_queue_item *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct mail_queue_item){
            .id = row_int(&rows, row, 0),
            .opened_at = row_instant(&rows, row, 1),
            .kind = row_text(&rows, row, 2),
            .detail = row_text(&rows, row, 3),
            .account_number = row_text(&rows, row, 4),
            .payment_reference = row_text(&rows, row, 5),
        };
    *out_queue = (struct mail_queue){list, rows.count, row_int(&counts, 0, 0)};
    return RESULT_OK;
}
