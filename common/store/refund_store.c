#include "common/store/refund_store.h"

#include <assert.h>

#include "common/core/text.h"
#include "common/store/refund_row.h"

/* ---- reading ---- */

const struct statement refund_payment_sql = {
    .name = "refund_payment",
    .params = 1,
    .columns = 15,
    .text = "SELECT p.account_id, p.id, p.user_id, p.reference, p.kind, p.gateway,"
            " p.transaction_id, p.state, p.amount_cents, p.refunded_cents, o.reference,"
            " p.credit_cents, p.credit_refunded_cents, a.credit_cents, p.draft_id"
            " FROM payment p JOIN account a ON a.id = p.account_id"
            " LEFT JOIN refund o ON o.payment_id = p.id AND o.open = 1"
            " WHERE p.reference = ?",
};

enum result refund_payment(struct db *db, struct arena *arena, const char *reference,
                           struct refund_payment *out_payment) {
    struct bind binds[] = {bind_text(reference)};
    struct rows rows;
    enum result result = db_query(db, arena, &refund_payment_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_payment = (struct refund_payment){
        .account_id = row_int(&rows, 0, 0),
        .id = row_int(&rows, 0, 1),
        .user_id = row_int(&rows, 0, 2),
        .reference = row_text(&rows, 0, 3),
        .kind = row_text(&rows, 0, 4),
        .gateway = row_text(&rows, 0, 5),
        .transaction_id = row_text(&rows, 0, 6),
        .figures = {.is_bank = text_equal(row_text(&rows, 0, 4), "bank"),
                    .is_by_hand = !*row_text(&rows, 0, 5),
                    .amount_cents = row_int(&rows, 0, 8),
                    .refunded_cents = row_int(&rows, 0, 9),
                    .credit_cents = row_int(&rows, 0, 11),
                    .credit_refunded_cents = row_int(&rows, 0, 12),
                    .account_credit_cents = row_int(&rows, 0, 13)},
        .open_refund = row_text(&rows, 0, 10),
        .draft_id = row_int(&rows, 0, 14),
    };
    return payment_state_parse(row_text(&rows, 0, 7), &out_payment->figures.state);
}

#define SHOWN "r.state IN ('processing', 'unknown', 'succeeded')"

static struct refund refund_read(const struct rows *rows, size_t row) {
    struct refund refund = {
        .account_id = row_int(rows, row, 0),
        .id = row_int(rows, row, 1),
        .payment_id = row_int(rows, row, 2),
        .user_id = row_int(rows, row, 3),
        .reference = row_text(rows, row, 4),
        .payment_reference = row_text(rows, row, 5),
        .reopens = row_int(rows, row, 7),
        .is_bank = text_equal(row_text(rows, row, 8), "bank"),
        .amount_cents = row_int(rows, row, 10),
        .token = row_bytes(rows, row, 11, CLAIM_TOKEN_BYTES),
        .gateway = row_text(rows, row, 12),
        .sale_transaction_id = row_text(rows, row, 13),
        .transaction_id = row_text(rows, row, 14),
        .response_code = row_text(rows, row, 15),
        .response_text = row_text(rows, row, 16),
        .created_at = row_instant(rows, row, 17),
        .deadline_at = row_instant(rows, row, 18),
        .closed_at = row_instant(rows, row, 19),
        .look_at = row_instant(rows, row, 20),
        .looks = row_int(rows, row, 21),
        .credit_cents = row_int(rows, row, 22),
        .adjustment_cents = row_int(rows, row, 23),
    };
    /* The column's CHECK knows the same words as the table in billing; a test compares them. */
    enum result known = refund_state_parse(row_text(rows, row, 9), &refund.state);

    assert(known == RESULT_OK);
    known = refund_kind_parse(row_text(rows, row, 6), &refund.kind);
    assert(known == RESULT_OK);
    refund.is_void = refund.kind == REFUND_KIND_VOID;
    return refund;
}

enum result refunds_query(struct db *db, struct arena *arena, const struct statement *statement,
                          struct bind *binds, struct refunds *out_refunds) {
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct refund *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++) {
        list[row] = refund_read(&rows, row);
        if (rows.columns > REFUND_COLUMN_COUNT)
            list[row].lease_is_over = row_int(&rows, row, REFUND_COLUMN_COUNT);
    }
    *out_refunds = (struct refunds){list, rows.count};
    return RESULT_OK;
}

