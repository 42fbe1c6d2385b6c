/*
 * CSV (RFC 4180): a header row of field names, then one row for each line of an invoice. Rows of
 * one invoice stand together; what belongs to the invoice is repeated, or left empty but for the
 * number, from its second row on.
 */
#include <string.h>

#include "common/core/text.h"
#include "modules/remit/import.h"

enum { FIELDS_MAX = 32 };

struct csv_field {
    const char *text;
    struct position position;
};

struct csv_reader {
    struct import *import;
    const char *at, *end;
    struct position position;
    struct csv_field fields[FIELDS_MAX];
    size_t field_count;
    int columns[FIELDS_MAX]; /* which field stands in a column */
    size_t column_count;
    struct imported *imported;             /* the invoice being read */
    const char *first[IMPORT_FIELD_COUNT]; /* its first row's texts */
    bool is_broken;                        /* it has a fault: its rows are not added up */
};

static void advance(struct csv_reader *reader) {
    unsigned char byte = (unsigned char)*reader->at++;

    if (byte == '\n')
        reader->position = (struct position){reader->position.line + 1, 1};
    else if ((byte & 0xC0) != 0x80)
        reader->position.column++;
}

static bool fault_here(struct csv_reader *reader, const char *sentence) {
    import_fault(reader->import, reader->position, "", sentence);
    return false;
}

static bool at_row_end(const struct csv_reader *reader) {
    return reader->at == reader->end || *reader->at == '\n' ||
           (*reader->at == '\r' && reader->at + 1 < reader->end && reader->at[1] == '\n');
}

/* "a ""quoted"" text", at its first quote. */
static bool quoted_read(struct csv_reader *reader, const char **out_text) {
    struct position start = reader->position;
    size_t length = 0, room = 1 + strcspn(reader->at + 1, "\"");
    char *text = arena_alloc(reader->import->command->arena, room + 1);

    advance(reader);
    for (;; advance(reader)) {
        if (reader->at == reader->end) {
            import_fault(reader->import, start, "", "This quote has no end.");
            return false;
        }
        if (*reader->at == '"') {
            advance(reader);
            if (reader->at == reader->end || *reader->at != '"')
                break;
        }
        if (length == room) {
            char *larger = arena_alloc(reader->import->command->arena, 2 * room + 1);

            memcpy(larger, text, length);
            text = larger;
            room *= 2;
        }
        text[length++] = *reader->at;
    }
    if (!at_row_end(reader) && *reader->at != ',')
        return fault_here(reader, "A comma or the row's end is missing behind the quote.");
    text[length] = '\0';
    *out_text = text;
    return true;
}

static bool plain_read(struct csv_reader *reader, const char **out_text) {
    const char *start = reader->at;

    while (!at_row_end(reader) && *reader->at != ',') {
        if (*reader->at == '"')
            return fault_here(reader, "A field with a quote in it must be quoted as a whole.");
        advance(reader);
    }
    *out_text = arena_copy(reader->import->command->arena, start, (size_t)(reader->at - start));
    return true;
}

/* false: the rest cannot be read. */
static bool row_read(struct csv_reader *reader) {
    reader->field_count = 0;
    for (;;) {
        if (reader->field_count == FIELDS_MAX)
            return fault_here(reader, "There are too many columns.");
        struct csv_field *field = &reader->fields[reader->field_count++];
        field->position = reader->position;
        bool is_quoted = reader->at < reader->end && *reader->at == '"';
        if (!(is_quoted ? quoted_read(reader, &field->text) : plain_read(reader, &field->text)))
            return false;
        if (at_row_end(reader))
            break;
        advance(reader); /* the comma */
    }
    while (reader->at < reader->end && *reader->at == '\r')
        advance(reader);
    if (reader->at < reader->end)
        advance(reader);
    return true;
}

static bool row_is_blank(const struct csv_reader *reader) {
    return reader->field_count == 1 && !*reader->fields[0].text;
}

