/*
 * date.h - calendar days and instants. No clock, no time zone of its own.
 *
 * A date is a day in the provider's time zone; an instant is a count of seconds since
 * 1970-01-01T00:00:00Z. Proleptic Gregorian calendar, years 1900 to 9999.
 */
#ifndef REMIT_CORE_DATE_H
#define REMIT_CORE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/arena.h"

struct date {
    int16_t year;
    int8_t month, day; /* 1 .. 12, 1 .. 31; year 0: no date */
};

enum { DATE_TEXT_SIZE = 11, INSTANT_TEXT_SIZE = 20 };

/* Strict YYYY-MM-DD of a day that exists. */
bool date_parse(const char *text, struct date *out_date);
bool date_is_valid(struct date date);

/* out holds DATE_TEXT_SIZE. */
void date_format(struct date date, char *out);

/* Days for people, in the language spoken (words.h). "November 22, 2026" */
const char *date_long(struct arena *arena, struct date date);
/* "Nov 22, 2026" */
const char *date_short(struct arena *arena, struct date date);
/* "November" of month 1 .. 12; "November 2026" */
const char *date_month(int month);
const char *date_month_year(struct arena *arena, int year, int month);

/* Negative: a is earlier. */
int date_compare(struct date a, struct date b);

/* Days since 1970-01-01 and back. */
int32_t date_to_days(struct date date);
struct date date_from_days(int32_t days);
struct date date_add_days(struct date date, int32_t days);
int date_days_in_month(int year, int month);

/* "YYYY-MM-DD HH:MM:SS" in UTC, as columns hold instants; out holds INSTANT_TEXT_SIZE. Read are a
 * 'T' between, parts of a second (passed over) and a 'Z' behind, too. */
void instant_format(int64_t instant, char *out);
bool instant_parse(const char *text, int64_t *out_instant);

/* The day of an instant, and its wall-clock text ("Nov 22, 2026, 3:04 PM EST"), in the process's
 * time zone (date_set_zone). */
struct date instant_date(int64_t instant);
const char *instant_long(struct arena *arena, int64_t instant);

/* The first second of a day, in the same zone. */
int64_t date_start(struct date date);

/* Sets the process's time zone to an IANA name; false: the system does not know it. */
bool date_set_zone(const char *zone);

#endif