static enum result refund_query(struct db *db, struct arena *arena,
                                const struct statement *statement, struct bind *binds,
                                struct refund *out_refund) {
    struct refunds found;
    enum result result = refunds_query(db, arena, statement, binds, &found);

    if (result == RESULT_OK && found.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_refund = found.list[0];
    return result;
}

const struct statement refund_find_sql = {
    .name = "refund_find",
    .params = 1,
    .columns = REFUND_COLUMN_COUNT,
    .text = "SELECT " REFUND_COLUMNS("r.amount_cents") REFUND_FROM " WHERE r.reference = ?",
};

enum result refund_find(struct db *db, struct arena *arena, const char *reference,
                        struct refund *out_refund) {
    struct bind binds[] = {bind_text(reference)};

    return refund_query(db, arena, &refund_find_sql, binds, out_refund);
}

const struct statement refund_of_request_sql = {
    .name = "refund_of_request",
    .params = 2,
    .columns = REFUND_COLUMN_COUNT,
    .text = "SELECT " REFUND_COLUMNS("r.amount_cents") REFUND_FROM
    " WHERE r.account_id = ? AND r.request_key = ?",
};

enum result refund_of_request(struct db *db, struct arena *arena, int64_t account_id,
                              const char *request_key, struct refund *out_refund) {
    struct bind binds[] = {bind_int(account_id), bind_text(request_key)};

    return refund_query(db, arena, &refund_of_request_sql, binds, out_refund);
}

const struct statement refunds_of_payment_sql = {
    .name = "refunds_of_payment",
    .params = 2,
    .columns = REFUND_COLUMN_COUNT,
    .text = "SELECT " REFUND_COLUMNS("r.amount_cents") REFUND_FROM
    " WHERE r.account_id = ? AND r.payment_id = ? AND " SHOWN " ORDER BY r.id LIMIT 1000",
};

enum result refunds_of_payment(struct db *db, struct arena *arena, int64_t account_id,
                               int64_t payment_id, struct refunds *out_refunds) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};

    return refunds_query(db, arena, &refunds_of_payment_sql, binds, out_refunds);
}

const struct statement refunds_of_invoice_sql = {
    .name = "refunds_of_invoice",
    .params = 3,
    .columns = REFUND_COLUMN_COUNT,
    .text = "SELECT " REFUND_COLUMNS("a.amount_cents") REFUND_FROM
    " JOIN refund_allocation a ON a.account_id = r.account_id AND a.refund_id = r.id"
    " WHERE a.account_id = ? AND a.invoice_id = ? AND " SHOWN " ORDER BY a.refund_id LIMIT ?",
};

enum result refunds_of_invoice(struct db *db, struct arena *arena, int64_t account_id,
                               int64_t invoice_id, int64_t limit, struct refunds *out_refunds) {
    struct bind binds[] = {bind_int(account_id), bind_int(invoice_id), bind_int(limit)};

    return refunds_query(db, arena, &refunds_of_invoice_sql, binds, out_refunds);
}

const struct statement refund_list_sql = {
    .name = "refund_list",
    .params = 2,
    .columns = 17,
    .text = "SELECT reference, kind, amount_cents, reopens, state, credit_cents, adjustment_cents, "
            "transaction_id, response_code,"
            " response_text, request_key, note, actor, created_at, closed_at, look_at, looks"
            " FROM refund WHERE account_id = ? AND payment_id = ? ORDER BY id LIMIT 1000",
};

enum result refund_list(struct db *db, struct arena *arena, int64_t account_id, int64_t payment_id,
                        struct rows *out_rows) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};

    return db_query(db, arena, &refund_list_sql, binds, out_rows);
}

const struct statement refund_free_sql = {
    .name = "refund_free",
    .params = 2,
    .columns = 2,
    .text = "SELECT a.invoice_id, a.amount_cents - a.refunded_cents FROM payment_allocation a"
            " JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id"
            " WHERE a.account_id = ? AND a.payment_id = ? ORDER BY i.due_on, i.id",
};

