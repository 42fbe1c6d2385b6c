#include "common/core/words.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "common/core/text.h"
#include "common/core/words_table.h"

struct language {
    char code[LANGUAGE_CODE_SIZE];
    const char *name;
    struct words_table *tables; /* in the order they were read */
};

static const struct language *spoken;

static uint32_t hash_of(const char *context, const char *text) {
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (const char *at = context ? context : ""; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    hash = (hash ^ 4u) * 16777619u;
    for (const char *at = text; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    return hash;
}

static bool is_same(const char *a, const char *b) {
    return a && b ? text_equal(a, b) : a == b;
}

static struct words_entry *slot_of(const struct words_table *table, const char *context,
                                   const char *text) {
    size_t at = hash_of(context, text) & table->mask;

    while (table->slots[at].text &&
           !(text_equal(table->slots[at].text, text) && is_same(table->slots[at].context, context)))
        at = (at + 1) & table->mask;
    return &table->slots[at];
}

struct words_table *words_table_new(struct arena *arena, size_t entries) {
    struct words_table *table = arena_alloc(arena, sizeof *table);
    size_t slots = 16;

    while (slots < 2 * entries)
        slots *= 2;
    *table = (struct words_table){.slots = arena_alloc(arena, slots * sizeof *table->slots),
                                  .mask = slots - 1};
    return table;
}

bool words_table_add(struct words_table *table, const struct words_entry *entry) {
    struct words_entry *slot = slot_of(table, entry->context, entry->text);

    if (slot->text)
        return false;
    assert(table->count < table->mask);
    table->count++;
    *slot = *entry;
    return true;
}

struct language *language_new(struct arena *arena, const char *code) {
    struct language *language = arena_alloc(arena, sizeof *language);

    assert(strlen(code) < sizeof language->code);
    memcpy(language->code, code, strlen(code) + 1);
    return language;
}

const char *language_code(const struct language *language) {
    return language->code;
}

const char *language_name(const struct language *language) {
    if (language->name)
        return language->name;
    return text_equal(language->code, "en") ? "English" : language->code;
}

bool language_read(struct language *language, struct arena *arena, const char *text,
                   const char **out_reason) {
    struct words_table **last = &language->tables, *table;
    const char *name = NULL;

    if (!words_po_read(arena, text, &table, &name, out_reason))
        return false;
    if (name && !language->name)
        language->name = name;
    while (*last)
        last = &(*last)->next;
    *last = table;
    return true;
}

const char *language_find(const struct language *language, const char *context, const char *text) {
    for (const struct words_table *table = language->tables; table; table = table->next) {
        const struct words_entry *entry = slot_of(table, context, text);

        if (entry->text)
            return entry->said;
    }
    return NULL;
}

void language_speak(const struct language *language) {
    spoken = language;
}

const struct language *language_spoken(void) {
    return spoken;
}

const char *say_in(const char *context, const char *text) {
    /* English has no table, unless the provider words something differently. */
    if (!spoken || !spoken->tables)
        return text;
    const char *said = language_find(spoken, context, text);
    return said ? said : text;
}

const char *say(const char *text) {
    return say_in(NULL, text);
}

/* ---- which one ---- */

/* The bytes of code before the first '-'. */
static size_t main_part(const char *code) {
    return strcspn(code, "-");
}

static const struct language *found(const struct languages *languages, const char *code,
                                    size_t length) {
    for (size_t at = 0; at < languages->count; at++) {
        const char *own = languages->list[at]->code;

        if (strlen(own) == length && strncasecmp(own, code, length) == 0)
            return languages->list[at];
    }
    return NULL;
}

static const struct language *found_whole_or_part(const struct languages *languages,
                                                  const char *code, size_t length) {
    const struct language *language = found(languages, code, length);
    size_t part = main_part(code);

    return language || part >= length ? language : found(languages, code, part);
}

const struct language *languages_find(const struct languages *languages, const char *code) {
    return found_whole_or_part(languages, code, strlen(code));
}

/* Thousandths of ";q=0.8"; 1000 when it is not there, 0 for what cannot be read. */
static int weight_of(const char *range, size_t length) {
    const char *at = memchr(range, ';', length), *end = range + length;
    int weight, step = 100;

    if (!at)
        return 1000;
    for (at++; at < end && (*at == ' ' || *at == '\t'); at++)
        ;
    if (end - at < 3 || (*at != 'q' && *at != 'Q') || at[1] != '=' || !text_is_digit(at[2]))
        return 0;
    weight = at[2] == '0' ? 0 : 1000;
    at += 3;
    if (weight || at == end || *at != '.')
        return weight;
    for (at++; at < end && text_is_digit(*at) && step; at++, step /= 10)
        weight += (*at - '0') * step;
    return weight;
}

const struct language *languages_asked(const struct languages *languages, const char *header) {
    const struct language *best = languages->count ? languages->list[0] : NULL;
    int best_weight = 0;

    while (*header) {
        header += strspn(header, ", \t");
        size_t length = strcspn(header, ","), name = strcspn(header, ";, \t");
        const struct language *language = found_whole_or_part(languages, header, name);
        int weight = weight_of(header, length);

        if (language && weight > best_weight) {
            best = language;
            best_weight = weight;
        }
        header += length;
    }
    return best;
}
