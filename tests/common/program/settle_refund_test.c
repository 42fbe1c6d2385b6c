/* What the gateway tells about a payment, and what follows for a refund whose answer was lost. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/program/settle_refund.h"

#define SALE(standing_, refunded)                                                                  \
    { .has_sale = true, .standing = STANDING_##standing_, .refunded_cents = (refunded) }
#define BACK(standing_, refunded)                                                                  \
    { .standing = STANDING_##standing_, .refunded_cents = (refunded) }

/* A refund of 500 of a payment of 1000. */
static const struct {
    const char *label;
    int64_t recorded;
    struct gateway_transaction seen[4];
    size_t count;
    enum refund_verdict refund, void_;
} cases[] = {
    {"nothing at all", 0, {SALE(OTHER, 0)}, 0, REFUND_ABSENT, REFUND_ABSENT},
    {"only the sale", 0, {SALE(APPROVED, 0)}, 1, REFUND_ABSENT, REFUND_ABSENT},
    {"only the sale, settled", 0, {SALE(SETTLED, 0)}, 1, REFUND_ABSENT, REFUND_ABSENT},
    {"a refund of its own",
     0,
     {SALE(SETTLED, 0), BACK(APPROVED, 500)},
     2,
     REFUND_WENT_BACK,
     REFUND_UNCLEAR},
    {"an action of the sale", 0, {SALE(SETTLED, 500)}, 1, REFUND_WENT_BACK, REFUND_UNCLEAR},
    {"settled itself",
     0,
     {SALE(SETTLED, 0), BACK(SETTLED, 500)},
     2,
     REFUND_WENT_BACK,
     REFUND_UNCLEAR},
    {"one before", 300, {SALE(SETTLED, 0), BACK(SETTLED, 300)}, 2, REFUND_ABSENT, REFUND_ABSENT},
    {"one before and this",
     300,
     {SALE(SETTLED, 0), BACK(SETTLED, 300), BACK(APPROVED, 500)},
     3,
     REFUND_WENT_BACK,
     REFUND_UNCLEAR},
    {"the same amount before",
     500,
     {SALE(SETTLED, 0), BACK(SETTLED, 500)},
     2,
     REFUND_ABSENT,
     REFUND_ABSENT},
    {"the same amount before and this",
     500,
     {SALE(SETTLED, 0), BACK(SETTLED, 500), BACK(APPROVED, 500)},
     3,
     REFUND_WENT_BACK,
     REFUND_UNCLEAR},
    {"another amount",
     0,
     {SALE(SETTLED, 0), BACK(APPROVED, 499)},
     2,
     REFUND_UNCLEAR,
     REFUND_UNCLEAR},
    {"less than we know", 300, {SALE(SETTLED, 0)}, 1, REFUND_UNCLEAR, REFUND_UNCLEAR},
    {"twice",
     0,
     {SALE(SETTLED, 0), BACK(APPROVED, 500), BACK(APPROVED, 500)},
     3,
     REFUND_UNCLEAR,
     REFUND_UNCLEAR},
    {"a refund that failed",
     0,
     {SALE(SETTLED, 0), BACK(OTHER, 0)},
     2,
     REFUND_ABSENT,
     REFUND_ABSENT},
    {"a refund that is not understood",
     0,
     {SALE(SETTLED, 0), BACK(OTHER, 500)},
     2,
     REFUND_UNCLEAR,
     REFUND_UNCLEAR},
    {"a refund that came back",
     0,
     {SALE(SETTLED, 0), BACK(RETURNED, 500)},
     2,
     REFUND_UNCLEAR,
     REFUND_UNCLEAR},
    {"voided", 0, {SALE(VOIDED, 0)}, 1, REFUND_UNCLEAR, REFUND_WENT_BACK},
    {"voided, and money back",
     0,
     {SALE(VOIDED, 0), BACK(APPROVED, 500)},
     2,
     REFUND_UNCLEAR,
     REFUND_UNCLEAR},
    {"returned", 0, {SALE(RETURNED, 0)}, 1, REFUND_ABSENT, REFUND_ABSENT},
    {"returned after it was refunded",
     0,
     {SALE(RETURNED, 0), BACK(SETTLED, 500)},
     2,
     REFUND_WENT_BACK,
     REFUND_UNCLEAR},
    {"returned, and another amount back",
     0,
     {SALE(RETURNED, 0), BACK(SETTLED, 400)},
     2,
     REFUND_UNCLEAR,
     REFUND_UNCLEAR},
    {"declined", 0, {SALE(DECLINED, 0)}, 1, REFUND_UNCLEAR, REFUND_UNCLEAR},
    {"not understood", 0, {SALE(OTHER, 0)}, 1, REFUND_UNCLEAR, REFUND_UNCLEAR},
    {"two sales", 0, {SALE(SETTLED, 0), SALE(SETTLED, 0)}, 2, REFUND_UNCLEAR, REFUND_UNCLEAR},
    {"a refund without its sale", 0, {BACK(APPROVED, 500)}, 1, REFUND_UNCLEAR, REFUND_UNCLEAR},
};

