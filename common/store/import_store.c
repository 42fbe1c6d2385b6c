#include "common/store/import_store.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/money/money.h"
#include "common/store/charge_store.h"
#include "common/store/credit_store.h"
#include "common/store/draft_store.h"
#include "common/store/event_store.h"
#include "common/store/user_store.h"

enum { KEY_SIZE = 80, SUBJECT_SIZE = 64, PAPER_ARENA_BYTES = 64 * 1024 };

const struct statement import_known_sql = {
    .name = "import_known",
    .params = 1,
    .columns = 4,
    .text = "SELECT t.n, a.id, i.fingerprint, i.total_cents FROM JSON_TABLE(?, '$[*]' COLUMNS (n"
            " FOR ORDINALITY, account" IMPORT_JSON_NUMBER "'$.a', number" IMPORT_JSON_NUMBER
            "'$.k')) t"
            " LEFT JOIN account a ON a.number = t.account"
            " LEFT JOIN invoice i ON i.number = t.number "
            "ORDER BY t.n",
};

enum result import_known_find(struct db *db, struct arena *arena, const char *asked, size_t count,
                              struct import_known **out_list) {
    struct bind binds[] = {bind_text(asked)};
    struct rows rows;
    enum result result = db_query(db, arena, &import_known_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    assert(rows.count == count);
    struct import_known *list = arena_array(arena, count, sizeof *list);
    for (size_t row = 0; row < count; row++)
        list[row] = (struct import_known){
            .account_id = row_int(&rows, row, 1),
            .is_there = !row_is_null(&rows, row, 2),
            .fingerprint = row_bytes(&rows, row, 2, SECRET_HASH_BYTES),
            .total_cents = row_int(&rows, row, 3),
        };
    *out_list = list;
    return RESULT_OK;
}

const struct statement import_invoice_sql = {
    .name = "import_invoice",
    .params = 10,
    .text = "INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, terms,"
            " tax_cents, total_cents, fingerprint, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

const struct statement import_line_sql = {
    .name = "import_line",
    .params = 7,
    .text = "INSERT INTO invoice_line (account_id, invoice_id, line, description, quantity,"
            " price_cents, amount_cents) VALUES (?, ?, ?, ?, ?, ?, ?)",
};

static enum result line_write(struct db *db, const struct import_invoice *invoice, int64_t id,
                              size_t at, const struct import_line *line) {
    struct bind binds[] = {bind_int(invoice->account_id), bind_int(id),
                           bind_int((int64_t)at + 1),     bind_text(line->description),
                           bind_text(line->quantity),     bind_int(line->price_cents),
                           bind_int(line->amount_cents)};

    return db_run(db, &import_line_sql, binds, NULL, NULL);
}

static enum result lines_write(struct db *db, const struct import_invoice *invoice, int64_t id) {
    struct import_line fee = {"Paper Invoice Fee", "1", invoice->paper_fee_cents,
                              invoice->paper_fee_cents};
    enum result result = RESULT_OK;

    for (size_t at = 0; at < invoice->line_count && result == RESULT_OK; at++)
        result = line_write(db, invoice, id, at, &invoice->lines[at]);
    if (result == RESULT_OK && invoice->paper_fee_cents)
        result = line_write(db, invoice, id, invoice->line_count, &fee);
    return result;
}

/* What the customer owes for it. */
static int64_t issued_cents(const struct import_invoice *invoice) {
    return money_add(invoice->total_cents, invoice->paper_fee_cents);
}

/* Statements show it on the day it bears; one that comes ahead of its day is owed at once. */
static struct date booked_on(const struct import_invoice *invoice, int64_t now) {
    struct date today = instant_date(now);

    return date_compare(invoice->issued_on, today) > 0 ? today : invoice->issued_on;
}

static enum result journal_write(struct db *db, const struct import_invoice *invoice, int64_t id,
                                 int64_t now) {
    int64_t account_id = invoice->account_id, entry_id = 0;
    int64_t revenue = money_subtract(issued_cents(invoice), invoice->tax_cents);
    char key[KEY_SIZE];
    int line = 0;

    snprintf(key, sizeof key, "invoice:%s:issued", invoice->number);
    enum result result = journal_entry_add(
        db,
        &(struct journal_entry){.account_id = account_id,
                                .event_key = key,
                                .kind = "invoice",
                                .at = now,
                                .on_date = booked_on(invoice, now),
                                .balance_cents = issued_cents(invoice),
                                .tax_cents = invoice->tax_cents},
        &entry_id);
    if (result == RESULT_OK)
        result = journal_post(db, account_id, entry_id, line++, "receivable", id,
                              issued_cents(invoice));
    if (result == RESULT_OK && revenue)
        result = journal_post(db, account_id, entry_id, line++, "revenue", 0, -revenue);
    if (result == RESULT_OK && invoice->tax_cents)
        result = journal_post(db, account_id, entry_id, line++, "tax", 0, -invoice->tax_cents);
    return result;
}

struct importing {
    const struct provider_act *act;
    const struct import_terms *terms;
    struct import_step *step;
    struct import_invoice *const *list;
    size_t count;
};

/* To whoever may see the account's billing. What was issued long ago is no news. */
static enum result mail_write(struct db *db, const struct importing *importing,
                              const struct import_invoice *invoice, int64_t id) {
    struct date told_from = importing->terms->told_from;
    char key[KEY_SIZE];

    if (!told_from.year || date_compare(invoice->issued_on, told_from) < 0)
        return RESULT_OK;
    snprintf(key, sizeof key, "invoice_issued:%s", invoice->number);
    return outbox_add(db, key, "invoice_issued", invoice->account_id, 0, id, importing->act->now);
}

static enum result invoice_write(struct db *db, const struct importing *importing, size_t at) {
    const struct import_invoice *invoice = importing->list[at];
    int64_t now = importing->act->now;
    struct bind binds[] = {
        bind_int(invoice->account_id),
        bind_text(invoice->number),
        bind_text(invoice->billing_type),
        bind_date(invoice->issued_on),
        bind_date(invoice->due_on),
        bind_text(invoice->terms),
        bind_int(invoice->tax_cents),
        bind_int(issued_cents(invoice)),
        bind_bytes(invoice->fingerprint, SECRET_HASH_BYTES),
        bind_instant(now),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &import_invoice_sql, binds, NULL, &id);

    if (result == RESULT_OK)
        result = lines_write(db, invoice, (int64_t)id);
    if (result == RESULT_OK)
        result = journal_write(db, invoice, (int64_t)id, now);
    if (result == RESULT_OK && importing->terms->applies_credit)
        result = credit_apply_new(db, importing->act, invoice->account_id, (int64_t)id,
                                  issued_cents(invoice));
    if (result == RESULT_OK)
        result = mail_write(db, importing, invoice, (int64_t)id);
    /* Autopay looks at it on its due day. */
    if (result == RESULT_OK)
        result = draft_join(db, invoice->account_id, (int64_t)id, invoice->billing_type,
                            invoice->issued_on, invoice->due_on, instant_date(now));
    return result;
}

const struct statement import_paper_sql = {
    .name = "import_paper",
    .params = 1,
    .columns = 1,
    .text = "SELECT paper_bill FROM account WHERE id = ?",
};

/* The fee of one account's invoices, by its choice now: the account is ours since it was moved. */
static enum result paper_fee(struct db *db, const struct importing *importing, int64_t account_id,
                             int64_t *out_fee_cents) {
    struct bind binds[] = {bind_int(account_id)};
    struct arena *arena = arena_new(PAPER_ARENA_BYTES);
    struct rows rows;
    enum result result = db_query(db, arena, &import_paper_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_fee_cents = rows.count && row_int(&rows, 0, 0) ? importing->terms->paper_fee_cents : 0;
    arena_free(arena);
    return result;
}

/* Every account first, in ascending order, so that two imports do not wait for each other. */
static enum result accounts_take(struct db *db, const struct importing *importing) {
    enum result result = RESULT_OK;
    int64_t last_id = 0;

    for (size_t at = 0; at < importing->count && result == RESULT_OK; at++) {
        int64_t account_id = importing->list[at]->account_id;

        assert(account_id >= last_id);
        if (account_id != last_id)
            result = account_move(db, account_id, 0, 0);
        last_id = account_id;
    }
    return result;
}

static enum result accounts_move(struct db *db, const struct importing *importing) {
    /* Without a fee nothing is to be known of an account before its sum: one statement does. */
    enum result result = importing->terms->paper_fee_cents ? accounts_take(db, importing)
                                                           : RESULT_OK;

    for (size_t at = 0; at < importing->count && result == RESULT_OK;) {
        int64_t account_id = importing->list[at]->account_id, sum = 0, fee_cents = 0;

        if (importing->terms->paper_fee_cents)
            result = paper_fee(db, importing, account_id, &fee_cents);
        for (; at < importing->count && importing->list[at]->account_id == account_id; at++) {
            importing->list[at]->paper_fee_cents = fee_cents;
            sum = money_add(sum, issued_cents(importing->list[at]));
        }
        assert(at == importing->count || importing->list[at]->account_id > account_id);
        if (result == RESULT_OK)
            result = account_move(db, account_id, sum, 0);
    }
    return result;
}

static enum result import_work(struct db *db, void *context) {
    const struct importing *importing = context;
    char subject[SUBJECT_SIZE];
    enum result result = accounts_move(db, importing);

    for (size_t at = 0; at < importing->count && result == RESULT_OK; at++)
        result = invoice_write(db, importing, at);
    if (result != RESULT_OK)
        return result;
    importing->step->total_cents = importing->step->fee_cents = 0;
    for (size_t at = 0; at < importing->count; at++) {
        const struct import_invoice *invoice = importing->list[at];

        importing->step->total_cents = money_add(importing->step->total_cents,
                                                 issued_cents(invoice));
        importing->step->fee_cents = money_add(importing->step->fee_cents,
                                               invoice->paper_fee_cents);
    }
    result = import_file_step(db, importing->step);
    if (result != RESULT_OK || !importing->count)
        return result;
    snprintf(subject, sizeof subject, "import:%lld invoices:%zu",
             (long long)importing->step->import_id, importing->count);
    return audit_add(db, &(struct audit){.at = importing->act->now,
                                         .actor = importing->act->actor,
                                         .action = "invoice.import",
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

enum result import_write(struct db *db, const struct provider_act *act,
                         const struct import_terms *terms, struct import_step *step,
                         struct import_invoice *const *list, size_t count) {
    struct importing importing = {act, terms, step, list, count};

    assert(count <= IMPORT_BATCH_MAX);
    return db_transaction(db, import_work, &importing);
}
