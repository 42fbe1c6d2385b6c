/* mailer_invoices.c - what mails about invoices tell: one that was issued, those that are due soon
 * or overdue. All of it as it is now: what was paid since the row was written is left out, and
 * where nothing remains the mail is needless. */
#include <string.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/remind_store.h"
#include "modules/mailer/mailer.h"

enum { ROWS_MAX = 20, QUERY_MAX = 4096 };

/* ---- links ---- */

/* "/invoices/NW-1" and what follows; "": numbers are safe in URLs, and what is not is not linked.
 */
static const char *invoice_path(struct arena *arena, const char *number, const char *suffix) {
    for (const char *at = number; *at; at++)
        if (!text_is_url_safe(*at))
            return "";
    return text_is_alnum(*number) ? arena_format(arena, "/invoices/%s%s", number, suffix) : "";
}

static void invoice_links(struct running *running, struct arena *arena, struct values *node,
                          const char *number) {
    const char *path = invoice_path(arena, number, "");

    if (*path)
        link_set(running, arena, node, "invoices", path);
}

/* Make a Payment with these invoices chosen. */
static void pay_link(struct running *running, struct arena *arena, struct values *values,
                     const struct buffer *query) {
    link_set(running, arena, values_child(values, "Pay"), "pay",
             query->length && !buffer_is_full(query) ? arena_format(arena, "/pay?%s", query->bytes)
                                                     : "/pay");
}

/* ---- one that was issued ---- */

static void figures_set(struct arena *arena, const struct remind_facts *facts,
                        struct values *node) {
    int64_t due_cents = facts->total_cents - facts->paid_cents - facts->credited_cents;

    line_set(node, arena, "Number", facts->number);
    line_set(node, arena, "BillingType", facts->of.billing_type);
    values_set(node, "IssuedOn", date_long(arena, facts->of.issued_on));
    values_set(node, "DueOn", date_long(arena, facts->due_on));
    values_set(node, "Total", money_text(arena, facts->total_cents));
    money_set(node, arena, "Tax", facts->tax_cents);
    money_set(node, arena, "Paid", facts->paid_cents);
    money_set(node, arena, "Credited", facts->credited_cents);
    money_set(node, arena, "Pending", facts->pending_cents);
    if (due_cents != facts->total_cents)
        values_set(node, "Due", money_text(arena, due_cents));
}

/* Todo: what to do, one of paid, wait, autopay, late, pay. */
static enum result todo_set(struct running *running, struct arena *arena,
                            const struct outbox_row *row, const struct remind_facts *facts,
                            struct values *values) {
    int64_t due_cents = facts->total_cents - facts->paid_cents - facts->credited_cents;
    struct date today = instant_date(clock_now(running->clock));
    struct remind_covers covers;
    enum result result = remind_covers(running->db, arena, row->account_id, &covers);

    if (result != RESULT_OK)
        return result;
    const struct remind_enrolment *enrolment = remind_enrolment_of(&covers, &facts->of);
    if (due_cents <= 0) {
        values_set(values, "Todo", "paid");
    } else if (facts->pending_cents >= due_cents) {
        values_set(values, "Todo", "wait");
    } else if (enrolment) {
        struct values *node = values_child(values, "Autopay");

        values_set(values, "Todo", "autopay");
        values_set(node, "Schedule", schedule_word(enrolment->cover.schedule));
        link_set(running, arena, node, "autopay", "/autopay");
        return method_set(running, arena, row, enrolment->method_id, values);
    } else {
        values_set(values, "Todo", date_compare(facts->due_on, today) < 0 ? "late" : "pay");
    }
    return RESULT_OK;
}

enum result invoice_issued_fill(struct running *running, struct arena *arena,
                                const struct outbox_row *row, struct values *values) {
    struct values *node = values_child(values, "Invoice");
    struct remind_facts facts;
    struct buffer query;
    enum result result = remind_invoice(running->db, arena, row->account_id, row->subject_id,
                                        &facts);

    if (result != RESULT_OK)
        return result;
    if (facts.is_void)
        return RESULT_CONFLICT;
    figures_set(arena, &facts, node);
    invoice_links(running, arena, node, facts.number);
    const char *pdf = invoice_path(arena, facts.number, ".pdf");
    if (*pdf)
        link_set(running, arena, values_child(node, "Pdf"), "documents", pdf);
    buffer_init(&query, arena, QUERY_MAX);
    buffer_url_pair(&query, "invoice", facts.number);
    pay_link(running, arena, values, &query);
    return todo_set(running, arena, row, &facts, values);
}

/* ---- those due on a day ---- */

struct due {
    struct running *running;
    struct arena *arena;
    struct values *values;
    struct remind_covers covers;
    struct date today, next_on; /* next_on: the first draft day of those that autopay covers */
    bool is_soon;
    int64_t count, covered, cents;
    struct buffer query;
};

