/* remit invoice import - what an invoice in a file is, and how it becomes one that is issued. */
#include <assert.h>
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/import_store.h"
#include "modules/remit/body.h"
#include "modules/remit/import.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { BILLING_TYPE_MAX = 64, TERMS_MAX = 500, DESCRIPTION_MAX = 1000, QUANTITY_MAX = 32 };

enum {
    OF_ACCOUNT,
    OF_NUMBER,
    OF_BILLING_TYPE,
    OF_ISSUED_ON,
    OF_DUE_ON,
    OF_TERMS,
    OF_TAX,
    OWN_FIELDS, /* the ones below belong to a line */
    OF_DESCRIPTION = OWN_FIELDS,
    OF_QUANTITY,
    OF_PRICE,
    OF_AMOUNT,
    OF_COUNT
};

static const struct import_field fields[OF_COUNT] = {
    [OF_ACCOUNT] = {"account", true},
    [OF_NUMBER] = {"number", true},
    [OF_BILLING_TYPE] = {"billing_type", false},
    [OF_ISSUED_ON] = {"issued_on", true},
    [OF_DUE_ON] = {"due_on", true},
    [OF_TERMS] = {"terms", false},
    [OF_TAX] = {"tax", false},
    [OF_DESCRIPTION] = {"description", true},
    [OF_QUANTITY] = {"quantity", false},
    [OF_PRICE] = {"price", false},
    [OF_AMOUNT] = {"amount", true},
};

/* "invoice-1:" stands in every fingerprint. */
static const char prefix[] = "invoice-1:";

/* ---- what texts mean ---- */

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && text_equal(text + length - end_length, end);
}

/* Fees and adjustments are numbered by us, and must find their numbers free; an invoice's page and
 * its file differ by how their addresses end. */
static const char *invoice_number_set(struct arena *arena, const char *text, const char **out) {
    if (import_is_given(text) &&
        (text_starts_with(text, "FEE-P") || text_starts_with(text, "ADJ-B")))
        return "Numbers that begin with FEE-P or ADJ-B are kept for fees and adjustments.";
    if (import_is_given(text) && (ends_with(text, ".pdf") || ends_with(text, ".csv")))
        return "Numbers that end in .pdf or .csv are kept for files.";
    return import_number_set(arena, text, out);
}

static const char *own_text_set(struct item *item, size_t field, const char *text) {
    struct import_invoice *invoice = item->thing;

    switch (field) {
    case OF_ACCOUNT:
        return import_number_set(item->arena, text, &item->account);
    case OF_NUMBER:
        return invoice_number_set(item->arena, text, &invoice->number);
    case OF_BILLING_TYPE:
        return import_text_set(item->arena, text, BILLING_TYPE_MAX, false, "",
                               &invoice->billing_type);
    case OF_ISSUED_ON:
        return import_date_set(text, &invoice->issued_on);
    case OF_DUE_ON:
        return import_date_set(text, &invoice->due_on);
    case OF_TERMS:
        return import_text_set(item->arena, text, TERMS_MAX, true, "", &invoice->terms);
    case OF_TAX:
        return import_is_given(text) ? import_money_set(text, true, &invoice->tax_cents) : NULL;
    default:
        return NULL;
    }
}

static const char *invoice_begin(struct import *import, struct item *item, const char *const *texts,
                                 size_t *out_field) {
    struct import_invoice *invoice = arena_alloc(item->arena, sizeof *invoice);

    (void)import;
    item->thing = invoice;
    for (size_t field = 0; field < OWN_FIELDS; field++) {
        const char *fault = own_text_set(item, field, texts[field]);

        *out_field = field;
        if (fault)
            return fault;
    }
    item->key = invoice->number;
    *out_field = OF_DUE_ON;
    return date_compare(invoice->due_on, invoice->issued_on) < 0
               ? "This is before the invoice's date."
               : NULL;
}

static const char *amounts_set(const char *const *texts, struct import_line *line,
                               size_t *out_field) {
    const char *fault = import_is_given(texts[OF_AMOUNT])
                            ? import_money_set(texts[OF_AMOUNT], false, &line->amount_cents)
                            : "This is missing.";

    *out_field = OF_AMOUNT;
    if (fault)
        return fault;
    *out_field = OF_PRICE;
    line->price_cents = line->amount_cents;
    if (import_is_given(texts[OF_PRICE]))
        return import_money_set(texts[OF_PRICE], true, &line->price_cents);
    return text_equal(line->quantity, "1") ? NULL : "This is missing, and the quantity is not 1.";
}

