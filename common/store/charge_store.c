#include "common/store/charge_store.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"
#include "common/store/open_payment_row.h"

const struct statement account_move_sql = {
    .name = "account_move",
    .params = 3,
    .text = "UPDATE account SET version = version + 1, due_cents = due_cents + ?,"
            " pending_cents = pending_cents + ? WHERE id = ?",
};

enum result account_move(struct db *db, int64_t account_id, int64_t due_cents,
                         int64_t pending_cents) {
    struct bind binds[] = {bind_int(due_cents), bind_int(pending_cents), bind_int(account_id)};
    uint64_t changed = 0;
    enum result result = db_run(db, &account_move_sql, binds, &changed, NULL);

    return result == RESULT_OK && changed != 1 ? RESULT_NOT_FOUND : result;
}

const struct statement charge_facts_sql = {
    .name = "charge_facts",
    .params = 4,
    .columns = 15,
    .text = "SELECT u.is_active, l.may_billing, m.state, m.kind, m.holder_type, m.vault_id,"
            " m.initial_transaction_id, u.email, m.is_remembered, m.is_stored, m.brand,"
            " m.last_four, m.expires_on, m.gateway, l.may_autopay"
            " FROM method m JOIN user u ON u.id = m.user_id"
            " JOIN account_user au ON au.account_id = m.account_id AND au.user_id = u.id"
            " JOIN security_level l ON l.id = au.level_id"
            " WHERE m.account_id = ? AND m.id = ? AND u.id = ? AND au.user_id = ?",
};

enum result charge_facts(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                         int64_t method_id, struct charge_facts *out_facts) {
    struct bind binds[] = {bind_int(account_id), bind_int(method_id), bind_int(user_id),
                           bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &charge_facts_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_facts = (struct charge_facts){
        .user_may_pay = row_int(&rows, 0, 0) && row_int(&rows, 0, 1),
        .user_may_autopay = row_int(&rows, 0, 0) && row_int(&rows, 0, 14),
        .method_usable = text_equal(row_text(&rows, 0, 2), "active") ||
                         text_equal(row_text(&rows, 0, 2), "new"),
        .method_is_new = text_equal(row_text(&rows, 0, 2), "new"),
        .is_remembered = row_int(&rows, 0, 8),
        .is_stored = row_int(&rows, 0, 9),
        .brand = row_text(&rows, 0, 10),
        .last_four = row_text(&rows, 0, 11),
        .expires_on = row_date(&rows, 0, 12),
        .gateway = row_text(&rows, 0, 13),
        .is_bank = text_equal(row_text(&rows, 0, 3), "bank"),
        .is_business = text_equal(row_text(&rows, 0, 4), "business"),
        .vault_id = row_text(&rows, 0, 5),
        .initial_transaction_id = row_text(&rows, 0, 6),
        .email = row_text(&rows, 0, 7),
    };
    return RESULT_OK;
}

const struct statement payment_claim_sql = {
    .name = "payment_claim",
    .params = 9,
    .text =
        "UPDATE payment SET state = 'processing', open_credit = IF(credit_cents > 0, 1, NULL),"
        " claim_token = ?, send_by = UTC_TIMESTAMP(6) + INTERVAL ? SECOND, gateway = ?, vault_id = "
        "?,"
        " confirmed_at = ?, deadline_at = ? WHERE account_id = ? AND id = ? AND state = 'review'"
        " AND created_at >= ?",
};

enum result payment_claim(struct db *db, const struct claim *claim) {
    struct bind binds[] = {
        bind_bytes(claim->token, CLAIM_TOKEN_BYTES),
        bind_int(claim->lease_s),
        bind_text(claim->gateway),
        bind_text(claim->vault_id),
        bind_instant(claim->now),
        bind_instant(claim->deadline_at),
        bind_int(claim->account_id),
        bind_int(claim->payment_id),
        bind_instant(claim->made_since),
    };

