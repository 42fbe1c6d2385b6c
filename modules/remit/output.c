#include "modules/remit/output.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"

/* Widths are taken from this many rows; what comes behind is printed as it arrives. */
enum { ROWS_KEPT = 1000, COLUMNS_MAX = 24, ROW_ARENA_BYTES = 1024 * 1024 };

struct listing {
    struct command *command;
    struct arena *arena; /* of the rows kept */
    const struct column *columns;
    size_t column_count;
    const char *empty;
    const char **kept; /* ROWS_KEPT * column_count texts */
    size_t row_count;
    size_t widths[COLUMNS_MAX];
    bool flowing; /* the widths are fixed and the kept rows printed */
};

/* ---- cells ---- */

/* Terminals obey control characters; what a gateway or a customer wrote must not reach them. */
static const char *text_visible(struct arena *arena, const char *text) {
    char *copy = arena_text(arena, text);

    for (char *at = copy; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = ' ';
    return copy;
}

static const char *instant_text(struct arena *arena, const char *column) {
    return *column ? arena_format(arena, "%.10sT%sZ", column, column + 11) : "";
}

static const char *cell_text(struct arena *arena, const struct column *column,
                             const struct rows *rows, size_t row, size_t at) {
    if (row_is_null(rows, row, at))
        return "";
    switch (column->kind) {
    case COLUMN_TEXT:
        return text_visible(arena, row_text(rows, row, at));
    case COLUMN_MONEY:
        return money_text(arena, row_int(rows, row, at));
    case COLUMN_INT:
        return arena_format(arena, "%lld", (long long)row_int(rows, row, at));
    case COLUMN_BOOL:
        return row_int(rows, row, at) ? "yes" : "no";
    case COLUMN_INSTANT:
        return instant_text(arena, row_text(rows, row, at));
    }
    return "";
}

const char *instant_json(struct command *command, int64_t instant) {
    char text[INSTANT_TEXT_SIZE];

    if (!instant)
        return "";
    instant_format(instant, text);
    return instant_text(command->arena, text);
}

static void json_money(struct arena *arena, json_t *object, const char *key, int64_t cents) {
    json_object_set_new(object, key, json_string(money_plain(arena, cents)));
    json_object_set_new(object, arena_format(arena, "%s_cents", key), json_integer(cents));
}

void json_set_money(struct command *command, json_t *object, const char *key, int64_t cents) {
    json_money(command->arena, object, key, cents);
}

json_t *row_json_in(struct arena *arena, const struct column *columns, size_t count,
                    const struct rows *rows, size_t row) {
    json_t *object = json_object();

    for (size_t at = 0; at < count; at++) {
        const struct column *column = &columns[at];

        if (!column->key)
            continue;
        if (row_is_null(rows, row, at))
            json_object_set_new(object, column->key, json_null());
        else if (column->kind == COLUMN_MONEY)
            json_money(arena, object, column->key, row_int(rows, row, at));
        else if (column->kind == COLUMN_INT)
            json_object_set_new(object, column->key, json_integer(row_int(rows, row, at)));
        else if (column->kind == COLUMN_BOOL)
            json_object_set_new(object, column->key, json_boolean(row_int(rows, row, at)));
        else if (column->kind == COLUMN_INSTANT)
            json_object_set_new(object, column->key,
                                json_string(instant_text(arena, row_text(rows, row, at))));
        else
            json_object_set_new(object, column->key, json_string(row_text(rows, row, at)));
    }
    return object;
}

/* ---- tables ---- */

static bool is_right(const struct column *column) {
    return column->kind == COLUMN_MONEY || column->kind == COLUMN_INT;
}

static void pad(size_t width, size_t used) {
    for (; used < width; used++)
        putchar(' ');
}

static void line_print(const struct listing *listing, const char *const *cells) {
    bool first = true;

    for (size_t at = 0; at < listing->column_count; at++) {
        const struct column *column = &listing->columns[at];
        size_t used = text_utf8_count(cells[at]);

        if (!column->key)
            continue;
        if (!first)
            fputs("  ", stdout);
        first = false;
        if (is_right(column))
            pad(listing->widths[at], used);
        fputs(cells[at], stdout);
        if (!is_right(column) && at + 1 < listing->column_count)
            pad(listing->widths[at], used);
    }
    putchar('\n');
}

static void listing_flow(struct listing *listing) {
    const char *titles[COLUMNS_MAX];

    for (size_t at = 0; at < listing->column_count; at++) {
        titles[at] = listing->columns[at].title ? listing->columns[at].title : "";
        listing->widths[at] = text_utf8_count(titles[at]);
        for (size_t row = 0; row < listing->row_count; row++) {
            size_t width = text_utf8_count(listing->kept[row * listing->column_count + at]);

            if (width > listing->widths[at])
                listing->widths[at] = width;
        }
    }
    line_print(listing, titles);
    for (size_t row = 0; row < listing->row_count; row++)
        line_print(listing, listing->kept + row * listing->column_count);
    listing->flowing = true;
}

struct listing *listing_begin(struct command *command, const struct column *columns, size_t count,
                              const char *empty) {
    struct listing *listing = arena_alloc(command->arena, sizeof *listing);

    assert(count <= COLUMNS_MAX);
    *listing = (struct listing){.command = command,
                                .arena = command->arena,
                                .columns = columns,
                                .column_count = count,
                                .empty = empty};
    listing->kept = arena_array(command->arena, ROWS_KEPT * count, sizeof *listing->kept);
    return listing;
}

static void row_json_print(struct listing *listing, const struct rows *row) {
    struct arena *arena = arena_new(ROW_ARENA_BYTES);
    json_t *object = row_json_in(arena, listing->columns, listing->column_count, row, 0);

    fputs(listing->row_count ? ",\n " : "[", stdout);
    json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(object);
    arena_free(arena);
}

static void row_line_print(struct listing *listing, const struct rows *row) {
    struct arena *arena = arena_new(ROW_ARENA_BYTES);
    const char *cells[COLUMNS_MAX];

    for (size_t at = 0; at < listing->column_count; at++)
        cells[at] = cell_text(arena, &listing->columns[at], row, 0, at);
    line_print(listing, cells);
    arena_free(arena);
}

enum result listing_row(const struct rows *row, void *context) {
    struct listing *listing = context;

    assert(row->columns == listing->column_count);
    if (listing->command->json) {
        row_json_print(listing, row);
    } else if (listing->flowing) {
        row_line_print(listing, row);
    } else {
        const char **cells = listing->kept + listing->row_count * listing->column_count;

        for (size_t at = 0; at < listing->column_count; at++)
            cells[at] = cell_text(listing->arena, &listing->columns[at], row, 0, at);
    }
    listing->row_count++;
    if (!listing->command->json && !listing->flowing && listing->row_count == ROWS_KEPT)
        listing_flow(listing);
    return RESULT_OK;
}

void listing_end(struct listing *listing) {
    if (listing->command->json)
        puts(listing->row_count ? "]" : "[]");
    else if (!listing->row_count)
        puts(listing->empty);
    else if (!listing->flowing)
        listing_flow(listing);
}

enum command_exit listing_finish(struct listing *listing, enum result result) {
    if (result != RESULT_OK)
        return command_failed(listing->command, result);
    listing_end(listing);
    return COMMAND_DONE;
}

/* ---- one thing ---- */

json_t *row_json(struct command *command, const struct column *columns, size_t count,
                 const struct rows *rows, size_t row) {
    return row_json_in(command->arena, columns, count, rows, row);
}

json_t *rows_json(struct command *command, const struct column *columns, size_t count,
                  const struct rows *rows) {
    json_t *list = json_array();

    for (size_t row = 0; row < rows->count; row++)
        json_array_append_new(list, row_json(command, columns, count, rows, row));
    return list;
}

void row_print(struct command *command, const struct column *columns, size_t count,
               const struct rows *rows, size_t row) {
    size_t width = 0;

    for (size_t at = 0; at < count; at++)
        if (columns[at].key && text_utf8_count(columns[at].title) > width)
            width = text_utf8_count(columns[at].title);
    for (size_t at = 0; at < count; at++) {
        const char *text = cell_text(command->arena, &columns[at], rows, row, at);

        if (!columns[at].key || !*text)
            continue;
        fputs(columns[at].title, stdout);
        pad(width + 2, text_utf8_count(columns[at].title));
        puts(text);
    }
}

void rows_print(struct command *command, const struct column *columns, size_t count,
                const struct rows *rows, const char *empty) {
    struct listing *listing = listing_begin(command, columns, count, empty);
    bool json = command->json;

    command->json = false;
    for (size_t row = 0; row < rows->count; row++) {
        struct rows one = {1, rows->columns, rows->cells + row * rows->columns};
        enum result result = listing_row(&one, listing);

        assert(result == RESULT_OK);
    }
    listing_end(listing);
    command->json = json;
}

void json_print(json_t *value) {
    json_dumpf(value, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(value);
}

enum command_exit result_show(struct command *command, json_t *object, const char *format, ...) {
    if (command->json) {
        json_print(object);
        return COMMAND_DONE;
    }
    va_list arguments;

    json_decref(object);
    va_start(arguments, format);
    puts(arena_format_v(command->arena, format, arguments));
    va_end(arguments);
    return COMMAND_DONE;
}
