/* What a run writes: each day and each attempt once, whoever else is at it. */
#include "tests/support/test.h"

#include <string.h>

#include "common/store/charge_store.h"
#include "common/store/draft_store.h"
#include "tests/support/shop.h"

static struct shop shop;
static struct db *db, *rival;

static const struct statement *const statements[] = {
    DRAFT_WRITE_STATEMENTS, DRAFT_FOLLOW_STATEMENTS, DRAFT_JOIN_STATEMENTS, &split_plan_list_sql,
    &account_move_sql,      &allocation_open_sql,    &invoice_reserve_sql,  &draft_find_sql};

static int group_setup(void **state) {
    (void)state;
    shop_open(&shop);
    db = database_db(&shop.database, statements, COUNT(statements));
    rival = database_db(&shop.database, statements, COUNT(statements));
    return 0;
}

static int group_teardown(void **state) {
    (void)state;
    db_free(rival);
    db_free(db);
    shop_close(&shop);
    return 0;
}

static int64_t enrol(int64_t account, const char *schedule, const char *next_on) {
    long long id = (long long)account;

    database_do(&shop.database,
                "INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope,"
                " began_on, next_on, created_at, changed_at) VALUES (%lld, %lld, %lld, '%s',"
                " 'types', '2026-01-01', %s, '2026-01-01', '2026-01-01')",
                id, id, id, schedule, next_on);
    return database_number(&shop.database, "SELECT MAX(id) FROM enrolment");
}

static const char *next_of(void **state, int64_t enrolment) {
    return database_text(&shop.database, *state,
                         "SELECT CONCAT(COALESCE(next_on, '-'), ' ', COALESCE(skip_on, '-'))"
                         " FROM enrolment WHERE id = %lld",
                         (long long)enrolment);
}

/* Every write as a transaction of its own. */
struct work {
    enum { ADD, MOVE, TAKEN, ADVANCE, PLAN, CLAIM, JOIN } what;
    struct draft_row *draft;
    enum draft_state from;
    const struct draft_enrolment *enrolment;
    struct date next_on, skip_on;
    int64_t account, invoice, cents;
    int attempt;
    const char *type;
    struct date issued_on;
};

/* As a run claims an attempt. */
static enum result claim(struct db *on, const struct work *work) {
    unsigned char token[CLAIM_TOKEN_BYTES] = {1};
    char reference[REFERENCE_SIZE];
    struct allocation covers = {.invoice_id = work->invoice, .amount_cents = work->cents};
    int64_t payment = 0;

    secret_reference(reference);
    enum result result = payment_claim_new(on,
                                           &(struct claim_new){
                                               .claim = {.account_id = work->account,
                                                         .token = token,
                                                         .lease_s = 60,
                                                         .now = SHOP_NOW,
                                                         .deadline_at = SHOP_NOW + 60,
                                                         .gateway = "nmi",
                                                         .vault_id = "v"},
                                               .user_id = work->account,
                                               .method_id = work->account,
                                               .draft_id = work->draft->id,
                                               .attempt = work->attempt,
                                               .amount_cents = work->cents,
                                               .reference = reference,
                                               .kind = "card",
                                               .method_text = "Visa ending 4242",
                                           },
                                           &payment);

    if (result == RESULT_OK)
        result = payment_cover(on, work->account, payment, &covers);
    return result == RESULT_OK ? invoices_take(on, work->account, payment) : result;
}

static enum result run(struct db *on, void *context) {
    struct work *work = context;
    enum result result = account_move(on, work->account, 0, 0);

    if (result != RESULT_OK)
        return result;
    switch (work->what) {
    case ADD:
        return draft_add(on, work->draft, SHOP_NOW, &work->draft->id);
    case MOVE:
        return draft_move(on, work->draft, work->from, SHOP_NOW);
    case TAKEN:
        return draft_taken(on, work->account, work->draft->id, SHOP_NOW);
    case ADVANCE:
        return enrolment_advance(on, work->enrolment, work->next_on, work->skip_on);
    case PLAN:
        return split_plan_add(on, work->account, work->enrolment->id, work->next_on, work->invoice,
                              work->cents);
    case CLAIM:
        return claim(on, work);
    case JOIN:
        return draft_join(on, work->account, work->invoice, work->type, work->issued_on,
                          work->next_on, (struct date){2026, 11, 22});
    }
    return RESULT_FAILED;
}

