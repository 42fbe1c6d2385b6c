#include "common/store/void_store.h"

#include <assert.h>
#include <stdio.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/charge_store.h"
#include "common/store/credit_store.h"
#include "common/store/event_store.h"
#include "common/store/user_store.h"

enum { KEY_SIZE = 80, SUBJECT_SIZE = 64, TRIES = 3, PAYMENTS_MAX = 400 };

struct voiding {
    struct arena *arena;
    const struct provider_act *act;
    const char *number, *note;
    struct void_told *told;
    int64_t invoice_id;
    int64_t total_cents, tax_cents, paid_cents, credited_cents;
    int64_t applied_cents; /* of credited: from the account's credit; the rest are refunds */
    struct rows payments;
};

/* The transaction is undone, and this is why. */
static enum result refused(const struct voiding *voiding, enum void_end end) {
    voiding->told->end = end;
    return RESULT_CONFLICT;
}

/* ---- what there is ---- */

const struct statement void_find_sql = {
    .name = "void_find",
    .params = 1,
    .columns = 9,
    .text = "SELECT i.account_id, i.id, i.state, i.total_cents, i.tax_cents, i.paid_cents,"
            " i.credited_cents, i.pending_cents, a.number FROM invoice i JOIN account a ON a.id ="
            " i.account_id WHERE i.number = ?",
};

static enum result invoice_look(struct db *db, struct voiding *voiding, bool *out_is_void) {
    struct bind binds[] = {bind_text(voiding->number)};
    struct void_told *told = voiding->told;
    struct rows rows;
    enum result result = db_query(db, voiding->arena, &void_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return refused(voiding, VOID_NO_INVOICE);
    told->account_id = row_int(&rows, 0, 0);
    told->account = row_text(&rows, 0, 8);
    told->pending_cents = row_int(&rows, 0, 7);
    voiding->invoice_id = row_int(&rows, 0, 1);
    voiding->total_cents = row_int(&rows, 0, 3);
    voiding->tax_cents = row_int(&rows, 0, 4);
    voiding->paid_cents = row_int(&rows, 0, 5);
    voiding->credited_cents = row_int(&rows, 0, 6);
    *out_is_void = text_equal(row_text(&rows, 0, 2), "void");
    return RESULT_OK;
}

/* reference, payment id, state, cents of it that are on the invoice, an open refund's reference */
const struct statement void_payments_sql = {
    .name = "void_payments",
    .params = 3,
    .columns = 5,
    .text = "SELECT p.reference, p.id, p.state, a.amount_cents - a.refunded_cents, r.reference"
            " FROM payment_allocation a JOIN payment p ON p.account_id = a.account_id AND p.id ="
            " a.payment_id LEFT JOIN refund r ON r.payment_id = p.id AND r.open = 1 WHERE"
            " a.account_id = ? AND a.invoice_id = ? ORDER BY p.id LIMIT ?",
};

static bool row_is_money(const struct rows *rows, size_t row) {
    enum payment_state state;

    return payment_state_parse(row_text(rows, row, 2), &state) == RESULT_OK &&
           payment_is_money(state);
}

static bool row_reserves(const struct rows *rows, size_t row) {
    enum payment_state state;

    return payment_state_parse(row_text(rows, row, 2), &state) == RESULT_OK &&
           payment_reserves(state);
}

static enum result payments_look(struct db *db, struct voiding *voiding) {
    struct bind binds[] = {bind_int(voiding->told->account_id), bind_int(voiding->invoice_id),
                           bind_int(PAYMENTS_MAX + 1)};
    struct rows *rows = &voiding->payments;
    int64_t paid_cents = 0;
    enum result result = db_query(db, voiding->arena, &void_payments_sql, binds, rows);

    if (result != RESULT_OK)
        return result;
    for (size_t row = 0; row < rows->count; row++) {
        voiding->told->reference = row_text(rows, row, 0);
        if (row_reserves(rows, row))
            return refused(voiding, VOID_PENDING);
        /* What it will take from the invoice is decided already. */
        if (!row_is_null(rows, row, 4))
            return refused(voiding, VOID_REFUND);
        if (row_is_money(rows, row))
            paid_cents = money_add(paid_cents, row_int(rows, row, 3));
    }
    if (rows->count > PAYMENTS_MAX)
        return refused(voiding, VOID_TOO_MANY);
    voiding->told->reference = "";
    if (voiding->told->pending_cents)
        return refused(voiding, VOID_PENDING);
    /* The books disagree: `remit check` says how, and nothing is made worse. */
    return paid_cents == voiding->paid_cents ? RESULT_OK : RESULT_FAILED;
}

const struct statement void_applied_sql = {
    .name = "void_applied",
    .params = 2,
    .columns = 1,
    .text = "SELECT CAST(COALESCE(SUM(-q.amount_cents), 0) AS SIGNED) FROM journal_posting q"
            " STRAIGHT_JOIN journal_entry e ON e.account_id = q.account_id AND e.id = q.entry_id"
            " WHERE q.account_id = ? AND q.invoice_id = ? AND q.ledger = 'receivable' AND e.kind"
            " = 'credit' AND e.event_key LIKE 'credit:%'",
};

static enum result applied_look(struct db *db, struct voiding *voiding) {
    struct bind binds[] = {bind_int(voiding->told->account_id), bind_int(voiding->invoice_id)};
    struct rows rows;

