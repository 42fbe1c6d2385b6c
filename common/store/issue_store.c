#include "common/store/issue_store.h"

#include <assert.h>
#include <stdio.h>

#include "common/core/secret.h"
#include "common/store/charge_store.h"
#include "common/store/draft_store.h"
#include "common/store/event_store.h"
#include "common/store/import_store.h"

enum { KEY_SIZE = 80 };

static enum result invoice_write(struct db *db, const struct issue *issue, int64_t *out_id) {
    /* No import makes it: whatever comes with its number has other figures. */
    static const unsigned char fingerprint[SECRET_HASH_BYTES];
    struct bind binds[] = {
        bind_int(issue->account_id),
        bind_text(issue->number),
        bind_text(issue->billing_type),
        bind_date(instant_date(issue->now)),
        bind_date(instant_date(issue->now)),
        bind_text(""),
        bind_int(0),
        bind_int(issue->amount_cents),
        bind_bytes(fingerprint, SECRET_HASH_BYTES),
        bind_instant(issue->now),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &import_invoice_sql, binds, NULL, &id);

    *out_id = (int64_t)id;
    return result;
}

static enum result line_write(struct db *db, const struct issue *issue, int64_t invoice_id) {
    struct bind binds[] = {
        bind_int(issue->account_id),  bind_int(invoice_id), bind_int(1),
        bind_text(issue->line),       bind_text("1"),       bind_int(issue->amount_cents),
        bind_int(issue->amount_cents)};

    return db_run(db, &import_line_sql, binds, NULL, NULL);
}

static enum result journal_write(struct db *db, const struct issue *issue, int64_t invoice_id) {
    int64_t account_id = issue->account_id, entry_id = 0;
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "invoice:%s:issued", issue->number);
    enum result result = journal_entry_add(
        db,
        &(struct journal_entry){.account_id = account_id,
                                .event_key = key,
                                .kind = issue->kind,
                                .at = issue->now,
                                .on_date = instant_date(issue->now),
                                .balance_cents = issue->amount_cents},
        &entry_id);
    if (result == RESULT_OK)
        result = journal_post(db, account_id, entry_id, 0, "receivable", invoice_id,
                              issue->amount_cents);
    if (result == RESULT_OK)
        result = journal_post(db, account_id, entry_id, 1, issue->ledger, 0, -issue->amount_cents);
    return result;
}

enum result issue_invoice(struct db *db, const struct issue *issue) {
    int64_t id = 0;

    assert(issue->amount_cents > 0);
    enum result result = invoice_write(db, issue, &id);
    if (result == RESULT_OK)
        result = line_write(db, issue, id);
    if (result == RESULT_OK)
        result = journal_write(db, issue, id);
    if (result == RESULT_OK)
        result = account_move(db, issue->account_id, issue->amount_cents, 0);
    if (result != RESULT_OK)
        return result;
    struct date today = instant_date(issue->now);
    return draft_join(db, issue->account_id, id, issue->billing_type, today, today, today);
}