static enum result act(struct work work) {
    return db_transaction(db, run, &work);
}

static enum result add(struct draft_row *draft) {
    return act((struct work){.what = ADD, .account = draft->account_id, .draft = draft});
}

/* ---- drafts ---- */

static void test_once_a_day(void **state) {
    int64_t account = shop_account(&shop), one = enrol(account, "first", "'2026-12-01'"),
            two = enrol(account, "first", "'2026-12-01'");
    struct draft_row draft = {
        .account_id = account, .enrolment_id = one, .draft_on = {2026, 12, 1}};
    static const struct {
        enum draft_state state;
        bool is_closed;
    } states[] = {{DRAFT_OPEN, false},   {DRAFT_PERSON, false}, {DRAFT_NOTHING, true},
                  {DRAFT_SKIPPED, true}, {DRAFT_MERGED, true},  {DRAFT_FAILED, true}};

    (void)state;
    assert_int_equal(add(&draft), RESULT_OK);
    int64_t first = draft.id;
    assert_int_equal(add(&draft), RESULT_CONFLICT);
    /* Of another day, and of another enrolment, it is another draft. */
    draft.draft_on.day = 2;
    assert_int_equal(add(&draft), RESULT_OK);
    assert_true(draft.id != first);
    draft.enrolment_id = two;
    draft.draft_on.day = 1;
    assert_int_equal(add(&draft), RESULT_OK);
    for (size_t at = 0; at < COUNT(states); at++) {
        draft.draft_on.day = (int8_t)(10 + at);
        draft.state = states[at].state;
        assert_int_equal(add(&draft), RESULT_OK);
        check_int(draft_state_name(states[at].state),
                  database_number(&shop.database,
                                  "SELECT closed_at IS NOT NULL FROM draft WHERE id = %lld",
                                  (long long)draft.id),
                  states[at].is_closed);
    }
}

static void test_move(void **state) {
    int64_t account = shop_account(&shop), one = enrol(account, "first", "'2026-12-01'");
    struct draft_row draft = {.account_id = account,
                              .enrolment_id = one,
                              .draft_on = {2026, 12, 1}},
                     found;
    struct work move = {.what = MOVE, .account = account, .draft = &draft, .from = DRAFT_OPEN};

    assert_int_equal(add(&draft), RESULT_OK);
    draft.state = DRAFT_RETRY;
    draft.reason = DRAFT_DECLINED;
    draft.retry_on = (struct date){2026, 12, 4};
    draft.amount_cents = 700;
    draft.attempts = 3;
    draft.used_backup = true;
    assert_int_equal(act(move), RESULT_OK);
    assert_int_equal(draft_find(db, *state, account, draft.id, &found), RESULT_OK);
    assert_int_equal(found.state, DRAFT_RETRY);
    assert_int_equal(found.retry_on.day, 4);
    assert_int_equal(found.amount_cents, 700);
    assert_int_equal(found.attempts, 3);
    assert_true(found.used_backup);
    /* It is not open any more: somebody who thought so has lost. */
    draft.state = DRAFT_FAILED;
    draft.retry_on = (struct date){0};
    assert_int_equal(act(move), RESULT_CONFLICT);
    move.from = DRAFT_RETRY;
    assert_int_equal(act(move), RESULT_OK);
    assert_int_equal(act(move), RESULT_CONFLICT);
}

static void test_taken(void **state) {
    int64_t account = shop_account(&shop), one = enrol(account, "first", "'2026-12-01'");
    struct draft_row draft = {.account_id = account, .enrolment_id = one}, found;
    static const struct {
        enum draft_state from, want;
    } cases[] = {{DRAFT_OPEN, DRAFT_TAKEN},      {DRAFT_RETRY, DRAFT_TAKEN},
                 {DRAFT_FAILED, DRAFT_TAKEN},    {DRAFT_TAKEN, DRAFT_TAKEN},
                 {DRAFT_SKIPPED, DRAFT_SKIPPED}, {DRAFT_MERGED, DRAFT_MERGED},
                 {DRAFT_NOTHING, DRAFT_NOTHING}, {DRAFT_PERSON, DRAFT_PERSON}};

    for (size_t at = 0; at < COUNT(cases); at++) {
        draft.draft_on = (struct date){2026, 12, (int8_t)(at + 1)};
        draft.state = cases[at].from;
        draft.reason = DRAFT_DECLINED;
        draft.retry_on = (struct date){0};
        if (draft.state == DRAFT_RETRY)
            draft.retry_on = (struct date){2026, 12, 30};
        assert_int_equal(add(&draft), RESULT_OK);
        assert_int_equal(act((struct work){.what = TAKEN, .account = account, .draft = &draft}),
                         RESULT_OK);
        assert_int_equal(draft_find(db, *state, account, draft.id, &found), RESULT_OK);
        check_int(draft_state_name(cases[at].from), found.state, cases[at].want);
        if (cases[at].from == DRAFT_RETRY)
            assert_int_equal(found.retry_on.year, 0);
    }
}

