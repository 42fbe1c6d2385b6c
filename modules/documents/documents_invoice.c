/* documents_invoice.c - GET /invoices/INV-1.pdf: the figures of the invoice's page, on paper. */
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/settings_offer.h"
#include "common/store/invoice_store.h"
#include "modules/documents/documents.h"

enum { DESCRIPTION, QUANTITY, PRICE, AMOUNT, COLUMNS, FACTS_MAX = 8 };

static const struct print_column columns[COLUMNS] = {{WORDS("Description"), 520, false},
                                                     {WORDS("Quantity"), 120, true},
                                                     {WORDS("Price"), 180, true},
                                                     {WORDS("Amount"), 180, true}};

struct facts {
    struct print_fact list[FACTS_MAX];
    size_t count;
};

static void fact_add(struct facts *facts, const char *label, const char *value, bool is_strong) {
    facts->list[facts->count++] = (struct print_fact){label, value, is_strong};
}

static void top_print(struct visit *visit, struct print *print, const struct invoice *invoice,
                      enum invoice_status status) {
    struct facts *facts = arena_alloc(visit->arena, sizeof *facts);
    const char *due = visit_money(visit, invoice_due_cents(&invoice->figures));
    const char *due_on = date_short(visit->arena, invoice->figures.due_on);

    fact_add(facts, say("Invoice Number"), invoice->number, true);
    fact_add(facts, say("Invoice Date"), date_short(visit->arena, invoice->issued_on), false);
    fact_add(facts, say("Date Due"), due_on, false);
    if (*invoice->billing_type)
        fact_add(facts, say("Billing Type"), invoice->billing_type, false);
    fact_add(facts, say("Status"), invoice_status_word(status), true);
    documents_letterhead(visit, print, say("Invoice"), facts->list, facts->count);
    documents_panel(visit, print, say("Billed to"),
                    (struct print_fact){say("Amount Due"), due, true},
                    status == INVOICE_PAID || status == INVOICE_VOID
                        ? invoice_status_word(status)
                        : arena_format(visit->arena, say("due %s"), due_on));
}

static void totals_fill(struct visit *visit, struct facts *totals, const struct invoice *invoice) {
    const struct invoice_figures *figures = &invoice->figures;

    if (invoice->tax_cents)
        fact_add(totals, say("Tax"), visit_money(visit, invoice->tax_cents), false);
    fact_add(totals, say("Invoice Amount"), visit_money(visit, figures->total_cents), true);
    if (figures->paid_cents)
        fact_add(totals, say_in("amount", "Paid"), visit_money(visit, -figures->paid_cents), false);
    if (figures->credited_cents)
        fact_add(totals, say("Credited"), visit_money(visit, -figures->credited_cents), false);
    fact_add(totals, say("Amount Due"), visit_money(visit, invoice_due_cents(figures)), true);
    if (figures->pending_cents)
        fact_add(totals, say("In progress"), visit_money(visit, figures->pending_cents), false);
}

static void lines_print(struct visit *visit, struct print *print, const struct invoice *invoice,
                        const struct invoice_line *lines, size_t count) {
    struct print_row *rows = arena_array(visit->arena, count, sizeof *rows);
    struct facts *totals = arena_alloc(visit->arena, sizeof *totals);

    for (size_t at = 0; at < count; at++) {
        const char **cells = arena_array(visit->arena, COLUMNS, sizeof *cells);

        cells[DESCRIPTION] = lines[at].description;
        cells[QUANTITY] = lines[at].quantity;
        cells[PRICE] = visit_money(visit, lines[at].price_cents);
        cells[AMOUNT] = visit_money(visit, lines[at].amount_cents);
        rows[at].cells = cells;
    }
    totals_fill(visit, totals, invoice);
    print_table(print, &(struct print_table){.columns = documents_columns(visit, columns, COLUMNS),
                                             .column_count = COLUMNS,
                                             .rows = rows,
                                             .row_count = count,
                                             .empty = say("This invoice has no items."),
                                             .totals = totals->list,
                                             .total_count = totals->count});
}

