#include "common/core/date.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/core/text.h"
#include "common/core/words.h"

enum { YEAR_MIN = 1900, YEAR_MAX = 9999 };

static const char *const month_names[] = {WORDS("January"), WORDS("February"), WORDS("March"),
                                          WORDS("April"),   WORDS("May"),      WORDS("June"),
                                          WORDS("July"),    WORDS("August"),   WORDS("September"),
                                          WORDS("October"), WORDS("November"), WORDS("December")};
static const char *const month_shorts[] = {
    WORDS_IN("month, short", "Jan"), WORDS_IN("month, short", "Feb"),
    WORDS_IN("month, short", "Mar"), WORDS_IN("month, short", "Apr"),
    WORDS_IN("month, short", "May"), WORDS_IN("month, short", "Jun"),
    WORDS_IN("month, short", "Jul"), WORDS_IN("month, short", "Aug"),
    WORDS_IN("month, short", "Sep"), WORDS_IN("month, short", "Oct"),
    WORDS_IN("month, short", "Nov"), WORDS_IN("month, short", "Dec")};

static const char *month_short(int month) {
    return say_in("month, short", month_shorts[month - 1]);
}

static bool year_is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int date_days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && year_is_leap(year) ? 29 : days[month - 1];
}

bool date_is_valid(struct date date) {
    return date.year >= YEAR_MIN && date.year <= YEAR_MAX && date.month >= 1 && date.month <= 12 &&
           date.day >= 1 && date.day <= date_days_in_month(date.year, date.month);
}

static bool digits_at(const char *text, size_t count, int *out_number) {
    int number = 0;

    for (size_t at = 0; at < count; at++) {
        if (!text_is_digit(text[at]))
            return false;
        number = number * 10 + (text[at] - '0');
    }
    *out_number = number;
    return true;
}

static bool date_parse_at(const char *text, struct date *out_date) {
    int year, month, day;

    if (!digits_at(text, 4, &year) || text[4] != '-' || !digits_at(text + 5, 2, &month) ||
        text[7] != '-' || !digits_at(text + 8, 2, &day))
        return false;

    struct date date = {(int16_t)year, (int8_t)month, (int8_t)day};
    if (!date_is_valid(date))
        return false;
    *out_date = date;
    return true;
}

bool date_parse(const char *text, struct date *out_date) {
    return strlen(text) == DATE_TEXT_SIZE - 1 && date_parse_at(text, out_date);
}

static char *digits_write(char *at, unsigned number, size_t count) {
    for (size_t digit = count; digit-- > 0; number /= 10)
        at[digit] = (char)('0' + number % 10);
    return at + count;
}

void date_format(struct date date, char *out) {
    out = digits_write(out, (unsigned)date.year, 4);
    *out++ = '-';
    out = digits_write(out, (unsigned)date.month, 2);
    *out++ = '-';
    *digits_write(out, (unsigned)date.day, 2) = '\0';
}

const char *date_long(struct arena *arena, struct date date) {
    if (!date_is_valid(date))
        return "";
    /* Month, day, year: "November 22, 2026". */
    return arena_format(arena, say("%1$s %2$d, %3$d"), date_month(date.month), date.day, date.year);
}

const char *date_month(int month) {
    return say(month_names[month - 1]);
}

const char *date_month_year(struct arena *arena, int year, int month) {
    /* Month and year: "November 2026". */
    return arena_format(arena, say("%1$s %2$d"), date_month(month), year);
}

const char *date_short(struct arena *arena, struct date date) {
    static const char format[] = "%1$s %2$d, %3$d";

    if (!date_is_valid(date))
        return "";
    if (say_in("day, short", format) != format)
        /* Month, day, year: "Nov 22, 2026". */
        return arena_format(arena, say_in("day, short", "%1$s %2$d, %3$d"), month_short(date.month),
                            date.day, date.year);
    /* By hand, as it stands twice in each row of a list. */
    char text[sizeof "Jan 31, 9999"], *at = text;

    memcpy(at, month_shorts[date.month - 1], 3);
    at += 3;
    *at++ = ' ';
    at = digits_write(at, (unsigned)date.day, date.day < 10 ? 1 : 2);
    *at++ = ',';
    *at++ = ' ';
    at = digits_write(at, (unsigned)date.year, 4);
    return arena_copy(arena, text, (size_t)(at - text));
}

