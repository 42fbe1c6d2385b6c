#include "common/program/settings_words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"

enum { FILE_MAX = 4 * 1024 * 1024, FILE_ARENA = FILE_MAX + 1024 };

/* RESULT_NOT_FOUND: there is no such file. */
static enum result file_read(const char *path, struct arena *arena, const char **out_text) {
    FILE *file = fopen(path, "rbe");

    if (!file)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_FAILED;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    bool is_read = size >= 0 && size <= FILE_MAX && fseek(file, 0, SEEK_SET) == 0;
    char *text = is_read ? arena_alloc(arena, (size_t)size + 1) : NULL;

    is_read = is_read && fread(text, 1, (size_t)size, file) == (size_t)size &&
              !memchr(text, '\0', (size_t)size);
    fclose(file);
    *out_text = text;
    return is_read ? RESULT_OK : RESULT_FAILED;
}

/* RESULT_NOT_FOUND: there is no such file. Of it only what language_read() keeps stays in memory.
 */
static enum result words_read(const char *path, struct language *language, struct arena *arena,
                              const char **out_reason) {
    struct arena *scratch = arena_new(FILE_ARENA);
    const char *text;
    enum result result = file_read(path, scratch, &text);

    *out_reason = "cannot be read, or is larger than 4 MB";
    if (result == RESULT_OK && !language_read(language, arena, text, out_reason))
        result = RESULT_INVALID;
    arena_free(scratch);
    return result;
}

static bool code_is_valid(const char *code) {
    size_t length = strlen(code);

    for (const char *at = code; *at; at++)
        if (!text_is_alnum(*at) && *at != '-')
            return false;
    return length >= 2 && length < LANGUAGE_CODE_SIZE;
}

static void language_open(struct settings *settings, struct arena *arena, const char *code,
                          settings_wrong wrong, void *context) {
    struct language *language = language_new(arena, code);
    bool is_there = text_equal(code, "en"); /* it stands in the templates */

    for (size_t at = 0; at < settings->folder_count; at++) {
        const char *path = arena_format(arena, "%s/words/%s.po", settings->folders[at], code);
        const char *reason;
        enum result result = words_read(path, language, arena, &reason);

        if (result == RESULT_NOT_FOUND)
            continue;
        is_there = true;
        if (result != RESULT_OK)
            wrong(path, reason, context);
    }
    if (!is_there)
        wrong("Site.Languages",
              arena_format(arena, "names %s, and no template folder has words/%s.po", code, code),
              context);
    settings->languages.list[settings->languages.count++] = language;
}

void settings_words_finish(struct settings *settings, struct arena *arena, settings_wrong wrong,
                           void *context) {
    static const char between[] = ", ";
    const char *at = settings->language_codes + strspn(settings->language_codes, between);

    if (text_equal(settings->program, "remit") || text_equal(settings->program, "drafter")) {
        settings->languages.list[settings->languages.count++] = language_new(arena, "en");
        return;
    }
    while (*at) {
        size_t length = strcspn(at, between);
        const char *code = arena_copy(arena, at, length);

        if (settings->languages.count == LANGUAGES_MAX || !code_is_valid(code) ||
            languages_find(&settings->languages, code)) {
            wrong("Site.Languages", "must be different codes as in en, es: eight at the most",
                  context);
            return;
        }
        language_open(settings, arena, code, wrong, context);
        at += length;
        at += strspn(at, between);
    }
    if (!settings->languages.count)
        wrong("Site.Languages", "names no language", context);
}
