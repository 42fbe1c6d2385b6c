#include "common/store/method_save_store.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"

const struct statement method_claim_sql = {
    .name = "method_claim",
    .params = 11,
    .text = "INSERT INTO method (account_id, user_id, kind, gateway, vault_id, holder, holder_type,"
            " last_four, state, is_remembered, is_stored, claim_token, save_by, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, '', 'saving', ?, 0, ?,"
            " UTC_TIMESTAMP(6) + INTERVAL ? SECOND, ?)",
};

enum result method_claim(struct db *db, const struct method_claim *claim, int64_t *out_method_id) {
    struct bind binds[] = {
        bind_int(claim->account_id),
        bind_int(claim->user_id),
        bind_text(claim->kind),
        bind_text(claim->gateway),
        bind_text(claim->vault_id),
        bind_text(claim->holder),
        bind_text(claim->holder_type),
        bind_int(claim->is_remembered),
        bind_bytes(claim->token, SAVE_TOKEN_BYTES),
        bind_int(claim->lease_s),
        bind_instant(claim->now),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &method_claim_sql, binds, NULL, &id);

    *out_method_id = (int64_t)id;
    return result;
}

const struct statement method_count_sql = {
    .name = "method_count",
    .params = 2,
    .columns = 1,
    .text = "SELECT COUNT(*) FROM method WHERE account_id = ? AND user_id = ?"
            " AND is_remembered = 1 AND state IN ('saving', 'new', 'active', 'needs_attention')",
};

enum result method_count(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                         int64_t *out_count) {
    struct bind binds[] = {bind_int(account_id), bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &method_count_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_count = row_int(&rows, 0, 0);
    return result;
}

const struct statement method_claimed_sql = {
    .name = "method_claimed",
    .params = 3,
    .columns = 3,
    .text = "SELECT id, state, claim_token FROM method"
            " WHERE account_id = ? AND gateway = ? AND vault_id = ?",
};

enum result method_claimed(struct db *db, struct arena *arena, int64_t account_id,
                           const char *gateway, const char *vault_id,
                           const unsigned char token[SAVE_TOKEN_BYTES],
                           struct method_claimed *out_claimed) {
    struct bind binds[] = {bind_int(account_id), bind_text(gateway), bind_text(vault_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &method_claimed_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    const void *held = row_bytes(&rows, 0, 2, SAVE_TOKEN_BYTES);
    *out_claimed = (struct method_claimed){
        .method_id = row_int(&rows, 0, 0),
        .is_saving = text_equal(row_text(&rows, 0, 1), "saving"),
        .is_removed = text_equal(row_text(&rows, 0, 1), "removed"),
        .is_mine = held && memcmp(held, token, SAVE_TOKEN_BYTES) == 0,
    };
    return RESULT_OK;
}

const struct statement method_saved_sql = {
    .name = "method_saved",
    .params = 9,
    .text = "UPDATE method SET state = ?, brand = ?, last_four = ?, expires_on = ?, is_stored = ?,"
            " initial_transaction_id = ?, save_by = NULL"
            " WHERE account_id = ? AND id = ? AND state = 'saving' AND claim_token = ?",
};

enum result method_saved(struct db *db, int64_t account_id, int64_t method_id,
                         const unsigned char token[SAVE_TOKEN_BYTES], const char *state,
                         const struct method_details *details) {
    struct bind binds[] = {
        bind_text(state),
        bind_text(details->brand),
        bind_text(details->last_four),
        bind_date(details->expires_on),
        bind_int(details->is_stored),
        bind_text(details->initial_transaction_id),
        bind_int(account_id),
        bind_int(method_id),
        bind_bytes(token, SAVE_TOKEN_BYTES),
    };

    return db_run_one(db, &method_saved_sql, binds);
}

/* save_by stays where the vault's answer is missing: it marks what may still land there. */
const struct statement method_unsaved_sql = {
    .name = "method_unsaved",
    .params = 7,
    .text = "UPDATE method SET state = 'removed', removed_at = ?, vault_look_at = ?,"
            " vault_gone_at = ?, save_by = IF(?, save_by, NULL)"
            " WHERE account_id = ? AND id = ? AND state = 'saving' AND claim_token = ?",
};

enum result method_unsaved(struct db *db, const struct method_unsaved *unsaved) {
    struct bind binds[] = {
        bind_instant(unsaved->now),
        bind_instant(unsaved->is_unsure ? unsaved->look_at : 0),
        bind_instant(unsaved->is_empty ? unsaved->now : 0),
        bind_int(unsaved->is_unsure),
        bind_int(unsaved->account_id),
        bind_int(unsaved->method_id),
        bind_bytes(unsaved->token, SAVE_TOKEN_BYTES),
    };

