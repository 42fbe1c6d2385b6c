/* documents_entry.c - an entry of the journal in the customer's words. What happened is in its key:
 * "invoice:INV-1:issued", "payment:P…:paid", "refund:R…:credit". */
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "modules/documents/documents.h"

/* Between the first colon and the second. */
static const char *key_subject(struct visit *visit, const char *key) {
    const char *begin = strchr(key, ':');

    if (!begin)
        return "";
    return arena_copy(visit->arena, begin + 1, strcspn(begin + 1, ":"));
}

static bool key_ends(const char *key, const char *end) {
    const char *last = strrchr(key, ':');

    return last && text_equal(last, end);
}

static struct entry_words invoice_words(struct visit *visit, const struct entry *entry,
                                        const char *number) {
    const char *before = text_equal(entry->kind, "fee") ? "Fee, invoice" : "Invoice";
    const char *after = key_ends(entry->event_key, ":void") ? " voided" : "";
    const char *text = arena_format(visit->arena, "%s %s%s", before, number, after);

    return (struct entry_words){text, number, arena_format(visit->arena, "/invoices/%s", number)};
}

static struct entry_words payment_words(struct visit *visit, const struct entry *entry,
                                        const char *what) {
    const char *path = *entry->payment ? arena_format(visit->arena, "/payments/%s", entry->payment)
                                       : NULL;
    const char *method = text_equal(entry->kind, "payment") ? entry->method_text : "";

    return (struct entry_words){
        arena_format(visit->arena, "%s %s%s%s", what, entry->payment, *method ? ", " : "", method),
        entry->payment, path};
}

static struct entry_words credit_words(struct visit *visit, const struct entry *entry,
                                       const char *reference) {
    const char *text = "Credit";

    if (!text_starts_with(entry->event_key, "credit:"))
        return payment_words(visit, entry, "Credit, refunded payment");
    if (entry->effect_cents > 0)
        text = "Credit taken back";
    else if (entry->effect_cents == 0)
        text = arena_format(visit->arena, "Credit of %s applied",
                            visit_money(visit, entry->credit_cents));
    return (struct entry_words){arena_format(visit->arena, "%s %s", text, reference), reference,
                                NULL};
}

struct entry_words documents_entry_words(struct visit *visit, const struct entry *entry) {
    const char *subject = key_subject(visit, entry->event_key);

    if (text_starts_with(entry->event_key, "invoice:"))
        return invoice_words(visit, entry, subject);
    if (text_equal(entry->kind, "payment"))
        return payment_words(visit, entry, "Payment");
    if (text_equal(entry->kind, "refund"))
        return payment_words(visit, entry, "Refund of payment");
    if (text_equal(entry->kind, "void"))
        return payment_words(visit, entry, "Canceled payment");
    if (text_equal(entry->kind, "return"))
        return payment_words(visit, entry, "Returned payment");
    return credit_words(visit, entry, subject);
}

const char *documents_charge(struct visit *visit, const struct entry *entry) {
    return entry->effect_cents > 0 ? visit_money(visit, entry->effect_cents) : "";
}

const char *documents_credit(struct visit *visit, const struct entry *entry) {
    return entry->effect_cents < 0 ? visit_money(visit, -entry->effect_cents) : "";
}
