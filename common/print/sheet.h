/* sheet.h - what the files of common/print share; nobody else includes it. All lengths are whole
 * Pango units, 1024 to a point: Cairo gets them as its own kind of number only when it draws. */
#ifndef REMIT_PRINT_SHEET_H
#define REMIT_PRINT_SHEET_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "common/print/print.h"

#define POINTS(n) ((n)*PANGO_SCALE)

enum {
    PAGE_WIDTH = POINTS(612), /* US Letter */
    PAGE_HEIGHT = POINTS(792),
    MARGIN = POINTS(54),
    CONTENT_WIDTH = PAGE_WIDTH - 2 * MARGIN,
    CONTENT_TOP = MARGIN,
    CONTENT_BOTTOM = PAGE_HEIGHT - POINTS(72),
    FOOT_TOP = PAGE_HEIGHT - POINTS(54)
};

enum style {
    STYLE_TEXT,
    STYLE_STRONG,
    STYLE_LABEL, /* small and grey */
    STYLE_NAME,  /* the provider's, where there is no logo */
    STYLE_TITLE,
    STYLE_HEADING,
    STYLE_FIGURE,
    STYLE_LINK,
    STYLE_COUNT
};

struct printer {
    PangoFontMap *fonts;
    PangoFontDescription *styles[STYLE_COUNT];
    cairo_surface_t *logo; /* NULL: none */
    int logo_width, logo_height;
    PangoColor accent;
    /* Of a line in Latin letters. Other scripts' fonts have lower lines; theirs are made as high,
     * so that lines below each other keep their distance. */
    int ascents[STYLE_COUNT], heights[STYLE_COUNT];
};

enum block_kind {
    BLOCK_LETTERHEAD,
    BLOCK_PANEL,
    BLOCK_HEADING,
    BLOCK_TEXT,
    BLOCK_LINK,
    BLOCK_TABLE
};

struct block {
    struct block *next;
    enum block_kind kind;
    const char *text, *url;
    struct print_letterhead letterhead;
    struct print_panel panel;
    struct print_table table;
    int *heights; /* of a table's rows, once they were measured */
};

struct print {
    struct arena *arena;
    struct printer *printer;
    struct print_paper paper;
    struct block *first, *last;
};

/* One run through a document. */
struct sheet {
    struct print *print;
    PangoContext *context;
    PangoLayout *layout;
    cairo_t *cairo; /* NULL: measuring */
    int page, page_count;
    int y; /* where the next thing begins */
    bool failed;
};

/* A text in its place: within width from x, its top at y. */
struct place {
    int x, y, width;
    bool is_right;
};

/* Of text in that style and width; the layout is then that text's until the next call. */
int sheet_height(struct sheet *sheet, enum style style, const char *text, int width);
/* What Cairo and Pango are told of every text, when measuring and when drawing. */
PangoContext *printer_context(const struct printer *printer);
/* Draws it, in an element of the document called tag (NULL: none), and returns its height. */
int sheet_text(struct sheet *sheet, enum style style, const char *text, struct place place,
               const char *tag);
/* The same for those lines of it that end above bottom, from line *line on, which is moved behind
 * them: at least one where there is one. Returns their height. */
int sheet_lines(struct sheet *sheet, enum style style, const char *text, struct place place,
                const char *tag, int bottom, int *line);
/* NULL: nothing, on both. */
void sheet_tag(struct sheet *sheet, const char *tag);
void sheet_tag_end(struct sheet *sheet, const char *tag);
/* A line from left to right at y, of so many hundredths of a point. */
void sheet_rule(struct sheet *sheet, int x, int y, int width, int hundredths, bool is_accent);

/* Whether height more fits on this page. */
bool sheet_fits(const struct sheet *sheet, int height);
void sheet_next_page(struct sheet *sheet);
/* A new page, unless height fits on this one. */
void sheet_need(struct sheet *sheet, int height);

void sheet_letterhead(struct sheet *sheet, const struct print_letterhead *letterhead);
void sheet_panel(struct sheet *sheet, const struct print_panel *panel);
void sheet_table(struct sheet *sheet, struct block *block);

/* text without what disturbs others. */
const char *print_clean(struct arena *arena, const char *text);

/* Writes the document's language, and that its title is its window's title, behind a whole PDF of
 * Cairo's: as an update, the way the format has it. RESULT_FAILED: it is not one that Cairo 1.16
 * writes; nothing was added. */
MUST_CHECK enum result print_language(struct buffer *pdf, struct arena *arena,
                                      const char *language);

#endif