    return db_run_one(db, &method_unsaved_sql, binds);
}

/* ---- a method changes its number ---- */

/* Who was told of drafts of a business's account was not told of a person's (notice_rule.h). */
const struct statement method_swap_untold_sql = {
    .name = "method_swap_untold",
    .params = 2,
    .text = "UPDATE enrolment e JOIN method m ON m.account_id = e.account_id"
            " AND m.id IN (e.method_id, e.backup_method_id)"
            " SET e.noticed_on = NULL, e.noticed_cents = 0 WHERE m.account_id = ? AND m.id = ?"
            " AND e.state = 'active' AND m.kind = 'bank' AND m.holder_type = 'business'",
};

/* A vault id is unique: the new one waits under a name of the row's own meanwhile. */
const struct statement method_swap_aside_sql = {
    .name = "method_swap_aside",
    .params = 5,
    .text = "UPDATE method SET vault_id = CONCAT('-', id), state = 'removed', removed_at = ?,"
            " save_by = NULL, brand = '', holder = ''"
            " WHERE account_id = ? AND id = ? AND user_id = ? AND state = 'saving'"
            " AND claim_token = ?",
};

const struct statement method_swap_in_sql = {
    .name = "method_swap_in",
    .params = 13,
    .text =
        "UPDATE method SET vault_id = ?, gateway = ?, state = 'active', attention = '', brand = ?,"
        " last_four = ?, expires_on = ?, holder = ?, holder_type = ?, is_stored = ?,"
        " initial_transaction_id = ? WHERE account_id = ? AND id = ? AND user_id = ?"
        " AND state IN ('active', 'needs_attention') AND kind = ?",
};

const struct statement method_swap_out_sql = {
    .name = "method_swap_out",
    .params = 4,
    .text = "UPDATE method SET vault_id = ?, gateway = ? WHERE account_id = ? AND id = ?",
};

enum result method_swap(struct db *db, const struct method_swap *swap) {
    const struct method_details *details = swap->details;
    struct bind aside[] = {bind_instant(swap->now), bind_int(swap->account_id),
                           bind_int(swap->saving_id), bind_int(swap->user_id),
                           bind_bytes(swap->token, SAVE_TOKEN_BYTES)};
    struct bind in[] = {
        bind_text(swap->vault_id),
        bind_text(swap->gateway),
        bind_text(details->brand),
        bind_text(details->last_four),
        bind_date(details->expires_on),
        bind_text(details->holder),
        bind_text(details->holder_type),
        bind_int(details->is_stored),
        bind_text(details->initial_transaction_id),
        bind_int(swap->account_id),
        bind_int(swap->target_id),
        bind_int(swap->user_id),
        bind_text(swap->kind),
    };
    struct bind out[] = {bind_text(swap->old.vault_id), bind_text(swap->old.gateway),
                         bind_int(swap->account_id), bind_int(swap->saving_id)};
    struct bind untold[] = {bind_int(swap->account_id), bind_int(swap->target_id)};
    enum result result = db_run_one(db, &method_swap_aside_sql, aside);

