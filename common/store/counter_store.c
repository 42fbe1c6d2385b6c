#include "common/store/counter_store.h"

const struct statement counter_add_sql = {
    .name = "counter_add",
    .params = 3,
    .text = "INSERT INTO counter (name, subject, window_at, count) VALUES (?, ?, ?, 1)"
            " ON DUPLICATE KEY UPDATE count = count + 1",
};

enum result counter_add(struct db *db, const char *name, const void *subject, int64_t window_at) {
    struct bind binds[] = {bind_text(name), bind_bytes(subject, SECRET_HASH_BYTES),
                           bind_instant(window_at)};

    return db_run_alone(db, &counter_add_sql, binds);
}

const struct statement counter_read_sql = {
    .name = "counter_read",
    .params = 3,
    .columns = 1,
    .text = "SELECT CAST(COALESCE(SUM(count), 0) AS SIGNED) FROM counter"
            " WHERE name = ? AND subject = ? AND window_at >= ?",
};

enum result counter_read(struct db *db, struct arena *arena, const char *name, const void *subject,
                         int64_t since, int64_t *out_count) {
    struct bind binds[] = {bind_text(name), bind_bytes(subject, SECRET_HASH_BYTES),
                           bind_instant(since)};
    struct rows rows;
    enum result result = db_query(db, arena, &counter_read_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_count = row_int(&rows, 0, 0);
    return result;
}

/* The names are fixed, so that a subject is never another one's. */
const struct statement tries_add_sql = {
    .name = "tries_add",
    .params = 10,
    .text = "INSERT INTO counter (name, subject, window_at, count) VALUES"
            " ('try.user', ?, ?, 1), ('try.account', ?, ?, 1), ('try.address', ?, ?, 1),"
            " ('try.method', ?, ?, 1), ('try.site', ?, ?, 1)"
            " ON DUPLICATE KEY UPDATE count = count + 1",
};

enum result tries_add(struct db *db, const struct pay_tries *tries, int64_t window_at) {
    struct bind binds[2 * TRIED_COUNT];

    for (size_t at = 0; at < TRIED_COUNT; at++) {
        binds[2 * at] = bind_bytes(tries->subjects[at], SECRET_HASH_BYTES);
        binds[2 * at + 1] = bind_instant(window_at);
    }
    return db_run_alone(db, &tries_add_sql, binds);
}

#define SUM_OF(name)                                                                               \
    "(SELECT CAST(COALESCE(SUM(count), 0) AS SIGNED) FROM counter WHERE name = '" name             \
    "' AND subject = ? AND window_at >= ?)"

const struct statement tries_read_sql = {
    .name = "tries_read",
    .params = 12,
    .columns = 6,
    .text = "SELECT " SUM_OF("try.user") ", " SUM_OF("try.account") ", " SUM_OF(
        "try.address") ", " SUM_OF("try.method") ", " SUM_OF("try.site") ", " SUM_OF("try."
                                                                                     "declined"),
};

enum result tries_read(struct db *db, struct arena *arena, int64_t since, int64_t site_since,
                       struct pay_tries *tries) {
    struct bind binds[2 * (TRIED_COUNT + 1)];
    struct rows rows;

    for (size_t at = 0; at <= TRIED_COUNT; at++) {
        size_t subject = at < TRIED_COUNT ? at : TRIED_SITE;

        binds[2 * at] = bind_bytes(tries->subjects[subject], SECRET_HASH_BYTES);
        binds[2 * at + 1] = bind_instant(subject == TRIED_SITE ? site_since : since);
    }
    enum result result = db_query(db, arena, &tries_read_sql, binds, &rows);
    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < TRIED_COUNT; at++)
        tries->counts[at] = row_int(&rows, 0, at);
    tries->site_declines = row_int(&rows, 0, TRIED_COUNT);
    return RESULT_OK;
}
