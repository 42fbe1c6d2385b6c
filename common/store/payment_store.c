#include "common/store/payment_store.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/event_store.h"

#define PAYMENT_COLUMNS                                                                            \
    "p.account_id, p.id, p.user_id, p.method_id, p.reference, p.kind, p.method_text, p.note,"      \
    " p.state, p.amount_cents, p.refunded_cents, p.transaction_id, p.response_code,"               \
    " p.response_text, p.decline_class, p.created_at, p.confirmed_at, p.deadline_at,"              \
    " p.closed_at, p.look_at, p.looks, p.credit_cents, p.enrol_schedule, p.enrol_older"
enum { PAYMENT_COLUMN_COUNT = 24 };

static struct payment payment_read(const struct rows *rows, size_t row) {
    struct payment payment = {
        .account_id = row_int(rows, row, 0),
        .id = row_int(rows, row, 1),
        .user_id = row_int(rows, row, 2),
        .method_id = row_int(rows, row, 3),
        .reference = row_text(rows, row, 4),
        .kind = row_text(rows, row, 5),
        .method_text = row_text(rows, row, 6),
        .note = row_text(rows, row, 7),
        .amount_cents = row_int(rows, row, 9),
        .refunded_cents = row_int(rows, row, 10),
        .transaction_id = row_text(rows, row, 11),
        .response_code = row_text(rows, row, 12),
        .response_text = row_text(rows, row, 13),
        .decline_class = row_text(rows, row, 14),
        .created_at = row_instant(rows, row, 15),
        .confirmed_at = row_instant(rows, row, 16),
        .deadline_at = row_instant(rows, row, 17),
        .closed_at = row_instant(rows, row, 18),
        .look_at = row_instant(rows, row, 19),
        .looks = row_int(rows, row, 20),
        .credit_cents = row_int(rows, row, 21),
        .enrol_schedule = row_text(rows, row, 22),
        .enrol_older = row_int(rows, row, 23),
    };
    /* The column's CHECK knows the same words as the table in billing; a test compares them. */
    enum result known = payment_state_parse(row_text(rows, row, 8), &payment.state);

    assert(known == RESULT_OK);
    return payment;
}

const struct statement payment_find_sql = {
    .name = "payment_find",
    .params = 2,
    .columns = PAYMENT_COLUMN_COUNT,
    .text = "SELECT " PAYMENT_COLUMNS " FROM payment p WHERE p.account_id = ? AND p.reference = ?",
};

enum result payment_find(struct db *db, struct arena *arena, int64_t account_id,
                         const char *reference, struct payment *out_payment) {
    struct bind binds[] = {bind_int(account_id), bind_text(reference)};
    struct rows rows;
    enum result result = db_query(db, arena, &payment_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_payment = payment_read(&rows, 0);
    return RESULT_OK;
}

const struct statement payment_covers_sql = {
    .name = "payment_covers",
    .params = 2,
    .columns = 10,
    .text = "SELECT i.id, i.number, a.amount_cents, i.state, i.due_on, i.total_cents,"
            " i.paid_cents, i.credited_cents, i.pending_cents, op.reference"
            " FROM payment_allocation a"
            " JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id"
            " LEFT JOIN payment_allocation o ON o.invoice_id = a.invoice_id AND o.open = 1"
            " AND o.payment_id <> a.payment_id"
            " LEFT JOIN payment op ON op.account_id = o.account_id AND op.id = o.payment_id"
            " WHERE a.account_id = ? AND a.payment_id = ? AND a.amount_cents > 0"
            " ORDER BY i.due_on, i.id",
};

enum result payment_covers(struct db *db, struct arena *arena, int64_t account_id,
                           int64_t payment_id, struct covered_invoice **out_list,
                           size_t *out_count) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &payment_covers_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct covered_invoice *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct covered_invoice){
            .invoice_id = row_int(&rows, row, 0),
            .number = row_text(&rows, row, 1),
            .amount_cents = row_int(&rows, row, 2),
            .figures = {.is_void = text_equal(row_text(&rows, row, 3), "void"),
                        .due_on = row_date(&rows, row, 4),
                        .total_cents = row_int(&rows, row, 5),
                        .paid_cents = row_int(&rows, row, 6),
                        .credited_cents = row_int(&rows, row, 7),
                        .pending_cents = row_int(&rows, row, 8)},
            .open_payment = row_text(&rows, row, 9),
        };
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

