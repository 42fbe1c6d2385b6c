#include "modules/remit/import.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/core/buffer.h"
#include "common/core/text.h"
#include "common/money/money.h"

enum {
    FAULTS_SHOWN = 100,
    BILLING_TYPE_MAX = 64,
    TERMS_MAX = 500,
    DESCRIPTION_MAX = 1000,
    QUANTITY_MAX = 32,
    CANONICAL_BYTES = 4 * 1024 * 1024 /* 500 lines of 1,000 characters of 4 bytes, and more */
};

const char *const import_field_names[IMPORT_FIELD_COUNT] = {
    [IMPORT_ACCOUNT] = "account",
    [IMPORT_NUMBER] = "number",
    [IMPORT_BILLING_TYPE] = "billing_type",
    [IMPORT_ISSUED_ON] = "issued_on",
    [IMPORT_DUE_ON] = "due_on",
    [IMPORT_TERMS] = "terms",
    [IMPORT_TAX] = "tax",
    [IMPORT_DESCRIPTION] = "description",
    [IMPORT_QUANTITY] = "quantity",
    [IMPORT_PRICE] = "price",
    [IMPORT_AMOUNT] = "amount",
};

void import_fault(struct import *import, struct position position, const char *where,
                  const char *sentence) {
    if (import->fault_count++ < FAULTS_SHOWN)
        fprintf(stderr, "%s:%zu:%zu: %s%s%s\n", import->file, position.line, position.column, where,
                *where ? ": " : "", sentence);
}

struct imported *import_begin(struct import *import, struct position position) {
    if (import->count == IMPORT_INVOICES_MAX) {
        import_fault(import, position, "", "A file holds at most 100,000 invoices: split it.");
        return NULL;
    }
    struct imported *imported = arena_alloc(import->command->arena, sizeof *imported);
    *imported = (struct imported){.position = position, .index = import->count};
    import->list[import->count++] = imported;
    return imported;
}

/* ---- what texts mean ---- */

static bool is_given(const char *text) {
    return text && *text;
}

static const char *text_set(struct import *import, const char *text, size_t max, bool lines,
                            const char *fallback, const char **out) {
    const char *fault;

    if (!is_given(text)) {
        *out = fallback;
        return fallback ? NULL : "This is missing.";
    }
    fault = command_text_fault(text, max, lines);
    *out = arena_text(import->command->arena, fault ? "" : text);
    return fault;
}

static const char *number_set(struct import *import, const char *text, const char **out) {
    const char *fault = is_given(text) ? command_number_fault(text) : "This is missing.";

    *out = fault ? "" : arena_text(import->command->arena, text);
    return fault;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && text_equal(text + length - end_length, end);
}

/* Fees and adjustments are numbered by us, and must find their numbers free; an invoice's page and
 * its file differ by how their addresses end. */
static const char *invoice_number_set(struct import *import, const char *text, const char **out) {
    if (is_given(text) && (text_starts_with(text, "FEE-P") || text_starts_with(text, "ADJ-B")))
        return "Numbers that begin with FEE-P or ADJ-B are kept for fees and adjustments.";
    if (is_given(text) && (ends_with(text, ".pdf") || ends_with(text, ".csv")))
        return "Numbers that end in .pdf or .csv are kept for files.";
    return number_set(import, text, out);
}

static const char *date_set(const char *text, struct date *out) {
    if (!is_given(text))
        return "This is missing.";
    return date_parse(text, out) ? NULL : "Enter a date as in 2026-11-22.";
}

/* Prices and taxes may be nothing; amounts of lines may not. */
static const char *money_set(const char *text, bool may_be_zero, int64_t *out) {
    enum money_error error = money_parse(text, out);

    if (error == MONEY_ZERO && may_be_zero) {
        *out = 0;
        return NULL;
    }
    return error == MONEY_OK ? NULL : money_error_sentence(error);
}

static const char *invoice_text_set(struct import *import, struct imported *imported,
                                    enum import_field field, const char *text) {
    struct import_invoice *invoice = &imported->invoice;

    switch (field) {
    case IMPORT_ACCOUNT:
        return number_set(import, text, &imported->account);
    case IMPORT_NUMBER:
        return invoice_number_set(import, text, &invoice->number);
    case IMPORT_BILLING_TYPE:
        return text_set(import, text, BILLING_TYPE_MAX, false, "", &invoice->billing_type);
    case IMPORT_ISSUED_ON:
        return date_set(text, &invoice->issued_on);
    case IMPORT_DUE_ON:
        return date_set(text, &invoice->due_on);
    case IMPORT_TERMS:
        return text_set(import, text, TERMS_MAX, true, "", &invoice->terms);
    case IMPORT_TAX:
        return is_given(text) ? money_set(text, true, &invoice->tax_cents) : NULL;
    case IMPORT_DESCRIPTION:
    case IMPORT_QUANTITY:
    case IMPORT_PRICE:
    case IMPORT_AMOUNT:
    case IMPORT_FIELD_COUNT:
        break;
    }
    return NULL;
}

