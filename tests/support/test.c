#include "tests/support/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/core/buffer.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, FILE_MAX = 4 * 1024 * 1024 };

void check_true_at(const char *label, bool value, const char *words, const char *file, int line) {
    if (value)
        return;
    print_error("case \"%s\": not true: %s\n", label, words);
    _fail(file, line);
}

void check_int_at(const char *label, int64_t got, int64_t want, const char *file, int line) {
    if (got == want)
        return;
    print_error("case \"%s\": got %lld, want %lld\n", label, (long long)got, (long long)want);
    _fail(file, line);
}

void check_text_at(const char *label, const char *got, const char *want, const char *file,
                   int line) {
    if (got && strcmp(got, want) == 0)
        return;
    print_error("case \"%s\": got \"%s\", want \"%s\"\n", label, got ? got : "(null)", want);
    _fail(file, line);
}

bool dies(void (*what)(void *context), void *context) {
    const struct rlimit none = {0, 0};
    int status = 0;

    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

        (void)dup2(nowhere, STDERR_FILENO);
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)signal(SIGABRT, SIG_DFL);
        what(context);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static int capture_file = -1, capture_kept = -1;

void capture_begin(void) {
    fflush(stderr);
    capture_file = memfd_create("stderr", MFD_CLOEXEC);
    capture_kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    assert_true(capture_file >= 0 && capture_kept >= 0);
    assert_true(dup2(capture_file, STDERR_FILENO) >= 0);
}

const char *capture_end(struct arena *arena) {
    off_t length = lseek(capture_file, 0, SEEK_END);
    char *text = arena_alloc(arena, (size_t)length + 1);

    assert_true(dup2(capture_kept, STDERR_FILENO) >= 0);
    assert_int_equal(pread(capture_file, text, (size_t)length, 0), length);
    close(capture_kept);
    close(capture_file);
    return text;
}

struct seed seed_start(void) {
    const char *given = getenv("SEED");
    struct timespec now;
    struct seed seed;

    clock_gettime(CLOCK_REALTIME, &now);
    seed.state = given ? strtoull(given, NULL, 10)
                       : (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
    print_message("           SEED=%llu\n", (unsigned long long)seed.state);
    return seed;
}

/* splitmix64 */
uint64_t seed_next(struct seed *seed) {
    uint64_t mixed = seed->state += 0x9E3779B97F4A7C15U;

    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

int64_t seed_below(struct seed *seed, int64_t limit) {
    return (int64_t)(seed_next(seed) % (uint64_t)limit);
}

int64_t cpu_us(void) {
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

int arena_setup(void **state) {
    *state = arena_new(ARENA_BYTES);
    return 0;
}

int arena_teardown(void **state) {
    arena_free(*state);
    return 0;
}

char *file_read(struct arena *arena, const char *path) {
    char bytes[4096];
    struct buffer text;
    ssize_t got;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        fail_msg("%s cannot be read", path);
    buffer_init(&text, arena, FILE_MAX);
    while ((got = read(file, bytes, sizeof bytes)) > 0)
        buffer_add(&text, bytes, (size_t)got);
    close(file);
    return text.bytes;
}
