/* Which cents of which invoices a draft takes. */
#include "tests/support/test.h"

#include "common/billing/draft_rule.h"

static struct date date_of(const char *text) {
    struct date date = {0};

    if (text && *text)
        assert_true(date_parse(text, &date));
    return date;
}

enum { LIST_MAX = 5 };

/* free, plan, taken of invoices 1, 2, ... and the cents wanted of each. */
struct take_case {
    const char *label;
    enum schedule schedule;
    const char *draft_on, *began_on;
    bool has_plan;
    int64_t largest;
    struct {
        const char *issued_on, *due_on;
        int64_t free, plan, taken, want;
    } list[LIST_MAX];
    enum draft_amount amount;
};

static const struct take_case takes[] = {
    {"first: issued by then, whenever due",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-01-01",
     false,
     0,
     {{"2026-11-01", "2026-11-20", 500, 0, 0, 500},
      {"2026-12-01", "2027-03-01", 700, 0, 0, 700},
      {"2026-12-02", "2027-03-02", 900, 0, 0, 0}},
     DRAFT_TAKES},
    {"fifteenth: nothing free",
     SCHEDULE_FIFTEENTH,
     "2026-12-15",
     "2026-01-01",
     false,
     0,
     {{"2026-11-01", "2026-11-20", 0, 0, 0, 0}},
     DRAFT_TAKES_NOTHING},
    {"no invoice",
     SCHEDULE_FIFTEENTH,
     "2026-12-15",
     "2026-01-01",
     false,
     0,
     {{0}},
     DRAFT_TAKES_NOTHING},
    {"due by then",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-01-01",
     false,
     0,
     {{"2026-01-01", "2026-02-01", 300, 0, 0, 300},
      {"2026-11-01", "2026-12-10", 500, 0, 0, 500},
      {"2026-12-11", "2026-12-10", 500, 0, 0, 0}, /* issued later, due at once */
      {"2026-11-01", "2026-12-11", 700, 0, 0, 0}},
     DRAFT_TAKES},
    {"a limit cuts the last",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-01-01",
     false,
     800,
     {{"2026-11-01", "2026-11-20", 500, 0, 0, 500},
      {"2026-11-01", "2026-11-21", 500, 0, 0, 300},
      {"2026-11-01", "2026-11-22", 500, 0, 0, 0}},
     DRAFT_TAKES},
    {"a limit just met",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-01-01",
     false,
     500,
     {{"2026-11-01", "2026-11-20", 500, 0, 0, 500}},
     DRAFT_TAKES},
    {"a limit below the smallest",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-01-01",
     false,
     99,
     {{"2026-11-01", "2026-11-20", 500, 0, 0, 99}},
     DRAFT_TAKES_TOO_LITTLE},
    {"the smallest",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-01-01",
     false,
     0,
     {{"2026-11-01", "2026-11-20", 60, 0, 0, 60}, {"2026-11-01", "2026-11-21", 40, 0, 0, 40}},
     DRAFT_TAKES},
    {"a cent below",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-01-01",
     false,
     0,
     {{"2026-11-01", "2026-11-20", 99, 0, 0, 99}},
     DRAFT_TAKES_TOO_LITTLE},
    {"a plan of another schedule says nothing",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 500, 200, 100, 500}},
     DRAFT_TAKES},

    {"split, 1st: half of the plan, oldest first",
     SCHEDULE_SPLIT,
     "2026-12-01",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 600, 600, 0, 501}, {"2026-11-01", "2026-11-21", 401, 401, 0, 0}},
     DRAFT_TAKES},
    {"split, 1st, tried again after a payment by hand",
     SCHEDULE_SPLIT,
     "2026-12-01",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 100, 600, 0, 100},
      {"2026-11-01", "2026-11-21", 401, 401, 0, 401}},
     DRAFT_TAKES},
    {"split, 1st, tried again: new invoices wait",
     SCHEDULE_SPLIT,
     "2026-12-01",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 600, 600, 0, 300}, {"2026-11-30", "2026-12-20", 900, 0, 0, 0}},
     DRAFT_TAKES},
    {"split, 1st, a limit",
     SCHEDULE_SPLIT,
     "2026-12-01",
     "2026-01-01",
     true,
     200,
     {{"2026-11-01", "2026-11-20", 1000, 1000, 0, 200}},
     DRAFT_TAKES},
    {"split, 15th: the rest",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 99, 600, 501, 99},
      {"2026-11-01", "2026-11-21", 401, 401, 0, 401},
      {"2026-12-05", "2026-12-15", 5000, 0, 0, 0}},
     DRAFT_TAKES},
    {"split, 15th: a failed first half too",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 600, 600, 0, 600},
      {"2026-11-01", "2026-11-21", 401, 401, 0, 401}},
     DRAFT_TAKES},
    {"split, 15th: paid by hand meanwhile",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 0, 600, 501, 0}, {"2026-11-01", "2026-11-21", 101, 401, 0, 101}},
     DRAFT_TAKES},
    {"split, 15th: all paid by hand",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 0, 600, 300, 0}},
     DRAFT_TAKES_NOTHING},
    {"split, 15th: free again, but outside the plan",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 700, 600, 300, 300}},
     DRAFT_TAKES},
    {"split, 15th: the half was cut",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-01-01",
     true,
     500,
     {{"2026-11-01", "2026-11-20", 800, 1000, 200, 500}},
     DRAFT_TAKES},
    {"split, 15th: an empty plan",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-01-01",
     true,
     0,
     {{"2026-12-05", "2026-12-15", 5000, 0, 0, 0}},
     DRAFT_TAKES_NOTHING},
    {"split, 15th: the 1st was missed",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-11-30",
     false,
     0,
     {{"2026-11-01", "2026-11-20", 600, 0, 0, 600},
      {"2026-12-15", "2026-12-21", 401, 0, 0, 401},
      {"2026-12-16", "2026-12-21", 401, 0, 0, 0}},
     DRAFT_TAKES},
    {"split, 15th: begun after the 1st",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-12-02",
     false,
     0,
     {{"2026-11-01", "2026-11-20", 600, 0, 0, 501}, {"2026-11-01", "2026-11-21", 401, 0, 0, 0}},
     DRAFT_TAKES},
    {"split, 15th: changed after a drafted 1st",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-12-05",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 300, 600, 300, 300}},
     DRAFT_TAKES},
    {"split, 15th: more than the plan was taken",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-01-01",
     true,
     0,
     {{"2026-11-01", "2026-11-20", 300, 600, 601, 0},
      {"2026-11-01", "2026-11-20", 300, 600, 600, 0},
      {"2026-11-01", "2026-11-20", 300, 600, 599, 1}},
     DRAFT_TAKES_TOO_LITTLE},
    {"split, 15th: begun on the 1st",
     SCHEDULE_SPLIT,
     "2026-12-15",
     "2026-12-01",
     false,
     0,
     {{"2026-11-01", "2026-11-20", 600, 0, 0, 501}, {"2026-11-01", "2026-11-21", 401, 0, 0, 0}},
     DRAFT_TAKES},
};

