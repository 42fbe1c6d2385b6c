/* Invoices page by page: each list against a sort of the same rows here, forward and back, with
 * ties of a day broken over several pages, and never another account's. */
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/store/history_store.h"
#include "tests/support/shop.h"

enum { INVOICES = 60, PAGE = 7 };

static struct shop shop;
static struct db *db;

static const struct statement *const statements[] = {
    HISTORY_STATEMENTS,
    &history_number_up_sql,
    &history_number_down_sql,
    &history_held_sql,
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

struct made {
    int64_t id;
    int issued, due; /* days from the first of them */
    bool is_open, is_covered, is_void;
};

static const struct date first_day = {2026, 1, 1};

static void make(int64_t account, struct made *list) {
    for (int at = 0; at < INVOICES; at++) {
        struct made *made = &list[at];

        *made = (struct made){.issued = at * 7 % 5, .due = at * 11 % 9, .is_void = at % 13 == 0};
        made->is_open = !made->is_void && at % 3 != 0;
        made->is_covered = made->is_open && at % 5 == 0;
        made->id = shop_invoice(&shop, account, 1000, 0);
        database_do(
            &shop.database,
            "UPDATE invoice SET issued_on = '2026-01-01' + INTERVAL %d DAY, due_on ="
            " '2026-01-01' + INTERVAL %d DAY, state = '%s', paid_cents = %d, pending_cents = %d"
            " WHERE id = %lld",
            made->issued, made->due, made->is_void ? "void" : "issued",
            made->is_open || made->is_void ? 0 : 1000,
            made->is_covered ? 1000
            : made->is_open  ? 999
                             : 0,
            (long long)made->id);
    }
}

/* ---- the same here ---- */

static enum invoice_order sorted_by;

static int day_of(const struct made *made) {
    return sorted_by == INVOICES_DUE ? made->due : made->issued;
}

static int compare(const void *left, const void *right) {
    const struct made *a = left, *b = right;
    int days = day_of(a) - day_of(b);
    int found = days ? days : (a->id > b->id) - (a->id < b->id);

    return sorted_by == INVOICES_NEWEST ? -found : found;
}

static size_t expect(const struct made *list, const struct invoice_history *ask, struct made *out) {
    size_t count = 0;

    sorted_by = ask->order;
    for (size_t at = 0; at < INVOICES; at++) {
        struct date on = date_add_days(first_day, day_of(&list[at]));
        bool is_paid = !list[at].is_open && !list[at].is_void;

        if ((ask->which == INVOICES_OPEN && !list[at].is_open) ||
            (ask->which == INVOICES_LEFT && (!list[at].is_open || list[at].is_covered)) ||
            (ask->which == INVOICES_PAID && !is_paid) ||
            (ask->from.year && date_compare(on, ask->from) < 0) ||
            (ask->to.year && date_compare(on, ask->to) > 0))
            continue;
        out[count++] = list[at];
    }
    qsort(out, count, sizeof *out, compare);
    return count;
}

static struct invoice_place place_of(const struct made *made) {
    return (struct invoice_place){date_add_days(first_day, day_of(made)), made->id};
}

/* All of it forward, then from its end back to the begin. */
static void walk(struct arena *arena, const struct made *list, struct invoice_history ask,
                 const char *label) {
    struct made wanted[INVOICES];
    size_t count = expect(list, &ask, wanted), seen = 0;
    struct invoice_rows rows;

    check_true(label, count > 0);
    do {
        assert_int_equal(invoice_history(db, arena, &ask, &rows), RESULT_OK);
        check_true(label, rows.count == (count - seen < PAGE ? count - seen : PAGE));
        for (size_t at = 0; at < rows.count; at++)
            check_int(label, rows.list[at].id, wanted[seen + at].id);
        seen += rows.count;
        check_true(label, rows.has_more == (seen < count));
        ask.place = place_of(&wanted[seen - 1]);
    } while (rows.has_more);
    ask.is_back = true;
    for (seen = count - 1; seen > 0; seen -= rows.count) {
        ask.place = place_of(&wanted[seen]);
        assert_int_equal(invoice_history(db, arena, &ask, &rows), RESULT_OK);
        check_true(label, rows.count == (seen < PAGE ? seen : PAGE));
        for (size_t at = 0; at < rows.count; at++)
            check_int(label, rows.list[at].id, wanted[seen - rows.count + at].id);
        check_true(label, rows.has_more == (seen > rows.count));
    }
}

static void test_walks(void **state) {
    static const struct {
        const char *label;
        enum invoice_which which;
        enum invoice_order order;
        struct date from, to;
    } cases[] = {
        {"all", INVOICES_ALL, INVOICES_NEWEST, {0}, {0}},
        {"all, oldest first", INVOICES_ALL, INVOICES_OLDEST, {0}, {0}},
        {"all of a period", INVOICES_ALL, INVOICES_NEWEST, {2026, 1, 2}, {2026, 1, 4}},
        {"all until", INVOICES_ALL, INVOICES_OLDEST, {0}, {2026, 1, 3}},
        {"open", INVOICES_OPEN, INVOICES_NEWEST, {0}, {0}},
        {"open, oldest first, from", INVOICES_OPEN, INVOICES_OLDEST, {2026, 1, 3}, {0}},
        {"open of a day", INVOICES_OPEN, INVOICES_NEWEST, {2026, 1, 2}, {2026, 1, 2}},
        {"open by due date", INVOICES_OPEN, INVOICES_DUE, {0}, {0}},
        {"overdue", INVOICES_LEFT, INVOICES_DUE, {0}, {2026, 1, 5}},
        {"paid", INVOICES_PAID, INVOICES_NEWEST, {0}, {0}},
        {"paid of a period, oldest first",
         INVOICES_PAID,
         INVOICES_OLDEST,
         {2026, 1, 2},
         {2026, 1, 3}},
    };
    int64_t account = shop_account(&shop), other = shop_account(&shop);
    struct made list[INVOICES], others[INVOICES];

    make(other, others);
    make(account, list);
    for (size_t at = 0; at < COUNT(cases); at++)
        walk(*state, list,
             (struct invoice_history){.account_id = account,
                                      .which = cases[at].which,
                                      .order = cases[at].order,
                                      .from = cases[at].from,
                                      .to = cases[at].to,
                                      .limit = PAGE},
             cases[at].label);
}

static void test_empty(void **state) {
    struct invoice_history ask = {.account_id = shop_account(&shop), .limit = 1};
    struct invoice_rows rows;

    for (int which = INVOICES_ALL; which <= INVOICES_PAID; which++) {
        ask.which = (enum invoice_which)which;
        ask.order = which == INVOICES_LEFT ? INVOICES_DUE : INVOICES_NEWEST;
        assert_int_equal(invoice_history(db, *state, &ask, &rows), RESULT_OK);
        assert_int_equal(rows.count, 0);
        assert_true(!rows.has_more);
    }
}

/* What a row holds. */
static void test_row(void **state) {
    int64_t account = shop_account(&shop), id = shop_invoice(&shop, account, 1000, 3);
    struct invoice_rows rows;

    database_do(&shop.database,
                "UPDATE invoice SET paid_cents = 100, credited_cents = 20, pending_cents = 3 WHERE"
                " id = %lld",
                (long long)id);
    assert_int_equal(invoice_history(db, *state,
                                     &(struct invoice_history){.account_id = account, .limit = 9},
                                     &rows),
                     RESULT_OK);
    const struct invoice_figures *figures = &rows.list[0].figures;
    assert_int_equal(figures->total_cents, 1000);
    assert_int_equal(figures->paid_cents, 100);
    assert_int_equal(figures->credited_cents, 20);
    assert_int_equal(figures->pending_cents, 3);
    assert_int_equal(date_compare(figures->due_on, (struct date){2026, 11, 25}), 0);
    assert_true(!figures->is_void && !rows.list[0].is_held);
}

/* ---- by number ---- */

static void number_set(int64_t id, const char *number) {
    database_do(&shop.database, "UPDATE invoice SET number = '%s' WHERE id = %lld", number,
                (long long)id);
}

static void search_is(struct arena *arena, struct invoice_search ask, const char *wanted,
                      bool has_more) {
    struct invoice_rows rows;
    const char *found = "";

    ask.limit = 3;
    assert_int_equal(invoice_search(db, arena, &ask, &rows), RESULT_OK);
    for (size_t at = 0; at < rows.count; at++)
        found = arena_format(arena, "%s%s ", found, rows.list[at].number);
    check_text(ask.prefix, found, wanted);
    check_true(ask.prefix, rows.has_more == has_more);
}

static void test_search(void **state) {
    static const char *const numbers[] = {"AB",   "AB-1", "AB-10", "AB-2", "AB.1", "AB1",
                                          "AB~9", "ABC",  "AC",    "ab-1", "A"};
    int64_t account = shop_account(&shop), other = shop_account(&shop);

    for (size_t at = 0; at < COUNT(numbers); at++)
        number_set(shop_invoice(&shop, account, 1000, 0), numbers[at]);
    number_set(shop_invoice(&shop, other, 1000, 0), "AB-11");
    struct invoice_search ask = {.account_id = account, .prefix = "AB", .place = ""};
    search_is(*state, ask, "AB AB-1 AB-10 ", true);
    ask.place = "AB-10";
    search_is(*state, ask, "AB-2 AB.1 AB1 ", true);
    ask.place = "AB1";
    search_is(*state, ask, "ABC AB~9 ", false);
    ask.is_back = true;
    ask.place = "ABC";
    search_is(*state, ask, "AB-2 AB.1 AB1 ", true);
    ask.place = "AB-2";
    search_is(*state, ask, "AB AB-1 AB-10 ", false);
    ask = (struct invoice_search){.account_id = account, .prefix = "AB-1", .place = ""};
    search_is(*state, ask, "AB-1 AB-10 ", false);
    /* A place that is gone is still a place. */
    ask.place = "AB-1-gone";
    search_is(*state, ask, "AB-10 ", false);
    ask = (struct invoice_search){.account_id = account, .prefix = "%", .place = ""};
    assert_true(!invoice_number_may_hold("%") && !invoice_number_may_hold("A B") &&
                !invoice_number_may_hold("\xc3\xa9") && invoice_number_may_hold("Az09-._~"));
    ask.prefix = "~";
    search_is(*state, ask, "", false);
}

/* ---- held ones ---- */

static void test_held(void **state) {
    int64_t account = shop_account(&shop), ids[40];
    struct invoice_rows rows;

    for (size_t at = 0; at < COUNT(ids); at++) {
        ids[at] = shop_invoice(&shop, account, 1000, (int)at);
        int64_t payment = shop_payment_of(&shop, account, ids[at], at % 4 == 3 ? 1000 : 100);

        if (at % 4 == 1 || at % 4 == 3)
            assert_int_equal(shop_claim(shop.db, account, payment), RESULT_OK);
        if (at % 4 == 2) /* a bank's money on its way holds nothing */
            database_do(&shop.database, "UPDATE invoice SET pending_cents = 100 WHERE id = %lld",
                        (long long)ids[at]);
    }
    assert_int_equal(invoice_history(db, *state,
                                     &(struct invoice_history){.account_id = account,
                                                               .order = INVOICES_OLDEST,
                                                               .limit = COUNT(ids)},
                                     &rows),
                     RESULT_OK);
    assert_int_equal(rows.count, COUNT(ids));
    assert_int_equal(invoice_rows_hold(db, *state, account, &rows), RESULT_OK);
    for (size_t at = 0; at < rows.count; at++) {
        bool is_partly_held = rows.list[at].figures.pending_cents == 100 && at % 4 == 1;

        assert_int_equal(rows.list[at].id, ids[at]);
        assert_int_equal(rows.list[at].is_held, is_partly_held);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_walks, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_empty, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_row, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_search, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_held, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
