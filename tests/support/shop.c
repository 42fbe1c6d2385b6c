#include "tests/support/shop.h"

#include <stdio.h>
#include <string.h>

#include "common/core/secret.h"
#include "common/program/charge.h"
#include "common/program/draft.h"
#include "common/store/event_store.h"
#include "tests/support/test.h"

static const struct statement *const statements[] = {
    CHARGE_STATEMENTS,     &payment_create_sql,  &payment_cover_sql,      &payment_find_sql,
    &payment_covers_sql,   &payment_of_form_sql, &payment_open_list_sql,  DRAFT_RECORD_STATEMENTS,
    DRAFT_JOIN_STATEMENTS, &payment_doubt_sql,   &payment_look_again_sql, &payment_expire_sql,
};

void shop_open(struct shop *shop) {
    database_open(&shop->database);
    database_migrate(&shop->database);
    shop->db = database_db(&shop->database, statements, COUNT(statements));
    database_do(&shop->database, "INSERT INTO security_level (id, name, may_billing, may_autopay)"
                                 " VALUES (1, 'Manager', 1, 1), (2, 'Viewer', 0, 0)");
}

void shop_close(struct shop *shop) {
    db_free(shop->db);
    database_close(&shop->database);
}

int64_t shop_account(struct shop *shop) {
    struct database *database = &shop->database;
    int64_t id = 1 + database_number(database, "SELECT COALESCE(MAX(id), 1000) FROM account");
    long long number = (long long)id;

    database_do(database,
                "INSERT INTO account (id, number, organization, created_at)"
                " VALUES (%lld, 'A%lld', 'Shop %lld', '2026-01-01')",
                number, number, number);
    database_do(database,
                "INSERT INTO user (id, email, name, created_at)"
                " VALUES (%lld, 'user%lld@shop.example', 'User %lld', '2026-01-01')",
                number, number, number);
    database_do(database, "INSERT INTO account_user VALUES (%lld, %lld, 1, '2026-01-01')", number,
                number);
    database_do(database,
                "INSERT INTO method (account_id, id, user_id, kind, gateway, vault_id, brand,"
                " last_four, created_at) VALUES (%lld, %lld, %lld, 'card', 'nmi', 'v%lld', 'Visa',"
                " '4242', '2026-01-01')",
                number, number, number, number);
    return id;
}

int64_t shop_invoice(struct shop *shop, int64_t account_id, int64_t total_cents, int due_days) {
    struct database *database = &shop->database;
    int64_t id = 1 + database_number(database, "SELECT COALESCE(MAX(id), 900000) FROM invoice");

    database_do(database,
                "INSERT INTO invoice (account_id, id, number, issued_on, due_on, total_cents,"
                " fingerprint, created_at) VALUES (%lld, %lld, '%lld', '2026-10-01',"
                " DATE '2026-11-22' + INTERVAL %d DAY, %lld, REPEAT('f', 32), '2026-10-01')",
                (long long)account_id, (long long)id, (long long)id, due_days,
                (long long)total_cents);
    database_do(database, "UPDATE account SET due_cents = due_cents + %lld WHERE id = %lld",
                (long long)total_cents, (long long)account_id);
    return id;
}

int64_t shop_payment(struct shop *shop, int64_t account_id, const struct allocation *list,
                     size_t count) {
    struct arena *arena = arena_new(1024 * 1024);
    unsigned char form_key[SECRET_HASH_BYTES];
    char reference[REFERENCE_SIZE];
    struct payment payment;
    struct payment_draft draft = {.account_id = account_id,
                                  .user_id = account_id,
                                  .method_id = account_id,
                                  .reference = reference,
                                  .kind = "card",
                                  .method_text = "Visa ending 4242",
                                  .note = "",
                                  .form_key = form_key,
                                  .form_hash = form_key,
                                  .allocations = list,
                                  .allocation_count = count,
                                  .now = SHOP_NOW};

    secret_random(form_key, sizeof form_key);
    secret_reference(reference);
    assert_int_equal(payment_create(shop->db, arena, &draft), RESULT_OK);
    assert_int_equal(payment_find(shop->db, arena, account_id, reference, &payment), RESULT_OK);
    int64_t id = payment.id;
    arena_free(arena);
    return id;
}

int64_t shop_payment_of(struct shop *shop, int64_t account_id, int64_t invoice_id,
                        int64_t amount_cents) {
    struct allocation one = {.invoice_id = invoice_id, .amount_cents = amount_cents};

    return shop_payment(shop, account_id, &one, 1);
}

void shop_token(int64_t payment_id, unsigned char out[CLAIM_TOKEN_BYTES]) {
    memset(out, 0, CLAIM_TOKEN_BYTES);
    memcpy(out, &payment_id, sizeof payment_id);
}

struct claiming {
    int64_t account_id, payment_id;
};

static enum result claim_work(struct db *db, void *context) {
    const struct claiming *claiming = context;
    unsigned char token[CLAIM_TOKEN_BYTES];
    char vault_id[24];
    struct claim claim = {.account_id = claiming->account_id,
                          .payment_id = claiming->payment_id,
                          .token = token,
                          .lease_s = 60,
                          .now = SHOP_NOW,
                          .deadline_at = SHOP_NOW + 60,
                          .made_since = SHOP_NOW - 3600,
                          .gateway = "nmi",
                          .vault_id = vault_id};

