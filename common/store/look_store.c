#include "common/store/look_store.h"

#include "common/store/open_payment_row.h"
#include "common/store/refund_row.h"

/* The longest wait is a day. */
enum { LOOK_FAR_S = 2 * 24 * 3600 };

/* ---- payments ---- */

const struct statement payment_due_list_sql = {
    .name = "payment_due_list",
    .params = 3,
    .columns = OPEN_PAYMENT_COLUMN_COUNT,
    .text = OPEN_PAYMENT_COLUMNS("1") " WHERE state = 'unknown'"
                                      " AND (look_at <= ? OR look_at > ?)"
                                      " ORDER BY look_at, id LIMIT ?",
};

enum result payment_due_list(struct db *db, struct arena *arena, int64_t now, int64_t limit,
                             struct open_payments *out_payments) {
    struct bind binds[] = {bind_instant(now), bind_instant(now + LOOK_FAR_S), bind_int(limit)};

    return open_payments_query(db, arena, &payment_due_list_sql, binds, out_payments);
}

const struct statement payment_dead_list_sql = {
    .name = "payment_dead_list",
    .params = 2,
    .columns = OPEN_PAYMENT_COLUMN_COUNT,
    .text = OPEN_PAYMENT_COLUMNS("1") " WHERE state = 'processing'"
                                      " AND send_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND"
                                      " ORDER BY send_by LIMIT ?",
};

enum result payment_dead_list(struct db *db, struct arena *arena, int64_t gateway_timeout_s,
                              int64_t limit, struct open_payments *out_payments) {
    struct bind binds[] = {bind_int(gateway_timeout_s), bind_int(limit)};

    return open_payments_query(db, arena, &payment_dead_list_sql, binds, out_payments);
}

const struct statement payment_pending_due_list_sql = {
    .name = "payment_pending_due_list",
    .params = 5,
    .columns = OPEN_PAYMENT_COLUMN_COUNT,
    /* Two ranges of one key: those that were looked at, and those that never were. */
    .text = OPEN_PAYMENT_COLUMNS("1") " WHERE state = 'pending'"
                                      " AND (look_at <= ? OR look_at > ?)"
                                      " UNION ALL " OPEN_PAYMENT_COLUMNS(
                                          "1") " WHERE state = 'pending' AND look_at IS NULL"
                                               " AND (confirmed_at < ? OR confirmed_at > ?)"
                                               " LIMIT ?",
};

enum result payment_pending_due_list(struct db *db, struct arena *arena, int64_t now,
                                     int64_t accepted_before, int64_t limit,
                                     struct open_payments *out_payments) {
    struct bind binds[] = {bind_instant(now), bind_instant(now + LOOK_FAR_S),
                           bind_instant(accepted_before), bind_instant(now), bind_int(limit)};

    return open_payments_query(db, arena, &payment_pending_due_list_sql, binds, out_payments);
}

const struct statement payment_open_one_sql = {
    .name = "payment_open_one",
    .params = 2,
    .columns = OPEN_PAYMENT_COLUMN_COUNT,
    .text = OPEN_PAYMENT_COLUMNS(
        "send_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND") " WHERE reference = ? AND state IN "
                                                          "('processing', 'unknown', 'pending')",
};

