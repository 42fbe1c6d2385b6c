/* documents_receipt.c - GET /payments/P123.pdf: what was paid, with what and for what, and what
 * became of it in the words of its page. Only where money moved, or a bank has accepted to. */
#include "common/billing/ach_return.h"
#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/outcome.h"
#include "common/store/payment_store.h"
#include "common/store/refund_store.h"
#include "modules/documents/documents.h"

enum { FACTS_MAX = 6, BACK_COLUMNS = 3 };

static void top_print(struct visit *visit, struct print *print, const struct payment *payment) {
    struct print_fact *facts = arena_array(visit->arena, FACTS_MAX, sizeof *facts);
    struct date on = instant_date(payment->confirmed_at ? payment->confirmed_at
                                                        : payment->created_at);
    size_t count = 0;

    facts[count++] = (struct print_fact){say("Reference"), payment->reference, true};
    facts[count++] = (struct print_fact){say("Date"), date_short(visit->arena, on), false};
    facts[count++] = (struct print_fact){
        say("Payment Method"), method_words_of(visit->arena, payment->method_text), false};
    if (*payment->transaction_id)
        facts[count++] = (struct print_fact){say("Confirmation"), payment->transaction_id, false};
    facts[count++] = (struct print_fact){say("Status"), payment_state_word(payment->state), true};
    documents_letterhead(visit, print, say(outcome_paper_title(payment->state)), facts, count);
    documents_panel(
        visit, print, say("Account"),
        (struct print_fact){say("Payment Amount"), visit_money(visit, payment->amount_cents), true},
        NULL);
}

static void covers_print(struct visit *visit, struct print *print, const struct payment *payment,
                         const struct covered_invoice *covers, size_t count) {
    static const struct print_column columns[] = {{WORDS("Invoice"), 500, false},
                                                  {WORDS("Invoice Amount"), 250, true},
                                                  {WORDS("This payment"), 250, true}};
    struct print_fact *totals = arena_array(visit->arena, 2, sizeof *totals);
    struct print_row *rows = arena_array(visit->arena, count, sizeof *rows);
    size_t total_count = 0;

    for (size_t at = 0; at < count; at++) {
        const char **cells = arena_array(visit->arena, 3, sizeof *cells);

        cells[0] = covers[at].number;
        cells[1] = visit_money(visit, covers[at].figures.total_cents);
        cells[2] = visit_money(visit, covers[at].amount_cents);
        rows[at].cells = cells;
    }
    if (payment->credit_cents)
        totals[total_count++] = (struct print_fact){
            say("To account credit"), visit_money(visit, payment->credit_cents), false};
    totals[total_count++] = (struct print_fact){say("Payment Amount"),
                                                visit_money(visit, payment->amount_cents), true};
    print_table(print, &(struct print_table){.columns = documents_columns(visit, columns, 3),
                                             .column_count = 3,
                                             .rows = rows,
                                             .row_count = count,
                                             .empty = say("No invoice was paid with it."),
                                             .totals = totals,
                                             .total_count = total_count});
}

static void refunds_print(struct visit *visit, struct print *print, const struct refunds *refunds) {
    static const struct print_column columns[BACK_COLUMNS] = {{WORDS("Date"), 200, false},
                                                              {WORDS("What went back"), 550, false},
                                                              {WORDS("Amount"), 250, true}};
    struct print_row *rows = arena_array(visit->arena, refunds->count, sizeof *rows);

    if (!refunds->count)
        return;
    for (size_t at = 0; at < refunds->count; at++) {
        const struct refund *refund = &refunds->list[at];
        const char **cells = arena_array(visit->arena, BACK_COLUMNS, sizeof *cells);
        const char *word = refund_state_word(refund->state, refund->kind);

        cells[0] = date_short(
            visit->arena, instant_date(refund->closed_at ? refund->closed_at : refund->created_at));
        cells[1] = word;
        if (refund->kind == REFUND_KIND_RETURN && *ach_return_find(refund->response_code)->code)
            cells[1] = arena_format(visit->arena, "%s: %s", word,
                                    say(ach_return_find(refund->response_code)->meaning));
        cells[2] = visit_money(visit, -refund->amount_cents);
        rows[at].cells = cells;
    }
    print_heading(print, say("Refunds and returns"));
    print_table(print,
                &(struct print_table){.columns = documents_columns(visit, columns, BACK_COLUMNS),
                                      .column_count = BACK_COLUMNS,
                                      .rows = rows,
                                      .row_count = refunds->count});
}

/* Money was received, whatever became of it: as outcome_paper_title() has it. */
static bool is_receipt(const struct payment *payment) {
    return payment_is_money(payment->state) || payment->state == PAYMENT_REFUNDED;
}

static const char *paper_title(struct visit *visit, const struct payment *payment) {
    if (is_receipt(payment))
        return arena_format(visit->arena, say("Receipt of payment %s"), payment->reference);
    return arena_format(visit->arena, say("Payment %s"), payment->reference);
}

enum result documents_receipt(struct visit *visit) {
    int64_t account_id = visit->session.account_id;
    struct db *db = visit->running->db;
    enum file_kind kind;
    const char *reference = documents_stem(visit, &kind);
    struct payment payment;
    struct covered_invoice *covers;
    struct refunds refunds = {0};
    size_t cover_count;

    if (kind != FILE_PDF)
        return RESULT_NOT_FOUND;
    enum result result = payment_find(db, visit->arena, account_id, reference, &payment);
    if (result == RESULT_OK && !outcome_paper_title(payment.state))
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = payment_covers(db, visit->arena, account_id, payment.id, &covers, &cover_count);
    if (result == RESULT_OK)
        result = refunds_of_payment(db, visit->arena, account_id, payment.id, &refunds);
    if (result != RESULT_OK)
        return result;
    struct print *print = documents_paper(visit, paper_title(visit, &payment));
    top_print(visit, print, &payment);
    print_text(print, outcome_past_text(&payment));
    covers_print(visit, print, &payment, covers, cover_count);
    refunds_print(visit, print, &refunds);
    if (*payment.note) {
        print_heading(print, say("Note"));
        print_text(print, payment.note);
    }
    print_text(print, say("All amounts are in US dollars."));
    return documents_send(visit, print,
                          arena_format(visit->arena, "%s-%s.pdf",
                                       is_receipt(&payment) ? "receipt" : "payment",
                                       payment.reference));
}
