#include "common/store/session_store.h"

#include <string.h>

#define SESSION_COLUMNS                                                                            \
    "s.user_id, s.account_id, s.seen_at, s.ends_at, u.email, u.name, a.number, a.organization,"    \
    " a.site, a.city, a.due_cents, a.pending_cents, a.credit_cents, l.may_billing,"                \
    " l.may_autopay, a.paper_bill, EXISTS (SELECT 1 FROM account_user o"                           \
    " WHERE o.user_id = s.user_id AND o.account_id <> s.account_id), u.language"
#define SESSION_FROM                                                                               \
    " FROM session s"                                                                              \
    " JOIN user u ON u.id = s.user_id AND u.is_active = 1"                                         \
    " JOIN account a ON a.id = s.account_id"                                                       \
    " JOIN account_user m ON m.account_id = s.account_id AND m.user_id = s.user_id"                \
    " JOIN security_level l ON l.id = m.level_id"
enum { SESSION_COLUMN_COUNT = 18 };

const struct statement session_load_sql = {
    .name = "session_load",
    .params = 2,
    .columns = SESSION_COLUMN_COUNT + 1,
    .text = "SELECT " SESSION_COLUMNS ", p.token_hash" SESSION_FROM
            " LEFT JOIN session_program p ON p.session_hash = s.token_hash AND p.program = ?"
            " WHERE s.token_hash = ?",
};

const struct statement session_see_sql = {
    .name = "session_see",
    .params = 1,
    .columns = SESSION_COLUMN_COUNT,
    .text = "SELECT " SESSION_COLUMNS SESSION_FROM " WHERE s.token_hash = ?",
};

enum result session_load(struct db *db, struct arena *arena,
                         const unsigned char token_hash[SECRET_HASH_BYTES], const char *program,
                         struct session *out_session) {
    struct bind binds[] = {bind_text(program), bind_bytes(token_hash, SECRET_HASH_BYTES)};
    struct rows rows;
    enum result result = program ? db_query(db, arena, &session_load_sql, binds, &rows)
                                 : db_query(db, arena, &session_see_sql, binds + 1, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;

    struct session session = {
        .user_id = row_int(&rows, 0, 0),
        .account_id = row_int(&rows, 0, 1),
        .seen_at = row_instant(&rows, 0, 2),
        .ends_at = row_instant(&rows, 0, 3),
        .user_email = row_text(&rows, 0, 4),
        .user_name = row_text(&rows, 0, 5),
        .account_number = row_text(&rows, 0, 6),
        .organization = row_text(&rows, 0, 7),
        .site = row_text(&rows, 0, 8),
        .city = row_text(&rows, 0, 9),
        .due_cents = row_int(&rows, 0, 10),
        .pending_cents = row_int(&rows, 0, 11),
        .credit_cents = row_int(&rows, 0, 12),
        .may_billing = row_int(&rows, 0, 13),
        .may_autopay = row_int(&rows, 0, 14),
        .paper_bill = row_int(&rows, 0, 15),
        .has_other_accounts = row_int(&rows, 0, 16),
        .language = row_text(&rows, 0, 17),
    };
    const void *program_token = program
                                    ? row_bytes(&rows, 0, SESSION_COLUMN_COUNT, SECRET_HASH_BYTES)
                                    : NULL;

    memcpy(session.token_hash, token_hash, SECRET_HASH_BYTES);
    if (program_token) {
        session.has_program_token = true;
        memcpy(session.program_token_hash, program_token, SECRET_HASH_BYTES);
    }
    *out_session = session;
    return RESULT_OK;
}

const struct statement session_touch_sql = {
    .name = "session_touch",
    .params = 2,
    .text = "UPDATE session SET seen_at = ? WHERE token_hash = ?",
};

enum result session_touch(struct db *db, const unsigned char token_hash[SECRET_HASH_BYTES],
                          int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_bytes(token_hash, SECRET_HASH_BYTES)};

    return db_run_alone(db, &session_touch_sql, binds);
}

