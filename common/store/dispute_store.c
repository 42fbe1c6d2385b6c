#include "common/store/dispute_store.h"

#include <stdio.h>

#include "common/store/charge_store.h"
#include "common/store/user_store.h"

enum { SUBJECT_SIZE = 64 };

const struct statement invoice_settled_sql = {
    .name = "invoice_settled",
    .params = 2,
    .text = "UPDATE refund_allocation f"
            " JOIN invoice i ON i.account_id = f.account_id AND i.id = f.invoice_id"
            " SET i.disputed_at = NULL WHERE f.account_id = ? AND f.refund_id = ?"
            " AND i.disputed_at IS NOT NULL AND i.is_open = 0",
};

enum result invoices_disputes_end(struct db *db, int64_t account_id, int64_t refund_id) {
    struct bind binds[] = {bind_int(account_id), bind_int(refund_id)};

    return db_run(db, &invoice_settled_sql, binds, NULL, NULL);
}

const struct statement invoice_dispute_sql = {
    .name = "invoice_dispute",
    .params = 3,
    .text = "UPDATE refund_allocation f"
            " JOIN invoice i ON i.account_id = f.account_id AND i.id = f.invoice_id"
            " SET i.disputed_at = COALESCE(i.disputed_at, ?)"
            " WHERE f.account_id = ? AND f.refund_id = ?",
};

const struct statement invoice_dispute_one_sql = {
    .name = "invoice_dispute_one",
    .params = 3,
    .text = "UPDATE invoice SET disputed_at = ? WHERE account_id = ? AND number = ?",
};

enum result invoices_dispute(struct db *db, int64_t account_id, int64_t refund_id,
                             const char *number, int64_t now) {
    struct bind binds[] = {bind_instant(now), bind_int(account_id), bind_int(refund_id)};
    struct bind one[] = {bind_instant(now), bind_int(account_id), bind_text(number)};
    enum result result = db_run(db, &invoice_dispute_sql, binds, NULL, NULL);

    return result == RESULT_OK && number ? db_run(db, &invoice_dispute_one_sql, one, NULL, NULL)
                                         : result;
}

const struct statement invoice_dispute_end_sql = {
    .name = "invoice_dispute_end",
    .params = 2,
    .text = "UPDATE invoice SET disputed_at = NULL WHERE account_id = ? AND id = ?"
            " AND disputed_at IS NOT NULL",
};

const struct statement invoice_dispute_find_sql = {
    .name = "invoice_dispute_find",
    .params = 1,
    .columns = 2,
    .text = "SELECT account_id, id FROM invoice WHERE number = ?",
};

struct ending {
    const struct provider_act *act;
    const char *number;
    int64_t account_id, invoice_id;
};

static enum result ending_work(struct db *db, void *context) {
    const struct ending *ending = context;
    struct bind binds[] = {bind_int(ending->account_id), bind_int(ending->invoice_id)};
    char subject[SUBJECT_SIZE];
    enum result result = account_move(db, ending->account_id, 0, 0);

    if (result == RESULT_OK)
        result = db_run_one(db, &invoice_dispute_end_sql, binds);
    snprintf(subject, sizeof subject, "invoice:%s", ending->number);
    return result == RESULT_OK ? audit_add(db, &(struct audit){.at = ending->act->now,
                                                               .actor = ending->act->actor,
                                                               .action = "invoice.undispute",
                                                               .account_id = ending->account_id,
                                                               .subject = subject,
                                                               .address = "",
                                                               .request_id = ""})
                               : result;
}

enum result invoice_dispute_end(struct db *db, struct arena *arena, const struct provider_act *act,
                                const char *number) {
    struct bind binds[] = {bind_text(number)};
    struct rows rows;
    enum result result = db_query(db, arena, &invoice_dispute_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    struct ending ending = {.act = act,
                            .number = number,
                            .account_id = row_int(&rows, 0, 0),
                            .invoice_id = row_int(&rows, 0, 1)};
    return db_transaction(db, ending_work, &ending);
}
