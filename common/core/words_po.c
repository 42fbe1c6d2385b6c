/*
 * words_po.c - reads GNU gettext's .po: entries of msgctxt, msgid and msgstr, each one or more
 * quoted strings (gettext 0.21 manual, "The Format of PO Files"). Stricter than gettext: what it
 * does not know is an error.
 */
#include <string.h>

#include "common/core/text.h"
#include "common/core/words_table.h"

enum { TEXT_MAX = 8192, CONVERSIONS_MAX = 12 };

enum part { PART_NONE, PART_CONTEXT, PART_TEXT, PART_SAID, PARTS };

struct reading {
    struct arena *arena;
    const char *at; /* the next line */
    int line;       /* its number */
    const char *parts[PARTS];
    bool is_fuzzy;
    int entry_line;
    struct words_table *table;
    const char *name;
    const char **out_reason;
};

static bool wrong(struct reading *reading, int line, const char *why) {
    *reading->out_reason = arena_format(reading->arena, "line %d: %s", line, why);
    return false;
}

/* ---- formats ---- */

/* The conversions of a printf format by the argument each takes: "s", "lld"; false: none that we
 * know. '*' and "%n" are never ours. */
static bool conversions_read(const char *format, char list[CONVERSIONS_MAX][8], size_t *out_count) {
    size_t count = 0, numbered = 0;

    memset(list, 0, sizeof(char[CONVERSIONS_MAX][8]));
    for (const char *at = format; *at; at++) {
        if (*at != '%')
            continue;
        if (*++at == '%')
            continue;
        size_t digits = strspn(at, "0123456789"), place = count;
        bool is_place = digits && at[digits] == '$';
        if (is_place && digits > 1)
            return false;
        if (is_place) {
            place = (size_t)(*at - '1');
            at += digits + 1;
            numbered++;
        }
        at += strspn(at, "-+ 0123456789.");
        size_t length = strspn(at, "lzh");
        if (place >= CONVERSIONS_MAX || length > 3 || !at[length] ||
            !strchr("sdiuxc", at[length]) || *list[place])
            return false;
        memcpy(list[place], at, length + 1);
        at += length;
        count++;
    }
    *out_count = count;
    return !numbered || numbered == count; /* both kinds in one format mean nothing */
}

/* A text without conversions may hold any '%'; one with some is a format, and nothing else is. */
static bool formats_match(const char *text, const char *said) {
    char wanted[CONVERSIONS_MAX][8], there[CONVERSIONS_MAX][8];
    size_t wanted_count, there_count;

    if (!strchr(text, '%'))
        return !strchr(said, '%');
    return conversions_read(text, wanted, &wanted_count) &&
           conversions_read(said, there, &there_count) && memcmp(wanted, there, sizeof wanted) == 0;
}

/* ---- entries ---- */

/* What stands after "X-Language-Name: " in the header. */
static void header_read(struct reading *reading, const char *header) {
    static const char field[] = "X-Language-Name: ";
    const char *at = strstr(header, field);

    if (!at)
        return;
    at += sizeof field - 1;
    reading->name = arena_copy(reading->arena, at, strcspn(at, "\n"));
}

static bool entry_end(struct reading *reading) {
    const char **parts = reading->parts;
    struct words_entry entry = {parts[PART_CONTEXT], parts[PART_TEXT], parts[PART_SAID]};
    bool is_fuzzy = reading->is_fuzzy;

    reading->is_fuzzy = false;
    if (!entry.text && !entry.said)
        return !entry.context || wrong(reading, reading->entry_line, "msgctxt without msgid");
    if (!entry.text || !entry.said)
        return wrong(reading, reading->entry_line, "msgid and msgstr belong together");
    memset(reading->parts, 0, sizeof reading->parts);
    if (!*entry.text) {
        header_read(reading, entry.said);
        return true;
    }
    if (is_fuzzy || !*entry.said)
        return true;
    if (!formats_match(entry.text, entry.said))
        return wrong(reading, reading->entry_line,
                     "the translation's conversions (%s, %d) are not those of its text");
    if (!words_table_add(reading->table, &entry))
        return wrong(reading, reading->entry_line, "this text was there before");
    return true;
}