const struct statement payment_of_form_sql = {
    .name = "payment_of_form",
    .params = 2,
    .columns = 2,
    .text = "SELECT reference, form_hash FROM payment WHERE form_key = ? AND account_id = ?",
};

enum result payment_of_form(struct db *db, struct arena *arena, int64_t account_id,
                            const unsigned char form_key[SECRET_HASH_BYTES],
                            const char **out_reference,
                            unsigned char out_form_hash[SECRET_HASH_BYTES]) {
    struct bind binds[] = {bind_bytes(form_key, SECRET_HASH_BYTES), bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &payment_of_form_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    const void *hash = row_bytes(&rows, 0, 1, SECRET_HASH_BYTES);
    assert(hash);
    memcpy(out_form_hash, hash, SECRET_HASH_BYTES);
    *out_reference = row_text(&rows, 0, 0);
    return RESULT_OK;
}

/* ---- making one ---- */

const struct statement payment_create_sql = {
    .name = "payment_create",
    .params = 15,
    .text = "INSERT INTO payment (account_id, reference, form_key, form_hash, source, kind,"
            " user_id, method_id, method_text, amount_cents, credit_cents, state, note, created_at,"
            " enrol_schedule, enrol_older)"
            " VALUES (?, ?, ?, ?, 'customer', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

const struct statement payment_cover_sql = {
    .name = "payment_cover",
    .params = 4,
    .text = "INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents)"
            " VALUES (?, ?, ?, ?)",
};

enum result payment_cover(struct db *db, int64_t account_id, int64_t payment_id,
                          const struct allocation *allocation) {
    struct bind binds[] = {bind_int(account_id), bind_int(payment_id),
                           bind_int(allocation->invoice_id), bind_int(allocation->amount_cents)};

    return db_run(db, &payment_cover_sql, binds, NULL, NULL);
}

static enum result payment_insert(struct db *db, const struct payment_draft *draft,
                                  uint64_t *out_id) {
    struct bind binds[] = {
        bind_int(draft->account_id),
        bind_text(draft->reference),
        bind_bytes(draft->form_key, SECRET_HASH_BYTES),
        bind_bytes(draft->form_hash, SECRET_HASH_BYTES),
        bind_text(draft->kind),
        bind_int(draft->user_id),
        bind_int(draft->method_id),
        bind_text(draft->method_text),
        bind_int(money_add(allocation_sum(draft->allocations, draft->allocation_count),
                           draft->credit_cents)),
        bind_int(draft->credit_cents),
        bind_text(payment_state_name(PAYMENT_REVIEW)),
        bind_text(draft->note),
        bind_instant(draft->now),
        bind_text(draft->enrol_schedule),
        bind_int(draft->enrol_older),
    };

    return db_run(db, &payment_create_sql, binds, NULL, out_id);
}

static enum result create_work(struct db *db, void *context) {
    const struct payment_draft *draft = context;
    uint64_t id = 0;
    enum result result = payment_insert(db, draft, &id);

    for (size_t at = 0; at < draft->allocation_count && result == RESULT_OK; at++)
        result = payment_cover(db, draft->account_id, (int64_t)id, &draft->allocations[at]);
    if (result != RESULT_OK)
        return result;
    return payment_event_add(db, &(struct payment_event){.account_id = draft->account_id,
                                                         .payment_id = (int64_t)id,
                                                         .at = draft->now,
                                                         .from = "",
                                                         .to = PAYMENT_REVIEW,
                                                         .actor_user_id = draft->user_id});
}

enum result payment_create(struct db *db, struct arena *arena, const struct payment_draft *draft) {
    struct payment_draft copy = *draft;
    unsigned char form_hash[SECRET_HASH_BYTES];
    const char *reference;

    assert(draft->credit_cents >= 0 && draft->allocation_count >= 1 &&
           draft->allocation_count <= ALLOCATIONS_MAX);
    enum result result = db_transaction(db, create_work, &copy);
    if (result != RESULT_UNCERTAIN)
        return result;
    /* The row has a unique key of ours, so whether it was written can be asked. */
    result = payment_of_form(db, arena, draft->account_id, draft->form_key, &reference, form_hash);
    if (result == RESULT_NOT_FOUND)
        return RESULT_UNAVAILABLE;
    if (result != RESULT_OK)
        return result;
    return text_equal(reference, draft->reference) ? RESULT_OK : RESULT_CONFLICT;
}
