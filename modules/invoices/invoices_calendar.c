/* invoices_calendar.c - the Activity Calendar of a month: what happened on each day, what is due,
 * and what autopay will draft. */
#include "common/billing/month_grid.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/invoices/invoices.h"

enum { DUE_MAX = 30 };

static const struct field fields[] = {
    {.name = "month", .max_length = MONTH_TEXT_SIZE - 1},
};
const struct form invoices_calendar_form = FORM(fields);

/* ---- what is on a day ---- */

struct day {
    struct visit *visit;
    const struct outlook *outlook;
    const struct enrolment_invoices *due;
    bool due_is_cut;
    struct date on;
    struct values *node;
    size_t count; /* events so far */
};

struct event {
    const char *kind; /* a class of the page */
    const char *text;
    int64_t amount_cents; /* 0: none is shown */
    const char *name;     /* a method; NULL: none */
    const char *path;     /* where it leads; NULL: nowhere */
};

static void event_add(struct day *day, const struct event *event) {
    struct values *node = values_item(day->node, "Events", day->count++);

    values_set(node, "Kind", event->kind);
    values_set(node, "Text", event->text);
    if (event->amount_cents)
        values_set(node, "Amount", visit_money(day->visit, event->amount_cents));
    values_set(node, "Name", event->name);
    if (event->path)
        values_set(node, "Url", visit_url(day->visit, event->path));
}

/* Invoices of this day: "/invoices?status=all&from=2026-11-22&to=2026-11-22". */
static const char *invoices_path(struct day *day) {
    char text[DATE_TEXT_SIZE];

    date_format(day->on, text);
    return arena_format(day->visit->arena, "/invoices?status=all&from=%s&to=%s", text, text);
}

/* Money that moved on this day: a bank's payment was confirmed days before it, and lists go by
 * that. The statement goes by the journal, and is shown from its first entry of the day on. */
static const char *moved_path(struct day *day) {
    char text[DATE_TEXT_SIZE];

    if (!settings_has_program(&day->visit->running->settings, "documents"))
        return "/payments";
    date_format(day->on, text);
    return arena_format(day->visit->arena, "/documents/statements/%.7s?after=%s.0", text, text);
}

/* Of what the journal calls void: payments taken back before they settled, and invoices. */
static struct event void_event(const struct calendar_activity *activity) {
    if (!activity->money_cents)
        return (struct event){.text = activity->entries == 1 ? say("Invoice voided")
                                                             : say("Invoices voided"),
                              .amount_cents = -activity->balance_cents};
    if (activity->money_cents == -activity->balance_cents)
        return (struct event){.text = activity->entries == 1 ? say("Payment voided")
                                                             : say("Payments voided"),
                              .amount_cents = -activity->money_cents};
    return (struct event){.text = say("Invoices or payments voided")};
}

static struct event credit_event(const struct calendar_activity *activity) {
    if (activity->balance_cents > 0)
        return (struct event){.text = say("Credit taken back"),
                              .amount_cents = activity->balance_cents};
    if (activity->balance_cents < 0)
        return (struct event){.text = say("Credited"), .amount_cents = -activity->balance_cents};
    return (struct event){.text = say("Credit applied to invoices")};
}

static void activity_add(struct day *day, const struct calendar_activity *activity) {
    struct event event = {.text = ""};

    if (text_equal(activity->kind, "invoice"))
        event = (struct event){.text = activity->entries == 1
                                           ? say("Invoice issued")
                                           : arena_format(day->visit->arena,
                                                          say("%lld invoices issued"),
                                                          (long long)activity->entries),
                               .amount_cents = activity->balance_cents,
                               .path = invoices_path(day)};
    else if (text_equal(activity->kind, "fee"))
        event = (struct event){.text = activity->entries == 1
                                           ? say("Fee")
                                           : arena_format(day->visit->arena, say("%lld fees"),
                                                          (long long)activity->entries),
                               .amount_cents = activity->balance_cents,
                               .path = invoices_path(day)};
    else if (text_equal(activity->kind, "payment"))
        event = (struct event){.text = activity->entries == 1
                                           ? say("Paid")
                                           : arena_format(day->visit->arena, say("%lld payments"),
                                                          (long long)activity->entries),
                               .amount_cents = activity->money_cents,
                               .path = moved_path(day)};
    else if (text_equal(activity->kind, "return"))
        event = (struct event){.text = activity->entries == 1
                                           ? say("Payment returned")
                                           : arena_format(day->visit->arena,
                                                          say("%lld payments returned"),
                                                          (long long)activity->entries),
                               .amount_cents = -activity->money_cents};
    else if (text_equal(activity->kind, "refund"))
        event = (struct event){.text = activity->entries == 1
                                           ? say("Refunded")
                                           : arena_format(day->visit->arena, say("%lld refunds"),
                                                          (long long)activity->entries),
                               .amount_cents = -activity->money_cents};
    else if (text_equal(activity->kind, "void"))
        event = void_event(activity);
    else
        event = credit_event(activity);
    event.kind = activity->kind;
    /* Without statements there is no one place for it. */
    if (!event.path && settings_has_program(&day->visit->running->settings, "documents"))
        event.path = moved_path(day);
    event_add(day, &event);
}

