/*
 * log.c - what goes to stderr: sentences at start, then one JSON line for what is refused or odd.
 *
 * A line takes no body, key, path or number: only sentences written in this program.
 */
#include "modules/sandbox/sandbox.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

void complain(const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    fputs("sandbox: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
}

void log_line(const char *event, const char *why) {
    char at[TIME_TEXT_BYTES];

    fprintf(stderr, "{\"at\":\"%s\",\"program\":\"sandbox\",\"event\":\"%s\",\"why\":\"%s\"}\n",
            time_format_iso(time(NULL), at), event, why);
}
