/* invoices_home.c - home: where the money stands, what needs attention, what comes next. */
#include "common/billing/month_grid.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/invoices/invoices.h"

enum { RECENT = 5, DAY_S = 86400, RETURNED_DAYS = 90, DECLINED_DAYS = 30 };

/* What payments on their way cover is waited for only where nothing else is. */
struct date balance_due_on(const struct enrolment_invoices *open) {
    for (size_t at = 0; at < open->count; at++)
        if (open->list[at].due_cents > open->list[at].pending_cents)
            return open->list[at].due_on;
    return open->count && open->count <= OUTLOOK_INVOICES_MAX ? open->list[0].due_on
                                                              : (struct date){0};
}

void balance_show(struct visit *visit, struct date due_on) {
    const struct session *session = &visit->session;
    struct values *balance = values_child(visit->values, "Balance");
    int64_t current_cents = money_subtract(session->due_cents, session->credit_cents);
    bool is_due = session->due_cents > session->pending_cents;

    values_set(balance, "Current", visit_money(visit, current_cents));
    values_set_int(balance, "IsDue", is_due);
    if (session->pending_cents)
        values_set(balance, "InProgress", visit_money(visit, session->pending_cents));
    if (session->credit_cents)
        values_set(balance, "Credit", visit_money(visit, session->credit_cents));
    visit_set_date(visit, balance, "DueBy", due_on);
    if (is_due && due_on.year && date_compare(due_on, visit->today) < 0)
        values_set(balance, "Overdue",
                   arena_format(visit->arena, say("since %s"), date_short(visit->arena, due_on)));
}

/* Only where the account chose it. */
static void paper_show(struct visit *visit) {
    int64_t fee_cents = visit->running->settings.paper_fee_cents;

    if (!visit->session.paper_bill)
        return;
    values_set(visit->values, "Account.PaperBill", say("By mail"));
    if (fee_cents)
        values_set(visit->values, "Account.PaperFee", visit_money(visit, fee_cents));
}

static enum result home_read(struct visit *visit, struct date month, struct outlook *outlook,
                             struct invoices *out_recent) {
    const struct session *session = &visit->session;
    struct date next_month = date_add_days(month_last_day(month), 1);
    struct calendar_home home = {
        .account_id = session->account_id,
        .user_id = session->user_id,
        .from = month,
        .through = month_last_day(month),
        .returned_since = visit->now - (int64_t)RETURNED_DAYS * DAY_S,
        .declined_since = visit->now - (int64_t)DECLINED_DAYS * DAY_S,
        /* As expiry_is_soon() has it. */
        .expires_by = month_last_day(next_month),
    };
    struct db *db = visit->running->db;
    enum result result = calendar_invoices(db, visit->arena, session->account_id, RECENT,
                                           OUTLOOK_INVOICES_MAX + 1, out_recent, &outlook->open);

    if (result == RESULT_OK)
        result = calendar_home(db, visit->arena, &home, &outlook->told);
    if (result == RESULT_OK)
        result = outlook_active(visit, outlook);
    return result == RESULT_OK ? outlook_foresee(visit, outlook) : result;
}

enum result invoices_home(struct visit *visit) {
    struct outlook *outlook = arena_alloc(visit->arena, sizeof *outlook);
    struct date month = month_of(visit->today);
    struct invoices recent;
    enum result result = home_read(visit, month, outlook, &recent);

    if (result != RESULT_OK)
        return result;
    balance_show(visit, balance_due_on(&outlook->open));
    paper_show(visit);
    attention_show(visit, outlook);
    outlook_show(visit, outlook);
    calendar_show(visit, outlook, month, &outlook->open, outlook_is_cut(outlook));
    for (size_t at = 0; at < recent.count; at++)
        invoices_show(visit, values_item(visit->values, "Invoices", at), &recent.list[at]);
    return visit_render(visit, 200, "invoices/home", say("Billing"), "/");
}
