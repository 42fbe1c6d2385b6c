/*
 * JSON: an array of objects with the fields as texts, and of things with lines a member "lines", an
 * array of objects. Thing by thing, so that a large file never stands in memory. Amounts are texts:
 * a JSON number is a floating point one.
 */
#include <jansson.h>
#include <string.h>

#include "common/core/text.h"
#include "modules/remit/import.h"

enum { THING_ARENA_BYTES = 8 * IMPORT_THING_BYTES };

struct json_reader {
    struct import *import;
    struct source *source;
    struct arena *arena;   /* of the thing being read */
    struct buffer text;    /* it, as it stands in the file */
    struct position start; /* where that begins */
    struct item item;
    int64_t index;
    bool is_fine;
};

/* ---- where things stand ---- */

static struct position position_at(const struct json_reader *reader, const char *at) {
    struct position position = reader->start;

    for (const char *byte = reader->text.bytes; byte < at; byte++)
        position_move(&position, (unsigned char)*byte);
    return position;
}

static const char *blanks_skip(const char *at) {
    return at + strspn(at, " \t\r\n");
}

static const char *string_skip(const char *at) {
    for (at++; *at && *at != '"'; at++)
        if (*at == '\\' && at[1])
            at++;
    return *at ? at + 1 : at;
}

/* Behind one value of text that was found to be JSON. */
static const char *value_skip(const char *at) {
    int depth = 0;

    do {
        at = blanks_skip(at);
        if (*at == '{' || *at == '[')
            depth++;
        if (*at == '}' || *at == ']')
            depth--;
        if (*at == '"')
            at = string_skip(at);
        else if (*at && strchr("{}[],:", *at))
            at++;
        else
            at += strcspn(at, "{}[],: \t\r\n\"");
    } while (depth && *at);
    return at;
}

/* A member's value in an object, or an element of an array by its index; NULL. */
static const char *value_find(const char *at, const char *name, size_t index) {
    size_t length = name ? strlen(name) : 0;

    for (at = blanks_skip(at + 1); *at && *at != '}' && *at != ']'; at = blanks_skip(at)) {
        bool is_it = name ? strncmp(at + 1, name, length) == 0 && at[1 + length] == '"'
                          : index-- == 0;

        if (name) /* over the name and the colon */
            at = blanks_skip(blanks_skip(string_skip(at)) + 1);
        if (is_it)
            return at;
        at = blanks_skip(value_skip(at));
        at += *at == ',';
    }
    return NULL;
}

/* Of a field, or of its line's; of the whole where it has no such member. */
static struct position value_position(const struct json_reader *reader, int line,
                                      const char *name) {
    const char *thing = reader->text.bytes, *at = thing;

    if (line >= 0)
        at = value_find(at, "lines", 0);
    if (line >= 0 && at && *at == '[')
        at = value_find(at, NULL, (size_t)line);
    if (at && *at == '{') {
        const char *value = value_find(at, name, 0);

        at = value ? value : at;
    }
    return position_at(reader, at ? at : thing);
}

static void value_fault(struct json_reader *reader, int line, const char *name,
                        const char *sentence) {
    /* To find where it stands is work: not for each of a million that nobody is shown. */
    if (import_faults_are_many(reader->import)) {
        import_fault(reader->import, reader->start, "", sentence);
        reader->is_fine = false;
        return;
    }
    const char *where = line < 0 ? arena_format(reader->arena, "[%lld].%s",
                                                (long long)reader->index, name)
                                 : arena_format(reader->arena, "[%lld].lines[%d].%s",
                                                (long long)reader->index, line, name);

    import_fault(reader->import, value_position(reader, line, name), where, sentence);
    reader->is_fine = false;
}

/* ---- what is in a thing ---- */

static size_t field_of(const struct import_kind *kind, const char *name, size_t from, size_t to) {
    size_t field = from;

    while (field < to && !text_equal(kind->fields[field].name, name))
        field++;
    return field;
}

/* Numbers of accounts and invoices, ids, and quantities, may be whole JSON numbers. */
static const char *value_text(struct json_reader *reader, size_t field, json_t *value,
                              const char **out_text) {
    bool may_be_number = reader->import->kind->numeric & (1u << field);

    if (json_is_string(value))
        *out_text = json_string_value(value);
    else if (json_is_null(value))
        *out_text = NULL;
    else if (json_is_integer(value) && may_be_number)
        *out_text = arena_format(reader->arena, "%lld", (long long)json_integer_value(value));
    else if (json_is_number(value))
        return "Write it as a text, as in \"12.50\".";
    else
        return "This must be a text.";
    return NULL;
}

/* line -1: the thing's own fields. false: something is wrong, and told. */
static bool texts_read(struct json_reader *reader, json_t *object, int line, const char **texts) {
    const struct import_kind *kind = reader->import->kind;
    size_t from = line < 0 ? 0 : kind->own_count;
    size_t to = line < 0 ? kind->own_count : kind->field_count;
    const char *name;
    json_t *value;
    bool is_fine = true;

    json_object_foreach(object, name, value) {
        const char *fault = "This is not a field.";

        if (line < 0 && kind->line && text_equal(name, "lines"))
            continue;
        size_t field = field_of(kind, name, from, to);
        if (field < to)
            fault = value_text(reader, field, value, &texts[field]);
        if (fault)
            value_fault(reader, line, name, fault);
        is_fine = is_fine && !fault;
    }
    return is_fine;
}

