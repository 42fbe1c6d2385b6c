/* draft_write_store.c - the writes of draft_store.h, and what an issued invoice and a notice do. */
#include "common/store/draft_store.h"

#include "common/core/text.h"

const struct statement draft_add_sql = {
    .name = "draft_add",
    .params = 11,
    .text = "INSERT INTO draft (account_id, enrolment_id, draft_on, state, reason, amount_cents,"
            " attempts, used_backup, retry_on, created_at, closed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static bool is_closed(enum draft_state state) {
    return state != DRAFT_OPEN && state != DRAFT_RETRY && state != DRAFT_PERSON;
}

enum result draft_add(struct db *db, const struct draft_row *draft, int64_t now, int64_t *out_id) {
    struct bind binds[] = {
        bind_int(draft->account_id),
        bind_int(draft->enrolment_id),
        bind_date(draft->draft_on),
        bind_text(draft_state_name(draft->state)),
        bind_text(draft_reason_name(draft->reason)),
        bind_int(draft->amount_cents),
        bind_int(draft->attempts),
        bind_int(draft->used_backup),
        bind_date(draft->retry_on),
        bind_instant(now),
        is_closed(draft->state) ? bind_instant(now) : bind_null(),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &draft_add_sql, binds, NULL, &id);

    if (out_id)
        *out_id = (int64_t)id;
    return result;
}

const struct statement draft_move_sql = {
    .name = "draft_move",
    .params = 10,
    .text = "UPDATE draft SET state = ?, reason = ?, amount_cents = ?, attempts = ?,"
            " used_backup = ?, retry_on = ?, closed_at = ? WHERE account_id = ? AND id = ?"
            " AND state = ?",
};

enum result draft_move(struct db *db, const struct draft_row *draft, enum draft_state from,
                       int64_t now) {
    struct bind binds[] = {
        bind_text(draft_state_name(draft->state)),
        bind_text(draft_reason_name(draft->reason)),
        bind_int(draft->amount_cents),
        bind_int(draft->attempts),
        bind_int(draft->used_backup),
        bind_date(draft->retry_on),
        is_closed(draft->state) ? bind_instant(now) : bind_null(),
        bind_int(draft->account_id),
        bind_int(draft->id),
        bind_text(draft_state_name(from)),
    };

    return db_run_one(db, &draft_move_sql, binds);
}

const struct statement draft_taken_sql = {
    .name = "draft_taken",
    .params = 3,
    .text = "UPDATE draft SET state = 'taken', reason = '', retry_on = NULL, closed_at = ?"
            " WHERE account_id = ? AND id = ? AND state IN ('open', 'retry', 'failed')",
};

enum result draft_taken(struct db *db, int64_t account_id, int64_t id, int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_int(account_id), bind_int(id)};

    return db_run(db, &draft_taken_sql, binds, NULL, NULL);
}

const struct statement draft_waiting_sql = {
    .name = "draft_waiting",
    .params = 2,
    .columns = 1,
    .text = "SELECT id FROM draft WHERE enrolment_id = ? AND state = 'retry' AND account_id = ?",
};

enum result draft_waiting(struct db *db, struct arena *arena, int64_t account_id,
                          int64_t enrolment_id, int64_t **out_list, size_t *out_count) {
    struct bind binds[] = {bind_int(enrolment_id), bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_waiting_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    int64_t *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = row_int(&rows, row, 0);
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

const struct statement split_plan_add_sql = {
    .name = "split_plan_add",
    .params = 5,
    .text = "INSERT INTO split_plan (account_id, enrolment_id, month_on, invoice_id, amount_cents)"
            " VALUES (?, ?, ?, ?, ?)",
};

enum result split_plan_add(struct db *db, int64_t account_id, int64_t enrolment_id,
                           struct date month_on, int64_t invoice_id, int64_t amount_cents) {
    struct bind binds[] = {bind_int(account_id), bind_int(enrolment_id), bind_date(month_on),
                           bind_int(invoice_id), bind_int(amount_cents)};

    return db_run(db, &split_plan_add_sql, binds, NULL, NULL);
}

const struct statement enrolment_advance_sql = {
    .name = "enrolment_advance",
    .params = 5,
    .text = "UPDATE enrolment SET next_on = ?, skip_on = ? WHERE account_id = ? AND id = ?"
            " AND state = 'active' AND next_on = ?",
};

enum result enrolment_advance(struct db *db, const struct draft_enrolment *enrolment,
                              struct date next_on, struct date skip_on) {
    struct bind binds[] = {bind_date(next_on), bind_date(skip_on), bind_int(enrolment->account_id),
                           bind_int(enrolment->id), bind_date(enrolment->next_on)};

    return db_run_one(db, &enrolment_advance_sql, binds);
}

/* ---- when an invoice is issued ---- */

const struct statement draft_joins_sql = {
    .name = "draft_joins",
    .params = 1,
    .columns = 5,
    .text = "SELECT c.enrolment_id, c.cover_key, e.issued_from, e.next_on, e.schedule = 'due_date'"
            " FROM enrolment_cover c"
            " JOIN enrolment e ON e.account_id = c.account_id AND e.id = c.enrolment_id"
            " WHERE c.account_id = ? AND c.active = 1",
};

const struct statement enrolment_join_sql = {
    .name = "enrolment_join",
    .params = 3,
    .text = "UPDATE enrolment SET next_on = ? WHERE account_id = ? AND id = ?"
            " AND state = 'active'",
};

static enum result join_chosen(struct db *db, struct arena *arena, int64_t account_id,
                               const struct cover_invoice *invoice, struct date due_on,
                               struct date today) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_joins_sql, binds, &rows);

    if (result != RESULT_OK || rows.count == 0)
        return result;
    struct enrolment_cover *covers = arena_array(arena, rows.count, sizeof *covers);
    for (size_t row = 0; row < rows.count; row++)
        covers[row] = (struct enrolment_cover){row_int(&rows, row, 0), row_text(&rows, row, 1),
                                               row_date(&rows, row, 2)};
    const struct enrolment_cover *chosen = enrolment_cover_choose(covers, rows.count, invoice);
    if (!chosen)
        return RESULT_OK;
    size_t at = (size_t)(chosen - covers);
    struct date next_on = row_date(&rows, at, 3);
    struct date joined = schedule_join_due_day(next_on, due_on, today);
    if (!row_int(&rows, at, 4) || (next_on.year && date_compare(joined, next_on) == 0))
        return RESULT_OK;
    struct bind move[] = {bind_date(joined), bind_int(account_id), bind_int(chosen->enrolment_id)};
    return db_run(db, &enrolment_join_sql, move, NULL, NULL);
}

