#include "common/store/calendar_store.h"

#include "common/core/text.h"

/* Each read names its key: among many keys that begin with the account the optimizer may choose one
 * that reads all there is of it, and on a small table it does. */

/* One list of columns for all that is told: what it is, an id, two days, an instant, a word (kind
 * or state), three texts, two amounts, a number. */
enum { TOLD_COLUMNS = 12 };

/* The last invoice of a payment, by the end of its key: payments cover the oldest first, so that is
 * the last to be paid. */
#define LAST_INVOICE_OF_P                                                                          \
    "i.account_id = p.account_id AND i.id = (SELECT a.invoice_id"                                  \
    " FROM payment_allocation a FORCE INDEX (PRIMARY) WHERE a.account_id = p.account_id"           \
    " AND a.payment_id = p.id ORDER BY a.invoice_id DESC LIMIT 1)"
#define SOMETHING_LEFT                                                                             \
    "i.state = 'issued' AND i.total_cents > i.paid_cents + i.credited_cents + i.pending_cents"

#define TOLD_ACTIVITY                                                                              \
    "(SELECT 'activity', 0, on_date, NULL, NULL, kind, '', '', '', balance_cents, money_cents,"    \
    " entries FROM activity WHERE account_id = ? AND grain = 'd' AND on_date BETWEEN ? AND ?)"

#define TOLD_OPEN(states)                                                                          \
    " UNION ALL (SELECT 'open', id, NULL, NULL, confirmed_at, state, method_text, reference, '',"  \
    " amount_cents, 0, 0 FROM payment FORCE INDEX (payment_state_history)"                         \
    " WHERE account_id = ? AND state " states ")"

#define TOLD_DRAFTS                                                                                \
    " UNION ALL (SELECT 'draft', d.id, d.draft_on, d.retry_on, NULL, d.state, p.method_text,"      \
    " p.reference, d.reason, d.amount_cents, p.id IS NULL OR i.id IS NOT NULL, d.enrolment_id"     \
    " FROM (SELECT id, draft_on, retry_on, state, reason, amount_cents, attempts, enrolment_id"    \
    " FROM draft FORCE INDEX (PRIMARY) WHERE account_id = ? ORDER BY id DESC LIMIT 12) d"          \
    " LEFT JOIN payment p ON d.state = 'failed' AND p.draft_id = d.id AND p.attempt = d.attempts"  \
    " LEFT JOIN invoice i ON " LAST_INVOICE_OF_P " AND " SOMETHING_LEFT ")"

#define TOLD_STOPPED                                                                               \
    " UNION ALL (SELECT 'stopped', e.id, NULL, NULL, NULL, '', '', '', '', 0, 0, 0"                \
    " FROM enrolment e FORCE INDEX (PRIMARY) WHERE e.account_id = ? AND e.state = 'active'"        \
    " AND NOT EXISTS (SELECT 1 FROM account_user au JOIN user u ON u.id = au.user_id"              \
    " JOIN security_level l ON l.id = au.level_id WHERE au.account_id = e.account_id"              \
    " AND au.user_id = e.user_id AND u.is_active = 1 AND l.may_autopay = 1))"

/* Drafts tell of theirs themselves. */
#define TOLD_FAILED(states)                                                                        \
    " UNION ALL (SELECT 'failed', p.id, NULL, NULL, p.confirmed_at, p.state, p.method_text,"       \
    " p.reference, i.number, p.amount_cents, i.id, 0 FROM (SELECT account_id, id, confirmed_at,"   \
    " state, method_text, reference, amount_cents FROM payment"                                    \
    " FORCE INDEX (payment_state_history) WHERE account_id = ? AND state IN (" states ")"          \
    " AND confirmed_at >= ? AND draft_id IS NULL LIMIT 5) p"                                       \
    " JOIN invoice i ON " LAST_INVOICE_OF_P " WHERE " SOMETHING_LEFT ")"

#define TOLD_METHODS                                                                               \
    " UNION ALL (SELECT 'method', id, expires_on, NULL, NULL, state, kind, brand, last_four,"      \
    " 0, 0, 0 FROM method FORCE INDEX (method_user) WHERE account_id = ? AND user_id = ?"          \
    " AND state IN ('active', 'needs_attention')"                                                  \
    " AND (state = 'needs_attention' OR expires_on <= ?) LIMIT 10)"

#define TOLD                                                                                       \
    TOLD_ACTIVITY                                                                                  \
    TOLD_OPEN("IN ('processing', 'unknown') LIMIT 5")                                              \
    TOLD_OPEN("= 'pending' ORDER BY confirmed_at DESC, id DESC LIMIT 20")                          \
    TOLD_DRAFTS                                                                                    \
    TOLD_STOPPED

