#include "common/store/import_file_store.h"

#include <assert.h>
#include <stdio.h>

#include "common/core/fault.h"
#include "common/store/user_store.h"

enum { SUBJECT_SIZE = 64, TRIES = 3 };

/* One statement in a transaction of its own. */
struct single {
    const struct statement *statement;
    struct bind *binds;
    uint64_t changed, id;
};

static enum result single_work(struct db *db, void *context) {
    struct single *single = context;

    return db_run(db, single->statement, single->binds, &single->changed, &single->id);
}

static enum result single_run(struct db *db, struct single *single) {
    return db_transaction(db, single_work, single);
}

/* RESULT_CONFLICT: it changed nothing. Such a statement may run twice: after a COMMIT without an
 * answer the caller reads again. */
static enum result change_one(struct db *db, const struct statement *statement,
                              struct bind *binds) {
    struct single single = {statement, binds, 0, 0};
    enum result result = single_run(db, &single);

    return result == RESULT_OK && single.changed != 1 ? RESULT_CONFLICT : result;
}

/* ---- staging ---- */

const struct statement import_file_add_sql = {
    .name = "import_file_add",
    .params = 6,
    .text = "INSERT INTO import (kind, file_name, is_told, actor, created_at, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
};

enum result import_file_add(struct db *db, const struct provider_act *act, const char *kind,
                            const char *file_name, bool is_told, int64_t *out_id) {
    struct bind binds[] = {bind_text(kind),       bind_text(file_name),   bind_int(is_told),
                           bind_text(act->actor), bind_instant(act->now), bind_instant(act->now)};
    struct single single = {&import_file_add_sql, binds, 0, 0};
    enum result result = single_run(db, &single);

    if (result == RESULT_OK)
        *out_id = (int64_t)single.id;
    return result;
}

const struct statement import_rows_add_sql = {
    .name = "import_rows_add",
    .params = 2,
    .text = "INSERT INTO import_row (import_id, account_id, seq, is_there, line_number,"
            " column_number, item, owner, weight, body) SELECT ?, t.* FROM JSON_TABLE(?, '$[*]'"
            " COLUMNS (a BIGINT PATH '$.a', s BIGINT PATH '$.s', is_there INT PATH '$.t',"
            " l INT PATH '$.l', c INT PATH '$.c', k VARCHAR(254)" IMPORT_JSON_AS "'$.k',"
            " o" IMPORT_JSON_NUMBER "'$.o', w INT PATH '$.w', b MEDIUMTEXT" IMPORT_JSON_AS
            "'$.b')) t",
};

/* Also keeps whoever clears away from taking a live one for abandoned. */
const struct statement import_file_touch_sql = {
    .name = "import_file_touch",
    .params = 2,
    .text = "UPDATE import SET version = version + 1, changed_at = ? WHERE id = ?"
            " AND state = 'staging'",
};

struct adding {
    int64_t import_id, now;
    const char *rows;
    size_t length;
};

static enum result rows_add_work(struct db *db, void *context) {
    const struct adding *adding = context;
    struct bind touch[] = {bind_instant(adding->now), bind_int(adding->import_id)};
    struct bind binds[] = {bind_int(adding->import_id), bind_bytes(adding->rows, adding->length)};
    enum result result = db_run_one(db, &import_file_touch_sql, touch);

    if (result == RESULT_CONFLICT)
        return RESULT_NOT_FOUND;
    return result == RESULT_OK ? db_run(db, &import_rows_add_sql, binds, NULL, NULL) : result;
}

enum result import_rows_add(struct db *db, int64_t import_id, int64_t now, const char *rows,
                            size_t length) {
    struct adding adding = {import_id, now, rows, length};
    enum result result = RESULT_UNCERTAIN;
    bool was_uncertain = false;

    for (int try = 0; try < TRIES && result == RESULT_UNCERTAIN; try++) {
        result = db_transaction(db, rows_add_work, &adding);
        was_uncertain = was_uncertain || result == RESULT_UNCERTAIN;
    }
    FAULT_POINT("import.staged");
    /* They came in after all. */
    return result == RESULT_CONFLICT && was_uncertain ? RESULT_OK : result;
}

