#include "common/store/dispute_store.h"

const struct statement invoice_settled_sql = {
    .name = "invoice_settled",
    .params = 2,
    .text = "UPDATE refund_allocation f"
            " JOIN invoice i ON i.account_id = f.account_id AND i.id = f.invoice_id"
            " SET i.disputed_at = NULL WHERE f.account_id = ? AND f.refund_id = ?"
            " AND i.disputed_at IS NOT NULL AND i.is_open = 0",
};

enum result invoices_disputes_end(struct db *db, int64_t account_id, int64_t refund_id) {
    struct bind binds[] = {bind_int(account_id), bind_int(refund_id)};

    return db_run(db, &invoice_settled_sql, binds, NULL, NULL);
}

const struct statement invoice_dispute_sql = {
    .name = "invoice_dispute",
    .params = 3,
    .text = "UPDATE refund_allocation f"
            " JOIN invoice i ON i.account_id = f.account_id AND i.id = f.invoice_id"
            " SET i.disputed_at = COALESCE(i.disputed_at, ?)"
            " WHERE f.account_id = ? AND f.refund_id = ?",
};

const struct statement invoice_dispute_one_sql = {
    .name = "invoice_dispute_one",
    .params = 3,
    .text = "UPDATE invoice SET disputed_at = ? WHERE account_id = ? AND number = ?",
};

enum result invoices_dispute(struct db *db, int64_t account_id, int64_t refund_id,
                             const char *number, int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_int(account_id), bind_int(refund_id)};
    struct bind one[] = {bind_instant(now), bind_int(account_id), bind_text(number)};
    enum result result = db_run(db, &invoice_dispute_sql, binds, NULL, NULL);

    return result == RESULT_OK && number ? db_run(db, &invoice_dispute_one_sql, one, NULL, NULL)
                                         : result;
}

const struct statement invoice_dispute_end_sql = {
    .name = "invoice_dispute_end",
    .params = 2,
    .text = "UPDATE invoice SET disputed_at = NULL WHERE account_id = ? AND id = ?"
            " AND disputed_at IS NOT NULL",
};

enum result invoice_dispute_end(struct db *db, int64_t account_id, int64_t invoice_id) {
    struct bind binds[] = {bind_int(account_id), bind_int(invoice_id)};

    return db_run_one(db, &invoice_dispute_end_sql, binds);
}