static size_t invoices_make(const struct take_case *each, struct draft_invoice *out) {
    size_t count = 0;

    for (; count < LIST_MAX && each->list[count].issued_on; count++)
        out[count] = (struct draft_invoice){
            .id = (int64_t)count + 1,
            .issued_on = date_of(each->list[count].issued_on),
            .due_on = date_of(each->list[count].due_on),
            .free_cents = each->list[count].free,
            .plan_cents = each->list[count].plan,
            .taken_cents = each->list[count].taken,
        };
    return count;
}

static void test_take(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(takes); at++) {
        const struct take_case *each = &takes[at];
        struct draft_invoice invoices[LIST_MAX];
        size_t count = invoices_make(each, invoices), kept = 0;
        struct draft_taking taking;
        int64_t sum = 0;
        struct draft_terms terms = {.schedule = each->schedule,
                                    .draft_on = date_of(each->draft_on),
                                    .began_on = date_of(each->began_on),
                                    .has_plan = each->has_plan,
                                    .largest_cents = each->largest,
                                    .smallest_cents = 100};

        check_int(each->label, draft_take(&terms, invoices, count, &taking), each->amount);
        check_int(each->label, taking.amount, each->amount);
        for (size_t invoice = 0; invoice < count; invoice++) {
            if (each->list[invoice].want == 0)
                continue;
            check_true(each->label, kept < taking.count);
            check_int(each->label, taking.list[kept].invoice_id, (int64_t)invoice + 1);
            check_int(each->label, taking.list[kept++].amount_cents, each->list[invoice].want);
            sum += each->list[invoice].want;
        }
        check_int(each->label, (int64_t)taking.count, (int64_t)kept);
        check_int(each->label, taking.amount_cents, sum);
    }
}

