/*
 * remit export - the journal, payments and invoices of a time, for whoever keeps the provider's
 * other books. A page at a time: memory does not grow with it, and a run that broke off is gone on
 * with behind the last cursor it printed.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/export_store.h"
#include "modules/remit/output.h"
#include "modules/remit/progress.h"
#include "modules/remit/remit.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, CURSOR_PARTS = 3, PLACE_SIZE = 24 };

enum { DAYS_AROUND = 1 /* an instant's day in any zone is no further from its day in UTC */ };

struct export {
    struct command *command;
    const struct export_kind *kind;
    struct date from, to;
    struct export_range range;
    char after[PLACE_SIZE], first[INSTANT_TEXT_SIZE], last[INSTANT_TEXT_SIZE];
    int64_t row_count;
    struct progress progress;
};

struct export_kind {
    const struct column *columns; /* of the statement; the first place_count are the row's place */
    size_t column_count, place_count;
    bool by_instant;
    enum result (*read)(struct db *db, struct arena *arena, const struct export_range *range,
                        struct rows *out_rows);
};

/* ---- cells ---- */

/* Also in the width of Chinese characters, and behind spaces. */
static bool is_formula(const char *text) {
    static const char *const wide[] = {"\uff1d", "\uff0b", "\uff0d", "\uff20"};

    text += strspn(text, " ");
    for (size_t at = 0; at < sizeof wide / sizeof *wide; at++)
        if (text_starts_with(text, wide[at]))
            return true;
    return *text && strchr("=+-@\t\r\n", *text);
}