static void test_waiting(void **state) {
    int64_t account = shop_account(&shop), one = enrol(account, "first", "'2026-12-01'"),
            two = enrol(account, "first", "'2026-12-01'");
    struct draft_row draft = {.account_id = account, .enrolment_id = one};
    int64_t *list;
    size_t count;

    assert_int_equal(draft_waiting(db, *state, account, one, &list, &count), RESULT_OK);
    assert_int_equal(count, 0);
    draft.state = DRAFT_RETRY;
    draft.retry_on = (struct date){2026, 12, 30};
    for (int day = 1; day <= 3; day++) {
        draft.draft_on = (struct date){2026, 12, (int8_t)day};
        draft.enrolment_id = day < 3 ? one : two;
        assert_int_equal(add(&draft), RESULT_OK);
    }
    draft.state = DRAFT_OPEN;
    draft.retry_on = (struct date){0};
    draft.draft_on.day = 9;
    draft.enrolment_id = one;
    assert_int_equal(add(&draft), RESULT_OK);
    assert_int_equal(draft_waiting(db, *state, account, one, &list, &count), RESULT_OK);
    assert_int_equal(count, 2);
}

/* ---- claims ---- */

/* Two that read the same next_on: one of them moves it, the other has lost. */
static void test_advance_race(void **state) {
    int64_t account = shop_account(&shop), one = enrol(account, "first", "'2026-12-01'");
    struct draft_enrolment seen = {.account_id = account, .id = one, .next_on = {2026, 12, 1}};
    struct work first = {.what = ADVANCE,
                         .account = account,
                         .enrolment = &seen,
                         .next_on = {2027, 1, 1},
                         .skip_on = {2027, 1, 1}},
                second = first;

    assert_int_equal(db_transaction(rival, run, &first), RESULT_OK);
    second.next_on = (struct date){2027, 2, 1};
    assert_int_equal(act(second), RESULT_CONFLICT);
    assert_string_equal(next_of(state, one), "2027-01-01 2027-01-01");
    seen.next_on = (struct date){2027, 1, 1};
    second.next_on = second.skip_on = (struct date){0};
    assert_int_equal(act(second), RESULT_OK);
    assert_string_equal(next_of(state, one), "- -");
    /* What has no next day, or is off, is claimed by nobody. */
    assert_int_equal(act(second), RESULT_CONFLICT);
    database_do(&shop.database,
                "UPDATE enrolment SET state = 'off', off_at = '2026-12-01' WHERE id = %lld",
                (long long)one);
    assert_int_equal(act(first), RESULT_CONFLICT);
}

/* An attempt of a draft is made once, and an invoice is in one payment that is on its way. */
static void test_claim_conflict(void **state) {
    int64_t account = shop_account(&shop), one = enrol(account, "first", "'2026-12-01'");
    int64_t mine = shop_invoice(&shop, account, 1000, 0),
            theirs = shop_invoice(&shop, account, 500, 0),
            more = shop_invoice(&shop, account, 200, 0);
    struct draft_row draft = {
        .account_id = account, .enrolment_id = one, .draft_on = {2026, 12, 1}};
    struct work work = {.what = CLAIM,
                        .account = account,
                        .draft = &draft,
                        .invoice = mine,
                        .cents = 1000,
                        .attempt = 1};

    (void)state;
    assert_int_equal(add(&draft), RESULT_OK);
    assert_int_equal(act(work), RESULT_OK);
    work.invoice = more;
    work.cents = 200;
    assert_int_equal(db_transaction(rival, run, &work), RESULT_CONFLICT);
    /* The next attempt finds an invoice that somebody is paying by hand. */
    int64_t payment = shop_payment_of(&shop, account, theirs, 500);
    assert_int_equal(shop_claim(shop.db, account, payment), RESULT_OK);
    work.attempt = 2;
    work.invoice = theirs;
    work.cents = 100;
    assert_int_equal(act(work), RESULT_CONFLICT);
    /* Nor does it get more of one than is free. */
    work.invoice = more;
    work.cents = 201;
    assert_int_equal(act(work), RESULT_CONFLICT);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT COUNT(*) FROM payment WHERE draft_id = %lld",
                                     (long long)draft.id),
                     1);
    assert_int_equal(database_number(&shop.database,
                                     "SELECT pending_cents FROM invoice WHERE id = %lld",
                                     (long long)more),
                     0);
    work.cents = 200;
    assert_int_equal(act(work), RESULT_OK);
}

