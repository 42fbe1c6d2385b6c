/* invoices_attention.c - what a customer should look at, each with where to. Nothing is shown of
 * what is as it should be. */
#include <string.h>

#include "common/billing/expiry_rule.h"
#include "common/billing/method_words.h"
#include "common/billing/retry_rule.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "common/program/method_offer.h"
#include "modules/invoices/invoices.h"

/* A sentence around a name that others chose, which the page keeps apart from it. */
struct item {
    struct visit *visit;
    struct values *node;
    size_t actions;
};

/* Stands for the name in a sentence: nothing that people write. */
static const char name_mark[] = "\x1f";

static struct item item_add(struct visit *visit, const char *sentence, const char *name) {
    struct values *first = values_first(visit->values, "Attention");
    const char *mark = strstr(sentence, name_mark);
    size_t count = 0;

    for (struct values *each = first; each; each = values_next(each))
        count++;
    struct values *node = values_item(visit->values, "Attention", count);
    size_t length = mark ? (size_t)(mark - sentence) : strlen(sentence);
    /* The page puts the blanks around the name. */
    values_set(node, "Before", text_trim(visit->arena, arena_copy(visit->arena, sentence, length)));
    values_set(node, "Name", name);
    values_set(node, "After", mark ? text_trim(visit->arena, mark + sizeof name_mark - 1) : "");
    return (struct item){visit, node, 0};
}

/* NULL: it leads nowhere here. */
static void action_add(struct item *item, const char *title, const char *path) {
    if (!path)
        return;
    struct values *node = values_item(item->node, "Actions", item->actions++);
    values_set(node, "Title", title);
    values_set(node, "Url", visit_url(item->visit, path));
}

static const char *pay_path(struct visit *visit, const char *path) {
    return settings_has_program(&visit->running->settings, "pay") ? path : NULL;
}

/* ---- invoices ---- */

static void one_overdue(struct visit *visit, const struct enrolment_invoice *invoice,
                        int64_t left_cents) {
    struct item item = item_add(
        visit,
        arena_format(visit->arena, say("Invoice %s is overdue since %s: %s."), name_mark,
                     enrolling_day(visit, invoice->due_on), visit_money(visit, left_cents)),
        invoice->number);

    if (invoice->free_cents > 0)
        action_add(&item, say("Process Payment"),
                   pay_path(visit, arena_format(visit->arena, "/pay?invoice=%s", invoice->number)));
    action_add(&item, say("View invoice"),
               arena_format(visit->arena, "/invoices/%s", invoice->number));
}

/* What payments on their way will cover is not overdue any more. */
static void overdue_show(struct visit *visit, const struct outlook *outlook) {
    const struct enrolment_invoices *open = &outlook->open;
    const struct enrolment_invoice *first = NULL;
    int64_t count = 0, sum_cents = 0;
    bool is_cut = false;

    for (size_t at = 0; at < open->count; at++) {
        const struct enrolment_invoice *invoice = &open->list[at];
        int64_t left_cents = money_subtract(invoice->due_cents, invoice->pending_cents);

        if (date_compare(invoice->due_on, visit->today) >= 0)
            break;
        is_cut = at == OUTLOOK_INVOICES_MAX;
        if (is_cut || left_cents <= 0)
            continue;
        first = first ? first : invoice;
        count++;
        sum_cents = money_add(sum_cents, left_cents);
    }
    if (!first)
        return;
    if (count == 1 && !is_cut) {
        one_overdue(visit, first, sum_cents);
        return;
    }
    const char *since = enrolling_day(visit, first->due_on);
    struct item item = item_add(
        visit,
        is_cut ? arena_format(visit->arena,
                              say("More than %lld invoices are overdue, the oldest since %s."),
                              (long long)count, since)
               : arena_format(visit->arena,
                              say("%lld invoices are overdue, the oldest since %s: %s in all."),
                              (long long)count, since, visit_money(visit, sum_cents)),
        "");
    action_add(&item, say("View overdue invoices"), "/invoices?status=overdue");
}

