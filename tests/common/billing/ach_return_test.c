/* What follows from each return code, written out once more by what the rules say. */
#include "tests/support/test.h"

#include "common/billing/ach_return.h"
#include "common/core/text.h"

static bool is_in(const char *const *codes, const char *code) {
    for (; *codes; codes++)
        if (text_equal(*codes, code))
            return true;
    return false;
}

static const char *const all[] = {"R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08",
                                  "R09", "R10", "R11", "R12", "R13", "R14", "R15", "R16",
                                  "R17", "R20", "R23", "R24", "R29", "R31", "R33", "R51"};
static const char *const retried[] = {"R01", "R09", NULL};
static const char *const disabling[] = {"R02", "R03", "R04", "R05", "R07", "R10", "R12",
                                        "R13", "R14", "R15", "R16", "R20", "R29", NULL};
static const char *const stopping[] = {"R07", "R10", "R14", "R15", "R29", NULL};
static const char *const for_people[] = {"R05", "R06", "R10", "R11", "R14", "R15", "R17",
                                         "R23", "R24", "R31", "R33", "R51", NULL};

static const char *const without_fee[] = {"R05", "R06", "R11", "R17", "R23",
                                          "R24", "R31", "R33", "R51", NULL};

static void test_table(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(all); at++) {
        const struct ach_return *found = ach_return_find(all[at]);

        assert_string_equal(found->code, all[at]);
        assert_true(*found->meaning);
        assert_int_equal(found->may_retry, is_in(retried, all[at]));
        assert_int_equal(found->disables, is_in(disabling, all[at]));
        assert_int_equal(found->stops_autopay, is_in(stopping, all[at]));
        assert_int_equal(found->to_person, is_in(for_people, all[at]));
        assert_int_equal(found->charges_fee, !is_in(without_fee, all[at]));
    }
}

/* Nothing is done by itself on what nobody understands. */
static void test_unknown(void **state) {
    static const char *const odd[] = {"", "R99", "r01", "R1", "C01", "R011"};

    (void)state;
    for (size_t at = 0; at < COUNT(odd); at++) {
        const struct ach_return *found = ach_return_find(odd[at]);

        assert_string_equal(found->code, "");
        assert_false(found->may_retry);
        assert_false(found->disables);
        assert_true(found->to_person);
        assert_false(found->charges_fee);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
