#include "common/store/cards_store.h"

#include "common/core/text.h"

#define CARD_COLUMNS                                                                               \
    "account_id, id, user_id, vault_id, brand, last_four, attention, expires_on, state, read_at"
enum { CARD_COLUMN_COUNT = 10 };

static struct kept_card card_of(const struct rows *rows, size_t row) {
    return (struct kept_card){
        .account_id = row_int(rows, row, 0),
        .id = row_int(rows, row, 1),
        .user_id = row_int(rows, row, 2),
        .vault_id = row_text(rows, row, 3),
        .brand = row_text(rows, row, 4),
        .last_four = row_text(rows, row, 5),
        .attention = row_text(rows, row, 6),
        .expires_on = row_date(rows, row, 7),
        .needs_attention = text_equal(row_text(rows, row, 8), "needs_attention"),
        .read_at = row_instant(rows, row, 9),
    };
}

/* Each state at its place in the key method_read. */
#define DUE_OF(state)                                                                              \
    "(SELECT " CARD_COLUMNS " FROM method FORCE INDEX (method_read) WHERE kind = 'card' AND state" \
    " = '" state                                                                                   \
    "' AND gateway = ? AND is_remembered = 1 AND (read_at < ? OR (read_at IS NULL AND"             \
    " created_at < ?)) AND (expires_on <= ? OR read_at < ? OR (read_at IS NULL AND created_at <"   \
    " ?)) ORDER BY read_at, id LIMIT ?)"

const struct statement cards_due_sql = {
    .name = "cards_due",
    .params = 15,
    .columns = CARD_COLUMN_COUNT,
    .text = DUE_OF("active") " UNION ALL " DUE_OF(
        "needs_attention") " ORDER BY read_at, id LIMIT ?",
};

enum result cards_due(struct db *db, struct arena *arena, const struct cards_due *due,
                      struct kept_card **out_list, size_t *out_count) {
    enum { EACH = 7 };
    struct bind binds[2 * EACH + 1];
    struct rows rows;

    for (size_t at = 0; at < 2; at++) {
        struct bind *bind = &binds[at * EACH];

        bind[0] = bind_text(due->gateway);
        bind[1] = bind_instant(due->expiring_before);
        bind[2] = bind_instant(due->expiring_before);
        bind[3] = bind_date(due->expires_until);
        bind[4] = bind_instant(due->read_before);
        bind[5] = bind_instant(due->read_before);
        bind[6] = bind_int((int64_t)due->limit);
    }
    binds[2 * EACH] = bind_int((int64_t)due->limit);
    enum result result = db_query(db, arena, &cards_due_sql, binds, &rows);
    if (result != RESULT_OK)
        return result;
    struct kept_card *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = card_of(&rows, row);
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

const struct statement card_find_sql = {
    .name = "card_find",
    .params = 2,
    .columns = CARD_COLUMN_COUNT,
    .text = "SELECT " CARD_COLUMNS " FROM method WHERE gateway = ? AND vault_id = ? AND kind ="
            " 'card' AND state IN ('active', 'needs_attention') AND is_remembered = 1",
};

enum result card_find(struct db *db, struct arena *arena, const char *gateway, const char *vault_id,
                      struct kept_card *out_card) {
    struct bind binds[] = {bind_text(gateway), bind_text(vault_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &card_find_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_card = card_of(&rows, 0);
    return result;
}

const struct statement card_claim_sql = {
    .name = "card_claim",
    .params = 5,
    .text = "UPDATE method SET read_at = ? WHERE account_id = ? AND id = ? AND vault_id = ? AND"
            " read_at <=> ?",
};

enum result card_claim(struct db *db, const struct kept_card *card, int64_t read_at) {
    struct bind binds[] = {bind_instant(read_at), bind_int(card->account_id), bind_int(card->id),
                           bind_text(card->vault_id), bind_instant(card->read_at)};

    return db_run_one(db, &card_claim_sql, binds);
}

/* Assignments see the values that those before them made, so the column they look at comes last. */
const struct statement card_change_sql = {
    .name = "card_change",
    .params = 8,
    .text = "UPDATE method SET brand = ?, last_four = ?, expires_on = ?, state = IF(?, 'active',"
            " state), attention = IF(?, '', attention) WHERE account_id = ? AND id = ? AND vault_id"
            " = ? AND state IN ('active', 'needs_attention')",
};

enum result card_change(struct db *db, const struct kept_card *card, const char *brand,
                        const char *last_four, struct date expires_on, bool lifts) {
    struct bind binds[] = {bind_text(brand),   bind_text(last_four),     bind_date(expires_on),
                           bind_int(lifts),    bind_int(lifts),          bind_int(card->account_id),
                           bind_int(card->id), bind_text(card->vault_id)};

    return db_run_one(db, &card_change_sql, binds);
}

const struct statement card_stop_sql = {
    .name = "card_stop",
    .params = 4,
    .text = "UPDATE method SET attention = ?, state = 'needs_attention' WHERE account_id = ? AND id"
            " = ? AND vault_id = ? AND state = 'active'",
};

enum result card_stop(struct db *db, const struct kept_card *card, const char *attention) {
    struct bind binds[] = {bind_text(attention), bind_int(card->account_id), bind_int(card->id),
                           bind_text(card->vault_id)};

    return db_run_one(db, &card_stop_sql, binds);
}