/* ---- payments ---- */

static const char *payment_path(struct visit *visit, const char *reference) {
    return arena_format(visit->arena, "/payments/%s", reference);
}

/* Of one on its way, or one that failed. */
static const char *payment_sentence(struct visit *visit, const struct calendar_payment *payment) {
    struct arena *arena = visit->arena;
    const char *sum = visit_money(visit, payment->amount_cents);
    const char *day = enrolling_day(visit, instant_date(payment->at));

    switch (payment->state) {
    case PAYMENT_PROCESSING:
        return arena_format(arena,
                            say("The payment of %s on %s with %s is being processed. Please don't"
                                " make it again."),
                            sum, day, name_mark);
    case PAYMENT_UNKNOWN:
        return arena_format(arena,
                            say("The payment of %s on %s with %s is being checked: its answer is"
                                " not known yet. Please don't make it again."),
                            sum, day, name_mark);
    case PAYMENT_RETURNED:
        return arena_format(arena,
                            say("The payment of %s on %s with %s was returned by the bank and is"
                                " due again."),
                            sum, day, name_mark);
    case PAYMENT_CHARGED_BACK:
        return arena_format(
            arena, say("The payment of %s on %s with %s was charged back and is due again."), sum,
            day, name_mark);
    case PAYMENT_DECLINED:
        return arena_format(
            arena, say("The payment of %s on %s with %s was declined, and is still to be paid."),
            sum, day, name_mark);
    default:
        return arena_format(
            arena, say("The payment of %s on %s with %s was not made, and is still to be paid."),
            sum, day, name_mark);
    }
}

static void unknown_show(struct visit *visit, const struct calendar_payment *payment) {
    if (payment->state == PAYMENT_PENDING)
        return;
    struct item item = item_add(visit, payment_sentence(visit, payment),
                                method_words_of(visit->arena, payment->method_text));

    action_add(&item, say("View payment"), payment_path(visit, payment->reference));
}

static void failed_show(struct visit *visit, const struct calendar_told *told) {
    for (size_t at = 0; at < told->failed_count; at++) {
        const struct calendar_payment *payment = &told->failed[at];
        bool is_told = false;

        /* Several tries at the same invoices are told of once, by the latest. */
        for (size_t other = 0; other < told->failed_count; other++)
            if (told->failed[other].invoice_id == payment->invoice_id && other != at &&
                (told->failed[other].at > payment->at ||
                 (other < at && told->failed[other].at == payment->at)))
                is_told = true;
        if (is_told)
            continue;
        struct item item = item_add(visit, payment_sentence(visit, payment),
                                    method_words_of(visit->arena, payment->method_text));
        action_add(&item, say("Pay now"),
                   pay_path(visit, arena_format(visit->arena, "/pay?invoice=%s",
                                                payment->invoice_number)));
        action_add(&item, say("View payment"), payment_path(visit, payment->reference));
    }
}

/* ---- drafts ---- */

static const struct enrolment *enrolment_of(const struct outlook *outlook, int64_t id) {
    for (size_t at = 0; at < outlook->active.count; at++)
        if (outlook->active.list[at].id == id)
            return &outlook->active.list[at];
    return NULL;
}

/* What came after it says how that enrolment stands now. */
static bool is_latest(const struct calendar_told *told, size_t draft) {
    for (size_t at = 0; at < told->draft_count; at++)
        if (told->drafts[at].enrolment_id == told->drafts[draft].enrolment_id &&
            date_compare(told->drafts[at].draft_on, told->drafts[draft].draft_on) > 0)
            return false;
    return true;
}

static bool needs_look(const struct visit *visit, const struct outlook *outlook, size_t at) {
    const struct calendar_draft *draft = &outlook->told.drafts[at];
    const struct enrolment *enrolment = enrolment_of(outlook, draft->enrolment_id);

    if (!enrolment || retry_is_replaced(draft->draft_on, enrolment->began_on))
        return false;
    switch (draft->state) {
    case DRAFT_RETRY:
    case DRAFT_PERSON:
        return true;
    case DRAFT_FAILED:
        return is_latest(&outlook->told, at) && draft->is_unpaid &&
               draft->reason != DRAFT_REPLACED &&
               visit->session.due_cents > visit->session.pending_cents;
    default:
        return false;
    }
}

