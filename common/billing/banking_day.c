#include "common/billing/banking_day.h"

#include <assert.h>

enum weekday { SUNDAY, MONDAY, THURSDAY = 4, SATURDAY = 6 };

static enum weekday weekday_of(struct date date) {
    int32_t days = date_to_days(date) + 4; /* 1970-01-01 was a Thursday */

    return (enum weekday)((days % 7 + 7) % 7);
}

/* New Year, Juneteenth, Independence Day, Veterans Day, Christmas. */
static bool is_fixed_holiday(struct date date) {
    switch (date.month) {
    case 1:
        return date.day == 1;
    case 6:
        return date.day == 19;
    case 7:
        return date.day == 4;
    case 11:
        return date.day == 11;
    case 12:
        return date.day == 25;
    default:
        return false;
    }
}

/* Which of its kind in the month: the first Monday has 1. */
static int week_of_month(struct date date) {
    return (date.day + 6) / 7;
}

static bool is_monday_holiday(struct date date) {
    switch (date.month) {
    case 1: /* Martin Luther King */
    case 2: /* Presidents */
        return week_of_month(date) == 3;
    case 5: /* Memorial Day: the last one */
        return date.day + 7 > 31;
    case 9: /* Labor Day */
        return week_of_month(date) == 1;
    case 10: /* Columbus */
        return week_of_month(date) == 2;
    default:
        return false;
    }
}

bool is_banking_day(struct date date) {
    enum weekday weekday = weekday_of(date);

    if (weekday == SATURDAY || weekday == SUNDAY || is_fixed_holiday(date))
        return false;
    if (weekday == MONDAY)
        return !is_monday_holiday(date) && !is_fixed_holiday(date_add_days(date, -1));
    /* Thanksgiving */
    return !(weekday == THURSDAY && date.month == 11 && week_of_month(date) == 4);
}

struct date banking_day_add(struct date date, int count) {
    assert(count >= 0);
    while (count > 0) {
        date = date_add_days(date, 1);
        count -= is_banking_day(date);
    }
    return date;
}
