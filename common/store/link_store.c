#include "common/store/link_store.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"

static const char *const names[LINK_KIND_COUNT] = {
    [LINK_RESET] = "reset",
    [LINK_INVITATION] = "invitation",
};

const char *link_kind_name(enum link_kind kind) {
    return names[kind];
}

static enum link_kind kind_of(const char *name) {
    int kind = 0;

    while (kind < LINK_KIND_COUNT && !text_equal(names[kind], name))
        kind++;
    assert(kind < LINK_KIND_COUNT);
    return (enum link_kind)kind;
}

const struct statement link_add_sql = {
    .name = "link_add",
    .params = 7,
    .text = "INSERT INTO user_link (user_id, account_id, kind, salt, token_hash, created_at,"
            " ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
};

enum result link_add(struct db *db, const struct link_new *link, int64_t *out_id) {
    struct bind binds[] = {
        bind_int(link->user_id),
        bind_int(link->account_id),
        bind_text(link_kind_name(link->kind)),
        bind_bytes(link->salt, sizeof link->salt),
        bind_bytes(link->token_hash, sizeof link->token_hash),
        bind_instant(link->now),
        bind_instant(link->ends_at),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &link_add_sql, binds, NULL, &id);

    *out_id = (int64_t)id;
    return result;
}

const struct statement link_find_sql = {
    .name = "link_find",
    .params = 1,
    .columns = 9,
    .text = "SELECT l.id, l.user_id, l.account_id, l.kind, l.ends_at, l.state = 'open',"
            " u.is_active, u.email, u.name"
            " FROM user_link l JOIN user u ON u.id = l.user_id WHERE l.token_hash = ?",
};

enum result link_find(struct db *db, struct arena *arena,
                      const unsigned char token_hash[SECRET_HASH_BYTES], struct link *out_link) {
    struct bind binds[] = {bind_bytes(token_hash, SECRET_HASH_BYTES)};
    struct rows rows;
    enum result result = db_query(db, arena, &link_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_link = (struct link){
        .id = row_int(&rows, 0, 0),
        .user_id = row_int(&rows, 0, 1),
        .account_id = row_int(&rows, 0, 2),
        .kind = kind_of(row_text(&rows, 0, 3)),
        .ends_at = row_instant(&rows, 0, 4),
        .is_open = row_int(&rows, 0, 5),
        .user_active = row_int(&rows, 0, 6),
        .user_email = row_text(&rows, 0, 7),
        .user_name = row_text(&rows, 0, 8),
    };
    return RESULT_OK;
}

const struct statement link_use_sql = {
    .name = "link_use",
    .params = 3,
    .text = "UPDATE user_link SET state = 'used', used_at = ?"
            " WHERE id = ? AND state = 'open' AND ends_at > ?",
};

enum result link_use(struct db *db, int64_t link_id, int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_int(link_id), bind_instant(now)};

    return db_run_one(db, &link_use_sql, binds);
}

const struct statement links_end_sql = {
    .name = "links_end",
    .params = 1,
    .text = "UPDATE user_link SET state = 'over' WHERE user_id = ? AND state = 'open'",
};

enum result links_end(struct db *db, int64_t user_id) {
    struct bind binds[] = {bind_int(user_id)};

    return db_run(db, &links_end_sql, binds, NULL, NULL);
}

const struct statement link_mail_sql = {
    .name = "link_mail",
    .params = 3,
    .columns = 5,
    .text = "SELECT kind, salt, token_hash, ends_at, state = 'open' FROM user_link"
            " WHERE id = ? AND user_id = ? AND account_id = ?",
};

enum result link_mail(struct db *db, struct arena *arena, int64_t link_id, int64_t user_id,
                      int64_t account_id, struct link_mail *out_link) {
    struct bind binds[] = {bind_int(link_id), bind_int(user_id), bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &link_mail_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    struct link_mail link = {
        .kind = kind_of(row_text(&rows, 0, 0)),
        .ends_at = row_instant(&rows, 0, 3),
        .is_open = row_int(&rows, 0, 4),
    };
    memcpy(link.salt, row_bytes(&rows, 0, 1, LINK_SALT_BYTES), LINK_SALT_BYTES);
    memcpy(link.token_hash, row_bytes(&rows, 0, 2, SECRET_HASH_BYTES), SECRET_HASH_BYTES);
    *out_link = link;
    return RESULT_OK;
}
