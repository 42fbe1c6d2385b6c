/* Which of the missed days is drafted, and what becomes of it. */
#include "tests/support/test.h"

#include "common/billing/draft_rule.h"

static struct date date_of(const char *text) {
    struct date date = {0};

    if (text && *text)
        assert_true(date_parse(text, &date));
    return date;
}

static const char *text_of(struct date date) {
    static char text[DATE_TEXT_SIZE];

    date_format(date, text);
    return text;
}

enum { DUE_MAX = 4 };

static const struct {
    const char *label;
    enum schedule schedule;
    const char *next_on, *today, *skip_on;
    const char *due_on[DUE_MAX]; /* with free cents */
    enum draft_state state;
    const char *draft_on;
    const char *merged[DUE_MAX];
} decisions[] = {
    {"on its day",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-12-01",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-01",
     {0}},
    {"as late as may be",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-12-06",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-01",
     {0}},
    {"a day later",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-12-07",
     "",
     {0},
     DRAFT_PERSON,
     "2026-12-01",
     {0}},
    {"skipped",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-12-01",
     "2026-12-01",
     {0},
     DRAFT_SKIPPED,
     "2026-12-01",
     {0}},
    {"skipped, though late",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-12-20",
     "2026-12-01",
     {0},
     DRAFT_SKIPPED,
     "2026-12-01",
     {0}},
    {"another one is skipped",
     SCHEDULE_FIRST,
     "2026-12-01",
     "2026-12-01",
     "2027-01-01",
     {0},
     DRAFT_OPEN,
     "2026-12-01",
     {0}},
    {"two missed",
     SCHEDULE_FIFTEENTH,
     "2026-11-15",
     "2026-12-16",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-15",
     {"2026-11-15"}},
    {"the skipped one is merged",
     SCHEDULE_FIFTEENTH,
     "2026-11-15",
     "2026-12-16",
     "2026-11-15",
     {0},
     DRAFT_OPEN,
     "2026-12-15",
     {"2026-11-15"}},
    {"merged before a skipped one",
     SCHEDULE_FIFTEENTH,
     "2026-11-15",
     "2026-12-16",
     "2026-12-15",
     {0},
     DRAFT_SKIPPED,
     "2026-12-15",
     {"2026-11-15"}},
    {"merged before a person's",
     SCHEDULE_FIFTEENTH,
     "2026-11-15",
     "2026-12-21",
     "",
     {0},
     DRAFT_PERSON,
     "2026-12-15",
     {"2026-11-15"}},
    {"both halves missed",
     SCHEDULE_SPLIT,
     "2026-12-01",
     "2026-12-16",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-15",
     {"2026-12-01"}},
    {"halves over a year's end",
     SCHEDULE_SPLIT,
     "2026-12-01",
     "2027-01-03",
     "",
     {0},
     DRAFT_OPEN,
     "2027-01-01",
     {"2026-12-01", "2026-12-15"}},
    {"over a leap day",
     SCHEDULE_SPLIT,
     "2028-02-15",
     "2028-03-01",
     "",
     {0},
     DRAFT_OPEN,
     "2028-03-01",
     {"2028-02-15"}},
    {"shifted", SCHEDULE_FIRST, "2026-12-07", "2026-12-07", "", {0}, DRAFT_OPEN, "2026-12-01", {0}},
    {"shifted, as late as may be",
     SCHEDULE_FIRST,
     "2026-12-07",
     "2026-12-12",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-01",
     {0}},
    {"shifted, a day later",
     SCHEDULE_FIRST,
     "2026-12-07",
     "2026-12-13",
     "",
     {0},
     DRAFT_PERSON,
     "2026-12-01",
     {0}},
    {"shifted, skipped",
     SCHEDULE_FIRST,
     "2026-12-07",
     "2026-12-07",
     "2026-12-07",
     {0},
     DRAFT_SKIPPED,
     "2026-12-01",
     {0}},
    {"shifted, its draft day skipped",
     SCHEDULE_FIRST,
     "2026-12-07",
     "2026-12-07",
     "2026-12-01",
     {0},
     DRAFT_SKIPPED,
     "2026-12-01",
     {0}},
    {"shifted, skipped, though late",
     SCHEDULE_FIRST,
     "2026-12-07",
     "2026-12-20",
     "2026-12-07",
     {0},
     DRAFT_SKIPPED,
     "2026-12-01",
     {0}},
    {"shifted, another day skipped",
     SCHEDULE_FIRST,
     "2026-12-07",
     "2026-12-07",
     "2026-12-08",
     {0},
     DRAFT_OPEN,
     "2026-12-01",
     {0}},
    {"shifted, and the next draft day came",
     SCHEDULE_FIRST,
     "2026-12-07",
     "2027-01-01",
     "2026-12-07",
     {0},
     DRAFT_OPEN,
     "2027-01-01",
     {0}},
    {"the 15th shifted over a year's end",
     SCHEDULE_FIFTEENTH,
     "2027-01-04",
     "2027-01-04",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-15",
     {0}},
    {"a half shifted within its month",
     SCHEDULE_SPLIT,
     "2026-12-14",
     "2026-12-14",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-01",
     {0}},
    {"the second half shifted",
     SCHEDULE_SPLIT,
     "2026-12-16",
     "2026-12-17",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-15",
     {0}},
    {"a half shifted behind the next draft day",
     SCHEDULE_SPLIT,
     "2026-12-14",
     "2026-12-15",
     "",
     {0},
     DRAFT_OPEN,
     "2026-12-15",
     {0}},
    {"due",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-10",
     "",
     {"2026-12-10"},
     DRAFT_OPEN,
     "2026-12-10",
     {0}},
    {"paid by hand",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-10",
     "",
     {0},
     DRAFT_NOTHING,
     "2026-12-10",
     {0}},
    {"paid by hand, others to come",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-10",
     "",
     {"2026-12-11"},
     DRAFT_NOTHING,
     "2026-12-10",
     {0}},
    {"older ones count as its day",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-10",
     "",
     {"2026-01-05", "2026-10-10", "2026-12-10"},
     DRAFT_OPEN,
     "2026-12-10",
     {0}},
    {"only older ones",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-11",
     "",
     {"2026-01-05"},
     DRAFT_OPEN,
     "2026-12-10",
     {0}},
    {"several due days",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-13",
     "",
     {"2026-12-10", "2026-12-12", "2026-12-12", "2026-12-14"},
     DRAFT_OPEN,
     "2026-12-12",
     {"2026-12-10"}},
    {"due days, late",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-18",
     "",
     {"2026-12-10", "2026-12-12"},
     DRAFT_PERSON,
     "2026-12-12",
     {"2026-12-10"}},
    {"due day skipped",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-10",
     "2026-12-10",
     {"2026-12-10"},
     DRAFT_SKIPPED,
     "2026-12-10",
     {0}},
    {"nothing due, skipped",
     SCHEDULE_DUE_DATE,
     "2026-12-10",
     "2026-12-10",
     "2026-12-10",
     {0},
     DRAFT_SKIPPED,
     "2026-12-10",
     {0}},
};