enum result refund_free(struct db *db, struct arena *arena, int64_t account_id, int64_t payment_id,
                        struct allocation **out_list, size_t *out_count) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &refund_free_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    assert(rows.count <= ALLOCATIONS_MAX);
    struct allocation *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct allocation){row_int(&rows, row, 0), row_int(&rows, row, 1), 0};
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

/* ---- making one ---- */

/* Without a lease send_by is NULL, as everything with a NULL in it. */
const struct statement refund_add_sql = {
    .name = "refund_add",
    .params = 21,
    .text = "INSERT INTO refund (account_id, reference, payment_id, kind, amount_cents,"
            " credit_cents, adjustment_cents, transaction_id, response_code, reopens,"
            " state, open, request_key, claim_token, send_by, gateway, note, actor, created_at,"
            " deadline_at, closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            " UTC_TIMESTAMP(6) + INTERVAL ? SECOND, ?, ?, ?, ?, ?, ?)",
};

const struct statement refund_cover_sql = {
    .name = "refund_cover",
    .params = 4,
    .text = "INSERT INTO refund_allocation (account_id, refund_id, invoice_id, amount_cents)"
            " VALUES (?, ?, ?, ?)",
};

enum result refund_add(struct db *db, const struct refund_draft *draft, int64_t *out_id) {
    bool is_open = refund_is_open(draft->state);
    struct bind binds[] = {
        bind_int(draft->account_id),
        bind_text(draft->reference),
        bind_int(draft->payment_id),
        bind_text(refund_kind_name(draft->kind)),
        bind_int(draft->amount_cents),
        bind_int(draft->credit_cents),
        bind_int(draft->adjustment_cents),
        bind_text(draft->transaction_id),
        bind_text(draft->response_code ? draft->response_code : ""),
        bind_int(draft->reopens),
        bind_text(refund_state_name(draft->state)),
        is_open ? bind_int(1) : bind_null(),
        bind_text(draft->request_key),
        draft->token ? bind_bytes(draft->token, CLAIM_TOKEN_BYTES) : bind_null(),
        draft->token ? bind_int(draft->lease_s) : bind_null(),
        bind_text(draft->gateway),
        bind_text(draft->note),
        bind_text(draft->actor),
        bind_instant(draft->now),
        bind_instant(draft->deadline_at),
        is_open ? bind_null() : bind_instant(draft->now),
    };
    uint64_t id = 0;

    assert(draft->kind == REFUND_KIND_VOID || allocation_sum(draft->list, draft->count) +
                                                      draft->credit_cents +
                                                      draft->adjustment_cents ==
                                                  draft->amount_cents);
    enum result result = db_run(db, &refund_add_sql, binds, NULL, &id);
    for (size_t at = 0; at < draft->count && result == RESULT_OK; at++) {
        struct bind cover[] = {bind_int(draft->account_id), bind_int((int64_t)id),
                               bind_int(draft->list[at].invoice_id),
                               bind_int(draft->list[at].amount_cents)};

        result = db_run(db, &refund_cover_sql, cover, NULL, NULL);
    }
    *out_id = (int64_t)id;
    return result;
}

/* ---- recording ---- */

const struct statement refund_close_sql = {
    .name = "refund_close",
    .params = 14,
    .text = "UPDATE refund SET state = ?, open = ?, reopens = ?, credit_cents = ?,"
            " adjustment_cents = ?, transaction_id = ?,"
            " response_code = ?, response_text = ?, closed_at = ?, look_at = ?"
            " WHERE account_id = ? AND id = ? AND state = ? AND claim_token = ?",
};

enum result refund_close(struct db *db, const struct refund_closing *closing) {
    bool is_open = refund_is_open(closing->to);
    struct bind binds[] = {
        bind_text(refund_state_name(closing->to)),
        is_open ? bind_int(1) : bind_null(),
        bind_int(closing->reopens),
        bind_int(closing->credit_cents),
        bind_int(closing->adjustment_cents),
        bind_text(*closing->transaction_id ? closing->transaction_id : NULL),
        bind_text(closing->response_code),
        bind_text(closing->response_text),
        is_open ? bind_null() : bind_instant(closing->now),
        bind_instant(closing->look_at),
        bind_int(closing->account_id),
        bind_int(closing->refund_id),
        bind_text(refund_state_name(closing->from)),
        bind_bytes(closing->token, CLAIM_TOKEN_BYTES),
    };