    if (!voiding->credited_cents)
        return RESULT_OK;
    enum result result = db_query(db, voiding->arena, &void_applied_sql, binds, &rows);
    if (result == RESULT_OK)
        voiding->applied_cents = row_int(&rows, 0, 0);
    return result;
}

/* ---- what becomes of it ---- */

const struct statement void_invoice_sql = {
    .name = "void_invoice",
    .params = 5,
    .text = "UPDATE invoice SET state = 'void', paid_cents = 0, voided_at = ?, void_note = ?"
            " WHERE account_id = ? AND id = ? AND state = 'issued' AND pending_cents = 0 AND"
            " paid_cents = ?",
};

const struct statement void_allocation_sql = {
    .name = "void_allocation",
    .params = 6,
    .text = "UPDATE payment_allocation SET moved_cents = moved_cents + ?, amount_cents ="
            " amount_cents - ? WHERE account_id = ? AND payment_id = ? AND invoice_id = ? AND"
            " amount_cents - refunded_cents = ?",
};

const struct statement void_payment_sql = {
    .name = "void_payment",
    .params = 4,
    .text = "UPDATE payment SET credit_cents = credit_cents + ?, moved_cents = moved_cents + ?"
            " WHERE account_id = ? AND id = ?",
};

static enum result payments_move(struct db *db, const struct voiding *voiding) {
    int64_t account_id = voiding->told->account_id;
    const struct rows *rows = &voiding->payments;
    enum result result = RESULT_OK;

    for (size_t row = 0; row < rows->count && result == RESULT_OK; row++) {
        int64_t cents = row_int(rows, row, 3), payment_id = row_int(rows, row, 1);
        struct bind move[] = {bind_int(cents),
                              bind_int(cents),
                              bind_int(account_id),
                              bind_int(payment_id),
                              bind_int(voiding->invoice_id),
                              bind_int(cents)};
        struct bind take[] = {bind_int(cents), bind_int(cents), bind_int(account_id),
                              bind_int(payment_id)};

        if (!cents || !row_is_money(rows, row))
            continue;
        result = db_run_one(db, &void_allocation_sql, move);
        if (result == RESULT_OK)
            result = db_run_one(db, &void_payment_sql, take);
    }
    /* The account is ours since the first statement: nobody moved them meanwhile. */
    return result == RESULT_CONFLICT ? RESULT_FAILED : result;
}

const struct statement void_issued_sql = {
    .name = "void_issued",
    .params = 2,
    .columns = 2,
    .text = "SELECT q.ledger, q.amount_cents FROM journal_entry e JOIN journal_posting q ON"
            " q.account_id = e.account_id AND q.entry_id = e.id WHERE e.account_id = ? AND"
            " e.event_key = ? AND q.ledger <> 'receivable' ORDER BY q.line",
};

/* The other side of what it was issued against: revenue, tax; of an adjustment that. */
static enum result issued_reverse(struct db *db, const struct voiding *voiding, int64_t entry_id,
                                  int *line) {
    int64_t account_id = voiding->told->account_id, sum = 0;
    char key[KEY_SIZE];
    struct rows rows;

    snprintf(key, sizeof key, "invoice:%s:issued", voiding->number);
    struct bind binds[] = {bind_int(account_id), bind_text(key)};
    enum result result = db_query(db, voiding->arena, &void_issued_sql, binds, &rows);
    for (size_t row = 0; result == RESULT_OK && row < rows.count; row++) {
        sum = money_add(sum, row_int(&rows, row, 1));
        result = journal_post(db, account_id, entry_id, (*line)++, row_text(&rows, row, 0), 0,
                              -row_int(&rows, row, 1));
    }
    if (result == RESULT_OK && sum != -voiding->total_cents)
        return RESULT_FAILED;
    return result;
}

static enum result journal_write(struct db *db, const struct voiding *voiding) {
    const struct void_told *told = voiding->told;
    int64_t account_id = told->account_id, entry_id = 0;
    int64_t refunded = money_subtract(voiding->credited_cents, voiding->applied_cents);
    /* What was paid is due again for as long as this entry takes. */
    int64_t receivable = money_subtract(voiding->credited_cents + voiding->paid_cents,
                                        voiding->total_cents);
    char key[KEY_SIZE];
    int line = 0;

