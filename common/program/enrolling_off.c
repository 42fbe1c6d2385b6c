/* enrolling_off.c - enrolments that end: told by mail, and what they paid goes to those that are
 * left. */
#include <stdio.h>

#include "common/program/enrolling_hands.h"
#include "common/store/event_store.h"

enum { KEY_SIZE = 80 };

/* What is left of the active ones once those in ended are gone. */
static struct enrolments without(struct arena *arena, const struct enrolments *active,
                                 const struct enrolments *ended) {
    struct enrolments left = {arena_array(arena, active->count, sizeof *left.list), 0};

    for (size_t at = 0; at < active->count; at++) {
        bool is_ended = false;

        for (size_t gone = 0; gone < ended->count; gone++)
            is_ended = is_ended || ended->list[gone].id == active->list[at].id;
        if (!is_ended)
            left.list[left.count++] = active->list[at];
    }
    return left;
}

enum result ended_tell(struct db *db, const struct enrolling_off *off,
                       const struct enrolment *ended) {
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "autopay_off:%lld", (long long)ended->id);
    return outbox_add(db, key, "autopay_off", off->account_id, ended->user_id, ended->id, off->now);
}

struct ending {
    struct enrolments active;
    struct enrolment_invoices invoices;
};

static enum result ending_read(struct db *db, const struct enrolling_off *off,
                               struct ending *ending) {
    enum result result = enrolment_list(db, off->arena, off->account_id, ENROLMENTS_MAX,
                                        &ending->active);

    ending->invoices = (struct enrolment_invoices){0};
    if (result == RESULT_OK && ending->active.count > 1)
        result = enrolment_invoices(db, off->arena, off->account_id, ENROLLING_INVOICES_MAX,
                                    &ending->invoices);
    return result;
}

static enum result ending_finish(struct db *db, const struct enrolling_off *off,
                                 const struct ending *ending, const struct enrolments *ended) {
    struct enrolments left = without(off->arena, &ending->active, ended);
    struct hands before = hands_of(off->arena, &ending->active);
    struct hands after = hands_of(off->arena, &left);
    enum result result = RESULT_OK;

    for (size_t at = 0; at < ended->count && result == RESULT_OK; at++)
        result = ended_tell(db, off, &ended->list[at]);
    return result == RESULT_OK ? hands_rejoin(db, &before, &after, &left, &ending->invoices, 0,
                                              instant_date(off->now))
                               : result;
}

enum result enrolling_end(struct db *db, const struct enrolling_off *off, int64_t enrolment_id) {
    struct enrolment enrolment;
    struct enrolments ended = {&enrolment, 1};
    struct ending ending;
    enum result result = ending_read(db, off, &ending);

    if (result == RESULT_OK)
        result = enrolment_find(db, off->arena, off->account_id, enrolment_id, &enrolment);
    if (result == RESULT_OK)
        result = enrolment_off(db, off->account_id, enrolment_id, off->reason, off->now);
    return result == RESULT_OK ? ending_finish(db, off, &ending, &ended) : result;
}

enum result enrolling_end_of_method(struct db *db, const struct enrolling_off *off,
                                    int64_t method_id) {
    struct enrolments ended;
    struct ending ending;
    enum result result = ending_read(db, off, &ending);

    if (result == RESULT_OK)
        result = enrolments_off_of_method(db, off->arena, off->account_id, method_id, off->reason,
                                          off->now, &ended);
    return result == RESULT_OK ? ending_finish(db, off, &ending, &ended) : result;
}

enum result enrolling_end_of_user(struct db *db, const struct enrolling_off *off, int64_t user_id) {
    struct enrolments ended;
    struct ending ending;
    enum result result = ending_read(db, off, &ending);

    if (result == RESULT_OK)
        result = enrolments_off_of_user(db, off->arena, off->account_id, user_id, off->reason,
                                        off->now, &ended);
    return result == RESULT_OK ? ending_finish(db, off, &ending, &ended) : result;
}