    assert(refund_may_move(closing->from, closing->to));
    return db_run_one(db, &refund_close_sql, binds);
}

const struct statement payment_reverse_sql = {
    .name = "payment_reverse",
    .params = 6,
    .text = "UPDATE payment SET state = ?, refunded_cents = refunded_cents + ?,"
            " credit_refunded_cents = credit_refunded_cents + ?"
            " WHERE account_id = ? AND id = ? AND state = ?",
};

enum result payment_reverse(struct db *db, int64_t account_id, int64_t payment_id,
                            enum payment_state from, enum payment_state to, int64_t refunded_cents,
                            int64_t credit_refunded_cents) {
    struct bind binds[] = {bind_text(payment_state_name(to)),
                           bind_int(refunded_cents),
                           bind_int(credit_refunded_cents),
                           bind_int(account_id),
                           bind_int(payment_id),
                           bind_text(payment_state_name(from))};

    assert(payment_may_move(from, to));
    return db_run_one(db, &payment_reverse_sql, binds);
}

const struct statement allocation_refund_sql = {
    .name = "allocation_refund",
    .params = 2,
    .text = "UPDATE refund_allocation f"
            " JOIN refund r ON r.account_id = f.account_id AND r.id = f.refund_id"
            " JOIN payment_allocation a ON a.account_id = f.account_id"
            " AND a.payment_id = r.payment_id AND a.invoice_id = f.invoice_id"
            " SET a.refunded_cents = a.refunded_cents + f.amount_cents"
            " WHERE f.account_id = ? AND f.refund_id = ?",
};

enum result allocations_refund(struct db *db, int64_t account_id, int64_t refund_id) {
    struct bind binds[] = {bind_int(account_id), bind_int(refund_id)};

    return db_run(db, &allocation_refund_sql, binds, NULL, NULL);
}

const struct statement invoice_unpay_sql = {
    .name = "invoice_unpay",
    .params = 3,
    .text = "UPDATE refund_allocation f"
            " JOIN invoice i ON i.account_id = f.account_id AND i.id = f.invoice_id"
            " SET i.paid_cents = i.paid_cents - f.amount_cents,"
            " i.credited_cents = i.credited_cents + ? * f.amount_cents"
            " WHERE f.account_id = ? AND f.refund_id = ?",
};

enum result invoices_unpay(struct db *db, int64_t account_id, int64_t refund_id, bool is_credited) {
    struct bind binds[] = {bind_int(is_credited), bind_int(account_id), bind_int(refund_id)};

    return db_run(db, &invoice_unpay_sql, binds, NULL, NULL);
}

const struct statement journal_post_refund_sql = {
    .name = "journal_post_refund",
    .params = 4,
    .text = "INSERT INTO journal_posting (account_id, entry_id, line, ledger, invoice_id,"
            " amount_cents)"
            " SELECT f.account_id, ?, ROW_NUMBER() OVER (ORDER BY f.invoice_id), 'receivable',"
            " f.invoice_id, ? * f.amount_cents FROM refund_allocation f"
            " WHERE f.account_id = ? AND f.refund_id = ?",
};

enum result journal_post_refund(struct db *db, int64_t account_id, int64_t entry_id,
                                int64_t refund_id, int sign) {
    struct bind binds[] = {bind_int(entry_id), bind_int(sign), bind_int(account_id),
                           bind_int(refund_id)};

    return db_run(db, &journal_post_refund_sql, binds, NULL, NULL);
}

/* ---- settling ---- */

const struct statement refund_has_transaction_sql = {
    .name = "refund_has_transaction",
    .params = 2,
    .columns = 1,
    .text = "SELECT 1 FROM refund WHERE gateway = ? AND transaction_id = ?",
};

enum result refund_has_transaction(struct db *db, struct arena *arena, const char *gateway,
                                   const char *transaction_id, bool *out_has) {
    struct bind binds[] = {bind_text(gateway), bind_text(transaction_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &refund_has_transaction_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_has = rows.count > 0;
    return result;
}
