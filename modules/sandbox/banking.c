/*
 * banking.c - the days on which US banks work: Monday to Friday without the Federal Reserve's
 * holidays. One on a Saturday is not moved, one on a Sunday is kept on Monday.
 */
#include "modules/sandbox/sandbox.h"

#include <time.h>

enum { SUNDAY, MONDAY, THURSDAY = 4, SATURDAY = 6 };

static struct tm date_of(int64_t day) {
    time_t seconds = day * DAY_S;
    struct tm tm = {0};

    gmtime_r(&seconds, &tm);
    return tm;
}

static bool is_fixed_holiday(const struct tm *tm) {
    static const struct {
        int month, day;
    } holidays[] = {{1, 1}, {6, 19}, {7, 4}, {11, 11}, {12, 25}};

    for (size_t i = 0; i < sizeof(holidays) / sizeof(holidays[0]); i++)
        if (holidays[i].month == tm->tm_mon + 1 && holidays[i].day == tm->tm_mday)
            return true;
    return false;
}

/* That weekday in the seven days from `from` on: the third Monday is the one from the 15th on. */
static bool is_moving_holiday(const struct tm *tm) {
    static const struct {
        int month, weekday, from;
    } holidays[] = {{1, MONDAY, 15}, {2, MONDAY, 15}, {5, MONDAY, 25},
                    {9, MONDAY, 1},  {10, MONDAY, 8}, {11, THURSDAY, 22}};

    for (size_t i = 0; i < sizeof(holidays) / sizeof(holidays[0]); i++)
        if (holidays[i].month == tm->tm_mon + 1 && holidays[i].weekday == tm->tm_wday &&
            tm->tm_mday >= holidays[i].from && tm->tm_mday < holidays[i].from + 7)
            return true;
    return false;
}

bool banking_is_open(int64_t day) {
    struct tm tm = date_of(day), before = date_of(day - 1);

    if (tm.tm_wday == SUNDAY || tm.tm_wday == SATURDAY)
        return false;
    return !is_fixed_holiday(&tm) && !is_moving_holiday(&tm) &&
           !(tm.tm_wday == MONDAY && is_fixed_holiday(&before));
}

int64_t banking_days_after(int64_t day, int64_t count) {
    while (count > 0)
        count -= banking_is_open(++day);
    return day;
}
