#include "common/store/user_store.h"

#include <stdio.h>

#include "common/core/secret.h"
#include "common/core/text.h"

enum { KEY_SIZE = 80 };

const struct statement user_for_sign_in_sql = {
    .name = "user_for_sign_in",
    .params = 1,
    .columns = 5,
    .text = "SELECT u.id, u.name, p.hash, u.is_active, u.email FROM user u"
            " LEFT JOIN user_password p ON p.user_id = u.id WHERE u.email = ?",
};

enum result user_for_sign_in(struct db *db, struct arena *arena, const char *email,
                             struct user_sign_in *out_user) {
    struct bind binds[] = {bind_text(email)};
    struct rows rows;
    enum result result = db_query(db, arena, &user_for_sign_in_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    /* The column's collation also takes accents, and blanks at the end, for the same: each of those
     * spellings would get a count of failed tries of its own. */
    if (rows.count == 0 || !text_equal_ignoring_case(row_text(&rows, 0, 4), email))
        return RESULT_NOT_FOUND;
    *out_user = (struct user_sign_in){
        .user_id = row_int(&rows, 0, 0),
        .name = row_text(&rows, 0, 1),
        .password_hash = row_is_null(&rows, 0, 2) ? NULL : row_text(&rows, 0, 2),
        .is_active = row_int(&rows, 0, 3),
    };
    return RESULT_OK;
}

const struct statement user_first_account_sql = {
    .name = "user_first_account",
    .params = 1,
    .columns = 1,
    .text = "SELECT account_id FROM account_user WHERE user_id = ?"
            " ORDER BY added_at, account_id LIMIT 1",
};

enum result user_first_account(struct db *db, struct arena *arena, int64_t user_id,
                               int64_t *out_account_id) {
    struct bind binds[] = {bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &user_first_account_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_account_id = row_int(&rows, 0, 0);
    return RESULT_OK;
}

const struct statement user_move_sql = {
    .name = "user_move",
    .params = 1,
    .text = "UPDATE user SET version = version + 1 WHERE id = ?",
};

enum result user_move(struct db *db, int64_t user_id) {
    struct bind binds[] = {bind_int(user_id)};
    enum result result = db_run_one(db, &user_move_sql, binds);

    return result == RESULT_CONFLICT ? RESULT_NOT_FOUND : result;
}

const struct statement user_enter_sql = {
    .name = "user_enter",
    .params = 1,
    .text = "UPDATE user SET version = version + 1 WHERE id = ? AND is_active = 1",
};

enum result user_enter(struct db *db, int64_t user_id) {
    struct bind binds[] = {bind_int(user_id)};

    return db_run_one(db, &user_enter_sql, binds);
}

/* ---- what a user changes ---- */

const struct statement user_profile_sql = {
    .name = "user_profile",
    .params = 3,
    .text = "UPDATE user SET name = ?, language = ? WHERE id = ?",
};

enum result user_profile_set(struct db *db, int64_t user_id, const char *name,
                             const char *language) {
    struct bind binds[] = {bind_text(name), bind_text(language), bind_int(user_id)};

    return db_run(db, &user_profile_sql, binds, NULL, NULL);
}

const struct statement user_password_change_sql = {
    .name = "user_password_change",
    .params = 4,
    .text = "UPDATE user_password SET hash = ?, changed_at = ? WHERE user_id = ? AND hash = ?",
};

enum result user_password_change(struct db *db, int64_t user_id, const char *old_hash,
                                 const char *hash, int64_t now) {
    struct bind binds[] = {bind_text(hash), bind_instant(now), bind_int(user_id),
                           bind_text(old_hash)};

    return db_run_one(db, &user_password_change_sql, binds);
}

const struct statement user_password_is_sql = {
    .name = "user_password_is",
    .params = 2,
    .columns = 1,
    .text = "SELECT 1 FROM user_password WHERE user_id = ? AND hash = ?",
};

enum result user_password_is(struct db *db, struct arena *arena, int64_t user_id, const char *hash,
                             bool *out_is) {
    struct bind binds[] = {bind_int(user_id), bind_text(hash)};
    struct rows rows;
    enum result result = db_query(db, arena, &user_password_is_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_is = rows.count != 0;
    return result;
}

const struct statement user_password_tell_sql = {
    .name = "user_password_tell",
    .params = 3,
    .text = "INSERT IGNORE INTO outbox (mail_key, kind, account_id, user_id, created_at)"
            " SELECT ?, 'password_changed', account_id, user_id, ? FROM account_user"
            " WHERE user_id = ? ORDER BY added_at, account_id LIMIT 1",
};

enum result user_password_tell(struct db *db, int64_t user_id, const char *how, int64_t now) {
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "password_changed:%lld:%s:%lld", (long long)user_id, how,
             (long long)now);
    struct bind binds[] = {bind_text(key), bind_instant(now), bind_int(user_id)};
    return db_run(db, &user_password_tell_sql, binds, NULL, NULL);
}

const struct statement user_seen_sql = {
    .name = "user_seen",
    .params = 4,
    .text = "INSERT INTO user_seen (account_id, user_id, seen_at, language)"
            " SELECT account_id, user_id, ?, ? FROM account_user"
            " WHERE account_id = ? AND user_id = ?"
            " ON DUPLICATE KEY UPDATE language = IF(VALUES(seen_at) >= seen_at, VALUES(language),"
            " language), seen_at = GREATEST(seen_at, VALUES(seen_at))",
};

enum result user_seen(struct db *db, int64_t user_id, int64_t account_id, const char *language,
                      int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_text(language), bind_int(account_id),
                           bind_int(user_id)};

    return db_run(db, &user_seen_sql, binds, NULL, NULL);
}

const struct statement audit_add_sql = {
    .name = "audit_add",
    .params = 7,
    .text = "INSERT INTO audit_event (at, actor, action, account_id, subject, address, request_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
};

enum result audit_add(struct db *db, const struct audit *audit) {
    struct bind binds[] = {
        bind_instant(audit->at),      bind_text(audit->actor),
        bind_text(audit->action),     audit->account_id ? bind_int(audit->account_id) : bind_null(),
        bind_text(audit->subject),    bind_text(audit->address),
        bind_text(audit->request_id),
    };

    return db_run(db, &audit_add_sql, binds, NULL, NULL);
}