static struct refund_sightings sightings_of(const struct gateway_transaction *list, size_t count) {
    struct refund_sightings seen = {.reference = "P1", .amount_cents = 500};

    for (size_t at = 0; at < count; at++) {
        struct gateway_transaction one = list[at];

        snprintf(one.order_id, sizeof one.order_id, "P1");
        snprintf(one.transaction_id, sizeof one.transaction_id, "t%zu", at);
        assert_int_equal(refund_sighting_add(&one, &seen), RESULT_OK);
    }
    return seen;
}

static void test_verdicts(void **state) {
    const struct refund refund = {.amount_cents = 500};
    const struct refund all = {.amount_cents = 1000, .is_void = true};

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct refund_sightings seen = sightings_of(cases[at].seen, cases[at].count);
        const char *why = NULL;

        check_int(cases[at].label, (int64_t)seen.count, (int64_t)cases[at].count);
        check_int(cases[at].label, refund_judge(&seen, &refund, cases[at].recorded, &why),
                  cases[at].refund);
        check_true(cases[at].label, why && *why);
        check_int(cases[at].label, refund_judge(&seen, &all, cases[at].recorded, &why),
                  cases[at].void_);
    }
}

static void add(struct refund_sightings *seen, const char *order_id, const char *id,
                int64_t refunded_cents, int64_t modified_at) {
    struct gateway_transaction one = {.standing = STANDING_APPROVED,
                                      .refunded_cents = refunded_cents,
                                      .modified_at = modified_at};

    snprintf(one.order_id, sizeof one.order_id, "%s", order_id);
    snprintf(one.transaction_id, sizeof one.transaction_id, "%s", id);
    assert_int_equal(refund_sighting_add(&one, seen), RESULT_OK);
}

/* Told twice, a transaction counts once, with its last word. Other payments' are nothing to us. */
static void test_sightings(void **state) {
    struct refund_sightings seen = {.reference = "P1", .amount_cents = 500};

    (void)state;
    add(&seen, "P1", "t1", 100, 10);
    add(&seen, "P1", "t2", 200, 10);
    add(&seen, "P2", "t3", 500, 10);
    add(&seen, "", "t4", 500, 10);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.strays, 0);
    add(&seen, "P1", "t1", 150, 11);
    add(&seen, "P1", "t2", 250, 9);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.list[0].refunded_cents, 150);
    assert_int_equal(seen.list[1].refunded_cents, 200);
    seen.is_report = true;
    add(&seen, "", "t4", 500, 10);
    add(&seen, "", "t5", 499, 10);
    add(&seen, "P2", "t6", 500, 10);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.strays, 1);
}

static void test_too_many(void **state) {
    struct refund_sightings seen = {.reference = "P1", .amount_cents = 500};
    const struct refund refund = {.amount_cents = 500};
    struct gateway_transaction sale = {.has_sale = true, .standing = STANDING_SETTLED};
    const char *why;
    char id[16];

    (void)state;
    snprintf(sale.order_id, sizeof sale.order_id, "P1");
    snprintf(sale.transaction_id, sizeof sale.transaction_id, "s");
    assert_int_equal(refund_sighting_add(&sale, &seen), RESULT_OK);
    for (int at = 1; at < REFUND_SIGHTINGS_MAX; at++) {
        snprintf(id, sizeof id, "t%d", at);
        add(&seen, "P1", id, 0, 1);
    }
    assert_int_equal(refund_judge(&seen, &refund, 0, &why), REFUND_ABSENT);
    add(&seen, "P1", "one more", 0, 1);
    assert_int_equal(seen.count, REFUND_SIGHTINGS_MAX);
    assert_int_equal(refund_judge(&seen, &refund, 0, &why), REFUND_UNCLEAR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_sightings),
        cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
