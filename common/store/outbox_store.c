#include "common/store/outbox_store.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"

static const char *const state_names[OUTBOX_STATE_COUNT] = {
    [OUTBOX_WAITING] = "waiting",   [OUTBOX_SENDING] = "sending", [OUTBOX_SENT] = "sent",
    [OUTBOX_GIVEN_UP] = "given_up", [OUTBOX_SPLIT] = "split",     [OUTBOX_NEEDLESS] = "needless",
};

#define ROW_COLUMNS                                                                                \
    "id, account_id, user_id, subject_id, mail_key, kind, created_at,"                             \
    " COALESCE(retried_at, created_at), tries"

/* Reads without locks: what is added meanwhile is not held up. */
const struct statement outbox_due_sql = {
    .name = "outbox_due",
    .params = 3,
    .columns = 9,
    .text = "(SELECT " ROW_COLUMNS " FROM outbox WHERE state = 'waiting' AND next_at <= ?"
            " ORDER BY next_at, id LIMIT ?) UNION ALL"
            " (SELECT " ROW_COLUMNS " FROM outbox WHERE state = 'sending'"
            " AND send_by < UTC_TIMESTAMP(6) ORDER BY id LIMIT ?)",
};

enum result outbox_due(struct db *db, struct arena *arena, int64_t now, int64_t limit,
                       struct outbox_rows *out_rows) {
    struct bind binds[] = {bind_instant(now), bind_int(limit), bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &outbox_due_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct outbox_row *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct outbox_row){
            .id = row_int(&rows, row, 0),
            .account_id = row_int(&rows, row, 1),
            .user_id = row_int(&rows, row, 2),
            .subject_id = row_int(&rows, row, 3),
            .key = row_text(&rows, row, 4),
            .kind = row_text(&rows, row, 5),
            .created_at = row_instant(&rows, row, 6),
            .since = row_instant(&rows, row, 7),
            .tries = row_int(&rows, row, 8),
        };
    *out_rows = (struct outbox_rows){list, rows.count};
    return RESULT_OK;
}

/* By its number alone, so that one row is locked and no gap in which others add theirs. */
const struct statement outbox_claim_sql = {
    .name = "outbox_claim",
    .params = 4,
    .text = "UPDATE outbox SET state = 'sending', claim_token = ?,"
            " send_by = UTC_TIMESTAMP(6) + INTERVAL ? SECOND, tries = tries + 1 WHERE id = ?"
            " AND ((state = 'waiting' AND next_at <= ?)"
            " OR (state = 'sending' AND send_by < UTC_TIMESTAMP(6)))",
};

enum result outbox_claim(struct db *db, int64_t id, const unsigned char token[OUTBOX_TOKEN_BYTES],
                         int64_t lease_s, int64_t now) {
    struct bind binds[] = {bind_bytes(token, OUTBOX_TOKEN_BYTES), bind_int(lease_s), bind_int(id),
                           bind_instant(now)};

    return db_run_one(db, &outbox_claim_sql, binds);
}

const struct statement outbox_standing_sql = {
    .name = "outbox_standing",
    .params = 1,
    .columns = 2,
    .text = "SELECT state, claim_token FROM outbox WHERE id = ?",
};

enum result outbox_standing(struct db *db, struct arena *arena, int64_t id,
                            const unsigned char token[OUTBOX_TOKEN_BYTES],
                            struct outbox_standing *out_standing) {
    struct bind binds[] = {bind_int(id)};
    struct rows rows;
    enum result result = db_query(db, arena, &outbox_standing_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    const void *held = row_bytes(&rows, 0, 1, OUTBOX_TOKEN_BYTES);
    int state = 0;
    while (state < OUTBOX_STATE_COUNT && !text_equal(state_names[state], row_text(&rows, 0, 0)))
        state++;
    assert(state < OUTBOX_STATE_COUNT);
    *out_standing = (struct outbox_standing){
        .state = (enum outbox_state)state,
        .is_mine = held && memcmp(held, token, OUTBOX_TOKEN_BYTES) == 0,
    };
    return RESULT_OK;
}

/* Who held it stays to be seen: an uncertain COMMIT is looked into by it. */
const struct statement outbox_mark_sql = {
    .name = "outbox_mark",
    .params = 8,
    .text = "UPDATE outbox SET state = ?, sent_at = ?, given_up_at = ?,"
            " next_at = COALESCE(?, '2000-01-01'), tries = tries - ?, last_error = LEFT(?, 200)"
            " WHERE id = ? AND state = 'sending' AND claim_token = ?",
};

enum result outbox_mark(struct db *db, const struct outbox_mark *mark) {
    struct bind binds[] = {
        bind_text(state_names[mark->state]),
        bind_instant(mark->state == OUTBOX_SENT ? mark->at : 0),
        bind_instant(mark->state == OUTBOX_GIVEN_UP ? mark->at : 0),
        bind_instant(mark->state == OUTBOX_WAITING ? mark->at : 0),
        bind_int(mark->is_untried),
        bind_text(mark->words),
        bind_int(mark->id),
        bind_bytes(mark->token, OUTBOX_TOKEN_BYTES),
    };

    assert(mark->state != OUTBOX_SENDING);
    return db_run_one(db, &outbox_mark_sql, binds);
}

const struct statement outbox_recipients_sql = {
    .name = "outbox_recipients",
    .params = 2,
    .columns = 1,
    .text = "SELECT u.id FROM account_user au JOIN user u ON u.id = au.user_id"
            " JOIN security_level l ON l.id = au.level_id"
            " WHERE au.account_id = ? AND u.is_active = 1 AND l.may_billing = 1"
            " ORDER BY u.id LIMIT ?",
};

enum result outbox_recipients(struct db *db, struct arena *arena, int64_t account_id, int64_t limit,
                              int64_t **out_user_ids, size_t *out_count) {
    struct bind binds[] = {bind_int(account_id), bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &outbox_recipients_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    int64_t *ids = arena_array(arena, rows.count, sizeof *ids);
    for (size_t row = 0; row < rows.count; row++)
        ids[row] = row_int(&rows, row, 0);
    *out_user_ids = ids;
    *out_count = rows.count;
    return RESULT_OK;
}