    if (result == RESULT_OK && !text_equal(details->holder_type, "business"))
        result = db_run(db, &method_swap_untold_sql, untold, NULL, NULL);
    if (result == RESULT_OK)
        result = db_run_one(db, &method_swap_in_sql, in);
    if (result == RESULT_OK)
        result = db_run_one(db, &method_swap_out_sql, out);
    return result;
}

const struct statement method_alike_sql = {
    .name = "method_alike",
    .params = 6,
    .columns = 6,
    .text = "SELECT id, vault_id, expires_on, holder, state, holder_type FROM method"
            " WHERE account_id = ? AND user_id = ? AND gateway = ? AND kind = ? AND brand = ?"
            " AND last_four = ?"
            " AND state IN ('active', 'needs_attention') ORDER BY id",
};

enum result method_alike(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                         const char *gateway, const char *kind, const char *brand,
                         const char *last_four, struct methods_alike *out_alike) {
    struct bind binds[] = {bind_int(account_id), bind_int(user_id), bind_text(gateway),
                           bind_text(kind),      bind_text(brand),  bind_text(last_four)};
    struct rows rows;
    enum result result = db_query(db, arena, &method_alike_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct method_alike *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct method_alike){
            .id = row_int(&rows, row, 0),
            .vault_id = row_text(&rows, row, 1),
            .expires_on = row_date(&rows, row, 2),
            .holder = row_text(&rows, row, 3),
            .is_active = text_equal(row_text(&rows, row, 4), "active"),
            .holder_type = row_text(&rows, row, 5),
        };
    *out_alike = (struct methods_alike){list, rows.count};
    return RESULT_OK;
}

const struct statement method_vault_entry_sql = {
    .name = "method_vault_entry",
    .params = 3,
    .columns = 2,
    .text = "SELECT gateway, vault_id FROM method WHERE account_id = ? AND id = ? AND user_id = ?"
            " AND state IN ('active', 'needs_attention')",
};

enum result method_vault_entry(struct db *db, struct arena *arena, int64_t account_id,
                               int64_t user_id, int64_t method_id, struct vault_entry *out_entry) {
    struct bind binds[] = {bind_int(account_id), bind_int(method_id), bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &method_vault_entry_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_entry = (struct vault_entry){row_text(&rows, 0, 0), row_text(&rows, 0, 1)};
    return RESULT_OK;
}

/* ---- what a customer agreed to ---- */

const struct statement consent_add_sql = {
    .name = "consent_add",
    .params = 12,
    .text = "INSERT INTO consent (account_id, user_id, method_id, payment_id, enrolment_id, kind,"
            " version, text, accepted_at, address, agent, request_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

void consent_version(const char *text, char out[CONSENT_VERSION_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[SECRET_HASH_BYTES];

    secret_hash(text, strlen(text), hash);
    for (size_t at = 0; at + 1 < CONSENT_VERSION_SIZE; at++)
        out[at] = digits[(at % 2 ? hash[at / 2] : hash[at / 2] >> 4) & 15];
    out[CONSENT_VERSION_SIZE - 1] = '\0';
}

enum result consent_add(struct db *db, const struct consent *consent, int64_t *out_consent_id) {
    char version[CONSENT_VERSION_SIZE];
    uint64_t id = 0;

    consent_version(consent->source, version);
    struct bind binds[] = {
        bind_int(consent->account_id),
        bind_int(consent->user_id),
        bind_int(consent->method_id),
        consent->payment_id ? bind_int(consent->payment_id) : bind_null(),
        consent->enrolment_id ? bind_int(consent->enrolment_id) : bind_null(),
        bind_text(consent->kind),
        bind_text(version),
        bind_text(consent->text),
        bind_instant(consent->now),
        bind_text(consent->address),
        bind_text(consent->agent),
        bind_text(consent->request_id),
    };
    enum result result = db_run(db, &consent_add_sql, binds, NULL, &id);

    *out_consent_id = (int64_t)id;
    return result;
}
