#include "modules/remit/body.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"

enum { NUMBER_SIZE = 24 };

void body_add_text(struct buffer *body, const char *text) {
    char length[NUMBER_SIZE];

    if (!text) {
        buffer_text(body, "-,");
        return;
    }
    snprintf(length, sizeof length, "%zu:", strlen(text));
    buffer_text(body, length);
    buffer_text(body, text);
    buffer_text(body, ",");
}

void body_add_date(struct buffer *body, struct date date) {
    char text[DATE_TEXT_SIZE];

    date_format(date, text);
    body_add_text(body, text);
}

void body_add_int(struct buffer *body, int64_t number) {
    char text[NUMBER_SIZE];

    snprintf(text, sizeof text, "%" PRId64 ",", number);
    buffer_text(body, text);
}

struct body_reader body_reader(struct arena *arena, const char *body, const char *prefix) {
    assert(text_starts_with(body, prefix));
    return (struct body_reader){body + strlen(prefix), arena};
}

const char *body_text(struct body_reader *reader) {
    char *end;

    if (text_starts_with(reader->at, "-,")) {
        reader->at += 2;
        return NULL;
    }
    size_t length = strtoul(reader->at, &end, 10);
    assert(end != reader->at && *end == ':' && strnlen(end + 1, length) == length);
    const char *text = arena_copy(reader->arena, end + 1, length);
    reader->at = end + 1 + length;
    assert(*reader->at == ',');
    reader->at++;
    return text;
}

struct date body_date(struct body_reader *reader) {
    struct date date = {0};
    const char *text = body_text(reader);
    bool is_date = text && date_parse(text, &date);

    assert(is_date);
    return date;
}

int64_t body_int(struct body_reader *reader) {
    char *end;
    int64_t number = strtoll(reader->at, &end, 10);

    assert(end != reader->at && *end == ',');
    reader->at = end + 1;
    return number;
}

bool body_is_over(const struct body_reader *reader) {
    return !*reader->at;
}
