/* Which cents go where: the rules for any list of invoices and any amount. */
#include "tests/support/test.h"

#include <string.h>

#include "common/billing/allocation.h"

static void list_make(struct seed *seed, struct allocation *list, size_t count) {
    for (size_t at = 0; at < count; at++)
        list[at] = (struct allocation){
            .invoice_id = (int64_t)at + 1,
            .free_cents = seed_below(seed, 4) ? seed_below(seed, 100000) : 0,
            .amount_cents = 12345, /* left over from before: must be written over */
        };
}

/* Nothing goes to an invoice while one before it has room; no invoice gets more than is free. */
static int64_t covered(const struct allocation *list, size_t count) {
    bool has_room_before = false;
    int64_t sum = 0;

    for (size_t at = 0; at < count; at++) {
        check_int("order stays", list[at].invoice_id, (int64_t)at + 1);
        check_true("not negative", list[at].amount_cents >= 0);
        check_true("not over free", list[at].amount_cents <= list[at].free_cents);
        check_true("oldest first", !has_room_before || list[at].amount_cents == 0);
        has_room_before = has_room_before || list[at].amount_cents < list[at].free_cents;
        sum += list[at].amount_cents;
    }
    return sum;
}

static void pack_check(struct allocation *list, size_t count) {
    int64_t sum = allocation_sum(list, count), last = 0;
    size_t with_cents = 0;

    for (size_t at = 0; at < count; at++)
        with_cents += list[at].amount_cents > 0;
    size_t kept = allocation_pack(list, count);
    check_int("kept", (int64_t)kept, (int64_t)with_cents);
    check_int("packed sum", allocation_sum(list, kept), sum);
    for (size_t at = 0; at < kept; at++) {
        check_true("packed has cents", list[at].amount_cents > 0);
        check_true("packed order", list[at].invoice_id > last);
        last = list[at].invoice_id;
    }
}

static void test_amount(void **state) {
    struct seed seed = seed_start();
    struct allocation list[ALLOCATIONS_MAX];

    (void)state;
    for (int round = 0; round < 3000; round++) {
        size_t count = (size_t)seed_below(&seed, ALLOCATIONS_MAX + 1);
        int64_t total = 0;

        list_make(&seed, list, count);
        for (size_t at = 0; at < count; at++)
            total += list[at].free_cents;
        int64_t amount = seed_below(&seed, 2) ? seed_below(&seed, total + 2)
                                              : seed_below(&seed, 2 * total + 100);
        int64_t rest = allocate_amount(list, count, amount);
        int64_t sum = covered(list, count);

        check_int("nothing appears or vanishes", sum + rest, amount);
        check_int("a rest only when all is covered", rest, amount > total ? amount - total : 0);
        check_int("sum", allocation_sum(list, count), sum);
        pack_check(list, count);
    }
}

static void test_all(void **state) {
    struct seed seed = seed_start();
    struct allocation list[ALLOCATIONS_MAX];

    (void)state;
    for (int round = 0; round < 1000; round++) {
        size_t count = (size_t)seed_below(&seed, ALLOCATIONS_MAX + 1);

        list_make(&seed, list, count);
        int64_t sum = allocate_all(list, count);
        check_int("sum", sum, covered(list, count));
        for (size_t at = 0; at < count; at++)
            check_int("everything free", list[at].amount_cents, list[at].free_cents);
        pack_check(list, count);
    }
}

/* What goes back: the mirror of covering. Nothing is taken from an invoice while one behind it has
 * something left; in pieces it ends up as at once. */
