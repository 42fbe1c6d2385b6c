/* due.c - who is next: a heap by time, then by id, so that the journal is the same each time. */
#include "modules/sandbox/sandbox.h"

#include <stdlib.h>

static bool is_before(const struct due_entry *a, const struct due_entry *b) {
    return a->at != b->at ? a->at < b->at : a->transaction->id < b->transaction->id;
}

static void swap(struct due_entry *a, struct due_entry *b) {
    struct due_entry kept = *a;

    *a = *b;
    *b = kept;
}

void due_add(struct due *due, int64_t at, struct transaction *transaction) {
    size_t place = due->count++;

    if (place == due->room) {
        due->room = due->room ? due->room * 2 : 256;
        due->heap = memory_grow(due->heap, due->room * sizeof(*due->heap));
    }
    due->heap[place] = (struct due_entry){.at = at, .transaction = transaction};
    while (place > 0 && is_before(&due->heap[place], &due->heap[(place - 1) / 2])) {
        swap(&due->heap[place], &due->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
}

struct transaction *due_take(struct due *due, int64_t now, int64_t *out_at) {
    struct transaction *first;

    if (due->count == 0 || due->heap[0].at > now)
        return NULL;
    first = due->heap[0].transaction;
    *out_at = due->heap[0].at;
    due->heap[0] = due->heap[--due->count];
    for (size_t place = 0, child; (child = 2 * place + 1) < due->count; place = child) {
        if (child + 1 < due->count && is_before(&due->heap[child + 1], &due->heap[child]))
            child++;
        if (!is_before(&due->heap[child], &due->heap[place]))
            break;
        swap(&due->heap[child], &due->heap[place]);
    }
    return first;
}

void due_release(struct due *due) {
    free(due->heap);
    *due = (struct due){0};
}
