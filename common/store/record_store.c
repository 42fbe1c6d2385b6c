#include "common/store/record_store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/invoice_store.h"
#include "common/store/payment_store.h"
#include "common/store/user_store.h"

enum { KEY_SIZE = 64, SUBJECT_SIZE = 64 };

struct recording {
    struct arena *arena;
    const struct provider_act *act;
    const struct record *record;
    struct record_result *result;
};

/* The transaction is undone, and this is why. */
static enum result refused(struct recording *recording, enum record_end end, const char *number) {
    recording->result->end = end;
    recording->result->number = number;
    return RESULT_CONFLICT;
}

/* ---- what it covers ---- */

static int by_due(const void *a, const void *b) {
    const struct invoice *left = a, *right = b;
    int order = date_compare(left->figures.due_on, right->figures.due_on);

    return order ? order : (left->id > right->id) - (left->id < right->id);
}

static enum result named_read(struct db *db, struct recording *recording,
                              struct invoices *out_invoices) {
    const struct record *record = recording->record;
    struct invoice *list = arena_array(recording->arena, record->number_count, sizeof *list);

    for (size_t at = 0; at < record->number_count; at++) {
        struct invoice_line *lines;
        size_t count;
        enum result result = invoice_find(db, recording->arena, record->account_id,
                                          record->numbers[at], &list[at], &lines, &count);

        if (result == RESULT_NOT_FOUND)
            return refused(recording, RECORD_NO_INVOICE, record->numbers[at]);
        if (result != RESULT_OK)
            return result;
        if (*list[at].open_payment)
            return refused(recording, RECORD_BUSY, record->numbers[at]);
    }
    qsort(list, record->number_count, sizeof *list, by_due);
    *out_invoices = (struct invoices){list, record->number_count};
    return RESULT_OK;
}

static enum result covers_decide(struct db *db, struct recording *recording) {
    const struct record *record = recording->record;
    struct record_result *out = recording->result;
    struct invoices invoices;
    enum result result = record->number_count
                             ? named_read(db, recording, &invoices)
                             : invoice_payable(db, recording->arena, record->account_id,
                                               ALLOCATIONS_MAX, &invoices);

    if (result != RESULT_OK)
        return result;
    out->count = 0;
    out->free_cents = 0;
    for (size_t at = 0; at < invoices.count; at++) {
        const struct invoice *invoice = &invoices.list[at];
        int64_t free_cents = invoice_free_cents(&invoice->figures);

        if (*invoice->open_payment || free_cents <= 0)
            continue;
        out->numbers[out->count] = invoice->number;
        out->list[out->count++] = (struct allocation){invoice->id, free_cents, 0};
        out->free_cents = money_add(out->free_cents, free_cents);
    }
    if (allocate_amount(out->list, out->count, record->amount_cents) > 0)
        return refused(recording, RECORD_TOO_MUCH, "");
    /* The oldest come first, so what got nothing stands at the end. */
    out->count = allocation_pack(out->list, out->count);
    return RESULT_OK;
}

/* ---- writing ---- */

const struct statement record_payment_sql = {
    .name = "record_payment",
    .params = 12,
    .text = "INSERT INTO payment (account_id, reference, source, kind, method_text, amount_cents,"
            " state, note, external_reference, created_at, confirmed_at, closed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static enum result payment_write(struct db *db, const struct record *record, int64_t *out_id) {
    struct bind binds[] = {
        bind_int(record->account_id),
        bind_text(record->reference),
        bind_text("provider"),
        bind_text(record->kind),
        bind_text(record->method_text),
        bind_int(record->amount_cents),
        bind_text(payment_state_name(PAYMENT_SUCCEEDED)),
        bind_text(record->note),
        bind_text(record->external_reference),
        bind_instant(record->received_at),
        bind_instant(record->received_at),
        bind_instant(record->received_at),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &record_payment_sql, binds, NULL, &id);

    *out_id = (int64_t)id;
    return result;
}

const struct statement record_invoice_sql = {
    .name = "record_invoice",
    .params = 4,
    .text = "UPDATE invoice SET paid_cents = paid_cents + ? WHERE account_id = ? AND id = ?"
            " AND state = 'issued' AND total_cents - paid_cents - credited_cents - pending_cents"
            " >= ?",
};

