#include "common/store/purge_store.h"

#include "common/core/fault.h"
#include "common/store/charge_store.h"

enum {
    ROWS_MAX = 900,
    SESSIONS_MAX = 80,  /* each has a row for each program */
    WEBHOOKS_MAX = 100, /* each may have a body of 1 MiB */
    REVIEWS_LOOK = 200,
    LIST_ARENA_BYTES = 1024 * 1024
};

/* ---- what one statement deletes ---- */

#define SESSIONS_WHERE " FROM session WHERE ends_at < ? AND (ends_at < ? OR seen_at < ?)"
#define LINKS_WHERE " FROM user_link WHERE ends_at < ?"
#define COUNTERS_WHERE " FROM counter WHERE window_at < ?"
#define MAIL_WHERE                                                                                 \
    " FROM outbox WHERE created_at < ? AND COALESCE(retried_at, created_at) < ? AND state IN"      \
    " ('sent', 'given_up', 'split')"
#define IMPORTS_WHERE                                                                              \
    " FROM import WHERE state = 'done' AND changed_at < ? AND NOT EXISTS (SELECT 1 FROM "          \
    "import_row"                                                                                   \
    " r WHERE r.import_id = import.id)"

const struct statement purge_sessions_count_sql = {
    .name = "purge_sessions_count",
    .params = 3,
    .columns = 1,
    .text = "SELECT COUNT(*)" SESSIONS_WHERE,
};

const struct statement purge_sessions_sql = {
    .name = "purge_sessions",
    .params = 4,
    .text = "DELETE" SESSIONS_WHERE " ORDER BY ends_at LIMIT ?",
};

const struct statement purge_links_count_sql = {
    .name = "purge_links_count",
    .params = 1,
    .columns = 1,
    .text = "SELECT COUNT(*)" LINKS_WHERE,
};

const struct statement purge_links_sql = {
    .name = "purge_links",
    .params = 2,
    .text = "DELETE" LINKS_WHERE " ORDER BY ends_at LIMIT ?",
};

const struct statement purge_counters_count_sql = {
    .name = "purge_counters_count",
    .params = 1,
    .columns = 1,
    .text = "SELECT COUNT(*)" COUNTERS_WHERE,
};

const struct statement purge_counters_sql = {
    .name = "purge_counters",
    .params = 2,
    .text = "DELETE" COUNTERS_WHERE " ORDER BY window_at LIMIT ?",
};

const struct statement purge_mail_count_sql = {
    .name = "purge_mail_count",
    .params = 2,
    .columns = 1,
    .text = "SELECT COUNT(*)" MAIL_WHERE,
};

const struct statement purge_mail_sql = {
    .name = "purge_mail",
    .params = 3,
    .text = "DELETE" MAIL_WHERE " ORDER BY created_at LIMIT ?",
};

const struct statement purge_imports_count_sql = {
    .name = "purge_imports_count",
    .params = 1,
    .columns = 1,
    .text = "SELECT COUNT(*)" IMPORTS_WHERE,
};

const struct statement purge_imports_sql = {
    .name = "purge_imports",
    .params = 2,
    .text = "DELETE" IMPORTS_WHERE " ORDER BY changed_at LIMIT ?",
};

/* Its event stays, so that it is known when it comes again. */
#define WEBHOOKS_WHERE                                                                             \
    " WHERE purged_at IS NULL AND received_at < ? AND state IN ('done', 'ignored', 'given_up')"

const struct statement purge_webhooks_count_sql = {
    .name = "purge_webhooks_count",
    .params = 1,
    .columns = 1,
    .text = "SELECT COUNT(*) FROM webhook" WEBHOOKS_WHERE,
};

const struct statement purge_webhooks_sql = {
    .name = "purge_webhooks",
    .params = 3,
    .text = "UPDATE webhook SET body = NULL, purged_at = ?" WEBHOOKS_WHERE
            " ORDER BY received_at LIMIT ?",
};

/* ---- reviews ---- */

const struct statement purge_reviews_count_sql = {
    .name = "purge_reviews_count",
    .params = 1,
    .columns = 1,
    .text = "SELECT COUNT(*) FROM purgeable_payment WHERE created_at < ?",
};

/* In the order of accounts, and with how many rows each is. */
const struct statement purge_reviews_list_sql = {
    .name = "purge_reviews_list",
    .params = 2,
    .columns = 3,
    .text = "SELECT p.account_id, p.id, (SELECT COUNT(*) FROM purgeable_allocation a WHERE"
            " a.account_id = p.account_id AND a.payment_id = p.id) + (SELECT COUNT(*) FROM"
            " purgeable_event e WHERE e.account_id = p.account_id AND e.payment_id = p.id) FROM"
            " purgeable_payment p WHERE p.created_at < ? ORDER BY p.account_id, p.id LIMIT ?",
};

const struct statement purge_review_covers_sql = {
    .name = "purge_review_covers",
    .params = 2,
    .text = "DELETE FROM purgeable_allocation WHERE account_id = ? AND payment_id = ?",
};

const struct statement purge_review_events_sql = {
    .name = "purge_review_events",
    .params = 2,
    .text = "DELETE FROM purgeable_event WHERE account_id = ? AND payment_id = ?",
};