int date_compare(struct date a, struct date b) {
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

/* Days are counted from March, so that the leap day is the last of its year. */
int32_t date_to_days(struct date date) {
    int32_t year = date.year - (date.month <= 2);
    int32_t month = (date.month + 9) % 12;
    int32_t day_of_year = (153 * month + 2) / 5 + date.day - 1;

    return 365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

struct date date_from_days(int32_t days) {
    int32_t day = days + 719468;
    int32_t era = day / 146097, of_era = day % 146097;
    int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int32_t month = (5 * of_year + 2) / 153;
    struct date date = {
        .day = (int8_t)(of_year - (153 * month + 2) / 5 + 1),
        .month = (int8_t)(month < 10 ? month + 3 : month - 9),
    };

    date.year = (int16_t)(year + era * 400 + (date.month <= 2));
    return date;
}

struct date date_add_days(struct date date, int32_t days) {
    return date_from_days(date_to_days(date) + days);
}

void instant_format(int64_t instant, char *out) {
    struct tm utc = {0};
    time_t seconds = instant;

    gmtime_r(&seconds, &utc);
    date_format(
        (struct date){(int16_t)(utc.tm_year + 1900), (int8_t)(utc.tm_mon + 1), (int8_t)utc.tm_mday},
        out);
    out += DATE_TEXT_SIZE - 1;
    *out++ = ' ';
    out = digits_write(out, (unsigned)utc.tm_hour, 2);
    *out++ = ':';
    out = digits_write(out, (unsigned)utc.tm_min, 2);
    *out++ = ':';
    *digits_write(out, (unsigned)utc.tm_sec, 2) = '\0';
}

/* Parts of a second and 'Z' may follow, and nothing else: no other zone is taken for UTC. */
static bool instant_ends(const char *text) {
    if (*text == '.') {
        if (!text_is_digit(*++text))
            return false;
        while (text_is_digit(*text))
            text++;
    }
    text += *text == 'Z';
    return !*text;
}

bool instant_parse(const char *text, int64_t *out_instant) {
    struct date date;
    int hour, minute, second;

    if (strlen(text) < INSTANT_TEXT_SIZE - 1 || !date_parse_at(text, &date) ||
        (text[10] != ' ' && text[10] != 'T') || !digits_at(text + 11, 2, &hour) ||
        text[13] != ':' || !digits_at(text + 14, 2, &minute) || text[16] != ':' ||
        !digits_at(text + 17, 2, &second) || hour > 23 || minute > 59 || second > 59 ||
        !instant_ends(text + INSTANT_TEXT_SIZE - 1))
        return false;
    *out_instant = ((int64_t)date_to_days(date) * 24 + hour) * 3600 + (int64_t)minute * 60 + second;
    return true;
}

struct date instant_date(int64_t instant) {
    struct tm local = {0};
    time_t seconds = instant;

    localtime_r(&seconds, &local);
    return (struct date){(int16_t)(local.tm_year + 1900), (int8_t)(local.tm_mon + 1),
                         (int8_t)local.tm_mday};
}

const char *instant_long(struct arena *arena, int64_t instant) {
    struct tm local = {0};
    time_t seconds = instant;

    localtime_r(&seconds, &local);
    struct date day = {(int16_t)(local.tm_year + 1900), (int8_t)(local.tm_mon + 1),
                       (int8_t)local.tm_mday};
    /* Day, hour, minutes, AM or PM, time zone: "Nov 22, 2026, 3:04 PM EST". */
    return arena_format(arena, say("%1$s, %2$d:%3$02d %4$s %5$s"), date_short(arena, day),
                        local.tm_hour % 12 ? local.tm_hour % 12 : 12, local.tm_min,
                        local.tm_hour < 12 ? say("AM") : say("PM"), local.tm_zone);
}

int64_t date_start(struct date date) {
    struct tm local = {
        .tm_year = date.year - 1900, .tm_mon = date.month - 1, .tm_mday = date.day, .tm_isdst = -1};

    return (int64_t)mktime(&local);
}

/* Whether a file holds a zone: beside them lie folders and tables. */
static bool zone_is_in(const char *path) {
    static const char magic[4] = {'T', 'Z', 'i', 'f'};
    char start[sizeof magic];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool is_zone = file >= 0 && read(file, start, sizeof start) == (ssize_t)sizeof start &&
                   memcmp(start, magic, sizeof magic) == 0;

    if (file >= 0)
        close(file);
    return is_zone;
}

bool date_set_zone(const char *zone) {
    char path[200];

    /* tzset() takes an unknown name for UTC without a word, so the file is looked for first. */
    if (strstr(zone, "..") || *zone == '/' ||
        snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone) >= (int)sizeof path ||
        !zone_is_in(path) || setenv("TZ", zone, 1) != 0)
        return false;
    tzset();
    return true;
}
