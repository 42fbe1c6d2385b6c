/* pay_choose.c - from what the customer chose to cents on invoices, and what is wrong with it. */
#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/pay/pay.h"

int64_t making_row_free(const struct making *making, size_t row) {
    const struct invoice *invoice = &making->invoices.list[row];

    return *invoice->open_payment ? 0 : invoice_free_cents(&invoice->figures);
}

size_t making_row(const struct making *making, const char *number) {
    size_t row = 0;

    while (row < making->invoices.count && !text_equal(making->invoices.list[row].number, number))
        row++;
    return row;
}

size_t making_current_row(const struct making *making) {
    size_t latest = making->invoices.count;

    /* With more open invoices than are read the latest one may be among those that were not. */
    if (making->has_more)
        return latest;
    for (size_t row = 0; row < making->invoices.count; row++)
        if (latest == making->invoices.count ||
            date_compare(making->invoices.list[row].issued_on,
                         making->invoices.list[latest].issued_on) >= 0)
            latest = row;
    return latest;
}

enum result making_read(struct visit *visit, struct making *making) {
    struct db *db = visit->running->db;
    const struct session *session = &visit->session;
    enum result result = invoice_payable(db, visit->arena, session->account_id, PAY_ROWS_MAX + 1,
                                         &making->invoices);

    if (result == RESULT_OK)
        result = method_list(db, visit->arena, session->account_id, session->user_id, METHODS_MAX,
                             &making->methods);
    if (result != RESULT_OK)
        return result;
    making->has_more = making->invoices.count > PAY_ROWS_MAX;
    if (making->has_more)
        making->invoices.count = PAY_ROWS_MAX;
    making->free_cents = 0;
    for (size_t row = 0; row < making->invoices.count; row++)
        making->free_cents = money_add(making->free_cents, making_row_free(making, row));
    making->what = "total";
    making->note = making->fixed_text = "";
    return RESULT_OK;
}

/* ---- the four choices ---- */

static const char changed_text[] = WORDS(
    "Your balance changed while this page was open. Check the amounts"
    " and press Process Payment again.");

static void choose_total(struct visit *visit, struct making *making) {
    const char *seen = form_text(&visit->form, "seen_balance");

    if (*seen && !text_equal(seen, money_plain(visit->arena, making->free_cents))) {
        form_fail(&visit->form, "what", say(changed_text));
        return;
    }
    (void)allocate_all(making->allocations, making->allocation_count);
}

static void choose_current(struct visit *visit, struct making *making) {
    size_t row = making_current_row(making);

    if (row == making->invoices.count)
        form_fail(&visit->form, "what", say("Choose Total Balance or Selected Invoices."));
    else
        making->allocations[row].amount_cents = making->allocations[row].free_cents;
}

static void choose_fixed(struct visit *visit, struct making *making) {
    int64_t cents = 0;
    enum money_error error = money_parse(making->fixed_text, &cents);

    if (error != MONEY_OK) {
        form_fail(&visit->form, "fixed_amount", money_error_sentence(error));
        return;
    }
    making->credit_cents = allocate_amount(making->allocations, making->allocation_count, cents);
    /* More than the 200 invoices shown: the others come first, and credit only behind them. */
    if (making->credit_cents && (!visit->running->settings.credit || making->has_more))
        form_fail(&visit->form, "fixed_amount",
                  arena_format(visit->arena,
                               say("This is more than can be paid now. Enter at most %s."),
                               visit_money(visit, making->free_cents)));
}

/* What looks like too much may be what another payment is about to pay. */
static enum result credit_check(struct visit *visit, const struct making *making) {
    bool others_open = false;
    enum result result = payment_others_open(visit->running->db, visit->arena,
                                             visit->session.account_id, 0, &others_open);

    if (result == RESULT_OK && others_open)
        form_fail(
            &visit->form, "fixed_amount",
            arena_format(visit->arena,
                         say("Another payment of this account is being processed. Until it has"
                             " ended, enter at most %s."),
                         visit_money(visit, making->free_cents)));
    return result;
}

static void choose_row(struct visit *visit, struct making *making, size_t row) {
    int64_t cents = making->allocations[row].free_cents;
    const char *typed = making->amount_text[row];
    enum money_error error = MONEY_OK;

    if (typed && typed[strspn(typed, " ")])
        error = money_parse(typed, &cents);
    if (error != MONEY_OK)
        making->row_error[row] = money_error_sentence(error);
    else if (cents > making->allocations[row].free_cents)
        making->row_error[row] = arena_format(
            visit->arena, say("Only %s can be paid on this invoice."),
            visit_money(visit, making->allocations[row].free_cents));
    else
        making->allocations[row].amount_cents = cents;
}