/* ---- two halves ---- */

static const struct draft_terms first_half = {.schedule = SCHEDULE_SPLIT,
                                              .draft_on = {2026, 12, 1},
                                              .began_on = {2026, 1, 1},
                                              .smallest_cents = 1};
static const struct draft_terms second_half = {.schedule = SCHEDULE_SPLIT,
                                               .draft_on = {2026, 12, 15},
                                               .began_on = {2026, 1, 1},
                                               .has_plan = true,
                                               .smallest_cents = 1};

static void take_off(struct draft_invoice *invoices, const struct draft_taking *taking) {
    for (size_t at = 0; at < taking->count; at++) {
        struct draft_invoice *invoice = &invoices[taking->list[at].invoice_id - 1];

        invoice->free_cents -= taking->list[at].amount_cents;
        invoice->taken_cents += taking->list[at].amount_cents;
        assert_true(invoice->free_cents >= 0);
    }
}

/* The halves of every total of $0.01 to $10.00, on one invoice and on three. */
static void test_odd_cents(void **state) {
    (void)state;
    for (int64_t total = 1; total <= 1000; total++)
        for (size_t count = 1; count <= 3; count += 2) {
            struct draft_taking taking;
            struct draft_invoice invoices[3];

            for (size_t at = 0; at < count; at++)
                invoices[at] = (struct draft_invoice){
                    .id = (int64_t)at + 1,
                    .issued_on = {2026, 11, 1},
                    .due_on = {2026, 11, 20},
                    .free_cents = at == 0   ? total - (count == 3 ? total / 2 : 0)
                                  : at == 1 ? total / 2 - total / 3
                                            : total / 3,
                    .plan_cents = 99999, /* of another time: must be written over */
                    .taken_cents = 77,
                };
            check_int("plan", draft_plan_fix(&first_half, invoices, count), total);
            draft_take(&first_half, invoices, count, &taking);
            check_int("first", taking.amount_cents, total / 2 + total % 2);
            take_off(invoices, &taking);
            draft_take(&second_half, invoices, count, &taking);
            check_int("second", taking.amount_cents, total / 2);
            take_off(invoices, &taking);
            for (size_t at = 0; at < count; at++)
                check_int("all of it", invoices[at].free_cents, 0);

            /* Begun between: the same half, and no plan. */
            struct draft_invoice late = {
                .id = 1, .issued_on = {2026, 12, 3}, .due_on = {2026, 12, 20}, .free_cents = total};
            struct draft_terms between = second_half;
            between.has_plan = false;
            between.began_on = (struct date){2026, 12, 4};
            draft_take(&between, &late, 1, &taking);
            check_int("between", taking.amount_cents, total / 2 + total % 2);
        }
}

/* A plan has what is issued by the 1st, and nothing of what comes after it. */
static void test_plan(void **state) {
    struct draft_invoice invoices[] = {
        {.id = 1, .issued_on = {2026, 11, 1}, .due_on = {2026, 11, 20}, .free_cents = 500},
        {.id = 2, .issued_on = {2026, 12, 1}, .due_on = {2027, 11, 20}, .free_cents = 300},
        {.id = 3, .issued_on = {2026, 12, 2}, .due_on = {2027, 12, 20}, .free_cents = 700},
    };

    (void)state;
    check_int("total", draft_plan_fix(&first_half, invoices, COUNT(invoices)), 800);
    check_int("first", invoices[0].plan_cents, 500);
    check_int("on the day", invoices[1].plan_cents, 300);
    check_int("later", invoices[2].plan_cents, 0);
    check_int("no invoices", draft_plan_fix(&first_half, NULL, 0), 0);
}

/* Payments by hand and limits at random: never more than is free, in the plan or allowed; the two
 * halves never more than the plan; without either, exactly the plan. */