const char *import_texts_set(struct import *import, struct imported *imported,
                             const char *const texts[IMPORT_FIELD_COUNT],
                             enum import_field *out_field) {
    struct import_invoice *invoice = &imported->invoice;

    for (int field = 0; field < IMPORT_INVOICE_FIELDS; field++) {
        const char *fault = invoice_text_set(import, imported, (enum import_field)field,
                                             texts[field]);

        if (fault) {
            *out_field = (enum import_field)field;
            return fault;
        }
    }
    *out_field = IMPORT_DUE_ON;
    return date_compare(invoice->due_on, invoice->issued_on) < 0
               ? "This is before the invoice's date."
               : NULL;
}

const char *import_line_add(struct import *import, struct imported *imported,
                            const char *const texts[IMPORT_FIELD_COUNT],
                            enum import_field *out_field) {
    struct import_invoice *invoice = &imported->invoice;
    struct import_line line = {0};
    const char *fault;

    *out_field = IMPORT_DESCRIPTION;
    if (invoice->line_count == IMPORT_LINES_MAX)
        return "An invoice has at most 500 lines.";
    fault = text_set(import, texts[IMPORT_DESCRIPTION], DESCRIPTION_MAX, true, NULL,
                     &line.description);
    if (fault)
        return fault;
    *out_field = IMPORT_QUANTITY;
    fault = text_set(import, texts[IMPORT_QUANTITY], QUANTITY_MAX, false, "1", &line.quantity);
    if (fault)
        return fault;
    *out_field = IMPORT_AMOUNT;
    fault = is_given(texts[IMPORT_AMOUNT])
                ? money_set(texts[IMPORT_AMOUNT], false, &line.amount_cents)
                : "This is missing.";
    if (fault)
        return fault;
    *out_field = IMPORT_PRICE;
    line.price_cents = line.amount_cents;
    if (is_given(texts[IMPORT_PRICE]))
        fault = money_set(texts[IMPORT_PRICE], true, &line.price_cents);
    else if (!text_equal(line.quantity, "1"))
        fault = "This is missing, and the quantity is not 1.";
    if (fault)
        return fault;
    /* Room for the next power of two: most invoices have a handful of lines. */
    if ((invoice->line_count & (invoice->line_count - 1)) == 0) {
        size_t room = invoice->line_count ? 2 * invoice->line_count : 1;
        struct import_line *lines = arena_array(import->command->arena, room, sizeof *lines);

        if (invoice->line_count)
            memcpy(lines, invoice->lines, invoice->line_count * sizeof *lines);
        invoice->lines = lines;
    }
    invoice->lines[invoice->line_count++] = line;
    return NULL;
}

/* ---- the whole invoice ---- */

static void canonical_text(struct buffer *buffer, const char *text) {
    buffer_format(buffer, "%zu:%s,", strlen(text), text);
}

static void canonical_date(struct buffer *buffer, struct date date) {
    char text[DATE_TEXT_SIZE];

    date_format(date, text);
    canonical_text(buffer, text);
}

/* One form for everything that was imported, whichever reader it came by: each text behind its
 * length, so that no two invoices share one. Changing it would refuse every invoice that comes
 * again. */
static void fingerprint_make(struct imported *imported) {
    const struct import_invoice *invoice = &imported->invoice;
    struct arena *arena = arena_new(8 * (size_t)CANONICAL_BYTES);
    struct buffer buffer;

    buffer_init(&buffer, arena, CANONICAL_BYTES);
    buffer_text(&buffer, "invoice-1:");
    canonical_text(&buffer, imported->account);
    canonical_text(&buffer, invoice->number);
    canonical_text(&buffer, invoice->billing_type);
    canonical_date(&buffer, invoice->issued_on);
    canonical_date(&buffer, invoice->due_on);
    canonical_text(&buffer, invoice->terms);
    buffer_format(&buffer, "%lld,", (long long)invoice->tax_cents);
    for (size_t at = 0; at < invoice->line_count; at++) {
        const struct import_line *line = &invoice->lines[at];

        canonical_text(&buffer, line->description);
        canonical_text(&buffer, line->quantity);
        buffer_format(&buffer, "%lld,%lld,", (long long)line->price_cents,
                      (long long)line->amount_cents);
    }
    assert(!buffer_is_full(&buffer));
    secret_hash(buffer.bytes, buffer.length, imported->invoice.fingerprint);
    arena_free(arena);
}

const char *import_finish(struct import *import, struct imported *imported) {
    struct import_invoice *invoice = &imported->invoice;

    (void)import;
    if (!invoice->line_count)
        return "An invoice has at least one line.";
    invoice->total_cents = invoice->tax_cents;
    for (size_t at = 0; at < invoice->line_count; at++)
        invoice->total_cents = money_add(invoice->total_cents, invoice->lines[at].amount_cents);
    if (invoice->total_cents > MONEY_MAX_CENTS)
        return "The total is above $99,999,999.99.";
    fingerprint_make(imported);
    return NULL;
}
