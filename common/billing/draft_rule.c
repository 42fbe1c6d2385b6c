#include "common/billing/draft_rule.h"

#include <assert.h>

#include "common/money/money.h"

/* ---- which day ---- */

/* The due days that were missed, as schedule_days() tells those of calendar schedules. */
static size_t due_days(const struct draft_question *question, struct date *out_days, size_t max) {
    size_t count = 0;
    struct date last = {0};

    for (size_t at = 0; at < question->invoice_count; at++) {
        const struct draft_invoice *invoice = &question->invoices[at];
        struct date day = invoice->due_on;

        if (invoice->free_cents == 0 || date_compare(day, question->today) > 0)
            continue;
        if (date_compare(day, question->next_on) < 0)
            day = question->next_on;
        if (date_compare(day, last) <= 0)
            continue;
        assert(count < max);
        out_days[count++] = last = day;
    }
    return count;
}

/* since: what it may be late for, and may be skipped as: its day, or the day it was shifted to. */
static enum draft_state state_of(const struct draft_question *question, struct date draft_on,
                                 struct date since, bool is_due) {
    if (date_compare(draft_on, question->skip_on) == 0 ||
        date_compare(since, question->skip_on) == 0)
        return DRAFT_SKIPPED;
    if (!is_due)
        return DRAFT_NOTHING;
    if (date_to_days(question->today) - date_to_days(since) > question->catch_up_days)
        return DRAFT_PERSON;
    return DRAFT_OPEN;
}

void draft_decide(const struct draft_question *question, struct draft_decision *out_decision) {
    /* Each invoice has one due day, so these are enough for both kinds. */
    enum { DAYS_MAX = ALLOCATIONS_MAX };
    struct date days[DAYS_MAX], draft_on = question->next_on, since = question->next_on;
    bool is_calendar = schedule_is_calendar(question->schedule);
    size_t count;

    assert(date_compare(question->next_on, question->today) <= 0);
    assert(question->invoice_count <= ALLOCATIONS_MAX);
    if (is_calendar) {
        count = schedule_days(question->schedule, question->next_on, question->today, days,
                              DAYS_MAX);
        count = count < DAYS_MAX ? count : DAYS_MAX;
    } else {
        count = due_days(question, days, DAYS_MAX);
    }

    if (count)
        draft_on = since = days[count - 1];
    else if (is_calendar)
        draft_on = schedule_day_of(question->schedule, question->next_on);
    *out_decision = (struct draft_decision){.draft_on = draft_on};
    out_decision->state = state_of(question, draft_on, since, count || is_calendar);
    if (out_decision->state == DRAFT_PERSON)
        out_decision->reason = DRAFT_LATE;

    size_t merged = count ? count - 1 : 0;
    size_t from = merged > DRAFT_MERGED_MAX ? merged - DRAFT_MERGED_MAX : 0;
    for (size_t at = from; at < merged; at++)
        out_decision->merged[out_decision->merged_count++] = days[at];
}

/* ---- what it takes ---- */

static bool is_split_first(const struct draft_terms *terms) {
    return terms->schedule == SCHEDULE_SPLIT && terms->draft_on.day == 1;
}

static bool uses_plan(const struct draft_terms *terms) {
    return is_split_first(terms) || (terms->schedule == SCHEDULE_SPLIT && terms->has_plan);
}

/* What of an invoice a draft of that day may take. */
static int64_t covered_cents(const struct draft_terms *terms, const struct draft_invoice *invoice) {
    if (date_compare(invoice->issued_on, terms->draft_on) > 0)
        return 0;
    if (terms->schedule == SCHEDULE_DUE_DATE && date_compare(invoice->due_on, terms->draft_on) > 0)
        return 0;
    return invoice->free_cents;
}

static int64_t room_cents(const struct draft_terms *terms, const struct draft_invoice *invoice) {
    if (!uses_plan(terms))
        return covered_cents(terms, invoice);
    /* An attempt that turned up late as booked may have taken more. */
    if (invoice->taken_cents >= invoice->plan_cents)
        return 0;
    return money_min(money_subtract(invoice->plan_cents, invoice->taken_cents),
                     invoice->free_cents);
}

/* The odd cent is in the first half. */
static int64_t half(int64_t cents) {
    return money_split(cents, 2, 0);
}

/* The most this draft is meant to take of what has room. */
static int64_t share_cents(const struct draft_terms *terms, const struct draft_invoice *invoices,
                           size_t count, int64_t room) {
    struct date month_on = {terms->draft_on.year, terms->draft_on.month, 1};
    int64_t plan = 0;

    if (is_split_first(terms)) {
        for (size_t at = 0; at < count; at++)
            plan = money_add(plan, invoices[at].plan_cents);
        return half(plan);
    }
    /* Enrolled too late for the 1st (that very day is too late): this is the first of two. */
    if (terms->schedule == SCHEDULE_SPLIT && !terms->has_plan &&
        date_compare(terms->began_on, month_on) >= 0)
        return half(room);
    return room;
}

int64_t draft_plan_fix(const struct draft_terms *terms, struct draft_invoice *invoices,
                       size_t count) {
    int64_t total = 0;

    assert(is_split_first(terms));
    for (size_t at = 0; at < count; at++) {
        invoices[at].plan_cents = covered_cents(terms, &invoices[at]);
        invoices[at].taken_cents = 0;
        total = money_add(total, invoices[at].plan_cents);
    }
    return total;
}

enum draft_amount draft_take(const struct draft_terms *terms, const struct draft_invoice *invoices,
                             size_t count, struct draft_taking *out_taking) {
    assert(count <= ALLOCATIONS_MAX);
    assert(terms->schedule != SCHEDULE_SPLIT || terms->draft_on.day == 1 ||
           terms->draft_on.day == 15);

    struct allocation *list = out_taking->list;
    for (size_t at = 0; at < count; at++)
        list[at] = (struct allocation){.invoice_id = invoices[at].id,
                                       .free_cents = room_cents(terms, &invoices[at])};

    int64_t share = share_cents(terms, invoices, count, allocate_all(list, count));
    if (terms->largest_cents > 0)
        share = money_min(share, terms->largest_cents);
    allocate_amount(list, count, share);
    out_taking->count = allocation_pack(list, count);
    out_taking->amount_cents = allocation_sum(list, out_taking->count);

    if (out_taking->amount_cents == 0)
        out_taking->amount = DRAFT_TAKES_NOTHING;
    else if (out_taking->amount_cents < terms->smallest_cents)
        out_taking->amount = DRAFT_TAKES_TOO_LITTLE;
    else
        out_taking->amount = DRAFT_TAKES;
    return out_taking->amount;
}

bool draft_may_repeat(const struct allocation *list, size_t count) {
    for (size_t at = 0; at < count; at++)
        if (list[at].free_cents < list[at].amount_cents)
            return false;
    return count > 0;
}
