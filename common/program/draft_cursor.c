/* draft_cursor.c - what is due by a day, in pages. */
#include "common/core/secret.h"
#include "common/program/drafting.h"

enum { PAGE = 256, ARENA_BYTES = 1024 * 1024 };

void draft_cursor_open(struct draft_cursor *cursor, bool of_retries, struct date today) {
    *cursor = (struct draft_cursor){.of_retries = of_retries, .today = today};
}

void draft_cursor_close(struct draft_cursor *cursor) {
    arena_free(cursor->arena);
    cursor->arena = NULL;
}

static int64_t id_of(const struct draft_cursor *cursor, const struct draft_due *due) {
    return cursor->of_retries ? due->draft_id : due->enrolment_id;
}

/* The next day that has any; from somewhere in it to its end, and then the rest. */
static enum result day_next(struct draft_cursor *cursor, struct db *db) {
    struct date day;
    int64_t first_id, last_id;
    enum result result = draft_due_day(db, cursor->arena, cursor->of_retries, cursor->day,
                                       cursor->today, &day, &first_id, &last_id);

    if (result != RESULT_OK)
        return result;
    cursor->is_over = day.year == 0;
    if (cursor->is_over)
        return RESULT_OK;
    unsigned span = last_id - first_id < 1000000000 ? (unsigned)(last_id - first_id) + 1
                                                    : 1000000000;
    cursor->day = day;
    cursor->first_id = first_id;
    cursor->start_id = first_id + secret_random_below(span);
    cursor->after_id = cursor->start_id - 1;
    cursor->last_id = last_id;
    cursor->is_wrapped = false;
    return RESULT_OK;
}

static enum result part_next(struct draft_cursor *cursor, struct db *db) {
    if (cursor->day.year && !cursor->is_wrapped && cursor->start_id > cursor->first_id) {
        cursor->is_wrapped = true;
        cursor->after_id = cursor->first_id - 1;
        cursor->last_id = cursor->start_id - 1;
        return RESULT_OK;
    }
    return day_next(cursor, db);
}

static enum result page_read(struct draft_cursor *cursor, struct db *db) {
    enum result result = RESULT_OK;

    cursor->page = (struct draft_dues){0};
    cursor->at = 0;
    while (result == RESULT_OK && !cursor->is_over && !cursor->page.count) {
        arena_free(cursor->arena);
        cursor->arena = arena_new(ARENA_BYTES);
        if (cursor->day.year)
            result = draft_due_list(db, cursor->arena, cursor->of_retries, cursor->day,
                                    cursor->after_id, cursor->last_id, PAGE, &cursor->page);
        if (result == RESULT_OK && !cursor->page.count)
            result = part_next(cursor, db);
    }
    if (result == RESULT_OK && cursor->page.count)
        cursor->after_id = id_of(cursor, &cursor->page.list[cursor->page.count - 1]);
    return result;
}

enum result draft_cursor_next(struct draft_cursor *cursor, struct db *db,
                              const struct draft_due **out_due) {
    enum result result = RESULT_OK;

    if (cursor->at == cursor->page.count && !cursor->is_over)
        result = page_read(cursor, db);
    *out_due = result == RESULT_OK && cursor->at < cursor->page.count
                   ? &cursor->page.list[cursor->at++]
                   : NULL;
    return result;
}
