#include "common/store/mail_store.h"

#include <assert.h>

#include "common/core/text.h"

/* One row by account and id. */
static enum result one_row(struct db *db, struct arena *arena, const struct statement *statement,
                           int64_t account_id, int64_t id, struct rows *out_rows) {
    struct bind binds[] = {bind_int(account_id), bind_int(id)};
    enum result result = db_query(db, arena, statement, binds, out_rows);

    return result == RESULT_OK && out_rows->count == 0 ? RESULT_NOT_FOUND : result;
}

const struct statement mail_recipient_sql = {
    .name = "mail_recipient",
    .params = 2,
    .columns = 7,
    .text = "SELECT u.email, u.name, a.number, a.organization,"
            " u.is_active = 1 AND au.user_id IS NOT NULL, u.language, COALESCE(us.language, '')"
            " FROM account a JOIN user u"
            " LEFT JOIN user_seen us ON us.account_id = a.id AND us.user_id = u.id"
            " LEFT JOIN account_user au ON au.account_id = a.id AND au.user_id = u.id"
            " WHERE a.id = ? AND u.id = ?",
};

enum result mail_recipient(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                           struct mail_recipient *out_recipient) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_recipient_sql, account_id, user_id, &rows);

    if (result != RESULT_OK)
        return result;
    *out_recipient = (struct mail_recipient){
        .email = row_text(&rows, 0, 0),
        .name = row_text(&rows, 0, 1),
        .account_number = row_text(&rows, 0, 2),
        .organization = row_text(&rows, 0, 3),
        .may_get_it = row_int(&rows, 0, 4),
        .language = row_text(&rows, 0, 5),
        .seen_language = row_text(&rows, 0, 6),
    };
    return RESULT_OK;
}

const struct statement mail_payment_sql = {
    .name = "mail_payment",
    .params = 2,
    .columns = 8,
    .text = "SELECT reference, method_text, note, transaction_id, state, amount_cents,"
            " COALESCE(closed_at, confirmed_at, created_at), credit_cents"
            " FROM payment WHERE account_id = ? AND id = ?",
};

enum result mail_payment(struct db *db, struct arena *arena, int64_t account_id, int64_t payment_id,
                         struct mail_payment *out_payment) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_payment_sql, account_id, payment_id, &rows);

    if (result != RESULT_OK)
        return result;
    *out_payment = (struct mail_payment){
        .reference = row_text(&rows, 0, 0),
        .method_text = row_text(&rows, 0, 1),
        .note = row_text(&rows, 0, 2),
        .transaction_id = row_text(&rows, 0, 3),
        .amount_cents = row_int(&rows, 0, 5),
        .at = row_instant(&rows, 0, 6),
        .credit_cents = row_int(&rows, 0, 7),
    };
    enum result known = payment_state_parse(row_text(&rows, 0, 4), &out_payment->state);
    assert(known == RESULT_OK);
    return RESULT_OK;
}

const struct statement mail_covers_sql = {
    .name = "mail_covers",
    .params = 2,
    .columns = 2,
    .text = "SELECT i.number, a.amount_cents FROM payment_allocation a"
            " JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id"
            " WHERE a.account_id = ? AND a.payment_id = ? ORDER BY i.due_on, i.id",
};

enum result mail_covers(struct db *db, struct arena *arena, int64_t account_id, int64_t payment_id,
                        struct mail_cover **out_list, size_t *out_count) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &mail_covers_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct mail_cover *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct mail_cover){row_text(&rows, row, 0), row_int(&rows, row, 1)};
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

const struct statement mail_refund_sql = {
    .name = "mail_refund",
    .params = 2,
    .columns = 5,
    .text = "SELECT payment_id, amount_cents, COALESCE(closed_at, created_at), reopens,"
            " adjustment_cents"
            " FROM refund WHERE account_id = ? AND id = ?",
};

enum result mail_refund(struct db *db, struct arena *arena, int64_t account_id, int64_t refund_id,
                        struct mail_refund *out_refund) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_refund_sql, account_id, refund_id, &rows);

    if (result != RESULT_OK)
        return result;
    *out_refund = (struct mail_refund){
        .payment_id = row_int(&rows, 0, 0),
        .amount_cents = row_int(&rows, 0, 1),
        .at = row_instant(&rows, 0, 2),
        .reopens = row_int(&rows, 0, 3),
        .adjustment_cents = row_int(&rows, 0, 4),
    };
    return RESULT_OK;
}

/* One that was still pending has no refund of its return: all of it is due as it was. */
const struct statement mail_return_sql = {
    .name = "mail_return",
    .params = 2,
    .columns = 4,
    .text =
        "SELECT IF(b.id IS NULL, p.amount_cents - p.credit_cents, b.amount_cents -"
        " b.credit_cents - b.adjustment_cents), COALESCE(b.credit_cents, 0),"
        " COALESCE(b.adjustment_cents, 0), COALESCE(f.total_cents, 0) FROM payment p"
        " LEFT JOIN refund b ON b.account_id = p.account_id AND b.payment_id = p.id AND"
        " b.kind IN ('return', 'chargeback') LEFT JOIN invoice f ON f.account_id = p.account_id AND"
        " f.number = CONCAT('FEE-', p.reference) WHERE p.account_id = ? AND p.id = ?",
};

enum result mail_return(struct db *db, struct arena *arena, int64_t account_id, int64_t payment_id,
                        struct mail_return *out_return) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_return_sql, account_id, payment_id, &rows);

    if (result == RESULT_OK)
        *out_return = (struct mail_return){row_int(&rows, 0, 0), row_int(&rows, 0, 1),
                                           row_int(&rows, 0, 2), row_int(&rows, 0, 3)};
    return result;
}

const struct statement mail_method_sql = {
    .name = "mail_method",
    .params = 2,
    .columns = 3,
    .text = "SELECT kind, brand, last_four FROM method WHERE account_id = ? AND id = ?",
};

enum result mail_method(struct db *db, struct arena *arena, int64_t account_id, int64_t method_id,
                        struct mail_method *out_method) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_method_sql, account_id, method_id, &rows);

    if (result != RESULT_OK)
        return result;
    *out_method = (struct mail_method){
        .is_bank = text_equal(row_text(&rows, 0, 0), "bank"),
        .brand = row_text(&rows, 0, 1),
        .last_four = row_text(&rows, 0, 2),
    };
    return RESULT_OK;
}

const struct statement mail_consent_sql = {
    .name = "mail_consent",
    .params = 2,
    .columns = 3,
    .text = "SELECT method_id, accepted_at, text FROM consent WHERE account_id = ? AND id = ?",
};

enum result mail_consent(struct db *db, struct arena *arena, int64_t account_id, int64_t consent_id,
                         struct mail_consent *out_consent) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_consent_sql, account_id, consent_id, &rows);

    if (result != RESULT_OK)
        return result;
    *out_consent = (struct mail_consent){
        .method_id = row_int(&rows, 0, 0),
        .accepted_at = row_instant(&rows, 0, 1),
        .text = row_text(&rows, 0, 2),
    };
    return RESULT_OK;
}
