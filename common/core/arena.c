#include "common/core/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/log.h"

/* Most texts that are put together are shorter than FORMAT_BYTES, and put together once. */
enum { CHUNK_BYTES = 32 * 1024, FORMAT_BYTES = 256 };

struct chunk {
    struct chunk *next;
    size_t size, used;
    max_align_t bytes[];
};

struct deferred {
    struct deferred *next;
    void (*clean)(void *context);
    void *context;
};

struct arena {
    struct chunk *chunks;
    struct deferred *deferred;
    size_t limit_bytes, used_bytes;
};

static _Noreturn void arena_die(const char *event, size_t bytes) {
    LOG(LOG_LEVEL_ERROR, event, LOG_INT("bytes", (int64_t)bytes));
    abort();
}

struct arena *arena_new(size_t limit_bytes) {
    struct arena *arena = calloc(1, sizeof *arena);

    if (!arena)
        arena_die("memory.exhausted", sizeof *arena);
    arena->limit_bytes = limit_bytes;
    return arena;
}

void arena_free(struct arena *arena) {
    if (!arena)
        return;
    for (struct deferred *each = arena->deferred; each; each = each->next)
        each->clean(each->context);
    for (struct chunk *chunk = arena->chunks; chunk;) {
        struct chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
    free(arena);
}

static struct chunk *chunk_add(struct arena *arena, size_t size) {
    size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    struct chunk *chunk = malloc(sizeof *chunk + room);

    if (!chunk)
        arena_die("memory.exhausted", room);
    chunk->size = room;
    chunk->used = 0;
    /* A large piece goes behind the current chunk, so that the rest of that one stays in use. */
    if (size > CHUNK_BYTES && arena->chunks) {
        chunk->next = arena->chunks->next;
        arena->chunks->next = chunk;
    } else {
        chunk->next = arena->chunks;
        arena->chunks = chunk;
    }
    return chunk;
}

void *arena_raw(struct arena *arena, size_t size) {
    const size_t align = sizeof(max_align_t);
    struct chunk *chunk = arena->chunks;

    if (size > arena->limit_bytes)
        arena_die("memory.limit", size);
    size = (size + align - 1) / align * align;
    arena->used_bytes += size;
    if (arena->used_bytes > arena->limit_bytes)
        arena_die("memory.limit", arena->used_bytes);
    if (!chunk || chunk->size - chunk->used < size)
        chunk = chunk_add(arena, size);

    char *bytes = (char *)chunk->bytes + chunk->used;
    chunk->used += size;
    return bytes;
}

void *arena_alloc(struct arena *arena, size_t size) {
    return memset(arena_raw(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        arena_die("memory.limit", SIZE_MAX);
    return arena_alloc(arena, bytes);
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length) {
    char *copy = arena_raw(arena, length + 1);

    if (length)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *arena_text(struct arena *arena, const char *text) {
    return arena_copy(arena, text, strlen(text));
}

char *arena_format_v(struct arena *arena, const char *format, va_list arguments) {
    char text[FORMAT_BYTES];
    va_list again;

    va_copy(again, arguments);
    int length = vsnprintf(text, sizeof text, format, again);
    va_end(again);
    if (length < 0)
        arena_die("memory.format", 0);
    if (length < FORMAT_BYTES)
        return arena_copy(arena, text, (size_t)length);

    char *whole = arena_raw(arena, (size_t)length + 1);
    vsnprintf(whole, (size_t)length + 1, format, arguments);
    return whole;
}

char *arena_join(struct arena *arena, const char *first, const char *second) {
    size_t first_length = strlen(first), second_length = strlen(second);
    char *text = arena_raw(arena, first_length + second_length + 1);

    memcpy(mempcpy(text, first, first_length), second, second_length + 1);
    return text;
}

char *arena_format(struct arena *arena, const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    char *text = arena_format_v(arena, format, arguments);
    va_end(arguments);
    return text;
}

void arena_defer(struct arena *arena, void (*clean)(void *context), void *context) {
    struct deferred *each = arena_alloc(arena, sizeof *each);

    *each = (struct deferred){arena->deferred, clean, context};
    arena->deferred = each;
}

size_t arena_used(const struct arena *arena) {
    return arena->used_bytes;
}
