/*
 * clock.c - business time.
 *
 * A clock file moves it: "+N" or "-N" seconds from real time, or a frozen
 * instant "YYYY-MM-DDTHH:MM:SSZ". It is read again for every request.
 */
#include "modules/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OFFSET_LIMIT_S (INT64_C(100) * 366 * 86400)

int64_t clock_monotonic_ms(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Digits of one part of a date, at a fixed place. -1: not digits. */
static int part(const char *text, int length) {
    int value = 0;

    for (int i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* year .. second; false for 31 February and the like. */
static bool time_from_parts(const int parts[static 6], int64_t *out_time) {
    struct tm tm = {.tm_year = parts[0] - 1900,
                    .tm_mon = parts[1] - 1,
                    .tm_mday = parts[2],
                    .tm_hour = parts[3],
                    .tm_min = parts[4],
                    .tm_sec = parts[5]};
    int64_t time;

    for (int i = 0; i < 6; i++)
        if (parts[i] < 0)
            return false;
    if (parts[0] < 1970 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[3] > 23 ||
        parts[4] > 59 || parts[5] > 59)
        return false;
    time = timegm(&tm);
    if (tm.tm_mday != parts[2])
        return false;
    *out_time = time;
    return true;
}

bool time_parse_iso(const char *text, int64_t *out_time) {
    if (strlen(text) != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':' || text[19] != 'Z')
        return false;
    const int parts[6] = {part(text, 4),      part(text + 5, 2),  part(text + 8, 2),
                          part(text + 11, 2), part(text + 14, 2), part(text + 17, 2)};

    return time_from_parts(parts, out_time);
}

bool time_parse_nmi(const char *text, int64_t *out_time) {
    if (strlen(text) != 14)
        return false;
    const int parts[6] = {part(text, 4),     part(text + 4, 2),  part(text + 6, 2),
                          part(text + 8, 2), part(text + 10, 2), part(text + 12, 2)};

    return time_from_parts(parts, out_time);
}

static struct tm broken_down(int64_t when) {
    time_t seconds = when;
    struct tm tm = {0};

    gmtime_r(&seconds, &tm);
    return tm;
}

const char *time_format_iso(int64_t time, char out[static TIME_TEXT_BYTES]) {
    struct tm tm = broken_down(time);

    strftime(out, TIME_TEXT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return out;
}

const char *time_format_nmi(int64_t time, char out[static TIME_TEXT_BYTES]) {
    struct tm tm = broken_down(time);

    strftime(out, TIME_TEXT_BYTES, "%Y%m%d%H%M%S", &tm);
    return out;
}

bool clock_read(const char *path, int64_t *out_now) {
    char line[64] = "";
    char *end;
    long long offset;
    int64_t real = time(NULL);
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        ssize_t got = read(fd, line, sizeof(line) - 1);

        close(fd);
        line[got > 0 ? got : 0] = '\0';
    } else if (path && errno != ENOENT) {
        return false;
    }
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '\0') {
        *out_now = real;
        return true;
    }
    if (line[0] != '+' && line[0] != '-')
        return time_parse_iso(line, out_now);
    errno = 0;
    offset = strtoll(line, &end, 10);
    if (errno || line[1] < '0' || line[1] > '9' || *end != '\0' || offset > OFFSET_LIMIT_S ||
        offset < -OFFSET_LIMIT_S || real + offset < 0)
        return false;
    *out_now = real + offset;
    return true;
}

int64_t clock_now(struct sandbox *sandbox) {
    if (!clock_read(sandbox->options.clock, &sandbox->last_now))
        log_line("clock", "the clock file cannot be understood; time stands still");
    return sandbox->last_now;
}
