/*
 * log.c - one JSON line on stderr for what is refused or odd.
 *
 * It takes no body, key, path or number: only sentences written in this program.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <time.h>

void log_line(const char *event, const char *why) {
    char at[TIME_TEXT_BYTES];

    fprintf(stderr, "{\"at\":\"%s\",\"program\":\"sandbox\",\"event\":\"%s\",\"why\":\"%s\"}\n",
            time_format_iso(time(NULL), at), event, why);
}
