#include "common/core/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"

enum { FIRST_BYTES = 256 };

void buffer_init(struct buffer *buffer, struct arena *arena, size_t limit_bytes) {
    *buffer = (struct buffer){.arena = arena, .limit = limit_bytes};
    buffer->capacity = limit_bytes < FIRST_BYTES ? limit_bytes : FIRST_BYTES;
    buffer->bytes = arena_alloc(arena, buffer->capacity + 1);
}

static void buffer_move(struct buffer *buffer, size_t capacity) {
    char *bytes = arena_raw(buffer->arena, capacity + 1);

    memcpy(bytes, buffer->bytes, buffer->length + 1);
    buffer->bytes = bytes;
    buffer->capacity = capacity;
}

static bool buffer_reserve(struct buffer *buffer, size_t length) {
    if (buffer->full || length > buffer->limit - buffer->length) {
        buffer->full = true;
        return false;
    }
    if (length <= buffer->capacity - buffer->length)
        return true;

    size_t capacity = buffer->capacity;
    while (capacity - buffer->length < length)
        capacity = capacity > buffer->limit / 2 ? buffer->limit : capacity * 2;

    buffer_move(buffer, capacity);
    return true;
}

void buffer_expect(struct buffer *buffer, size_t length) {
    if (length > buffer->limit - buffer->length)
        length = buffer->limit - buffer->length;
    if (length > buffer->capacity - buffer->length)
        buffer_move(buffer, buffer->length + length);
}

void buffer_add_slowly(struct buffer *buffer, const void *bytes, size_t length) {
    if (length && buffer_reserve(buffer, length))
        buffer_add(buffer, bytes, length);
}

void buffer_text(struct buffer *buffer, const char *text) {
    buffer_add(buffer, text, strlen(text));
}

void buffer_format(struct buffer *buffer, const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    const char *text = arena_format_v(buffer->arena, format, arguments);
    va_end(arguments);
    buffer_text(buffer, text);
}

void buffer_json(struct buffer *buffer, const char *text) {
    buffer_add(buffer, "\"", 1);
    for (const char *at = text; *at;) {
        size_t length = text_utf8_length(at);
        unsigned char byte = (unsigned char)*at;

        if (!length) {
            buffer_text(buffer, "\\ufffd");
            at++;
            continue;
        }
        if (byte == '"' || byte == '\\') {
            buffer_add(buffer, "\\", 1);
            buffer_add(buffer, at, 1);
        } else if (byte < 0x20 || byte == 0x7f) {
            char escape[8];

            snprintf(escape, sizeof escape, "\\u%04x", byte);
            buffer_text(buffer, escape);
        } else {
            buffer_add(buffer, at, length);
        }
        at += length;
    }
    buffer_add(buffer, "\"", 1);
}

static void buffer_percent(struct buffer *buffer, const char *text) {
    static const char digits[] = "0123456789ABCDEF";

    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        char escape[3] = {'%', digits[byte >> 4], digits[byte & 15]};

        if (text_is_url_safe(*text))
            buffer_add(buffer, text, 1);
        else
            buffer_add(buffer, escape, sizeof escape);
    }
}

void buffer_url_pair(struct buffer *buffer, const char *name, const char *value) {
    if (buffer->length)
        buffer_add(buffer, "&", 1);
    buffer_percent(buffer, name);
    buffer_add(buffer, "=", 1);
    buffer_percent(buffer, value);
}

bool buffer_is_full(const struct buffer *buffer) {
    return buffer->full;
}
