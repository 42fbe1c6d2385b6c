#include "common/program/enrolling_hands.h"

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

enum result hands_rejoin(struct db *db, const struct hands *before, const struct hands *after,
                         const struct enrolments *enrolments,
                         const struct enrolment_invoices *invoices, int64_t except,
                         struct date today) {
    enum result result = RESULT_OK;

    for (size_t at = 0; at < enrolments->count && result == RESULT_OK; at++) {
        const struct enrolment *enrolment = &enrolments->list[at];
        struct date next_on = enrolment->next_on;

        if (enrolment->id == except || enrolment->schedule != SCHEDULE_DUE_DATE)
            continue;
        for (size_t row = 0; row < invoices->count; row++)
            if (hands_owner(after, &invoices->list[row]) == enrolment->id &&
                hands_owner(before, &invoices->list[row]) != enrolment->id)
                next_on = schedule_join_due_day(next_on, invoices->list[row].due_on, today);
        if (date_compare(next_on, enrolment->next_on) != 0)
            result = enrolment_next(db, enrolment->account_id, enrolment->id, next_on);
    }
    return result;
}
