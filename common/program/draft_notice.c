/* draft_notice.c - mail ahead of draft days, and of cards that expire. */
#include <stdio.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/program/drafting.h"
#include "common/program/stop.h"
#include "common/store/event_store.h"

enum { PAGE = 256, ARENA_BYTES = 64 * 1024 * 1024, KEY_SIZE = 64, EXPIRES_DAYS = 31 };

struct noticing {
    struct running *running;
    struct date today, day;
    const struct draft_due *due; /* draft_id: of whom it is told, or the method */
    struct notice_decision notice;
    int64_t cents, now;
};

enum result draft_tell(struct db *db, const struct draft_enrolment *enrolment,
                       const struct notice_decision *notice, int64_t cents, int64_t now) {
    char key[KEY_SIZE], day[DATE_TEXT_SIZE];

    date_format(notice->on, day);
    /* The same day may be told of anew, after a change. */
    snprintf(key, sizeof key, "autopay_upcoming:%lld:%s:%lld", (long long)enrolment->id, day,
             (long long)cents);
    enum result result = enrolment_tell(db, enrolment->account_id, enrolment->id,
                                        enrolment->next_on, notice->on, cents);
    return result == RESULT_OK ? outbox_add(db, key, "autopay_upcoming", enrolment->account_id,
                                            enrolment->user_id, enrolment->id, now)
                               : result;
}

/* Of one that is told first: its draft is that of the day that is told. */
static enum result first_work(struct db *db, const struct noticing *noticing) {
    const struct draft_due *due = noticing->due;
    const struct draft_enrolment enrolment = {.account_id = due->account_id,
                                              .id = due->enrolment_id,
                                              .user_id = due->draft_id,
                                              .next_on = noticing->day};

    return draft_tell(db, &enrolment, &noticing->notice, noticing->cents, noticing->now);
}

static enum result upcoming_work(struct db *db, void *context) {
    const struct noticing *noticing = context;
    const struct draft_due *due = noticing->due;
    char key[KEY_SIZE], day[DATE_TEXT_SIZE];

    date_format(noticing->day, day);
    snprintf(key, sizeof key, "autopay_upcoming:%lld:%s", (long long)due->enrolment_id, day);
    enum result result = account_move(db, due->account_id, 0, 0);
    FAULT_POINT("draft.inside_notice");
    if (result == RESULT_OK && noticing->notice.end == NOTICE_TELLS)
        return first_work(db, noticing);
    if (result == RESULT_OK)
        result = enrolment_noticed(db, due->account_id, due->enrolment_id, noticing->day,
                                   noticing->cents);
    return result == RESULT_OK ? outbox_add(db, key, "autopay_upcoming", due->account_id,
                                            due->draft_id, due->enrolment_id, noticing->now)
                               : result;
}

/* Only where something would be taken: what is issued until then is looked at again tomorrow. */
static enum result upcoming_one(struct noticing *noticing) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct draft_enrolment enrolment;
    struct draft_look look;
    enum result result = draft_enrolment(noticing->running->db, arena, noticing->due->account_id,
                                         noticing->due->enrolment_id, &enrolment);

    if (result == RESULT_OK)
        result = draft_look_one(noticing->running, arena, noticing->due->account_id,
                                noticing->due->enrolment_id, noticing->day, noticing->now, &look);
    if (result == RESULT_OK) {
        noticing->notice = draft_notice(&noticing->running->settings, &enrolment, noticing->today);
        noticing->cents = look.amount_cents;
    }
    if (result == RESULT_OK && look.state == DRAFT_OPEN && !look.is_off &&
        noticing->notice.end != NOTICE_TOLD)
        result = db_transaction(noticing->running->db, upcoming_work, noticing);
    arena_free(arena);
    /* Told by another drafter, moved on, or not known: the key of the mail is its day's. */
    return result == RESULT_CONFLICT || result == RESULT_NOT_FOUND || result == RESULT_UNCERTAIN
               ? RESULT_OK
               : result;
}

static enum result upcoming_day(struct running *running, struct date today, struct date day,
                                bool is_bank) {
    struct noticing noticing = {
        .running = running, .today = today, .day = day, .now = clock_now(running->clock)};
    enum result result = RESULT_OK;
    int64_t after_id = 0;
    size_t count = PAGE;

    while (result == RESULT_OK && count == PAGE && !stop_asked()) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct draft_dues page = {0};

        result = draft_notice_list(running->db, arena, day, is_bank, after_id, PAGE, &page);
        count = page.count;
        for (size_t at = 0; at < count && result == RESULT_OK && !stop_asked(); at++) {
            noticing.due = &page.list[at];
            after_id = noticing.due->enrolment_id;
            result = upcoming_one(&noticing);
        }
        arena_free(arena);
    }
    return result;
}

static enum result expiring_work(struct db *db, void *context) {
    const struct noticing *noticing = context;
    const struct draft_due *due = noticing->due;
    char key[KEY_SIZE], day[DATE_TEXT_SIZE];

    date_format(noticing->day, day);
    /* The key is the card's as it is now and the month's: a card that is replaced is told of anew.
     */
    snprintf(key, sizeof key, "method_expiring:%lld:%.7s", (long long)due->draft_id, day);
    return outbox_add(db, key, "method_expiring", due->account_id, due->enrolment_id, due->draft_id,
                      noticing->now);
}

/* Of one month: its last days of validity are all the same day. */
static enum result expiring_day(struct running *running, struct date day) {
    struct noticing noticing = {.running = running, .day = day, .now = clock_now(running->clock)};
    enum result result = RESULT_OK;
    int64_t after_id = 0;
    size_t count = PAGE;

    while (result == RESULT_OK && count == PAGE && !stop_asked()) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct draft_dues page = {0};

        result = draft_expiring_list(running->db, arena, day, day, after_id, PAGE, &page);
        count = page.count;
        for (size_t at = 0; at < count && result == RESULT_OK; at++) {
            noticing.due = &page.list[at];
            after_id = noticing.due->draft_id;
            result = db_transaction(running->db, expiring_work, &noticing);
            if (result == RESULT_UNCERTAIN)
                result = RESULT_OK;
        }
        arena_free(arena);
    }
    return result;
}

enum result draft_notices(struct running *running, struct date today) {
    const struct autopay_settings *autopay = &running->settings.autopay;
    int64_t most = autopay->notice_days > autopay->bank_notice_days ? autopay->notice_days
                                                                    : autopay->bank_notice_days;
    enum result result = RESULT_OK;

    for (int32_t ahead = 1; ahead <= most && result == RESULT_OK; ahead++) {
        struct date day = date_add_days(today, ahead);

        if (ahead <= autopay->notice_days)
            result = upcoming_day(running, today, day, false);
        if (result == RESULT_OK && ahead <= autopay->bank_notice_days)
            result = upcoming_day(running, today, day, true);
    }
    for (int32_t ahead = 0; ahead <= EXPIRES_DAYS && result == RESULT_OK; ahead++) {
        struct date day = date_add_days(today, ahead);

        if (day.day == date_days_in_month(day.year, day.month))
            result = expiring_day(running, day);
    }
    return result;
}
