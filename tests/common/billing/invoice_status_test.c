/* What an invoice's figures mean on a day. */
#include "tests/support/test.h"

#include <string.h>

#include "common/billing/invoice_status.h"

static const struct date today = {2026, 11, 22};

#define YESTERDAY                                                                                  \
    { 2026, 11, 21 }
#define TODAY                                                                                      \
    { 2026, 11, 22 }
#define TOMORROW                                                                                   \
    { 2026, 11, 23 }

static const struct {
    const char *label;
    struct invoice_figures figures; /* void, due on, total, paid, credited, pending */
    enum invoice_status want;
    int64_t due_cents, free_cents;
} cases[] = {
    {"new", {false, TOMORROW, 1000, 0, 0, 0}, INVOICE_OPEN, 1000, 1000},
    {"due today is not overdue", {false, TODAY, 1000, 0, 0, 0}, INVOICE_OPEN, 1000, 1000},
    {"due yesterday", {false, YESTERDAY, 1000, 0, 0, 0}, INVOICE_OVERDUE, 1000, 1000},
    {"due last year", {false, {2025, 12, 31}, 1000, 0, 0, 0}, INVOICE_OVERDUE, 1000, 1000},
    {"due next year", {false, {2027, 1, 1}, 1000, 0, 0, 0}, INVOICE_OPEN, 1000, 1000},
    {"part paid", {false, TOMORROW, 1000, 1, 0, 0}, INVOICE_PARTLY_PAID, 999, 999},
    {"part credited", {false, TOMORROW, 1000, 0, 1, 0}, INVOICE_PARTLY_PAID, 999, 999},
    {"part paid and overdue", {false, YESTERDAY, 1000, 999, 0, 0}, INVOICE_OVERDUE, 1, 1},
    {"part reserved", {false, TOMORROW, 1000, 0, 0, 999}, INVOICE_OPEN, 1000, 1},
    {"all reserved", {false, TOMORROW, 1000, 0, 0, 1000}, INVOICE_PROCESSING, 1000, 0},
    {"the rest reserved", {false, TOMORROW, 1000, 400, 100, 500}, INVOICE_PROCESSING, 500, 0},
    {"reserved and overdue", {false, YESTERDAY, 1000, 0, 0, 1000}, INVOICE_PROCESSING, 1000, 0},
    {"paid", {false, YESTERDAY, 1000, 1000, 0, 0}, INVOICE_PAID, 0, 0},
    {"credited", {false, TOMORROW, 1000, 0, 1000, 0}, INVOICE_PAID, 0, 0},
    {"paid and credited", {false, TOMORROW, 1000, 400, 600, 0}, INVOICE_PAID, 0, 0},
    {"void", {true, YESTERDAY, 1000, 0, 0, 0}, INVOICE_VOID, 0, 0},
    {"void with credit", {true, TOMORROW, 1000, 0, 1000, 0}, INVOICE_VOID, 0, 0},
};

static void test_status(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        check_int(cases[at].label, invoice_status(&cases[at].figures, today), cases[at].want);
        check_int(cases[at].label, invoice_due_cents(&cases[at].figures), cases[at].due_cents);
        check_int(cases[at].label, invoice_free_cents(&cases[at].figures), cases[at].free_cents);
    }
}

static void test_words(void **state) {
    static const char *const names[INVOICE_STATUS_COUNT] = {"open",       "overdue", "partly_paid",
                                                            "processing", "paid",    "void"};

    (void)state;
    for (int each = 0; each < INVOICE_STATUS_COUNT; each++) {
        enum invoice_status status = (enum invoice_status)each;

        check_text(names[each], invoice_status_name(status), names[each]);
        check_true(names[each], *invoice_status_word(status));
        check_true(names[each], strchr(invoice_status_sentence(status), '.') != NULL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