static void test_random_months(void **state) {
    struct seed seed = seed_start();

    (void)state;
    for (int round = 0; round < 3000; round++) {
        enum { MANY = 12 };
        struct draft_invoice invoices[MANY];
        size_t count = (size_t)seed_below(&seed, MANY + 1);
        struct draft_terms first = first_half, second = second_half;
        struct draft_taking taking;
        int64_t by_hand = 0;
        bool is_failed = seed_below(&seed, 4) == 0;

        first.largest_cents = seed_below(&seed, 3) ? 0 : 1 + seed_below(&seed, 40000);
        second.largest_cents = first.largest_cents;
        for (size_t at = 0; at < count; at++)
            invoices[at] = (struct draft_invoice){.id = (int64_t)at + 1,
                                                  .issued_on = {2026, 11, 1},
                                                  .due_on = {2026, 11, 20},
                                                  .free_cents = seed_below(&seed, 10000)};
        int64_t plan = draft_plan_fix(&first, invoices, count);
        draft_take(&first, invoices, count, &taking);
        int64_t taken = taking.amount_cents;
        check_int("half", taken,
                  first.largest_cents && first.largest_cents < (plan + 1) / 2 ? first.largest_cents
                                                                              : (plan + 1) / 2);
        if (is_failed)
            taken = 0;
        else
            take_off(invoices, &taking);
        for (size_t at = 0; at < count; at++)
            if (seed_below(&seed, 4) == 0) {
                int64_t cents = seed_below(&seed, invoices[at].free_cents + 1);

                invoices[at].free_cents -= cents;
                by_hand += cents;
            }
        draft_take(&second, invoices, count, &taking);
        int64_t want = plan - taken - by_hand;
        if (second.largest_cents && want > second.largest_cents)
            want = second.largest_cents;
        check_int("the rest", taking.amount_cents, want);
        take_off(invoices, &taking);
    }
}

static void take_on_the_2nd(void *context) {
    struct draft_taking taking;
    struct draft_terms terms = first_half;

    (void)context;
    terms.draft_on.day = 2;
    draft_take(&terms, NULL, 0, &taking);
}

static void plan_on_the_15th(void *context) {
    (void)context;
    draft_plan_fix(&second_half, NULL, 0);
}

static void test_mistakes(void **state) {
    (void)state;
    assert_true(dies(take_on_the_2nd, NULL));
    assert_true(dies(plan_on_the_15th, NULL));
}

/* As many invoices as a payment may cover. */
static void test_many(void **state) {
    static struct draft_invoice invoices[ALLOCATIONS_MAX];
    struct draft_taking taking;

    (void)state;
    for (size_t at = 0; at < ALLOCATIONS_MAX; at++)
        invoices[at] = (struct draft_invoice){.id = (int64_t)at + 1,
                                              .issued_on = {2026, 11, 1},
                                              .due_on = {2026, 11, 20},
                                              .free_cents = 3};
    draft_plan_fix(&first_half, invoices, ALLOCATIONS_MAX);
    draft_take(&first_half, invoices, ALLOCATIONS_MAX, &taking);
    check_int("half", taking.amount_cents, 300);
    check_int("invoices", (int64_t)taking.count, 100);
}

static void test_repeat(void **state) {
    static const struct {
        const char *label;
        struct allocation list[2];
        size_t count;
        bool want;
    } cases[] = {
        {"as before", {{1, 500, 500}, {2, 300, 300}}, 2, true},
        {"more is free", {{1, 501, 500}, {2, 9000, 300}}, 2, true},
        {"a cent is gone", {{1, 500, 500}, {2, 299, 300}}, 2, false},
        {"one is paid", {{1, 0, 500}, {2, 300, 300}}, 2, false},
        {"nothing", {{0}}, 0, false},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++)
        check_int(cases[at].label, draft_may_repeat(cases[at].list, cases[at].count),
                  cases[at].want);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take),     cmocka_unit_test(test_odd_cents),
        cmocka_unit_test(test_plan),     cmocka_unit_test(test_random_months),
        cmocka_unit_test(test_mistakes), cmocka_unit_test(test_many),
        cmocka_unit_test(test_repeat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
