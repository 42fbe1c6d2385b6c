#include "common/page/page.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/page/hdf.h"

enum { PAGES_MAX = 64, PATH_BYTES = 256 }; /* PATH_BYTES is what hdf_search_path() writes to */

struct one_page {
    const char *name;
    CSPARSE *tree;
    size_t bytes; /* of the last one that was made of it */
};

struct pages {
    struct one_page list[PAGES_MAX];
    size_t count;
    HDF *settings; /* the values trees are parsed with, and keep between renders */
    HDF *shared;
    struct commands commands;
    char missing[PATH_BYTES]; /* the first file that was asked for and is not there */
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
    char path[PATH_BYTES];
    NEOERR *error = *name == '/' ? STATUS_OK : hdf_search_path(hdf, name, path);

    if (error == STATUS_OK)
        error = ne_load_file(*name == '/' ? name : path, out_text);
    if (error != STATUS_OK && !*pages->missing)
        snprintf(pages->missing, sizeof pages->missing, "%s", name);
    return nerr_pass(error);
}

static bool is_plain_text(const char *name) {
    size_t length = strlen(name), suffix = strlen(".txt");

    return length > suffix && text_equal(name + length - suffix, ".txt");
}

static NEOERR *page_parse(struct pages *pages, const char *name) {
    struct one_page *page = &pages->list[pages->count];
    char file[200], path[PATH_BYTES];
    NEOERR *error;

    snprintf(file, sizeof file, "%s.cs", name);
    page->name = name;
    /* Read when a tree is made, and never again; an unset one escapes nothing. */
    error = hdf_set_value(pages->settings, "Config.VarEscapeMode",
                          is_plain_text(name) ? "none" : "html");
    if (error == STATUS_OK)
        error = cs_init(&page->tree, pages->settings);
    if (error != STATUS_OK)
        return nerr_pass(error);
    pages->count++;
    error = cgi_register_strfuncs(page->tree);
    if (error != STATUS_OK)
        return nerr_pass(error);
    cs_register_fileload(page->tree, pages, page_load);
    /* By its whole path, which errors name together with the line. */
    error = hdf_search_path(pages->settings, file, path);
    if (error == STATUS_OK)
        error = cs_parse_file(page->tree, path);
    if (error == STATUS_OK && *pages->missing)
        return nerr_raise(NERR_NOT_FOUND, "%s includes %s, which is not there", file,
                          pages->missing);
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
                       struct values *shared, struct arena *arena, struct pages **out_pages,
                       const char **out_reason) {
    struct pages *pages = calloc(1, sizeof *pages);
    NEOERR *error = nerr_init();

    assert(pages);
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
    for (size_t at = 0; at < pages->count; at++) {
        tree_measure(&pages->commands, pages->list[at].tree->tree);
        pages->list[at].tree->global_hdf = pages->shared;
    }
    *out_pages = pages;
    return RESULT_OK;
}

void pages_close(struct pages *pages) {
    if (!pages)
        return;
    for (size_t at = 0; at < pages->count; at++)
        cs_destroy(&pages->list[at].tree);
    hdf_destroy(&pages->settings);
    free(pages);
}

enum result page_render(struct pages *pages, const char *name, struct values *values,
                        struct buffer *out) {
    struct one_page *page = pages->list;

    while (page < pages->list + pages->count && !text_equal(page->name, name))
        page++;
    assert(page < pages->list + pages->count);

    page->tree->hdf = hdf_of(values);
    buffer_expect(out, page->bytes + page->bytes / 8);
    NEOERR *error = tree_render(&pages->commands, page->tree, out);
    page->tree->hdf = pages->settings; /* never keep a dead request */
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
