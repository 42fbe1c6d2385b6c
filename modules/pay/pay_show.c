/* pay_show.c - the form of Make a Payment, from what `struct making` holds. */
#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/pay/pay.h"

/* What payments on their way cover is waited for only where nothing else is, as home has it. */
static struct date balance_due_on(const struct making *making) {
    const struct invoices *open = &making->invoices;

    for (size_t row = 0; row < open->count; row++)
        if (invoice_free_cents(&open->list[row].figures) > 0)
            return open->list[row].figures.due_on;
    return open->count && !making->has_more ? open->list[0].figures.due_on : (struct date){0};
}

static void balance_show(struct visit *visit, const struct making *making) {
    const struct session *session = &visit->session;
    struct values *balance = values_child(visit->values, "Balance");

    values_set(balance, "Current",
               visit_money(visit, money_subtract(session->due_cents, session->credit_cents)));
    if (session->pending_cents)
        values_set(balance, "InProgress", visit_money(visit, session->pending_cents));
    if (session->credit_cents)
        values_set(balance, "Credit", visit_money(visit, session->credit_cents));
    visit_set_date(visit, balance, "DueBy", balance_due_on(making));
}

static void choice_show(struct visit *visit, const char *name, int64_t cents) {
    struct values *choice = values_child(visit->values,
                                         arena_format(visit->arena, "Choice.%s", name));

    values_set(choice, "Show", "1");
    values_set(choice, "Amount", visit_money(visit, cents));
    values_set(choice, "Cents", arena_format(visit->arena, "%lld", (long long)cents));
}

static void row_show(struct visit *visit, const struct making *making, size_t row) {
    const struct invoice *invoice = &making->invoices.list[row];
    struct values *node = values_item(visit->values, "Rows", row);
    int64_t free_cents = making_row_free(making, row);
    const char *typed = making->amount_text[row];

    values_set(node, "Number", invoice->number);
    values_set(node, "Url",
               visit_url(visit, arena_format(visit->arena, "/invoices/%s", invoice->number)));
    values_set(node, "Due", visit_money(visit, invoice_due_cents(&invoice->figures)));
    values_set(node, "DueCents", arena_format(visit->arena, "%lld", (long long)free_cents));
    values_set(node, "Total", visit_money(visit, invoice->figures.total_cents));
    visit_set_date(visit, node, "IssuedOn", invoice->issued_on);
    visit_set_date(visit, node, "DueOn", invoice->figures.due_on);
    if (date_compare(invoice->figures.due_on, visit->today) < 0)
        values_set(node, "Overdue", "1");
    if (making->checked[row])
        values_set(node, "Checked", "1");
    values_set(node, "Amount", typed ? typed : money_plain(visit->arena, free_cents));
    if (*invoice->open_payment)
        values_set(node, "Blocked", say("A payment of this invoice is being processed."));
    else if (free_cents == 0)
        values_set(node, "Blocked", say("A payment of this invoice is pending."));
    if (making->row_error[row]) {
        values_set(node, "Error", making->row_error[row]);
        visit_show_error(visit, arena_format(visit->arena, "amount-%zu", row),
                         arena_format(visit->arena, say("Invoice %s: %s"), invoice->number,
                                      making->row_error[row]));
    }
}

static const char *method_detail(struct visit *visit, const struct method *method) {
    if (!method->expires_on.year)
        return say("Bank account");
    const char *month = arena_format(visit->arena, "%02d/%d", method->expires_on.month,
                                     method->expires_on.year);
    return arena_format(visit->arena, say("Expires %s"), month);
}

static void method_show(struct visit *visit, const struct method *method, struct values *node) {
    const char *fault = method_fault(visit, method);

    values_set(node, "Id", arena_format(visit->arena, "%lld", (long long)method->id));
    values_set(node, "Text", method_words(visit->arena, method->brand, method->last_four));
    values_set(node, "Label", method->label);
    values_set(node, "Detail", method_detail(visit, method));
    values_set(node, "BrandKind", method_brand_kind(method));
    values_set(node, "Disabled", fault);
    if (fault && method_is_offered(visit, method->kind) &&
        settings_has_program(&visit->running->settings, "methods"))
        values_set(node, "FixUrl",
                   visit_url(visit, arena_format(visit->arena, "/methods/%s?replace=%lld&next=/pay",
                                                 method->kind, (long long)method->id)));
}

static void flag_show(struct visit *visit, const char *field, const char *name) {
    if (visit->request.method == METHOD_POST && text_equal(form_text(&visit->form, field), "1"))
        values_set(visit->values, name, "1");
}

/* What can be typed anew; chosen: something else is. */
static void new_methods_show(struct visit *visit, const struct making *making, bool chosen) {
    if (bank_is_offered(visit)) {
        bank_show(visit);
        if (making->is_new_bank || !chosen)
            values_set(visit->values, "Bank.Checked", "1");
        chosen = true;
        flag_show(visit, "remember_account", "Fields.RememberAccount.Checked");
    }
    if (card_is_offered(visit)) {
        card_show(visit, making->is_token_kept, false);
        if (making->is_new_card || !chosen)
            values_set(visit->values, "Card.Checked", "1");
        flag_show(visit, "remember", "Fields.Remember.Checked");
    }
}

