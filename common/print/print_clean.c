#include <string.h>

#include "common/core/text.h"
#include "common/print/sheet.h"

enum { LEFT_OUT = 0, AS_SPACE = ' ' };

static unsigned code_of(const char *text, size_t length) {
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned code = (unsigned char)*text & masks[length];

    for (size_t at = 1; at < length; at++)
        code = code << 6 | ((unsigned char)text[at] & 0x3f);
    return code;
}

/* What becomes of a character: itself, a space or nothing. */
static unsigned code_clean(unsigned code) {
    if (code == '\n')
        return code;
    if (code == '\t' || code == 0x0b || code == 0x0c || code == 0x85 || code == 0x2028 ||
        code == 0x2029)
        return AS_SPACE;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0))
        return LEFT_OUT;
    /* Marks, embeddings, overrides and isolates of direction; what stands above or below a text. */
    if (code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
        (code >= 0x2066 && code <= 0x2069) || code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb))
        return LEFT_OUT;
    return code;
}

static bool is_clean(const char *text) {
    while (*text) {
        size_t length = text_utf8_length(text);

        if (!length || code_clean(code_of(text, length)) != code_of(text, length))
            return false;
        text += length;
    }
    return true;
}

const char *print_clean(struct arena *arena, const char *text) {
    static const char replacement[] = {'\xef', '\xbf', '\xbd'};

    if (is_clean(text))
        return text;
    /* U+FFFD for a byte that is no UTF-8 makes three of one. */
    size_t length_max = strlen(text) * (text_is_utf8(text, strlen(text)) ? 1 : sizeof replacement);
    char *out = arena_alloc(arena, length_max + 1), *end = out;

    while (*text) {
        size_t length = text_utf8_length(text);
        unsigned code = length ? code_clean(code_of(text, length)) : 0xfffd;

        if (!length) {
            memcpy(end, replacement, sizeof replacement);
            end += sizeof replacement;
            text++;
            continue;
        }
        if (code == AS_SPACE) {
            *end++ = ' ';
        } else if (code != LEFT_OUT) {
            memcpy(end, text, length);
            end += length;
        }
        text += length;
    }
    return out;
}
