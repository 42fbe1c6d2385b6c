/* hdf.h - what the files of common/page share; nobody else includes it: ClearSilver defines
 * STATUS_OK, TRUE, BOOL and other common words. */
#ifndef REMIT_PAGE_HDF_H
#define REMIT_PAGE_HDF_H

#include <ClearSilver/ClearSilver.h>

#include "common/core/buffer.h"
#include "common/page/values.h"

/* struct values is HDF under a name of ours. */
static inline HDF *hdf_of(struct values *node) {
    return (HDF *)node;
}

/* What follows name in path ("" or ".more"), or NULL: the path begins otherwise. */
static inline const char *name_skip(const char *name, const char *path) {
    for (; *name && *name == *path; name++)
        path++;
    return *name || (*path && *path != '.') ? NULL : path;
}

/* The node at the end of path, or NULL. As hdf_get_obj(), which looks at each name as a text. */
HDF *hdf_find(HDF *node, const char *path);

/* The numbers of the commands that tree_render() carries out itself. */
struct commands {
    int text, var, branch, each, call;
};
NEOERR *commands_learn(struct commands *out_commands);

/* Writes the length of each text of a parsed template beside it, once; ClearSilver has no use for
 * the number there. */
void tree_measure(const struct commands *commands, CSTREE *node);

/* Renders a template that was parsed and measured into out, as cs_render() would. */
NEOERR *tree_render(const struct commands *commands, CSPARSE *parse, struct buffer *out);

#endif
