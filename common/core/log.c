#include "common/core/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/core/text.h"

/* A line is cut here: the log may be written while memory is short, so it uses none. */
enum { LINE_BYTES = 2048, VALUE_BYTES = 300, END_BYTES = 2 };

static const char *log_program = "remit";
static char log_request[40];

struct line {
    char bytes[LINE_BYTES];
    size_t length;
    bool is_full;
};

void log_open(const char *program) {
    log_program = program;
}

void log_set_request(const char *request_id) {
    snprintf(log_request, sizeof log_request, "%s", request_id);
}

static void line_add(struct line *line, const char *bytes, size_t length) {
    /* Room is kept for the end of the line, so that a cut line is still one JSON object. */
    if (line->is_full || length > sizeof line->bytes - END_BYTES - line->length) {
        line->is_full = true;
        return;
    }
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void line_text(struct line *line, const char *text) {
    line_add(line, text, strlen(text));
}

/* Control characters and what is not UTF-8 become '?', so that a log line cannot be forged. */
static void line_quoted(struct line *line, const char *text) {
    size_t used = 0;

    line_text(line, "\"");
    while (*text && used < VALUE_BYTES) {
        size_t length = text_utf8_length(text);
        unsigned char byte = (unsigned char)*text;

        if (!length || byte < 0x20 || byte == 0x7f)
            line_text(line, "?");
        else if (byte == '"' || byte == '\\')
            line_add(line, (const char[]){'\\', *text}, 2);
        else
            line_add(line, text, length);
        text += length ? length : 1;
        used += length ? length : 1;
    }
    line_text(line, "\"");
}

static void line_pair(struct line *line, const char *name, const char *text) {
    line_text(line, line->length > 1 ? ",\"" : "\"");
    line_text(line, name);
    line_text(line, "\":");
    line_quoted(line, text);
}

/* Whole or not at all. */
static void line_field(struct line *line, const struct log_field *field) {
    size_t before = line->length;

    if (field->text) {
        line_pair(line, field->name, field->text);
    } else {
        char number[64];

        snprintf(number, sizeof number, "%lld", (long long)field->number);
        line_text(line, ",\"");
        line_text(line, field->name);
        line_text(line, "\":");
        line_text(line, number);
    }
    if (line->is_full)
        line->length = before;
    line->is_full = false;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields) {
    static const char *const levels[] = {"info", "warning", "error"};
    struct line line = {.length = 0};
    struct timespec now;
    struct tm utc;
    char at[40];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t length = strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(at + length, sizeof at - length, ".%03ldZ", now.tv_nsec / 1000000);

    line_text(&line, "{");
    line_pair(&line, "at", at);
    line_pair(&line, "level", levels[level]);
    line_pair(&line, "program", log_program);
    if (*log_request)
        line_pair(&line, "request", log_request);
    line_pair(&line, "event", event);
    for (; fields->name; fields++)
        line_field(&line, fields);
    memcpy(line.bytes + line.length, "}\n", END_BYTES);
    line.length += END_BYTES;

    /* Nowhere to report a log that cannot be written. */
    ssize_t written = write(STDERR_FILENO, line.bytes, line.length);
    (void)written;
}