static void test_back(void **state) {
    struct seed seed = seed_start();
    struct allocation list[ALLOCATIONS_MAX], pieces[ALLOCATIONS_MAX];

    (void)state;
    for (int round = 0; round < 3000; round++) {
        size_t count = (size_t)seed_below(&seed, ALLOCATIONS_MAX + 1);
        int64_t total = 0, sum = 0;
        bool has_left_behind = false;

        list_make(&seed, list, count);
        for (size_t at = 0; at < count; at++)
            total += list[at].free_cents;
        memcpy(pieces, list, sizeof list);
        int64_t amount = seed_below(&seed, 2) ? seed_below(&seed, total + 2)
                                              : seed_below(&seed, 2 * total + 100);
        int64_t rest = allocate_back(list, count, amount);

        for (size_t at = count; at-- > 0;) {
            check_true("not over",
                       list[at].amount_cents >= 0 && list[at].amount_cents <= list[at].free_cents);
            check_true("last first", !has_left_behind || list[at].amount_cents == 0);
            has_left_behind = has_left_behind || list[at].amount_cents < list[at].free_cents;
            sum += list[at].amount_cents;
        }
        check_int("nothing appears or vanishes", sum + rest, amount);
        check_int("a rest only when all is back", rest, amount > total ? amount - total : 0);

        for (int64_t left = amount - rest; left > 0;) {
            int64_t piece = 1 + seed_below(&seed, left);

            check_int("a piece has room", allocate_back(pieces, count, piece), 0);
            for (size_t at = 0; at < count; at++)
                pieces[at].free_cents -= pieces[at].amount_cents;
            left -= piece;
        }
        for (size_t at = 0; at < count; at++)
            check_int("in pieces as at once", pieces[at].free_cents,
                      list[at].free_cents - list[at].amount_cents);
    }
}

static void test_back_edges(void **state) {
    static const struct {
        const char *label;
        int64_t amount, rest, want[3];
    } cases[] = {
        {"nothing", 0, 0, {0, 0, 0}},    {"a cent of the last", 1, 0, {0, 0, 1}},
        {"the last", 50, 0, {0, 0, 50}}, {"over an empty one", 51, 0, {1, 0, 50}},
        {"all", 150, 0, {100, 0, 50}},   {"more than all", 151, 1, {100, 0, 50}},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct allocation list[3] = {{1, 100, 7}, {2, 0, 7}, {3, 50, 7}};

        check_int(cases[at].label, allocate_back(list, 3, cases[at].amount), cases[at].rest);
        for (size_t each = 0; each < 3; each++)
            check_int(cases[at].label, list[each].amount_cents, cases[at].want[each]);
    }
    assert_int_equal(allocate_back(NULL, 0, 7), 7);
}

static void test_edges(void **state) {
    struct allocation list[3] = {{1, 100, 0}, {2, 0, 0}, {3, 50, 0}};

    (void)state;
    assert_int_equal(allocate_amount(list, 3, 0), 0);
    assert_int_equal(allocation_sum(list, 3), 0);
    assert_int_equal(allocation_pack(list, 3), 0);
    assert_int_equal(allocate_amount(list, 0, 7), 7);
    assert_int_equal(allocate_amount(list, 3, 101), 0);
    assert_int_equal(list[0].amount_cents, 100);
    assert_int_equal(list[2].amount_cents, 1);
    assert_int_equal(allocation_pack(list, 3), 2);
    assert_int_equal(list[1].invoice_id, 3);
}

static void amount_negative(void *context) {
    (void)allocate_amount(context, 1, -1);
}

static void back_negative(void *context) {
    (void)allocate_back(context, 1, -1);
}

static void back_free_negative(void *context) {
    (void)allocate_back(context, 1, 1);
}

static void free_negative(void *context) {
    (void)allocate_amount(context, 1, 1);
}

static void sum_over(void *context) {
    (void)allocate_all(context, 2);
}

static void test_mistakes_die(void **state) {
    struct allocation list[] = {{1, 100, 0}}, negative[] = {{1, -1, 0}};
    struct allocation large[] = {{1, INT64_MAX, 0}, {2, 1, 0}};

    (void)state;
    assert_true(dies(amount_negative, list));
    assert_true(dies(free_negative, negative));
    assert_true(dies(back_negative, list));
    assert_true(dies(back_free_negative, negative));
    assert_true(dies(sum_over, large));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amount),     cmocka_unit_test(test_all),
        cmocka_unit_test(test_edges),      cmocka_unit_test(test_back),
        cmocka_unit_test(test_back_edges), cmocka_unit_test(test_mistakes_die),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
