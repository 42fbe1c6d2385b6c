#include "common/billing/month_grid.h"
#include "common/core/words.h"

#include <stdio.h>
#include <string.h>

/* 1970-01-01 was a Thursday. */
enum { FIRST_WEEK_DAY = 4 };

static bool is_shown(int year) {
    return year >= MONTH_YEAR_MIN && year <= MONTH_YEAR_MAX;
}

bool month_parse(const char *text, struct date *out_month) {
    char day[DATE_TEXT_SIZE];
    struct date month;

    if (strlen(text) != MONTH_TEXT_SIZE - 1)
        return false;
    snprintf(day, sizeof day, "%s-01", text);
    if (!date_parse(day, &month) || !is_shown(month.year))
        return false;
    *out_month = month;
    return true;
}

void month_format(struct date month, char *out) {
    char day[DATE_TEXT_SIZE];

    date_format(month, day);
    snprintf(out, MONTH_TEXT_SIZE, "%.7s", day);
}

const char *month_long(struct arena *arena, struct date month) {
    return date_month_year(arena, month.year, month.month);
}

struct date month_of(struct date day) {
    return (struct date){day.year, day.month, 1};
}

static struct date shown(struct date day) {
    return is_shown(day.year) ? month_of(day) : (struct date){0};
}

struct date month_before(struct date month) {
    return shown(date_add_days(month, -1));
}

struct date month_last_day(struct date month) {
    month.day = (int8_t)date_days_in_month(month.year, month.month);
    return month;
}

struct date month_after(struct date month) {
    return shown(date_add_days(month_last_day(month), 1));
}

int week_day(struct date day) {
    int rest = (date_to_days(day) + FIRST_WEEK_DAY) % WEEK_DAYS;

    return rest < 0 ? rest + WEEK_DAYS : rest;
}

const char *week_day_name(int number) {
    static const char *const names[WEEK_DAYS] = {
        WORDS("Sunday"),   WORDS("Monday"), WORDS("Tuesday"), WORDS("Wednesday"),
        WORDS("Thursday"), WORDS("Friday"), WORDS("Saturday")};

    return say(names[number]);
}

size_t month_weeks(struct date month) {
    int cells = week_day(month) + month_last_day(month).day;

    return (size_t)(cells + WEEK_DAYS - 1) / WEEK_DAYS;
}

struct date month_day(struct date month, size_t week, int column) {
    int day = (int)week * WEEK_DAYS + column - week_day(month) + 1;

    if (day < 1 || day > month_last_day(month).day)
        return (struct date){0};
    return (struct date){month.year, month.month, (int8_t)day};
}
