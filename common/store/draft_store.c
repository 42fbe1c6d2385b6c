#include "common/store/draft_store.h"

#include <assert.h>

#include "common/core/text.h"
#include "common/store/charge_store.h"

/* ---- what is due ---- */

/* By day: within one, ids rise along the index, however many there are. */
const struct statement draft_due_day_sql = {
    .name = "draft_due_day",
    .params = 2,
    .columns = 3,
    .text = "SELECT e.next_on, MIN(e.id), MAX(e.id) FROM enrolment e WHERE e.state = 'active'"
            " AND e.next_on = (SELECT MIN(f.next_on) FROM enrolment f WHERE f.state = 'active'"
            " AND f.next_on > ? AND f.next_on <= ?) GROUP BY e.next_on",
};

const struct statement draft_retry_day_sql = {
    .name = "draft_retry_day",
    .params = 2,
    .columns = 3,
    .text = "SELECT d.retry_on, MIN(d.id), MAX(d.id) FROM draft d WHERE d.state = 'retry'"
            " AND d.retry_on = (SELECT MIN(f.retry_on) FROM draft f WHERE f.state = 'retry'"
            " AND f.retry_on > ? AND f.retry_on <= ?) GROUP BY d.retry_on",
};

enum result draft_due_day(struct db *db, struct arena *arena, bool of_retries, struct date after,
                          struct date through, struct date *out_day, int64_t *out_first_id,
                          int64_t *out_last_id) {
    struct date from = after.year ? after : (struct date){1900, 1, 1};
    struct bind binds[] = {bind_date(from), bind_date(through)};
    struct rows rows;
    enum result result = db_query(db, arena, of_retries ? &draft_retry_day_sql : &draft_due_day_sql,
                                  binds, &rows);

    if (result != RESULT_OK)
        return result;
    *out_day = rows.count ? row_date(&rows, 0, 0) : (struct date){0};
    *out_first_id = rows.count ? row_int(&rows, 0, 1) : 0;
    *out_last_id = rows.count ? row_int(&rows, 0, 2) : 0;
    return RESULT_OK;
}

const struct statement draft_due_count_sql = {
    .name = "draft_due_count",
    .params = 2,
    .columns = 1,
    .text = "SELECT (SELECT COUNT(*) FROM enrolment WHERE state = 'active' AND next_on <= ?)"
            " + (SELECT COUNT(*) FROM draft WHERE state = 'retry' AND retry_on <= ?)",
};

