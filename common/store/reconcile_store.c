#include "common/store/reconcile_store.h"

#include <assert.h>

#include "common/core/text.h"
#include "common/store/refund_store.h"

/* As many as RECONCILE_BATCH; what is not asked for is NULL, which equals nothing. */
#define THIRTY "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?"

static void names_bind(const char *const *names, size_t count, struct bind *binds) {
    assert(count <= RECONCILE_BATCH);
    for (size_t at = 0; at < RECONCILE_BATCH; at++)
        binds[at] = bind_text(at < count ? names[at] : NULL);
}

const struct statement reconcile_payments_sql = {
    .name = "reconcile_payments",
    .params = RECONCILE_BATCH,
    .columns = 6,
    .text = "SELECT reference, gateway, transaction_id, state, kind, amount_cents FROM payment"
            " WHERE reference IN (" THIRTY ")",
};

enum result reconcile_payments(struct db *db, struct arena *arena, const char *const *references,
                               size_t count, struct reconcile_payment *list, size_t *out_count) {
    struct bind binds[RECONCILE_BATCH];
    struct rows rows;

    names_bind(references, count, binds);
    enum result result = db_query(db, arena, &reconcile_payments_sql, binds, &rows);
    *out_count = 0;
    for (size_t row = 0; result == RESULT_OK && row < rows.count; row++) {
        struct reconcile_payment payment = {
            .reference = row_text(&rows, row, 0),
            .gateway = row_text(&rows, row, 1),
            .transaction_id = row_text(&rows, row, 2),
            .is_bank = text_equal(row_text(&rows, row, 4), "bank"),
            .amount_cents = row_int(&rows, row, 5),
        };

        result = payment_state_parse(row_text(&rows, row, 3), &payment.state);
        list[(*out_count)++] = payment;
    }
    return result;
}

const struct statement reconcile_refunds_sql = {
    .name = "reconcile_refunds",
    .params = RECONCILE_BATCH + 1,
    .columns = 1,
    .text = "SELECT transaction_id FROM refund WHERE gateway = ? AND transaction_id IN (" THIRTY
            ")",
};

enum result reconcile_refunds(struct db *db, struct arena *arena, const char *gateway,
                              const char *const *transactions, size_t count, const char **list,
                              size_t *out_count) {
    struct bind binds[RECONCILE_BATCH + 1];
    struct rows rows;

    binds[0] = bind_text(gateway);
    names_bind(transactions, count, binds + 1);
    enum result result = db_query(db, arena, &reconcile_refunds_sql, binds, &rows);
    *out_count = result == RESULT_OK ? rows.count : 0;
    for (size_t row = 0; row < *out_count; row++)
        list[row] = row_text(&rows, row, 0);
    return result;
}

const struct statement reconcile_sale_sql = {
    .name = "reconcile_sale",
    .params = 2,
    .columns = 1,
    .text = "SELECT reference FROM payment WHERE gateway = ? AND transaction_id = ?",
};

