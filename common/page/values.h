/*
 * values.h - named texts in a tree: what a template shows, and what a settings file holds (HDF).
 *
 * Values arrive finished: money and dates as text. A tree lives for one request (made fresh each
 * time, never cleared and refilled: ClearSilver 0.10.5 keeps a stale child pointer then).
 */
#ifndef REMIT_PAGE_VALUES_H
#define REMIT_PAGE_VALUES_H

#include <stddef.h>

#include "common/core/arena.h"
#include "common/core/result.h"

struct values; /* a node */

/* The root of a tree that lives as long as arena. Never NULL. */
struct values *values_in(struct arena *arena);

/* name may be a path ("Invoice.Total"). text is copied; NULL leaves the value out. */
void values_set(struct values *node, const char *name, const char *text);
void values_set_int(struct values *node, const char *name, long number);
/* All values of a node that has none yet, at once, for the rows of long lists. Each name is another
 * one, and no path. Neither names nor texts are copied: they have to live as long as the tree, as
 * constants do and what lies in its arena. A text that is NULL is left out. */
struct value {
    const char *name, *text;
};
void values_lend(struct values *node, const struct value *values, size_t count);

/* The child called name, made when absent; a borrowed part of the tree. */
struct values *values_child(struct values *node, const char *name);
/* The index-th item below name ("Invoices", 3). Cheapest in their order. */
struct values *values_item(struct values *node, const char *name, size_t index);

/* "" when absent. */
const char *values_text(struct values *node, const char *name);
/* fallback when absent. */
const char *values_text_or(struct values *node, const char *name, const char *fallback);

/* The first child of name and the next sibling, NULL at the end; their names and texts. */
struct values *values_first(struct values *node, const char *name);
struct values *values_next(struct values *node);
const char *values_name(struct values *node);
const char *values_own_text(struct values *node);

/* Reads an HDF file into node. RESULT_NOT_FOUND, or RESULT_INVALID with the reason in
 * *out_reason (in arena). */
MUST_CHECK enum result values_load(struct values *node, const char *file, struct arena *arena,
                                   const char **out_reason);

/* Everything below node as "Name.path" and text, in order: for checking settings. */
typedef void (*values_each)(const char *path, const char *text, void *context);
void values_walk(struct values *node, values_each each, void *context);

#endif
