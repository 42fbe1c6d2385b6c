#include "common/store/member_store.h"

#include <stdio.h>

#include "common/core/text.h"
#include "common/store/charge_store.h"
#include "common/store/link_store.h"
#include "common/store/user_store.h"

enum { SUBJECT_SIZE = 64 };

static enum result audit(struct db *db, const struct provider_act *act, const char *action,
                         int64_t account_id, int64_t user_id) {
    char subject[SUBJECT_SIZE];

    snprintf(subject, sizeof subject, "user:%lld", (long long)user_id);
    return audit_add(db, &(struct audit){.at = act->now,
                                         .actor = act->actor,
                                         .action = action,
                                         .account_id = account_id,
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

const struct statement member_user_find_sql = {
    .name = "member_user_find",
    .params = 1,
    .columns = 4,
    .text = "SELECT id, email, name, is_active FROM user WHERE email = ?",
};

enum result member_user_find(struct db *db, struct arena *arena, const char *email,
                             struct member_user *out_user) {
    struct bind binds[] = {bind_text(email)};
    struct rows rows;
    enum result result = db_query(db, arena, &member_user_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    /* The column's collation also takes other letters for the same: that is another person. */
    if (rows.count == 0 || !text_equal_ignoring_case(row_text(&rows, 0, 1), email))
        return RESULT_NOT_FOUND;
    *out_user = (struct member_user){row_int(&rows, 0, 0), row_text(&rows, 0, 1),
                                     row_text(&rows, 0, 2), row_int(&rows, 0, 3) != 0};
    return RESULT_OK;
}

const struct statement member_find_sql = {
    .name = "member_find",
    .params = 2,
    .columns = 1,
    .text = "SELECT level_id FROM account_user WHERE account_id = ? AND user_id = ?",
};

enum result member_find(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                        int64_t *out_level_id) {
    struct bind binds[] = {bind_int(account_id), bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &member_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_level_id = row_int(&rows, 0, 0);
    return RESULT_OK;
}

/* ---- adding ---- */

const struct statement member_user_add_sql = {
    .name = "member_user_add",
    .params = 4,
    .text = "INSERT INTO user (email, name, external_id, created_at) VALUES (?, ?, ?, ?)",
};

/* Two statements: ON DUPLICATE KEY UPDATE wants the right to read the hash, which only `login` has.
 */
const struct statement member_password_sql = {
    .name = "member_password",
    .params = 3,
    .text = "UPDATE user_password SET hash = ?, changed_at = ? WHERE user_id = ?",
};

const struct statement member_password_add_sql = {
    .name = "member_password_add",
    .params = 3,
    .text = "INSERT INTO user_password (hash, changed_at, user_id) VALUES (?, ?, ?)",
};

const struct statement member_add_sql = {
    .name = "member_add",
    .params = 4,
    .text = "INSERT INTO account_user (account_id, user_id, level_id, added_at)"
            " VALUES (?, ?, ?, ?)",
};

struct member_adding {
    const struct provider_act *act;
    const struct member_new *member;
};

enum result member_password_write(struct db *db, int64_t user_id, const char *hash, int64_t now) {
    struct bind binds[] = {bind_text(hash), bind_instant(now), bind_int(user_id)};
    uint64_t changed = 0;
    enum result result = user_move(db, user_id);

    if (result == RESULT_OK)
        result = db_run(db, &member_password_sql, binds, &changed, NULL);
    /* A hash never equals another, not of the same password either: nothing changed, no row. */
    if (result == RESULT_OK && !changed)
        result = db_run(db, &member_password_add_sql, binds, NULL, NULL);
    if (result == RESULT_OK)
        result = member_sessions_end(db, user_id);
    return result == RESULT_OK ? links_end(db, user_id) : result;
}

static enum result user_insert(struct db *db, const struct provider_act *act,
                               const struct member_new *member, int64_t *out_user_id) {
    struct bind binds[] = {bind_text(member->email), bind_text(member->name),
                           member->external_id ? bind_text(member->external_id) : bind_null(),
                           bind_instant(act->now)};
    uint64_t id = 0;
    enum result result = db_run(db, &member_user_add_sql, binds, NULL, &id);

    *out_user_id = (int64_t)id;
    return result;
}

enum result member_join(struct db *db, const struct provider_act *act,
                        const struct member_new *member, int64_t *out_user_id) {
    int64_t user_id = member->user_id;
    enum result result = account_move(db, member->account_id, 0, 0);

    if (result == RESULT_OK && !user_id)
        result = user_insert(db, act, member, &user_id);
    if (result == RESULT_OK && member->password_hash)
        result = member_password_write(db, user_id, member->password_hash, act->now);
    if (result != RESULT_OK)
        return result;
    struct bind binds[] = {bind_int(member->account_id), bind_int(user_id),
                           bind_int(member->level_id), bind_instant(act->now)};
    result = db_run(db, &member_add_sql, binds, NULL, NULL);
    *out_user_id = user_id;
    return result == RESULT_OK ? audit(db, act, "user.add", member->account_id, user_id) : result;
}

static enum result add_work(struct db *db, void *context) {
    const struct member_adding *adding = context;
    int64_t user_id;

    return member_join(db, adding->act, adding->member, &user_id);
}

enum result member_add(struct db *db, const struct provider_act *act,
                       const struct member_new *member) {
    struct member_adding adding = {act, member};

    return db_transaction(db, add_work, &adding);
}

enum result member_invited(struct db *db, const struct provider_act *act, int64_t account_id,
                           int64_t user_id) {
    return audit(db, act, "user.invite", account_id, user_id);
}

/* ---- passwords ---- */

const struct statement member_has_password_sql = {
    .name = "member_has_password",
    .params = 1,
    .columns = 1,
    .text = "SELECT user_id FROM user_password WHERE user_id = ?",
};

enum result member_has_password(struct db *db, struct arena *arena, int64_t user_id) {
    struct bind binds[] = {bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &member_has_password_sql, binds, &rows);

    return result == RESULT_OK && rows.count == 0 ? RESULT_NOT_FOUND : result;
}

const struct statement member_sessions_end_sql = {
    .name = "member_sessions_end",
    .params = 1,
    .text = "DELETE FROM session WHERE user_id = ?",
};

enum result member_sessions_end(struct db *db, int64_t user_id) {
    struct bind binds[] = {bind_int(user_id)};

    return db_run(db, &member_sessions_end_sql, binds, NULL, NULL);
}

struct password_setting {
    const struct provider_act *act;
    int64_t user_id;
    const char *hash;
};

static enum result password_work(struct db *db, void *context) {
    const struct password_setting *setting = context;
    enum result result = member_password_write(db, setting->user_id, setting->hash,
                                               setting->act->now);

    if (result == RESULT_OK)
        result = user_password_tell(db, setting->user_id, "provider", setting->act->now);
    if (result == RESULT_OK)
        result = audit(db, setting->act, "user.password", 0, setting->user_id);
    return result;
}

enum result member_password_set(struct db *db, const struct provider_act *act, int64_t user_id,
                                const char *hash) {
    struct password_setting setting = {act, user_id, hash};

    return db_transaction(db, password_work, &setting);
}

/* ---- what they may do ---- */

const struct statement member_level_sql = {
    .name = "member_level",
    .params = 3,
    .text = "UPDATE account_user SET level_id = ? WHERE account_id = ? AND user_id = ?",
};

struct level_setting {
    const struct provider_act *act;
    int64_t account_id, user_id, level_id;
};

static enum result level_work(struct db *db, void *context) {
    const struct level_setting *setting = context;
    struct bind binds[] = {bind_int(setting->level_id), bind_int(setting->account_id),
                           bind_int(setting->user_id)};
    enum result result = account_move(db, setting->account_id, 0, 0);

    if (result == RESULT_OK)
        result = db_run(db, &member_level_sql, binds, NULL, NULL);
    if (result == RESULT_OK)
        result = audit(db, setting->act, "user.level", setting->account_id, setting->user_id);
    return result;
}

enum result member_level_set(struct db *db, const struct provider_act *act, int64_t account_id,
                             int64_t user_id, int64_t level_id) {
    struct level_setting setting = {act, account_id, user_id, level_id};

    return db_transaction(db, level_work, &setting);
}

const struct statement member_active_sql = {
    .name = "member_active",
    .params = 2,
    .text = "UPDATE user SET is_active = ? WHERE id = ?",
};

const struct statement member_accounts_sql = {
    .name = "member_accounts",
    .params = 2,
    .columns = 1,
    .text = "SELECT account_id FROM account_user WHERE user_id = ? ORDER BY account_id LIMIT ?",
};

enum result member_active_set(struct db *db, struct arena *arena, const struct provider_act *act,
                              int64_t user_id, bool is_active,
                              struct member_accounts *out_accounts) {
    struct bind of_user[] = {bind_int(user_id), bind_int(MEMBER_ACCOUNTS_MAX + 1)};
    struct bind binds[] = {bind_int(is_active), bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &member_accounts_sql, of_user, &rows);

    if (result == RESULT_OK && rows.count > MEMBER_ACCOUNTS_MAX)
        return RESULT_INVALID;
    if (result != RESULT_OK)
        return result;
    int64_t *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count && result == RESULT_OK; row++) {
        list[row] = row_int(&rows, row, 0);
        result = account_move(db, list[row], 0, 0);
    }
    *out_accounts = (struct member_accounts){list, rows.count};
    if (result == RESULT_OK)
        result = db_run(db, &member_active_sql, binds, NULL, NULL);
    if (result == RESULT_OK && !is_active)
        result = member_sessions_end(db, user_id);
    if (result == RESULT_OK && !is_active)
        result = links_end(db, user_id);
    return result == RESULT_OK
               ? audit(db, act, is_active ? "user.enable" : "user.disable", 0, user_id)
               : result;
}

/* ---- lists ---- */

#define MEMBER_COLUMNS                                                                             \
    "u.email, u.name, u.is_active, a.number, l.name, p.user_id IS NOT NULL, u.external_id,"        \
    " u.created_at"
#define MEMBER_FROM                                                                                \
    " FROM account_user m JOIN user u ON u.id = m.user_id"                                         \
    " JOIN account a ON a.id = m.account_id JOIN security_level l ON l.id = m.level_id"            \
    " LEFT JOIN user_password p ON p.user_id = u.id"

const struct statement member_list_sql = {
    .name = "member_list",
    .columns = 8,
    .text = "SELECT " MEMBER_COLUMNS MEMBER_FROM " ORDER BY u.email, a.number",
};

const struct statement member_list_of_account_sql = {
    .name = "member_list_of_account",
    .params = 1,
    .columns = 8,
    .text = "SELECT " MEMBER_COLUMNS MEMBER_FROM " WHERE m.account_id = ? ORDER BY u.email",
};

enum result member_list(struct db *db, int64_t account_id, db_each_row each, void *context) {
    struct bind binds[] = {bind_int(account_id)};

    if (account_id)
        return db_each(db, &member_list_of_account_sql, binds, each, context);
    return db_each(db, &member_list_sql, NULL, each, context);
}