enum result reconcile_sale(struct db *db, struct arena *arena, const char *gateway,
                           const char *transaction_id, const char **out_reference) {
    struct bind binds[] = {bind_text(gateway), bind_text(transaction_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &reconcile_sale_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_reference = row_text(&rows, 0, 0);
    return result;
}

const struct statement reconcile_back_sql = {
    .name = "reconcile_back",
    .params = 2,
    .columns = 3,
    .text = "SELECT CAST(COALESCE(SUM(r.amount_cents), 0) AS SIGNED), MAX(r.closed_at),"
            " p.confirmed_at FROM payment p LEFT JOIN refund r ON r.account_id = p.account_id AND"
            " r.payment_id = p.id AND r.kind = 'refund' AND r.state = 'succeeded' AND"
            " r.response_code <> '" REFUND_WITHOUT_ORDER
            "' WHERE p.account_id = ? AND p.id = ? GROUP BY p.id, p.confirmed_at",
};

enum result reconcile_back(struct db *db, struct arena *arena, int64_t account_id,
                           int64_t payment_id, struct reconcile_back *out_back) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &reconcile_back_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_back = (struct reconcile_back){row_int(&rows, 0, 0), row_instant(&rows, 0, 1),
                                            row_instant(&rows, 0, 2)};
    return result;
}

/* ---- the other direction ---- */

static enum result ours_read(struct db *db, struct arena *arena, const struct statement *statement,
                             const char *gateway, const struct reconcile_ours *after, int64_t until,
                             size_t limit, struct reconcile_ours *list, size_t *out_count) {
    struct bind binds[] = {bind_instant(after->at), bind_instant(until), bind_instant(after->at),
                           bind_int(after->id),     bind_text(gateway),  bind_int((int64_t)limit)};
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    *out_count = result == RESULT_OK ? rows.count : 0;
    for (size_t row = 0; row < *out_count; row++)
        list[row] = (struct reconcile_ours){row_instant(&rows, row, 0), row_int(&rows, row, 1),
                                            row_text(&rows, row, 2), row_text(&rows, row, 3)};
    return result;
}

const struct statement reconcile_confirmed_sql = {
    .name = "reconcile_confirmed",
    .params = 6,
    .columns = 4,
    .text = "SELECT confirmed_at, id, reference, NULL FROM payment FORCE INDEX (payment_confirmed)"
            " WHERE confirmed_at >= ? AND confirmed_at <= ? AND (confirmed_at > ? OR id > ?) AND"
            " gateway = ? AND state IN ('succeeded', 'partly_refunded', 'refunded') ORDER BY"
            " confirmed_at, id LIMIT ?",
};

enum result reconcile_confirmed(struct db *db, struct arena *arena, const char *gateway,
                                const struct reconcile_ours *after, int64_t until, size_t limit,
                                struct reconcile_ours *list, size_t *out_count) {
    return ours_read(db, arena, &reconcile_confirmed_sql, gateway, after, until, limit, list,
                     out_count);
}

const struct statement reconcile_sent_back_sql = {
    .name = "reconcile_sent_back",
    .params = 6,
    .columns = 4,
    .text = "SELECT r.created_at, r.id, p.reference, r.transaction_id FROM refund r FORCE INDEX"
            " (refund_created) JOIN payment p ON p.account_id = r.account_id AND p.id ="
            " r.payment_id WHERE r.created_at >= ? AND r.created_at <= ? AND (r.created_at > ? OR"
            " r.id > ?) AND r.gateway = ? AND r.kind = 'refund' AND r.state = 'succeeded' AND"
            " r.response_code <> '" REFUND_WITHOUT_ORDER "' ORDER BY r.created_at, r.id LIMIT ?",
};

enum result reconcile_sent_back(struct db *db, struct arena *arena, const char *gateway,
                                const struct reconcile_ours *after, int64_t until, size_t limit,
                                struct reconcile_ours *list, size_t *out_count) {
    return ours_read(db, arena, &reconcile_sent_back_sql, gateway, after, until, limit, list,
                     out_count);
}

/* ---- what is none of ours ---- */

/* seen_at is when it was first seen: the same row again changes nothing, and is no news. */
const struct statement reconcile_foreign_sql = {
    .name = "reconcile_foreign",
    .params = 8,
    .text = "INSERT INTO foreign_transaction (gateway, transaction_id, order_id, standing,"
            " amount_cents, refunded_cents, modified_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON DUPLICATE KEY UPDATE order_id = VALUES(order_id), standing = VALUES(standing),"
            " amount_cents = VALUES(amount_cents), refunded_cents = VALUES(refunded_cents),"
            " modified_at = VALUES(modified_at)",
};

enum result reconcile_foreign(struct db *db, const struct reconcile_foreign *foreign,
                              bool *out_is_news) {
    struct bind binds[] = {
        bind_text(foreign->gateway),        bind_text(foreign->transaction_id),
        bind_text(foreign->order_id),       bind_text(foreign->standing),
        bind_int(foreign->amount_cents),    bind_int(foreign->refunded_cents),
        bind_instant(foreign->modified_at), bind_instant(foreign->now),
    };
    uint64_t changed = 0;
    enum result result = db_run(db, &reconcile_foreign_sql, binds, &changed, NULL);

    *out_is_news = changed > 0;
    return result;
}

const struct statement reconcile_oldest_sql = {
    .name = "reconcile_oldest",
    .params = 3,
    .columns = 2,
    .text = "SELECT (SELECT MIN(confirmed_at) FROM payment FORCE INDEX (payment_open)"
            " WHERE state IN ('processing', 'unknown', 'pending') AND gateway = ?),"
            " EXISTS (SELECT 1 FROM payment FORCE INDEX (payment_kind)"
            " WHERE kind = 'bank' AND gateway = ?) OR EXISTS (SELECT 1 FROM payment FORCE INDEX"
            " (payment_kind) WHERE kind = 'card' AND gateway = ?)",
};

enum result reconcile_oldest(struct db *db, struct arena *arena, const char *gateway,
                             int64_t *out_oldest_at, bool *out_has_any) {
    struct bind binds[] = {bind_text(gateway), bind_text(gateway), bind_text(gateway)};
    struct rows rows;
    enum result result = db_query(db, arena, &reconcile_oldest_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    *out_oldest_at = row_instant(&rows, 0, 0);
    *out_has_any = row_int(&rows, 0, 1);
    return RESULT_OK;
}
