#include "common/store/feed_store.h"

#include <assert.h>
#include <stdio.h>

#include "common/core/buffer.h"

enum { ARENA_BYTES = 1024 * 1024, LIST_BYTES = 32 * 1024, NUMBER_SIZE = 24 };

/* First of all: of several who give places one does at a time, on one node or on several. It
 * changes the row, whatever comes of it, since a row that stays as it was is no claim on Galera. */
const struct statement feed_take_sql = {
    .name = "feed_take",
    .text = "UPDATE feed_end SET takes = takes + 1 WHERE id = 1",
};

const struct statement feed_end_sql = {
    .name = "feed_end",
    .columns = 1,
    .text = "SELECT seq FROM feed_end WHERE id = 1",
};

/* Without a lock: who is writing an entry right now waits for nobody. */
const struct statement feed_new_sql = {
    .name = "feed_new",
    .params = 1,
    .columns = 1,
    .text = "SELECT entry_id FROM feed FORCE INDEX (feed_seq) WHERE seq IS NULL ORDER BY seq,"
            " entry_id LIMIT ?",
};

/* By its own key alone: by another one it would wait for entries that are being written. */
const struct statement feed_place_sql = {
    .name = "feed_place",
    .params = 2,
    .text = "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, id BIGINT PATH '$')) t"
            " STRAIGHT_JOIN feed f FORCE INDEX (PRIMARY) ON f.entry_id = t.id SET f.seq = ? + t.n"
            " WHERE f.seq IS NULL",
};

const struct statement feed_advance_sql = {
    .name = "feed_advance",
    .params = 1,
    .text = "UPDATE feed_end SET seq = seq + ? WHERE id = 1",
};

enum result feed_last(struct db *db, struct arena *arena, int64_t *out_seq) {
    struct rows rows;
    enum result result = db_query(db, arena, &feed_end_sql, NULL, &rows);

    if (result == RESULT_OK && rows.count != 1)
        return RESULT_FAILED;
    if (result == RESULT_OK)
        *out_seq = row_int(&rows, 0, 0);
    return result;
}

static const char *list_of(struct arena *arena, const struct rows *rows) {
    struct buffer list;
    char number[NUMBER_SIZE];

    buffer_init(&list, arena, LIST_BYTES);
    for (size_t row = 0; row < rows->count; row++) {
        snprintf(number, sizeof number, "%s%lld", row ? "," : "[",
                 (long long)row_int(rows, row, 0));
        buffer_text(&list, number);
    }
    buffer_text(&list, "]");
    assert(!buffer_is_full(&list));
    return list.bytes;
}

struct placing {
    struct arena *arena;
    uint64_t count;
};

static enum result place_work(struct db *db, void *context) {
    struct placing *placing = context;
    struct bind limit[] = {bind_int(FEED_PLACES_MAX)};
    uint64_t changed = 0;
    int64_t last = 0;
    struct rows rows = {0};
    enum result result = db_run_one(db, &feed_take_sql, NULL);

    placing->count = 0;
    if (result == RESULT_OK)
        result = feed_last(db, placing->arena, &last);
    if (result == RESULT_OK)
        result = db_query(db, placing->arena, &feed_new_sql, limit, &rows);
    if (result != RESULT_OK || !rows.count)
        return result;
    struct bind place[] = {bind_text(list_of(placing->arena, &rows)), bind_int(last)};
    struct bind advance[] = {bind_int((int64_t)rows.count)};
    result = db_run(db, &feed_place_sql, place, &changed, NULL);
    /* Nobody else gives places while feed_end is ours. */
    if (result == RESULT_OK && changed != rows.count)
        result = RESULT_FAILED;
    if (result == RESULT_OK)
        result = db_run_one(db, &feed_advance_sql, advance);
    placing->count = rows.count;
    return result;
}

enum result feed_place(struct db *db, uint64_t *out_count) {
    struct placing placing = {arena_new(ARENA_BYTES), 0};
    enum result result = db_transaction(db, place_work, &placing);

    /* It happened or it did not: the next look tells, and gives what has no place yet. */
    if (result == RESULT_UNCERTAIN) {
        placing.count = FEED_PLACES_MAX;
        result = RESULT_OK;
    }
    *out_count = placing.count;
    arena_free(placing.arena);
    return result;
}

const struct statement feed_read_sql = {
    .name = "feed_read",
    .params = 2,
    .columns = 12,
    .text = "SELECT f.seq, e.event_key, e.kind, e.at, e.on_date, a.number, p.reference,"
            " CAST(SUM(IF(q.ledger IN ('receivable', 'credit'), q.amount_cents, 0)) AS SIGNED),"
            " CAST(SUM(IF(q.ledger = 'money', q.amount_cents, 0)) AS SIGNED),"
            " CAST(SUM(IF(q.ledger = 'tax', -q.amount_cents, 0)) AS SIGNED),"
            " CAST(SUM(IF(q.ledger = 'credit', -q.amount_cents, 0)) AS SIGNED),"
            " GROUP_CONCAT(CONCAT(i.number, ':', q.amount_cents) ORDER BY q.line)"
            " FROM (SELECT seq, entry_id, account_id FROM feed WHERE seq > ? ORDER BY seq LIMIT ?)"
            " f STRAIGHT_JOIN journal_entry e ON e.account_id = f.account_id AND e.id ="
            " f.entry_id STRAIGHT_JOIN account a ON a.id = e.account_id STRAIGHT_JOIN"
            " journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id LEFT JOIN"
            " payment p ON p.account_id = e.account_id AND p.id = e.payment_id LEFT JOIN invoice i"
            " ON i.account_id = q.account_id AND i.id = q.invoice_id GROUP BY f.seq ORDER BY"
            " f.seq",
};

enum result feed_read(struct db *db, struct arena *arena, int64_t after, int64_t limit,
                      struct rows *out_rows) {
    struct bind binds[] = {bind_int(after), bind_int(limit)};

    return db_query(db, arena, &feed_read_sql, binds, out_rows);
}
