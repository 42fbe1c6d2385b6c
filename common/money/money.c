#include "common/money/money.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"

/* The part before the point: 1 to 3 digits and then groups of three behind commas, or digits
 * alone. Returns the end, or NULL. */
static const char *whole_end(const char *text) {
    const char *at = text;

    while (text_is_digit(*at))
        at++;
    if (*at != ',')
        return at;
    if (at == text || at - text > 3)
        return NULL;
    while (*at == ',') {
        for (int digit = 1; digit <= 3; digit++)
            if (!text_is_digit(at[digit]))
                return NULL;
        at += 4;
    }
    return text_is_digit(*at) ? NULL : at;
}

static bool add_digit(int64_t *number, char digit) {
    *number = *number * 10 + (digit - '0');
    return *number <= MONEY_MAX_CENTS;
}

enum money_error money_parse(const char *text, int64_t *out_cents) {
    int64_t cents = 0;
    bool fits = true;
    int decimals = 0;

    text += strspn(text, " \t");
    if (!*text)
        return MONEY_EMPTY;
    bool negative = *text == '-' || text_starts_with(text, "\xE2\x88\x92");
    if (negative)
        text += *text == '-' ? 1 : 3;
    text += *text == '$';

    const char *end = whole_end(text);
    if (!end)
        return MONEY_NOT_A_NUMBER;
    bool has_digits = end > text;
    for (; text < end; text++)
        if (*text != ',' && fits)
            fits = add_digit(&cents, *text);
    if (*text == '.') {
        for (text++; text_is_digit(*text); text++, decimals++)
            if (decimals < 2 && fits)
                fits = add_digit(&cents, *text);
        has_digits = has_digits || decimals > 0;
    }
    if (!has_digits || text[strspn(text, " \t")])
        return MONEY_NOT_A_NUMBER;
    if (negative)
        return MONEY_NEGATIVE;
    if (decimals > 2)
        return MONEY_DECIMALS;
    for (; decimals < 2 && fits; decimals++)
        fits = add_digit(&cents, '0');
    if (!fits)
        return MONEY_TOO_LARGE;
    if (!cents)
        return MONEY_ZERO;
    *out_cents = cents;
    return MONEY_OK;
}

const char *money_error_sentence(enum money_error error) {
    switch (error) {
    case MONEY_OK:
        break;
    case MONEY_EMPTY:
        return say("Enter an amount, for example 25.00.");
    case MONEY_NOT_A_NUMBER:
        return say("Enter an amount in dollars and cents, for example 1,234.50.");
    case MONEY_NEGATIVE:
        return say("An amount cannot be negative. Enter an amount above zero.");
    case MONEY_ZERO:
        return say("Enter an amount above zero.");
    case MONEY_DECIMALS:
        return say("Use at most two digits after the point: there is nothing smaller than a cent.");
    case MONEY_TOO_LARGE:
        return say("This amount is larger than can be paid here.");
    }
    return "";
}

static const char *money_format(struct arena *arena, int64_t cents, const char *minus,
                                const char *sign, const char *comma) {
    /* The magnitude as unsigned, so that INT64_MIN has one too. */
    uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    char text[48];
    char *at = text + sizeof text - 1;
    int digits = 0;

    *at = '\0';
    for (; digits < 3 || size; digits++) {
        if (digits == 2)
            *--at = '.';
        else if (digits > 2 && (digits - 2) % 3 == 0 && *comma)
            *--at = *comma;
        *--at = (char)('0' + size % 10);
        size /= 10;
    }
    if (*sign)
        *--at = *sign;
    return cents < 0 ? arena_join(arena, minus, at) : arena_text(arena, at);
}

const char *money_plain(struct arena *arena, int64_t cents) {
    return money_format(arena, cents, "-", "", "");
}

const char *money_text(struct arena *arena, int64_t cents) {
    return money_format(arena, cents, "\xE2\x88\x92", "$", ",");
}

enum result money_from_plain(const char *text, int64_t *out_cents) {
    int64_t cents = 0;
    int decimals = -1;

    if (!text_is_digit(*text))
        return RESULT_INVALID;
    for (; *text; text++) {
        if (*text == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (!text_is_digit(*text) || decimals == 2 || !add_digit(&cents, *text))
            return RESULT_INVALID;
        decimals += decimals >= 0;
    }
    if (decimals == 0)
        return RESULT_INVALID;
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 2; decimals++)
        if (!add_digit(&cents, '0'))
            return RESULT_INVALID;
    *out_cents = cents;
    return RESULT_OK;
}

int64_t money_add(int64_t a, int64_t b) {
    int64_t sum = 0;
    bool overflow = __builtin_add_overflow(a, b, &sum);

    assert(!overflow);
    return sum;
}

int64_t money_subtract(int64_t a, int64_t b) {
    int64_t difference = 0;
    bool overflow = __builtin_sub_overflow(a, b, &difference);

    assert(!overflow);
    return difference;
}

int64_t money_min(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int64_t money_split(int64_t cents, int64_t parts, int64_t index) {
    assert(cents >= 0 && parts >= 1 && index >= 0 && index < parts);
    return cents / parts + (index < cents % parts);
}
