/* Sessions, sign-in and counters: whose they are, and what ends them. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/secret.h"
#include "common/store/counter_store.h"
#include "common/store/people_store.h"
#include "common/store/session_store.h"
#include "common/store/user_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {
    &session_load_sql,        &session_touch_sql,  &session_create_sql,
    &session_program_add_sql, &session_end_sql,    &user_for_sign_in_sql,
    &user_first_account_sql,  &counter_add_sql,    &counter_read_sql,
    &audit_add_sql,           &session_switch_sql, &session_list_sql,
    &session_end_of_user_sql, PEOPLE_STATEMENTS,   &user_seen_sql,
    &session_see_sql,         &user_enter_sql,
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
    /* Without asking for any, the rest is the same. */
    struct session seen;
    assert_int_equal(session_load(db, *state, signing.hash, NULL, &seen), RESULT_OK);
    assert_false(seen.has_program_token);
    assert_int_equal(seen.account_id, session.account_id);
    assert_int_equal(seen.ends_at, session.ends_at);
    assert_string_equal(seen.account_number, session.account_number);
    assert_int_equal(seen.credit_cents, 3);
    assert_true(seen.may_billing && seen.may_autopay && !seen.paper_bill);
    signing.hash[31] ^= 1;
    assert_int_equal(session_load(db, *state, signing.hash, "pay", &session), RESULT_NOT_FOUND);
    assert_int_equal(session_load(db, *state, signing.hash, NULL, &session), RESULT_NOT_FOUND);
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

/* ---- of several accounts ---- */

struct switching {
    const struct signing *signing;
    int64_t account_id;
};

static enum result switch_work(struct db *to, void *context) {
    const struct switching *switching = context;

    return session_switch(to, switching->signing->hash, switching->account_id);
}

static void join(int64_t user_id, int64_t account_id) {
    database_do(&shop.database, "INSERT INTO account_user VALUES (%lld, %lld, 1, '2026-01-02')",
                (long long)account_id, (long long)user_id);
}

static void test_switch(void **state) {
    struct signing signing = sign_in(), bystander = sign_in();
    struct switching switching = {&signing, bystander.account_id};
    struct session session;
    struct choice choice;

    assert_int_equal(session_load(db, *state, signing.hash, "login", &session), RESULT_OK);
    assert_false(session.has_other_accounts);
    assert_int_equal(db_transaction(db, switch_work, &switching), RESULT_NOT_FOUND);
    join(signing.account_id, bystander.account_id);
    assert_int_equal(session_load(db, *state, signing.hash, "login", &session), RESULT_OK);
    assert_true(session.has_other_accounts);
    assert_int_equal(db_transaction(db, switch_work, &switching), RESULT_OK);
    assert_int_equal(session_load(db, *state, signing.hash, "login", &session), RESULT_OK);
    assert_int_equal(session.account_id, bystander.account_id);
    assert_true(session.has_other_accounts);
    assert_int_equal(session_load(db, *state, bystander.hash, "login", &session), RESULT_OK);
    assert_false(session.has_other_accounts);
    assert_int_equal(choice_find(db, *state, signing.account_id, session.account_number, &choice),
                     RESULT_OK);
    assert_int_equal(choice.account_id, bystander.account_id);
    assert_int_equal(choice_find(db, *state, bystander.account_id, "none", &choice),
                     RESULT_NOT_FOUND);
}

static void test_list(void **state) {
    struct signing signing = sign_in();
    struct session_entries sessions;
    int64_t user_id = signing.account_id;
    static const struct {
        const char *label;
        int64_t now, seen_after;
        size_t count;
    } cases[] = {
        {"before its end", SHOP_NOW + 3599, SHOP_NOW - 1, 1},
        {"at its end", SHOP_NOW + 3600, SHOP_NOW - 1, 0},
        {"idle for too long", SHOP_NOW, SHOP_NOW, 0},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        assert_int_equal(
            session_list(db, *state, user_id, cases[at].now, cases[at].seen_after, &sessions),
            RESULT_OK);
        check_int(cases[at].label, (int64_t)sessions.count, (int64_t)cases[at].count);
    }
    assert_int_equal(session_list(db, *state, user_id, SHOP_NOW, 1, &sessions), RESULT_OK);
    assert_string_equal(sessions.list[0].device, "Firefox on Linux");
    assert_string_equal(sessions.list[0].address, "::1");
    assert_memory_equal(sessions.list[0].token_hash, signing.hash, SECRET_HASH_BYTES);
}

