#include "common/core/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/core/date.h"
#include "common/core/text.h"

enum { LINE_BYTES = 64 };

/* "+N" or "-N" */
static bool shift_read(const char *text, int64_t *out_shift_s) {
    int64_t shift_s;

    if ((*text != '+' && *text != '-') || !text_to_int(text + 1, &shift_s) || shift_s > INT32_MAX)
        return false;
    *out_shift_s = *text == '-' ? -shift_s : shift_s;
    return true;
}

static bool clock_read(const char *text, int64_t *out_now) {
    int64_t shift_s;

    if (!shift_read(text, &shift_s))
        return instant_parse(text, out_now);
    *out_now = time(NULL) + shift_s;
    return true;
}

enum result clock_set(struct clock *clock, const char *text) {
    clock->is_shifted = shift_read(text, &clock->shift_s);
    return clock->is_shifted || instant_parse(text, &clock->fixed) ? RESULT_OK : RESULT_INVALID;
}

/* The file's first line without its end; "" when there is none. */
static void line_read(const char *file, char *out) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, out, LINE_BYTES - 1);

    if (fd >= 0)
        close(fd);
    out[length > 0 ? length : 0] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
}

int64_t clock_now(struct clock *clock) {
    char line[LINE_BYTES];
    int64_t now;

    if (clock->fixed)
        return clock->fixed;
    if (clock->is_shifted)
        return time(NULL) + clock->shift_s;
    if (!clock->file)
        return time(NULL);
    line_read(clock->file, line);
    if (!*line)
        return time(NULL);
    if (!clock_read(line, &now))
        return clock->floor_instant ? clock->floor_instant : time(NULL);
    clock->floor_instant = now;
    return now;
}

int64_t clock_monotonic_ms(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
