#include "common/billing/remind_rule.h"

static struct date later(struct date a, struct date b) {
    return date_compare(a, b) > 0 ? a : b;
}

bool remind_wants_soon(const struct remind_invoice *invoice, const struct remind_cover *cover,
                       int64_t soon_days) {
    struct date reminded_on = date_add_days(invoice->due_on, -(int32_t)soon_days);
    bool is_told = invoice->told_on.year && date_compare(invoice->told_on, reminded_on) >= 0;

    return invoice->free_cents > 0 && !cover && !is_told &&
           date_compare(invoice->issued_on, invoice->due_on) < 0;
}

/* The first day on which a draft of it was due. */
static struct date draft_day(const struct remind_invoice *invoice,
                             const struct remind_cover *cover) {
    struct date known_on = later(invoice->issued_on, cover->began_on);

    return schedule_is_calendar(cover->schedule)
               ? schedule_first_day(cover->schedule, known_on)
               : later(invoice->due_on, date_add_days(cover->began_on, 1));
}

bool remind_wants_overdue(const struct remind_invoice *invoice, const struct remind_cover *cover,
                          struct date today) {
    return invoice->free_cents > 0 &&
           (!cover || date_compare(draft_day(invoice, cover), today) < 0);
}

bool remind_step(const struct retry_days *steps, struct date due_on, struct date today,
                 int *out_step) {
    int32_t passed = date_to_days(today) - date_to_days(due_on);
    int step = 0;

    for (size_t at = 0; at < steps->count && steps->days[at] <= passed; at++)
        step = steps->days[at];
    *out_step = step;
    return step && passed - step <= REMIND_LATE_DAYS;
}
