/* counted.c - preloaded into a program: how many bytes it has in use when it ends, written to the file COUNTED_LOG names.
 * Faster than valgrind by a hundred times, and says nothing but that. For glibc (2.36): its own functions stand below. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *bytes, size_t size);
extern void *__libc_memalign(size_t align, size_t size);
extern void __libc_free(void *bytes);

static atomic_long in_use;

static void *taken(void *bytes) {
    if (bytes)
        in_use += (long)malloc_usable_size(bytes);
    return bytes;
}

void *malloc(size_t size) {
    return taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    return taken(__libc_calloc(count, size));
}

void *realloc(void *bytes, size_t size) {
    long before = bytes ? (long)malloc_usable_size(bytes) : 0;
    void *moved = __libc_realloc(bytes, size);

    if (moved || !size)
        in_use -= before;
    return taken(moved);
}

void *memalign(size_t align, size_t size) {
    return taken(__libc_memalign(align, size));
}

void *aligned_alloc(size_t align, size_t size) {
    return memalign(align, size);
}

int posix_memalign(void **out_bytes, size_t align, size_t size) {
    *out_bytes = memalign(align, size);
    return *out_bytes ? 0 : ENOMEM;
}

void free(void *bytes) {
    if (bytes)
        in_use -= (long)malloc_usable_size(bytes);
    __libc_free(bytes);
}

__attribute__((destructor)) static void tell(void) {
    const char *file = getenv("COUNTED_LOG");
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", in_use);
    int log = file ? open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

    if (log < 0 || write(log, text, (size_t)length) != length)
        _exit(99);
}