static void pending_add(struct day *day) {
    const struct calendar_told *told = &day->outlook->told;

    for (size_t at = 0; at < told->open_count; at++) {
        const struct calendar_payment *payment = &told->open[at];

        if (date_compare(instant_date(payment->at), day->on) == 0)
            event_add(day, &(struct event){.kind = "pending",
                                           .text = say("Payment in progress"),
                                           .amount_cents = payment->amount_cents,
                                           .path = arena_format(day->visit->arena, "/payments/%s",
                                                                payment->reference)});
    }
}

/* What payments on their way will cover is not due any more. */
static void due_add(struct day *day) {
    const struct enrolment_invoice *only = NULL;
    int64_t count = 0, sum_cents = 0;
    bool is_late = date_compare(day->on, day->visit->today) < 0, is_cut = false;
    struct event event = {.kind = is_late ? "overdue" : "due"};

    for (size_t at = 0; at < day->due->count; at++) {
        const struct enrolment_invoice *invoice = &day->due->list[at];
        int64_t left_cents = money_subtract(invoice->due_cents, invoice->pending_cents);

        if (date_compare(invoice->due_on, day->on) != 0)
            continue;
        is_cut = day->due_is_cut && at + 1 == day->due->count;
        if (is_cut || left_cents <= 0)
            continue;
        only = invoice;
        count++;
        sum_cents = money_add(sum_cents, left_cents);
    }
    if (is_cut) {
        event.text = is_late ? say("More invoices overdue") : say("More invoices due");
        if (count)
            event.text = arena_format(day->visit->arena,
                                      is_late ? say("More than %lld invoices overdue")
                                              : say("More than %lld invoices due"),
                                      (long long)count);
        event.path = is_late ? "/invoices?status=overdue&sort=due"
                             : "/invoices?status=open&sort=due";
    } else if (count) {
        event.text = is_late      ? count == 1
                                        ? say("Invoice overdue")
                                        : arena_format(day->visit->arena, say("%lld invoices overdue"),
                                                       (long long)count)
                          : count == 1 ? say("Invoice due")
                                  : arena_format(day->visit->arena, say("%lld invoices due"),
                                                 (long long)count);
        event.amount_cents = sum_cents;
        event.path = count == 1 ? arena_format(day->visit->arena, "/invoices/%s", only->number)
                                : (is_late ? "/invoices?status=overdue&sort=due"
                                           : "/invoices?status=open&sort=due");
    }
    if (event.text)
        event_add(day, &event);
}

static const char *draft_text(const struct upcoming *upcoming, const struct forecast *forecast) {
    if (forecast->is_skipped)
        return say("Auto Pay skipped");
    if (upcoming->is_unknown)
        return say("Auto Pay, amount at Manage Auto Pay");
    switch (forecast->amount) {
    case DRAFT_TAKES:
        break;
    case DRAFT_TAKES_NOTHING:
        return say("Auto Pay, nothing due yet");
    case DRAFT_TAKES_TOO_LITTLE:
        return say("Auto Pay, too little due yet");
    }
    return say("Auto Pay drafts");
}

static void drafts_add(struct day *day) {
    const struct outlook *outlook = day->outlook;

    for (size_t at = 0; at < outlook->active.count; at++) {
        const struct upcoming *upcoming = &outlook->upcoming[at];
        const struct enrolment *enrolment = upcoming->enrolment;
        const struct calendar_draft *retry = upcoming->is_stopped
                                                 ? NULL
                                                 : outlook_retry(outlook, enrolment);
        struct event event = {
            .kind = "draft",
            .name = enrolling_method_text(day->visit->arena, &enrolment->method),
            .path = visit_has_autopay(day->visit) ? "/autopay" : NULL,
        };

        if (retry && date_compare(retry->retry_on, day->on) == 0) {
            event.text = say("Auto Pay tries again");
            event_add(day, &event);
        }
        for (size_t next = 0; next < upcoming->count; next++) {
            const struct forecast *forecast = &upcoming->forecasts[next];

            if (date_compare(forecast->on, day->on) != 0)
                continue;
            event.text = draft_text(upcoming, forecast);
            event.amount_cents = upcoming->is_unknown ? 0 : forecast->amount_cents;
            event_add(day, &event);
        }
    }
}

/* ---- the month ---- */

static void day_show(struct day *day, int column) {
    const struct calendar_told *told = &day->outlook->told;
    char iso[DATE_TEXT_SIZE];

    if (!day->on.year)
        return;
    date_format(day->on, iso);
    values_set(day->node, "Iso", iso);
    values_set_int(day->node, "Number", day->on.day);
    values_set(day->node, "WeekDay", week_day_name(column));
    values_set(day->node, "Month", date_month(day->on.month));
    if (date_compare(day->on, day->visit->today) == 0)
        values_set(day->node, "Today", "1");
    for (size_t at = 0; at < told->activity_count; at++)
        if (date_compare(told->activity[at].on, day->on) == 0)
            activity_add(day, &told->activity[at]);
    pending_add(day);
    due_add(day);
    drafts_add(day);
}