    snprintf(vault_id, sizeof vault_id, "v%lld", (long long)claiming->account_id);
    enum result result = account_move(db, claiming->account_id, 0, 0);

    shop_token(claiming->payment_id, token);
    if (result == RESULT_OK)
        result = payment_claim(db, &claim);
    if (result == RESULT_OK)
        result = invoices_take(db, claiming->account_id, claiming->payment_id);
    return result;
}

/* The account's pending is what its invoices say, so that the claim has nothing to be told. */
static enum result claim_and_sum_work(struct db *db, void *context) {
    const struct claiming *claiming = context;
    struct arena *arena = arena_new(1024 * 1024);
    struct covered_invoice *list;
    size_t count = 0;
    int64_t sum_cents = 0;
    enum result result = claim_work(db, context);

    if (result == RESULT_OK)
        result = payment_covers(db, arena, claiming->account_id, claiming->payment_id, &list,
                                &count);
    for (size_t at = 0; at < count; at++)
        sum_cents += list[at].amount_cents;
    arena_free(arena);
    return result == RESULT_OK ? account_move(db, claiming->account_id, 0, sum_cents) : result;
}

enum result shop_claim(struct db *db, int64_t account_id, int64_t payment_id) {
    struct claiming claiming = {account_id, payment_id};

    return db_transaction(db, claim_and_sum_work, &claiming);
}

static const char *books_part(struct shop *shop, struct arena *arena, int64_t account_id,
                              const char *columns, const char *table, const char *order) {
    struct database *database = &shop->database;

    database_do(database, "SET SESSION group_concat_max_len = 1000000");
    return database_text(database, arena,
                         "SELECT COALESCE(GROUP_CONCAT(CONCAT_WS(',', %s) ORDER BY %s SEPARATOR"
                         " ';'), '') FROM %s WHERE %s = %lld",
                         columns, order, table, strcmp(table, "account") == 0 ? "id" : "account_id",
                         (long long)account_id);
}

const char *shop_books(struct shop *shop, struct arena *arena, int64_t account_id) {
    static const struct {
        const char *table, *columns, *order;
    } parts[] = {
        {"account", "due_cents, pending_cents, credit_cents", "id"},
        {"invoice", "id, state, total_cents, paid_cents, credited_cents, pending_cents", "id"},
        {"payment",
         "id, state, COALESCE(HEX(claim_token), '-'), COALESCE(transaction_id, '-'),"
         " response_code, COALESCE(closed_at, '-'), COALESCE(look_at, '-'), looks, refunded_cents",
         "id"},
        {"payment_allocation",
         "payment_id, invoice_id, amount_cents, refunded_cents, COALESCE(open, '-')",
         "payment_id, invoice_id"},
        {"refund",
         "id, payment_id, kind, amount_cents, reopens, state, COALESCE(open, '-'),"
         " COALESCE(HEX(claim_token), '-'), COALESCE(transaction_id, '-'), response_code,"
         " COALESCE(closed_at, '-'), COALESCE(look_at, '-'), looks",
         "id"},
        {"refund_allocation", "refund_id, invoice_id, amount_cents", "refund_id, invoice_id"},
        {"payment_event", "payment_id, from_state, to_state", "id"},
        {"journal_entry", "event_key, kind", "id"},
        {"journal_posting", "entry_id, line, ledger, amount_cents", "entry_id, line"},
        {"outbox", "mail_key, kind", "id"},
        {"queue_item", "queue_key, kind", "id"},
        {"method", "id, state, initial_transaction_id, COALESCE(used_at, '-')", "id"},
    };
    const char *books = "";

    for (size_t at = 0; at < COUNT(parts); at++)
        books = arena_format(arena, "%s%s: %s\n", books, parts[at].table,
                             books_part(shop, arena, account_id, parts[at].columns, parts[at].table,
                                        parts[at].order));
    return books;
}

void shop_check_invoice(struct shop *shop, const char *label, int64_t invoice_id,
                        int64_t paid_cents, int64_t pending_cents) {
    long long id = (long long)invoice_id;

    check_int(
        label,
        database_number(&shop->database, "SELECT paid_cents FROM invoice WHERE id = %lld", id),
        paid_cents);
    check_int(
        label,
        database_number(&shop->database, "SELECT pending_cents FROM invoice WHERE id = %lld", id),
        pending_cents);
}

void shop_check_account(struct shop *shop, const char *label, int64_t account_id, int64_t due_cents,
                        int64_t pending_cents) {
    struct database *database = &shop->database;
    long long id = (long long)account_id;

    check_int(label, database_number(database, "SELECT due_cents FROM account WHERE id = %lld", id),
              due_cents);
    check_int(label,
              database_number(database, "SELECT pending_cents FROM account WHERE id = %lld", id),
              pending_cents);
    check_int(label,
              database_number(database,
                              "SELECT COALESCE(SUM(total_cents - paid_cents - credited_cents), 0)"
                              " FROM invoice WHERE account_id = %lld AND state = 'issued'",
                              id),
              due_cents);
    check_int(label,
              database_number(database,
                              "SELECT COALESCE(SUM(pending_cents), 0) FROM invoice WHERE account_id"
                              " = %lld",
                              id),
              pending_cents);
    check_int(label,
              database_number(database,
                              "SELECT COUNT(*) FROM (SELECT entry_id FROM journal_posting WHERE"
                              " account_id = %lld GROUP BY entry_id HAVING SUM(amount_cents) <> 0)"
                              " AS odd",
                              id),
              0);
}
