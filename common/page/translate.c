#include "common/page/translate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/buffer.h"
#include "common/core/text.h"

enum {
    SOURCE_MAX = 1024 * 1024,
    TEXT_MAX = 8192,
    PLACES_MAX = 40,
    LINE_MAX = 72,
    PLACE_WIDTH = 12
};

struct piece {
    const char *from;
    size_t length;
};

/* One text of a template. */
struct words {
    const char *key, *context; /* as language files have them */
    struct piece inner;        /* as the template has it, without blanks around and context */
    struct {
        struct piece tag;
        const char *name; /* "Invoice.Number", "1" */
        bool is_used;
    } places[PLACES_MAX];
    size_t place_count;
};

static const char *fault(struct arena *arena, const char *why, const char *text) {
    return arena_format(arena, "%s: \"%.120s\"", why, text);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* ---- what the template says ---- */

static const char *place_name(struct arena *arena, struct piece tag, size_t number) {
    static const char var[] = "<?cs var:";

    if (tag.length > sizeof var && memcmp(tag.from, var, sizeof var - 1) == 0) {
        const char *name = tag.from + sizeof var - 1;
        size_t length = 0;

        while (text_is_alnum(name[length]) || name[length] == '.' || name[length] == '_')
            length++;
        if (length && text_starts_with(name + length, " ?>"))
            return arena_copy(arena, name, length);
    }
    return arena_format(arena, "%zu", number);
}

/* A tag of HTML, with those of ClearSilver in it, or one of ClearSilver at text; or a piece of no
 * bytes. */
static struct piece tag_at(const char *text, const char *end) {
    bool is_html = *text == '<' && !text_starts_with(text, "<?cs");
    const char *at = text;

    while (at < end && *text == '<') {
        if (text_starts_with(at, "<?cs")) {
            const char *stop = memmem(at, (size_t)(end - at), "?>", 2);

            at = stop ? stop + 2 : end;
            if (stop && !is_html)
                return (struct piece){text, (size_t)(at - text)};
        } else if (*at++ == '>')
            return (struct piece){text, (size_t)(at - text)};
    }
    return (struct piece){text, 0};
}

/* false: too many tags, or too long. */
static bool words_read(struct words *words, struct arena *arena) {
    const char *at = words->inner.from, *end = at + words->inner.length;
    size_t numbered = 0;
    struct buffer key;

    buffer_init(&key, arena, TEXT_MAX);
    while (at < end) {
        struct piece tag = tag_at(at, end);

        if (tag.length) {
            if (words->place_count == PLACES_MAX)
                return false;
            const char *name = place_name(arena, tag, numbered + 1);
            numbered += text_is_digit(*name);
            words->places[words->place_count].tag = tag;
            words->places[words->place_count++].name = name;
            buffer_format(&key, "{%s}", name);
            at += tag.length;
        } else if (is_blank(*at)) {
            buffer_text(&key, " ");
            while (at < end && is_blank(*at))
                at++;
        } else
            buffer_add(&key, at++, 1);
    }
    words->key = key.bytes;
    return !buffer_is_full(&key);
}

/* ---- what the language says ---- */

/* The tag that stands at "{name}", each once where a name is there twice; NULL: none. */
static const struct piece *place_take(struct words *words, const char *name, size_t length) {
    for (size_t at = 0; at < words->place_count; at++)
        if (!words->places[at].is_used && strlen(words->places[at].name) == length &&
            memcmp(words->places[at].name, name, length) == 0) {
            words->places[at].is_used = true;
            return &words->places[at].tag;
        }
    return NULL;
}

/* Mails without markup keep short lines: a paragraph of several lines becomes several again. */
static const char *folded(struct arena *arena, const char *said) {
    char *copy = arena_text(arena, said), *blank = NULL;
    size_t column = 0;

    for (char *at = copy; *at; at++) {
        if (*at == ' ')
            blank = at;
        if (*at == '{') {
            at += strcspn(at, "}") - 1;
            column += PLACE_WIDTH;
        } else if (((unsigned char)*at & 0xc0) != 0x80)
            column++;
        if (column > LINE_MAX && blank) {
            *blank = '\n';
            column = text_utf8_count(blank + 1) - text_utf8_count(at);
            blank = NULL;
        }
    }
    return copy;
}

/* false: its places are not those of the text. */
static bool said_write(struct words *words, const char *said, struct buffer *out) {
    while (*said) {
        size_t length = *said == '{' ? strcspn(said, "}") : 0;

        if (length && said[length]) {
            const struct piece *tag = place_take(words, said + 1, length - 1);

            if (!tag)
                return false;
            buffer_add(out, tag->from, tag->length);
            said += length + 1;
        } else
            buffer_add(out, said++, 1);
    }
    for (size_t at = 0; at < words->place_count; at++)
        if (!words->places[at].is_used)
            return false;
    return true;
}

/* ---- one text after the other ---- */

/* from .. end is what stands between the braces; without the blanks around it. false: it is empty,
 * or too long. */
static bool text_read(const char *from, const char *end, struct arena *arena, struct words *words) {
    const char *context = memrchr(from, '|', (size_t)(end - from));

    words->context = context ? arena_copy(arena, context + 1, (size_t)(end - context - 1)) : NULL;
    words->inner = (struct piece){from, (size_t)((context ? context : end) - from)};
    return words_read(words, arena) && *words->key;
}

static bool text_translate(const char *from, const char *end, const struct language *language,
                           struct arena *arena, struct buffer *out, const char **out_reason) {
    struct words words = {0};
    const char *last = end, *said = NULL;

    while (from < last && is_blank(*from))
        buffer_add(out, from++, 1);
    while (last > from && is_blank(last[-1]))
        last--;
    if (!text_read(from, last, arena, &words)) {
        *out_reason = fault(arena, "a text is empty, or too long", words.key ? words.key : "");
        return false;
    }
    if (language)
        said = language_find(language, words.context, words.key);
    if (said && memchr(words.inner.from, '\n', words.inner.length))
        said = folded(arena, said);
    if (!said)
        buffer_add(out, words.inner.from, words.inner.length);
    else if (!said_write(&words, said, out)) {
        *out_reason = fault(arena, "a translation has other places than its text", words.key);
        return false;
    }
    buffer_add(out, last, (size_t)(end - last));
    return true;
}

/* The end of the text that begins at from, a "{{"; NULL with *out_reason: it has none. */
static const char *end_of(const char *from, struct arena *arena, const char **out_reason) {
    const char *end = strstr(from + 2, "}}");

    if (!end)
        *out_reason = fault(arena, "\"{{\" without \"}}\"", from);
    return end;
}

char *template_translate(const char *source, const struct language *language, struct arena *arena,
                         const char **out_reason) {
    struct buffer out;
    const char *from;

    buffer_init(&out, arena, SOURCE_MAX);
    while ((from = strstr(source, "{{"))) {
        const char *end = end_of(from, arena, out_reason);

        buffer_add(&out, source, (size_t)(from - source));
        if (!end || !text_translate(from + 2, end, language, arena, &out, out_reason))
            return NULL;
        source = end + 2;
    }
    buffer_text(&out, source);
    if (buffer_is_full(&out)) {
        *out_reason = "a template is larger than 1 MB";
        return NULL;
    }
    char *copy = strdup(out.bytes);
    assert(copy);
    return copy;
}

bool template_texts(const char *source, struct arena *arena, template_text each, void *to,
                    const char **out_reason) {
    const char *from;
    int line = 1;

    while ((from = strstr(source, "{{"))) {
        const char *end = end_of(from, arena, out_reason), *last = end;
        struct words words = {0};

        if (!end)
            return false;
        for (; source < from; source++)
            line += *source == '\n';
        for (from += 2; from < last && is_blank(*from);)
            from++;
        while (last > from && is_blank(last[-1]))
            last--;
        if (!text_read(from, last, arena, &words)) {
            *out_reason = fault(arena, "a text is empty, or too long", from);
            return false;
        }
        each(words.context, words.key, line, to);
        for (; source < end + 2; source++)
            line += *source == '\n';
    }
    return true;
}
