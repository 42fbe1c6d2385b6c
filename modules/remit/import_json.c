/*
 * JSON: an array of {account, number, billing_type, issued_on, due_on, terms, tax, lines: [
 * {description, quantity, price, amount}]}. Invoice by invoice, so that a large file never stands
 * in memory as a tree. Amounts are texts: a JSON number is a floating point one.
 */
#include <jansson.h>
#include <string.h>

#include "common/core/text.h"
#include "modules/remit/import.h"

struct json_reader {
    struct import *import;
    size_t at;
    size_t counted; /* position is that of this byte */
    struct position position;
};

static struct position position_at(struct json_reader *reader, size_t at) {
    for (; reader->counted < at; reader->counted++) {
        unsigned char byte = (unsigned char)reader->import->bytes[reader->counted];

        if (byte == '\n')
            reader->position = (struct position){reader->position.line + 1, 1};
        else if ((byte & 0xC0) != 0x80)
            reader->position.column++;
    }
    return reader->position;
}

/* The next byte that is not a blank; '\0' at the end. */
static char next_byte(struct json_reader *reader) {
    reader->at += strspn(reader->import->bytes + reader->at, " \t\r\n");
    return reader->import->bytes[reader->at];
}

static void syntax_fault(struct json_reader *reader, size_t at, const char *sentence) {
    import_fault(reader->import, position_at(reader, at), "", sentence);
}

static const char *field_path(struct import *import, size_t index, int line, const char *name) {
    if (line < 0)
        return arena_format(import->command->arena, "[%zu].%s", index, name);
    return arena_format(import->command->arena, "[%zu].lines[%d].%s", index, line, name);
}

static int field_of(const char *name, int from, int to) {
    for (int field = from; field < to; field++)
        if (text_equal(import_field_names[field], name))
            return field;
    return -1;
}

/* Numbers of accounts and invoices, and quantities, may be whole JSON numbers. */
static const char *value_text(struct import *import, int field, json_t *value,
                              const char **out_text) {
    bool may_be_number = field == IMPORT_ACCOUNT || field == IMPORT_NUMBER ||
                         field == IMPORT_QUANTITY;

    if (json_is_string(value))
        *out_text = json_string_value(value);
    else if (json_is_null(value))
        *out_text = NULL;
    else if (json_is_integer(value) && may_be_number)
        *out_text = arena_format(import->command->arena, "%lld",
                                 (long long)json_integer_value(value));
    else if (json_is_number(value))
        return "Write it as a text, as in \"12.50\".";
    else
        return "This must be a text.";
    return NULL;
}

/* line -1: the invoice's own fields. false: something is wrong, and told. */
static bool texts_read(struct import *import, json_t *object, struct imported *imported, int line,
                       const char *texts[IMPORT_FIELD_COUNT]) {
    int from = line < 0 ? 0 : IMPORT_INVOICE_FIELDS;
    int to = line < 0 ? IMPORT_INVOICE_FIELDS : IMPORT_FIELD_COUNT;
    const char *name;
    json_t *value;
    bool fine = true;

    json_object_foreach(object, name, value) {
        int field = field_of(name, from, to);
        const char *fault = "This is not a field.";

        if (line < 0 && text_equal(name, "lines"))
            continue;
        if (field >= 0)
            fault = value_text(import, field, value, &texts[field]);
        if (fault) {
            import_fault(import, imported->position,
                         field_path(import, imported->index, line, name), fault);
            fine = false;
        }
    }
    return fine;
}

static bool lines_read(struct import *import, json_t *lines, struct imported *imported) {
    bool fine = true;
    size_t index;
    json_t *line;

    json_array_foreach(lines, index, line) {
        const char *texts[IMPORT_FIELD_COUNT] = {0};
        enum import_field field = IMPORT_DESCRIPTION;
        const char *fault;

        if (!json_is_object(line)) {
            import_fault(import, imported->position,
                         field_path(import, imported->index, -1, "lines"),
                         "Each line must be an object.");
            return false;
        }
        if (!texts_read(import, line, imported, (int)index, texts)) {
            fine = false;
            continue;
        }
        fault = import_line_add(import, imported, texts, &field);
        if (fault) {
            import_fault(import, imported->position,
                         field_path(import, imported->index, (int)index, import_field_names[field]),
                         fault);
            fine = false;
        }
    }
    return fine;
}

static void invoice_read(struct import *import, json_t *object, struct imported *imported) {
    const char *texts[IMPORT_FIELD_COUNT] = {0};
    enum import_field field = IMPORT_ACCOUNT;
    const char *fault;
    json_t *lines = json_object_get(object, "lines");
    bool fine = texts_read(import, object, imported, -1, texts);

    fault = fine ? import_texts_set(import, imported, texts, &field) : NULL;
    if (fault) {
        import_fault(import, imported->position,
                     field_path(import, imported->index, -1, import_field_names[field]), fault);
        fine = false;
    }
    if (!json_is_array(lines)) {
        import_fault(import, imported->position, field_path(import, imported->index, -1, "lines"),
                     lines ? "This must be an array." : "This is missing.");
        fine = false;
    } else {
        fine = lines_read(import, lines, imported) && fine;
    }
    fault = fine ? import_finish(import, imported) : NULL;
    if (fault)
        import_fault(import, imported->position, field_path(import, imported->index, -1, "lines"),
                     fault);
}

/* One element. false: the rest cannot be read. */
static bool element_read(struct json_reader *reader) {
    struct import *import = reader->import;
    size_t start = reader->at;
    json_error_t error;
    json_t *object = json_loadb(import->bytes + start, import->length - start,
                                JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);

    if (!object) {
        syntax_fault(reader, start + (error.position > 0 ? (size_t)error.position : 0),
                     arena_format(import->command->arena, "This is not JSON: %s.", error.text));
        return false;
    }
    struct imported *imported = import_begin(import, position_at(reader, start));
    if (imported && !json_is_object(object))
        import_fault(import, imported->position,
                     arena_format(import->command->arena, "[%zu]", imported->index),
                     "Each invoice must be an object.");
    else if (imported)
        invoice_read(import, object, imported);
    reader->at = start + (size_t)error.position;
    json_decref(object);
    return imported != NULL;
}

void import_json_read(struct import *import) {
    struct json_reader reader = {.import = import, .position = {1, 1}};

    if (next_byte(&reader) != '[') {
        syntax_fault(&reader, reader.at, "The file must hold a JSON array of invoices.");
        return;
    }
    reader.at++;
    if (next_byte(&reader) == ']') {
        reader.at++;
    } else {
        do {
            (void)next_byte(&reader);
            if (!element_read(&reader))
                return;
        } while (next_byte(&reader) == ',' && reader.at++ < import->length);
        if (next_byte(&reader) != ']') {
            syntax_fault(&reader, reader.at, "A comma or the array's end is missing here.");
            return;
        }
        reader.at++;
    }
    (void)next_byte(&reader);
    if (reader.at != import->length)
        syntax_fault(&reader, reader.at, "There is something behind the array's end.");
}