static void lines_read(struct json_reader *reader, json_t *lines) {
    const struct import_kind *kind = reader->import->kind;
    size_t index;
    json_t *line;

    json_array_foreach(lines, index, line) {
        const char *texts[IMPORT_FIELDS_MAX] = {0};
        size_t field = kind->own_count;

        if (!json_is_object(line)) {
            value_fault(reader, -1, "lines", "Each line must be an object.");
            return;
        }
        if (!texts_read(reader, line, (int)index, texts))
            continue;
        const char *fault = kind->line(reader->import, &reader->item, texts, &field);
        if (fault)
            value_fault(reader, (int)index, kind->fields[field].name, fault);
        /* The same would be said of each that follows. */
        if (fault && index >= IMPORT_LINES_MAX)
            return;
    }
}

static void thing_read(struct json_reader *reader, json_t *object) {
    const struct import_kind *kind = reader->import->kind;
    const char *texts[IMPORT_FIELDS_MAX] = {0};
    size_t field = 0;
    json_t *lines = json_object_get(object, "lines");
    const char *fault = NULL;

    if (texts_read(reader, object, -1, texts))
        fault = kind->begin(reader->import, &reader->item, texts, &field);
    if (fault)
        value_fault(reader, -1, kind->fields[field].name, fault);
    reader->item.key_position = value_position(reader, -1, kind->fields[kind->key_field].name);
    reader->item.account_position = value_position(reader, -1,
                                                   kind->fields[kind->account_field].name);
    if (kind->external_field)
        reader->item.external_position = value_position(reader, -1,
                                                        kind->fields[kind->external_field].name);
    if (!kind->line)
        return;
    if (json_is_array(lines))
        lines_read(reader, lines);
    else
        value_fault(reader, -1, "lines", lines ? "This must be an array." : "This is missing.");
}

/* ---- things in the file ---- */

/* The next byte that is not a blank; -1 at the end. */
static int next_byte(struct json_reader *reader) {
    int byte;

    while ((byte = source_peek(reader->source, 0)) == ' ' || byte == '\t' || byte == '\r' ||
           byte == '\n')
        (void)source_next(reader->source);
    return byte;
}

static bool fault_here(struct json_reader *reader, const char *sentence) {
    import_fault(reader->import, source_position(reader->source), "", sentence);
    return false;
}

/* One element as it stands, up to where its brackets close: what is in between is looked at later.
 */
static bool text_take(struct json_reader *reader) {
    bool in_string = false, is_escaped = false;
    int depth = 0;

    for (;;) {
        int byte = source_peek(reader->source, 0);
        char c = (char)byte;

        if (byte < 0 || (depth == 0 && reader->text.length && (byte == ',' || byte == ']')))
            return true;
        if (!byte)
            return fault_here(reader, "The file is not text.");
        buffer_add(&reader->text, &c, 1);
        if (buffer_is_full(&reader->text)) {
            import_fault(reader->import, reader->start, "", "This is too long.");
            return false;
        }
        (void)source_next(reader->source);
        if (in_string) {
            in_string = is_escaped || byte != '"';
            is_escaped = !is_escaped && byte == '\\';
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if ((byte == '}' || byte == ']') && --depth <= 0) {
            return true;
        }
    }
}

/* NULL: told. */
static json_t *text_parse(struct json_reader *reader) {
    json_error_t error;
    json_t *value = json_loadb(reader->text.bytes, reader->text.length,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

    if (value)
        return value;
    size_t at = error.position > 0 ? (size_t)error.position : 0;
    import_fault(reader->import,
                 position_at(reader, reader->text.bytes +
                                         (at < reader->text.length ? at : reader->text.length)),
                 "", arena_format(reader->arena, "This is not JSON: %s.", error.text));
    return NULL;
}

/* One element. false: the rest cannot be read. */
static bool element_read(struct json_reader *reader) {
    reader->start = source_position(reader->source);
    reader->is_fine = true;
    buffer_init(&reader->text, reader->arena, IMPORT_THING_BYTES);
    json_t *value = text_take(reader) ? text_parse(reader) : NULL;
    bool goes_on = value != NULL;

    if (json_is_object(value)) {
        import_item_begin(reader->import, &reader->item, reader->start);
        thing_read(reader, value);
        goes_on = import_item_end(reader->import, &reader->item, !reader->is_fine);
    } else if (value) {
        import_fault(
            reader->import, reader->start,
            arena_format(reader->arena, "[%lld]", (long long)reader->index),
            arena_format(reader->arena, "Each %s must be an object.", reader->import->kind->name));
    }
    json_decref(value);
    reader->index++;
    return goes_on;
}

static bool elements_read(struct json_reader *reader) {
    bool goes_on = true;

    do {
        (void)next_byte(reader);
        reader->arena = arena_new(THING_ARENA_BYTES);
        goes_on = element_read(reader);
        arena_free(reader->arena);
    } while (goes_on && next_byte(reader) == ',' && source_next(reader->source) >= 0);
    return goes_on;
}

void import_json_read(struct import *import) {
    struct json_reader reader = {.import = import, .source = import->source};

    if (next_byte(&reader) != '[') {
        (void)fault_here(&reader, "The file must hold a JSON array.");
        return;
    }
    (void)source_next(reader.source);
    if (next_byte(&reader) != ']' && !elements_read(&reader))
        return;
    if (next_byte(&reader) != ']') {
        (void)fault_here(&reader, "A comma or the array's end is missing here.");
        return;
    }
    (void)source_next(reader.source);
    if (next_byte(&reader) >= 0)
        (void)fault_here(&reader, "There is something behind the array's end.");
}
