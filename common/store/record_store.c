#include "common/store/record_store.h"

#include <assert.h>
#include <stdio.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/credit_store.h"
#include "common/store/payment_store.h"
#include "common/store/user_store.h"

enum { SUBJECT_SIZE = 64, KEY_SIZE = 64 };

struct recording {
    struct arena *arena;
    const struct provider_act *act;
    const struct record *record;
    struct record_result *result;
};

/* The transaction is undone, and this is why. */
static enum result refused(struct recording *recording, enum record_end end) {
    recording->result->end = end;
    return RESULT_CONFLICT;
}

/* ---- what it covers ---- */

static enum result covers_decide(struct db *db, struct recording *recording) {
    const struct record *record = recording->record;
    struct record_result *out = recording->result;
    struct covers *covers = &out->covers;
    enum result result = covers_find(db, recording->arena, record->account_id, record->numbers,
                                     record->number_count, covers);

    if (result != RESULT_OK)
        return result;
    if (covers->end != COVER_FOUND)
        return refused(recording, covers->end == COVER_BUSY ? RECORD_BUSY : RECORD_NO_INVOICE);
    out->credit_cents = allocate_amount(covers->list, covers->count, record->amount_cents);
    /* Credit comes behind what is due, and that is not all covered. */
    if (out->credit_cents && (!record->may_be_credit || covers->has_more))
        return refused(recording, RECORD_TOO_MUCH);
    /* The oldest come first, so what got nothing stands at the end. */
    covers->count = allocation_pack(covers->list, covers->count);
    if (!out->credit_cents)
        return RESULT_OK;
    bool others_open = false;
    result = payment_others_open(db, recording->arena, record->account_id, 0, &others_open);
    return result == RESULT_OK && others_open ? refused(recording, RECORD_OTHERS_OPEN) : result;
}

/* ---- writing ---- */

const struct statement record_payment_sql = {
    .name = "record_payment",
    .params = 13,
    .text = "INSERT INTO payment (account_id, reference, source, kind, method_text, amount_cents,"
            " credit_cents, state, note, external_reference, created_at, confirmed_at, closed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static enum result payment_write(struct db *db, const struct recording *recording,
                                 int64_t *out_id) {
    const struct record *record = recording->record;
    struct bind binds[] = {
        bind_int(record->account_id),
        bind_text(record->reference),
        bind_text("provider"),
        bind_text(record->kind),
        bind_text(record->method_text),
        bind_int(record->amount_cents),
        bind_int(recording->result->credit_cents),
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

    for (size_t at = 0; at < recording->result->covers.count && result == RESULT_OK; at++) {
        const struct allocation *allocation = &recording->result->covers.list[at];
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

static enum result money_write(struct db *db, const struct recording *recording,
                               int64_t payment_id) {
    const struct record *record = recording->record;
    int64_t credit_cents = recording->result->credit_cents;
    enum result result = journal_payment_add(
        db, &(struct journal_payment){record->account_id, payment_id, record->reference,
                                      record->amount_cents, credit_cents, record->received_at});

    return result == RESULT_OK && credit_cents ? credit_move(db, record->account_id, credit_cents)
                                               : result;
}

static enum result told_write(struct db *db, const struct recording *recording,
                              int64_t payment_id) {
    const struct record *record = recording->record;
    const struct provider_act *act = recording->act;
    char subject[SUBJECT_SIZE], key[KEY_SIZE];
    enum result result = payment_event_add(db,
                                           &(struct payment_event){.account_id = record->account_id,
                                                                   .payment_id = payment_id,
                                                                   .at = act->now,
                                                                   .from = "",
                                                                   .to = PAYMENT_SUCCEEDED,
                                                                   .actor = act->actor,
                                                                   .detail = record->method_text});

    snprintf(key, sizeof key, "receipt:%s:%s", record->reference,
             payment_state_name(PAYMENT_SUCCEEDED));
    if (result == RESULT_OK && record->gets_receipt)
        result = outbox_add(db, key, "receipt", record->account_id, 0, payment_id, act->now);
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
        result = account_move(
            db, record->account_id,
            -money_subtract(record->amount_cents, recording->result->credit_cents), 0);
    if (result != RESULT_OK)
        return result;
    result = payment_write(db, recording, &payment_id);
    if (result == RESULT_CONFLICT)
        return refused(recording, RECORD_THERE);
    if (result == RESULT_OK)
        result = covers_write(db, recording, payment_id);
    if (result == RESULT_OK)
        result = money_write(db, recording, payment_id);
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
    .params = 3,
    .columns = 6,
    .text = "SELECT p.reference, p.id, p.amount_cents, p.credit_cents, p.confirmed_at, p.state"
            " FROM payment p WHERE p.account_id = ? AND p.kind = ? AND p.external_reference = ?",
};

enum result record_find(struct db *db, struct arena *arena, int64_t account_id, const char *kind,
                        const char *external_reference, struct recorded *out_recorded) {
    struct bind binds[] = {bind_int(account_id), bind_text(kind), bind_text(external_reference)};
    struct rows rows;
    enum result result = db_query(db, arena, &record_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_recorded = (struct recorded){
        .reference = row_text(&rows, 0, 0),
        .payment_id = row_int(&rows, 0, 1),
        .amount_cents = row_int(&rows, 0, 2),
        .credit_cents = row_int(&rows, 0, 3),
        .received_at = row_instant(&rows, 0, 4),
        .is_returned = text_equal(row_text(&rows, 0, 5), payment_state_name(PAYMENT_RETURNED)),
    };
    return RESULT_OK;
}