/* What a table calculator would take for a formula is a text that begins with an apostrophe. */
static void text_print(const char *text) {
    if (!is_formula(text) && !strpbrk(text, ",\"\r\n")) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    if (is_formula(text))
        putchar('\'');
    for (; *text; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static void cell_print(struct arena *arena, const struct column *column, const struct rows *rows,
                       size_t row, size_t at) {
    if (row_is_null(rows, row, at))
        return;
    if (column->kind == COLUMN_MONEY)
        fputs(money_plain(arena, row_int(rows, row, at)), stdout);
    else if (column->kind == COLUMN_INT)
        printf("%lld", (long long)row_int(rows, row, at));
    else if (column->kind == COLUMN_INSTANT)
        printf("%.10sT%sZ", row_text(rows, row, at), row_text(rows, row, at) + 11);
    else
        text_print(row_text(rows, row, at));
}

/* "2026-11-22.17.0": the day, or the instant, and the numbers of the row. */
static const char *cursor_of(struct arena *arena, const struct export_kind *kind,
                             const struct rows *rows, size_t row) {
    const char *place = row_text(rows, row, 0);
    const char *when = kind->by_instant ? arena_format(arena, "%.10sT%sZ", place, place + 11)
                                        : place;

    return kind->place_count == CURSOR_PARTS
               ? arena_format(arena, "%s.%lld.%lld", when, (long long)row_int(rows, row, 1),
                              (long long)row_int(rows, row, 2))
               : arena_format(arena, "%s.%lld", when, (long long)row_int(rows, row, 1));
}

static void header_print(const struct export_kind *kind) {
    for (size_t at = 0; at < kind->column_count; at++)
        printf("%s,", kind->columns[at].key);
    puts("cursor");
}

static void row_print_csv(struct arena *arena, const struct export_kind *kind,
                          const struct rows *rows, size_t row) {
    for (size_t at = 0; at < kind->column_count; at++) {
        cell_print(arena, &kind->columns[at], rows, row, at);
        putchar(',');
    }
    puts(cursor_of(arena, kind, rows, row));
}

static void row_print_json(struct export *export, struct arena *arena, const struct rows *rows,
                           size_t row) {
    const struct export_kind *kind = export->kind;
    json_t *object = row_json_in(arena, kind->columns, kind->column_count, rows, row);

    json_object_set_new(object, "cursor", json_string(cursor_of(arena, kind, rows, row)));
    fputs(export->row_count ? ",\n " : "[", stdout);
    json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(object);
}

/* ---- pages ---- */

/* Days are the provider's: of instants the range is a little wider, and looked at here. */
static bool row_is_in(const struct export *export, const struct rows *rows, size_t row) {
    if (!export->kind->by_instant)
        return true;
    struct date day = instant_date(row_instant(rows, row, 0));
    return date_compare(day, export->from) >= 0 && date_compare(day, export->to) <= 0;
}

static void page_print(struct export *export, struct arena *arena, const struct rows *rows) {
    const struct export_kind *kind = export->kind;

    for (size_t row = 0; row < rows->count; row++) {
        if (!row_is_in(export, rows, row))
            continue;
        if (export->command->json)
            row_print_json(export, arena, rows, row);
        else
            row_print_csv(arena, kind, rows, row);
        export->row_count++;
    }
    snprintf(export->after, sizeof export->after, "%s", row_text(rows, rows->count - 1, 0));
    export->range.after_id = row_int(rows, rows->count - 1, 1);
    export->range.after_line = kind->place_count == CURSOR_PARTS ? row_int(rows, rows->count - 1, 2)
                                                                 : 0;
    if (!isatty(STDOUT_FILENO))
        progress_show(&export->progress, export->row_count);
}

static enum result pages_print(struct export *export) {
    enum result result = RESULT_OK;
    bool is_over = false;

    if (!export->command->json)
        header_print(export->kind);
    while (result == RESULT_OK && !is_over && !ferror(stdout)) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct rows rows = {0};

        result = export->kind->read(export->command->running.db, arena, &export->range, &rows);
        is_over = rows.count == 0;
        if (result == RESULT_OK && !is_over)
            page_print(export, arena, &rows);
        arena_free(arena);
    }
    if (result == RESULT_OK && export->command->json)
        puts(export->row_count ? "]" : "[]");
    return result;
}

/* ---- what was asked ---- */

/* false: it is none of ours. */
static bool cursor_read(struct export *export, const char *cursor) {
    const struct export_kind *kind = export->kind;
    char *copy = arena_text(export->command->arena, cursor), *point = strchr(copy, '.'), *line;
    struct date day;
    int64_t instant;

    if (!point)
        return false;
    *point++ = '\0';
    line = strchr(point, '.');
    if ((line != NULL) != (kind->place_count == CURSOR_PARTS))
        return false;
    if (line)
        *line++ = '\0';
    if (kind->by_instant) {
        size_t length = strlen(copy);

        if (length != INSTANT_TEXT_SIZE || copy[10] != 'T' || copy[length - 1] != 'Z')
            return false;
        copy[10] = ' ';
        copy[length - 1] = '\0';
    }
    if (kind->by_instant ? !instant_parse(copy, &instant) : !date_parse(copy, &day))
        return false;
    snprintf(export->after, sizeof export->after, "%s", copy);
    return text_to_int(point, &export->range.after_id) &&
           (!line || text_to_int(line, &export->range.after_line));
}

static void day_text(struct date day, const char *time, char out[INSTANT_TEXT_SIZE]) {
    char text[DATE_TEXT_SIZE];

    date_format(day, text);
    snprintf(out, INSTANT_TEXT_SIZE, "%s%s", text, time);
}

static enum command_exit range_read(struct export *export) {
    struct command *command = export->command;
    const char *cursor = command_option(command, "after");
    int32_t around = export->kind->by_instant ? DAYS_AROUND : 0;

    if (!command_date(command, "--from", command_option(command, "from"), &export->from) ||
        !command_date(command, "--to", command_option(command, "to"), &export->to))
        return COMMAND_USAGE;
    if (date_compare(export->from, export->to) > 0)
        return command_usage(command, "--to is before --from.");
    if (command->json && command_has(command, "csv"))
        return command_usage(command, "--csv and --json contradict each other.");
    day_text(date_add_days(export->from, -around), export->kind->by_instant ? " 00:00:00" : "",
             export->first);
    day_text(date_add_days(export->to, around), export->kind->by_instant ? " 23:59:59" : "",
             export->last);
    export->range = (struct export_range){
        .from = export->first, .to = export->last, .after = export->after, .after_line = -1};
    snprintf(export->after, sizeof export->after, "%s", export->first);
    if (cursor && !cursor_read(export, cursor))
        return command_usage(command, "--after: Give the last cursor that this export printed.");
    return COMMAND_DONE;
}

static enum command_exit export_run(struct command *command, const struct export_kind *kind) {
    struct export *export = arena_alloc(command->arena, sizeof *export);

    *export = (struct export){.command = command, .kind = kind};
    enum command_exit status = range_read(export);
    if (status != COMMAND_DONE)
        return status;
    progress_begin(&export->progress, "Exporting", 0, 0, true);
    enum result result = pages_print(export);
    progress_end(&export->progress);
    if (result != RESULT_OK)
        return command_refuse(
            command,
            "The export broke off behind %lld rows: %s. Go on with --after and the"
            " last cursor.",
            (long long)export->row_count, db_error(command->running.db));
    return COMMAND_DONE;
}

enum command_exit remit_export_journal(struct command *command) {
    static const struct column columns[] = {
        {"date", "", COLUMN_TEXT},    {"entry", "", COLUMN_INT},   {"line", "", COLUMN_INT},
        {"account", "", COLUMN_TEXT}, {"kind", "", COLUMN_TEXT},   {"event", "", COLUMN_TEXT},
        {"payment", "", COLUMN_TEXT}, {"ledger", "", COLUMN_TEXT}, {"invoice", "", COLUMN_TEXT},
        {"amount", "", COLUMN_MONEY},
    };
    static const struct export_kind kind = {COLUMNS(columns), CURSOR_PARTS, false, export_journal};

    return export_run(command, &kind);
}

enum command_exit remit_export_payments(struct command *command) {
    static const struct column columns[] = {
        {"confirmed_at", "", COLUMN_INSTANT}, {"id", "", COLUMN_INT},
        {"reference", "", COLUMN_TEXT},       {"account", "", COLUMN_TEXT},
        {"source", "", COLUMN_TEXT},          {"kind", "", COLUMN_TEXT},
        {"method", "", COLUMN_TEXT},          {"state", "", COLUMN_TEXT},
        {"amount", "", COLUMN_MONEY},         {"credit", "", COLUMN_MONEY},
        {"refunded", "", COLUMN_MONEY},       {"number", "", COLUMN_TEXT},
        {"transaction", "", COLUMN_TEXT},     {"note", "", COLUMN_TEXT},
        {"closed_at", "", COLUMN_INSTANT},
    };
    static const struct export_kind kind = {COLUMNS(columns), CURSOR_PARTS - 1, true,
                                            export_payments};

    return export_run(command, &kind);
}

enum command_exit remit_export_invoices(struct command *command) {
    static const struct column columns[] = {
        {"issued_on", "", COLUMN_TEXT},     {"id", "", COLUMN_INT},
        {"number", "", COLUMN_TEXT},        {"account", "", COLUMN_TEXT},
        {"billing_type", "", COLUMN_TEXT},  {"due_on", "", COLUMN_TEXT},
        {"state", "", COLUMN_TEXT},         {"total", "", COLUMN_MONEY},
        {"tax", "", COLUMN_MONEY},          {"paid", "", COLUMN_MONEY},
        {"credited", "", COLUMN_MONEY},     {"pending", "", COLUMN_MONEY},
        {"created_at", "", COLUMN_INSTANT},
    };
    static const struct export_kind kind = {COLUMNS(columns), CURSOR_PARTS - 1, false,
                                            export_invoices};

    return export_run(command, &kind);
}
