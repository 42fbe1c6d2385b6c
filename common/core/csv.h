/*
 * csv.h - tables as other programs read them: RFC 4180, UTF-8.
 *
 * A file begins with a byte order mark: without one Excel takes UTF-8 for something else, and
 * whoever reads UTF-8 passes over it. Texts are quoted. One that a spreadsheet would take for a
 * formula (it begins, after spaces, with = + - @, their full-width forms, a tab or a line end) gets
 * an apostrophe before it; figures are written as they are, and stay figures.
 */
#ifndef REMIT_CORE_CSV_H
#define REMIT_CORE_CSV_H

#include <stdbool.h>

#include "common/core/buffer.h"

struct csv {
    struct buffer *out; /* its limit is the file's */
    bool is_in_row;
};

/* The mark; then cells, and csv_end() behind each row. */
struct csv csv_begin(struct buffer *out);
void csv_text(struct csv *csv, const char *text);
/* "1234.50", "-7", a date, or nothing: digits - . alone; anything else is our mistake. */
void csv_plain(struct csv *csv, const char *figure);
void csv_end(struct csv *csv);

#endif
