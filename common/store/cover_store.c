#include "common/store/cover_store.h"

#include <stdlib.h>

#include "common/money/money.h"
#include "common/store/invoice_store.h"

static int by_due(const void *a, const void *b) {
    const struct invoice *left = a, *right = b;
    int order = date_compare(left->figures.due_on, right->figures.due_on);

    return order ? order : (left->id > right->id) - (left->id < right->id);
}

static enum result named_read(struct db *db, struct arena *arena, int64_t account_id,
                              const char *const *numbers, size_t count, struct covers *covers,
                              struct invoices *out_invoices) {
    struct invoice *list = arena_array(arena, count, sizeof *list);

    for (size_t at = 0; at < count; at++) {
        struct invoice_line *lines;
        size_t line_count;
        enum result result = invoice_find(db, arena, account_id, numbers[at], &list[at], &lines,
                                          &line_count);

        if (result != RESULT_OK && result != RESULT_NOT_FOUND)
            return result;
        if (result == RESULT_OK && !*list[at].open_payment)
            continue;
        covers->end = result == RESULT_OK ? COVER_BUSY : COVER_NO_INVOICE;
        covers->number = numbers[at];
        return RESULT_OK;
    }
    qsort(list, count, sizeof *list, by_due);
    *out_invoices = (struct invoices){list, count};
    return RESULT_OK;
}

enum result covers_find(struct db *db, struct arena *arena, int64_t account_id,
                        const char *const *numbers, size_t number_count,
                        struct covers *out_covers) {
    struct invoices invoices = {0};

    out_covers->end = COVER_FOUND;
    out_covers->number = "";
    out_covers->count = 0;
    out_covers->free_cents = 0;
    out_covers->has_more = false;
    enum result result = number_count ? named_read(db, arena, account_id, numbers, number_count,
                                                   out_covers, &invoices)
                                      : invoice_payable(db, arena, account_id, ALLOCATIONS_MAX + 1,
                                                        &invoices);

    if (result != RESULT_OK || out_covers->end != COVER_FOUND)
        return result;
    if (invoices.count > ALLOCATIONS_MAX) {
        out_covers->has_more = true;
        invoices.count = ALLOCATIONS_MAX;
    }
    for (size_t at = 0; at < invoices.count; at++) {
        const struct invoice *invoice = &invoices.list[at];
        int64_t free_cents = invoice_free_cents(&invoice->figures);

        if (*invoice->open_payment || free_cents <= 0)
            continue;
        out_covers->numbers[out_covers->count] = invoice->number;
        out_covers->list[out_covers->count++] = (struct allocation){invoice->id, free_cents, 0};
        out_covers->free_cents = money_add(out_covers->free_cents, free_cents);
    }
    return RESULT_OK;
}