enum result draft_join(struct db *db, int64_t account_id, int64_t invoice_id,
                       const char *billing_type, struct date issued_on, struct date due_on,
                       struct date today) {
    enum { ARENA_BYTES = 4 * 1024 * 1024 };
    struct arena *arena = arena_new(ARENA_BYTES);
    const struct cover_invoice invoice = {invoice_id, billing_type, issued_on};
    enum result result = join_chosen(db, arena, account_id, &invoice, due_on, today);

    arena_free(arena);
    return result;
}

/* ---- notices ---- */

static enum result dues_query(struct db *db, struct arena *arena, const struct statement *statement,
                              struct bind *binds, struct draft_dues *out_dues) {
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct draft_due *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct draft_due){row_int(&rows, row, 0), row_int(&rows, row, 1),
                                       row_int(&rows, row, 2)};
    *out_dues = (struct draft_dues){list, rows.count};
    return RESULT_OK;
}

const struct statement draft_notice_list_sql = {
    .name = "draft_notice_list",
    .params = 4,
    .columns = 3,
    .text = "SELECT e.account_id, e.id, e.user_id FROM enrolment e JOIN method m"
            " ON m.account_id = e.account_id AND m.id = e.method_id LEFT JOIN method b"
            " ON b.account_id = e.account_id AND b.id = e.backup_method_id"
            " WHERE e.state = 'active' AND e.next_on = ? AND e.id > ? AND (e.noticed_on IS NULL"
            " OR e.noticed_on <> e.next_on OR e.noticed_cents = 0) AND (e.skip_on IS NULL"
            " OR e.skip_on <> e.next_on) AND (m.kind = 'bank' OR (e.largest_cents IS NULL"
            " AND b.id IS NOT NULL AND b.kind = 'bank' AND b.holder_type <> 'business')) = ?"
            " ORDER BY e.id LIMIT ?",
};

enum result draft_notice_list(struct db *db, struct arena *arena, struct date day, bool is_bank,
                              int64_t after_id, int64_t limit, struct draft_dues *out_dues) {
    struct bind binds[] = {bind_date(day), bind_int(after_id), bind_int(is_bank), bind_int(limit)};

    return dues_query(db, arena, &draft_notice_list_sql, binds, out_dues);
}

const struct statement enrolment_noticed_sql = {
    .name = "enrolment_noticed",
    .params = 5,
    .text = "UPDATE enrolment SET noticed_on = next_on, noticed_cents = ? WHERE account_id = ?"
            " AND id = ? AND state = 'active' AND next_on = ? AND (noticed_on IS NULL"
            " OR noticed_on <> ? OR noticed_cents = 0)",
};

enum result enrolment_noticed(struct db *db, int64_t account_id, int64_t id, struct date next_on,
                              int64_t cents) {
    struct bind binds[] = {bind_int(cents), bind_int(account_id), bind_int(id), bind_date(next_on),
                           bind_date(next_on)};

    return db_run_one(db, &enrolment_noticed_sql, binds);
}

const struct statement enrolment_tell_sql = {
    .name = "enrolment_tell",
    .params = 7,
    .text = "UPDATE enrolment SET noticed_on = ?, noticed_cents = ?, next_on = ?,"
            " skip_on = IF(skip_on < ?, NULL, skip_on) WHERE account_id = ? AND id = ?"
            " AND state = 'active' AND next_on = ? AND (noticed_on IS NULL"
            " OR noticed_on < next_on OR noticed_cents = 0)",
};

enum result enrolment_tell(struct db *db, int64_t account_id, int64_t id, struct date next_on,
                           struct date noticed_on, int64_t cents) {
    struct bind binds[] = {bind_date(noticed_on), bind_int(cents),      bind_date(noticed_on),
                           bind_date(noticed_on), bind_int(account_id), bind_int(id),
                           bind_date(next_on)};

    return db_run_one(db, &enrolment_tell_sql, binds);
}

/* Once a day: which of all cards expire then is not indexed. */
const struct statement draft_expiring_list_sql = {
    .name = "draft_expiring_list",
    .params = 4,
    .columns = 3,
    .text = "SELECT m.account_id, m.user_id, m.id FROM method m WHERE m.id > ? AND m.kind = 'card'"
            " AND m.state = 'active' AND m.expires_on BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM"
            " enrolment e WHERE e.account_id = m.account_id AND e.method_id = m.id"
            " AND e.state = 'active') ORDER BY m.id LIMIT ?",
};

enum result draft_expiring_list(struct db *db, struct arena *arena, struct date from,
                                struct date through, int64_t after_id, int64_t limit,
                                struct draft_dues *out_dues) {
    struct bind binds[] = {bind_int(after_id), bind_date(from), bind_date(through),
                           bind_int(limit)};

    return dues_query(db, arena, &draft_expiring_list_sql, binds, out_dues);
}
