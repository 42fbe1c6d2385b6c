#include "modules/remit/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/text.h"

enum { WINDOW_BYTES = 256 * 1024 };

struct source {
    int fd;
    bool failed, is_over;
    size_t at, end; /* in window */
    int64_t size, taken;
    struct position position;
    struct secret_hashing hashing;
    char window[WINDOW_BYTES];
};

static void source_close(void *context) {
    const struct source *source = context;

    if (source->fd >= 0)
        close(source->fd);
}

/* -1: it cannot be kept anywhere. */
static int input_keep(struct source *source) {
    FILE *kept = tmpfile();
    int fd = -1;
    ssize_t got = 0;

    if (!kept)
        return -1;
    while ((got = read(STDIN_FILENO, source->window, WINDOW_BYTES)) > 0)
        if (fwrite(source->window, 1, (size_t)got, kept) != (size_t)got)
            break;
    if (got == 0 && fflush(kept) == 0)
        fd = fcntl(fileno(kept), F_DUPFD_CLOEXEC, 3);
    fclose(kept);
    return fd;
}

enum result source_open(struct arena *arena, const char *name, struct source **out_source) {
    /* The hash's state wants more room between than the arena gives. */
    char *room = arena_alloc(arena, sizeof(struct source) + _Alignof(struct source));
    size_t past = (uintptr_t)room % _Alignof(struct source);
    struct source *source = (void *)(room + (past ? _Alignof(struct source) - past : 0));
    struct stat info;

    source->fd = text_equal(name, "-") ? input_keep(source) : open(name, O_RDONLY | O_CLOEXEC);
    arena_defer(arena, source_close, source);
    if (source->fd < 0 || fstat(source->fd, &info) || !S_ISREG(info.st_mode))
        return RESULT_NOT_FOUND;
    source->size = info.st_size;
    *out_source = source;
    return source_rewind(source);
}

static void source_fill(struct source *source) {
    size_t kept = source->end - source->at;

    memmove(source->window, source->window + source->at, kept);
    source->at = 0;
    source->end = kept;
    while (!source->is_over && source->end < 2) {
        ssize_t got = read(source->fd, source->window + source->end, WINDOW_BYTES - source->end);

        source->failed = source->failed || got < 0;
        source->is_over = got <= 0;
        if (got <= 0)
            return;
        secret_hash_add(&source->hashing, source->window + source->end, (size_t)got);
        source->end += (size_t)got;
        source->taken += got;
    }
}

int source_peek(struct source *source, size_t ahead) {
    if (source->end - source->at <= ahead && !source->is_over)
        source_fill(source);
    return source->end - source->at > ahead ? (unsigned char)source->window[source->at + ahead]
                                            : -1;
}

void position_move(struct position *position, int byte) {
    if (byte == '\n')
        *position = (struct position){position->line + 1, 1};
    else if ((byte & 0xC0) != 0x80)
        position->column++;
}

int source_next(struct source *source) {
    int byte = source_peek(source, 0);

    if (byte < 0)
        return -1;
    source->at++;
    position_move(&source->position, byte);
    return byte;
}

enum result source_rewind(struct source *source) {
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};

    if (lseek(source->fd, 0, SEEK_SET) < 0)
        return RESULT_NOT_FOUND;
    source->at = source->end = 0;
    source->taken = 0;
    source->failed = source->is_over = false;
    source->position = (struct position){1, 1};
    secret_hash_begin(&source->hashing);
    source_fill(source);
    if (source->end >= sizeof mark && memcmp(source->window, mark, sizeof mark) == 0)
        source->at += sizeof mark;
    return source->failed ? RESULT_NOT_FOUND : RESULT_OK;
}

struct position source_position(const struct source *source) {
    return source->position;
}

bool source_failed(const struct source *source) {
    return source->failed;
}

int64_t source_bytes_read(const struct source *source) {
    return source->taken - (int64_t)(source->end - source->at);
}

int64_t source_size(const struct source *source) {
    return source->size;
}

enum result source_hash(struct source *source, unsigned char out[SECRET_HASH_BYTES]) {
    while (!source->is_over) {
        source->at = source->end;
        source_fill(source);
    }
    if (source->failed)
        return RESULT_NOT_FOUND;
    secret_hash_end(&source->hashing, out);
    return RESULT_OK;
}
