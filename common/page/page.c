#include "common/page/page.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/page/hdf.h"
#include "common/page/translate.h"

/* PATH_BYTES is what hdf_search_path() writes to. */
enum { PAGES_MAX = 64, PATH_BYTES = 256, SCRATCH_BYTES = 16 * 1024 * 1024 };

struct one_page {
    const char *name;
    CSPARSE *trees[LANGUAGES_MAX];
    size_t bytes; /* of the last one that was made of it */
};

struct pages {
    struct one_page list[PAGES_MAX];
    size_t count;
    HDF *settings; /* the values trees are parsed with, and keep between renders */
    HDF *shared;
    struct commands commands;
    struct languages languages;      /* at least one; NULL in it: English as templates have it */
    const struct language *language; /* the one whose tree is being made */
    struct arena *scratch;           /* of that tree */
    const char *untranslated;        /* why its text could not be taken over; NULL: it could */
    char missing[PATH_BYTES];        /* the first file that was asked for and is not there */
};

static const char *error_text(struct arena *arena, NEOERR *error) {
    STRING text;

    string_init(&text);
    nerr_error_traceback(error, &text);
    const char *copy = arena_text(arena, text.buf ? text.buf : "unknown");
    string_clear(&text);
    nerr_ignore(&error);
    return copy;
}

/* An include of a file that is not there is passed over without a word (0.10.5): its name is kept,
 * so that it stops the start as well. */
static NEOERR *page_load(void *context, HDF *hdf, const char *name, char **out_text) {
    struct pages *pages = context;
    char path[PATH_BYTES], *source = NULL;
    NEOERR *error = *name == '/' ? STATUS_OK : hdf_search_path(hdf, name, path);

    if (error == STATUS_OK)
        error = ne_load_file(*name == '/' ? name : path, &source);
    if (error != STATUS_OK) {
        if (!*pages->missing)
            snprintf(pages->missing, sizeof pages->missing, "%s", name);
        return nerr_pass(error);
    }
    *out_text = template_translate(source, pages->language, pages->scratch, &pages->untranslated);
    free(source);
    if (!*out_text)
        return nerr_raise(NERR_PARSE, "%s: %s", name, pages->untranslated);
    return STATUS_OK;
}

static bool is_plain_text(const char *name) {
    size_t length = strlen(name), suffix = strlen(".txt");

    return length > suffix && text_equal(name + length - suffix, ".txt");
}

static NEOERR *tree_parse(struct pages *pages, const char *name, CSPARSE **out_tree) {
    char file[200], path[PATH_BYTES];
    NEOERR *error;

    snprintf(file, sizeof file, "%s.cs", name);
    /* Read when a tree is made, and never again; an unset one escapes nothing. */
    error = hdf_set_value(pages->settings, "Config.VarEscapeMode",
                          is_plain_text(name) ? "none" : "html");
    if (error == STATUS_OK)
        error = cs_init(out_tree, pages->settings);
    if (error == STATUS_OK)
        error = cgi_register_strfuncs(*out_tree);
    if (error != STATUS_OK)
        return nerr_pass(error);
    cs_register_fileload(*out_tree, pages, page_load);
    /* By its whole path, which errors name together with the line. */
    error = hdf_search_path(pages->settings, file, path);
    if (error == STATUS_OK)
        error = cs_parse_file(*out_tree, path);
    if (error == STATUS_OK && *pages->missing)
        return nerr_raise(NERR_NOT_FOUND, "%s includes %s, which is not there", file,
                          pages->missing);
    if (error == STATUS_OK && pages->untranslated)
        return nerr_raise(NERR_PARSE, "%s: %s", file, pages->untranslated);
    return nerr_pass(error);
}

static NEOERR *page_parse(struct pages *pages, const char *name) {
    struct one_page *page = &pages->list[pages->count++];
    NEOERR *error = STATUS_OK;

    page->name = name;
    for (size_t at = 0; at < pages->languages.count && error == STATUS_OK; at++) {
        pages->scratch = arena_new(SCRATCH_BYTES);
        pages->language = pages->languages.list[at];
        error = tree_parse(pages, name, &page->trees[at]);
        arena_free(pages->scratch);
    }
    return nerr_pass(error);
}

static NEOERR *pages_settings(struct pages *pages, const char *const *folders,
                              size_t folder_count) {
    NEOERR *error = hdf_init(&pages->settings);

    for (size_t at = 0; at < folder_count && error == STATUS_OK; at++) {
        char path[64];

        /* Searched in the order they are set, not by their number. */
        snprintf(path, sizeof path, "hdf.loadpaths.%zu", at);
        error = hdf_set_value(pages->settings, path, folders[at]);
    }
    return nerr_pass(error);
}

enum result pages_open(const char *const *names, const char *const *folders, size_t folder_count,
                       const struct languages *languages, struct values *shared,
                       struct arena *arena, struct pages **out_pages, const char **out_reason) {
    struct pages *pages = calloc(1, sizeof *pages);
    NEOERR *error = nerr_init();

    assert(pages);
    pages->languages = languages ? *languages : (struct languages){.count = 1};
    pages->shared = hdf_of(shared);
    if (error == STATUS_OK)
        error = commands_learn(&pages->commands);
    if (error == STATUS_OK)
        error = pages_settings(pages, folders, folder_count);
    for (; *names && error == STATUS_OK; names++) {
        assert(pages->count < PAGES_MAX);
        error = page_parse(pages, *names);
    }
    if (error != STATUS_OK) {
        *out_reason = error_text(arena, error);
        pages_close(pages);
        return RESULT_INVALID;
    }
    for (size_t at = 0; at < pages->count; at++)
        for (size_t language = 0; language < pages->languages.count; language++) {
            tree_measure(&pages->commands, pages->list[at].trees[language]->tree);
            pages->list[at].trees[language]->global_hdf = pages->shared;
        }
    *out_pages = pages;
    return RESULT_OK;
}

void pages_close(struct pages *pages) {
    if (!pages)
        return;
    for (size_t at = 0; at < pages->count; at++)
        for (size_t language = 0; language < pages->languages.count; language++)
            if (pages->list[at].trees[language])
                cs_destroy(&pages->list[at].trees[language]);
    hdf_destroy(&pages->settings);
    free(pages);
}

/* The tree in the language spoken; in the first one, when it is none of theirs. */
static CSPARSE *tree_spoken(const struct pages *pages, const struct one_page *page) {
    size_t at = pages->languages.count - 1;

    while (at > 0 && pages->languages.list[at] != language_spoken())
        at--;
    return page->trees[at];
}

enum result page_render(struct pages *pages, const char *name, struct values *values,
                        struct buffer *out) {
    struct one_page *page = pages->list;

    while (page < pages->list + pages->count && !text_equal(page->name, name))
        page++;
    assert(page < pages->list + pages->count);

    CSPARSE *tree = tree_spoken(pages, page);
    tree->hdf = hdf_of(values);
    buffer_expect(out, page->bytes + page->bytes / 8);
    NEOERR *error = tree_render(&pages->commands, tree, out);
    tree->hdf = pages->settings; /* never keep a dead request */
    if (error != STATUS_OK) {
        LOG(LOG_LEVEL_ERROR, "page.render", LOG_TEXT("page", name),
            LOG_TEXT("error", error_text(out->arena, error)));
        return RESULT_FAILED;
    }
    if (buffer_is_full(out)) {
        LOG(LOG_LEVEL_ERROR, "page.too_large", LOG_TEXT("page", name));
        return RESULT_FAILED;
    }
    page->bytes = out->length;
    return RESULT_OK;
}