/* ---- lines ---- */

/* One quoted string, the whole rest of its line, added to the part. */
static bool string_read(struct reading *reading, const char *from, const char *end,
                        enum part part) {
    static const char escapes[] = "n\nt\t\"\"\\\\";
    const char *before = reading->parts[part] ? reading->parts[part] : "";
    size_t length = strlen(before);

    if (from == end || *from != '"')
        return wrong(reading, reading->line, "a string in quotes is missing");
    if (length + (size_t)(end - from) > TEXT_MAX)
        return wrong(reading, reading->line, "a text is longer than 8192 bytes");
    /* No escape is shorter than what it stands for. */
    char *text = arena_raw(reading->arena, length + (size_t)(end - from)), *to = text + length;
    memcpy(text, before, length + 1);
    for (from++; from < end && *from != '"'; from++) {
        const char *escape = escapes;

        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        for (from++; *escape && (from == end || *escape != *from); escape += 2)
            ;
        if (!*escape)
            return wrong(reading, reading->line, "only \\n, \\t, \\\" and \\\\ are known");
        *to++ = escape[1];
    }
    if (end - from != 1)
        return wrong(reading, reading->line, "a quote is missing, or something follows it");
    *to = '\0';
    reading->parts[part] = text;
    return true;
}

static bool line_read(struct reading *reading, const char *from, const char *end,
                      enum part *io_part) {
    static const struct {
        const char *word;
        enum part part;
    } words[] = {{"msgctxt", PART_CONTEXT}, {"msgid", PART_TEXT}, {"msgstr", PART_SAID}};

    if (*from == '"')
        return *io_part == PART_NONE
                   ? wrong(reading, reading->line, "a string that belongs to nothing")
                   : string_read(reading, from, end, *io_part);
    for (size_t at = 0; at < sizeof words / sizeof *words; at++) {
        size_t length = strlen(words[at].word);

        if ((size_t)(end - from) <= length || memcmp(from, words[at].word, length) != 0 ||
            from[length] != ' ')
            continue;
        enum part part = words[at].part;
        /* Without a comment or an empty line between, the next entry begins with its first word. */
        if (part != PART_SAID && reading->parts[PART_SAID] && !entry_end(reading))
            return false;
        if (reading->parts[part])
            return wrong(reading, reading->line, "the same word twice in one entry");
        if (!reading->parts[PART_CONTEXT] && !reading->parts[PART_TEXT])
            reading->entry_line = reading->line;
        *io_part = part;
        return string_read(reading, from + length + 1, end, part);
    }
    return wrong(reading, reading->line, "neither msgctxt, msgid, msgstr, a string nor a comment");
}

static size_t entries_of(const char *text) {
    size_t count = 0;

    for (const char *at = text; (at = strstr(at, "msgid")); at++)
        count++;
    return count;
}

bool words_po_read(struct arena *arena, const char *text, struct words_table **out_table,
                   const char **out_name, const char **out_reason) {
    struct reading reading = {.arena = arena, .at = text, .out_reason = out_reason};
    enum part part = PART_NONE;

    if (!text_is_utf8(text, strlen(text)))
        return wrong(&reading, 1, "not UTF-8");
    reading.table = words_table_new(arena, entries_of(text));
    while (*reading.at) {
        const char *from = reading.at, *end = from + strcspn(from, "\n");

        reading.line++;
        reading.at = *end ? end + 1 : end;
        if (end > from && end[-1] == '\r')
            end--;
        if (from == end || *from == '#') {
            if (reading.parts[PART_SAID] && !entry_end(&reading))
                return false;
            if (from != end && strncmp(from, "#,", 2) == 0 &&
                memmem(from, (size_t)(end - from), "fuzzy", 5))
                reading.is_fuzzy = true;
            part = PART_NONE;
        } else if (!line_read(&reading, from, end, &part))
            return false;
    }
    if (!entry_end(&reading))
        return false;
    *out_table = reading.table;
    if (reading.name)
        *out_name = reading.name;
    return true;
}
