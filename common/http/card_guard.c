#include "common/http/card_guard.h"

#include <stdint.h>

#include "common/core/text.h"

enum { CARD_MIN = 13, CARD_MAX = 19 };

struct card_range {
    unsigned first, last; /* of the leading six digits */
    unsigned lengths;     /* bit n: n digits */
};

#define LENGTH(n) (1U << (n))
#define LENGTHS_16_TO_19 (LENGTH(16) | LENGTH(17) | LENGTH(18) | LENGTH(19))
#define LENGTHS_13_TO_19 (LENGTH(13) | LENGTH(14) | LENGTH(15) | LENGTHS_16_TO_19)

static const struct card_range ranges[] = {
    {400000, 499999, LENGTH(13) | LENGTH(16) | LENGTH(19)}, /* Visa */
    {510000, 559999, LENGTH(16)},                           /* Mastercard */
    {222100, 272099, LENGTH(16)},                           /* Mastercard */
    {340000, 349999, LENGTH(15)},                           /* Amex */
    {370000, 379999, LENGTH(15)},                           /* Amex */
    {601100, 601199, LENGTHS_16_TO_19},                     /* Discover */
    {644000, 659999, LENGTHS_16_TO_19},                     /* Discover */
    {300000, 305999, LENGTH(14) | LENGTHS_16_TO_19},        /* Diners */
    {360000, 369999, LENGTH(14) | LENGTHS_16_TO_19},        /* Diners */
    {380000, 399999, LENGTH(14) | LENGTHS_16_TO_19},        /* Diners */
    {352800, 358999, LENGTHS_16_TO_19},                     /* JCB */
    {620000, 629999, LENGTHS_16_TO_19},                     /* UnionPay */
    {500000, 509999, LENGTHS_13_TO_19},                     /* Maestro */
    {560000, 589999, LENGTHS_13_TO_19},                     /* Maestro */
    {630400, 630499, LENGTHS_13_TO_19},                     /* Maestro */
    {639000, 639099, LENGTHS_13_TO_19},                     /* Maestro */
    {670000, 679999, LENGTHS_13_TO_19},                     /* Maestro */
};

static bool luhn_is_right(const uint8_t *digits, unsigned count) {
    unsigned sum = 0;

    for (unsigned at = 0; at < count; at++) {
        unsigned digit = digits[count - 1 - at];

        if (at % 2 == 1)
            digit = digit > 4 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

static bool digits_are_card(const uint8_t *digits, unsigned count) {
    unsigned prefix = 0;

    if (count < CARD_MIN || count > CARD_MAX || !luhn_is_right(digits, count))
        return false;
    for (unsigned at = 0; at < 6; at++)
        prefix = prefix * 10 + digits[at];
    for (size_t at = 0; at < sizeof ranges / sizeof *ranges; at++)
        if (prefix >= ranges[at].first && prefix <= ranges[at].last &&
            ranges[at].lengths & LENGTH(count))
            return true;
    return false;
}

/* Whole groups of digits from text on, as many as make a card: what is typed behind a number ("4111
 * 1111 1111 1111 12/27") must not hide it. A group that is too long is no card number. */
static bool groups_are_card(const char *text) {
    uint8_t digits[CARD_MAX];
    unsigned count = 0;

    for (;; text++) {
        for (; text_is_digit(*text); text++) {
            if (count == CARD_MAX)
                return false;
            digits[count++] = (uint8_t)(*text - '0');
        }
        if (digits_are_card(digits, count))
            return true;
        if ((*text != ' ' && *text != '-') || !text_is_digit(text[1]))
            return false;
    }
}

bool card_guard_matches(const char *text) {
    while (*text) {
        if (!text_is_digit(*text)) {
            text++;
            continue;
        }
        if (groups_are_card(text))
            return true;
        while (text_is_digit(*text))
            text++;
    }
    return false;
}

static const struct field *declared(const struct form *form, const char *name) {
    for (size_t at = 0; form && at < form->count; at++)
        if (text_equal(form->fields[at].name, name))
            return &form->fields[at];
    return NULL;
}

bool card_guard_refuses(const struct pairs *pairs, const struct form *form,
                        const char **out_field) {
    for (size_t at = 0; at < pairs->count; at++) {
        const char *name = pairs->list[at].name;
        const struct field *field = declared(form, name);

        *out_field = field ? name : "undeclared";
        if (text_equal(name, "ccnumber") || text_equal(name, "cvv") || card_guard_matches(name))
            return true;
        if (!(field && field->flags & FIELD_CARD_EXEMPT) &&
            card_guard_matches(pairs->list[at].value))
            return true;
    }
    return false;
}
