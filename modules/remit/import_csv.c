/*
 * CSV (RFC 4180): a header row of field names, then a row for each thing; of things with lines a
 * row for each line. Rows of one thing stand together; what belongs to the thing is repeated, or
 * left empty but for what it is known by, from its second row on. One row is held at a time.
 */
#include <string.h>

#include "common/core/text.h"
#include "modules/remit/import.h"

/* A cell that grows leaves up to three times its bytes behind. */
enum {
    CELLS_MAX = 32,
    ROW_BYTES_MAX = IMPORT_THING_BYTES / 2,
    ROW_ARENA_BYTES = 4 * IMPORT_THING_BYTES
};

struct cell_read {
    const char *text;
    struct position position;
};

struct csv_reader {
    struct import *import;
    struct source *source;
    struct arena *row;
    struct cell_read cells[CELLS_MAX];
    size_t cell_count, row_bytes;
    size_t columns[CELLS_MAX]; /* which field stands in a column */
    size_t column_count;
    struct item item;                     /* the thing being read; its arena NULL: none */
    const char *first[IMPORT_FIELDS_MAX]; /* its first row's texts */
    bool is_broken;                       /* it has a fault: its rows are not added up */
};

static bool fault_here(struct csv_reader *reader, const char *sentence) {
    import_fault(reader->import, source_position(reader->source), "", sentence);
    return false;
}

static bool at_row_end(struct csv_reader *reader) {
    int byte = source_peek(reader->source, 0);

    return byte < 0 || byte == '\n' || (byte == '\r' && source_peek(reader->source, 1) == '\n');
}

static bool byte_take(struct csv_reader *reader, struct buffer *text) {
    int byte = source_peek(reader->source, 0);
    char c = (char)byte;

    if (!byte)
        return fault_here(reader, "The file is not text.");
    buffer_add(text, &c, 1);
    if (buffer_is_full(text))
        return fault_here(reader, "This is too long.");
    (void)source_next(reader->source);
    return true;
}

/* "a ""quoted"" text", at its first quote. */
static bool quoted_read(struct csv_reader *reader, struct buffer *text) {
    struct position start = source_position(reader->source);

    (void)source_next(reader->source);
    for (;;) {
        int byte = source_peek(reader->source, 0);

        if (byte < 0) {
            import_fault(reader->import, start, "", "This quote has no end.");
            return false;
        }
        if (byte == '"') {
            (void)source_next(reader->source);
            if (source_peek(reader->source, 0) != '"')
                break;
        }
        if (!byte_take(reader, text))
            return false;
    }
    if (!at_row_end(reader) && source_peek(reader->source, 0) != ',')
        return fault_here(reader, "A comma or the row's end is missing behind the quote.");
    return true;
}

static bool plain_read(struct csv_reader *reader, struct buffer *text) {
    while (!at_row_end(reader) && source_peek(reader->source, 0) != ',') {
        if (source_peek(reader->source, 0) == '"')
            return fault_here(reader, "A field with a quote in it must be quoted as a whole.");
        if (!byte_take(reader, text))
            return false;
    }
    return true;
}

static bool cell_read(struct csv_reader *reader, struct cell_read *cell) {
    struct buffer text;

    buffer_init(&text, reader->row, IMPORT_THING_BYTES / 8);
    cell->position = source_position(reader->source);
    bool is_read = source_peek(reader->source, 0) == '"' ? quoted_read(reader, &text)
                                                         : plain_read(reader, &text);
    cell->text = text.bytes;
    reader->row_bytes += text.length;
    return is_read &&
           (reader->row_bytes <= ROW_BYTES_MAX || fault_here(reader, "This row is too long."));
}

/* false: the rest cannot be read. */
static bool row_read(struct csv_reader *reader) {
    arena_free(reader->row);
    reader->row = arena_new(ROW_ARENA_BYTES);
    reader->cell_count = reader->row_bytes = 0;
    for (;;) {
        if (reader->cell_count == CELLS_MAX)
            return fault_here(reader, "There are too many columns.");
        if (!cell_read(reader, &reader->cells[reader->cell_count++]))
            return false;
        if (at_row_end(reader))
            break;
        (void)source_next(reader->source); /* the comma */
    }
    if (source_peek(reader->source, 0) == '\r')
        (void)source_next(reader->source);
    (void)source_next(reader->source);
    return true;
}

static bool row_is_blank(const struct csv_reader *reader) {
    return reader->cell_count == 1 && !*reader->cells[0].text;
}