static void choose_selected(struct visit *visit, struct making *making) {
    size_t count;
    const char *const *numbers = form_list(&visit->form, "invoice", &count);

    if (count == 0)
        form_fail(&visit->form, "invoice", say("Select at Least One Invoice"));
    for (size_t at = 0; at < count; at++) {
        size_t row = making_row(making, numbers[at]);

        if (row == making->invoices.count || making->allocations[row].free_cents == 0)
            form_fail(
                &visit->form, "invoice",
                say("An invoice you selected was paid, changed or withdrawn while this page was"
                    " open. Check the list and press Process Payment again."));
        else
            choose_row(visit, making, row);
    }
}

/* ---- limits and the method ---- */

static void limits_check(struct visit *visit, const struct making *making) {
    const struct settings *settings = &visit->running->settings;
    int64_t covered_cents = allocation_sum(making->allocations, making->allocation_count);
    int64_t cents = money_add(covered_cents, making->credit_cents);
    const char *field = text_equal(making->what, "fixed") ? "fixed_amount" : "what";

    if (covered_cents == 0)
        form_fail(&visit->form, field, say("There is nothing to pay in this choice right now."));
    else if (cents < settings->smallest_cents)
        form_fail(&visit->form, field,
                  arena_format(visit->arena, say("The smallest payment here is %s."),
                               visit_money(visit, settings->smallest_cents)));
    else if (cents > settings->largest_cents)
        form_fail(&visit->form, field,
                  arena_format(visit->arena, say("The largest payment here is %s."),
                               visit_money(visit, settings->largest_cents)));
}

static void new_method_check(struct visit *visit, const struct making *making) {
    bool is_card = making->is_new_card;

    if (!method_is_offered(visit, is_card ? "card" : "bank"))
        form_fail(&visit->form, "method",
                  is_card ? say("Cards are not accepted any more. Choose another payment method.")
                          : say("Bank accounts are not accepted any more. Choose another payment"
                                " method."));
    else if (is_card)
        card_check(visit, false);
    else
        bank_check(visit);
}

static void method_check(struct visit *visit, const struct making *making) {
    const struct method *found = NULL;

    if (making->is_new_card || making->is_new_bank) {
        new_method_check(visit, making);
        return;
    }
    for (size_t at = 0; at < making->methods.count; at++)
        if (making->methods.list[at].id == making->method_id)
            found = &making->methods.list[at];
    const char *fault = found ? method_fault(visit, found) : NULL;
    if (!found)
        form_fail(&visit->form, "method", say("Choose a payment method."));
    else if (fault)
        form_fail(&visit->form, "method",
                  arena_format(visit->arena, "%s %s", fault, say("Choose another method.")));
}

static bool row_has_error(const struct making *making) {
    for (size_t row = 0; row < making->invoices.count; row++)
        if (making->row_error[row])
            return true;
    return false;
}

enum result making_choose(struct visit *visit, struct making *making) {
    static const struct {
        const char *what;
        void (*choose)(struct visit *visit, struct making *making);
    } choices[] = {
        {"total", choose_total},
        {"current", choose_current},
        {"fixed", choose_fixed},
        {"selected", choose_selected},
    };
    enum result result = RESULT_OK;
    size_t at = 0;

    making->credit_cents = 0;
    making->allocation_count = making->invoices.count;
    for (size_t row = 0; row < making->invoices.count; row++)
        making->allocations[row] = (struct allocation){
            .invoice_id = making->invoices.list[row].id,
            .free_cents = making_row_free(making, row),
        };
    while (at < sizeof choices / sizeof *choices && !text_equal(choices[at].what, making->what))
        at++;
    if (at == sizeof choices / sizeof *choices)
        form_fail(&visit->form, "what", say("Choose what to pay."));
    else
        choices[at].choose(visit, making);
    if (!form_has_errors(&visit->form) && !row_has_error(making))
        limits_check(visit, making);
    if (!form_has_errors(&visit->form) && making->credit_cents)
        result = credit_check(visit, making);
    method_check(visit, making);
    if (row_has_error(making))
        form_fail(&visit->form, "invoice", say("Check the amounts of the selected invoices."));
    making->allocation_count = allocation_pack(making->allocations, making->allocation_count);
    return result;
}
