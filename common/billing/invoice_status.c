#include "common/billing/invoice_status.h"
#include "common/core/words.h"

#include "common/money/money.h"

static const struct {
    const char *name, *word, *sentence;
} statuses[INVOICE_STATUS_COUNT] = {
    [INVOICE_OPEN] = {"open", WORDS_IN("invoice", "Open"),
                      WORDS("This invoice has not been paid yet.")},
    [INVOICE_OVERDUE] = {"overdue", WORDS_IN("invoice", "Overdue"),
                         WORDS("The due date has passed. Please pay it now.")},
    [INVOICE_PARTLY_PAID] =
        {"partly_paid", WORDS_IN("invoice", "Partly paid"),
         WORDS("Part of this invoice is paid or credited; the rest is still due.")},
    [INVOICE_PROCESSING] =
        {"processing", WORDS_IN("invoice", "Processing"),
         WORDS("A payment of this invoice is on its way. Please don't pay it again.")},
    [INVOICE_PAID] = {"paid", WORDS_IN("invoice", "Paid"),
                      WORDS("Nothing is due on this invoice.")},
    [INVOICE_VOID] = {"void", WORDS_IN("invoice", "Void"),
                      WORDS("This invoice was withdrawn. Nothing is due on it.")},
};

int64_t invoice_due_cents(const struct invoice_figures *figures) {
    if (figures->is_void)
        return 0;
    return money_subtract(figures->total_cents,
                          money_add(figures->paid_cents, figures->credited_cents));
}

int64_t invoice_free_cents(const struct invoice_figures *figures) {
    return figures->is_void ? 0
                            : money_subtract(invoice_due_cents(figures), figures->pending_cents);
}

enum invoice_status invoice_status(const struct invoice_figures *figures, struct date today) {
    if (figures->is_void)
        return INVOICE_VOID;
    if (invoice_due_cents(figures) == 0)
        return INVOICE_PAID;
    if (invoice_free_cents(figures) == 0)
        return INVOICE_PROCESSING;
    if (date_compare(figures->due_on, today) < 0)
        return INVOICE_OVERDUE;
    if (figures->paid_cents || figures->credited_cents)
        return INVOICE_PARTLY_PAID;
    return INVOICE_OPEN;
}

const char *invoice_status_name(enum invoice_status status) {
    return statuses[status].name;
}

const char *invoice_status_word(enum invoice_status status) {
    return say_in("invoice", statuses[status].word);
}

const char *invoice_status_sentence(enum invoice_status status) {
    return say(statuses[status].sentence);
}
