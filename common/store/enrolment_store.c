#include "common/store/enrolment_store.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"

#define ENROLMENT_COLUMNS                                                                          \
    "e.id, e.user_id, e.method_id, e.backup_method_id, e.schedule, e.scope, e.largest_cents,"      \
    " e.issued_from, e.began_on, e.next_on, e.skip_on, e.state, e.off_reason, e.created_at,"       \
    " e.changed_at, e.off_at, u.name, m.kind, m.brand, m.last_four, b.kind, b.brand, b.last_four," \
    " e.noticed_on, e.noticed_cents, m.kind = 'bank' AND m.holder_type <> 'business',"             \
    " b.kind = 'bank' AND b.holder_type <> 'business'"
#define ENROLMENT_FROM                                                                             \
    " FROM enrolment e JOIN user u ON u.id = e.user_id"                                            \
    " JOIN method m ON m.account_id = e.account_id AND m.id = e.method_id"                         \
    " LEFT JOIN method b ON b.account_id = e.account_id AND b.id = e.backup_method_id"
enum { ENROLMENT_COLUMN_COUNT = 27 };

static enum result enrolment_row(const struct rows *rows, size_t row, int64_t account_id,
                                 struct enrolment *out_enrolment) {
    *out_enrolment = (struct enrolment){
        .account_id = account_id,
        .id = row_int(rows, row, 0),
        .user_id = row_int(rows, row, 1),
        .method_id = row_int(rows, row, 2),
        .backup_method_id = row_int(rows, row, 3),
        .scope = row_text(rows, row, 5),
        .largest_cents = row_int(rows, row, 6),
        .issued_from = row_date(rows, row, 7),
        .began_on = row_date(rows, row, 8),
        .next_on = row_date(rows, row, 9),
        .skip_on = row_date(rows, row, 10),
        .is_active = text_equal(row_text(rows, row, 11), "active"),
        .off_reason = row_text(rows, row, 12),
        .created_at = row_instant(rows, row, 13),
        .changed_at = row_instant(rows, row, 14),
        .off_at = row_instant(rows, row, 15),
        .user_name = row_text(rows, row, 16),
        .method = {row_text(rows, row, 17), row_text(rows, row, 18), row_text(rows, row, 19),
                   row_int(rows, row, 25)},
        .backup = {row_text(rows, row, 20), row_text(rows, row, 21), row_text(rows, row, 22),
                   row_int(rows, row, 26)},
        .noticed_on = row_date(rows, row, 23),
        .noticed_cents = row_int(rows, row, 24),
    };
    /* The table's CHECK has the same words. */
    return schedule_parse(row_text(rows, row, 4), &out_enrolment->schedule) == RESULT_OK
               ? RESULT_OK
               : RESULT_FAILED;
}

/* ---- reading ---- */

/* Covers come with their enrolment, a row each, so that all of it is one round trip; they are put
 * in order here, because in SQL that would sort whole rows. */
const struct statement enrolment_list_sql = {
    .name = "enrolment_list",
    .params = 1,
    .columns = ENROLMENT_COLUMN_COUNT + 1,
    .text = "SELECT STRAIGHT_JOIN " ENROLMENT_COLUMNS ", c.cover_key" ENROLMENT_FROM
            " LEFT JOIN enrolment_cover c FORCE INDEX (PRIMARY) ON c.account_id = e.account_id"
            " AND c.enrolment_id = e.id AND c.active = 1"
            " WHERE e.account_id = ? AND e.state = 'active' ORDER BY e.id",
};

static void cover_add(struct enrolment *enrolment, const char **covers, const char *key) {
    size_t at = enrolment->cover_count++;

    for (; at && strcmp(covers[at - 1], key) > 0; at--)
        covers[at] = covers[at - 1];
    covers[at] = key;
    enrolment->covers = covers;
}

enum result enrolment_list(struct db *db, struct arena *arena, int64_t account_id, int64_t limit,
                           struct enrolments *out_enrolments) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    size_t count = 0, first = 0;
    enum result result = db_query(db, arena, &enrolment_list_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct enrolment *list = arena_array(arena, rows.count, sizeof *list);
    const char **keys = arena_array(arena, rows.count, sizeof *keys);
    for (size_t row = 0; row < rows.count; row++) {
        if (!count || list[count - 1].id != row_int(&rows, row, 0)) {
            if (count == (size_t)limit)
                break;
            result = enrolment_row(&rows, row, account_id, &list[count++]);
            if (result != RESULT_OK)
                return result;
            first = row;
        }
        if (!row_is_null(&rows, row, ENROLMENT_COLUMN_COUNT))
            cover_add(&list[count - 1], &keys[first], row_text(&rows, row, ENROLMENT_COLUMN_COUNT));
    }
    *out_enrolments = (struct enrolments){list, count};
    return RESULT_OK;
}

