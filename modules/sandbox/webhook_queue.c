/* webhook_queue.c - what is sent next: a heap by time, then by order. */
#include "modules/sandbox/webhook.h"

#include <stdlib.h>

static bool is_before(const struct send_entry *a, const struct send_entry *b) {
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct send_entry *a, struct send_entry *b) {
    struct send_entry kept = *a;

    *a = *b;
    *b = kept;
}

void send_queue_add(struct send_queue *queue, int64_t at, uint64_t order, int64_t number) {
    size_t place = queue->count++;

    if (place == queue->room) {
        queue->room = queue->room ? queue->room * 2 : 256;
        queue->heap = memory_grow(queue->heap, queue->room * sizeof(*queue->heap));
    }
    queue->heap[place] = (struct send_entry){.at = at, .order = order, .number = number};
    while (place > 0 && is_before(&queue->heap[place], &queue->heap[(place - 1) / 2])) {
        swap(&queue->heap[place], &queue->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
}

bool send_queue_take(struct send_queue *queue, int64_t at, struct send_entry *out_entry) {
    if (queue->count == 0 || queue->heap[0].at > at)
        return false;
    *out_entry = queue->heap[0];
    queue->heap[0] = queue->heap[--queue->count];
    for (size_t place = 0, child; (child = 2 * place + 1) < queue->count; place = child) {
        if (child + 1 < queue->count && is_before(&queue->heap[child + 1], &queue->heap[child]))
            child++;
        if (!is_before(&queue->heap[child], &queue->heap[place]))
            break;
        swap(&queue->heap[child], &queue->heap[place]);
    }
    return true;
}

void send_queue_release(struct send_queue *queue) {
    free(queue->heap);
    *queue = (struct send_queue){0};
}

void random_seed(uint64_t *random, int64_t seed) {
    /* The low bit keeps it from zero, where xorshift would stay. */
    *random = index_hash("shuffle", seed) | 1;
}

uint64_t random_next(uint64_t *random) {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    /* The multiplication hides how like each other neighbours are. */
    return *random * UINT64_C(0x2545f4914f6cdd1d);
}