static bool header_read(struct csv_reader *reader) {
    bool seen[IMPORT_FIELDS_MAX] = {false};
    struct import *import = reader->import;
    const struct import_kind *kind = import->kind;

    if (!row_read(reader))
        return false;
    reader->column_count = reader->cell_count;
    for (size_t at = 0; at < reader->cell_count; at++) {
        const char *name = reader->cells[at].text;
        size_t field = 0;

        while (field < kind->field_count && !text_equal(kind->fields[field].name, name))
            field++;
        if (field == kind->field_count || seen[field]) {
            import_fault(import, reader->cells[at].position, name,
                         field == kind->field_count ? "This is not a field."
                                                    : "This column comes twice.");
            return false;
        }
        seen[field] = true;
        reader->columns[at] = field;
    }
    for (size_t field = 0; field < kind->field_count; field++)
        if (kind->fields[field].is_needed && !seen[field]) {
            import_fault(import, (struct position){1, 1}, kind->fields[field].name,
                         "This column is missing in the header row.");
            return false;
        }
    return true;
}

/* ---- rows become things ---- */

static struct position field_position(const struct csv_reader *reader, size_t field) {
    for (size_t at = 0; at < reader->column_count; at++)
        if (reader->columns[at] == field)
            return reader->cells[at].position;
    return reader->cells[0].position;
}

static void field_fault(struct csv_reader *reader, size_t field, const char *sentence) {
    import_fault(reader->import, field_position(reader, field),
                 reader->import->kind->fields[field].name, sentence);
    reader->is_broken = true;
}

static bool thing_end(struct csv_reader *reader) {
    return !reader->item.arena || import_item_end(reader->import, &reader->item, reader->is_broken);
}

static bool thing_begin(struct csv_reader *reader, const char *const *texts) {
    const struct import_kind *kind = reader->import->kind;
    size_t field = 0;

    if (!thing_end(reader))
        return false;
    reader->is_broken = false;
    import_item_begin(reader->import, &reader->item, reader->cells[0].position);
    reader->item.key_position = field_position(reader, kind->key_field);
    reader->item.account_position = field_position(reader, kind->account_field);
    if (kind->external_field)
        reader->item.external_position = field_position(reader, kind->external_field);
    for (size_t at = 0; at < kind->own_count; at++)
        reader->first[at] = texts[at] ? arena_text(reader->item.arena, texts[at]) : NULL;
    const char *fault = kind->begin(reader->import, &reader->item, texts, &field);
    if (fault)
        field_fault(reader, field, fault);
    return true;
}

/* Whether the row is another line of the thing that is being read. */
static bool row_goes_on(const struct csv_reader *reader, const char *const *texts) {
    const struct import_kind *kind = reader->import->kind;
    const char *key = texts[kind->key_field], *first = reader->first[kind->key_field];

    return kind->line && reader->item.arena && key && first && text_equal(key, first);
}

static bool row_take(struct csv_reader *reader) {
    const struct import_kind *kind = reader->import->kind;
    const char *texts[IMPORT_FIELDS_MAX] = {0};
    size_t field = kind->own_count;

    if (reader->cell_count != reader->column_count) {
        import_fault(reader->import, reader->cells[0].position, "",
                     "This row has another number of fields than the header.");
        reader->is_broken = true;
        return true;
    }
    for (size_t at = 0; at < reader->cell_count; at++)
        texts[reader->columns[at]] = reader->cells[at].text;
    if (!row_goes_on(reader, texts)) {
        if (!thing_begin(reader, texts))
            return false;
    } else {
        for (size_t at = 0; at < kind->own_count; at++)
            if (import_is_given(texts[at]) &&
                !text_equal(texts[at], reader->first[at] ? reader->first[at] : ""))
                field_fault(reader, at, "This differs from its first row.");
    }
    const char *fault = kind->line ? kind->line(reader->import, &reader->item, texts, &field)
                                   : NULL;
    if (fault)
        field_fault(reader, field, fault);
    return true;
}

void import_csv_read(struct import *import) {
    struct csv_reader *reader = arena_alloc(import->command->arena, sizeof *reader);

    *reader = (struct csv_reader){.import = import, .source = import->source};
    bool goes_on = header_read(reader);
    while (goes_on && source_peek(import->source, 0) >= 0)
        goes_on = row_read(reader) && (row_is_blank(reader) || row_take(reader));
    if (goes_on)
        (void)thing_end(reader);
    else if (reader->item.arena)
        arena_free(reader->item.arena);
    arena_free(reader->row);
}
