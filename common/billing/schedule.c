#include "common/billing/schedule.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"

enum { ON_FIRST = 1, ON_FIFTEENTH = 2 };

static const struct {
    const char *name, *word;
    unsigned days;
} schedules[SCHEDULE_COUNT] = {
    [SCHEDULE_DUE_DATE] = {"due_date", WORDS("On the due date"), 0},
    [SCHEDULE_FIRST] = {"first", WORDS("1st of the Month"), ON_FIRST},
    [SCHEDULE_FIFTEENTH] = {"fifteenth", WORDS("15th of the Month"), ON_FIFTEENTH},
    [SCHEDULE_SPLIT] = {"split", WORDS("1st and 15th (Split Between)"), ON_FIRST | ON_FIFTEENTH},
};

const char *schedule_name(enum schedule schedule) {
    return schedules[schedule].name;
}

enum result schedule_parse(const char *name, enum schedule *out_schedule) {
    for (int schedule = 0; schedule < SCHEDULE_COUNT; schedule++)
        if (text_equal(schedules[schedule].name, name)) {
            *out_schedule = (enum schedule)schedule;
            return RESULT_OK;
        }
    return RESULT_INVALID;
}

const char *schedule_word(enum schedule schedule) {
    return say(schedules[schedule].word);
}

bool schedule_is_calendar(enum schedule schedule) {
    return schedules[schedule].days != 0;
}

struct date schedule_first_day(enum schedule schedule, struct date after) {
    unsigned days = schedules[schedule].days;

    assert(schedule_is_calendar(schedule));
    if (days & ON_FIFTEENTH && after.day < 15)
        return (struct date){after.year, after.month, 15};

    struct date next_month = after.month == 12
                                 ? (struct date){(int16_t)(after.year + 1), 1, 1}
                                 : (struct date){after.year, (int8_t)(after.month + 1), 1};
    next_month.day = days & ON_FIRST ? 1 : 15;
    return next_month;
}

struct date schedule_day_of(enum schedule schedule, struct date on) {
    unsigned days = schedules[schedule].days;

    assert(schedule_is_calendar(schedule));
    if (days & ON_FIFTEENTH && on.day >= 15)
        return (struct date){on.year, on.month, 15};
    if (days & ON_FIRST)
        return (struct date){on.year, on.month, 1};
    return on.month == 1 ? (struct date){(int16_t)(on.year - 1), 12, 15}
                         : (struct date){on.year, (int8_t)(on.month - 1), 15};
}

size_t schedule_days(enum schedule schedule, struct date from, struct date through,
                     struct date *out_days, size_t max) {
    size_t count = 0;
    struct date day = schedule_first_day(schedule, date_add_days(from, -1));

    assert(max > 0);
    for (; date_compare(day, through) <= 0; day = schedule_first_day(schedule, day)) {
        if (count >= max)
            memmove(out_days, out_days + 1, (max - 1) * sizeof *out_days);
        out_days[count < max ? count : max - 1] = day;
        count++;
    }
    return count;
}

struct date schedule_next_day(enum schedule schedule, const struct date *due_on, size_t due_count,
                              struct date after, struct date today) {
    struct date next_on = {0};

    if (schedule_is_calendar(schedule))
        return schedule_first_day(schedule, today);
    for (size_t at = 0; at < due_count; at++)
        if (date_compare(due_on[at], after) > 0)
            next_on = schedule_join_due_day(next_on, due_on[at], today);
    return next_on;
}

bool schedule_is_day(enum schedule schedule, const struct date *due_on, size_t due_count,
                     struct date day, struct date today) {
    if (schedule_is_calendar(schedule))
        return date_compare(schedule_first_day(schedule, date_add_days(day, -1)), day) == 0;
    for (size_t at = 0; at < due_count; at++)
        if (date_compare(schedule_join_due_day((struct date){0}, due_on[at], today), day) == 0)
            return true;
    return false;
}

struct date schedule_join_due_day(struct date next_on, struct date due_on, struct date today) {
    struct date tomorrow = date_add_days(today, 1);
    struct date day = date_compare(due_on, tomorrow) < 0 ? tomorrow : due_on;

    return next_on.year == 0 || date_compare(day, next_on) < 0 ? day : next_on;
}
