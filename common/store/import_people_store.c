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
    struct writing writing = {act, step, list, NULL, count};

    return db_transaction(db, accounts_work, &writing);
}

/* ---- users ---- */

const struct statement import_users_known_sql = {
    .name = "import_users_known",
    .params = 1,
    .columns = 6,
    .text =
        "SELECT t.n, a.id, l.id, u.id, m.level_id, u.email FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR"
        " ORDINALITY, account" IMPORT_JSON_NUMBER
        "'$.a', email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PATH '$.k',"
        " level VARCHAR(200)" IMPORT_JSON_AS "'$.l')) t"
        " LEFT JOIN account a ON a.number = t.account"
        " LEFT JOIN security_level l ON l.name = t.level"
        " LEFT JOIN user u ON u.email = t.email"
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
            .email = row_text(&rows, row, 5),
        };
    *out_list = list;
    return RESULT_OK;
}

static enum result user_take(struct db *db, struct arena *arena, const struct import_user *user,
                             int64_t now, int64_t *out_id) {
    struct bind binds[] = {bind_text(user->email), bind_text(user->name), bind_instant(now)};
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
                               size_t count) {
    struct writing writing = {act, step, NULL, list, count};

    return db_transaction(db, users_work, &writing);
}