/* The most recently used or saved one comes first and is the default; where there is none, a new
 * bank account. */
static void methods_show(struct visit *visit, const struct making *making) {
    bool chosen = making->is_new_card || making->is_new_bank;

    for (size_t at = 0; at < making->methods.count; at++) {
        const struct method *method = &making->methods.list[at];
        struct values *node = values_item(visit->values, "Methods", at);

        method_show(visit, method, node);
        if (!chosen && !method_fault(visit, method) &&
            (making->method_id ? method->id == making->method_id : true)) {
            values_set(node, "Checked", "1");
            chosen = true;
        }
    }
    new_methods_show(visit, making, chosen);
}

static void focus_show(struct visit *visit, const struct making *making) {
    size_t row = 0, checked = 0;

    for (size_t at = 0; at < making->invoices.count; at++)
        if (making->checked[at]) {
            row = at;
            checked++;
        }
    if (checked != 1 || visit->request.method != METHOD_GET)
        return;
    const struct invoice *invoice = &making->invoices.list[row];
    struct values *focus = values_child(visit->values, "Focus");

    values_set(focus, "Number", invoice->number);
    values_set(focus, "InvoiceDate", date_short(visit->arena, invoice->issued_on));
    values_set(focus, "AmountDue", visit_money(visit, invoice_due_cents(&invoice->figures)));
    values_set(focus, "DateDue", date_short(visit->arena, invoice->figures.due_on));
}

/* What the server would add up, for pages without script. */
static void totals_show(struct visit *visit, const struct making *making) {
    int64_t selected_cents = 0, total_cents = 0, cents;
    size_t count = 0, current = making_current_row(making);

    for (size_t row = 0; row < making->invoices.count; row++) {
        if (!making->checked[row])
            continue;
        const char *typed = making->amount_text[row];
        bool is_amount = typed && money_parse(typed, &cents) == MONEY_OK;

        selected_cents = money_add(selected_cents,
                                   is_amount ? cents : making_row_free(making, row));
        count++;
    }
    if (text_equal(making->what, "total"))
        total_cents = making->free_cents;
    else if (text_equal(making->what, "selected"))
        total_cents = selected_cents;
    else if (text_equal(making->what, "current") && current < making->invoices.count)
        total_cents = making_row_free(making, current);
    else if (money_parse(making->fixed_text, &cents) == MONEY_OK)
        total_cents = cents;
    values_set(visit->values, "Form.SelectedTotal", visit_money(visit, selected_cents));
    values_set(visit->values, "Form.PaymentTotal", visit_money(visit, total_cents));
    values_set_int(visit->values, "Choice.Selected.Count", (long)count);
}

static void choices_show(struct visit *visit, const struct making *making) {
    size_t current = making_current_row(making);

    choice_show(visit, "Total", making->free_cents);
    if (current < making->invoices.count && making_row_free(making, current) > 0)
        choice_show(visit, "Current", making_row_free(making, current));
    choice_show(visit, "Fixed", 0);
    if (visit->running->settings.credit && !making->has_more)
        values_set(visit->values, "Choice.Fixed.Credit", "1");
    choice_show(visit, "Selected", 0);
    totals_show(visit, making);
}

enum result making_show(struct visit *visit, const struct making *making, int status) {
    balance_show(visit, making);
    bool is_closed = making_other_show(visit, making);
    if (making->free_cents > 0 && !is_closed)
        choices_show(visit, making);
    values_set(visit->values, "Form.Key", visit_form_key(visit, "pay"));
    values_set(visit->values, "Form.SeenBalance", money_plain(visit->arena, making->free_cents));
    values_set(visit->values, "Form.What", making->what);
    /* Without a form there is nothing that a summary of errors could lead to. */
    if (visit->request.method == METHOD_POST && !is_closed) {
        visit_show_field(visit, "what", "what", "What");
        visit_show_field(visit, "fixed_amount", "fixed_amount", "FixedAmount");
        visit_show_field(visit, "invoice", "picker", "Invoice");
        visit_show_field(visit, "method", "methods", "Method");
        visit_show_field(visit, "note", "note", "Note");
    }
    for (size_t row = 0; row < making->invoices.count && !is_closed; row++)
        row_show(visit, making, row);
    if (making->free_cents > 0 && !is_closed) {
        methods_show(visit, making);
        making_autopay_show(visit);
    }
    focus_show(visit, making);
    if (making->has_more)
        values_set(visit->values, "More.Text",
                   say("These are your 200 oldest open invoices, as many as one payment covers. Pay"
                       " them first, then the others."));
    values_set(visit->values, "Page.Script", "pay.js");
    return visit_render(visit, status, "pay/make", say("Make a Payment"), "/pay");
}
