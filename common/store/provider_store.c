#include "common/store/provider_store.h"

#include <stdio.h>

#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/user_store.h"

enum { SUBJECT_SIZE = 64, BUMP_BATCH = 500 };

static enum result audit(struct db *db, const struct provider_act *act, const char *action,
                         int64_t account_id, const char *subject) {
    return audit_add(db, &(struct audit){.at = act->now,
                                         .actor = act->actor,
                                         .action = action,
                                         .account_id = account_id,
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

/* ---- accounts ---- */

const struct statement provider_account_add_sql = {
    .name = "provider_account_add",
    .params = 5,
    .text = "INSERT INTO account (number, organization, site, city, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
};

struct account_adding {
    const struct provider_act *act;
    const struct provider_account *account;
};

static enum result account_add_work(struct db *db, void *context) {
    const struct account_adding *adding = context;
    const struct provider_account *account = adding->account;
    struct bind binds[] = {bind_text(account->number), bind_text(account->organization),
                           bind_text(account->site), bind_text(account->city),
                           bind_instant(adding->act->now)};
    uint64_t id = 0;
    enum result result = db_run(db, &provider_account_add_sql, binds, NULL, &id);

    if (result == RESULT_OK)
        result = audit(db, adding->act, "account.add", (int64_t)id, account->number);
    return result;
}

enum result provider_account_add(struct db *db, const struct provider_act *act,
                                 const struct provider_account *account) {
    struct account_adding adding = {act, account};

    return db_transaction(db, account_add_work, &adding);
}

const struct statement provider_account_find_sql = {
    .name = "provider_account_find",
    .params = 1,
    .columns = 1,
    .text = "SELECT id FROM account WHERE number = ?",
};

enum result provider_account_find(struct db *db, struct arena *arena, const char *number,
                                  int64_t *out_id) {
    struct bind binds[] = {bind_text(number)};
    struct rows rows;
    enum result result = db_query(db, arena, &provider_account_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_id = row_int(&rows, 0, 0);
    return RESULT_OK;
}

#define ACCOUNT_COLUMNS                                                                            \
    "number, organization, site, city, due_cents, pending_cents, credit_cents, paper_bill,"        \
    " created_at"

const struct statement provider_account_list_sql = {
    .name = "provider_account_list",
    .columns = 9,
    .text = "SELECT " ACCOUNT_COLUMNS " FROM account ORDER BY number",
};

enum result provider_account_list(struct db *db, db_each_row each, void *context) {
    return db_each(db, &provider_account_list_sql, NULL, each, context);
}

const struct statement provider_account_show_sql = {
    .name = "provider_account_show",
    .params = 1,
    .columns = 9,
    .text = "SELECT " ACCOUNT_COLUMNS " FROM account WHERE number = ?",
};

enum result provider_account_show(struct db *db, struct arena *arena, const char *number,
                                  struct rows *out_rows) {
    struct bind binds[] = {bind_text(number)};
    enum result result = db_query(db, arena, &provider_account_show_sql, binds, out_rows);

    return result == RESULT_OK && out_rows->count == 0 ? RESULT_NOT_FOUND : result;
}

const struct statement provider_account_paper_sql = {
    .name = "provider_account_paper",
    .params = 3,
    .text = "UPDATE account SET paper_bill = ? WHERE id = ? AND paper_bill <> ?",
};

struct paper_changing {
    const struct provider_act *act;
    int64_t account_id;
    bool paper_bill;
    bool changed;
};

/* The version first: an import that is under way adds the fee by the old choice, a later one by the
 * new. */
static enum result paper_work(struct db *db, void *context) {
    struct paper_changing *changing = context;
    struct bind binds[] = {bind_int(changing->paper_bill), bind_int(changing->account_id),
                           bind_int(changing->paper_bill)};
    uint64_t changed = 0;
    enum result result = account_move(db, changing->account_id, 0, 0);

    if (result == RESULT_OK)
        result = db_run(db, &provider_account_paper_sql, binds, &changed, NULL);
    changing->changed = changed == 1;
    if (result != RESULT_OK || !changed)
        return result;
    return audit(db, changing->act, "account.change", changing->account_id,
                 changing->paper_bill ? "paper_bill:on" : "paper_bill:off");
}

enum result provider_account_paper(struct db *db, const struct provider_act *act,
                                   int64_t account_id, bool paper_bill, bool *out_changed) {
    struct paper_changing changing = {act, account_id, paper_bill, false};
    enum result result = db_transaction(db, paper_work, &changing);

    *out_changed = changing.changed;
    return result;
}

/* ---- security levels ---- */

const struct statement provider_level_add_sql = {
    .name = "provider_level_add",
    .params = 3,
    .text = "INSERT INTO security_level (name, may_billing, may_autopay) VALUES (?, ?, ?)",
};

struct level_writing {
    const struct provider_act *act;
    const struct provider_level *level;
};

static enum result level_add_work(struct db *db, void *context) {
    const struct level_writing *writing = context;
    struct bind binds[] = {bind_text(writing->level->name), bind_int(writing->level->may_billing),
                           bind_int(writing->level->may_autopay)};
    char subject[SUBJECT_SIZE];
    uint64_t id = 0;
    enum result result = db_run(db, &provider_level_add_sql, binds, NULL, &id);

    snprintf(subject, sizeof subject, "level:%llu", (unsigned long long)id);
    return result == RESULT_OK ? audit(db, writing->act, "level.add", 0, subject) : result;
}

enum result provider_level_add(struct db *db, const struct provider_act *act,
                               const struct provider_level *level) {
    struct level_writing writing = {act, level};

    return db_transaction(db, level_add_work, &writing);
}

const struct statement provider_level_find_sql = {
    .name = "provider_level_find",
    .params = 1,
    .columns = 4,
    .text = "SELECT id, name, may_billing, may_autopay FROM security_level WHERE name = ?",
};

enum result provider_level_find(struct db *db, struct arena *arena, const char *name,
                                struct provider_level *out_level) {
    struct bind binds[] = {bind_text(name)};
    struct rows rows;
    enum result result = db_query(db, arena, &provider_level_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_level = (struct provider_level){row_int(&rows, 0, 0), row_text(&rows, 0, 1),
                                         row_int(&rows, 0, 2) != 0, row_int(&rows, 0, 3) != 0};
    return RESULT_OK;
}

const struct statement provider_level_change_sql = {
    .name = "provider_level_change",
    .params = 3,
    .text = "UPDATE security_level SET may_billing = ?, may_autopay = ? WHERE id = ?",
};

static enum result level_change_work(struct db *db, void *context) {
    const struct level_writing *writing = context;
    const struct provider_level *level = writing->level;
    struct bind binds[] = {bind_int(level->may_billing), bind_int(level->may_autopay),
                           bind_int(level->id)};
    char subject[SUBJECT_SIZE];
    enum result result = db_run(db, &provider_level_change_sql, binds, NULL, NULL);

    snprintf(subject, sizeof subject, "level:%lld", (long long)level->id);
    return result == RESULT_OK ? audit(db, writing->act, "level.change", 0, subject) : result;
}

const struct statement provider_level_accounts_sql = {
    .name = "provider_level_accounts",
    .params = 3,
    .columns = 1,
    .text = "SELECT DISTINCT account_id FROM account_user WHERE level_id = ? AND account_id > ?"
            " ORDER BY account_id LIMIT ?",
};

static enum result bump_work(struct db *db, void *context) {
    const struct rows *rows = context;
    enum result result = RESULT_OK;

    for (size_t row = 0; row < rows->count && result == RESULT_OK; row++)
        result = account_move(db, row_int(rows, row, 0), 0, 0);
    return result;
}

/* The first batch of accounts above *after_id. RESULT_NOT_FOUND: there is none. */
static enum result level_bump(struct db *db, int64_t level_id, int64_t *after_id) {
    struct arena *arena = arena_new(16 * 1024 * 1024);
    struct bind binds[] = {bind_int(level_id), bind_int(*after_id), bind_int(BUMP_BATCH)};
    struct rows rows;
    enum result result = db_query(db, arena, &provider_level_accounts_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        result = RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = db_transaction(db, bump_work, &rows);
    if (result == RESULT_OK)
        *after_id = row_int(&rows, rows.count - 1, 0);
    arena_free(arena);
    return result;
}

enum result provider_level_change(struct db *db, const struct provider_act *act,
                                  const struct provider_level *level) {
    struct level_writing writing = {act, level};
    int64_t after_id = 0;
    enum result result = db_transaction(db, level_change_work, &writing);

    while (result == RESULT_OK)
        result = level_bump(db, level->id, &after_id);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

/* In one statement: nobody gets the level between the look and the end of it. */
const struct statement provider_level_remove_sql = {
    .name = "provider_level_remove",
    .params = 2,
    .text = "DELETE FROM security_level WHERE id = ?"
            " AND NOT EXISTS (SELECT 1 FROM account_user m WHERE m.level_id = ?)",
};

static enum result level_remove_work(struct db *db, void *context) {
    const struct level_writing *writing = context;
    struct bind binds[] = {bind_int(writing->level->id), bind_int(writing->level->id)};
    char subject[SUBJECT_SIZE];
    enum result result = db_run_one(db, &provider_level_remove_sql, binds);

    snprintf(subject, sizeof subject, "level:%lld", (long long)writing->level->id);
    return result == RESULT_OK ? audit(db, writing->act, "level.remove", 0, subject) : result;
}

enum result provider_level_remove(struct db *db, const struct provider_act *act, int64_t level_id) {
    struct level_writing writing = {act, &(struct provider_level){.id = level_id}};

    return db_transaction(db, level_remove_work, &writing);
}

const struct statement provider_level_list_sql = {
    .name = "provider_level_list",
    .columns = 4,
    .text = "SELECT l.name, l.may_billing, l.may_autopay, COUNT(m.user_id)"
            " FROM security_level l LEFT JOIN account_user m ON m.level_id = l.id"
            " GROUP BY l.id ORDER BY l.name",
};

enum result provider_level_list(struct db *db, db_each_row each, void *context) {
    return db_each(db, &provider_level_list_sql, NULL, each, context);
}

/* ---- payment methods ---- */

const struct statement provider_method_add_sql = {
    .name = "provider_method_add",
    .params = 11,
    .text = "INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four,"
            " expires_on, holder, holder_type, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

struct method_adding {
    const struct provider_act *act;
    const struct provider_method *method;
    int64_t id;
};

static enum result method_add_work(struct db *db, void *context) {
    struct method_adding *adding = context;
    const struct provider_method *method = adding->method;
    struct bind binds[] = {
        bind_int(method->account_id),   bind_int(method->user_id),      bind_text(method->kind),
        bind_text(method->gateway),     bind_text(method->vault_id),    bind_text(method->brand),
        bind_text(method->last_four),   bind_date(method->expires_on),  bind_text(method->holder),
        bind_text(method->holder_type), bind_instant(adding->act->now),
    };
    char subject[SUBJECT_SIZE];
    uint64_t id = 0;
    enum result result = account_move(db, method->account_id, 0, 0);

    if (result == RESULT_OK)
        result = db_run(db, &provider_method_add_sql, binds, NULL, &id);
    if (result != RESULT_OK)
        return result;
    adding->id = (int64_t)id;
    snprintf(subject, sizeof subject, "method:%llu", (unsigned long long)id);
    return audit(db, adding->act, "method.add", method->account_id, subject);
}

enum result provider_method_add(struct db *db, const struct provider_act *act,
                                const struct provider_method *method, int64_t *out_id) {
    struct method_adding adding = {act, method, 0};
    enum result result = db_transaction(db, method_add_work, &adding);

    if (result == RESULT_OK)
        *out_id = adding.id;
    return result;
}

const struct statement provider_method_owner_sql = {
    .name = "provider_method_owner",
    .params = 2,
    .columns = 1,
    .text = "SELECT user_id FROM method WHERE account_id = ? AND id = ?"
            " AND state IN ('active', 'needs_attention')",
};

const struct statement provider_method_remove_sql = {
    .name = "provider_method_remove",
    .params = 3,
    .text = "UPDATE method SET state = 'removed', removed_at = ? WHERE account_id = ? AND id = ?"
            " AND state IN ('active', 'needs_attention')",
};

enum result provider_method_remove(struct db *db, struct arena *arena,
                                   const struct provider_act *act, int64_t account_id,
                                   int64_t method_id) {
    struct bind owner[] = {bind_int(account_id), bind_int(method_id)};
    struct bind binds[] = {bind_instant(act->now), bind_int(account_id), bind_int(method_id)};
    char subject[SUBJECT_SIZE], key[SUBJECT_SIZE];
    struct rows rows;
    enum result result = db_query(db, arena, &provider_method_owner_sql, owner, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    snprintf(subject, sizeof subject, "method:%lld", (long long)method_id);
    snprintf(key, sizeof key, "method_removed:%lld", (long long)method_id);
    result = db_run(db, &provider_method_remove_sql, binds, NULL, NULL);
    if (result == RESULT_OK)
        result = audit(db, act, "method.remove", account_id, subject);
    return result == RESULT_OK ? outbox_add(db, key, "method_removed", account_id,
                                            row_int(&rows, 0, 0), method_id, act->now)
                               : result;
}

const struct statement provider_method_list_sql = {
    .name = "provider_method_list",
    .params = 1,
    .columns = 11,
    .text = "SELECT m.id, u.email, m.kind, m.brand, m.last_four, m.expires_on, m.holder, m.state,"
            " m.created_at, m.used_at, m.vault_id FROM method m JOIN user u ON u.id = m.user_id"
            " WHERE m.account_id = ? ORDER BY m.id",
};

enum result provider_method_list(struct db *db, int64_t account_id, db_each_row each,
                                 void *context) {
    struct bind binds[] = {bind_int(account_id)};

    return db_each(db, &provider_method_list_sql, binds, each, context);
}