const struct statement import_rows_twice_sql = {
    .name = "import_rows_twice",
    .params = 2,
    .columns = 3,
    .text = "SELECT r.line_number, r.column_number, r.item FROM (SELECT import_id, item, owner,"
            " MIN(seq) AS first_seq FROM import_row WHERE import_id = ? GROUP BY import_id, item,"
            " owner HAVING COUNT(*) > 1) d STRAIGHT_JOIN import_row r ON r.import_id ="
            " d.import_id AND r.item = d.item AND r.owner = d.owner AND r.seq > d.first_seq"
            " ORDER BY r.seq LIMIT ?",
};

enum result import_rows_twice(struct db *db, struct arena *arena, int64_t import_id, int64_t limit,
                              struct rows *out_rows) {
    struct bind binds[] = {bind_int(import_id), bind_int(limit)};

    return db_query(db, arena, &import_rows_twice_sql, binds, out_rows);
}

const struct statement import_file_release_sql = {
    .name = "import_file_release",
    .params = 5,
    .text = "UPDATE import SET state = 'applying', open = 1, file_hash = ?, items = ?,"
            " unchanged = ?, changed_at = ? WHERE id = ? AND state = 'staging'",
};

enum result import_file_release(struct db *db, int64_t import_id, int64_t now,
                                const unsigned char hash[SECRET_HASH_BYTES], int64_t items,
                                int64_t unchanged) {
    struct bind binds[] = {bind_bytes(hash, SECRET_HASH_BYTES), bind_int(items),
                           bind_int(unchanged), bind_instant(now), bind_int(import_id)};

    return change_one(db, &import_file_release_sql, binds);
}

/* ---- applying ---- */

#define FILE_COLUMNS                                                                               \
    "SELECT id, kind, state, file_name, actor, at_account, at_seq, items, unchanged, applied,"     \
    " total_cents, fee_cents, created_at, changed_at, is_told FROM import"
enum { FILE_COLUMN_COUNT = 15 };

const struct statement import_file_read_sql = {
    .name = "import_file_read",
    .params = 1,
    .columns = FILE_COLUMN_COUNT,
    .text = FILE_COLUMNS " WHERE id = ?",
};

const struct statement import_file_open_sql = {
    .name = "import_file_open",
    .params = 2,
    .columns = FILE_COLUMN_COUNT,
    .text = FILE_COLUMNS " WHERE kind = ? AND file_hash = ? AND open = 1",
};

const struct statement import_file_any_sql = {
    .name = "import_file_any",
    .params = 1,
    .columns = FILE_COLUMN_COUNT,
    .text = FILE_COLUMNS " WHERE state = 'applying' AND kind = ? ORDER BY id LIMIT 1",
};

static enum result file_query(struct db *db, struct arena *arena, const struct statement *statement,
                              struct bind *binds, struct import_file *out_file) {
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result != RESULT_OK)
        return result;
    *out_file = (struct import_file){
        .id = row_int(&rows, 0, 0),
        .kind = row_text(&rows, 0, 1),
        .state = row_text(&rows, 0, 2),
        .file_name = row_text(&rows, 0, 3),
        .actor = row_text(&rows, 0, 4),
        .mark = {row_int(&rows, 0, 5), row_int(&rows, 0, 6)},
        .items = row_int(&rows, 0, 7),
        .unchanged = row_int(&rows, 0, 8),
        .applied = row_int(&rows, 0, 9),
        .total_cents = row_int(&rows, 0, 10),
        .fee_cents = row_int(&rows, 0, 11),
        .created_at = row_instant(&rows, 0, 12),
        .changed_at = row_instant(&rows, 0, 13),
        .is_told = row_int(&rows, 0, 14) != 0,
    };
    return RESULT_OK;
}

enum result import_file_read(struct db *db, struct arena *arena, int64_t import_id,
                             struct import_file *out_file) {
    struct bind binds[] = {bind_int(import_id)};

    return file_query(db, arena, &import_file_read_sql, binds, out_file);
}