const struct statement calendar_told_sql = {
    .name = "calendar_told",
    .params = 7,
    .columns = TOLD_COLUMNS,
    .text = TOLD,
};

const struct statement calendar_home_sql = {
    .name = "calendar_home",
    .params = 14,
    .columns = TOLD_COLUMNS,
    .text = TOLD TOLD_FAILED("'returned', 'charged_back'")
        TOLD_FAILED("'declined', 'failed', 'not_charged'") TOLD_METHODS,
};

static enum result payment_read(const struct rows *rows, size_t row,
                                struct calendar_payment *out_payment) {
    *out_payment = (struct calendar_payment){
        .at = row_instant(rows, row, 4),
        .method_text = row_text(rows, row, 6),
        .reference = row_text(rows, row, 7),
        .invoice_number = row_text(rows, row, 8),
        .amount_cents = row_int(rows, row, 9),
        .invoice_id = row_int(rows, row, 10),
    };
    return payment_state_parse(row_text(rows, row, 5), &out_payment->state);
}

static enum result draft_read(const struct rows *rows, size_t row,
                              struct calendar_draft *out_draft) {
    *out_draft = (struct calendar_draft){
        .draft_on = row_date(rows, row, 2),
        .retry_on = row_date(rows, row, 3),
        .method_text = row_text(rows, row, 6),
        .reference = row_text(rows, row, 7),
        .amount_cents = row_int(rows, row, 9),
        .is_unpaid = row_int(rows, row, 10),
        .enrolment_id = row_int(rows, row, 11),
    };
    enum result result = draft_state_parse(row_text(rows, row, 5), &out_draft->state);

    return result == RESULT_OK ? draft_reason_parse(row_text(rows, row, 8), &out_draft->reason)
                               : result;
}

static enum result told_row(const struct rows *rows, size_t row, struct calendar_told *told) {
    const char *what = row_text(rows, row, 0);

    if (text_equal(what, "activity"))
        told->activity[told->activity_count++] = (struct calendar_activity){
            row_date(rows, row, 2), row_text(rows, row, 5), row_int(rows, row, 11),
            row_int(rows, row, 9), row_int(rows, row, 10)};
    else if (text_equal(what, "open"))
        return payment_read(rows, row, &told->open[told->open_count++]);
    else if (text_equal(what, "failed"))
        return payment_read(rows, row, &told->failed[told->failed_count++]);
    else if (text_equal(what, "draft"))
        return draft_read(rows, row, &told->drafts[told->draft_count++]);
    else if (text_equal(what, "stopped"))
        told->stopped[told->stopped_count++] = row_int(rows, row, 1);
    else
        told->methods[told->method_count++] = (struct method){
            .id = row_int(rows, row, 1),
            .expires_on = row_date(rows, row, 2),
            .needs_attention = text_equal(row_text(rows, row, 5), "needs_attention"),
            .kind = row_text(rows, row, 6),
            .brand = row_text(rows, row, 7),
            .last_four = row_text(rows, row, 8),
            .label = "",
        };
    return RESULT_OK;
}

static enum result told_query(struct db *db, struct arena *arena, const struct statement *statement,
                              struct bind *binds, struct calendar_told *out_told) {
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct calendar_told told = {
        .activity = arena_array(arena, rows.count, sizeof *told.activity),
        .open = arena_array(arena, rows.count, sizeof *told.open),
        .drafts = arena_array(arena, rows.count, sizeof *told.drafts),
        .stopped = arena_array(arena, rows.count, sizeof *told.stopped),
        .failed = arena_array(arena, rows.count, sizeof *told.failed),
        .methods = arena_array(arena, rows.count, sizeof *told.methods),
    };
    for (size_t row = 0; row < rows.count && result == RESULT_OK; row++)
        result = told_row(&rows, row, &told);
    if (result == RESULT_OK)
        *out_told = told;
    /* The tables' CHECKs have the same words. */
    return result == RESULT_OK ? RESULT_OK : RESULT_FAILED;
}

enum result calendar_told(struct db *db, struct arena *arena, int64_t account_id, struct date from,
                          struct date through, struct calendar_told *out_told) {
    struct bind account = bind_int(account_id);
    struct bind binds[] = {account, bind_date(from), bind_date(through), account, account,
                           account, account};

    return told_query(db, arena, &calendar_told_sql, binds, out_told);
}

enum result calendar_home(struct db *db, struct arena *arena, const struct calendar_home *home,
                          struct calendar_told *out_told) {
    struct bind account = bind_int(home->account_id);
    struct bind binds[] = {account,
                           bind_date(home->from),
                           bind_date(home->through),
                           account,
                           account,
                           account,
                           account,
                           account,
                           bind_instant(home->returned_since),
                           account,
                           bind_instant(home->declined_since),
                           account,
                           bind_int(home->user_id),
                           bind_date(home->expires_by)};

    return told_query(db, arena, &calendar_home_sql, binds, out_told);
}