const struct statement session_create_sql = {
    .name = "session_create",
    .params = 8,
    .text = "INSERT INTO session (token_hash, user_id, account_id, created_at, seen_at, ends_at,"
            " device, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};

enum result session_create(struct db *db, const struct session_new *session) {
    struct bind binds[] = {bind_bytes(session->token_hash, SECRET_HASH_BYTES),
                           bind_int(session->user_id),
                           bind_int(session->account_id),
                           bind_instant(session->now),
                           bind_instant(session->now),
                           bind_instant(session->ends_at),
                           bind_text(session->device),
                           bind_text(session->address)};

    return db_run(db, &session_create_sql, binds, NULL, NULL);
}

const struct statement session_program_add_sql = {
    .name = "session_program_add",
    .params = 3,
    .text = "INSERT INTO session_program (session_hash, program, token_hash) VALUES (?, ?, ?)",
};

enum result session_program_add(struct db *db, const unsigned char session_hash[SECRET_HASH_BYTES],
                                const char *program,
                                const unsigned char token_hash[SECRET_HASH_BYTES]) {
    struct bind binds[] = {bind_bytes(session_hash, SECRET_HASH_BYTES), bind_text(program),
                           bind_bytes(token_hash, SECRET_HASH_BYTES)};

    return db_run(db, &session_program_add_sql, binds, NULL, NULL);
}

const struct statement session_end_sql = {
    .name = "session_end",
    .params = 1,
    .text = "DELETE FROM session WHERE token_hash = ?",
};

enum result session_end(struct db *db, const unsigned char token_hash[SECRET_HASH_BYTES]) {
    struct bind binds[] = {bind_bytes(token_hash, SECRET_HASH_BYTES)};

    return db_run(db, &session_end_sql, binds, NULL, NULL);
}

/* The membership is read in the same statement, and held until COMMIT. */
const struct statement session_switch_sql = {
    .name = "session_switch",
    .params = 3,
    .text = "UPDATE session SET account_id = ? WHERE token_hash = ? AND EXISTS (SELECT 1"
            " FROM account_user m WHERE m.account_id = ? AND m.user_id = session.user_id)",
};

enum result session_switch(struct db *db, const unsigned char token_hash[SECRET_HASH_BYTES],
                           int64_t account_id) {
    struct bind binds[] = {bind_int(account_id), bind_bytes(token_hash, SECRET_HASH_BYTES),
                           bind_int(account_id)};
    enum result result = db_run_one(db, &session_switch_sql, binds);

    return result == RESULT_CONFLICT ? RESULT_NOT_FOUND : result;
}

/* ---- all sessions of a user ---- */

const struct statement session_list_sql = {
    .name = "session_list",
    .params = 4,
    .columns = 5,
    .text = "SELECT token_hash, device, address, created_at, seen_at FROM session"
            " WHERE user_id = ? AND ends_at > ? AND seen_at > ?"
            " ORDER BY seen_at DESC, created_at DESC LIMIT ?",
};

enum result session_list(struct db *db, struct arena *arena, int64_t user_id, int64_t now,
                         int64_t seen_after, struct session_entries *out_sessions) {
    struct bind binds[] = {bind_int(user_id), bind_instant(now), bind_instant(seen_after),
                           bind_int(SESSIONS_LISTED_MAX)};
    struct rows rows;
    enum result result = db_query(db, arena, &session_list_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct session_entry *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++) {
        list[row] = (struct session_entry){
            .device = row_text(&rows, row, 1),
            .address = row_text(&rows, row, 2),
            .created_at = row_instant(&rows, row, 3),
            .seen_at = row_instant(&rows, row, 4),
        };
        memcpy(list[row].token_hash, row_bytes(&rows, row, 0, SECRET_HASH_BYTES),
               SECRET_HASH_BYTES);
    }
    *out_sessions = (struct session_entries){list, rows.count};
    return RESULT_OK;
}

const struct statement session_end_of_user_sql = {
    .name = "session_end_of_user",
    .params = 2,
    .text = "DELETE FROM session WHERE user_id = ? AND token_hash = ?",
};

enum result session_end_of_user(struct db *db, int64_t user_id,
                                const unsigned char token_hash[SECRET_HASH_BYTES]) {
    struct bind binds[] = {bind_int(user_id), bind_bytes(token_hash, SECRET_HASH_BYTES)};

    return db_run(db, &session_end_of_user_sql, binds, NULL, NULL);
}
