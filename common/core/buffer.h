/*
 * buffer.h - bytes that grow inside an arena up to a limit set at birth.
 *
 * The bytes always end in a NUL that is not counted. Past the limit the buffer keeps what it has,
 * drops the rest and says so: callers append freely and ask buffer_is_full() once.
 */
#ifndef REMIT_CORE_BUFFER_H
#define REMIT_CORE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "common/core/arena.h"

struct buffer {
    struct arena *arena;
    char *bytes; /* never NULL */
    size_t length, capacity, limit;
    bool full;
};

void buffer_init(struct buffer *buffer, struct arena *arena, size_t limit_bytes);
/* Room for length more bytes at once, within the limit: for what is known to become large. */
void buffer_expect(struct buffer *buffer, size_t length);
/* Here, because a page is put together of some thousand pieces. */
void buffer_add_slowly(struct buffer *buffer, const void *bytes, size_t length);
static inline void buffer_add(struct buffer *buffer, const void *bytes, size_t length) {
    if (buffer->full || length > buffer->capacity - buffer->length) {
        buffer_add_slowly(buffer, bytes, length);
        return;
    }
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
}
void buffer_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* text as a JSON string, quotes included; bytes that are not valid UTF-8 become U+FFFD. */
void buffer_json(struct buffer *buffer, const char *text);

/* name=value for application/x-www-form-urlencoded, with '&' before it unless it is the first.
 * Everything but letters, digits, '-', '.', '_' and '~' is percent-encoded ('+' too). */
void buffer_url_pair(struct buffer *buffer, const char *name, const char *value);

/* true: something did not fit. */
bool buffer_is_full(const struct buffer *buffer);

#endif
