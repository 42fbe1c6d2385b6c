/*
 * text.h - small questions about bytes and text. Locale never matters: only ASCII has classes.
 */
#ifndef REMIT_CORE_TEXT_H
#define REMIT_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/arena.h"

/* Bytes of the UTF-8 sequence at text (1 to 4), or 0: it is not valid there (overlong forms,
 * surrogates, past U+10FFFF, cut short). text ends in a NUL. */
size_t text_utf8_length(const char *text);

/* Whole and valid UTF-8, with no NUL inside. */
bool text_is_utf8(const char *bytes, size_t length);

/* Characters, not bytes; text is valid UTF-8. */
size_t text_utf8_count(const char *text);

bool text_is_digit(char c);
bool text_is_alnum(char c);

/* 1 to max_length ASCII digits and nothing else. */
bool text_is_digits(const char *text, size_t max_length);

/* Letters, digits, '-', '.', '_', '~'. */
bool text_is_url_safe(char c);

bool text_equal(const char *a, const char *b);
bool text_equal_ignoring_case(const char *a, const char *b);
bool text_starts_with(const char *text, const char *prefix);

/* A copy without leading and trailing spaces and tabs. */
char *text_trim(struct arena *arena, const char *text);

/* ASCII letters lowered. */
char *text_lower(struct arena *arena, const char *text);

/* Decodes %XX and '+'. Returns NULL for a broken escape. *out_length counts decoded bytes. */
char *text_url_decode(struct arena *arena, const char *bytes, size_t length, size_t *out_length);

/* Whole text as a decimal number without sign, 0 .. INT64_MAX; false for anything else. */
bool text_to_int(const char *text, int64_t *out_number);

/* Lower-case hexadecimal; out holds 2 * length + 1. */
void text_to_hex(const unsigned char *bytes, size_t length, char *out);
bool text_from_hex(const char *text, unsigned char *out_bytes, size_t length);

/* A Zip Code: 12345 or 12345-6789. */
bool text_is_zip(const char *text);

#endif