static void test_plan(void **state) {
    int64_t account = shop_account(&shop), one = enrol(account, "split", "'2026-12-01'");
    struct draft_enrolment enrolment = {.account_id = account, .id = one};
    struct date month_on = {2026, 12, 1}, other = {2027, 1, 1};
    struct work work = {.what = PLAN,
                        .account = account,
                        .enrolment = &enrolment,
                        .next_on = month_on,
                        .invoice = 7,
                        .cents = 600};
    struct draft_planned *list;
    size_t count;

    assert_int_equal(act(work), RESULT_OK);
    assert_int_equal(act(work), RESULT_CONFLICT);
    assert_int_equal(split_plan_list(db, *state, account, one, month_on, &list, &count), RESULT_OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].invoice_id, 7);
    assert_int_equal(list[0].plan_cents, 600);
    assert_int_equal(list[0].taken_cents, 0);
    assert_int_equal(split_plan_list(db, *state, account, one, other, &list, &count), RESULT_OK);
    assert_int_equal(count, 0);
}

/* ---- when an invoice is issued ---- */

static void cover(int64_t account, int64_t enrolment, const char *key, const char *issued_from) {
    database_do(&shop.database, "INSERT INTO enrolment_cover VALUES (%lld, %lld, '%s', 1)",
                (long long)account, (long long)enrolment, key);
    database_do(&shop.database, "UPDATE enrolment SET issued_from = %s WHERE id = %lld",
                issued_from, (long long)enrolment);
}

static void test_join(void **state) {
    int64_t account = shop_account(&shop);
    int64_t all = enrol(account, "due_date", "'2026-12-20'"),
            hosting = enrol(account, "due_date", "NULL"),
            support = enrol(account, "first", "'2027-01-01'");
    static const struct {
        const char *label, *type;
        struct date issued_on, due_on;
        const char *all, *hosting;
    } cases[] = {
        {"later", "", {2026, 11, 22}, {2026, 12, 25}, "2026-12-20 -", "- -"},
        {"earlier", "", {2026, 11, 22}, {2026, 12, 10}, "2026-12-10 -", "- -"},
        {"of a type", "Hosting", {2026, 11, 22}, {2026, 12, 5}, "2026-12-10 -", "2026-12-05 -"},
        {"too old for its type",
         "Hosting",
         {2026, 1, 1},
         {2026, 12, 4},
         "2026-12-04 -",
         "2026-12-05 -"},
        {"of a calendar", "Support", {2026, 11, 22}, {2026, 12, 1}, "2026-12-04 -", "2026-12-05 -"},
        {"due already", "", {2026, 11, 1}, {2026, 11, 2}, "2026-11-23 -", "2026-12-05 -"},
    };

    cover(account, all, "all", "NULL");
    cover(account, hosting, "type:Hosting", "'2026-11-01'");
    cover(account, support, "type:Support", "NULL");
    for (size_t at = 0; at < COUNT(cases); at++) {
        assert_int_equal(act((struct work){.what = JOIN,
                                           .account = account,
                                           .invoice = 1,
                                           .type = cases[at].type,
                                           .issued_on = cases[at].issued_on,
                                           .next_on = cases[at].due_on}),
                         RESULT_OK);
        check_text(cases[at].label, next_of(state, all), cases[at].all);
        check_text(cases[at].label, next_of(state, hosting), cases[at].hosting);
        check_text(cases[at].label, next_of(state, support), "2027-01-01 -");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_once_a_day),   TEST(test_move),           TEST(test_taken), TEST(test_waiting),
        TEST(test_advance_race), TEST(test_claim_conflict), TEST(test_plan),  TEST(test_join),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
