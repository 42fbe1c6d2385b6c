#include "common/store/import_people_store.h"

#include <assert.h>
#include <stdio.h>

#include "common/store/charge_store.h"
#include "common/store/member_store.h"
#include "common/store/user_store.h"

enum { SUBJECT_SIZE = 64, LOOK_ARENA_BYTES = 1024 * 1024 };

struct writing {
    const struct provider_act *act;
    struct import_step *step;
    const struct import_account *accounts;
    const struct import_user *users;
    size_t count;
    size_t *out_at; /* of users */
};

static enum result step_take(struct db *db, const struct writing *writing, const char *action,
                             const char *things) {
    const struct provider_act *act = writing->act;
    char subject[SUBJECT_SIZE];
    enum result result = import_file_step(db, writing->step);

    snprintf(subject, sizeof subject, "import:%lld %s:%zu", (long long)writing->step->import_id,
             things, writing->count);
    return result == RESULT_OK ? audit_add(db, &(struct audit){.at = act->now,
                                                               .actor = act->actor,
                                                               .action = action,
                                                               .subject = subject,
                                                               .address = "",
                                                               .request_id = ""})
                               : result;
}

/* ---- accounts ---- */

const struct statement import_accounts_known_sql = {
    .name = "import_accounts_known",
    .params = 1,
    .columns = 7,
    .text = "SELECT t.n, a.id, a.number, a.organization, a.site, a.city, a.paper_bill FROM"
            " JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, number" IMPORT_JSON_NUMBER "'$.k')) t"
            " LEFT JOIN account a ON a.number = t.number ORDER BY t.n",
};

