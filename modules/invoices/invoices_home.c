#include "common/money/money.h"
#include "modules/invoices/invoices.h"

enum { RECENT = 5 };

static void balance_show(struct visit *visit, struct date due_on) {
    const struct session *session = &visit->session;
    struct values *balance = values_child(visit->values, "Balance");
    int64_t current_cents = money_subtract(session->due_cents, session->credit_cents);

    values_set(balance, "Current", visit_money(visit, current_cents));
    values_set_int(balance, "IsDue", session->due_cents > session->pending_cents);
    if (session->pending_cents)
        values_set(balance, "InProgress", visit_money(visit, session->pending_cents));
    if (session->credit_cents)
        values_set(balance, "Credit", visit_money(visit, session->credit_cents));
    visit_set_date(visit, balance, "DueBy", due_on);
    if (due_on.year && date_compare(due_on, visit->today) < 0)
        values_set(balance, "Overdue",
                   arena_format(visit->arena, "since %s", date_short(visit->arena, due_on)));
}

/* Only where the account chose it. */
static void paper_show(struct visit *visit) {
    int64_t fee_cents = visit->running->settings.paper_fee_cents;

    if (!visit->session.paper_bill)
        return;
    values_set(visit->values, "Account.PaperBill", "By mail");
    if (fee_cents)
        values_set(visit->values, "Account.PaperFee", visit_money(visit, fee_cents));
}

enum result invoices_home(struct visit *visit) {
    int64_t account_id = visit->session.account_id;
    struct db *db = visit->running->db;
    struct invoices recent;
    struct date due_on;
    enum result result = invoice_next_due(db, visit->arena, account_id, &due_on);

    if (result == RESULT_OK)
        result = invoice_list(db, visit->arena, account_id, INVOICE_FILTER_ALL, 0, RECENT, &recent);
    if (result != RESULT_OK)
        return result;
    balance_show(visit, due_on);
    paper_show(visit);
    for (size_t at = 0; at < recent.count; at++)
        invoices_show(visit, values_item(visit->values, "Invoices", at), &recent.list[at]);
    return visit_render(visit, 200, "invoices/home", "Billing", "/");
}
