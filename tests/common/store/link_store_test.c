/* Links that came by mail: made with their mail, found by their token, used once and in time. */
#include "tests/support/test.h"

#include <string.h>

#include "common/program/user_link.h"
#include "common/store/event_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db;
static const unsigned char key[SECRET_KEY_BYTES] = {7, 8, 9};

static const struct statement *const statements[] = {
    USER_LINK_STATEMENTS, &link_find_sql, &link_use_sql, &links_end_sql, &link_mail_sql,
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

static enum result make_work(struct db *to, void *context) {
    return user_link_make(to, key, context);
}

struct using {
    int64_t id, now;
};

static enum result use_work(struct db *to, void *context) {
    const struct using *using = context;

    return link_use(to, using->id, using->now);
}

static enum result end_work(struct db *to, void *context) {
    return links_end(to, *(const int64_t *)context);
}

struct made {
    int64_t user_id, id;
    char token[SECRET_TOKEN_TEXT_SIZE];
    unsigned char hash[SECRET_HASH_BYTES];
};

/* The newest link of the user, and its token as the mailer makes it. */
static struct made made_of(struct arena *arena, int64_t user_id) {
    struct made made = {.user_id = user_id};
    struct link_mail mail;

    made.id = database_number(&shop.database, "SELECT MAX(id) FROM user_link");
    assert_int_equal(link_mail(db, arena, made.id, user_id, user_id, &mail), RESULT_OK);
    user_link_token(key, mail.kind, mail.salt, made.token);
    secret_hash(made.token, strlen(made.token), made.hash);
    assert_memory_equal(made.hash, mail.token_hash, sizeof made.hash);
    return made;
}

static struct made make(struct arena *arena, enum link_kind kind) {
    int64_t user_id = shop_account(&shop);
    struct user_link link = {user_id, user_id, kind, SHOP_NOW};

    assert_int_equal(db_transaction(db, make_work, &link), RESULT_OK);
    return made_of(arena, user_id);
}

static void test_made(void **state) {
    static const int64_t lives_s[] = {[LINK_RESET] = 1800, [LINK_INVITATION] = 604800};

    for (int kind = 0; kind < LINK_KIND_COUNT; kind++) {
        struct made made = make(*state, (enum link_kind)kind);
        struct link link;

        assert_int_equal(link_find(db, *state, made.hash, &link), RESULT_OK);
        assert_int_equal(link.user_id, made.user_id);
        assert_int_equal(link.kind, kind);
        assert_int_equal(link.ends_at, SHOP_NOW + lives_s[kind]);
        assert_true(link.is_open && link.user_active);
        assert_int_equal(database_number(&shop.database,
                                         "SELECT COUNT(*) FROM outbox WHERE subject_id ="
                                         " (SELECT MAX(id) FROM user_link)"),
                         1);
    }
}

/* Another key, another kind and another salt make another token; nothing else is needed for it. */
static void test_token(void **state) {
    unsigned char salt[LINK_SALT_BYTES] = {1}, other_salt[LINK_SALT_BYTES] = {2};
    unsigned char other_key[SECRET_KEY_BYTES] = {7, 8, 10};
    char token[SECRET_TOKEN_TEXT_SIZE], other[SECRET_TOKEN_TEXT_SIZE];

    (void)state;
    user_link_token(key, LINK_RESET, salt, token);
    user_link_token(key, LINK_RESET, salt, other);
    assert_string_equal(token, other);
    user_link_token(other_key, LINK_RESET, salt, other);
    assert_string_not_equal(token, other);
    user_link_token(key, LINK_INVITATION, salt, other);
    assert_string_not_equal(token, other);
    user_link_token(key, LINK_RESET, other_salt, other);
    assert_string_not_equal(token, other);
}

static void test_used(void **state) {
    struct made made = make(*state, LINK_RESET);
    struct using using = {made.id, SHOP_NOW + 1800};
    struct link link;

    assert_int_equal(db_transaction(db, use_work, &using), RESULT_CONFLICT);
    using.now = SHOP_NOW + 1799;
    assert_int_equal(db_transaction(db, use_work, &using), RESULT_OK);
    assert_int_equal(db_transaction(db, use_work, &using), RESULT_CONFLICT);
    assert_int_equal(link_find(db, *state, made.hash, &link), RESULT_OK);
    assert_false(link.is_open);
}

static void test_ended(void **state) {
    struct made made = make(*state, LINK_RESET), other = make(*state, LINK_RESET);
    struct using using = {made.id, SHOP_NOW}, others = {other.id, SHOP_NOW};

    assert_int_equal(db_transaction(db, end_work, &made.user_id), RESULT_OK);
    assert_int_equal(db_transaction(db, use_work, &using), RESULT_CONFLICT);
    assert_int_equal(db_transaction(db, use_work, &others), RESULT_OK);
}

static void test_not_found(void **state) {
    struct made made = make(*state, LINK_RESET);
    struct link_mail mail;
    struct link link;

    assert_int_equal(link_mail(db, *state, made.id, made.user_id, made.user_id + 1, &mail),
                     RESULT_NOT_FOUND);
    assert_int_equal(link_mail(db, *state, made.id, made.user_id + 1, made.user_id, &mail),
                     RESULT_NOT_FOUND);
    made.hash[0] ^= 1;
    assert_int_equal(link_find(db, *state, made.hash, &link), RESULT_NOT_FOUND);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_made), CASE(test_token), CASE(test_used), CASE(test_ended), CASE(test_not_found),
    };

    secret_open();
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