enum result payment_open_one(struct db *db, struct arena *arena, const char *reference,
                             int64_t gateway_timeout_s, struct open_payment *out_payment) {
    struct bind binds[] = {bind_int(gateway_timeout_s), bind_text(reference)};
    struct open_payments found;
    enum result result = open_payments_query(db, arena, &payment_open_one_sql, binds, &found);

    if (result == RESULT_OK && found.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_payment = found.list[0];
    return result;
}

const struct statement payment_take_sql = {
    .name = "payment_take",
    .params = 5,
    .text = "UPDATE payment SET look_at = ? WHERE account_id = ? AND id = ? AND state = ?"
            " AND look_at <=> ?",
};

enum result payment_take(struct db *db, int64_t account_id, int64_t payment_id,
                         enum payment_state state, int64_t look_at, int64_t next) {
    struct bind binds[] = {bind_instant(next), bind_int(account_id), bind_int(payment_id),
                           bind_text(payment_state_name(state)), bind_instant(look_at)};

    return db_run_one(db, &payment_take_sql, binds);
}

/* ---- refunds ---- */

const struct statement refund_due_list_sql = {
    .name = "refund_due_list",
    .params = 3,
    .columns = REFUND_COLUMN_COUNT + 1,
    .text = "SELECT " REFUND_COLUMNS("r.amount_cents") ", 1" REFUND_FROM
                                                       " WHERE r.open = 1 AND r.state = 'unknown'"
                                                       " AND (r.look_at <= ? OR r.look_at > ?)"
                                                       " ORDER BY r.look_at, r.id LIMIT ?",
};

enum result refund_due_list(struct db *db, struct arena *arena, int64_t now, int64_t limit,
                            struct refunds *out_refunds) {
    struct bind binds[] = {bind_instant(now), bind_instant(now + LOOK_FAR_S), bind_int(limit)};

    return refunds_query(db, arena, &refund_due_list_sql, binds, out_refunds);
}

const struct statement refund_dead_list_sql = {
    .name = "refund_dead_list",
    .params = 2,
    .columns = REFUND_COLUMN_COUNT + 1,
    .text = "SELECT " REFUND_COLUMNS(
        "r.amount_cents") ", 1" REFUND_FROM " WHERE r.open = 1 AND r.state = 'processing'"
                          " AND r.send_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND"
                          " ORDER BY r.id LIMIT ?",
};

enum result refund_dead_list(struct db *db, struct arena *arena, int64_t gateway_timeout_s,
                             int64_t limit, struct refunds *out_refunds) {
    struct bind binds[] = {bind_int(gateway_timeout_s), bind_int(limit)};

    return refunds_query(db, arena, &refund_dead_list_sql, binds, out_refunds);
}

const struct statement refund_take_sql = {
    .name = "refund_take",
    .params = 4,
    .text = "UPDATE refund SET look_at = ? WHERE account_id = ? AND id = ? AND state = 'unknown'"
            " AND look_at <=> ?",
};

enum result refund_take(struct db *db, int64_t account_id, int64_t refund_id, int64_t look_at,
                        int64_t next) {
    struct bind binds[] = {bind_instant(next), bind_int(account_id), bind_int(refund_id),
                           bind_instant(look_at)};

    return db_run_one(db, &refund_take_sql, binds);
}

/* ---- refunds that are open, due or not ---- */

const struct statement refund_open_list_sql = {
    .name = "refund_open_list",
    .params = 3,
    .columns = REFUND_COLUMN_COUNT + 1,
    .text = "SELECT " REFUND_COLUMNS(
        "r.amount_cents") ", r.send_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND" REFUND_FROM
                          " WHERE r.open = 1 AND r.id > ? ORDER BY r.id LIMIT ?",
};

enum result refund_open_list(struct db *db, struct arena *arena, int64_t after_id,
                             int64_t gateway_timeout_s, int64_t limit,
                             struct refunds *out_refunds) {
    struct bind binds[] = {bind_int(gateway_timeout_s), bind_int(after_id), bind_int(limit)};

    return refunds_query(db, arena, &refund_open_list_sql, binds, out_refunds);
}

const struct statement refund_doubt_sql = {
    .name = "refund_doubt",
    .params = 4,
    .text = "UPDATE refund SET state = 'unknown', look_at = ? WHERE account_id = ? AND id = ?"
            " AND state = 'processing' AND send_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND",
};

enum result refund_doubt(struct db *db, int64_t account_id, int64_t refund_id,
                         int64_t gateway_timeout_s, int64_t look_at) {
    struct bind binds[] = {bind_instant(look_at), bind_int(account_id), bind_int(refund_id),
                           bind_int(gateway_timeout_s)};

    return db_run_one(db, &refund_doubt_sql, binds);
}

const struct statement refund_look_again_sql = {
    .name = "refund_look_again",
    .params = 3,
    .text = "UPDATE refund SET look_at = ?, looks = looks + 1 WHERE account_id = ? AND id = ?"
            " AND state = 'unknown'",
};

enum result refund_look_again(struct db *db, int64_t account_id, int64_t refund_id,
                              int64_t look_at) {
    struct bind binds[] = {bind_instant(look_at), bind_int(account_id), bind_int(refund_id)};

    return db_run(db, &refund_look_again_sql, binds, NULL, NULL);
}