static void test_decide(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(decisions); at++) {
        const char *label = decisions[at].label;
        struct draft_invoice invoices[DUE_MAX + 1] = {0};
        size_t count = 0, merged = 0;
        struct draft_decision decision;

        for (; count < DUE_MAX && decisions[at].due_on[count]; count++)
            invoices[count] = (struct draft_invoice){
                .id = 1, .due_on = date_of(decisions[at].due_on[count]), .free_cents = 1};
        /* One without free cents has no day. */
        invoices[count++] = (struct draft_invoice){.due_on = date_of(decisions[at].today)};
        draft_decide(
            &(struct draft_question){
                .schedule = decisions[at].schedule,
                .next_on = date_of(decisions[at].next_on),
                .today = date_of(decisions[at].today),
                .skip_on = date_of(decisions[at].skip_on),
                .catch_up_days = 5,
                .invoices = invoices,
                .invoice_count = count,
            },
            &decision);
        check_text(label, draft_state_name(decision.state), draft_state_name(decisions[at].state));
        check_int(label, decision.reason,
                  decision.state == DRAFT_PERSON ? DRAFT_LATE : DRAFT_NO_REASON);
        check_text(label, text_of(decision.draft_on), decisions[at].draft_on);
        for (; merged < DUE_MAX && decisions[at].merged[merged]; merged++)
            ;
        check_int(label, (int64_t)decision.merged_count, (int64_t)merged);
        for (size_t day = 0; day < merged; day++)
            check_text(label, text_of(decision.merged[day]), decisions[at].merged[day]);
    }
}

/* Of years of missed days the latest are kept. */
static void test_many_missed(void **state) {
    struct draft_decision decision;

    (void)state;
    draft_decide(&(struct draft_question){.schedule = SCHEDULE_SPLIT,
                                          .next_on = {2000, 1, 1},
                                          .today = {2026, 12, 2},
                                          .catch_up_days = 5},
                 &decision);
    check_text("draft", text_of(decision.draft_on), "2026-12-01");
    check_int("merged", (int64_t)decision.merged_count, DRAFT_MERGED_MAX);
    check_text("last", text_of(decision.merged[DRAFT_MERGED_MAX - 1]), "2026-11-15");
    check_text("first", text_of(decision.merged[0]), "2024-04-01");

    draft_decide(&(struct draft_question){.schedule = SCHEDULE_SPLIT,
                                          .next_on = {2024, 3, 15},
                                          .today = {2026, 12, 2},
                                          .catch_up_days = 5},
                 &decision);
    check_int("one more than fits", (int64_t)decision.merged_count, DRAFT_MERGED_MAX);
    check_text("first", text_of(decision.merged[0]), "2024-04-01");
}

static void decide_early(void *context) {
    struct draft_decision decision;

    (void)context;
    draft_decide(&(struct draft_question){.schedule = SCHEDULE_FIRST,
                                          .next_on = {2026, 12, 1},
                                          .today = {2026, 11, 30}},
                 &decision);
}

static void test_early(void **state) {
    (void)state;
    assert_true(dies(decide_early, NULL));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decide),
        cmocka_unit_test(test_many_missed),
        cmocka_unit_test(test_early),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
