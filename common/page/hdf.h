/* hdf.h - what the files of common/page share; nobody else includes it: ClearSilver defines
 * STATUS_OK, TRUE, BOOL and other common words. */
#ifndef REMIT_PAGE_HDF_H
#define REMIT_PAGE_HDF_H

#include <ClearSilver/ClearSilver.h>

#include "common/page/values.h"

/* struct values is HDF under a name of ours. */
static inline HDF *hdf_of(struct values *node) {
    return (HDF *)node;
}

#endif