static const char *draft_sentence(struct visit *visit, const struct calendar_draft *draft) {
    const char *day = enrolling_day(visit, draft->draft_on);

    if (draft->state == DRAFT_RETRY && draft->retry_on.year)
        return arena_format(visit->arena,
                            say("The Auto Pay draft of %s with %s did not go through and is tried"
                                " again on %s."),
                            day, name_mark, enrolling_day(visit, draft->retry_on));
    if (draft->state == DRAFT_PERSON)
        return arena_format(visit->arena,
                            say("The Auto Pay draft of %s with %s was not made on its day, and we"
                                " are looking at it."),
                            day, name_mark);
    const char *failed = arena_format(visit->arena, say("The Auto Pay draft of %s with %s failed."),
                                      day, name_mark);
    return arena_format(visit->arena, "%s %s", failed, draft_reason_sentence(draft->reason));
}

static void drafts_show(struct visit *visit, const struct outlook *outlook) {
    for (size_t at = 0; at < outlook->told.draft_count; at++) {
        const struct calendar_draft *draft = &outlook->told.drafts[at];

        if (!needs_look(visit, outlook, at))
            continue;
        const struct enrolment *enrolment = enrolment_of(outlook, draft->enrolment_id);
        struct item item = item_add(visit, draft_sentence(visit, draft),
                                    *draft->method_text
                                        ? method_words_of(visit->arena, draft->method_text)
                                        : enrolling_method_text(visit->arena, &enrolment->method));
        if (draft->state == DRAFT_FAILED)
            action_add(&item, say("Pay now"), pay_path(visit, "/pay"));
        if (*draft->reference)
            action_add(&item, say("View payment"), payment_path(visit, draft->reference));
        if (visit_has_autopay(visit))
            action_add(&item, say("Manage Auto Pay"), "/autopay");
    }
}

/* ---- methods ---- */

static const char *method_sentence(struct visit *visit, const struct method *method) {
    if (expiry_is_past(method->expires_on, visit->today))
        return arena_format(visit->arena, say("%s has expired, so payments cannot use it."),
                            name_mark);
    if (method->needs_attention)
        return arena_format(
            visit->arena, say("%s was refused by its bank, so payments cannot use it."), name_mark);
    return arena_format(visit->arena, say("%s expires on %s."), name_mark,
                        enrolling_day(visit, method->expires_on));
}

static void methods_show(struct visit *visit, const struct calendar_told *told) {
    if (!settings_has_program(&visit->running->settings, "methods"))
        return;
    for (size_t at = 0; at < told->method_count; at++) {
        const struct method *method = &told->methods[at];
        bool may_replace = method_is_offered(visit, method->kind);

        if (!method->needs_attention && !expiry_is_past(method->expires_on, visit->today) &&
            !expiry_is_soon(method->expires_on, visit->today))
            continue;
        struct item item = item_add(visit, method_sentence(visit, method),
                                    method_words(visit->arena, method->brand, method->last_four));
        action_add(&item,
                   text_equal(method->kind, "card") ? say("Replace this card")
                                                    : say("Replace this account"),
                   may_replace ? arena_format(visit->arena, "/methods/%s?replace=%lld",
                                              method->kind, (long long)method->id)
                               : NULL);
        action_add(&item, say("View payment method"),
                   arena_format(visit->arena, "/methods/%lld", (long long)method->id));
    }
}

void attention_show(struct visit *visit, const struct outlook *outlook) {
    for (size_t at = 0; at < outlook->told.open_count; at++)
        unknown_show(visit, &outlook->told.open[at]);
    overdue_show(visit, outlook);
    failed_show(visit, &outlook->told);
    drafts_show(visit, outlook);
    methods_show(visit, &outlook->told);
}