    snprintf(key, sizeof key, "invoice:%s:void", voiding->number);
    enum result result = journal_entry_add(
        db,
        &(struct journal_entry){.account_id = account_id,
                                .event_key = key,
                                .kind = "void",
                                .at = voiding->act->now,
                                .on_date = instant_date(voiding->act->now),
                                .balance_cents = receivable - told->credit_cents,
                                .tax_cents = -voiding->tax_cents},
        &entry_id);
    if (result == RESULT_OK && receivable)
        result = journal_post(db, account_id, entry_id, line++, "receivable", voiding->invoice_id,
                              receivable);
    if (result == RESULT_OK)
        result = issued_reverse(db, voiding, entry_id, &line);
    if (result == RESULT_OK && told->credit_cents)
        result = journal_post(db, account_id, entry_id, line++, "credit", 0, -told->credit_cents);
    /* What a refund had credited went out as money, and was never revenue. */
    if (result == RESULT_OK && refunded)
        result = journal_post(db, account_id, entry_id, line++, "adjustment", 0, -refunded);
    return result;
}

static enum result invoice_write(struct db *db, const struct voiding *voiding) {
    const struct void_told *told = voiding->told;
    const struct provider_act *act = voiding->act;
    struct bind binds[] = {bind_instant(act->now), bind_text(voiding->note),
                           bind_int(told->account_id), bind_int(voiding->invoice_id),
                           bind_int(voiding->paid_cents)};
    char subject[SUBJECT_SIZE];
    enum result result = db_run_one(db, &void_invoice_sql, binds);

    if (result == RESULT_CONFLICT)
        result = RESULT_FAILED;
    if (result == RESULT_OK)
        result = payments_move(db, voiding);
    if (result == RESULT_OK)
        result = account_move(db, told->account_id, -told->due_cents, 0);
    if (result == RESULT_OK && told->credit_cents)
        result = credit_move(db, told->account_id, told->credit_cents);
    if (result == RESULT_OK)
        result = journal_write(db, voiding);
    snprintf(subject, sizeof subject, "invoice:%s", voiding->number);
    return result == RESULT_OK ? audit_add(db, &(struct audit){.at = act->now,
                                                               .actor = act->actor,
                                                               .action = "invoice.void",
                                                               .account_id = told->account_id,
                                                               .subject = subject,
                                                               .address = "",
                                                               .request_id = ""})
                               : result;
}

static enum result void_work(struct db *db, void *context) {
    struct voiding *voiding = context;
    struct void_told *told = voiding->told;
    bool is_void = false;

    *told = (struct void_told){
        .end = VOID_DONE, .account = "", .reference = "", .account_id = told->account_id};
    /* Which account it is was read before, and never changes. */
    enum result result = account_move(db, told->account_id, 0, 0);
    if (result == RESULT_OK)
        result = invoice_look(db, voiding, &is_void);
    if (result == RESULT_OK && is_void)
        return refused(voiding, VOID_AGAIN);
    if (result == RESULT_OK)
        result = payments_look(db, voiding);
    if (result == RESULT_OK)
        result = applied_look(db, voiding);
    if (result != RESULT_OK)
        return result;
    told->due_cents = money_subtract(voiding->total_cents,
                                     voiding->paid_cents + voiding->credited_cents);
    told->credit_cents = money_add(voiding->paid_cents, voiding->applied_cents);
    return invoice_write(db, voiding);
}

enum result invoice_void(struct db *db, struct arena *arena, const struct provider_act *act,
                         const char *number, const char *note, struct void_told *out_told) {
    struct voiding voiding = {
        .arena = arena, .act = act, .number = number, .note = note, .told = out_told};
    bool is_void, was_uncertain = false;

    *out_told = (struct void_told){.end = VOID_DONE, .account = "", .reference = ""};
    enum result result = invoice_look(db, &voiding, &is_void);
    if (result == RESULT_OK)
        result = RESULT_UNCERTAIN;
    for (int try = 0; try < TRIES && result == RESULT_UNCERTAIN; try++) {
        was_uncertain = try > 0;
        result = db_transaction(db, void_work, &voiding);
    }
    if (result == RESULT_CONFLICT && was_uncertain && out_told->end == VOID_AGAIN)
        out_told->end = VOID_DONE; /* by the try before */
    return result == RESULT_CONFLICT && out_told->end != VOID_DONE ? RESULT_OK
           : result == RESULT_CONFLICT && was_uncertain            ? RESULT_OK
                                                                   : result;
}
