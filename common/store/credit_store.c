#include "common/store/credit_store.h"

#include <assert.h>
#include <stdio.h>

#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/user_store.h"

enum { KEY_SIZE = 64, TRIES = 3, APPLY_ARENA_BYTES = 64 * 1024 };

const struct statement credit_read_sql = {
    .name = "credit_read",
    .params = 1,
    .columns = 1,
    .text = "SELECT credit_cents FROM account WHERE id = ?",
};

enum result credit_read(struct db *db, struct arena *arena, int64_t account_id,
                        int64_t *out_cents) {
    struct bind binds[] = {bind_int(account_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &credit_read_sql, binds, &rows);

    if (result == RESULT_OK && rows.count == 0)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out_cents = row_int(&rows, 0, 0);
    return result;
}

const struct statement credit_move_sql = {
    .name = "credit_move",
    .params = 3,
    .text = "UPDATE account SET credit_cents = credit_cents + ? WHERE id = ?"
            " AND credit_cents + ? >= 0",
};

enum result credit_move(struct db *db, int64_t account_id, int64_t cents) {
    struct bind binds[] = {bind_int(cents), bind_int(account_id), bind_int(cents)};

    return db_run_one(db, &credit_move_sql, binds);
}

/* ---- what the provider does ---- */

static const char *const kind_names[CREDIT_KIND_COUNT] = {
    [CREDIT_GIVEN] = "given",
    [CREDIT_TAKEN] = "taken",
    [CREDIT_APPLIED] = "applied",
};

const char *credit_kind_name(enum credit_kind kind) {
    return kind_names[kind];
}

void credit_reference(char out[REFERENCE_SIZE]) {
    secret_reference(out);
    out[0] = 'C';
}

const struct statement credit_of_request_sql = {
    .name = "credit_of_request",
    .params = 3,
    .columns = 3,
    .text = "SELECT reference, kind, amount_cents FROM credit"
            " WHERE account_id = ? AND (request_key = ? OR reference = ?)",
};

const struct statement credit_add_sql = {
    .name = "credit_add",
    .params = 8,
    .text = "INSERT INTO credit (account_id, reference, kind, amount_cents, request_key, note,"
            " actor, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};

const struct statement credit_invoice_sql = {
    .name = "credit_invoice",
    .params = 4,
    .text = "UPDATE invoice SET credited_cents = credited_cents + ? WHERE account_id = ?"
            " AND id = ? AND state = 'issued'"
            " AND total_cents - paid_cents - credited_cents - pending_cents >= ?",
};

struct crediting {
    struct arena *arena;
    const struct provider_act *act;
    const struct credit_ask *ask;
    struct credit_told *told;
    bool is_there; /* the question was answered before */
};

/* The transaction is undone, and this is why. */
static enum result refused(struct crediting *crediting, enum credit_end end) {
    crediting->told->end = end;
    return RESULT_CONFLICT;
}

/* What has this key, or our reference after a COMMIT without an answer. RESULT_NOT_FOUND. */
static enum result request_look(struct db *db, struct crediting *crediting) {
    const struct credit_ask *ask = crediting->ask;
    struct credit_told *told = crediting->told;
    struct bind binds[] = {bind_int(ask->account_id), bind_text(ask->request_key),
                           bind_text(ask->reference)};
    struct rows rows;

    enum result result = db_query(db, crediting->arena, &credit_of_request_sql, binds, &rows);
    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    told->reference = row_text(&rows, 0, 0);
    told->amount_cents = row_int(&rows, 0, 2);
    bool is_same = text_equal(row_text(&rows, 0, 1), credit_kind_name(ask->kind)) &&
                   (!ask->amount_cents || ask->amount_cents == told->amount_cents);
    told->end = text_equal(told->reference, ask->reference) ? CREDIT_DONE
                : is_same                                   ? CREDIT_AGAIN
                                                            : CREDIT_KEY_USED;
    crediting->is_there = true;
    return RESULT_OK;
}

/* How many cents, and to which invoices. */
static enum result amount_decide(struct db *db, struct crediting *crediting) {
    const struct credit_ask *ask = crediting->ask;
    struct credit_told *told = crediting->told;
    struct covers *covers = &told->covers;
    bool is_applied = ask->kind == CREDIT_APPLIED;

    told->amount_cents = ask->amount_cents;
    if (ask->kind != CREDIT_GIVEN && told->amount_cents > told->credit_cents)
        return refused(crediting, CREDIT_TOO_LITTLE);
    if (!is_applied)
        return RESULT_OK;
    enum result result = covers_find(db, crediting->arena, ask->account_id, ask->numbers,
                                     ask->number_count, covers);
    if (result != RESULT_OK)
        return result;
    if (covers->end != COVER_FOUND)
        return refused(crediting, covers->end == COVER_BUSY ? CREDIT_BUSY : CREDIT_NO_INVOICE);
    /* One row has at most MONEY_MAX_CENTS: what is more is applied by asking again. */
    if (!told->amount_cents)
        told->amount_cents = money_min(money_min(told->credit_cents, covers->free_cents),
                                       MONEY_MAX_CENTS);
    if (!told->amount_cents)
        return refused(crediting, CREDIT_NOTHING);
    if (allocate_amount(covers->list, covers->count, told->amount_cents) > 0)
        return refused(crediting, CREDIT_TOO_MUCH);
    covers->count = allocation_pack(covers->list, covers->count);
    return RESULT_OK;
}

/* One journal entry: the account's credit against what it was given for, or went to. */
static enum result entry_write(struct db *db, const struct crediting *crediting) {
    const struct credit_ask *ask = crediting->ask;
    const struct credit_told *told = crediting->told;
    int64_t entry_id = 0, account_id = ask->account_id;
    int64_t cents = ask->kind == CREDIT_GIVEN ? told->amount_cents : -told->amount_cents;
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "credit:%s", ask->reference);
    enum result result = journal_entry_add(
        db,
        &(struct journal_entry){.account_id = account_id,
                                .event_key = key,
                                .kind = "credit",
                                .at = crediting->act->now,
                                .on_date = instant_date(crediting->act->now),
                                /* Applied: from the account's credit to its invoices. */
                                .balance_cents = ask->kind == CREDIT_APPLIED ? 0 : -cents},
        &entry_id);
    if (result == RESULT_OK)
        result = journal_post(db, account_id, entry_id, 0, "credit", 0, -cents);
    if (result == RESULT_OK && ask->kind != CREDIT_APPLIED)
        return journal_post(db, account_id, entry_id, 1, "adjustment", 0, cents);
    for (size_t at = 0; at < told->covers.count && result == RESULT_OK; at++) {
        const struct allocation *one = &told->covers.list[at];
        struct bind binds[] = {bind_int(one->amount_cents), bind_int(account_id),
                               bind_int(one->invoice_id), bind_int(one->amount_cents)};

        result = db_run_one(db, &credit_invoice_sql, binds);
        /* The account's row is ours since the first statement, so nobody took it meanwhile. */
        if (result == RESULT_CONFLICT)
            result = RESULT_FAILED;
        if (result == RESULT_OK)
            result = journal_post(db, account_id, entry_id, (int)at + 1, "receivable",
                                  one->invoice_id, -one->amount_cents);
    }
    return result;
}

static enum result credit_write(struct db *db, const struct crediting *crediting) {
    const struct credit_ask *ask = crediting->ask;
    int64_t cents = crediting->told->amount_cents;
    struct bind binds[] = {
        bind_int(ask->account_id),
        bind_text(ask->reference),
        bind_text(credit_kind_name(ask->kind)),
        bind_int(cents),
        bind_text(ask->request_key),
        bind_text(ask->note),
        bind_text(crediting->act->actor),
        bind_instant(crediting->act->now),
    };
    enum result result = db_run(db, &credit_add_sql, binds, NULL, NULL);

    if (result == RESULT_OK)
        result = credit_move(db, ask->account_id, ask->kind == CREDIT_GIVEN ? cents : -cents);
    if (result == RESULT_OK && ask->kind == CREDIT_APPLIED)
        result = account_move(db, ask->account_id, -cents, 0);
    return result == RESULT_OK ? entry_write(db, crediting) : result;
}

static enum result credit_work(struct db *db, void *context) {
    struct crediting *crediting = context;
    const struct credit_ask *ask = crediting->ask;
    struct credit_told *told = crediting->told;
    char action[KEY_SIZE], subject[KEY_SIZE];

    told->end = CREDIT_DONE;
    told->reference = ask->reference;
    told->covers.count = 0;
    enum result result = account_move(db, ask->account_id, 0, 0);
    if (result == RESULT_OK)
        result = request_look(db, crediting);
    if (result == RESULT_OK)
        return RESULT_CONFLICT;
    if (result == RESULT_NOT_FOUND)
        result = credit_read(db, crediting->arena, ask->account_id, &told->credit_cents);
    if (result == RESULT_OK)
        result = amount_decide(db, crediting);
    if (result == RESULT_OK)
        result = credit_write(db, crediting);
    if (result != RESULT_OK)
        return result;
    told->credit_cents += ask->kind == CREDIT_GIVEN ? told->amount_cents : -told->amount_cents;
    snprintf(action, sizeof action, "credit.%s", credit_kind_name(ask->kind));
    snprintf(subject, sizeof subject, "credit:%s", ask->reference);
    return audit_add(db, &(struct audit){.at = crediting->act->now,
                                         .actor = crediting->act->actor,
                                         .action = action,
                                         .account_id = ask->account_id,
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

enum result credit_run(struct db *db, struct arena *arena, const struct provider_act *act,
                       const struct credit_ask *ask, struct credit_told *out_told) {
    struct crediting crediting = {arena, act, ask, out_told, false};
    enum result result = RESULT_UNCERTAIN;

    assert(ask->amount_cents > 0 || (ask->kind == CREDIT_APPLIED && ask->amount_cents == 0));
    assert(ask->number_count <= ALLOCATIONS_MAX);
    /* After a COMMIT without an answer the next try meets its own row, or writes it. */
    for (int try = 0; try < TRIES && result == RESULT_UNCERTAIN; try++)
        result = db_transaction(db, credit_work, &crediting);
    bool is_told = crediting.is_there || out_told->end != CREDIT_DONE;
    return result == RESULT_CONFLICT && is_told ? RESULT_OK : result;
}

enum result credit_apply_new(struct db *db, const struct provider_act *act, int64_t account_id,
                             int64_t invoice_id, int64_t total_cents) {
    struct arena *arena = arena_new(APPLY_ARENA_BYTES);
    char reference[REFERENCE_SIZE];
    struct credit_ask ask = {
        .account_id = account_id, .kind = CREDIT_APPLIED, .reference = reference, .note = ""};
    struct credit_told *told = arena_alloc(arena, sizeof *told);
    struct crediting crediting = {arena, act, &ask, told, false};
    enum result result = credit_read(db, arena, account_id, &told->credit_cents);

    credit_reference(reference);
    told->amount_cents = money_min(money_min(told->credit_cents, total_cents), MONEY_MAX_CENTS);
    told->covers.list[0] = (struct allocation){invoice_id, total_cents, told->amount_cents};
    told->covers.count = 1;
    if (result == RESULT_OK && told->amount_cents)
        result = credit_write(db, &crediting);
    arena_free(arena);
    return result;
}

const struct statement credit_list_sql = {
    .name = "credit_list",
    .params = 1,
    .columns = 7,
    .text = "SELECT reference, kind, amount_cents, note, actor, created_at, request_key"
            " FROM credit WHERE account_id = ? ORDER BY id DESC",
};

enum result credit_list(struct db *db, int64_t account_id, db_each_row each, void *context) {
    struct bind binds[] = {bind_int(account_id)};

    return db_each(db, &credit_list_sql, binds, each, context);
}
