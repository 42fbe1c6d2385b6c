#include "common/store/provider_autopay_store.h"

const struct statement provider_autopay_list_sql = {
    .name = "provider_autopay_list",
    .params = 2,
    .columns = 14,
    .text =
        "SELECT CONCAT(a.number, '/', e.id), u.email, CONCAT(m.brand, ' ending ', m.last_four),"
        " IF(b.id IS NULL, '', CONCAT(b.brand, ' ending ', b.last_four)), e.schedule,"
        " (SELECT GROUP_CONCAT(IF(i.id IS NULL, c.cover_key, CONCAT('invoice:', i.number))"
        " ORDER BY c.cover_key SEPARATOR ', ') FROM enrolment_cover c LEFT JOIN invoice i"
        " ON c.cover_key LIKE 'invoice:%' AND i.account_id = c.account_id"
        " AND i.id = CAST(SUBSTRING(c.cover_key, 9) AS SIGNED)"
        " WHERE c.account_id = e.account_id AND c.enrolment_id = e.id),"
        " NULLIF(e.largest_cents, 0), e.next_on, e.skip_on, e.state, e.off_reason,"
        " e.off_note, d.draft_on, d.state"
        " FROM enrolment e JOIN account a ON a.id = e.account_id JOIN user u ON u.id = e.user_id"
        " JOIN method m ON m.account_id = e.account_id AND m.id = e.method_id"
        " LEFT JOIN method b ON b.account_id = e.account_id AND b.id = e.backup_method_id"
        " LEFT JOIN draft d ON d.enrolment_id = e.id AND d.draft_on = (SELECT MAX(l.draft_on)"
        " FROM draft l WHERE l.enrolment_id = e.id)"
        " WHERE ? = 0 OR e.account_id = ? ORDER BY a.number, e.id",
};

enum result provider_autopay_list(struct db *db, int64_t account_id, db_each_row each,
                                  void *context) {
    struct bind binds[] = {bind_int(account_id), bind_int(account_id)};

    return db_each(db, &provider_autopay_list_sql, binds, each, context);
}

const struct statement provider_autopay_note_sql = {
    .name = "provider_autopay_note",
    .params = 3,
    .text = "UPDATE enrolment SET off_note = ? WHERE account_id = ? AND id = ?",
};

enum result provider_autopay_note(struct db *db, int64_t account_id, int64_t id, const char *note) {
    struct bind binds[] = {bind_text(note), bind_int(account_id), bind_int(id)};

    return db_run(db, &provider_autopay_note_sql, binds, NULL, NULL);
}