    return db_run_one(db, &payment_claim_sql, binds);
}

const struct statement payment_claim_new_sql = {
    .name = "payment_claim_new",
    .params = 16,
    .text = "INSERT INTO payment (account_id, reference, source, kind, user_id, method_id,"
            " method_text, amount_cents, state, claim_token, send_by, gateway, vault_id,"
            " created_at, confirmed_at, deadline_at, draft_id, attempt)"
            " VALUES (?, ?, 'autopay', ?, ?, ?, ?, ?, 'processing', ?,"
            " UTC_TIMESTAMP(6) + INTERVAL ? SECOND, ?, ?, ?, ?, ?, ?, ?)",
};

enum result payment_claim_new(struct db *db, const struct claim_new *claim, int64_t *out_id) {
    struct bind binds[] = {
        bind_int(claim->claim.account_id),
        bind_text(claim->reference),
        bind_text(claim->kind),
        bind_int(claim->user_id),
        bind_int(claim->method_id),
        bind_text(claim->method_text),
        bind_int(claim->amount_cents),
        bind_bytes(claim->claim.token, CLAIM_TOKEN_BYTES),
        bind_int(claim->claim.lease_s),
        bind_text(claim->claim.gateway),
        bind_text(claim->claim.vault_id),
        bind_instant(claim->claim.now),
        bind_instant(claim->claim.now),
        bind_instant(claim->claim.deadline_at),
        bind_int(claim->draft_id),
        bind_int(claim->attempt),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &payment_claim_new_sql, binds, NULL, &id);

    *out_id = (int64_t)id;
    return result;
}

const struct statement allocation_open_sql = {
    .name = "allocation_open",
    .params = 2,
    .text = "UPDATE payment_allocation SET open = 1 WHERE account_id = ? AND payment_id = ?"
            " ORDER BY invoice_id",
};

/* Affected rows are invoices whose cents were free; fewer than the allocations means that not all
 * were, and the transaction is undone. */
const struct statement invoice_reserve_sql = {
    .name = "invoice_reserve",
    .params = 2,
    .text = "UPDATE payment_allocation a JOIN invoice i ON i.account_id = a.account_id"
            " AND i.id = a.invoice_id SET i.pending_cents = i.pending_cents + a.amount_cents"
            " WHERE a.account_id = ? AND a.payment_id = ? AND i.state = 'issued'"
            " AND i.total_cents - i.paid_cents - i.credited_cents - i.pending_cents"
            " >= a.amount_cents",
};

/* A statement about all allocations of one payment. */
static enum result run_for_payment(struct db *db, const struct statement *statement,
                                   int64_t account_id, int64_t payment_id, uint64_t *out_changed) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};

    return db_run(db, statement, binds, out_changed, NULL);
}

enum result invoices_take(struct db *db, int64_t account_id, int64_t payment_id) {
    uint64_t opened = 0, reserved = 0;
    enum result result = run_for_payment(db, &allocation_open_sql, account_id, payment_id, &opened);

    if (result == RESULT_OK)
        result = run_for_payment(db, &invoice_reserve_sql, account_id, payment_id, &reserved);
    if (result != RESULT_OK)
        return result;
    return opened > 0 && reserved == opened ? RESULT_OK : RESULT_CONFLICT;
}

const struct statement payment_claim_state_sql = {
    .name = "payment_claim_state",
    .params = 2,
    .columns = 2,
    .text = "SELECT state, claim_token FROM payment WHERE account_id = ? AND id = ?",
};

enum result payment_claim_state(struct db *db, struct arena *arena, int64_t account_id,
                                int64_t payment_id, const unsigned char token[CLAIM_TOKEN_BYTES],
                                struct claim_state *out_state) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &payment_claim_state_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    const void *held = row_bytes(&rows, 0, 1, CLAIM_TOKEN_BYTES);
    out_state->is_mine = held && memcmp(held, token, CLAIM_TOKEN_BYTES) == 0;
    return payment_state_parse(row_text(&rows, 0, 0), &out_state->state);
}

const struct statement payment_close_sql = {
    .name = "payment_close",
    .params = 11,
    .text = "UPDATE payment SET state = ?, open_credit = IF(state = 'unknown', open_credit, NULL),"
            " transaction_id = COALESCE(?, transaction_id),"
            " response_code = ?, response_text = ?, decline_class = ?, closed_at = ?, look_at = ?"
            " WHERE account_id = ? AND id = ? AND state = ? AND claim_token = ?",
};

enum result payment_close(struct db *db, const struct closing *closing) {
    bool is_final = closing->to != PAYMENT_UNKNOWN;
    struct bind binds[] = {
        bind_text(payment_state_name(closing->to)),
        bind_text(*closing->transaction_id ? closing->transaction_id : NULL),
        bind_text(closing->response_code),
        bind_text(closing->response_text),
        bind_text(closing->decline_class),
        is_final ? bind_instant(closing->now) : bind_null(),
        bind_instant(closing->look_at),
        bind_int(closing->account_id),
        bind_int(closing->payment_id),
        bind_text(payment_state_name(closing->from)),
        bind_bytes(closing->token, CLAIM_TOKEN_BYTES),
    };