const struct statement enrolment_find_sql = {
    .name = "enrolment_find",
    .params = 2,
    .columns = ENROLMENT_COLUMN_COUNT,
    .text = "SELECT " ENROLMENT_COLUMNS ENROLMENT_FROM " WHERE e.account_id = ? AND e.id = ?",
};

const struct statement enrolment_own_covers_sql = {
    .name = "enrolment_own_covers",
    .params = 2,
    .columns = 1,
    .text = "SELECT cover_key FROM enrolment_cover WHERE account_id = ? AND enrolment_id = ?"
            " ORDER BY cover_key",
};

enum result enrolment_find(struct db *db, struct arena *arena, int64_t account_id, int64_t id,
                           struct enrolment *out_enrolment) {
    struct bind binds[] = {bind_int(account_id), bind_int(id)};
    struct rows rows, covers;
    enum result result = db_query(db, arena, &enrolment_find_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = db_query(db, arena, &enrolment_own_covers_sql, binds, &covers);
    if (result != RESULT_OK)
        return result;
    const char **keys = arena_array(arena, covers.count, sizeof *keys);
    for (size_t key = 0; key < covers.count; key++)
        keys[key] = row_text(&covers, key, 0);
    result = enrolment_row(&rows, 0, account_id, out_enrolment);
    out_enrolment->covers = keys;
    out_enrolment->cover_count = covers.count;
    return result;
}

const struct statement enrolment_facts_sql = {
    .name = "enrolment_facts",
    .params = 3,
    .columns = 10,
    .text = "SELECT u.is_active, l.may_autopay, m.is_remembered, m.state, m.gateway, m.kind,"
            " m.brand, m.last_four, m.expires_on, m.kind = 'bank' AND m.holder_type <> 'business'"
            " FROM method m JOIN user u ON u.id = m.user_id"
            " JOIN account_user au ON au.account_id = m.account_id AND au.user_id = u.id"
            " JOIN security_level l ON l.id = au.level_id"
            " WHERE m.account_id = ? AND m.id = ? AND m.user_id = ?",
};

enum result enrolment_facts(struct db *db, struct arena *arena, int64_t account_id, int64_t user_id,
                            int64_t method_id, struct enrolment_facts *out_facts) {
    struct bind binds[] = {bind_int(account_id), bind_int(method_id), bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &enrolment_facts_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_facts = (struct enrolment_facts){
        .user_may = row_int(&rows, 0, 0) && row_int(&rows, 0, 1),
        .is_remembered = row_int(&rows, 0, 2),
        .is_usable = text_equal(row_text(&rows, 0, 3), "active"),
        .is_new = text_equal(row_text(&rows, 0, 3), "new"),
        .gateway = row_text(&rows, 0, 4),
        .kind = row_text(&rows, 0, 5),
        .brand = row_text(&rows, 0, 6),
        .last_four = row_text(&rows, 0, 7),
        .expires_on = row_date(&rows, 0, 8),
        .is_persons = row_int(&rows, 0, 9),
    };
    return RESULT_OK;
}

/* ---- making and changing ---- */

const struct statement enrolment_cover_add_sql = {
    .name = "enrolment_cover_add",
    .params = 3,
    .text = "INSERT INTO enrolment_cover (account_id, enrolment_id, cover_key, active)"
            " VALUES (?, ?, ?, 1)",
};

static enum result covers_add(struct db *db, const struct enrolment *enrolment, int64_t id) {
    enum result result = RESULT_OK;

    assert(enrolment->cover_count > 0 && enrolment->cover_count <= ENROLMENT_COVERS_MAX);
    for (size_t key = 0; key < enrolment->cover_count && result == RESULT_OK; key++) {
        struct bind binds[] = {bind_int(enrolment->account_id), bind_int(id),
                               bind_text(enrolment->covers[key])};

        result = db_run(db, &enrolment_cover_add_sql, binds, NULL, NULL);
    }
    return result;
}

static struct bind bind_some(int64_t number) {
    return number ? bind_int(number) : bind_null();
}

const struct statement enrolment_add_sql = {
    .name = "enrolment_add",
    .params = 14,
    .text = "INSERT INTO enrolment (account_id, user_id, method_id, backup_method_id, schedule,"
            " scope, largest_cents, issued_from, began_on, next_on, noticed_on, noticed_cents,"
            " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

enum result enrolment_add(struct db *db, const struct enrolment *enrolment, int64_t *out_id) {
    struct bind binds[] = {
        bind_int(enrolment->account_id),
        bind_int(enrolment->user_id),
        bind_int(enrolment->method_id),
        bind_some(enrolment->backup_method_id),
        bind_text(schedule_name(enrolment->schedule)),
        bind_text(enrolment->scope),
        bind_some(enrolment->largest_cents),
        bind_date(enrolment->issued_from),
        bind_date(enrolment->began_on),
        bind_date(enrolment->next_on),
        bind_date(enrolment->noticed_on),
        bind_int(enrolment->noticed_cents),
        bind_instant(enrolment->created_at),
        bind_instant(enrolment->created_at),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &enrolment_add_sql, binds, NULL, &id);

    *out_id = (int64_t)id;
    return result == RESULT_OK ? covers_add(db, enrolment, (int64_t)id) : result;
}

/* changed_at may be the same second again, so that no row need change: that it is active is asked
 * of the covers, which an active one has and one that is off has not. */
const struct statement enrolment_change_sql = {
    .name = "enrolment_change",
    .params = 15,
    .text = "UPDATE enrolment SET method_id = ?, backup_method_id = ?, schedule = ?, scope = ?,"
            " largest_cents = ?, issued_from = ?, began_on = ?, next_on = ?, skip_on = ?,"
            " noticed_on = ?, noticed_cents = ?, changed_at = ? WHERE account_id = ? AND id = ? "
            "AND user_id = ? AND state = 'active'",
};

const struct statement enrolment_covers_clear_sql = {
    .name = "enrolment_covers_clear",
    .params = 2,
    .text = "DELETE FROM enrolment_cover WHERE account_id = ? AND enrolment_id = ? AND active = 1",
};

enum result enrolment_change(struct db *db, const struct enrolment *enrolment, int64_t now) {
    struct bind own[] = {bind_int(enrolment->account_id), bind_int(enrolment->id)};
    struct bind binds[] = {
        bind_int(enrolment->method_id),
        bind_some(enrolment->backup_method_id),
        bind_text(schedule_name(enrolment->schedule)),
        bind_text(enrolment->scope),
        bind_some(enrolment->largest_cents),
        bind_date(enrolment->issued_from),
        bind_date(enrolment->began_on),
        bind_date(enrolment->next_on),
        bind_date(enrolment->skip_on),
        bind_date(enrolment->noticed_on),
        bind_int(enrolment->noticed_cents),
        bind_instant(now),
        bind_int(enrolment->account_id),
        bind_int(enrolment->id),
        bind_int(enrolment->user_id),
    };
    uint64_t had = 0;
    enum result result = db_run(db, &enrolment_covers_clear_sql, own, &had, NULL);

    if (result == RESULT_OK && had == 0)
        return RESULT_CONFLICT;
    if (result == RESULT_OK)
        result = db_run(db, &enrolment_change_sql, binds, NULL, NULL);
    return result == RESULT_OK ? covers_add(db, enrolment, enrolment->id) : result;
}

const struct statement enrolment_cover_lose_sql = {
    .name = "enrolment_cover_lose",
    .params = 3,
    .text = "DELETE FROM enrolment_cover WHERE account_id = ? AND enrolment_id = ?"
            " AND cover_key = ? AND active = 1",
};

enum result enrolment_cover_lose(struct db *db, int64_t account_id, int64_t id,
                                 const char *cover_key) {
    struct bind binds[] = {bind_int(account_id), bind_int(id), bind_text(cover_key)};

    return db_run_one(db, &enrolment_cover_lose_sql, binds);
}

/* A second time in the same second changes nothing and is a conflict too: read it again then. */
const struct statement enrolment_skip_sql = {
    .name = "enrolment_skip",
    .params = 5,
    .text = "UPDATE enrolment SET skip_on = ?, changed_at = ? WHERE account_id = ? AND id = ?"
            " AND next_on = ? AND state = 'active'",
};

enum result enrolment_skip(struct db *db, int64_t account_id, int64_t id, struct date expected_on,
                           struct date skip_on, int64_t now) {
    struct bind binds[] = {bind_date(skip_on), bind_instant(now), bind_int(account_id),
                           bind_int(id), bind_date(expected_on)};

    return db_run_one(db, &enrolment_skip_sql, binds);
}

/* ---- ending ---- */

const struct statement enrolment_off_sql = {
    .name = "enrolment_off",
    .params = 5,
    .text = "UPDATE enrolment SET state = 'off', off_reason = ?, off_at = ?, changed_at = ?,"
            " next_on = NULL, skip_on = NULL WHERE account_id = ? AND id = ? AND state = 'active'",
};

const struct statement enrolment_cover_off_sql = {
    .name = "enrolment_cover_off",
    .params = 2,
    .text = "UPDATE enrolment_cover SET active = NULL WHERE account_id = ? AND enrolment_id = ?",
};

const struct statement enrolment_drafts_off_sql = {
    .name = "enrolment_drafts_off",
    .params = 3,
    .text = "UPDATE draft SET state = 'failed', reason = 'off', retry_on = NULL, closed_at = ?"
            " WHERE account_id = ? AND enrolment_id = ? AND state = 'retry'",
};

enum result enrolment_off(struct db *db, int64_t account_id, int64_t id, const char *reason,
                          int64_t now) {
    struct bind off[] = {bind_text(reason), bind_instant(now), bind_instant(now),
                         bind_int(account_id), bind_int(id)};
    struct bind own[] = {bind_int(account_id), bind_int(id)};
    struct bind drafts[] = {bind_instant(now), bind_int(account_id), bind_int(id)};
    enum result result = db_run_one(db, &enrolment_off_sql, off);

    if (result == RESULT_OK)
        result = db_run(db, &enrolment_cover_off_sql, own, NULL, NULL);
    return result == RESULT_OK ? db_run(db, &enrolment_drafts_off_sql, drafts, NULL, NULL) : result;
}

const struct statement enrolment_backup_off_sql = {
    .name = "enrolment_backup_off",
    .params = 2,
    .text = "UPDATE enrolment SET backup_method_id = NULL WHERE account_id = ?"
            " AND backup_method_id = ?",
};

/* Those of a method, or of a user: the other is 0. */
static enum result ended_of(struct db *db, struct arena *arena, int64_t account_id,
                            int64_t method_id, int64_t user_id, const char *reason, int64_t now,
                            struct enrolments *out_ended) {
    struct enrolments active;
    enum result result = enrolment_list(db, arena, account_id, ENROLMENTS_MAX, &active);

    *out_ended = (struct enrolments){0};
    if (result != RESULT_OK)
        return result;
    out_ended->list = active.list;
    for (size_t at = 0; at < active.count && result == RESULT_OK; at++) {
        struct enrolment ended = active.list[at];

        if (ended.method_id != method_id && ended.user_id != user_id)
            continue;
        result = enrolment_off(db, account_id, ended.id, reason, now);
        out_ended->list[out_ended->count++] = ended;
    }
    return result;
}

enum result enrolments_off_of_method(struct db *db, struct arena *arena, int64_t account_id,
                                     int64_t method_id, const char *reason, int64_t now,
                                     struct enrolments *out_ended) {
    struct bind binds[] = {bind_int(account_id), bind_int(method_id)};
    enum result result = ended_of(db, arena, account_id, method_id, 0, reason, now, out_ended);

    return result == RESULT_OK ? db_run(db, &enrolment_backup_off_sql, binds, NULL, NULL) : result;
}

/* A backup is its enrolment's user's own, so nothing else of theirs is left. */
enum result enrolments_off_of_user(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t user_id, const char *reason, int64_t now,
                                   struct enrolments *out_ended) {
    return ended_of(db, arena, account_id, 0, user_id, reason, now, out_ended);
}

/* ---- what happened lately ---- */

/* A draft knows how many attempts there were; the last one is the payment with that number. */
const struct statement enrolment_drafts_sql = {
    .name = "enrolment_drafts",
    .params = 2,
    .columns = 9,
    .text = "SELECT d.id, d.enrolment_id, d.draft_on, d.retry_on, d.state, d.reason,"
            " d.amount_cents, p.method_text, p.reference FROM draft d"
            " LEFT JOIN payment p ON p.draft_id = d.id AND p.attempt = d.attempts"
            " WHERE d.account_id = ? ORDER BY d.draft_on DESC, d.id DESC LIMIT ?",
};

enum result enrolment_drafts(struct db *db, struct arena *arena, int64_t account_id, int64_t limit,
                             struct enrolment_drafts *out_drafts) {
    struct bind binds[] = {bind_int(account_id), bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &enrolment_drafts_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct enrolment_draft *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct enrolment_draft){
            .id = row_int(&rows, row, 0),
            .enrolment_id = row_int(&rows, row, 1),
            .draft_on = row_date(&rows, row, 2),
            .retry_on = row_date(&rows, row, 3),
            .state = row_text(&rows, row, 4),
            .reason = row_text(&rows, row, 5),
            .amount_cents = row_int(&rows, row, 6),
            .method_text = row_text(&rows, row, 7),
            .payment_reference = row_text(&rows, row, 8),
        };
    *out_drafts = (struct enrolment_drafts){list, rows.count};
    return RESULT_OK;
}