enum result import_file_open(struct db *db, struct arena *arena, const char *kind,
                             const unsigned char hash[SECRET_HASH_BYTES],
                             struct import_file *out_file) {
    struct bind binds[] = {bind_text(kind), bind_bytes(hash, SECRET_HASH_BYTES)};

    return file_query(db, arena, &import_file_open_sql, binds, out_file);
}

enum result import_file_any(struct db *db, struct arena *arena, const char *kind,
                            struct import_file *out_file) {
    struct bind binds[] = {bind_text(kind)};

    return file_query(db, arena, &import_file_any_sql, binds, out_file);
}

#define ROWS_AHEAD                                                                                 \
    " FROM import_row FORCE INDEX (PRIMARY) WHERE import_id = ? AND (account_id > ? OR "           \
    "(account_id"                                                                                  \
    " = ? AND seq > ?)) AND is_there = 0 ORDER BY import_id, account_id, seq LIMIT ?"

const struct statement import_rows_ahead_sql = {
    .name = "import_rows_ahead",
    .params = 5,
    .columns = 5,
    .text = "SELECT account_id, seq, line_number, column_number, weight" ROWS_AHEAD,
};

const struct statement import_rows_read_sql = {
    .name = "import_rows_read",
    .params = 5,
    .columns = 8,
    .text = "SELECT account_id, seq, line_number, column_number, weight, item, owner,"
            " body" ROWS_AHEAD,
};

enum result import_rows_ahead(struct db *db, struct arena *arena, int64_t import_id,
                              struct import_mark mark, size_t limit, bool with_bodies,
                              struct import_rows *out_rows) {
    struct bind binds[] = {bind_int(import_id), bind_int(mark.account_id),
                           bind_int(mark.account_id), bind_int(mark.seq), bind_int((int64_t)limit)};
    struct rows rows;
    enum result result = db_query(
        db, arena, with_bodies ? &import_rows_read_sql : &import_rows_ahead_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct import_row *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct import_row){
            .account_id = row_int(&rows, row, 0),
            .seq = row_int(&rows, row, 1),
            .line = row_int(&rows, row, 2),
            .column = row_int(&rows, row, 3),
            .weight = row_int(&rows, row, 4),
            .item = with_bodies ? row_text(&rows, row, 5) : NULL,
            .owner = with_bodies ? row_text(&rows, row, 6) : NULL,
            .body = with_bodies ? row_text(&rows, row, 7) : NULL,
        };
    *out_rows = (struct import_rows){list, rows.count};
    return RESULT_OK;
}

const struct statement import_file_step_sql = {
    .name = "import_file_step",
    .params = 10,
    .text = "UPDATE import SET at_account = ?, at_seq = ?, applied = applied + ?, unchanged ="
            " unchanged + ?, total_cents = total_cents + ?, fee_cents = fee_cents + ?, changed_at"
            " = ? WHERE id = ? AND state = 'applying' AND (at_account, at_seq) = (?, ?)",
};

enum result import_file_step(struct db *db, const struct import_step *step) {
    struct bind binds[] = {
        bind_int(step->to.account_id), bind_int(step->to.seq),      bind_int(step->applied),
        bind_int(step->unchanged),     bind_int(step->total_cents), bind_int(step->fee_cents),
        bind_instant(step->now),       bind_int(step->import_id),   bind_int(step->from.account_id),
        bind_int(step->from.seq),
    };

    FAULT_POINT("import.step");
    return db_run_one(db, &import_file_step_sql, binds);
}

const struct statement import_file_end_sql = {
    .name = "import_file_end",
    .params = 2,
    .text = "UPDATE import SET state = 'done', open = NULL, changed_at = ? WHERE id = ?"
            " AND state = 'applying'",
};

enum result import_file_end(struct db *db, int64_t import_id, int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_int(import_id)};
    enum result result = change_one(db, &import_file_end_sql, binds);

    FAULT_POINT("import.done");
    return result == RESULT_CONFLICT ? RESULT_OK : result;
}

/* ---- clearing away ---- */

const struct statement import_file_drop_sql = {
    .name = "import_file_drop",
    .params = 1,
    .text = "UPDATE import SET state = 'dropped' WHERE id = ? AND state = 'staging'",
};

