/* enrolling_hands.c - which enrolment has which invoice, and what follows where that changes. */
#include "common/program/enrolling_hands.h"

#include <assert.h>

enum { PAGE_BYTES = 16 * 1024 * 1024 };

struct hands hands_of(struct arena *arena, const struct enrolments *enrolments) {
    struct hands hands = {0};
    size_t count = 0;

    for (size_t at = 0; at < enrolments->count; at++)
        count += enrolments->list[at].cover_count;
    hands.list = arena_array(arena, count, sizeof *hands.list);
    for (size_t at = 0; at < enrolments->count; at++)
        for (size_t key = 0; key < enrolments->list[at].cover_count; key++)
            hands.list[hands.count++] = (struct enrolment_cover){
                .enrolment_id = enrolments->list[at].id,
                .cover_key = enrolments->list[at].covers[key],
                .issued_from = enrolments->list[at].issued_from,
            };
    return hands;
}

int64_t hands_owner(const struct hands *hands, const struct enrolment_invoice *invoice) {
    const struct enrolment_cover *cover = enrolment_cover_choose(hands->list, hands->count,
                                                                 &invoice->cover);

    return cover ? cover->enrolment_id : 0;
}

size_t hands_due_days(const struct hands *hands, const struct enrolment_invoices *invoices,
                      int64_t enrolment_id, struct date *out_days, size_t max) {
    size_t count = 0;

    for (size_t at = 0; at < invoices->count && count < max; at++)
        if (invoices->list[at].due_cents > 0 &&
            hands_owner(hands, &invoices->list[at]) == enrolment_id)
            out_days[count++] = invoices->list[at].due_on;
    return count;
}

/* ---- more than are looked at ---- */

/* The invoices behind those of `invoices`, page by page; count 0: that was all of them. Those of a
 * page live until the next one is read. */
struct beyond {
    struct db *db;
    int64_t account_id;
    struct arena *arena;
    struct enrolment_invoice last;
    size_t count; /* of the page before */
};

static struct beyond beyond_begin(struct db *db, int64_t account_id,
                                  const struct enrolment_invoices *invoices) {
    struct beyond beyond = {.db = db, .account_id = account_id, .count = invoices->count};

    if (invoices->count)
        beyond.last = invoices->list[invoices->count - 1];
    return beyond;
}

static enum result beyond_next(struct beyond *beyond, struct enrolment_invoices *out_page) {
    *out_page = (struct enrolment_invoices){0};
    if (beyond->count < ENROLLING_INVOICES_MAX)
        return RESULT_OK;
    arena_free(beyond->arena);
    beyond->arena = arena_new(PAGE_BYTES);
    enum result result = enrolment_invoices_after(beyond->db, beyond->arena, beyond->account_id,
                                                  &beyond->last, ENROLLING_INVOICES_MAX, out_page);
    beyond->count = out_page->count;
    if (result == RESULT_OK && out_page->count)
        beyond->last = out_page->list[out_page->count - 1];
    return result;
}

enum result hands_due_day_beyond(struct db *db, const struct hands *hands,
                                 const struct enrolment_invoices *invoices,
                                 const struct enrolment *enrolment, struct date *out_day) {
    struct beyond beyond = beyond_begin(db, enrolment->account_id, invoices);
    struct enrolment_invoices page;
    enum result result;

    *out_day = (struct date){0};
    do {
        result = beyond_next(&beyond, &page);
        if (result == RESULT_OK)
            (void)hands_due_days(hands, &page, enrolment->id, out_day, 1);
    } while (result == RESULT_OK && page.count && !out_day->year);
    arena_free(beyond.arena);
    return result;
}

/* ---- invoices that change hands ---- */

static void rejoin_page(const struct hands *before, const struct hands *after,
                        const struct enrolments *enrolments,
                        const struct enrolment_invoices *invoices, int64_t except,
                        struct date today, struct date *next_on) {
    for (size_t at = 0; at < enrolments->count; at++) {
        const struct enrolment *enrolment = &enrolments->list[at];

        if (enrolment->id == except || enrolment->schedule != SCHEDULE_DUE_DATE)
            continue;
        for (size_t row = 0; row < invoices->count; row++)
            if (hands_owner(after, &invoices->list[row]) == enrolment->id &&
                hands_owner(before, &invoices->list[row]) != enrolment->id)
                next_on[at] = schedule_join_due_day(next_on[at], invoices->list[row].due_on, today);
    }
}

enum result hands_rejoin(struct db *db, const struct hands *before, const struct hands *after,
                         const struct enrolments *enrolments,
                         const struct enrolment_invoices *invoices, int64_t except,
                         struct date today) {
    struct enrolment_invoices page = *invoices;
    struct date next_on[ENROLMENTS_MAX + 1];
    enum result result = RESULT_OK;

    if (!enrolments->count)
        return RESULT_OK;
    assert(enrolments->count <= ENROLMENTS_MAX + 1);
    struct beyond beyond = beyond_begin(db, enrolments->list[0].account_id, invoices);
    for (size_t at = 0; at < enrolments->count; at++)
        next_on[at] = enrolments->list[at].next_on;
    while (result == RESULT_OK && page.count) {
        rejoin_page(before, after, enrolments, &page, except, today, next_on);
        result = beyond_next(&beyond, &page);
    }
    arena_free(beyond.arena);
    for (size_t at = 0; at < enrolments->count && result == RESULT_OK; at++)
        if (date_compare(next_on[at], enrolments->list[at].next_on) != 0)
            result = enrolment_next(db, enrolments->list[at].account_id, enrolments->list[at].id,
                                    next_on[at]);
    return result;
}