const struct statement purge_review_sql = {
    .name = "purge_review",
    .params = 2,
    .text = "DELETE FROM purgeable_payment WHERE account_id = ? AND id = ?",
};

struct purging {
    enum purge_kind kind;
    const struct purge_before *before;
    struct rows rows;
    uint64_t count;
};

static enum result review_delete(struct db *db, int64_t account_id, int64_t payment_id,
                                 uint64_t *count) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    uint64_t changed = 0;
    enum result result = db_run(db, &purge_review_covers_sql, binds, NULL, NULL);

    if (result == RESULT_OK)
        result = db_run(db, &purge_review_events_sql, binds, NULL, NULL);
    if (result == RESULT_OK)
        result = db_run(db, &purge_review_sql, binds, &changed, NULL);
    *count += changed;
    return result;
}

/* The account first: a confirm of one of them comes before or after all of this. */
static enum result reviews_work(struct db *db, void *context) {
    struct purging *purging = context;
    int64_t last_id = 0, weight = 0;
    enum result result = RESULT_OK;

    purging->count = 0;
    for (size_t row = 0; row < purging->rows.count && result == RESULT_OK; row++) {
        int64_t account_id = row_int(&purging->rows, row, 0);

        weight += row_int(&purging->rows, row, 2) + 2;
        if (row && weight >= ROWS_MAX)
            break;
        if (account_id != last_id)
            result = account_move(db, account_id, 0, 0);
        last_id = account_id;
        if (result == RESULT_OK)
            result = review_delete(db, account_id, row_int(&purging->rows, row, 1),
                                   &purging->count);
    }
    return result;
}

static enum result reviews_some(struct db *db, struct purging *purging) {
    struct arena *arena = arena_new(LIST_ARENA_BYTES);
    struct bind binds[] = {bind_instant(purging->before->at), bind_int(REVIEWS_LOOK)};
    enum result result = db_query(db, arena, &purge_reviews_list_sql, binds, &purging->rows);

    if (result == RESULT_OK && purging->rows.count)
        result = db_transaction(db, reviews_work, purging);
    arena_free(arena);
    return result;
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    const struct statement *count, *some; /* some NULL: reviews */
    int64_t limit;
} kinds[PURGE_KIND_COUNT] = {
    [PURGE_REVIEWS] = {"reviews", &purge_reviews_count_sql, NULL, 0},
    [PURGE_SESSIONS] = {"sessions", &purge_sessions_count_sql, &purge_sessions_sql, SESSIONS_MAX},
    [PURGE_LINKS] = {"links", &purge_links_count_sql, &purge_links_sql, ROWS_MAX},
    [PURGE_COUNTERS] = {"counters", &purge_counters_count_sql, &purge_counters_sql, ROWS_MAX},
    [PURGE_MAIL] = {"mail", &purge_mail_count_sql, &purge_mail_sql, ROWS_MAX},
    [PURGE_IMPORTS] = {"imports", &purge_imports_count_sql, &purge_imports_sql, ROWS_MAX},
    [PURGE_WEBHOOKS] = {"webhooks", &purge_webhooks_count_sql, &purge_webhooks_sql, WEBHOOKS_MAX},
};

const char *purge_kind_name(enum purge_kind kind) {
    return kinds[kind].name;
}

enum { BINDS_MAX = 4 };

/* The instants of a kind's statements, in their order. */
static void binds_fill(struct bind binds[BINDS_MAX], enum purge_kind kind,
                       const struct purge_before *before) {
    bool is_session = kind == PURGE_SESSIONS;

    binds[0] = bind_instant(is_session ? before->ends_at : before->at);
    binds[1] = bind_instant(before->at);
    binds[2] = bind_instant(before->seen_at);
    binds[3] = bind_null();
}

enum result purge_count(struct db *db, struct arena *arena, enum purge_kind kind,
                        const struct purge_before *before, int64_t *out_count) {
    struct bind binds[BINDS_MAX];
    struct rows rows;

    binds_fill(binds, kind, before);
    enum result result = db_query(db, arena, kinds[kind].count, binds, &rows);

    if (result == RESULT_OK)
        *out_count = row_int(&rows, 0, 0);
    return result;
}

static enum result some_work(struct db *db, void *context) {
    struct purging *purging = context;
    const struct statement *statement = kinds[purging->kind].some;
    struct bind binds[BINDS_MAX];

    binds_fill(binds, purging->kind, purging->before);
    if (purging->kind == PURGE_WEBHOOKS)
        binds[0] = bind_instant(purging->before->now);
    binds[statement->params - 1] = bind_int(kinds[purging->kind].limit);
    return db_run(db, statement, binds, &purging->count, NULL);
}

enum result purge_some(struct db *db, enum purge_kind kind, const struct purge_before *before,
                       uint64_t *out_count) {
    struct purging purging = {.kind = kind, .before = before};
    enum result result = kinds[kind].some ? db_transaction(db, some_work, &purging)
                                          : reviews_some(db, &purging);

    FAULT_POINT("purge.some");
    *out_count = purging.count;
    return result;
}
