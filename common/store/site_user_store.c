#include "common/store/site_user_store.h"

#include <stdio.h>

#include "common/core/text.h"
#include "common/store/member_store.h"

enum { SUBJECT_SIZE = 64 };

const struct statement site_user_find_sql = {
    .name = "site_user_find",
    .params = 1,
    .columns = 3,
    .text = "SELECT id, is_active, external_id FROM user WHERE external_id = ?",
};

enum result site_user_find(struct db *db, struct arena *arena, const char *external_id,
                           struct site_user *out_user) {
    struct bind binds[] = {bind_text(external_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &site_user_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    /* Whatever the column's collation takes for the same: an id that only looks like it is not it.
     */
    if (rows.count == 0 || !text_equal(row_text(&rows, 0, 2), external_id))
        return RESULT_NOT_FOUND;
    *out_user = (struct site_user){row_int(&rows, 0, 0), row_int(&rows, 0, 1) != 0};
    return RESULT_OK;
}

const struct statement site_user_call_sql = {
    .name = "site_user_call",
    .params = 2,
    .text = "UPDATE user SET external_id = ? WHERE id = ?",
};

struct calling {
    const struct provider_act *act;
    int64_t user_id;
    const char *external_id;
};

enum result site_user_call_write(struct db *db, int64_t user_id, const char *external_id) {
    struct bind binds[] = {external_id ? bind_text(external_id) : bind_null(), bind_int(user_id)};
    enum result result = user_move(db, user_id);

    if (result == RESULT_OK)
        result = db_run(db, &site_user_call_sql, binds, NULL, NULL);
    return result == RESULT_OK ? member_sessions_end(db, user_id) : result;
}

static enum result call_work(struct db *db, void *context) {
    const struct calling *calling = context;
    char subject[SUBJECT_SIZE];
    enum result result = site_user_call_write(db, calling->user_id, calling->external_id);

    if (result != RESULT_OK)
        return result;
    snprintf(subject, sizeof subject, "user:%lld", (long long)calling->user_id);
    return audit_add(db, &(struct audit){.at = calling->act->now,
                                         .actor = calling->act->actor,
                                         .action = "user.external_id",
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

enum result site_user_call(struct db *db, const struct provider_act *act, int64_t user_id,
                           const char *external_id) {
    struct calling calling = {act, user_id, external_id};

    return db_transaction(db, call_work, &calling);
}

/* What changes who may pay bumps the account first. No cents are touched, and no right to any is
 * needed. */
const struct statement site_user_account_sql = {
    .name = "site_user_account",
    .params = 1,
    .text = "UPDATE account SET version = version + 1 WHERE id = ?",
};

const struct statement site_user_add_sql = {
    .name = "site_user_add",
    .params = 4,
    .text = "INSERT INTO user (email, name, external_id, created_at) VALUES (?, ?, ?, ?)",
};

enum result site_user_add(struct db *db, const struct site_user_new *user, int64_t *out_user_id) {
    struct bind account[] = {bind_int(user->account_id)};
    struct bind person[] = {bind_text(user->email), bind_text(user->name),
                            user->external_id ? bind_text(user->external_id) : bind_null(),
                            bind_instant(user->now)};
    uint64_t id = 0;
    enum result result = db_run_one(db, &site_user_account_sql, account);

    if (result != RESULT_OK)
        return result == RESULT_CONFLICT ? RESULT_NOT_FOUND : result;
    result = db_run(db, &site_user_add_sql, person, NULL, &id);
    if (result != RESULT_OK)
        return result;
    *out_user_id = (int64_t)id;
    struct bind member[] = {bind_int(user->account_id), bind_int(*out_user_id),
                            bind_int(user->level_id), bind_instant(user->now)};
    return db_run(db, &member_add_sql, member, NULL, NULL);
}