/* ---- how to pay ---- */

static void check_print(struct visit *visit, struct print *print) {
    const struct check_settings *check = &visit->running->settings.check;
    struct buffer text;

    buffer_init(&text, visit->arena, RESPONSE_BODY_MAX);
    buffer_format(&text, say("Check (By Mail), with your account number %s on it, to %s"),
                  visit->session.account_number, check->pay_to);
    for (size_t at = 0; at < CHECK_LINES_MAX; at++)
        if (*check->address[at])
            buffer_format(&text, ", %s", check->address[at]);
    print_text(print, text.bytes);
}

static void wire_print(struct visit *visit, struct print *print) {
    const struct wire_settings *wire = &visit->running->settings.wire;

    const char *number = visit->session.account_number, *text;

    if (*wire->account_name && *wire->bank_name)
        text = arena_format(visit->arena,
                            say("Wire Transfer, with your account number %s: account %s of %s,"
                                " routing number %s, %s"),
                            number, wire->account_number, wire->account_name, wire->routing_number,
                            wire->bank_name);
    else if (*wire->account_name)
        text = arena_format(visit->arena,
                            say("Wire Transfer, with your account number %s: account %s of %s,"
                                " routing number %s"),
                            number, wire->account_number, wire->account_name, wire->routing_number);
    else if (*wire->bank_name)
        text = arena_format(visit->arena,
                            say("Wire Transfer, with your account number %s: account %s, routing"
                                " number %s, %s"),
                            number, wire->account_number, wire->routing_number, wire->bank_name);
    else
        text = arena_format(visit->arena,
                            say("Wire Transfer, with your account number %s: account %s, routing"
                                " number %s"),
                            number, wire->account_number, wire->routing_number);
    print_text(print, text);
}

static void how_to_pay_print(struct visit *visit, struct print *print,
                             const struct invoice *invoice) {
    const struct settings *settings = &visit->running->settings;
    bool has_page = settings_has_program(settings, "pay");
    const char *path = arena_format(visit->arena, "%s/pay?invoice=%s", settings->base,
                                    invoice->number);
    const char *url = arena_format(visit->arena, "%s%s", settings->origin, path);

    if (invoice_free_cents(&invoice->figures) <= 0 ||
        (!has_page && !settings_has_check(settings) && !settings_has_wire(settings)))
        return;
    print_heading(print, say("How to pay"));
    if (has_page) {
        print_text(print, say("Online, by signing in at:"));
        print_link(print, url, url);
    }
    if (settings_has_check(settings))
        check_print(visit, print);
    if (settings_has_wire(settings))
        wire_print(visit, print);
}

enum result documents_invoice(struct visit *visit) {
    enum file_kind kind;
    const char *number = documents_stem(visit, &kind);
    struct invoice invoice;
    struct invoice_line *lines;
    size_t line_count;

    if (kind != FILE_PDF)
        return RESULT_NOT_FOUND;
    enum result result = invoice_find(visit->running->db, visit->arena, visit->session.account_id,
                                      number, &invoice, &lines, &line_count);
    if (result != RESULT_OK)
        return result;
    struct print *print = documents_paper(
        visit, arena_format(visit->arena, say("Invoice %s"), invoice.number));
    top_print(visit, print, &invoice, invoice_status(&invoice.figures, visit->today));
    lines_print(visit, print, &invoice, lines, line_count);
    if (*invoice.terms) {
        print_heading(print, say("Terms"));
        print_text(print, invoice.terms);
    }
    how_to_pay_print(visit, print, &invoice);
    print_text(print, say("All amounts are in US dollars."));
    return documents_send(visit, print,
                          arena_format(visit->arena, "invoice-%s.pdf", invoice.number));
}
