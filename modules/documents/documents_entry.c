/* documents_entry.c - an entry of the journal in the customer's words. What happened is in its key:
 * "invoice:INV-1:issued", "payment:P…:paid", "refund:R…:credit". */
#include <string.h>

#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
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
    bool is_fee = text_equal(entry->kind, "fee"), is_void = key_ends(entry->event_key, ":void");
    const char *text;

    if (is_fee && is_void)
        text = arena_format(visit->arena, say("Fee, invoice %s voided"), number);
    else if (is_fee)
        text = arena_format(visit->arena, say("Fee, invoice %s"), number);
    else if (is_void)
        text = arena_format(visit->arena, say("Invoice %s voided"), number);
    else
        text = arena_format(visit->arena, say("Invoice %s"), number);

    return (struct entry_words){text, number, arena_format(visit->arena, "/invoices/%s", number)};
}

/* text: names it. */
static struct entry_words payment_words(struct visit *visit, const struct entry *entry,
                                        const char *text) {
    const char *path = *entry->payment ? arena_format(visit->arena, "/payments/%s", entry->payment)
                                       : NULL;

    return (struct entry_words){text, entry->payment, path};
}

static struct entry_words credit_words(struct visit *visit, const struct entry *entry,
                                       const char *reference) {
    struct arena *arena = visit->arena;
    const char *text;

    if (!text_starts_with(entry->event_key, "credit:"))
        return payment_words(
            visit, entry, arena_format(arena, say("Credit, refunded payment %s"), entry->payment));
    if (entry->effect_cents > 0)
        text = arena_format(arena, say("Credit taken back %s"), reference);
    else if (entry->effect_cents == 0)
        text = arena_format(arena, say("Credit of %s applied %s"),
                            visit_money(visit, entry->credit_cents), reference);
    else
        text = arena_format(arena, say("Credit %s"), reference);
    return (struct entry_words){text, reference, NULL};
}

static const char *paid_text(struct visit *visit, const struct entry *entry) {
    if (!*entry->method_text)
        return arena_format(visit->arena, say("Payment %s"), entry->payment);
    return arena_format(visit->arena, say("Payment %s, %s"), entry->payment,
                        method_words_of(visit->arena, entry->method_text));
}

struct entry_words documents_entry_words(struct visit *visit, const struct entry *entry) {
    const char *subject = key_subject(visit, entry->event_key);
    struct arena *arena = visit->arena;

    if (text_starts_with(entry->event_key, "invoice:"))
        return invoice_words(visit, entry, subject);
    if (text_equal(entry->kind, "payment"))
        return payment_words(visit, entry, paid_text(visit, entry));
    if (text_equal(entry->kind, "refund"))
        return payment_words(visit, entry,
                             arena_format(arena, say("Refund of payment %s"), entry->payment));
    if (text_equal(entry->kind, "void"))
        return payment_words(visit, entry,
                             arena_format(arena, say("Canceled payment %s"), entry->payment));
    if (text_starts_with(entry->event_key, "chargeback:"))
        return payment_words(visit, entry,
                             arena_format(arena, say("Charged back payment %s"), entry->payment));
    if (text_equal(entry->kind, "return"))
        return payment_words(visit, entry,
                             arena_format(arena, say("Returned payment %s"), entry->payment));
    return credit_words(visit, entry, subject);
}

const char *documents_charge(struct visit *visit, const struct entry *entry) {
    return entry->effect_cents > 0 ? visit_money(visit, entry->effect_cents) : "";
}

const char *documents_credit(struct visit *visit, const struct entry *entry) {
    return entry->effect_cents < 0 ? visit_money(visit, -entry->effect_cents) : "";
}