static bool header_read(struct csv_reader *reader) {
    static const enum import_field wanted[] = {IMPORT_ACCOUNT, IMPORT_NUMBER,      IMPORT_ISSUED_ON,
                                               IMPORT_DUE_ON,  IMPORT_DESCRIPTION, IMPORT_AMOUNT};
    bool seen[IMPORT_FIELD_COUNT] = {false};
    struct import *import = reader->import;

    if (!row_read(reader))
        return false;
    reader->column_count = reader->field_count;
    for (size_t at = 0; at < reader->field_count; at++) {
        const char *name = reader->fields[at].text;
        int field = 0;

        while (field < IMPORT_FIELD_COUNT && !text_equal(import_field_names[field], name))
            field++;
        if (field == IMPORT_FIELD_COUNT || seen[field]) {
            import_fault(import, reader->fields[at].position, name,
                         field == IMPORT_FIELD_COUNT ? "This is not a field."
                                                     : "This column comes twice.");
            return false;
        }
        seen[field] = true;
        reader->columns[at] = field;
    }
    for (size_t at = 0; at < sizeof wanted / sizeof *wanted; at++)
        if (!seen[wanted[at]]) {
            import_fault(import, (struct position){1, 1}, import_field_names[wanted[at]],
                         "This column is missing in the header row.");
            return false;
        }
    return true;
}

/* ---- rows become invoices ---- */

static struct position field_position(const struct csv_reader *reader, enum import_field field) {
    for (size_t at = 0; at < reader->column_count; at++)
        if (reader->columns[at] == (int)field)
            return reader->fields[at].position;
    return reader->fields[0].position;
}

static void field_fault(struct csv_reader *reader, enum import_field field, const char *sentence) {
    import_fault(reader->import, field_position(reader, field), import_field_names[field],
                 sentence);
    reader->is_broken = true;
}

static void invoice_end(struct csv_reader *reader) {
    const char *fault = reader->imported && !reader->is_broken
                            ? import_finish(reader->import, reader->imported)
                            : NULL;

    if (fault)
        import_fault(reader->import, reader->imported->position, "", fault);
    reader->imported = NULL;
}

static bool invoice_begin(struct csv_reader *reader, const char *const texts[IMPORT_FIELD_COUNT]) {
    enum import_field field = IMPORT_ACCOUNT;

    invoice_end(reader);
    reader->is_broken = false;
    memcpy(reader->first, texts, sizeof reader->first);
    reader->imported = import_begin(reader->import, reader->fields[0].position);
    if (!reader->imported)
        return false;
    const char *fault = import_texts_set(reader->import, reader->imported, texts, &field);
    if (fault)
        field_fault(reader, field, fault);
    return true;
}

static bool row_take(struct csv_reader *reader) {
    const char *texts[IMPORT_FIELD_COUNT] = {0};
    enum import_field field = IMPORT_DESCRIPTION;

    if (reader->field_count != reader->column_count) {
        import_fault(reader->import, reader->fields[0].position, "",
                     "This row has another number of fields than the header.");
        reader->is_broken = true;
        return true;
    }
    for (size_t at = 0; at < reader->field_count; at++)
        texts[reader->columns[at]] = reader->fields[at].text;
    if (!reader->imported || !text_equal(texts[IMPORT_NUMBER], reader->first[IMPORT_NUMBER])) {
        if (!invoice_begin(reader, texts))
            return false;
    } else {
        for (int at = 0; at < IMPORT_INVOICE_FIELDS; at++)
            if (texts[at] && *texts[at] && !text_equal(texts[at], reader->first[at]))
                field_fault(reader, (enum import_field)at,
                            "This differs from the invoice's first row.");
    }
    const char *fault = import_line_add(reader->import, reader->imported, texts, &field);
    if (fault)
        field_fault(reader, field, fault);
    return true;
}

void import_csv_read(struct import *import) {
    static const char mark[] = "\xEF\xBB\xBF";
    struct csv_reader *reader = arena_alloc(import->command->arena, sizeof *reader);

    *reader = (struct csv_reader){.import = import,
                                  .at = import->bytes,
                                  .end = import->bytes + import->length,
                                  .position = {1, 1}};
    if (text_starts_with(reader->at, mark))
        reader->at += strlen(mark);
    if (!header_read(reader))
        return;
    while (reader->at < reader->end) {
        if (!row_read(reader))
            return;
        if (!row_is_blank(reader) && !row_take(reader))
            return;
    }
    invoice_end(reader);
}