enum result draft_due_count(struct db *db, struct arena *arena, struct date through,
                            int64_t *out_count) {
    struct bind binds[] = {bind_date(through), bind_date(through)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_due_count_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_count = row_int(&rows, 0, 0);
    return result;
}

const struct statement draft_due_list_sql = {
    .name = "draft_due_list",
    .params = 4,
    .columns = 3,
    .text = "SELECT account_id, id, 0 FROM enrolment WHERE state = 'active' AND next_on = ?"
            " AND id > ? AND id <= ? ORDER BY id LIMIT ?",
};

const struct statement draft_retry_list_sql = {
    .name = "draft_retry_list",
    .params = 4,
    .columns = 3,
    .text = "SELECT account_id, enrolment_id, id FROM draft WHERE state = 'retry' AND retry_on = ?"
            " AND id > ? AND id <= ? ORDER BY id LIMIT ?",
};

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

enum result draft_due_list(struct db *db, struct arena *arena, bool of_retries, struct date day,
                           int64_t after_id, int64_t last_id, int64_t limit,
                           struct draft_dues *out_dues) {
    struct bind binds[] = {bind_date(day), bind_int(after_id), bind_int(last_id), bind_int(limit)};

    return dues_query(db, arena, of_retries ? &draft_retry_list_sql : &draft_due_list_sql, binds,
                      out_dues);
}

/* ---- one of them ---- */

const struct statement draft_enrolment_sql = {
    .name = "draft_enrolment",
    .params = 2,
    .columns = 14,
    .text = "SELECT e.user_id, e.method_id, e.backup_method_id, e.schedule, e.largest_cents,"
            " e.began_on, e.next_on, e.skip_on, e.noticed_on, e.state,"
            " (SELECT COUNT(*) FROM draft d WHERE d.enrolment_id = e.id AND d.state = 'retry'),"
            " e.noticed_cents, m.kind = 'bank' AND m.holder_type <> 'business',"
            " b.kind = 'bank' AND b.holder_type <> 'business' FROM enrolment e"
            " JOIN method m ON m.account_id = e.account_id AND m.id = e.method_id"
            " LEFT JOIN method b ON b.account_id = e.account_id AND b.id = e.backup_method_id"
            " WHERE e.account_id = ? AND e.id = ?",
};

enum result draft_enrolment(struct db *db, struct arena *arena, int64_t account_id, int64_t id,
                            struct draft_enrolment *out_enrolment) {
    struct bind binds[] = {bind_int(account_id), bind_int(id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_enrolment_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_enrolment = (struct draft_enrolment){
        .account_id = account_id,
        .id = id,
        .user_id = row_int(&rows, 0, 0),
        .method_id = row_int(&rows, 0, 1),
        .backup_method_id = row_int(&rows, 0, 2),
        .largest_cents = row_int(&rows, 0, 4),
        .began_on = row_date(&rows, 0, 5),
        .next_on = row_date(&rows, 0, 6),
        .skip_on = row_date(&rows, 0, 7),
        .noticed_on = row_date(&rows, 0, 8),
        .is_active = text_equal(row_text(&rows, 0, 9), "active"),
        .waiting = row_int(&rows, 0, 10),
        .noticed_cents = row_int(&rows, 0, 11),
        .is_persons = row_int(&rows, 0, 12),
        .backup_is_persons = row_int(&rows, 0, 13),
    };
    return schedule_parse(row_text(&rows, 0, 3), &out_enrolment->schedule);
}

const struct statement draft_covers_sql = {
    .name = "draft_covers",
    .params = 1,
    .columns = 3,
    .text = "SELECT c.enrolment_id, c.cover_key, e.issued_from FROM enrolment_cover c"
            " JOIN enrolment e ON e.account_id = c.account_id AND e.id = c.enrolment_id"
            " WHERE c.account_id = ? AND c.active = 1",
};

enum result draft_covers(struct db *db, struct arena *arena, int64_t account_id,
                         struct enrolment_cover **out_list, size_t *out_count) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_covers_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct enrolment_cover *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct enrolment_cover){row_int(&rows, row, 0), row_text(&rows, row, 1),
                                             row_date(&rows, row, 2)};
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

/* Whether somebody holds it is asked of the key that lets one payment have it. */
const struct statement draft_invoices_sql = {
    .name = "draft_invoices",
    .params = 5,
    .columns = 7,
    .text = "SELECT i.id, i.number, i.billing_type, i.issued_on, i.due_on,"
            " IF(i.disputed_at IS NULL, i.total_cents - i.paid_cents - i.credited_cents -"
            " i.pending_cents, 0), o.payment_id FROM invoice i"
            " LEFT JOIN payment_allocation o ON o.invoice_id = i.id AND o.open = 1"
            " WHERE i.account_id = ? AND i.is_open = 1 AND (i.due_on > ? OR (i.due_on = ?"
            " AND i.id > ?)) ORDER BY i.due_on, i.id LIMIT ?",
};

enum result draft_invoices(struct db *db, struct arena *arena, int64_t account_id,
                           struct date due_on, int64_t after_id, int64_t limit,
                           struct draft_open_invoice **out_list, size_t *out_count) {
    struct date from = due_on.year ? due_on : (struct date){1900, 1, 1};
    struct bind binds[] = {bind_int(account_id), bind_date(from), bind_date(from),
                           bind_int(after_id), bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_invoices_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct draft_open_invoice *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++) {
        bool is_held = !row_is_null(&rows, row, 6);

        list[row] = (struct draft_open_invoice){
            .cover = {.id = row_int(&rows, row, 0),
                      .billing_type = row_text(&rows, row, 2),
                      .issued_on = row_date(&rows, row, 3)},
            .number = row_text(&rows, row, 1),
            .due_on = row_date(&rows, row, 4),
            .free_cents = is_held ? 0 : row_int(&rows, row, 5),
            .is_held = is_held,
        };
    }
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

const struct statement draft_find_sql = {
    .name = "draft_find",
    .params = 2,
    .columns = 10,
    .text = "SELECT d.enrolment_id, d.draft_on, d.retry_on, d.state, d.reason, d.amount_cents,"
            " d.attempts, d.used_backup, (SELECT MIN(l.draft_on) FROM draft l"
            " WHERE l.enrolment_id = d.enrolment_id AND l.draft_on > d.draft_on),"
            " e.changed_at > e.created_at AND e.changed_at >= d.created_at"
            " FROM draft d JOIN enrolment e ON e.account_id = d.account_id"
            " AND e.id = d.enrolment_id WHERE d.account_id = ? AND d.id = ?",
};

enum result draft_find(struct db *db, struct arena *arena, int64_t account_id, int64_t id,
                       struct draft_row *out_draft) {
    struct bind binds[] = {bind_int(account_id), bind_int(id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_draft = (struct draft_row){
        .account_id = account_id,
        .id = id,
        .enrolment_id = row_int(&rows, 0, 0),
        .draft_on = row_date(&rows, 0, 1),
        .retry_on = row_date(&rows, 0, 2),
        .amount_cents = row_int(&rows, 0, 5),
        .attempts = (int)row_int(&rows, 0, 6),
        .used_backup = row_int(&rows, 0, 7),
        .later_on = row_date(&rows, 0, 8),
        .is_older = row_int(&rows, 0, 9),
    };
    result = draft_state_parse(row_text(&rows, 0, 3), &out_draft->state);
    return result == RESULT_OK ? draft_reason_parse(row_text(&rows, 0, 4), &out_draft->reason)
                               : result;
}

const struct statement draft_of_day_sql = {
    .name = "draft_of_day",
    .params = 3,
    .columns = 1,
    .text = "SELECT state FROM draft WHERE enrolment_id = ? AND draft_on = ? AND account_id = ?",
};

enum result draft_of_day(struct db *db, struct arena *arena, int64_t account_id,
                         int64_t enrolment_id, struct date draft_on, enum draft_state *out_state) {
    struct bind binds[] = {bind_int(enrolment_id), bind_date(draft_on), bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_of_day_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    return rows.count ? draft_state_parse(row_text(&rows, 0, 0), out_state) : RESULT_NOT_FOUND;
}

const struct statement split_plan_list_sql = {
    .name = "split_plan_list",
    .params = 5,
    .columns = 3,
    .text =
        "SELECT s.invoice_id, s.amount_cents, CAST(COALESCE((SELECT SUM(a.amount_cents)"
        " FROM draft d JOIN payment p ON p.draft_id = d.id"
        " JOIN payment_allocation a ON a.account_id = p.account_id AND a.payment_id = p.id"
        " WHERE d.enrolment_id = ? AND d.draft_on = ? AND a.invoice_id = s.invoice_id"
        " AND p.state IN ('pending', 'succeeded', 'partly_refunded', 'refunded')), 0) AS SIGNED)"
        " FROM split_plan s WHERE s.account_id = ? AND s.enrolment_id = ? AND s.month_on = ?",
};

enum result split_plan_list(struct db *db, struct arena *arena, int64_t account_id,
                            int64_t enrolment_id, struct date month_on,
                            struct draft_planned **out_list, size_t *out_count) {
    struct bind binds[] = {bind_int(enrolment_id), bind_date(month_on), bind_int(account_id),
                           bind_int(enrolment_id), bind_date(month_on)};
    struct rows rows;
    enum result result = db_query(db, arena, &split_plan_list_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct draft_planned *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct draft_planned){row_int(&rows, row, 0), row_int(&rows, row, 1),
                                           row_int(&rows, row, 2)};
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

/* A failed one without a class: our own settings' fault, or too much for the gateway. */
const struct statement draft_tries_sql = {
    .name = "draft_tries",
    .params = 3,
    .columns = 1,
    .text = "SELECT COUNT(*) FROM payment FORCE INDEX (payment_method_tries) WHERE account_id = ?"
            " AND method_id = ? AND source = 'autopay' AND created_at >= ?"
            " AND state <> 'not_charged' AND NOT (state = 'failed' AND decline_class = '')",
};

enum result draft_tries(struct db *db, struct arena *arena, int64_t account_id, int64_t method_id,
                        int64_t since, int *out_tries) {
    struct bind binds[] = {bind_int(account_id), bind_int(method_id), bind_instant(since)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_tries_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_tries = (int)row_int(&rows, 0, 0);
    return result;
}

/* A failed one without a class was our own settings' fault, or too much for the gateway: that says
 * nothing about the method. */
const struct statement draft_attempts_sql = {
    .name = "draft_attempts",
    .params = 1,
    .columns = 5,
    .text = "SELECT id, method_id, state, decline_class, attempt FROM payment WHERE draft_id = ?"
            " ORDER BY attempt",
};

enum result draft_attempts(struct db *db, struct arena *arena, int64_t draft_id,
                           int64_t own_method_id, struct draft_attempts *out_attempts) {
    struct bind binds[] = {bind_int(draft_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_attempts_sql, binds, &rows);

    *out_attempts = (struct draft_attempts){0};
    for (size_t row = 0; result == RESULT_OK && row < rows.count; row++) {
        bool is_declined = text_equal(row_text(&rows, row, 2), "declined");
        const char *class = row_text(&rows, row, 3);

        out_attempts->declines += is_declined;
        if (text_equal(row_text(&rows, row, 2), "returned")) {
            out_attempts->returns++;
            out_attempts->returned_id = row_int(&rows, row, 0);
            out_attempts->returned_method_id = row_int(&rows, row, 1);
        }
        if (row_int(&rows, row, 1) == own_method_id &&
            (is_declined ? !text_equal(class, "soft") : text_equal(class, "refused")))
            out_attempts->first_refused = true;
    }
    return result;
}

const struct statement draft_attempt_sql = {
    .name = "draft_attempt",
    .params = 2,
    .columns = 2,
    .text = "SELECT method_id, attempt FROM payment WHERE account_id = ? AND id = ?",
};

enum result draft_attempt(struct db *db, struct arena *arena, int64_t account_id,
                          int64_t payment_id, int64_t *out_method_id, int *out_attempt) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_attempt_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_method_id = row_int(&rows, 0, 0);
    *out_attempt = (int)row_int(&rows, 0, 1);
    return RESULT_OK;
}

const struct statement draft_repeat_sql = {
    .name = "draft_repeat",
    .params = 2,
    .columns = 4,
    .text = "SELECT a.invoice_id, a.amount_cents, IF(i.state = 'issued' AND o.payment_id IS NULL,"
            " i.total_cents - i.paid_cents - i.credited_cents - i.pending_cents, 0), i.number"
            " FROM payment_allocation a"
            " JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id"
            " LEFT JOIN payment_allocation o ON o.invoice_id = a.invoice_id AND o.open = 1"
            " WHERE a.account_id = ? AND a.payment_id = ? ORDER BY i.due_on, i.id",
};

enum result draft_repeat(struct db *db, struct arena *arena, int64_t account_id, int64_t payment_id,
                         struct draft_taking *out_taking, const char **out_numbers) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_repeat_sql, binds, &rows);

    *out_taking = (struct draft_taking){.amount = DRAFT_TAKES};
    if (result != RESULT_OK)
        return result;
    assert(rows.count <= ALLOCATIONS_MAX);
    for (size_t row = 0; row < rows.count; row++) {
        out_taking->list[row] = (struct allocation){.invoice_id = row_int(&rows, row, 0),
                                                    .amount_cents = row_int(&rows, row, 1),
                                                    .free_cents = row_int(&rows, row, 2)};
        out_numbers[row] = row_text(&rows, row, 3);
    }
    out_taking->count = rows.count;
    out_taking->amount_cents = allocation_sum(out_taking->list, rows.count);
    return RESULT_OK;
}

const struct statement draft_account_sql = {
    .name = "draft_account",
    .params = 1,
    .columns = 1,
    .text = "SELECT number FROM account WHERE id = ?",
};

enum result draft_account(struct db *db, struct arena *arena, int64_t account_id,
                          const char **out_number) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &draft_account_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_number = row_text(&rows, 0, 0);
    return result;
}
