#include "common/page/values.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/core/log.h"
#include "common/page/hdf.h"

enum { PATH_BYTES = 256, WALK_DEPTH_MAX = 16 };

/* The root, and what its nodes share. A page has some hundred values, so nodes and texts of ours
 * lie in the arena, and nothing of them is freed singly. Beside them there may be nodes that
 * ClearSilver made (of a file it read, or a set: in a provider's template): those of ours are known
 * by fileload_ctx, which it looks at in the root only. */
struct tree {
    HDF root;
    struct arena *arena;
    HDF *filling;  /* a list that was made item by item, or NULL: */
    size_t filled; /* it has the items below this, and no others */
};

static struct tree *tree_of(HDF *node) {
    return (struct tree *)node->top;
}

/* Out of memory, or a name that cannot be one: both are ours. */
static void values_must(NEOERR *error) {
    if (error == STATUS_OK)
        return;
    nerr_ignore(&error);
    LOG(LOG_LEVEL_ERROR, "values.failed", LOG_NONE);
    abort();
}

/* Frees what is ClearSilver's. */
static void children_clean(HDF *node) {
    for (HDF *child = node->child; child;) {
        HDF *next = child->next;

        if (child->child || child->hash)
            children_clean(child);
        if (child->alloc_value)
            free(child->value);
        for (HDF_ATTR *attribute = child->attr; attribute;) {
            HDF_ATTR *other = attribute->next;

            free(attribute->key);
            free(attribute->value);
            free(attribute);
            attribute = other;
        }
        if (!child->fileload_ctx) {
            free(child->name);
            free(child);
        }
        child = next;
    }
    if (node->hash)
        ne_hash_destroy(&node->hash);
}

static void tree_clean(void *context) {
    struct tree *tree = context;

    children_clean(&tree->root);
}

struct values *values_in(struct arena *arena) {
    struct tree *tree = arena_alloc(arena, sizeof *tree);

    tree->root.top = &tree->root;
    tree->arena = arena;
    arena_defer(arena, tree_clean, tree);
    return (struct values *)&tree->root;
}

/* after: the last child, or NULL. name is kept, not copied. */
static HDF *child_link(HDF *parent, HDF *after, HDF *child, const char *name, size_t length) {
    struct tree *tree = tree_of(parent);

    child->fileload_ctx = tree;
    child->top = parent->top;
    child->name = (char *)name;
    child->name_len = (int)length;
    if (after)
        after->next = child;
    else
        parent->child = child;
    parent->last_child = child;
    if (tree->filling == parent)
        tree->filling = NULL;
    return child;
}

static HDF *child_add(HDF *parent, HDF *after, const char *name, size_t length) {
    HDF *child = arena_alloc(tree_of(parent)->arena, sizeof *child + length + 1);

    return child_link(parent, after, child, memcpy(child + 1, name, length), length);
}

/* The child called by the first length bytes of name, or NULL and *out_last the last of them. */
static HDF *child_find(HDF *parent, const char *name, size_t length, HDF **out_last) {
    HDF *last = NULL;

    for (HDF *child = parent->child; child; last = child, child = child->next)
        if ((size_t)child->name_len == length && *child->name == *name &&
            memcmp(child->name, name, length) == 0)
            return child;
    *out_last = last;
    return NULL;
}

/* The same, made when absent. */
static HDF *child_of(HDF *parent, const char *name, size_t length) {
    HDF *child, *last;

    assert(length);
    if (parent->hash || parent->link) {
        char text[PATH_BYTES];

        assert(length < sizeof text);
        *(char *)mempcpy(text, name, length) = '\0';
        values_must(hdf_get_node(parent, text, &child));
        return child;
    }
    child = child_find(parent, name, length, &last);
    return child ? child : child_add(parent, last, name, length);
}

static HDF *path_of(HDF *node, const char *path) {
    for (;;) {
        const char *end = strchrnul(path, '.');

        node = child_of(node, path, (size_t)(end - path));
        if (!*end)
            return node;
        path = end + 1;
    }
}

HDF *hdf_find(HDF *node, const char *path) {
    while (node) {
        const char *rest = NULL;

        if (node->hash || node->link)
            return hdf_get_obj(node, path);
        for (node = node->child; node && !(rest = name_skip(node->name, path)); node = node->next)
            continue;
        if (!node || !*rest)
            break;
        path = rest + 1;
    }
    return node && node->link ? hdf_get_obj(node->top, node->value) : node;
}

void values_set(struct values *node, const char *name, const char *text) {
    if (!text)
        return;
    HDF *child = path_of(hdf_of(node), name);

    if (text == child->value)
        return;
    if (child->alloc_value)
        free(child->value);
    child->alloc_value = 0;
    child->value = arena_text(tree_of(child)->arena, text);
}

void values_lend(struct values *node, const struct value *values, size_t count) {
    HDF *parent = hdf_of(node), *last = NULL;
    HDF *children = arena_array(tree_of(parent)->arena, count, sizeof *children);

    assert(!parent->child && !parent->hash && !parent->link);
    for (size_t at = 0; at < count; at++)
        if (values[at].text) {
            const char *name = values[at].name;

            last = child_link(parent, last, &children[at], name, strlen(name));
            last->value = (char *)values[at].text;
        }
}

void values_set_int(struct values *node, const char *name, long number) {
    char text[24];

    snprintf(text, sizeof text, "%ld", number);
    values_set(node, name, text);
}

struct values *values_child(struct values *node, const char *name) {
    return (struct values *)path_of(hdf_of(node), name);
}

struct values *values_item(struct values *node, const char *name, size_t index) {
    HDF *list = path_of(hdf_of(node), name), *item;
    struct tree *tree = tree_of(list);
    char digits[24], *start = digits + sizeof digits;
    size_t number = index;

    do
        *--start = (char)('0' + number % 10);
    while (number /= 10);
    size_t length = (size_t)(digits + sizeof digits - start);
    /* Items come in their order: the next one is not looked for among all those before it. */
    bool is_next = list->child ? tree->filling == list && tree->filled == index : index == 0;
    if (!is_next)
        return (struct values *)child_of(list, start, length);
    item = child_add(list, list->last_child, start, length);
    tree->filling = list;
    tree->filled = index + 1;
    return (struct values *)item;
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
    NEOERR *error = nerr_init();
    if (error == STATUS_OK)
        error = hdf_read_file(hdf_of(node), file);
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

        /* A name too long to be one of ours is told by its beginning. */
        if (snprintf(path, sizeof path, "%s%s%s", above, *above ? "." : "", hdf_obj_name(child)) <
            0)
            continue;
        if (hdf_obj_value(child))
            each(path, hdf_obj_value(child), context);
        if (depth < WALK_DEPTH_MAX)
            walk(child, path, depth + 1, each, context);
    }
}

void values_walk(struct values *node, values_each each, void *context) {
    walk(hdf_of(node), "", 0, each, context);
}
