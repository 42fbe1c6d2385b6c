/*
 * reader.h - a mail read as a mail program would read it, and found fault with: for the tests of
 * this folder.
 */
#ifndef REMIT_TESTS_MAIL_READER_H
#define REMIT_TESTS_MAIL_READER_H

#include <string.h>

#include "common/core/buffer.h"
#include "common/core/text.h"
#include "tests/support/test.h"

enum { HEADERS_MAX = 32 };

struct header {
    const char *name, *value; /* unfolded */
};

struct mail {
    struct header headers[HEADERS_MAX];
    size_t count;
    const char *text, *html; /* decoded; line ends are LF */
};

static const char *header_of(const struct mail *mail, const char *name) {
    const char *value = NULL;

    for (size_t at = 0; at < mail->count; at++)
        if (text_equal_ignoring_case(mail->headers[at].name, name)) {
            assert_null(value);
            value = mail->headers[at].value;
        }
    assert_non_null(value);
    return value;
}

/* Returns what is behind the empty line. */
static const char *headers_read(struct arena *arena, const char *bytes, struct mail *mail) {
    while (!text_starts_with(bytes, "\r\n")) {
        const char *end = strstr(bytes, "\r\n");

        assert_non_null(end);
        while (end[2] == ' ' || end[2] == '\t')
            end = strstr(end + 2, "\r\n");
        char *line = arena_copy(arena, bytes, (size_t)(end - bytes)), *to = line;
        for (const char *from = line; *from; from++)
            if (*from != '\r' && *from != '\n')
                *to++ = *from;
        *to = '\0';
        char *colon = strstr(line, ": ");
        assert_non_null(colon);
        *colon = '\0';
        assert_true(mail->count < HEADERS_MAX);
        mail->headers[mail->count++] = (struct header){line, colon + 2};
        bytes = end + 2;
    }
    return bytes + 2;
}

static int hex(char c) {
    const char *digits = "0123456789ABCDEF", *found = c ? strchr(digits, c) : NULL;

    assert_non_null(found);
    return (int)(found - digits);
}

/* Encoded words of RFC 2047 and what stands between them; spaces between two words are none. */
static const char *words_decode(struct arena *arena, const char *text) {
    struct buffer out;
    bool was_word = false;

    buffer_init(&out, arena, 64 * 1024);
    while (*text) {
        if (!text_starts_with(text, "=?utf-8?Q?")) {
            size_t spaces = strspn(text, " ");

            if (!was_word || !text_starts_with(text + spaces, "=?"))
                buffer_add(&out, text, 1);
            text++;
            continue;
        }
        const char *end = strstr(text + strlen("=?utf-8?Q?"), "?=");
        assert_non_null(end);
        assert_true(end + 2 - text <= 75);
        size_t before = out.length;
        for (text += strlen("=?utf-8?Q?"); text < end; text++) {
            char byte = *text == '_' ? ' ' : *text;

            if (*text == '=') {
                byte = (char)(hex(text[1]) * 16 + hex(text[2]));
                text += 2;
            }
            buffer_add(&out, &byte, 1);
        }
        /* A character is never cut in two. */
        assert_true(text_is_utf8(out.bytes + before, out.length - before));
        text = end + 2;
        was_word = true;
    }
    return out.bytes;
}

static const char *body_decode(struct arena *arena, const char *bytes, size_t length) {
    struct buffer out;

    buffer_init(&out, arena, 1024 * 1024);
    for (size_t at = 0; at < length; at++) {
        if (bytes[at] == '=' && bytes[at + 1] == '\r') {
            at += 2;
        } else if (bytes[at] == '=') {
            char byte = (char)(hex(bytes[at + 1]) * 16 + hex(bytes[at + 2]));

            buffer_add(&out, &byte, 1);
            at += 2;
        } else if (bytes[at] != '\r') {
            buffer_add(&out, bytes + at, 1);
        }
    }
    return out.bytes;
}

/* What every server must take (RFC 5321, 4.5.3.1.6, and 5322, 2.1.1). */
static void lines_check(const char *label, const char *bytes, size_t length, size_t longest) {
    size_t line = 0;

    check_int(label, (int64_t)strlen(bytes), (int64_t)length);
    for (size_t at = 0; at < length; at++) {
        if (bytes[at] == '\n')
            check_true(label, at > 0 && bytes[at - 1] == '\r');
        if (bytes[at] == '\r')
            check_true(label, bytes[at + 1] == '\n');
        check_true(label, bytes[at] == '\r' || bytes[at] == '\n' || bytes[at] == '\t' ||
                              (bytes[at] >= 0x20 && bytes[at] < 0x7f));
        if (bytes[at] == '\n') {
            check_true(label, at - line - 1 <= longest);
            check_true(label, bytes[line] != '.' && !text_starts_with(bytes + line, "From "));
            line = at + 1;
        }
    }
    check_int(label, (int64_t)line, (int64_t)length);
}

static const char *part_read(struct arena *arena, const char **bytes, const char *boundary,
                             const char *type) {
    const char *open = arena_format(arena,
                                    "--%s\r\nContent-Type: %s; charset=utf-8\r\n"
                                    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                                    boundary, type);
    const char *close = arena_format(arena, "--%s", boundary);

    assert_true(text_starts_with(*bytes, open));
    const char *body = *bytes + strlen(open), *end = strstr(body, close);
    assert_non_null(end);
    *bytes = end;
    return body_decode(arena, body, (size_t)(end - body));
}

static struct mail mail_read(struct arena *arena, const char *label, const struct buffer *bytes,
                             size_t longest) {
    struct mail mail = {.count = 0};

    lines_check(label, bytes->bytes, bytes->length, longest);
    const char *rest = headers_read(arena, bytes->bytes, &mail);
    const char *mark = "multipart/alternative; boundary=\"",
               *type = header_of(&mail, "Content-Type");
    assert_true(text_starts_with(type, mark));
    char *boundary = arena_text(arena, type + strlen(mark));
    boundary[strlen(boundary) - 1] = '\0';
    mail.text = part_read(arena, &rest, boundary, "text/plain");
    mail.html = part_read(arena, &rest, boundary, "text/html");
    assert_string_equal(rest, arena_format(arena, "--%s--\r\n", boundary));
    return mail;
}

#endif
