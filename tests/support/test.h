/*
 * test.h - what every unit test here needs: cmocka, tables with labels, deaths, numbers from a
 * seed.
 */
#ifndef REMIT_TESTS_SUPPORT_TEST_H
#define REMIT_TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/core/arena.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* Each says which case of a table it was, and ends the test. */
#define check_true(label, value) check_true_at((label), (value), #value, __FILE__, __LINE__)
#define check_int(label, got, want) check_int_at((label), (got), (want), __FILE__, __LINE__)
#define check_text(label, got, want) check_text_at((label), (got), (want), __FILE__, __LINE__)

void check_true_at(const char *label, bool value, const char *words, const char *file, int line);
void check_int_at(const char *label, int64_t got, int64_t want, const char *file, int line);
void check_text_at(const char *label, const char *got, const char *want, const char *file,
                   int line);

/* Runs what(context) in a child of its own. true: abort() ended it, as a failed assert does. */
bool dies(void (*what)(void *context), void *context);

/* What is written to standard error between the two; end returns it, in arena. */
void capture_begin(void);
const char *capture_end(struct arena *arena);

/* Numbers that look random and come again: SEED of the environment, or one that is printed. */
struct seed {
    uint64_t state;
};

struct seed seed_start(void);
uint64_t seed_next(struct seed *seed);
/* 0 .. limit - 1 */
int64_t seed_below(struct seed *seed, int64_t limit);

/* CPU time of this process in microseconds. */
int64_t cpu_us(void);

/* setup and teardown of a test whose *state is an arena of 64 MiB. */
int arena_setup(void **state);
int arena_teardown(void **state);

/* The whole file and a NUL; the test ends when it cannot be read. */
char *file_read(struct arena *arena, const char *path);

#endif