enum result import_file_drop(struct db *db, int64_t import_id) {
    struct bind binds[] = {bind_int(import_id)};

    return change_one(db, &import_file_drop_sql, binds);
}

const struct statement import_file_abandon_sql = {
    .name = "import_file_abandon",
    .params = 2,
    .text = "UPDATE import SET state = 'dropped', open = NULL, changed_at = ? WHERE id = ?"
            " AND state = 'applying'",
};

struct abandoning {
    const struct provider_act *act;
    int64_t import_id;
};

static enum result abandon_work(struct db *db, void *context) {
    const struct abandoning *abandoning = context;
    const struct provider_act *act = abandoning->act;
    struct bind binds[] = {bind_instant(act->now), bind_int(abandoning->import_id)};
    char subject[SUBJECT_SIZE];
    enum result result = db_run_one(db, &import_file_abandon_sql, binds);

    snprintf(subject, sizeof subject, "import:%lld", (long long)abandoning->import_id);
    return result == RESULT_OK ? audit_add(db, &(struct audit){.at = act->now,
                                                               .actor = act->actor,
                                                               .action = "import.drop",
                                                               .subject = subject,
                                                               .address = "",
                                                               .request_id = ""})
                               : result;
}

enum result import_file_abandon(struct db *db, const struct provider_act *act, int64_t import_id) {
    struct abandoning abandoning = {act, import_id};

    return db_transaction(db, abandon_work, &abandoning);
}

const struct statement import_file_expire_sql = {
    .name = "import_file_expire",
    .params = 2,
    .text = "UPDATE import SET state = 'dropped' WHERE state = 'staging' AND changed_at < ?"
            " LIMIT ?",
};

enum result import_file_expire(struct db *db, int64_t before, int64_t limit, uint64_t *out_count) {
    struct bind binds[] = {bind_instant(before), bind_int(limit)};
    struct single single = {&import_file_expire_sql, binds, 0, 0};
    enum result result = single_run(db, &single);

    *out_count = single.changed;
    return result;
}

const struct statement import_file_over_sql = {
    .name = "import_file_over",
    .params = 1,
    .columns = 1,
    .text = "SELECT i.id FROM import i WHERE i.state = 'dropped' OR (i.state = 'done' AND EXISTS"
            " (SELECT 1 FROM import_row r WHERE r.import_id = i.id)) LIMIT ?",
};

enum result import_file_over(struct db *db, struct arena *arena, int64_t limit,
                             struct rows *out_rows) {
    struct bind binds[] = {bind_int(limit)};

    return db_query(db, arena, &import_file_over_sql, binds, out_rows);
}

const struct statement import_rows_remove_sql = {
    .name = "import_rows_remove",
    .params = 2,
    .text = "DELETE FROM import_row WHERE import_id = ? ORDER BY import_id, account_id, seq"
            " LIMIT ?",
};

enum result import_rows_remove(struct db *db, int64_t import_id, int64_t limit,
                               uint64_t *out_count) {
    struct bind binds[] = {bind_int(import_id), bind_int(limit)};
    struct single single = {&import_rows_remove_sql, binds, 0, 0};
    enum result result = single_run(db, &single);

    FAULT_POINT("import.clearing");
    *out_count = single.changed;
    return result;
}

const struct statement import_file_remove_sql = {
    .name = "import_file_remove",
    .params = 1,
    .text = "DELETE FROM import WHERE id = ? AND (state = 'dropped' OR (state = 'done' AND"
            " applied = 0))",
};

enum result import_file_remove(struct db *db, int64_t import_id) {
    struct bind binds[] = {bind_int(import_id)};
    enum result result = change_one(db, &import_file_remove_sql, binds);

    return result == RESULT_CONFLICT ? RESULT_OK : result;
}

const struct statement import_file_list_sql = {
    .name = "import_file_list",
    .columns = 11,
    .text = "SELECT id, kind, state, file_name, items, unchanged, applied, total_cents, actor,"
            " created_at, changed_at FROM import ORDER BY id DESC",
};

enum result import_file_list(struct db *db, db_each_row each, void *context) {
    return db_each(db, &import_file_list_sql, NULL, each, context);
}