    assert(payment_may_move(closing->from, closing->to));
    return db_run_one(db, &payment_close_sql, binds);
}

const struct statement allocation_close_sql = {
    .name = "allocation_close",
    .params = 2,
    .text = "UPDATE payment_allocation SET open = NULL WHERE account_id = ? AND payment_id = ?"
            " ORDER BY invoice_id",
};

enum result allocations_close(struct db *db, int64_t account_id, int64_t payment_id) {
    return run_for_payment(db, &allocation_close_sql, account_id, payment_id, NULL);
}

const struct statement invoice_settle_sql = {
    .name = "invoice_settle",
    .params = 2,
    .text = "UPDATE payment_allocation a JOIN invoice i ON i.account_id = a.account_id"
            " AND i.id = a.invoice_id SET i.pending_cents = i.pending_cents - a.amount_cents,"
            " i.paid_cents = i.paid_cents + a.amount_cents"
            " WHERE a.account_id = ? AND a.payment_id = ?",
};

enum result invoices_settle(struct db *db, int64_t account_id, int64_t payment_id) {
    return run_for_payment(db, &invoice_settle_sql, account_id, payment_id, NULL);
}

const struct statement invoice_release_sql = {
    .name = "invoice_release",
    .params = 2,
    .text = "UPDATE payment_allocation a JOIN invoice i ON i.account_id = a.account_id"
            " AND i.id = a.invoice_id SET i.pending_cents = i.pending_cents - a.amount_cents"
            " WHERE a.account_id = ? AND a.payment_id = ?",
};

enum result invoices_release(struct db *db, int64_t account_id, int64_t payment_id) {
    return run_for_payment(db, &invoice_release_sql, account_id, payment_id, NULL);
}

const struct statement method_keep_sql = {
    .name = "method_keep",
    .params = 2,
    .text = "UPDATE method SET state = 'active' WHERE account_id = ? AND id = ? AND state = 'new'"
            " AND is_remembered = 1",
};

enum result method_keep(struct db *db, int64_t account_id, int64_t method_id) {
    struct bind binds[] = {bind_int(account_id), bind_int(method_id)};

    return db_run(db, &method_keep_sql, binds, NULL, NULL);
}

/* Assignments see the values that those before them made, so the columns they look at come last.
 * Only what was sent as the first use of a card that is kept may be referred to later. */
const struct statement method_paid_sql = {
    .name = "method_paid",
    .params = 12,
    .text = "UPDATE method SET used_at = IF(?, ?, used_at),"
            " initial_transaction_id = IF(? AND is_remembered = 1 AND is_stored = 0, ?,"
            " initial_transaction_id), is_stored = IF(? AND is_remembered = 1, 1, is_stored),"
            " attention = IF(? <> '' AND state = 'active', ?, attention),"
            " removed_at = IF(state = 'new' AND is_remembered = 0 AND ?, ?, removed_at),"
            " state = CASE WHEN state = 'new' AND is_remembered = 0 AND removed_at IS NOT NULL"
            " THEN 'removed' WHEN attention <> '' AND state = 'active' THEN 'needs_attention'"
            " ELSE state END WHERE account_id = ? AND (gateway, vault_id) ="
            " (SELECT p.gateway, p.vault_id FROM payment p WHERE p.account_id = ? AND p.id = ?)",
};

enum result method_paid(struct db *db, const struct method_paid *paid) {
    struct bind binds[] = {
        bind_int(paid->took_money),      bind_instant(paid->now),    bind_int(paid->took_money),
        bind_text(paid->transaction_id), bind_int(paid->took_money), bind_text(paid->refusal_code),
        bind_text(paid->refusal_code),   bind_int(paid->is_over),    bind_instant(paid->now),
        bind_int(paid->account_id),      bind_int(paid->account_id), bind_int(paid->payment_id),
    };

    return db_run(db, &method_paid_sql, binds, NULL, NULL);
}

/* Few payments are open at a time, many an account may have. */
const struct statement payment_others_open_sql = {
    .name = "payment_others_open",
    .params = 2,
    .columns = 1,
    .text = "SELECT COUNT(*) FROM payment FORCE INDEX (payment_open)"
            " WHERE state IN ('processing', 'unknown') AND account_id = ? AND id <> ?",
};

enum result payment_others_open(struct db *db, struct arena *arena, int64_t account_id,
                                int64_t payment_id, bool *out_are) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &payment_others_open_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_are = row_int(&rows, 0, 0) > 0;
    return result;
}