/* Room for the next power of two: most invoices have a handful of lines. */
static void line_add(struct arena *arena, struct import_invoice *invoice,
                     const struct import_line *line) {
    if ((invoice->line_count & (invoice->line_count - 1)) == 0) {
        size_t room = invoice->line_count ? 2 * invoice->line_count : 1;
        struct import_line *lines = arena_array(arena, room, sizeof *lines);

        if (invoice->line_count)
            memcpy(lines, invoice->lines, invoice->line_count * sizeof *lines);
        invoice->lines = lines;
    }
    invoice->lines[invoice->line_count++] = *line;
}

static const char *invoice_line(struct import *import, struct item *item, const char *const *texts,
                                size_t *out_field) {
    struct import_invoice *invoice = item->thing;
    struct import_line line = {0};
    const char *fault;

    (void)import;
    *out_field = OF_DESCRIPTION;
    if (!invoice)
        return NULL;
    if (invoice->line_count == IMPORT_LINES_MAX)
        return "An invoice has at most 500 lines.";
    fault = import_text_set(item->arena, texts[OF_DESCRIPTION], DESCRIPTION_MAX, true, NULL,
                            &line.description);
    if (fault)
        return fault;
    *out_field = OF_QUANTITY;
    fault = import_text_set(item->arena, texts[OF_QUANTITY], QUANTITY_MAX, false, "1",
                            &line.quantity);
    if (!fault)
        fault = amounts_set(texts, &line, out_field);
    if (!fault)
        line_add(item->arena, invoice, &line);
    return fault;
}

static void invoice_write(struct buffer *body, const char *account,
                          const struct import_invoice *invoice) {
    buffer_text(body, prefix);
    body_add_text(body, account);
    body_add_text(body, invoice->number);
    body_add_text(body, invoice->billing_type);
    body_add_date(body, invoice->issued_on);
    body_add_date(body, invoice->due_on);
    body_add_text(body, invoice->terms);
    body_add_int(body, invoice->tax_cents);
    for (size_t at = 0; at < invoice->line_count; at++) {
        const struct import_line *line = &invoice->lines[at];

        body_add_text(body, line->description);
        body_add_text(body, line->quantity);
        body_add_int(body, line->price_cents);
        body_add_int(body, line->amount_cents);
    }
}

static int64_t total_of(const struct import_invoice *invoice) {
    int64_t total = invoice->tax_cents;

    for (size_t at = 0; at < invoice->line_count; at++)
        total = money_add(total, invoice->lines[at].amount_cents);
    return total;
}

static const char *invoice_finish(struct import *import, struct item *item) {
    struct import_invoice *invoice = item->thing;

    (void)import;
    if (!invoice->line_count)
        return "An invoice has at least one line.";
    if (total_of(invoice) > MONEY_MAX_CENTS)
        return "The total is above $99,999,999.99.";
    invoice_write(&item->body, item->account, invoice);
    item->weight = (int)invoice->line_count + IMPORT_ROWS_BESIDE;
    return NULL;
}

/* ---- what is there ---- */

static void issued_fault(struct import *import, struct arena *arena, struct position position,
                         const char *number) {
    import_fault(import, position, "number",
                 arena_format(arena,
                              "Invoice %s was issued with other figures or texts, and what was"
                              " issued does not change.",
                              number));
}

static enum result invoices_look(struct import *import, struct arena *arena, struct staged *list,
                                 size_t count) {
    struct import_known *known;
    enum result result = import_known_find(import->command->running.db, arena,
                                           import_asked(arena, list, count), count, &known);

    for (size_t at = 0; at < count && result == RESULT_OK; at++) {
        struct staged *one = &list[at];

        one->account_id = known[at].account_id;
        one->is_there = known[at].is_there;
        if (!one->account_id)
            import_fault(import, one->account_position, "account",
                         arena_format(arena, "There is no account %s.", one->account));
        else if (one->is_there && memcmp(known[at].fingerprint, one->hash, SECRET_HASH_BYTES) != 0)
            issued_fault(import, arena, one->key_position, one->key);
    }
    return result;
}

/* ---- writing ---- */

static struct import_invoice *invoice_read(struct arena *arena, const struct import_row *row) {
    struct import_invoice *invoice = arena_alloc(arena, sizeof *invoice);
    struct body_reader reader = body_reader(arena, row->body, prefix);

