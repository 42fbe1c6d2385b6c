/*
 * extract.c - the texts of templates, for translators and for those who look whether all are there.
 *
 *   extract FILE...              prints them as entries of a .po file
 *   extract --render CODE PO IN OUT   writes the template IN in a language ("": English) to OUT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/page/translate.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static void fail(const char *file, const char *why) {
    fprintf(stderr, "extract: %s: %s\n", file, why);
    exit(1);
}

static char *file_read(struct arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = arena_alloc(arena, ARENA_BYTES / 16);

    if (!file)
        fail(path, "cannot be read");
    size_t length = fread(text, 1, ARENA_BYTES / 16 - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

static void quoted_print(const char *word, const char *text) {
    printf("%s \"", word);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    puts("\"");
}

static void entry_print(const char *context, const char *text, int line, void *to) {
    printf("\n#: %s:%d\n", (const char *)to, line);
    if (context)
        quoted_print("msgctxt", context);
    quoted_print("msgid", text);
    puts("msgstr \"\"");
}

static void template_render(struct arena *arena, char **argv) {
    struct language *language = *argv[0] ? language_new(arena, argv[0]) : NULL;
    const char *reason = "";

    if (language && !language_read(language, arena, file_read(arena, argv[1]), &reason))
        fail(argv[1], reason);
    char *text = template_translate(file_read(arena, argv[2]), language, arena, &reason);
    FILE *out = fopen(argv[3], "wb");
    if (!text || !out || fputs(text, out) < 0 || fclose(out) != 0)
        fail(argv[2], text ? "cannot be written" : reason);
    free(text);
}

int main(int argc, char **argv) {
    struct arena *arena = arena_new(ARENA_BYTES);
    const char *reason = "";

    if (argc == 6 && text_equal(argv[1], "--render")) {
        template_render(arena, argv + 2);
        arena_free(arena);
        return 0;
    }
    puts("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"");
    for (int at = 1; at < argc; at++) {
        struct arena *one = arena_new(ARENA_BYTES);

        if (!template_texts(file_read(one, argv[at]), one, entry_print, argv[at], &reason))
            fail(argv[at], reason);
        arena_free(one);
    }
    arena_free(arena);
    return 0;
}
