/*
 * import_file_store.h - files that are brought in, and their rows that wait to be applied. Knows
 * what a row is known by and who comes first, not what is in it.
 *
 * staging: rows are added; nothing of them counts. applying: all of the file was read and found
 * right. Whoever applies takes the rows behind the import's mark and moves the mark in the same
 * transaction: any number may, and after a run that died the next one goes on there. done. dropped.
 */
#ifndef REMIT_STORE_IMPORT_FILE_STORE_H
#define REMIT_STORE_IMPORT_FILE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/secret.h"
#include "common/db/db.h"
#include "common/store/provider_store.h"

enum {
    IMPORT_ROWS_MAX = 900, /* a transaction writes fewer rows than this */
    IMPORT_STAGE_MAX = 200 /* rows added at once */
};

/* A text of JSON_TABLE that is compared with our keys; else it has the schema's collation. */
#define IMPORT_JSON_AS " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH "
#define IMPORT_JSON_NUMBER " VARCHAR(32)" IMPORT_JSON_AS

struct import_mark {
    int64_t account_id, seq;
};

struct import_file {
    int64_t id;
    const char *kind, *state, *file_name, *actor;
    bool is_told; /* what it writes is told by mail: as the run wanted it that read the file */
    struct import_mark mark;
    int64_t items, unchanged, applied, total_cents, fee_cents, created_at, changed_at;
};

/* ---- staging ---- */

extern const struct statement import_file_add_sql;
MUST_CHECK enum result import_file_add(struct db *db, const struct provider_act *act,
                                       const char *kind, const char *file_name, bool is_told,
                                       int64_t *out_id);

/* rows: a JSON array of at most IMPORT_STAGE_MAX objects {a: account, s: seq, t: is there, l: line,
 * c: column, k: item, o: owner, w: weight, b: body}. RESULT_NOT_FOUND: the import is not staged any
 * more. */
extern const struct statement import_rows_add_sql, import_file_touch_sql;
MUST_CHECK enum result import_rows_add(struct db *db, int64_t import_id, int64_t now,
                                       const char *rows, size_t length);

/* Rows whose item came before in the file: line, column, item; by line, at most limit. */
extern const struct statement import_rows_twice_sql;
MUST_CHECK enum result import_rows_twice(struct db *db, struct arena *arena, int64_t import_id,
                                         int64_t limit, struct rows *out_rows);

/* staging -> applying. RESULT_CONFLICT: the same bytes are being applied as another import, or this
 * one was dropped. */
extern const struct statement import_file_release_sql;
MUST_CHECK enum result import_file_release(struct db *db, int64_t import_id, int64_t now,
                                           const unsigned char hash[SECRET_HASH_BYTES],
                                           int64_t items, int64_t unchanged);

/* ---- applying ---- */

/* RESULT_NOT_FOUND. */
extern const struct statement import_file_read_sql, import_file_open_sql, import_file_any_sql;
MUST_CHECK enum result import_file_read(struct db *db, struct arena *arena, int64_t import_id,
                                        struct import_file *out_file);
/* The one of this kind with these bytes that is being applied, or was when its run died. */
MUST_CHECK enum result import_file_open(struct db *db, struct arena *arena, const char *kind,
                                        const unsigned char hash[SECRET_HASH_BYTES],
                                        struct import_file *out_file);
/* The first of this kind that is being applied, whatever its bytes. */
MUST_CHECK enum result import_file_any(struct db *db, struct arena *arena, const char *kind,
                                       struct import_file *out_file);

struct import_row {
    int64_t account_id, seq, line, column, weight;
    const char *item, *owner, *body; /* NULL: not asked for */
};

struct import_rows {
    struct import_row *list;
    size_t count;
};

/* The next rows behind mark that are not there yet, in their order, at most limit; without item,
 * owner and body unless with_bodies. */
extern const struct statement import_rows_ahead_sql, import_rows_read_sql;
MUST_CHECK enum result import_rows_ahead(struct db *db, struct arena *arena, int64_t import_id,
                                         struct import_mark mark, size_t limit, bool with_bodies,
                                         struct import_rows *out_rows);

struct import_step {
    int64_t import_id, now;
    struct import_mark from, to;
    int64_t applied, unchanged, total_cents, fee_cents; /* of the rows from here to there */
};

/* Inside the transaction that applies the rows between, as its last statement. RESULT_CONFLICT:
 * somebody else applied them. */
extern const struct statement import_file_step_sql;
MUST_CHECK enum result import_file_step(struct db *db, const struct import_step *step);

/* applying -> done. Nothing happens to one that is done. */
extern const struct statement import_file_end_sql;
MUST_CHECK enum result import_file_end(struct db *db, int64_t import_id, int64_t now);

/* ---- clearing away ---- */

/* staging -> dropped. RESULT_CONFLICT: it is not staging any more. */
extern const struct statement import_file_drop_sql;
MUST_CHECK enum result import_file_drop(struct db *db, int64_t import_id);
/* applying -> dropped, with an audit row: what is applied stays. RESULT_CONFLICT: it is not. */
extern const struct statement import_file_abandon_sql;
MUST_CHECK enum result import_file_abandon(struct db *db, const struct provider_act *act,
                                           int64_t import_id);
/* Those that are staging and were not touched since an instant are dropped, at most limit. */
extern const struct statement import_file_expire_sql;
MUST_CHECK enum result import_file_expire(struct db *db, int64_t before, int64_t limit,
                                          uint64_t *out_count);

/* The ids of imports that are over and have rows left, or are dropped. At most limit. */
extern const struct statement import_file_over_sql;
MUST_CHECK enum result import_file_over(struct db *db, struct arena *arena, int64_t limit,
                                        struct rows *out_rows);
/* Deletes rows of it, at most limit. */
extern const struct statement import_rows_remove_sql;
MUST_CHECK enum result import_rows_remove(struct db *db, int64_t import_id, int64_t limit,
                                          uint64_t *out_count);
/* Deletes it where it is dropped or nothing of it was applied, and has no rows. */
extern const struct statement import_file_remove_sql;
MUST_CHECK enum result import_file_remove(struct db *db, int64_t import_id);

/* id, kind, state, file_name, items, unchanged, applied, total_cents, actor, created_at,
 * changed_at: latest first. */
extern const struct statement import_file_list_sql;
MUST_CHECK enum result import_file_list(struct db *db, db_each_row each, void *context);

#define IMPORT_FILE_STATEMENTS                                                                     \
    &import_file_add_sql, &import_rows_add_sql, &import_file_touch_sql, &import_rows_twice_sql,    \
        &import_file_release_sql, &import_file_read_sql, &import_file_open_sql,                    \
        &import_file_any_sql, &import_rows_ahead_sql, &import_rows_read_sql,                       \
        &import_file_step_sql, &import_file_end_sql, &import_file_drop_sql,                        \
        &import_file_abandon_sql, &import_file_expire_sql, &import_file_over_sql,                  \
        &import_rows_remove_sql, &import_file_remove_sql, &import_file_list_sql

#endif