static enum result end_of_user_work(struct db *to, void *context) {
    const struct switching *switching = context;

    return session_end_of_user(to, switching->account_id, switching->signing->hash);
}

static void test_end_of_user(void **state) {
    struct signing signing = sign_in();
    struct switching ending = {&signing, signing.account_id + 1};
    struct session session;

    assert_int_equal(db_transaction(db, end_of_user_work, &ending), RESULT_OK);
    assert_int_equal(session_load(db, *state, signing.hash, "pay", &session), RESULT_OK);
    ending.account_id = signing.account_id;
    assert_int_equal(db_transaction(db, end_of_user_work, &ending), RESULT_OK);
    assert_int_equal(session_load(db, *state, signing.hash, "pay", &session), RESULT_NOT_FOUND);
}

struct seeing {
    int64_t user_id, account_id, now;
};

static enum result seen_work(struct db *to, void *context) {
    const struct seeing *seeing = context;

    return user_seen(to, seeing->user_id, seeing->account_id, "es", seeing->now);
}

/* The latest of what is remembered and of the sessions there are, on this account alone. */
static void test_people(void **state) {
    struct signing signing = sign_in();
    int64_t account = signing.account_id, count = 0;
    struct seeing seeing = {account, account, SHOP_NOW + 50};
    struct people people;

    assert_int_equal(people_count(db, *state, account, &count), RESULT_OK);
    assert_int_equal(count, 1);
    assert_int_equal(people_list(db, *state, account, 0, 10, &people), RESULT_OK);
    assert_int_equal(people.count, 1);
    assert_int_equal(people.list[0].seen_at, SHOP_NOW);
    assert_string_equal(people.list[0].level, "Manager");
    assert_int_equal(db_transaction(db, seen_work, &seeing), RESULT_OK);
    seeing.now = SHOP_NOW + 20;
    assert_int_equal(db_transaction(db, seen_work, &seeing), RESULT_OK);
    assert_int_equal(people_list(db, *state, account, 0, 10, &people), RESULT_OK);
    assert_int_equal(people.list[0].seen_at, SHOP_NOW + 50);
    seeing.account_id = account + 100000;
    assert_int_equal(db_transaction(db, seen_work, &seeing), RESULT_OK);
    assert_int_equal(people_list(db, *state, account, 1, 10, &people), RESULT_OK);
    assert_int_equal(people.count, 0);
    database_do(&shop.database, "UPDATE user SET is_active = 0 WHERE id = %lld",
                (long long)account);
    assert_int_equal(people_count(db, *state, account, &count), RESULT_OK);
    assert_int_equal(count, 0);
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

static enum result enter_work(struct db *to, void *context) {
    return user_enter(to, *(const int64_t *)context);
}

/* Whoever was disabled between the look at the password and the session does not get in. */
static void test_enter(void **state) {
    int64_t nobody = 999999999, account = shop_account(&shop);

    (void)state;
    assert_int_equal(db_transaction(db, enter_work, &account), RESULT_OK);
    database_do(&shop.database, "UPDATE user SET is_active = 0 WHERE id = %lld",
                (long long)account);
    assert_int_equal(db_transaction(db, enter_work, &account), RESULT_CONFLICT);
    assert_int_equal(db_transaction(db, enter_work, &nobody), RESULT_CONFLICT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_load),   TEST(test_level),   TEST(test_ended_by),      TEST(test_end),
        TEST(test_touch),  TEST(test_sign_in), TEST(test_first_account), TEST(test_counters),
        TEST(test_audit),  TEST(test_switch),  TEST(test_list),          TEST(test_end_of_user),
        TEST(test_people), TEST(test_enter),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
