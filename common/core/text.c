#include "common/core/text.h"

#include <string.h>
#include <strings.h>

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

size_t text_utf8_length(const char *text) {
    const unsigned char *b = (const unsigned char *)text;

    if (b[0] < 0x80)
        return 1;
    if (b[0] >= 0xC2 && b[0] <= 0xDF)
        return is_continuation(text[1]) ? 2 : 0;
    if (b[0] >= 0xE0 && b[0] <= 0xEF) {
        if (!is_continuation(text[1]) || !is_continuation(text[2]))
            return 0;
        if ((b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xED && b[1] > 0x9F))
            return 0;
        return 3;
    }
    if (b[0] >= 0xF0 && b[0] <= 0xF4) {
        if (!is_continuation(text[1]) || !is_continuation(text[2]) || !is_continuation(text[3]))
            return 0;
        if ((b[0] == 0xF0 && b[1] < 0x90) || (b[0] == 0xF4 && b[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

bool text_is_utf8(const char *bytes, size_t length) {
    for (size_t at = 0; at < length;) {
        size_t left = length - at;
        char next[5] = ""; /* no byte behind the end is looked at */

        memcpy(next, bytes + at, left < 4 ? left : 4);
        size_t step = *next ? text_utf8_length(next) : 0;
        if (!step)
            return false;
        at += step;
    }
    return true;
}

size_t text_utf8_count(const char *text) {
    size_t count = 0;

    for (; *text; text++)
        count += !is_continuation(*text);
    return count;
}

bool text_is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool text_is_alnum(char c) {
    return text_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool text_is_digits(const char *text, size_t max_length) {
    size_t length = 0;

    for (; text[length]; length++)
        if (length >= max_length || !text_is_digit(text[length]))
            return false;
    return length > 0;
}

bool text_is_url_safe(char c) {
    return text_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool text_equal(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

bool text_equal_ignoring_case(const char *a, const char *b) {
    return strcasecmp(a, b) == 0;
}

bool text_starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

char *text_trim(struct arena *arena, const char *text) {
    size_t length;

    text += strspn(text, " \t");
    length = strlen(text);
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return arena_copy(arena, text, length);
}

char *text_lower(struct arena *arena, const char *text) {
    char *copy = arena_text(arena, text);

    for (char *at = copy; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return copy;
}

static int hex_digit(char c) {
    if (text_is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

char *text_url_decode(struct arena *arena, const char *bytes, size_t length, size_t *out_length) {
    char *out = arena_alloc(arena, length + 1);
    size_t used = 0;

    for (size_t at = 0; at < length; at++) {
        if (bytes[at] == '+') {
            out[used++] = ' ';
        } else if (bytes[at] == '%') {
            int high = at + 2 < length ? hex_digit(bytes[at + 1]) : -1;
            int low = at + 2 < length ? hex_digit(bytes[at + 2]) : -1;

            if (high < 0 || low < 0)
                return NULL;
            out[used++] = (char)(high * 16 + low);
            at += 2;
        } else {
            out[used++] = bytes[at];
        }
    }
    *out_length = used;
    return out;
}

bool text_to_int(const char *text, int64_t *out_number) {
    int64_t number = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (!text_is_digit(*text) || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *text - '0', &number))
            return false;
    }
    *out_number = number;
    return true;
}

void text_to_hex(const unsigned char *bytes, size_t length, char *out) {
    static const char digits[] = "0123456789abcdef";

    for (size_t at = 0; at < length; at++) {
        *out++ = digits[bytes[at] >> 4];
        *out++ = digits[bytes[at] & 15];
    }
    *out = '\0';
}

bool text_from_hex(const char *text, unsigned char *out_bytes, size_t length) {
    if (strlen(text) != 2 * length)
        return false;
    for (size_t at = 0; at < length; at++) {
        int high = hex_digit(text[2 * at]), low = hex_digit(text[2 * at + 1]);

        if (high < 0 || low < 0)
            return false;
        out_bytes[at] = (unsigned char)(high * 16 + low);
    }
    return true;
}

bool text_is_zip(const char *text) {
    size_t length = strlen(text);

    for (size_t at = 0; at < length; at++)
        if (at == 5 ? text[at] != '-' : !text_is_digit(text[at]))
            return false;
    return length == 5 || length == 10;
}
