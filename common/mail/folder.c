#include "common/mail/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/core/date.h"

static bool write_all(int fd, const char *bytes, size_t length) {
    while (length) {
        ssize_t written = write(fd, bytes, length);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return fsync(fd) == 0;
}

/* "20261122T150405Z" */
static void stamp(int64_t at, char out[INSTANT_TEXT_SIZE]) {
    char text[INSTANT_TEXT_SIZE];
    size_t used = 0;

    instant_format(at, text);
    for (const char *from = text; *from; from++)
        if (*from == ' ')
            out[used++] = 'T';
        else if (*from != '-' && *from != ':')
            out[used++] = *from;
    out[used++] = 'Z';
    out[used] = '\0';
}

enum result folder_write(const char *folder, int64_t at, const char *hash, const char *bytes,
                         size_t length, char *out_words, size_t size) {
    char name[PATH_MAX], work[PATH_MAX], when[INSTANT_TEXT_SIZE];

    stamp(at, when);
    int named = snprintf(name, sizeof name, "%s/%s-%s.eml", folder, when, hash);
    int worked = snprintf(work, sizeof work, "%s/.%s.%ld", folder, hash, (long)getpid());
    if (named >= (int)sizeof name || worked >= (int)sizeof work) {
        snprintf(out_words, size, "the folder's path is too long");
        return RESULT_UNAVAILABLE;
    }
    int fd = open(work, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool is_written = fd >= 0 && write_all(fd, bytes, length);
    if (fd >= 0 && close(fd) != 0)
        is_written = false;
    if (is_written && rename(work, name) == 0)
        return RESULT_OK;
    snprintf(out_words, size, "%s", strerror(errno));
    if (fd >= 0)
        (void)unlink(work);
    return RESULT_UNAVAILABLE;
}
