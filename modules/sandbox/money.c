/* money.c - decimal text and int64 cents; never floating point. */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>

#define WHOLE_DIGITS_LIMIT 10

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* "49" and "49.99"; no sign, no spaces, no other number of decimals. */
bool cents_parse(const char *text, int64_t *out_cents) {
    int64_t cents = 0;
    int digits = 0;

    for (; is_digit(*text); text++) {
        if (++digits > WHOLE_DIGITS_LIMIT)
            return false;
        cents = cents * 10 + (*text - '0');
    }
    if (digits == 0)
        return false;
    cents *= 100;
    if (text[0] == '.') {
        if (!is_digit(text[1]) || !is_digit(text[2]))
            return false;
        cents += (text[1] - '0') * 10 + (text[2] - '0');
        text += 3;
    }
    if (*text != '\0')
        return false;
    *out_cents = cents;
    return true;
}

const char *cents_format(int64_t cents, char out[static CENTS_TEXT_BYTES]) {
    snprintf(out, CENTS_TEXT_BYTES, "%" PRId64 ".%02d", cents / 100, (int)(cents % 100));
    return out;
}
