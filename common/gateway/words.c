#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "common/core/text.h"
#include "common/gateway/driver.h"

/* Shorter runs are dates, amounts and codes that a person needs to read. */
enum { MASKED_DIGITS = 8 };

static uint32_t code_point(const unsigned char *at, size_t length) {
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t point = at[0] & masks[length];

    for (size_t index = 1; index < length; index++)
        point = point << 6 | (at[index] & 0x3f);
    return point;
}

/* Control characters, line separators, and the marks that turn the reading direction: those let
 * a text show something else than it says. */
static bool is_control(uint32_t point) {
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x200e || point == 0x200f ||
           (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

static size_t digit_run(const char *at, const char *end) {
    size_t run = 0;

    while (at + run < end && text_is_digit(at[run]))
        run++;
    return run;
}

/* text_utf8_length() relies on a NUL at the end: here the length is what counts. */
static size_t character_length(const char *at, const char *end) {
    char copy[5] = {0};
    size_t left = (size_t)(end - at);

    memcpy(copy, at, left < 4 ? left : 4);
    return *copy ? text_utf8_length(copy) : 1;
}

void gateway_words(const char *bytes, size_t length, char *out, size_t size) {
    const char *end = bytes + length;
    size_t used = 0, masked = 0;

    assert(size > 0);
    while (bytes < end) {
        size_t step = character_length(bytes, end);
        const char *piece = bytes;
        size_t piece_length = step ? step : 1;

        if (!masked && text_is_digit(*bytes)) {
            size_t run = digit_run(bytes, end);

            masked = run >= MASKED_DIGITS ? run : 0;
            /* A short run is copied as a whole, so that its tail is not counted anew. */
            piece_length = masked ? 1 : run;
        }
        if (masked) {
            masked--;
            piece = "*";
        } else if (!step) {
            piece = "?";
        } else if (!text_is_digit(*bytes) &&
                   is_control(code_point((const unsigned char *)bytes, step))) {
            piece = " ";
        }
        size_t add = piece == bytes ? piece_length : 1;
        if (add >= size - used)
            break;
        memcpy(out + used, piece, add);
        used += add;
        bytes += piece_length;
    }
    out[used] = '\0';
}

bool gateway_token(const char *text, char *out, size_t size) {
    size_t length = strlen(text);

    out[0] = '\0';
    if (length >= size)
        return false;
    for (size_t at = 0; at < length; at++)
        if (!text_is_url_safe(text[at]))
            return false;
    memcpy(out, text, length + 1);
    return true;
}
