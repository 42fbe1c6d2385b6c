#include "common/page/values.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/core/log.h"
#include "common/page/hdf.h"

enum { PATH_BYTES = 256, WALK_DEPTH_MAX = 16 };

/* Out of memory, or a name that cannot be one: both are ours. */
static void values_must(NEOERR *error) {
    if (error == STATUS_OK)
        return;
    nerr_ignore(&error);
    LOG(LOG_LEVEL_ERROR, "values.failed", LOG_NONE);
    abort();
}

struct values *values_new(void) {
    HDF *hdf;

    values_must(hdf_init(&hdf));
    return (struct values *)hdf;
}

void values_free(struct values *root) {
    HDF *hdf = hdf_of(root);

    if (hdf)
        hdf_destroy(&hdf);
}

static void values_clean(void *context) {
    values_free(context);
}

struct values *values_in(struct arena *arena) {
    struct values *root = values_new();

    arena_defer(arena, values_clean, root);
    return root;
}

void values_set(struct values *node, const char *name, const char *text) {
    if (text)
        values_must(hdf_set_value(hdf_of(node), name, text));
}

void values_set_int(struct values *node, const char *name, long number) {
    char text[24];

    snprintf(text, sizeof text, "%ld", number);
    values_set(node, name, text);
}

struct values *values_child(struct values *node, const char *name) {
    HDF *child;

    values_must(hdf_get_node(hdf_of(node), name, &child));
    return (struct values *)child;
}

struct values *values_item(struct values *node, const char *name, size_t index) {
    char path[PATH_BYTES];

    snprintf(path, sizeof path, "%s.%zu", name, index);
    return values_child(node, path);
}

const char *values_text(struct values *node, const char *name) {
    return values_text_or(node, name, "");
}

const char *values_text_or(struct values *node, const char *name, const char *fallback) {
    return hdf_get_value(hdf_of(node), name, fallback);
}

struct values *values_first(struct values *node, const char *name) {
    return (struct values *)hdf_get_child(hdf_of(node), name);
}

struct values *values_next(struct values *node) {
    return (struct values *)hdf_obj_next(hdf_of(node));
}

const char *values_name(struct values *node) {
    return hdf_obj_name(hdf_of(node));
}

const char *values_own_text(struct values *node) {
    const char *text = hdf_obj_value(hdf_of(node));

    return text ? text : "";
}

enum result values_load(struct values *node, const char *file, struct arena *arena,
                        const char **out_reason) {
    STRING text;

    /* hdf_read_file looks in the current folder for a relative name, so only whole paths go in. */
    assert(file[0] == '/');
    if (access(file, R_OK) != 0)
        return RESULT_NOT_FOUND;
    NEOERR *error = hdf_read_file(hdf_of(node), file);
    if (error == STATUS_OK)
        return RESULT_OK;
    string_init(&text);
    nerr_error_string(error, &text);
    *out_reason = arena_text(arena, text.buf ? text.buf : "unreadable");
    string_clear(&text);
    nerr_ignore(&error);
    return RESULT_INVALID;
}

static void walk(HDF *hdf, const char *above, int depth, values_each each, void *context) {
    for (HDF *child = hdf_obj_child(hdf); child; child = hdf_obj_next(child)) {
        char path[PATH_BYTES];

        snprintf(path, sizeof path, "%s%s%s", above, *above ? "." : "", hdf_obj_name(child));
        if (hdf_obj_value(child))
            each(path, hdf_obj_value(child), context);
        if (depth < WALK_DEPTH_MAX)
            walk(child, path, depth + 1, each, context);
    }
}

void values_walk(struct values *node, values_each each, void *context) {
    walk(hdf_of(node), "", 0, each, context);
}
