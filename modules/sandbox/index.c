/*
 * index.c - a hash index that may hold many items under one key, newest first.
 *
 * Nodes stay in the order they were added, so that growing can rebuild the
 * chains in that order however many items share a key.
 */
#include "modules/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX
#define BUCKETS_AT_FIRST 1024u

uint64_t index_hash(const char *text, int64_t number) {
    uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)number;

    /* FNV-1a: nobody attacks the sandbox with chosen keys. */
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash * UINT64_C(0x9e3779b97f4a7c15);
}

static uint32_t bucket_of(const struct index *index, uint64_t hash) {
    return (uint32_t)(hash >> 32) & (index->bucket_count - 1);
}

static void link_node(struct index *index, uint32_t at) {
    uint32_t *head = &index->buckets[bucket_of(index, index->nodes[at].hash)];

    index->nodes[at].next = *head;
    *head = at;
}

static void grow(struct index *index) {
    uint32_t room = index->room ? index->room * 2 : BUCKETS_AT_FIRST;

    index->nodes = memory_grow(index->nodes, room * sizeof(*index->nodes));
    index->buckets = memory_grow(index->buckets, room * sizeof(*index->buckets));
    index->room = room;
    index->bucket_count = room;
    memset(index->buckets, 0xff, room * sizeof(*index->buckets));
    for (uint32_t i = 0; i < index->count; i++)
        if (index->nodes[i].item != NULL)
            link_node(index, i);
}

void index_add(struct index *index, uint64_t hash, void *item) {
    if (index->count == index->room)
        grow(index);
    index->nodes[index->count] = (struct index_node){.hash = hash, .item = item};
    link_node(index, index->count++);
}

void index_remove(struct index *index, uint64_t hash, const void *item) {
    uint32_t *link;

    if (index->count == 0)
        return;
    link = &index->buckets[bucket_of(index, hash)];
    while (*link != NONE && index->nodes[*link].item != item)
        link = &index->nodes[*link].next;
    if (*link != NONE) {
        index->nodes[*link].item = NULL;
        *link = index->nodes[*link].next;
    }
}

const struct index_node *index_next(const struct index *index, uint64_t hash,
                                    const struct index_node *after) {
    uint32_t at;

    if (index->count == 0)
        return NULL;
    at = after ? after->next : index->buckets[bucket_of(index, hash)];
    while (at != NONE && index->nodes[at].hash != hash)
        at = index->nodes[at].next;
    return at == NONE ? NULL : &index->nodes[at];
}

void index_release(struct index *index) {
    free(index->nodes);
    free(index->buckets);
    *index = (struct index){0};
}
