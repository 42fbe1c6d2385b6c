#include "common/store/migration_store.h"

#include <assert.h>
#include <string.h>

static const struct statement migration_exists_sql = {
    .name = "migration_exists",
    .columns = 1,
    .text = "SELECT COUNT(*) FROM information_schema.TABLES"
            " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'migration'",
};

static const char migration_table[] =
    "CREATE TABLE IF NOT EXISTS migration ("
    " number INT NOT NULL,"
    " name VARCHAR(200) NOT NULL,"
    " checksum BINARY(32) NOT NULL,"
    " started_at DATETIME NOT NULL,"
    " attempt INT NOT NULL DEFAULT 1,"
    " applied_at DATETIME NULL COMMENT 'NULL: started, and not known to be done',"
    " PRIMARY KEY (number)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;\n";

static const struct statement migration_list_sql = {
    .name = "migration_list",
    .columns = 6,
    .text = "SELECT number, name, checksum, started_at, applied_at, attempt FROM migration"
            " ORDER BY number",
};

static const struct statement migration_claim_sql = {
    .name = "migration_claim",
    .params = 4,
    .text = "INSERT INTO migration (number, name, checksum, started_at) VALUES (?, ?, ?, ?)",
};

static const struct statement migration_resume_sql = {
    .name = "migration_resume",
    .params = 5,
    .text = "UPDATE migration SET name = ?, checksum = ?, started_at = ?, attempt = attempt + 1"
            " WHERE number = ? AND attempt = ? AND applied_at IS NULL",
};

static const struct statement migration_finish_sql = {
    .name = "migration_finish",
    .params = 2,
    .text = "UPDATE migration SET applied_at = ? WHERE number = ? AND applied_at IS NULL",
};

static enum result table_ensure(struct db *db, bool create) {
    static const struct statement *const list[] = {&migration_exists_sql};
    struct arena *arena = arena_new(64 * 1024);
    char script[sizeof migration_table];
    struct rows rows;
    unsigned line;
    enum result result = db_open(db, list, 1);

    if (result == RESULT_OK)
        result = db_query(db, arena, &migration_exists_sql, NULL, &rows);
    if (result == RESULT_OK && row_int(&rows, 0, 0) == 0) {
        memcpy(script, migration_table, sizeof script);
        result = create ? db_run_script(db, script, &line) : RESULT_NOT_FOUND;
    }
    arena_free(arena);
    return result;
}

enum result migration_store_open(const struct db_options *options, bool create,
                                 struct db **out_db) {
    static const struct statement *const list[] = {&migration_list_sql, &migration_claim_sql,
                                                   &migration_resume_sql, &migration_finish_sql};

    *out_db = db_new(options);
    enum result result = table_ensure(*out_db, create);
    if (result != RESULT_OK)
        return result;
    /* A second connection, since statements are prepared when one opens. */
    db_free(*out_db);
    *out_db = db_new(options);
    return db_open(*out_db, list, sizeof list / sizeof *list);
}

enum result migration_list(struct db *db, struct arena *arena, struct migrations *out_migrations) {
    struct rows rows;
    enum result result = db_query(db, arena, &migration_list_sql, NULL, &rows);

    if (result != RESULT_OK)
        return result;
    struct migration *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++) {
        const void *checksum = row_bytes(&rows, row, 2, SECRET_HASH_BYTES);

        assert(checksum);
        list[row] = (struct migration){
            .number = row_int(&rows, row, 0),
            .name = row_text(&rows, row, 1),
            .started_at = row_instant(&rows, row, 3),
            .applied_at = row_instant(&rows, row, 4),
            .attempt = row_int(&rows, row, 5),
        };
        memcpy(list[row].checksum, checksum, SECRET_HASH_BYTES);
    }
    *out_migrations = (struct migrations){list, rows.count};
    return RESULT_OK;
}

static enum result claim_work(struct db *db, void *context) {
    const struct migration *migration = context;
    struct bind binds[] = {bind_int(migration->number), bind_text(migration->name),
                           bind_bytes(migration->checksum, SECRET_HASH_BYTES),
                           bind_instant(migration->started_at)};

    return db_run(db, &migration_claim_sql, binds, NULL, NULL);
}

enum result migration_claim(struct db *db, const struct migration *migration) {
    struct migration copy = *migration;

    return db_transaction(db, claim_work, &copy);
}

static enum result resume_work(struct db *db, void *context) {
    const struct migration *migration = context;
    struct bind binds[] = {bind_text(migration->name),
                           bind_bytes(migration->checksum, SECRET_HASH_BYTES),
                           bind_instant(migration->started_at), bind_int(migration->number),
                           bind_int(migration->attempt)};
    uint64_t changed = 0;
    enum result result = db_run(db, &migration_resume_sql, binds, &changed, NULL);

    return result == RESULT_OK && changed != 1 ? RESULT_CONFLICT : result;
}

enum result migration_resume(struct db *db, const struct migration *migration) {
    struct migration copy = *migration;

    return db_transaction(db, resume_work, &copy);
}

struct finishing {
    int64_t number, now;
};

static enum result finish_work(struct db *db, void *context) {
    const struct finishing *finishing = context;
    struct bind binds[] = {bind_instant(finishing->now), bind_int(finishing->number)};
    uint64_t changed = 0;
    enum result result = db_run(db, &migration_finish_sql, binds, &changed, NULL);

    return result == RESULT_OK && changed != 1 ? RESULT_CONFLICT : result;
}

enum result migration_finish(struct db *db, int64_t number, int64_t now) {
    struct finishing finishing = {number, now};

    return db_transaction(db, finish_work, &finishing);
}
