/* Which enrolment pays an invoice: the narrowest that reaches it. */
#include "tests/support/test.h"

#include "common/billing/cover_rule.h"

enum { COVERS_MAX = 4 };

static const struct {
    const char *label;
    struct {
        int64_t id;
        const char *key;
        struct date from;
    } covers[COVERS_MAX];
    int64_t want; /* of invoice 12, "Hosting", issued 2026-11-10; 0: none */
} cases[] = {
    {"none", {{0}}, 0},
    {"all", {{1, "all", {0}}}, 1},
    {"its type", {{1, "type:Hosting", {0}}}, 1},
    {"itself", {{1, "invoice:12", {0}}}, 1},
    {"type before all", {{1, "all", {0}}, {2, "type:Hosting", {0}}}, 2},
    {"type before all, other order", {{2, "type:Hosting", {0}}, {1, "all", {0}}}, 2},
    {"itself before type and all",
     {{1, "all", {0}}, {2, "type:Hosting", {0}}, {3, "invoice:12", {0}}},
     3},
    {"itself before type and all, other order",
     {{3, "invoice:12", {0}}, {2, "type:Hosting", {0}}, {1, "all", {0}}},
     3},
    {"another type", {{1, "type:Domains", {0}}}, 0},
    {"another type, and all", {{1, "type:Domains", {0}}, {2, "all", {0}}}, 2},
    {"a longer type", {{1, "type:Hosting Plus", {0}}}, 0},
    {"a shorter type", {{1, "type:Host", {0}}}, 0},
    {"case matters", {{1, "type:hosting", {0}}}, 0},
    {"another invoice", {{1, "invoice:1", {0}}, {2, "invoice:121", {0}}, {3, "invoice:2", {0}}}, 0},
    {"no invoice at all", {{1, "invoice:", {0}}, {2, "invoice:12x", {0}}}, 0},
    {"the type's word alone", {{1, "Hosting", {0}}, {2, "All", {0}}, {3, "", {0}}}, 0},
    {"issued that day", {{1, "all", {2026, 11, 10}}}, 1},
    {"issued the day before", {{1, "all", {2026, 11, 11}}}, 0},
    {"type, issued before", {{1, "type:Hosting", {2026, 11, 11}}}, 0},
    {"itself, whatever its day", {{1, "invoice:12", {2030, 1, 1}}}, 1},
    {"too old for its type's, all takes it",
     {{1, "type:Hosting", {2026, 11, 11}}, {2, "all", {0}}},
     2},
    {"too old for all, its type's takes it",
     {{1, "all", {2026, 11, 11}}, {2, "type:Hosting", {0}}},
     2},
    {"too old for both", {{1, "all", {2026, 11, 11}}, {2, "type:Hosting", {2026, 12, 1}}}, 0},
};

static void test_choice(void **state) {
    static const struct cover_invoice invoice = {12, "Hosting", {2026, 11, 10}};

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct enrolment_cover covers[COVERS_MAX];
        size_t count = 0;

        for (; count < COVERS_MAX && cases[at].covers[count].key; count++)
            covers[count] = (struct enrolment_cover){cases[at].covers[count].id,
                                                     cases[at].covers[count].key,
                                                     cases[at].covers[count].from};
        const struct enrolment_cover *chosen = enrolment_cover_choose(covers, count, &invoice);
        bool is_any = false;

        check_int(cases[at].label, chosen ? chosen->enrolment_id : 0, cases[at].want);
        for (size_t cover = 0; cover < count; cover++)
            is_any = is_any || enrolment_covers(&covers[cover], &invoice);
        check_int(cases[at].label, is_any, cases[at].want != 0);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
