/*
 * arena.h - memory that lives exactly as long as one request or one command.
 *
 * Allocate freely, free nothing: arena_free() returns everything at once, after running what was
 * registered with arena_defer() in reverse order. Running out of memory or past the limit ends
 * the process: the supervisor starts a fresh one, and a half-done payment is found by its row.
 */
#ifndef REMIT_CORE_ARENA_H
#define REMIT_CORE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* limit_bytes: the most this arena may ever hold. Never returns NULL. */
struct arena *arena_new(size_t limit_bytes);

/* Accepts NULL. */
void arena_free(struct arena *arena);

/* Zeroed, aligned for any type; size 0 is allowed. Never returns NULL. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same, not zeroed: for bytes that are written before they are read. */
void *arena_raw(struct arena *arena, size_t size);

/* count * size, refused (process ends) when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of length bytes with a NUL after them. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);
char *arena_text(struct arena *arena, const char *text);
/* One text after the other; where every row of a page needs it, much cheaper than a format. */
char *arena_join(struct arena *arena, const char *first, const char *second);

char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_format_v(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Ties a handle to the arena: clean(context) runs inside arena_free(). */
void arena_defer(struct arena *arena, void (*clean)(void *context), void *context);

size_t arena_used(const struct arena *arena);

#endif