    invoice->account_id = row->account_id;
    (void)body_text(&reader); /* the account's number */
    invoice->number = body_text(&reader);
    invoice->billing_type = body_text(&reader);
    invoice->issued_on = body_date(&reader);
    invoice->due_on = body_date(&reader);
    invoice->terms = body_text(&reader);
    invoice->tax_cents = body_int(&reader);
    while (!body_is_over(&reader)) {
        struct import_line line = {0};

        line.description = body_text(&reader);
        line.quantity = body_text(&reader);
        line.price_cents = body_int(&reader);
        line.amount_cents = body_int(&reader);
        line_add(arena, invoice, &line);
    }
    invoice->total_cents = total_of(invoice);
    secret_hash(row->body, strlen(row->body), invoice->fingerprint);
    return invoice;
}

/* Takes out what came in by another way since the file was checked. RESULT_INVALID: with other
 * figures. */
static enum result invoices_left(struct import *import, struct arena *arena,
                                 const struct import_rows *rows, struct import_invoice **list,
                                 size_t *count) {
    struct staged *asked = arena_array(arena, rows->count, sizeof *asked);
    struct import_known *known;
    size_t kept = 0;

    for (size_t at = 0; at < rows->count; at++)
        asked[at] = (struct staged){.account = "", .key = rows->list[at].item, .level = ""};
    enum result result = import_known_find(import->command->running.db, arena,
                                           import_asked(arena, asked, rows->count), rows->count,
                                           &known);
    for (size_t at = 0; at < rows->count && result == RESULT_OK; at++) {
        const struct import_row *row = &rows->list[at];
        struct import_invoice *invoice = invoice_read(arena, row);

        if (!known[at].is_there) {
            list[kept++] = invoice;
        } else if (memcmp(known[at].fingerprint, invoice->fingerprint, SECRET_HASH_BYTES) != 0) {
            issued_fault(import, arena, (struct position){(size_t)row->line, (size_t)row->column},
                         row->item);
            result = RESULT_INVALID;
        }
    }
    *count = kept;
    return result;
}

/* Since when an invoice is told by mail; no date: none is. */
static struct date told_from(const struct import *import) {
    int64_t days = import->command->running.settings.mail.issued_days;

    if (!days || !import->is_told)
        return (struct date){0};
    return date_add_days(instant_date(command_now(import->command)), -(int32_t)days);
}

static enum result invoices_apply(struct import *import, struct arena *arena,
                                  const struct import_rows *rows, struct import_step *step) {
    struct command *command = import->command;
    const struct settings *settings = &command->running.settings;
    const struct import_terms terms = {.paper_fee_cents = settings->paper_fee_cents,
                                       .applies_credit = settings->credit_at_import != 0,
                                       .told_from = told_from(import)};
    const struct provider_act act = {command_actor(command), command_now(command)};
    struct import_invoice **list = arena_array(arena, rows->count, sizeof *list);
    size_t count = 0;
    enum result result = invoices_left(import, arena, rows, list, &count);

    if (result != RESULT_OK)
        return result;
    step->applied = (int64_t)count;
    step->unchanged = (int64_t)(rows->count - count);
    return import_write(command->running.db, &act, &terms, step, list, count);
}

static enum command_exit invoices_show(struct import *import, const struct import_file *before,
                                       const struct import_file *after) {
    struct command *command = import->command;
    json_t *object = json_object();
    long long written = after->applied - before->applied;
    long long unchanged = after->unchanged + before->applied;
    int64_t total = money_subtract(after->total_cents, before->total_cents);
    int64_t fees = money_subtract(after->fee_cents, before->fee_cents);

    json_object_set_new(object, "imported", json_integer(written));
    json_object_set_new(object, "unchanged", json_integer(unchanged));
    json_set_money(command, object, "total", total);
    json_set_money(command, object, "paper_fees", fees);
    return result_show(command, object, "%lld invoice%s imported (%s%s), %lld there already.",
                       written, written == 1 ? "" : "s", money_text(command->arena, total),
                       fees ? arena_format(command->arena, ", with %s of Paper Invoice Fees",
                                           money_text(command->arena, fees))
                            : "",
                       unchanged);
}

const struct import_kind import_invoices = {
    .name = "invoice",
    .thing = "Invoice",
    .fields = fields,
    .field_count = OF_COUNT,
    .own_count = OWN_FIELDS,
    .key_field = OF_NUMBER,
    .account_field = OF_ACCOUNT,
    .numeric = 1u << OF_ACCOUNT | 1u << OF_NUMBER | 1u << OF_QUANTITY,
    .is_told = true,
    .begin = invoice_begin,
    .line = invoice_line,
    .finish = invoice_finish,
    .look = invoices_look,
    .apply = invoices_apply,
    .show = invoices_show,
};

enum command_exit remit_invoice_import(struct command *command) {
    return import_run(command, &import_invoices);
}
