#include "common/mail/encode.h"

#include <stdint.h>
#include <string.h>

#include "common/core/text.h"

enum {
    LINE_MAX_BYTES = 76, /* of a line with an encoded word, and of quoted-printable */
    PLAIN_MAX = 60,      /* longer text is encoded, so that it can be folded */
    WORD_FRAME = 12      /* "=?utf-8?Q?" and "?=" */
};

static const char digits[] = "0123456789ABCDEF";

/* ---- characters ---- */

static uint32_t code_point(const char *text, size_t length) {
    const unsigned char *b = (const unsigned char *)text;

    if (length == 1)
        return b[0];
    if (length == 2)
        return (b[0] & 0x1fU) << 6 | (b[1] & 0x3fU);
    if (length == 3)
        return (b[0] & 0x0fU) << 12 | (b[1] & 0x3fU) << 6 | (b[2] & 0x3fU);
    return (b[0] & 0x07U) << 18 | (b[1] & 0x3fU) << 12 | (b[2] & 0x3fU) << 6 | (b[3] & 0x3fU);
}

static bool is_control(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static bool turns_direction(uint32_t c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
           c == 0x200f || c == 0x061c;
}

const char *encode_clean_line(struct arena *arena, const char *text, size_t max_characters) {
    struct buffer clean;

    buffer_init(&clean, arena, strlen(text) + 1);
    for (size_t count = 0; *text && count < max_characters; count++) {
        size_t length = text_utf8_length(text);
        uint32_t c = length ? code_point(text, length) : 0;

        if (!length)
            buffer_text(&clean, "?");
        else if (is_control(c))
            buffer_text(&clean, " ");
        else if (!turns_direction(c))
            buffer_add(&clean, text, length);
        text += length ? length : 1;
    }
    return text_trim(arena, clean.bytes);
}

/* ---- headers ---- */

/* "=?" would be taken for an encoded word, and a quote would end a phrase. */
static bool is_plain(const char *text, bool is_phrase) {
    for (const char *at = text; *at; at++)
        if (*at < 0x20 || *at > 0x7e || (is_phrase && (*at == '"' || *at == '\\')))
            return false;
    return strlen(text) <= PLAIN_MAX && !strstr(text, "=?");
}

/* What every reader of RFC 2047 takes as it is, in a phrase too. */
static bool is_word_safe(char c) {
    return text_is_alnum(c) || (c && strchr("!*+-/", c));
}

/* One character of length bytes as part of a word; returns its width. out NULL: only that. */
static size_t word_character(struct buffer *out, const char *text, size_t length) {
    size_t width = 0;

    for (size_t at = 0; at < length; at++) {
        unsigned char byte = (unsigned char)text[at];
        char escape[3] = {'=', digits[byte >> 4], digits[byte & 15]};
        bool is_single = is_word_safe(text[at]) || byte == ' ';

        width += is_single ? 1 : sizeof escape;
        if (out)
            buffer_add(out, is_single ? (byte == ' ' ? "_" : text + at) : escape,
                       is_single ? 1 : sizeof escape);
    }
    return width;
}

/* A character is never cut in two (RFC 2047, 5). */
static size_t header_words(struct buffer *out, size_t column, const char *text) {
    bool is_open = false;

    while (*text) {
        size_t length = text_utf8_length(text);
        size_t width = word_character(NULL, text, length);

        if (!is_open && column + WORD_FRAME + width > LINE_MAX_BYTES) {
            buffer_text(out, "\r\n ");
            column = 1;
        }
        if (is_open && column + width + 2 > LINE_MAX_BYTES) {
            buffer_text(out, "?=\r\n ");
            column = 1;
            is_open = false;
        }
        if (!is_open) {
            buffer_text(out, "=?utf-8?Q?");
            column += WORD_FRAME - 2;
            is_open = true;
        }
        column += word_character(out, text, length);
        text += length;
    }
    if (!is_open)
        return column;
    buffer_text(out, "?=");
    return column + 2;
}

size_t encode_header(struct buffer *out, size_t column, const char *text, bool is_phrase) {
    const char *quote = is_phrase ? "\"" : "";

    if (!is_plain(text, is_phrase))
        return header_words(out, column, text);
    buffer_format(out, "%s%s%s", quote, text, quote);
    return column + strlen(text) + 2 * strlen(quote);
}

/* ---- bodies ---- */

/* A point alone ends a mail in SMTP, and "From " begins another one in old mail boxes: neither ever
 * begins a line. */
static bool body_is_plain(const char *text, size_t column) {
    char c = *text;

    if (column == 0 && (c == '.' || text_starts_with(text, "From ")))
        return false;
    if (c == ' ' || c == '\t')
        return text[1] && text[1] != '\n' && text[1] != '\r';
    return c > 0x20 && c < 0x7f && c != '=';
}

static size_t body_character(struct buffer *out, const char *text, size_t length, size_t column) {
    bool is_single = length == 1 && body_is_plain(text, column);
    size_t width = is_single ? 1 : 3 * length;

    /* One byte is kept for the '=' of a break that is none. */
    if (column + width >= LINE_MAX_BYTES) {
        buffer_text(out, "=\r\n");
        return body_character(out, text, length, 0);
    }
    if (is_single)
        buffer_add(out, text, 1);
    for (size_t at = 0; !is_single && at < length; at++) {
        unsigned char byte = (unsigned char)text[at];
        char escape[3] = {'=', digits[byte >> 4], digits[byte & 15]};

        buffer_add(out, escape, sizeof escape);
    }
    return column + width;
}

void encode_body(struct buffer *out, const char *text) {
    size_t column = 0;

    for (bool is_cr = false; *text;) {
        size_t length = text_utf8_length(text);
        bool is_line_end = *text == '\n' || *text == '\r';

        if (is_line_end && !(is_cr && *text == '\n')) {
            buffer_text(out, "\r\n");
            column = 0;
        } else if (!length) {
            column = body_character(out, "?", 1, column);
        } else if (!is_line_end && (*text == '\t' || !is_control(code_point(text, length)))) {
            column = body_character(out, text, length, column);
        }
        is_cr = *text == '\r';
        text += length ? length : 1;
    }
    if (column)
        buffer_text(out, "\r\n");
}