/* ---- settling ---- */

const struct statement payment_open_list_sql = {
    .name = "payment_open_list",
    .params = 3,
    .columns = OPEN_PAYMENT_COLUMN_COUNT,
    .text = OPEN_PAYMENT_COLUMNS(
        "send_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND") " WHERE state IN ('processing', "
                                                          "'unknown') AND id > ?"
                                                          " ORDER BY id LIMIT ?",
};

enum result open_payments_query(struct db *db, struct arena *arena,
                                const struct statement *statement, struct bind *binds,
                                struct open_payments *out_payments) {
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct open_payment *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++) {
        list[row] = (struct open_payment){
            .account_id = row_int(&rows, row, 0),
            .id = row_int(&rows, row, 1),
            .user_id = row_int(&rows, row, 2),
            .method_id = row_int(&rows, row, 3),
            .reference = row_text(&rows, row, 4),
            .kind = row_text(&rows, row, 5),
            .token = row_bytes(&rows, row, 7, CLAIM_TOKEN_BYTES),
            .amount_cents = row_int(&rows, row, 8),
            .credit_cents = row_int(&rows, row, 9),
            .confirmed_at = row_instant(&rows, row, 10),
            .deadline_at = row_instant(&rows, row, 11),
            .looks = row_int(&rows, row, 12),
            .look_at = row_instant(&rows, row, 13),
            .draft_id = row_int(&rows, row, 14),
            .lease_is_over = row_int(&rows, row, 15),
        };
        assert(list[row].token);
        result = payment_state_parse(row_text(&rows, row, 6), &list[row].state);
        if (result != RESULT_OK)
            return RESULT_FAILED;
    }
    *out_payments = (struct open_payments){list, rows.count};
    return RESULT_OK;
}

enum result payment_open_list(struct db *db, struct arena *arena, int64_t after_id,
                              int64_t gateway_timeout_s, int64_t limit,
                              struct open_payments *out_payments) {
    struct bind binds[] = {bind_int(gateway_timeout_s), bind_int(after_id), bind_int(limit)};

    return open_payments_query(db, arena, &payment_open_list_sql, binds, out_payments);
}

const struct statement payment_pending_list_sql = {
    .name = "payment_pending_list",
    .params = 2,
    .columns = OPEN_PAYMENT_COLUMN_COUNT,
    .text = OPEN_PAYMENT_COLUMNS("1") " WHERE state = 'pending' AND id > ? ORDER BY id LIMIT ?",
};

enum result payment_pending_list(struct db *db, struct arena *arena, int64_t after_id,
                                 int64_t limit, struct open_payments *out_payments) {
    struct bind binds[] = {bind_int(after_id), bind_int(limit)};

    return open_payments_query(db, arena, &payment_pending_list_sql, binds, out_payments);
}

const struct statement payment_doubt_sql = {
    .name = "payment_doubt",
    .params = 4,
    .text = "UPDATE payment SET state = 'unknown', look_at = ? WHERE account_id = ? AND id = ?"
            " AND state = 'processing' AND send_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND",
};

enum result payment_doubt(struct db *db, int64_t account_id, int64_t payment_id,
                          int64_t gateway_timeout_s, int64_t look_at) {
    struct bind binds[] = {bind_instant(look_at), bind_int(account_id), bind_int(payment_id),
                           bind_int(gateway_timeout_s)};

    return db_run_one(db, &payment_doubt_sql, binds);
}

const struct statement payment_look_again_sql = {
    .name = "payment_look_again",
    .params = 3,
    .text = "UPDATE payment SET look_at = ?, looks = looks + 1 WHERE account_id = ? AND id = ?"
            " AND state = 'unknown'",
};

enum result payment_look_again(struct db *db, int64_t account_id, int64_t payment_id,
                               int64_t look_at) {
    struct bind binds[] = {bind_instant(look_at), bind_int(account_id), bind_int(payment_id)};

    return db_run(db, &payment_look_again_sql, binds, NULL, NULL);
}

const struct statement payment_expire_sql = {
    .name = "payment_expire",
    .params = 2,
    .text = "UPDATE payment SET state = 'expired' WHERE state = 'review' AND created_at < ?"
            " LIMIT ?",
};

enum result payment_expire(struct db *db, int64_t made_before, int64_t limit, uint64_t *out_count) {
    struct bind binds[] = {bind_instant(made_before), bind_int(limit)};

    return db_run(db, &payment_expire_sql, binds, out_count, NULL);
}
