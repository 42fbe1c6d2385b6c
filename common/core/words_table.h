/* words_table.h - what the two files of words.h share: entries by their text, and reading .po. */
#ifndef REMIT_CORE_WORDS_TABLE_H
#define REMIT_CORE_WORDS_TABLE_H

#include "common/core/words.h"

struct words_entry {
    const char *context; /* NULL: none */
    const char *text, *said;
};

struct words_table {
    struct words_entry *slots; /* a power of two of them, at least half of them free */
    size_t mask, count;
    struct words_table *next;
};

struct words_table *words_table_new(struct arena *arena, size_t entries);
/* false: it is there already. */
bool words_table_add(struct words_table *table, const struct words_entry *entry);

/* *out_name: how the language calls itself, in arena; untouched when the file does not say. */
bool words_po_read(struct arena *arena, const char *text, struct words_table **out_table,
                   const char **out_name, const char **out_reason);

#endif
