/*
 * print.h - documents on paper, as PDF: headings, paragraphs, tables that go over pages. The only
 * user of Pango, Cairo and fontconfig. Knows no invoice and no account.
 *
 * A document is described from top to bottom, then printed in one go: once to measure, so that a
 * page can say "Page 2 of 5", and once to draw. Any script that an installed font has; each text
 * finds its own direction. Control characters and those that turn the direction of text are left
 * out: no text disturbs what stands beside it. Colour fonts are not used: Cairo paints them as
 * pictures, and what is painted is not found, copied or read aloud.
 *
 * What was drawn is tagged (headings, tables, rows, cells); the file says its title, its author and
 * its language.
 */
#ifndef REMIT_PRINT_PRINT_H
#define REMIT_PRINT_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/arena.h"
#include "common/core/buffer.h"
#include "common/core/result.h"

enum {
    PRINT_PAGES_MAX = 600,
    PRINT_COLUMNS_MAX = 8,
    PRINT_LOGO_WIDTH_MAX = 2000, /* pixels */
    PRINT_LOGO_HEIGHT_MAX = 1000
};

/* ---- what lives as long as the process: fonts, and the provider's logo ---- */

struct printer;

/* logo_file: the whole path of a PNG, "" for none. accent: "#0b5d4a", the colour of titles; "" or
 * what is no colour: black. Never returns NULL in *out_printer on RESULT_OK.
 * RESULT_INVALID: the logo cannot be read, or is larger than above. */
MUST_CHECK enum result printer_open(const char *logo_file, const char *accent,
                                    struct printer **out_printer);
/* Accepts NULL. */
void printer_close(struct printer *printer);

/* ---- one document; all texts are UTF-8 and borrowed until it is printed ---- */

struct print;

struct print_paper {
    const char *title, *author; /* of the file */
    const char *language;       /* "en-US" */
    const char *foot;           /* at the foot of each page, beside the page's number */
    int64_t made_at;
};

struct print *print_new(struct arena *arena, struct printer *printer,
                        const struct print_paper *paper);

struct print_fact {
    const char *label, *value;
    bool is_strong;
};

/* The top of the first page: on the left the logo, or name in its place, and lines below it; on the
 * right title, large, and facts below it. */
struct print_letterhead {
    const char *name;
    const char *const *lines;
    size_t line_count;
    const char *title;
    const struct print_fact *facts;
    size_t fact_count;
};
void print_letterhead(struct print *print, const struct print_letterhead *letterhead);

/* Whom it is for, and beside it, large, the one figure that counts; the figure may be NULL. */
struct print_panel {
    const char *label;
    const char *const *lines; /* the first one is a name */
    size_t line_count;
    struct print_fact figure;
    const char *note; /* below the figure; may be NULL */
};
void print_panel(struct print *print, const struct print_panel *panel);

void print_heading(struct print *print, const char *text);
void print_text(struct print *print, const char *text);
/* A line that leads to url. */
void print_link(struct print *print, const char *text, const char *url);

struct print_column {
    const char *title;
    unsigned width; /* of 1000 for all columns together */
    bool is_right;  /* figures */
};

struct print_row {
    const char *const *cells; /* one for each column */
    bool is_strong;
};

/* A row is cut only where it is higher than a page; the header row stands on each page; totals stay
 * with the last row. */
struct print_table {
    const struct print_column *columns;
    size_t column_count; /* 1 .. PRINT_COLUMNS_MAX */
    const struct print_row *rows;
    size_t row_count;
    const char *empty; /* said where there are no rows */
    const struct print_fact *totals;
    size_t total_count;
};
void print_table(struct print *print, const struct print_table *table);

/* Prints into out. RESULT_INVALID: more than PRINT_PAGES_MAX pages, or more bytes than out takes.
 * RESULT_FAILED: Cairo says so; logged. */
MUST_CHECK enum result print_finish(struct print *print, struct buffer *out);

#endif