static void month_link(struct visit *visit, struct values *node, const char *name,
                       struct date month) {
    char text[MONTH_TEXT_SIZE];

    if (!month.year)
        return;
    month_format(month, text);
    values_set(node, arena_format(visit->arena, "%s.Url", name),
               visit_url(visit, arena_format(visit->arena, "/calendar?month=%s", text)));
    values_set(node, arena_format(visit->arena, "%s.Title", name), month_long(visit->arena, month));
}

/* Whether what is cut off would be in this month. */
static void cut_show(struct visit *visit, struct values *node, struct date month,
                     const struct enrolment_invoices *due) {
    const struct enrolment_invoice *last = &due->list[due->count - 1];

    if (date_compare(last->due_on, month_last_day(month)) > 0)
        return;
    values_set(node, "More.Text",
               arena_format(visit->arena,
                            say("From %s on, more invoices are due than this calendar shows."),
                            date_long(visit->arena, last->due_on)));
    values_set(node, "More.Url", visit_url(visit, "/invoices?status=open&sort=due"));
}

void calendar_show(struct visit *visit, const struct outlook *outlook, struct date month,
                   const struct enrolment_invoices *due, bool is_cut) {
    struct values *node = values_child(visit->values, "Calendar");
    size_t count = 0;

    values_set(node, "Title", month_long(visit->arena, month));
    month_link(visit, node, "Previous", month_before(month));
    month_link(visit, node, "Next", month_after(month));
    if (date_compare(month, month_of(visit->today)) != 0)
        month_link(visit, node, "Current", month_of(visit->today));
    for (int column = 0; column < WEEK_DAYS; column++)
        values_set(values_item(node, "WeekDays", (size_t)column), "Name", week_day_name(column));
    for (size_t week = 0; week < month_weeks(month); week++) {
        struct values *row = values_item(node, "Weeks", week);
        bool is_free = true;

        for (int column = 0; column < WEEK_DAYS; column++) {
            struct day day = {visit,
                              outlook,
                              due,
                              is_cut,
                              month_day(month, week, column),
                              values_item(row, "Days", (size_t)column),
                              0};

            day_show(&day, column);
            count += day.count;
            if (day.count || date_compare(day.on, visit->today) == 0)
                is_free = false;
        }
        if (is_free)
            values_set(row, "Free", "1");
    }
    if (!count)
        values_set(node, "Empty", "1");
    if (is_cut)
        cut_show(visit, node, month, due);
}

/* ---- the page ---- */

/* What autopay will draft in a month that is not over; whether all open invoices were read for it.
 */
static enum result drafts_read(struct visit *visit, struct outlook *outlook, bool *out_has_open) {
    enum result result = outlook_active(visit, outlook);

    *out_has_open = false;
    if (result != RESULT_OK || !outlook->active.count)
        return result;
    result = enrolment_invoices(visit->running->db, visit->arena, visit->session.account_id,
                                OUTLOOK_INVOICES_MAX + 1, &outlook->open);
    if (result == RESULT_OK)
        result = outlook_foresee(visit, outlook);
    *out_has_open = !outlook_is_cut(outlook);
    return result;
}

static enum result month_read(struct visit *visit, struct date month, struct outlook *outlook,
                              struct enrolment_invoices *out_due, bool *out_is_cut) {
    struct db *db = visit->running->db;
    int64_t account_id = visit->session.account_id;
    struct date last = month_last_day(month);
    bool has_open = false;
    enum result result = calendar_told(db, visit->arena, account_id, month, last, &outlook->told);

    if (result == RESULT_OK && date_compare(last, visit->today) >= 0)
        result = drafts_read(visit, outlook, &has_open);
    if (result != RESULT_OK)
        return result;
    *out_due = outlook->open;
    *out_is_cut = false;
    if (has_open)
        return RESULT_OK;
    result = calendar_due(db, visit->arena, account_id, month, last, DUE_MAX + 1, out_due);
    *out_is_cut = result == RESULT_OK && out_due->count > DUE_MAX;
    return result;
}

enum result invoices_calendar(struct visit *visit) {
    const char *asked = form_text(&visit->form, "month");
    struct outlook *outlook = arena_alloc(visit->arena, sizeof *outlook);
    struct date month = month_of(visit->today);
    struct enrolment_invoices due;
    bool is_cut = false;

    if (form_has(&visit->form, "month") && !month_parse(asked, &month))
        return RESULT_NOT_FOUND;
    enum result result = month_read(visit, month, outlook, &due, &is_cut);
    if (result != RESULT_OK)
        return result;
    calendar_show(visit, outlook, month, &due, is_cut);
    return visit_render(visit, 200, "invoices/calendar", say("Activity Calendar"), "");
}