static void due_row_set(struct due *due, const struct remind_facts *facts, int64_t free_cents,
                        bool is_covered) {
    struct values *item = values_item(due->values, "Invoices", (size_t)due->count);
    struct arena *arena = due->arena;

    line_set(item, arena, "Number", facts->number);
    values_set(item, "Amount", money_text(arena, free_cents));
    if (facts->total_cents != free_cents)
        values_set(item, "Total", money_text(arena, facts->total_cents));
    money_set(item, arena, "Pending", facts->pending_cents);
    if (is_covered)
        values_set(item, "Autopay", "1");
    invoice_links(due->running, arena, item, facts->number);
    buffer_url_pair(&due->query, "invoice", facts->number);
}

/* Those that are told, by the rule that had the mail written: only ROWS_MAX of them are kept. */
static enum result due_each(const struct remind_facts *facts, void *context) {
    struct due *due = context;
    const struct remind_enrolment *enrolment = remind_enrolment_of(&due->covers, &facts->of);
    const struct remind_invoice invoice = {
        .issued_on = facts->of.issued_on,
        .due_on = facts->due_on,
        .free_cents = facts->total_cents - facts->paid_cents - facts->credited_cents -
                      facts->pending_cents,
    };

    if (due->is_soon
            ? enrolment != NULL
            : !remind_wants_overdue(&invoice, enrolment ? &enrolment->cover : NULL, due->today))
        return RESULT_OK;
    if (due->count < ROWS_MAX)
        due_row_set(due, facts, invoice.free_cents, enrolment != NULL);
    due->count++;
    due->cents = money_add(due->cents, invoice.free_cents);
    if (!enrolment)
        return RESULT_OK;
    due->covered++;
    if (enrolment->next_on.year &&
        (!due->next_on.year || date_compare(enrolment->next_on, due->next_on) < 0))
        due->next_on = enrolment->next_on;
    return RESULT_OK;
}

/* "due_soon:12:2026-12-01", "overdue:12:2026-12-01:8", and behind a slash the recipient. */
static bool day_of_key(struct arena *arena, const char *key, struct date *out_day) {
    const char *at = strchr(key, ':');

    at = at ? strchr(at + 1, ':') : NULL;
    return at && strlen(at + 1) >= DATE_TEXT_SIZE - 1 &&
           date_parse(arena_copy(arena, at + 1, DATE_TEXT_SIZE - 1), out_day);
}

static void due_set(struct due *due, struct date due_on) {
    struct values *node = values_child(due->values, "Due");
    struct arena *arena = due->arena;

    values_set(node, "On", date_long(arena, due_on));
    values_set(node, "Total", money_text(arena, due->cents));
    if (due->count == 1)
        values_set(node, "Number", values_text(due->values, "Invoices.0.Number"));
    values_set(node, "Count", arena_format(arena, "%lld", (long long)due->count));
    if (due->count > ROWS_MAX)
        values_set(node, "More", arena_format(arena, "%lld", (long long)(due->count - ROWS_MAX)));
    if (due->covered) {
        struct values *autopay = values_child(due->values, "Autopay");

        values_set(autopay, "Covers", due->covered == due->count ? "all" : "some");
        if (due->next_on.year && date_compare(due->next_on, due->today) >= 0)
            values_set(autopay, "NextOn", date_long(arena, due->next_on));
        link_set(due->running, arena, autopay, "autopay", "/autopay");
    }
    /* With more than are shown all that is due is offered. */
    if (due->count > ROWS_MAX)
        buffer_init(&due->query, arena, QUERY_MAX);
    pay_link(due->running, arena, due->values, &due->query);
}

static enum result due_fill(struct running *running, struct arena *arena,
                            const struct outbox_row *row, struct values *values, bool is_soon) {
    struct due *due = arena_alloc(arena, sizeof *due);
    struct date due_on;

    *due = (struct due){.running = running,
                        .arena = arena,
                        .values = values,
                        .today = instant_date(clock_now(running->clock)),
                        .is_soon = is_soon};
    if (!day_of_key(arena, row->key, &due_on))
        return RESULT_NOT_FOUND;
    /* That it is due soon is no news any more. */
    if (is_soon && date_compare(due_on, due->today) < 0)
        return RESULT_CONFLICT;
    buffer_init(&due->query, arena, QUERY_MAX);
    enum result result = remind_covers(running->db, arena, row->account_id, &due->covers);
    if (result == RESULT_OK)
        result = remind_due(running->db, row->account_id, due_on, due_each, due);
    if (result != RESULT_OK)
        return result;
    if (!due->count)
        return RESULT_CONFLICT;
    due_set(due, due_on);
    return RESULT_OK;
}

enum result invoice_due_soon_fill(struct running *running, struct arena *arena,
                                  const struct outbox_row *row, struct values *values) {
    return due_fill(running, arena, row, values, true);
}

enum result invoice_overdue_fill(struct running *running, struct arena *arena,
                                 const struct outbox_row *row, struct values *values) {
    return due_fill(running, arena, row, values, false);
}