static enum result covers_write(struct db *db, const struct recording *recording,
                                int64_t payment_id) {
    int64_t account_id = recording->record->account_id;
    enum result result = RESULT_OK;

    for (size_t at = 0; at < recording->result->count && result == RESULT_OK; at++) {
        const struct allocation *allocation = &recording->result->list[at];
        struct bind cover[] = {bind_int(account_id), bind_int(payment_id),
                               bind_int(allocation->invoice_id),
                               bind_int(allocation->amount_cents)};
        struct bind pay[] = {bind_int(allocation->amount_cents), bind_int(account_id),
                             bind_int(allocation->invoice_id), bind_int(allocation->amount_cents)};
        uint64_t changed = 0;

        result = db_run(db, &payment_cover_sql, cover, NULL, NULL);
        if (result == RESULT_OK)
            result = db_run(db, &record_invoice_sql, pay, &changed, NULL);
        /* The account's row is ours since the first statement, so nobody took it meanwhile. */
        if (result == RESULT_OK && changed != 1)
            result = RESULT_FAILED;
    }
    return result;
}

static enum result journal_write(struct db *db, const struct record *record, int64_t payment_id) {
    char key[KEY_SIZE];
    int64_t entry_id = 0;

    snprintf(key, sizeof key, "payment:%s:paid", record->reference);
    enum result result = journal_entry_add(db, record->account_id, key, "payment",
                                           record->received_at, payment_id, &entry_id);
    if (result == RESULT_OK)
        result = journal_post(db, record->account_id, entry_id, 0, "money", 0,
                              record->amount_cents);
    if (result == RESULT_OK)
        result = journal_post_allocations(db, record->account_id, entry_id, payment_id, -1);
    return result;
}

static enum result told_write(struct db *db, const struct recording *recording,
                              int64_t payment_id) {
    const struct record *record = recording->record;
    const struct provider_act *act = recording->act;
    char subject[SUBJECT_SIZE];
    enum result result = payment_event_add(db,
                                           &(struct payment_event){.account_id = record->account_id,
                                                                   .payment_id = payment_id,
                                                                   .at = act->now,
                                                                   .from = "",
                                                                   .to = PAYMENT_SUCCEEDED,
                                                                   .actor = act->actor,
                                                                   .detail = record->method_text});

    snprintf(subject, sizeof subject, "payment:%s", record->reference);
    if (result == RESULT_OK)
        result = audit_add(db, &(struct audit){.at = act->now,
                                               .actor = act->actor,
                                               .action = "payment.record",
                                               .account_id = record->account_id,
                                               .subject = subject,
                                               .address = "",
                                               .request_id = ""});
    return result;
}

static enum result record_work(struct db *db, void *context) {
    struct recording *recording = context;
    const struct record *record = recording->record;
    int64_t payment_id = 0;
    enum result result = account_move(db, record->account_id, 0, 0);

    recording->result->end = RECORD_DONE;
    if (result == RESULT_OK)
        result = covers_decide(db, recording);
    if (result == RESULT_OK)
        result = account_move(db, record->account_id, -record->amount_cents, 0);
    if (result != RESULT_OK)
        return result;
    result = payment_write(db, record, &payment_id);
    if (result == RESULT_CONFLICT)
        return refused(recording, RECORD_THERE, "");
    if (result == RESULT_OK)
        result = covers_write(db, recording, payment_id);
    if (result == RESULT_OK)
        result = journal_write(db, record, payment_id);
    return result == RESULT_OK ? told_write(db, recording, payment_id) : result;
}

enum result record_payment(struct db *db, struct arena *arena, const struct provider_act *act,
                           const struct record *record, struct record_result *out_result) {
    struct recording recording = {arena, act, record, out_result};

    assert(record->amount_cents > 0 && record->number_count <= ALLOCATIONS_MAX);
    enum result result = db_transaction(db, record_work, &recording);
    return result == RESULT_CONFLICT && out_result->end != RECORD_DONE ? RESULT_OK : result;
}

const struct statement record_find_sql = {
    .name = "record_find",
    .params = 2,
    .columns = 6,
    .text = "SELECT p.reference, a.number, p.account_id, p.id, p.amount_cents, p.confirmed_at"
            " FROM payment p JOIN account a ON a.id = p.account_id"
            " WHERE p.kind = ? AND p.external_reference = ?",
};

enum result record_find(struct db *db, struct arena *arena, const char *kind,
                        const char *external_reference, struct recorded *out_recorded) {
    struct bind binds[] = {bind_text(kind), bind_text(external_reference)};
    struct rows rows;
    enum result result = db_query(db, arena, &record_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_recorded = (struct recorded){row_text(&rows, 0, 0), row_text(&rows, 0, 1),
                                      row_int(&rows, 0, 2),  row_int(&rows, 0, 3),
                                      row_int(&rows, 0, 4),  row_instant(&rows, 0, 5)};
    return RESULT_OK;
}