/* ---- invoices ---- */

/* An invoice without reserved cents has no open payment: none is looked for. */
#define INVOICES(which, key)                                                                       \
    "SELECT '" which "', i.id, i.number, i.billing_type, i.issued_on, i.due_on, i.state,"          \
    " i.total_cents, i.paid_cents, i.credited_cents, i.pending_cents, p.reference"                 \
    " FROM invoice i FORCE INDEX (" key ") LEFT JOIN payment_allocation o"                         \
    " ON i.pending_cents > 0 AND o.invoice_id = i.id AND o.open = 1"                               \
    " LEFT JOIN payment p ON p.account_id = o.account_id AND p.id = o.payment_id"                  \
    " WHERE i.account_id = ?"

const struct statement calendar_invoices_sql = {
    .name = "calendar_invoices",
    .params = 4,
    .columns = 12,
    .text = "(" INVOICES(
        "latest",
        "invoice_recent") " ORDER BY i.issued_on DESC, i.id DESC LIMIT ?)"
                          " UNION ALL (" INVOICES(
                              "open",
                              "invoice_due") " AND i.is_open = 1 ORDER BY i.due_on, i.id LIMIT ?)",
};

static struct invoice invoice_read(const struct rows *rows, size_t row) {
    return (struct invoice){
        .id = row_int(rows, row, 1),
        .number = row_text(rows, row, 2),
        .billing_type = row_text(rows, row, 3),
        .terms = "",
        .issued_on = row_date(rows, row, 4),
        .figures = {.due_on = row_date(rows, row, 5),
                    .is_void = text_equal(row_text(rows, row, 6), "void"),
                    .total_cents = row_int(rows, row, 7),
                    .paid_cents = row_int(rows, row, 8),
                    .credited_cents = row_int(rows, row, 9),
                    .pending_cents = row_int(rows, row, 10)},
        .open_payment = row_text(rows, row, 11),
    };
}

enum result calendar_invoices(struct db *db, struct arena *arena, int64_t account_id,
                              int64_t latest_limit, int64_t open_limit, struct invoices *out_latest,
                              struct enrolment_invoices *out_open) {
    struct bind binds[] = {bind_int(account_id), bind_int(latest_limit), bind_int(account_id),
                           bind_int(open_limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &calendar_invoices_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    *out_latest = (struct invoices){arena_array(arena, rows.count, sizeof *out_latest->list), 0};
    *out_open = (struct enrolment_invoices){arena_array(arena, rows.count, sizeof *out_open->list),
                                            0};
    for (size_t row = 0; row < rows.count; row++) {
        struct invoice invoice = invoice_read(&rows, row);

        if (text_equal(row_text(&rows, row, 0), "latest"))
            out_latest->list[out_latest->count++] = invoice;
        else
            out_open->list[out_open->count++] = (struct enrolment_invoice){
                .cover = {invoice.id, invoice.billing_type, invoice.issued_on},
                .number = invoice.number,
                .due_on = invoice.figures.due_on,
                .due_cents = invoice_due_cents(&invoice.figures),
                .pending_cents = invoice.figures.pending_cents,
                .free_cents = *invoice.open_payment ? 0 : invoice_free_cents(&invoice.figures),
            };
    }
    return RESULT_OK;
}

const struct statement calendar_due_sql = {
    .name = "calendar_due",
    .params = 4,
    .columns = 5,
    .text = "SELECT id, number, due_on, total_cents - paid_cents - credited_cents, pending_cents"
            " FROM invoice FORCE INDEX (invoice_due) WHERE account_id = ? AND is_open = 1 AND "
            "due_on BETWEEN ? AND ?"
            " ORDER BY due_on, id LIMIT ?",
};

enum result calendar_due(struct db *db, struct arena *arena, int64_t account_id, struct date from,
                         struct date through, int64_t limit, struct enrolment_invoices *out_due) {
    struct bind binds[] = {bind_int(account_id), bind_date(from), bind_date(through),
                           bind_int(limit)};
    struct rows rows;
    enum result result = db_query(db, arena, &calendar_due_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct enrolment_invoice *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct enrolment_invoice){
            .cover.id = row_int(&rows, row, 0),
            .number = row_text(&rows, row, 1),
            .due_on = row_date(&rows, row, 2),
            .due_cents = row_int(&rows, row, 3),
            .pending_cents = row_int(&rows, row, 4),
        };
    *out_due = (struct enrolment_invoices){list, rows.count};
    return RESULT_OK;
}
