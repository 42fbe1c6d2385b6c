#include "common/store/mail_draft_store.h"

#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"

/* One row by account and id. */
static enum result one_row(struct db *db, struct arena *arena, const struct statement *statement,
                           int64_t account_id, int64_t id, struct rows *out_rows) {
    struct bind binds[] = {bind_int(account_id), bind_int(id)};
    enum result result = db_query(db, arena, statement, binds, out_rows);

    return result == RESULT_OK && out_rows->count == 0 ? RESULT_NOT_FOUND : result;
}

const struct statement mail_enrolment_sql = {
    .name = "mail_enrolment",
    .params = 2,
    .columns = 11,
    .text = "SELECT e.method_id, e.schedule, e.next_on, e.noticed_on, e.noticed_cents, e.state,"
            " e.off_reason, e.largest_cents, m.kind = 'bank' AND m.holder_type <> 'business',"
            " b.kind = 'bank' AND b.holder_type <> 'business',"
            " IF(b.id IS NULL, '', CONCAT(b.brand, ' ending ', b.last_four)) FROM enrolment e"
            " JOIN method m ON m.account_id = e.account_id AND m.id = e.method_id"
            " LEFT JOIN method b ON b.account_id = e.account_id AND b.id = e.backup_method_id"
            " WHERE e.account_id = ? AND e.id = ?",
};

enum result mail_enrolment(struct db *db, struct arena *arena, int64_t account_id,
                           int64_t enrolment_id, struct mail_enrolment *out_enrolment) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_enrolment_sql, account_id, enrolment_id, &rows);

    if (result != RESULT_OK)
        return result;
    *out_enrolment = (struct mail_enrolment){
        .method_id = row_int(&rows, 0, 0),
        .next_on = row_date(&rows, 0, 2),
        .noticed_on = row_date(&rows, 0, 3),
        .noticed_cents = row_int(&rows, 0, 4),
        .is_active = text_equal(row_text(&rows, 0, 5), "active"),
        .off_reason = row_text(&rows, 0, 6),
        .largest_cents = row_int(&rows, 0, 7),
        .is_persons = row_int(&rows, 0, 8),
        .backup_is_persons = row_int(&rows, 0, 9),
        .backup_text = row_text(&rows, 0, 10),
    };
    return schedule_parse(row_text(&rows, 0, 1), &out_enrolment->schedule);
}

const struct statement mail_enrolment_covers_sql = {
    .name = "mail_enrolment_covers",
    .params = 2,
    .columns = 2,
    .text = "SELECT c.cover_key, i.number FROM enrolment_cover c LEFT JOIN invoice i"
            " ON c.cover_key LIKE 'invoice:%' AND i.account_id = c.account_id"
            " AND i.id = CAST(SUBSTRING(c.cover_key, 9) AS SIGNED)"
            " WHERE c.account_id = ? AND c.enrolment_id = ? ORDER BY c.cover_key",
};

static const char *cover_text(struct arena *arena, const struct rows *rows, size_t row) {
    const char *key = row_text(rows, row, 0);

    if (!row_is_null(rows, row, 1))
        return arena_format(arena, say("Invoice # %s"), row_text(rows, row, 1));
    return text_starts_with(key, "type:") ? key + strlen("type:") : say("All invoices");
}

enum result mail_enrolment_covers(struct db *db, struct arena *arena, int64_t account_id,
                                  int64_t enrolment_id, const char *const **out_list,
                                  size_t *out_count) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_enrolment_covers_sql, account_id, enrolment_id,
                                 &rows);

    if (result != RESULT_OK)
        return result;
    const char **list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = cover_text(arena, &rows, row);
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

const struct statement mail_draft_sql = {
    .name = "mail_draft",
    .params = 2,
    .columns = 6,
    .text = "SELECT e.method_id, d.draft_on, d.reason, d.amount_cents, p.method_text, d.retry_on"
            " FROM draft d"
            " JOIN enrolment e ON e.account_id = d.account_id AND e.id = d.enrolment_id"
            " LEFT JOIN payment p ON p.draft_id = d.id AND p.attempt = d.attempts"
            " WHERE d.account_id = ? AND d.id = ?",
};

enum result mail_draft(struct db *db, struct arena *arena, int64_t account_id, int64_t draft_id,
                       struct mail_draft *out_draft) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_draft_sql, account_id, draft_id, &rows);

    if (result != RESULT_OK)
        return result;
    *out_draft = (struct mail_draft){
        .method_id = row_int(&rows, 0, 0),
        .draft_on = row_date(&rows, 0, 1),
        .amount_cents = row_int(&rows, 0, 3),
        .method_text = row_text(&rows, 0, 4),
        .retry_on = row_date(&rows, 0, 5),
    };
    return draft_reason_parse(row_text(&rows, 0, 2), &out_draft->reason);
}

const struct statement mail_enrolment_consent_sql = {
    .name = "mail_enrolment_consent",
    .params = 2,
    .columns = 3,
    .text = "SELECT method_id, accepted_at, text FROM consent WHERE account_id = ?"
            " AND enrolment_id = ? ORDER BY id DESC LIMIT 1",
};

enum result mail_enrolment_consent(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t enrolment_id, struct mail_consent *out_consent) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_enrolment_consent_sql, account_id, enrolment_id,
                                 &rows);

    if (result == RESULT_OK)
        *out_consent = (struct mail_consent){.method_id = row_int(&rows, 0, 0),
                                             .accepted_at = row_instant(&rows, 0, 1),
                                             .text = row_text(&rows, 0, 2)};
    return result;
}

const struct statement mail_method_expiry_sql = {
    .name = "mail_method_expiry",
    .params = 2,
    .columns = 1,
    .text = "SELECT expires_on FROM method WHERE account_id = ? AND id = ?",
};

enum result mail_method_expiry(struct db *db, struct arena *arena, int64_t account_id,
                               int64_t method_id, struct date *out_expires_on) {
    struct rows rows;
    enum result result = one_row(db, arena, &mail_method_expiry_sql, account_id, method_id, &rows);

    if (result == RESULT_OK)
        *out_expires_on = row_date(&rows, 0, 0);
    return result;
}
