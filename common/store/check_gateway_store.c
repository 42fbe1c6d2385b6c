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
    .columns = 3,
    .text = "SELECT reference, state, amount_cents FROM payment WHERE gateway = ?"
            " ORDER BY reference",
};

enum result check_gateway_payments(struct db *db, const char *gateway, db_each_row each,
                                   void *context) {
    struct bind binds[] = {bind_text(gateway)};

    return db_each(db, &check_gateway_payments_sql, binds, each, context);
}
