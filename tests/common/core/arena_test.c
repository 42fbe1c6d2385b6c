/* Memory of a request: zeroed, aligned, limited, and given back with what hangs on it. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/arena.h"

enum { LIMIT = 64 * 1024 };

static void test_alloc(void **state) {
    static const size_t sizes[] = {
        0, 1, 15, 16, 17, 1000, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 200000};
    struct seed seed = seed_start();
    unsigned char *kept[400];
    size_t lengths[400];

    for (size_t at = 0; at < COUNT(kept); at++) {
        lengths[at] = at < COUNT(sizes) ? sizes[at] : (size_t)seed_below(&seed, 5000);
        kept[at] = arena_alloc(*state, lengths[at]);
        assert_int_equal((uintptr_t)kept[at] % _Alignof(max_align_t), 0);
        for (size_t byte = 0; byte < lengths[at]; byte++)
            assert_int_equal(kept[at][byte], 0);
        memset(kept[at], (int)(at % 255 + 1), lengths[at]);
    }
    /* Nobody wrote into anybody else's. */
    for (size_t at = 0; at < COUNT(kept); at++)
        for (size_t byte = 0; byte < lengths[at]; byte++)
            assert_int_equal(kept[at][byte], at % 255 + 1);
}

struct ask {
    size_t first, second;
};

static void alloc_twice(void *context) {
    const struct ask *ask = context;
    struct arena *arena = arena_new(LIMIT);

    (void)arena_alloc(arena, ask->first);
    (void)arena_alloc(arena, ask->second);
    arena_free(arena);
}

static void array_over(void *context) {
    struct arena *arena = arena_new(LIMIT);

    (void)arena_array(arena, SIZE_MAX / 2, *(size_t *)context);
}

static void test_limit(void **state) {
    static const struct {
        const char *label;
        struct ask ask;
        bool dies;
    } cases[] = {
        {"at the limit at once", {LIMIT, 0}, false},
        {"one past at once", {LIMIT + 1, 0}, true},
        {"at the limit in two", {LIMIT - 64, 64}, false},
        {"one past in two", {LIMIT - 64, 65}, true},
        {"one past the full", {LIMIT, 1}, true},
        {"as large as can be", {SIZE_MAX, 0}, true},
        {"wraps", {SIZE_MAX - 8, 0}, true},
        {"wraps with the first", {16, SIZE_MAX - 15}, true},
    };
    size_t two = 2, three = 3;

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct ask ask = cases[at].ask;

        check_int(cases[at].label, dies(alloc_twice, &ask), cases[at].dies);
    }
    assert_true(dies(array_over, &two));
    assert_true(dies(array_over, &three));
}

static void test_used(void **state) {
    struct arena *arena = arena_new(LIMIT);

    (void)state;
    assert_int_equal(arena_used(arena), 0);
    (void)arena_alloc(arena, 100);
    assert_in_range(arena_used(arena), 100, 128);
    arena_free(arena);
    arena_free(NULL);
}

static void test_texts(void **state) {
    char long_text[5000];

    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    assert_string_equal(arena_text(*state, ""), "");
    assert_string_equal(arena_text(*state, long_text), long_text);
    assert_memory_equal(arena_copy(*state, "a\0b", 3), "a\0b", 4);
    assert_string_equal(arena_copy(*state, NULL, 0), "");
    assert_string_equal(arena_format(*state, "%s-%d", "a", 7), "a-7");
    assert_int_equal(strlen(arena_format(*state, "%s!", long_text)), sizeof long_text);
    assert_string_equal(arena_format(*state, "%s", ""), "");
}

static char order[16];

static void note(void *context) {
    strncat(order, context, sizeof order - strlen(order) - 1);
}

static void test_defer(void **state) {
    struct arena *arena = arena_new(LIMIT);
    char names[3][2] = {"1", "2", "3"};

    (void)state;
    for (size_t at = 0; at < COUNT(names); at++)
        arena_defer(arena, note, names[at]);
    assert_string_equal(order, "");
    arena_free(arena);
    assert_string_equal(order, "321");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_alloc, arena_setup, arena_teardown),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_used),
        cmocka_unit_test_setup_teardown(test_texts, arena_setup, arena_teardown),
        cmocka_unit_test(test_defer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
