/* text.c - is text fit to be kept, and the three ways to write it out. */
#include "modules/sandbox/sandbox.h"

#include <string.h>

/* Length of the UTF-8 sequence at p, 0 when it is not one. */
static size_t sequence_length(const unsigned char *p, size_t left) {
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    uint32_t point;

    if (length <= 1)
        return length;
    if (p[0] > 0xf4 || length > left)
        return 0;
    point = p[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (p[i] & 0x3f);
    }
    if (point < smallest[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    /* XML has no way to write these two. */
    if (point == 0xfffe || point == 0xffff)
        return 0;
    return length;
}

bool text_is_clean(const char *text, size_t length) {
    const unsigned char *p = (const unsigned char *)text;

    for (size_t i = 0; i < length;) {
        size_t step = sequence_length(p + i, length - i);

        if (step == 0)
            return false;
        if (p[i] < 0x20 && p[i] != '\t' && p[i] != '\n' && p[i] != '\r')
            return false;
        i += step;
    }
    return true;
}

void text_write_json(struct evbuffer *out, const char *text) {
    evbuffer_add(out, "\"", 1);
    while (*text != '\0') {
        size_t plain = 0;

        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\')
            plain++;
        evbuffer_add(out, text, plain);
        text += plain;
        if (*text != '\0')
            evbuffer_add_printf(out, "\\u%04x", (unsigned char)*text++);
    }
    evbuffer_add(out, "\"", 1);
}

void text_write_xml(struct evbuffer *out, const char *text) {
    while (*text != '\0') {
        size_t plain = strcspn(text, "<>&\"'\r\n\t");

        evbuffer_add(out, text, plain);
        text += plain;
        if (*text != '\0')
            evbuffer_add_printf(out, "&#%d;", *text++);
    }
}

void text_write_url(struct evbuffer *out, const char *text) {
    static const char plain_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_.";

    while (*text != '\0') {
        size_t plain = strspn(text, plain_bytes);

        evbuffer_add(out, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        if (*text == ' ')
            evbuffer_add(out, "+", 1);
        else
            evbuffer_add_printf(out, "%%%02X", (unsigned char)*text);
        text++;
    }
}
