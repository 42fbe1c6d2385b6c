/* Sessions, sign-in and counters: whose they are, and what ends them. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/secret.h"
#include "common/store/counter_store.h"
#include "common/store/session_store.h"
#include "common/store/user_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {
    &session_load_sql, &session_touch_sql,    &session_create_sql,     &session_program_add_sql,
    &session_end_sql,  &user_for_sign_in_sql, &user_first_account_sql, &counter_add_sql,
    &counter_read_sql, &audit_add_sql,
};

static int group_setup(void **state) {
    (void)state;
    shop_open(&shop);
    db = database_db(&shop.database, statements, COUNT(statements));
    return 0;
}

static int group_teardown(void **state) {
    (void)state;
    db_free(db);
    shop_close(&shop);
    return 0;
}

struct signing {
    unsigned char hash[SECRET_HASH_BYTES], program_hash[SECRET_HASH_BYTES];
    int64_t account_id;
};

static enum result create_work(struct db *to, void *context) {
    const struct signing *signing = context;
    struct session_new session = {.user_id = signing->account_id,
                                  .account_id = signing->account_id,
                                  .now = SHOP_NOW,
                                  .ends_at = SHOP_NOW + 3600,
                                  .device = "Firefox on Linux",
                                  .address = "::1"};
    memcpy(session.token_hash, signing->hash, sizeof signing->hash);
    enum result result = session_create(to, &session);

    return result == RESULT_OK
               ? session_program_add(to, signing->hash, "pay", signing->program_hash)
               : result;
}

static enum result end_work(struct db *to, void *context) {
    const struct signing *signing = context;

    return session_end(to, signing->hash);
}

static struct signing sign_in(void) {
    struct signing signing = {.account_id = shop_account(&shop)};

    secret_random(signing.hash, sizeof signing.hash);
    secret_random(signing.program_hash, sizeof signing.program_hash);
    assert_int_equal(db_transaction(db, create_work, &signing), RESULT_OK);
    return signing;
}

static void test_load(void **state) {
    struct signing signing = sign_in();
    struct session session = {.user_id = 0};

    database_do(&shop.database,
                "UPDATE account SET due_cents = 7, pending_cents = 5, credit_cents = 3"
                " WHERE id = %lld",
                (long long)signing.account_id);
    assert_int_equal(session_load(db, *state, signing.hash, "pay", &session), RESULT_OK);
    assert_int_equal(session.user_id, signing.account_id);
    assert_int_equal(session.account_id, signing.account_id);
    assert_int_equal(session.seen_at, SHOP_NOW);
    assert_int_equal(session.ends_at, SHOP_NOW + 3600);
    assert_int_equal(session.due_cents, 7);
    assert_int_equal(session.pending_cents, 5);
    assert_int_equal(session.credit_cents, 3);
    assert_true(session.may_billing && session.may_autopay);
    assert_true(session.has_program_token);
    assert_memory_equal(session.program_token_hash, signing.program_hash, SECRET_HASH_BYTES);
    /* Another program has no token of this session. */
    assert_int_equal(session_load(db, *state, signing.hash, "invoices", &session), RESULT_OK);
    assert_false(session.has_program_token);
    signing.hash[31] ^= 1;
    assert_int_equal(session_load(db, *state, signing.hash, "pay", &session), RESULT_NOT_FOUND);
}

static void test_level(void **state) {
    struct signing signing = sign_in();
    struct session session;

    database_do(&shop.database, "UPDATE account_user SET level_id = 2 WHERE account_id = %lld",
                (long long)signing.account_id);
    assert_int_equal(session_load(db, *state, signing.hash, "pay", &session), RESULT_OK);
    assert_false(session.may_billing || session.may_autopay);
}

/* What ends a session at once, wherever it is open. */
static void test_ended_by(void **state) {
    static const char *const statements_of[] = {
        "UPDATE user SET is_active = 0 WHERE id = %lld",
        "DELETE FROM account_user WHERE user_id = %lld",
        "DELETE FROM session WHERE user_id = %lld",
    };

    for (size_t at = 0; at < COUNT(statements_of); at++) {
        struct signing signing = sign_in();
        struct session session;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        database_do(&shop.database, statements_of[at], (long long)signing.account_id);
#pragma GCC diagnostic pop
        check_int(statements_of[at], session_load(db, *state, signing.hash, "pay", &session),
                  RESULT_NOT_FOUND);
    }
}

static void test_end(void **state) {
    struct signing signing = sign_in();
    struct session session;

    assert_int_equal(db_transaction(db, end_work, &signing), RESULT_OK);
    assert_int_equal(session_load(db, *state, signing.hash, "pay", &session), RESULT_NOT_FOUND);
    assert_int_equal(db_transaction(db, end_work, &signing), RESULT_OK);
    /* Its tokens went with it: the same hash may not come alive again half. */
    assert_int_equal(db_transaction(db, create_work, &signing), RESULT_OK);
    assert_int_equal(db_transaction(db, create_work, &signing), RESULT_CONFLICT);
}

