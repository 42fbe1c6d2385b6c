/* memory.c - allocation that ends the process rather than return NULL. */
#include "modules/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

void *memory_get(size_t size_bytes) {
    void *memory = calloc(1, size_bytes ? size_bytes : 1);

    if (memory == NULL)
        abort();
    return memory;
}

void *memory_grow(void *old, size_t size_bytes) {
    void *memory = realloc(old, size_bytes);

    if (memory == NULL)
        abort();
    return memory;
}

char *memory_copy(const char *text) {
    char *copy = strdup(text);

    if (copy == NULL)
        abort();
    return copy;
}
