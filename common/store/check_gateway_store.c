#include "common/store/check_gateway_store.h"

const struct statement check_gateway_since_sql = {
    .name = "check_gateway_since",
    .params = 1,
    .columns = 1,
    .text = "SELECT MIN(confirmed_at) FROM payment WHERE gateway = ?",
};

enum result check_gateway_since(struct db *db, struct arena *arena, const char *gateway,
                                int64_t *out_since) {
    struct bind binds[] = {bind_text(gateway)};
    struct rows rows;
    enum result result = db_query(db, arena, &check_gateway_since_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_since = row_instant(&rows, 0, 0);
    return result;
}

const struct statement check_gateway_payments_sql = {
    .name = "check_gateway_payments",
    .params = 1,
    .columns = 7,
    .text = "SELECT p.reference, p.state, p.amount_cents, IF(b.id IS NULL, p.refunded_cents,"
            " (SELECT CAST(COALESCE(SUM(f.amount_cents), 0) AS SIGNED) FROM refund f WHERE"
            " f.account_id = p.account_id AND f.payment_id = p.id AND f.kind = 'refund' AND f.state"
            " = 'succeeded')), r.kind, COALESCE(r.amount_cents, 0), b.id IS NOT NULL FROM payment p"
            " LEFT JOIN refund r ON r.payment_id = p.id AND r.open = 1"
            " LEFT JOIN refund b ON p.state IN ('returned', 'charged_back') AND b.account_id ="
            " p.account_id AND b.payment_id = p.id AND b.kind IN ('return', 'chargeback')"
            " WHERE p.gateway = ? ORDER BY p.reference",
};

enum result check_gateway_payments(struct db *db, const char *gateway, db_each_row each,
                                   void *context) {
    struct bind binds[] = {bind_text(gateway)};

    return db_each(db, &check_gateway_payments_sql, binds, each, context);
}
