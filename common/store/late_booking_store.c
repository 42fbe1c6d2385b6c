#include "common/store/late_booking_store.h"

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/charge_store.h"

const struct statement late_payment_sql = {
    .name = "late_payment",
    .params = 1,
    .columns = 10,
    .text = "SELECT account_id, id, user_id, method_id, draft_id, state, kind, amount_cents,"
            " credit_cents, claim_token FROM payment WHERE reference = ?",
};

enum result late_payment(struct db *db, struct arena *arena, const char *reference,
                         struct late_payment *out_payment) {
    struct bind binds[] = {bind_text(reference)};
    struct rows rows;
    enum result result = db_query(db, arena, &late_payment_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_payment = (struct late_payment){
        .account_id = row_int(&rows, 0, 0),
        .id = row_int(&rows, 0, 1),
        .user_id = row_int(&rows, 0, 2),
        .method_id = row_int(&rows, 0, 3),
        .draft_id = row_int(&rows, 0, 4),
        .reference = arena_text(arena, reference),
        .is_bank = text_equal(row_text(&rows, 0, 6), "bank"),
        .amount_cents = row_int(&rows, 0, 7),
        .credit_cents = row_int(&rows, 0, 8),
        .token = row_bytes(&rows, 0, 9, CLAIM_TOKEN_BYTES),
    };
    return payment_state_parse(row_text(&rows, 0, 5), &out_payment->state);
}

const struct statement late_room_sql = {
    .name = "late_room",
    .params = 2,
    .columns = 3,
    .text = "SELECT a.invoice_id, a.amount_cents, i.state = 'issued' AND i.total_cents -"
            " i.paid_cents - i.credited_cents - i.pending_cents >= a.amount_cents FROM"
            " payment_allocation a JOIN invoice i ON i.account_id = a.account_id AND i.id ="
            " a.invoice_id WHERE a.account_id = ? AND a.payment_id = ? ORDER BY a.invoice_id",
};

const struct statement late_reserve_sql = {
    .name = "late_reserve",
    .params = 3,
    .text = "UPDATE invoice SET pending_cents = pending_cents + ? WHERE account_id = ? AND id = ?",
};

/* Through a view that holds only what no payment of money has. */
const struct statement late_drop_sql = {
    .name = "late_drop",
    .params = 3,
    .text = "DELETE FROM uncharged_allocation WHERE account_id = ? AND payment_id = ? AND"
            " invoice_id = ?",
};

const struct statement late_credit_sql = {
    .name = "late_credit",
    .params = 3,
    .text = "UPDATE payment SET credit_cents = credit_cents + ? WHERE account_id = ? AND id = ? AND"
            " state = 'not_charged'",
};

enum result late_payment_fit(struct db *db, struct arena *arena, const struct late_payment *payment,
                             int64_t *out_moved_cents) {
    struct bind binds[] = {bind_int(payment->account_id), bind_int(payment->id)};
    struct rows rows;
    enum result result = db_query(db, arena, &late_room_sql, binds, &rows);

    *out_moved_cents = 0;
    for (size_t row = 0; result == RESULT_OK && row < rows.count; row++) {
        struct bind reserve[] = {bind_int(row_int(&rows, row, 1)), bind_int(payment->account_id),
                                 bind_int(row_int(&rows, row, 0))};
        struct bind drop[] = {bind_int(payment->account_id), bind_int(payment->id),
                              bind_int(row_int(&rows, row, 0))};

        if (row_int(&rows, row, 2)) {
            result = db_run_one(db, &late_reserve_sql, reserve);
            continue;
        }
        *out_moved_cents = money_add(*out_moved_cents, row_int(&rows, row, 1));
        result = db_run_one(db, &late_drop_sql, drop);
    }
    if (result != RESULT_OK || !*out_moved_cents)
        return result;
    struct bind credit[] = {bind_int(*out_moved_cents), bind_int(payment->account_id),
                            bind_int(payment->id)};
    return db_run_one(db, &late_credit_sql, credit);
}