static void test_touch(void **state) {
    struct signing signing = sign_in();
    struct session session;

    assert_int_equal(session_touch(db, signing.hash, SHOP_NOW + 61), RESULT_OK);
    assert_int_equal(session_load(db, *state, signing.hash, "pay", &session), RESULT_OK);
    assert_int_equal(session.seen_at, SHOP_NOW + 61);
    assert_int_equal(session.ends_at, SHOP_NOW + 3600);
}

static void test_sign_in(void **state) {
    int64_t account = shop_account(&shop), found = 0;
    const char *email = arena_format(*state, "user%lld@shop.example", (long long)account);
    const char *capitals = arena_format(*state, "USER%lld@Shop.Example", (long long)account);
    struct user_sign_in user;

    assert_int_equal(user_for_sign_in(db, *state, email, &user), RESULT_OK);
    assert_int_equal(user.user_id, account);
    assert_null(user.password_hash);
    assert_true(user.is_active);
    database_do(&shop.database, "INSERT INTO user_password VALUES (%lld, 'hash', '2026-01-01')",
                (long long)account);
    database_do(&shop.database, "UPDATE user SET is_active = 0 WHERE id = %lld",
                (long long)account);
    assert_int_equal(user_for_sign_in(db, *state, capitals, &user), RESULT_OK);
    assert_string_equal(user.password_hash, "hash");
    assert_false(user.is_active);
    assert_int_equal(user_for_sign_in(db, *state, "nobody@shop.example", &user), RESULT_NOT_FOUND);
    assert_int_equal(user_for_sign_in(db, *state, "%", &user), RESULT_NOT_FOUND);
    /* An accent makes it another address. */
    assert_int_equal(
        user_for_sign_in(db, *state,
                         arena_format(*state, "\xC3\xBAser%lld@shop.example", (long long)account),
                         &user),
        RESULT_NOT_FOUND);
    assert_int_equal(user_for_sign_in(db, *state, "", &user), RESULT_NOT_FOUND);
    assert_int_equal(user_first_account(db, *state, account, &found), RESULT_OK);
    assert_int_equal(found, account);
    database_do(&shop.database, "DELETE FROM account_user WHERE user_id = %lld",
                (long long)account);
    assert_int_equal(user_first_account(db, *state, account, &found), RESULT_NOT_FOUND);
}

static void test_first_account(void **state) {
    int64_t account = shop_account(&shop), earlier = shop_account(&shop), found = 0;

    database_do(&shop.database, "INSERT INTO account_user VALUES (%lld, %lld, 1, '2025-01-01')",
                (long long)earlier, (long long)account);
    assert_int_equal(user_first_account(db, *state, account, &found), RESULT_OK);
    assert_int_equal(found, earlier);
}

/* Windows add up from an instant on; name and subject keep apart. */
static void test_counters(void **state) {
    unsigned char subject[SECRET_HASH_BYTES], other[SECRET_HASH_BYTES];
    int64_t count = -1;

    secret_random(subject, sizeof subject);
    secret_random(other, sizeof other);
    assert_int_equal(counter_read(db, *state, "sign_in", subject, 0, &count), RESULT_OK);
    assert_int_equal(count, 0);
    for (int at = 0; at < 5; at++)
        assert_int_equal(counter_add(db, "sign_in", subject, SHOP_NOW + at / 2 * 60), RESULT_OK);
    assert_int_equal(counter_add(db, "sign_in", other, SHOP_NOW), RESULT_OK);
    assert_int_equal(counter_add(db, "other", subject, SHOP_NOW), RESULT_OK);
    assert_int_equal(counter_read(db, *state, "sign_in", subject, SHOP_NOW, &count), RESULT_OK);
    assert_int_equal(count, 5);
    assert_int_equal(counter_read(db, *state, "sign_in", subject, SHOP_NOW + 1, &count), RESULT_OK);
    assert_int_equal(count, 3);
    assert_int_equal(counter_read(db, *state, "sign_in", subject, SHOP_NOW + 121, &count),
                     RESULT_OK);
    assert_int_equal(count, 0);
}

static enum result audit_work(struct db *to, void *context) {
    return audit_add(to, context);
}

static void test_audit(void **state) {
    struct audit audit = {.at = SHOP_NOW,
                          .actor = "user:7",
                          .action = "sign_in",
                          .account_id = 0,
                          .subject = "s",
                          .address = "192.0.2.1",
                          .request_id = "r"};

    (void)state;
    assert_int_equal(db_transaction(db, audit_work, &audit), RESULT_OK);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT COUNT(*) FROM audit_event WHERE actor ="
                                     " 'user:7' AND account_id IS NULL"),
                     1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_load),          TEST(test_level),    TEST(test_ended_by),
        TEST(test_end),           TEST(test_touch),    TEST(test_sign_in),
        TEST(test_first_account), TEST(test_counters), TEST(test_audit),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