enum result import_accounts_known(struct db *db, struct arena *arena, const char *asked,
                                  size_t count, struct import_account_known **out_list) {
    struct bind binds[] = {bind_text(asked)};
    struct rows rows;
    enum result result = db_query(db, arena, &import_accounts_known_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    assert(rows.count == count);
    struct import_account_known *list = arena_array(arena, count, sizeof *list);
    for (size_t row = 0; row < count; row++)
        list[row] = (struct import_account_known){
            .account_id = row_int(&rows, row, 1),
            .account = {row_text(&rows, row, 2), row_text(&rows, row, 3), row_text(&rows, row, 4),
                        row_text(&rows, row, 5), (int)row_int(&rows, row, 6)},
        };
    *out_list = list;
    return RESULT_OK;
}

/* The version first, as ever: an invoice that is imported now has the paper bill's fee or has not.
 */
const struct statement import_account_change_sql = {
    .name = "import_account_change",
    .params = 5,
    .text = "UPDATE account SET version = version + 1, organization = COALESCE(?, organization),"
            " site = COALESCE(?, site), city = COALESCE(?, city), paper_bill = COALESCE(?,"
            " paper_bill) WHERE number = ?",
};

const struct statement import_account_add_sql = {
    .name = "import_account_add",
    .params = 6,
    .text = "INSERT INTO account (organization, site, city, paper_bill, number, created_at)"
            " VALUES (?, COALESCE(?, ''), COALESCE(?, ''), COALESCE(?, 0), ?, ?)",
};

static enum result account_write(struct db *db, const struct writing *writing, size_t at) {
    const struct import_account *account = &writing->accounts[at];
    struct bind binds[] = {
        bind_text(account->organization),
        bind_text(account->site),
        bind_text(account->city),
        account->paper_bill < 0 ? bind_null() : bind_int(account->paper_bill),
        bind_text(account->number),
        bind_instant(writing->act->now),
    };
    uint64_t changed = 0;
    enum result result = db_run(db, &import_account_change_sql, binds, &changed, NULL);

    if (result == RESULT_OK && !changed)
        result = db_run(db, &import_account_add_sql, binds, NULL, NULL);
    return result;
}

static enum result accounts_work(struct db *db, void *context) {
    const struct writing *writing = context;
    enum result result = RESULT_OK;

    for (size_t at = 0; at < writing->count && result == RESULT_OK; at++)
        result = account_write(db, writing, at);
    return result == RESULT_OK ? step_take(db, writing, "account.import", "accounts") : result;
}

enum result import_accounts_write(struct db *db, const struct provider_act *act,
                                  struct import_step *step, const struct import_account *list,
                                  size_t count) {
    struct writing writing = {act, step, list, NULL, count, NULL};

    return db_transaction(db, accounts_work, &writing);
}

/* ---- users ---- */

const struct statement import_users_known_sql = {
    .name = "import_users_known",
    .params = 1,
    .columns = 7,
    .text = "SELECT t.n, a.id, l.id, u.id, m.level_id, x.id, u.email FROM JSON_TABLE(?, '$[*]' "
            "COLUMNS (n FOR"
            " ORDINALITY, account" IMPORT_JSON_NUMBER
            "'$.a', email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PATH '$.k',"
            " level VARCHAR(200)" IMPORT_JSON_AS "'$.l',"
            " external VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$.x')) t"
            " LEFT JOIN account a ON a.number = t.account"
            " LEFT JOIN security_level l ON l.name = t.level"
            " LEFT JOIN user u ON u.email = t.email"
            " LEFT JOIN user x ON x.external_id = t.external"
            " LEFT JOIN account_user m ON m.account_id = a.id "
            "AND m.user_id = u.id ORDER BY t.n",
};

enum result import_users_known(struct db *db, struct arena *arena, const char *asked, size_t count,
                               struct import_user_known **out_list) {
    struct bind binds[] = {bind_text(asked)};
    struct rows rows;
    enum result result = db_query(db, arena, &import_users_known_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    assert(rows.count == count);
    struct import_user_known *list = arena_array(arena, count, sizeof *list);
    for (size_t row = 0; row < count; row++)
        list[row] = (struct import_user_known){
            .account_id = row_int(&rows, row, 1),
            .level_id = row_int(&rows, row, 2),
            .user_id = row_int(&rows, row, 3),
            .member_level_id = row_int(&rows, row, 4),
            .external_user_id = row_int(&rows, row, 5),
            .email = row_text(&rows, row, 6),
        };
    *out_list = list;
    return RESULT_OK;
}

/* The id as bytes: what its length says, behind that. Without one there is "-" for a length. */
#define BODY_EXTERNAL                                                                              \
    "SUBSTRING(CAST(SUBSTRING(body, 8) AS BINARY), LOCATE(':', body, 8) - 6,"                      \
    " CAST(SUBSTRING_INDEX(SUBSTRING(body, 8), ':', 1) AS UNSIGNED))"

const struct statement import_users_differ_sql = {
    .name = "import_users_differ",
    .params = 2,
    .columns = 1,
    .text =
        "SELECT r.body FROM (SELECT import_id, account_id, seq, item, external,"
        " FIRST_VALUE(item) OVER (PARTITION BY external ORDER BY seq) AS first_item,"
        " FIRST_VALUE(external) OVER (PARTITION BY item ORDER BY seq) AS first_external"
        " FROM (SELECT import_id, account_id, seq, item, " BODY_EXTERNAL " AS external"
        " FROM import_row WHERE import_id = ? AND body NOT LIKE 'user-1:-,%') b) d"
        " STRAIGHT_JOIN import_row r ON r.import_id = d.import_id AND r.account_id = d.account_id"
        " AND r.seq = d.seq WHERE d.item <> d.first_item OR d.external <> d.first_external"
        " ORDER BY d.seq LIMIT ?",
};

enum result import_users_differ(struct db *db, struct arena *arena, int64_t import_id,
                                int64_t limit, struct rows *out_rows) {
    struct bind binds[] = {bind_int(import_id), bind_int(limit)};

    return db_query(db, arena, &import_users_differ_sql, binds, out_rows);
}

static enum result user_take(struct db *db, struct arena *arena, const struct import_user *user,
                             int64_t now, int64_t *out_id) {
    struct bind binds[] = {bind_text(user->email), bind_text(user->name), bind_null(),
                           bind_instant(now)};
    struct member_user known;
    uint64_t id = 0;
    enum result result = member_user_find(db, arena, user->email, &known);

    if (result == RESULT_NOT_FOUND) {
        result = db_run(db, &member_user_add_sql, binds, NULL, &id);
        known.id = (int64_t)id;
    }
    if (result == RESULT_OK)
        *out_id = known.id;
    return result;
}

static enum result member_write(struct db *db, const struct import_user *user, int64_t user_id,
                                int64_t level_id, int64_t now, struct arena *arena) {
    struct bind add[] = {bind_int(user->account_id), bind_int(user_id), bind_int(level_id),
                         bind_instant(now)};
    struct bind change[] = {bind_int(level_id), bind_int(user->account_id), bind_int(user_id)};
    int64_t known_level_id = 0;
    enum result result = member_find(db, arena, user->account_id, user_id, &known_level_id);

    if (result == RESULT_NOT_FOUND)
        return db_run(db, &member_add_sql, add, NULL, NULL);
    if (result == RESULT_OK && known_level_id != level_id)
        result = db_run(db, &member_level_sql, change, NULL, NULL);
    return result;
}

/* Whoever has the id already is the user, or somebody else. */
static enum result external_write(struct db *db, const struct import_user *user, int64_t user_id,
                                  struct arena *arena) {
    struct site_user known;
    enum result result = site_user_find(db, arena, user->external_id, &known);

    if (result == RESULT_NOT_FOUND)
        return site_user_call_write(db, user_id, user->external_id);
    return result == RESULT_OK && known.user_id != user_id ? RESULT_INVALID : result;
}

static enum result user_write(struct db *db, const struct writing *writing, size_t at) {
    const struct import_user *user = &writing->users[at];
    struct arena *arena = arena_new(LOOK_ARENA_BYTES);
    struct provider_level level = {0};
    int64_t user_id = 0;
    enum result result = account_move(db, user->account_id, 0, 0);

    if (result == RESULT_OK)
        result = provider_level_find(db, arena, user->level, &level);
    if (result == RESULT_OK)
        result = user_take(db, arena, user, writing->act->now, &user_id);
    if (result == RESULT_OK)
        result = member_write(db, user, user_id, level.id, writing->act->now, arena);
    if (result == RESULT_OK && *user->external_id)
        result = external_write(db, user, user_id, arena);
    if (result == RESULT_INVALID)
        *writing->out_at = at;
    arena_free(arena);
    return result;
}

static enum result users_work(struct db *db, void *context) {
    const struct writing *writing = context;
    enum result result = RESULT_OK;

    for (size_t at = 0; at < writing->count && result == RESULT_OK; at++)
        result = user_write(db, writing, at);
    return result == RESULT_OK ? step_take(db, writing, "user.import", "users") : result;
}

enum result import_users_write(struct db *db, const struct provider_act *act,
                               struct import_step *step, const struct import_user *list,
                               size_t count, size_t *out_at) {
    struct writing writing = {act, step, NULL, list, count, out_at};

    return db_transaction(db, users_work, &writing);
}
