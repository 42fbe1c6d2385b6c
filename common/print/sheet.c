/* sheet.c - a page: texts in their places, rules, tags, and where one page ends and the next
 * begins. */
#include <cairo-pdf.h>
#include <limits.h>

#include "common/core/words.h"
#include "common/print/sheet.h"

enum { RULE_GREY = 0xd2, LABEL_GREY = 0x52 };

/* ---- colours ---- */

static void grey_use(struct sheet *sheet, int level) {
    cairo_set_source_rgb(sheet->cairo, level / 255.0, level / 255.0, level / 255.0);
}

static void accent_use(struct sheet *sheet) {
    const PangoColor *accent = &sheet->print->printer->accent;

    cairo_set_source_rgb(sheet->cairo, accent->red / 65535.0, accent->green / 65535.0,
                         accent->blue / 65535.0);
}

static void colour_use(struct sheet *sheet, enum style style) {
    if (style == STYLE_TITLE || style == STYLE_NAME || style == STYLE_LINK)
        accent_use(sheet);
    else
        grey_use(sheet, style == STYLE_LABEL ? LABEL_GREY : 0x14);
}

/* ---- tags ---- */

void sheet_tag(struct sheet *sheet, const char *tag) {
    if (sheet->cairo && tag)
        cairo_tag_begin(sheet->cairo, tag, NULL);
}

void sheet_tag_end(struct sheet *sheet, const char *tag) {
    if (sheet->cairo && tag)
        cairo_tag_end(sheet->cairo, tag);
}

/* ---- texts ---- */

static void layout_set(struct sheet *sheet, enum style style, const char *text, int width) {
    pango_layout_set_font_description(sheet->layout, sheet->print->printer->styles[style]);
    pango_layout_set_width(sheet->layout, width);
    pango_layout_set_text(sheet->layout, print_clean(sheet->print->arena, text), -1);
}

/* How high the iterator's line is, and how far below its place's top it begins. */
static int line_height(const struct sheet *sheet, enum style style, PangoLayoutIter *iter,
                       int *out_above) {
    const struct printer *printer = sheet->print->printer;
    PangoRectangle logical;

    pango_layout_iter_get_line_extents(iter, NULL, &logical);
    int ascent = pango_layout_iter_get_baseline(iter) - logical.y;
    int above = printer->ascents[style] > ascent ? printer->ascents[style] - ascent : 0;
    int height = above + logical.height;
    *out_above = above;
    return height > printer->heights[style] ? height : printer->heights[style];
}

int sheet_height(struct sheet *sheet, enum style style, const char *text, int width) {
    int height = 0, above;

    layout_set(sheet, style, text, width);
    PangoLayoutIter *iter = pango_layout_get_iter(sheet->layout);
    do {
        height += line_height(sheet, style, iter, &above);
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    return height;
}

/* Marks piled upon each other reach out of their line: what does is cut off. */
static bool clip_begin(struct sheet *sheet, const PangoRectangle *ink,
                       const PangoRectangle *logical, struct place place, int y) {
    int spare = POINTS(4);

    if (ink->y >= logical->y - spare &&
        ink->y + ink->height <= logical->y + logical->height + spare && ink->x >= -spare &&
        ink->x + ink->width <= place.width + spare)
        return false;
    cairo_save(sheet->cairo);
    cairo_rectangle(sheet->cairo, pango_units_to_double(place.x), pango_units_to_double(y),
                    pango_units_to_double(place.width), pango_units_to_double(logical->height));
    cairo_clip(sheet->cairo);
    return true;
}

/* The iterator's line, its top at y. */
static void line_draw(struct sheet *sheet, PangoLayoutIter *iter, struct place place, int y) {
    PangoRectangle ink, logical;
    int baseline = pango_layout_iter_get_baseline(iter);

    pango_layout_iter_get_line_extents(iter, &ink, &logical);
    /* Where Pango would put it depends on the text's direction: a column has one edge. */
    int left = place.x + (place.is_right ? place.width - logical.width : 0);
    ink.x -= logical.x;
    bool clipped = clip_begin(sheet, &ink, &logical, place, y);
    cairo_move_to(sheet->cairo, pango_units_to_double(left),
                  pango_units_to_double(y + baseline - logical.y));
    pango_cairo_show_layout_line(sheet->cairo, pango_layout_iter_get_line_readonly(iter));
    if (clipped)
        cairo_restore(sheet->cairo);
}

/* Of the layout as it is; see sheet_lines(). */
static int lines_draw(struct sheet *sheet, enum style style, struct place place, int bottom,
                      int *line) {
    PangoLayoutIter *iter = pango_layout_get_iter(sheet->layout);
    int at = 0, height = 0, drawn = 0;

    if (sheet->cairo)
        colour_use(sheet, style);
    do {
        int above;

        if (at++ < *line)
            continue;
        int more = line_height(sheet, style, iter, &above);
        if (drawn && place.y + height + more > bottom)
            break;
        if (sheet->cairo)
            line_draw(sheet, iter, place, place.y + height + above);
        height += more;
        drawn++;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    *line += drawn;
    return height;
}

int sheet_lines(struct sheet *sheet, enum style style, const char *text, struct place place,
                const char *tag, int bottom, int *line) {
    layout_set(sheet, style, text, place.width);
    if (*line >= pango_layout_get_line_count(sheet->layout))
        return 0;
    sheet_tag(sheet, tag);
    int height = lines_draw(sheet, style, place, bottom, line);
    sheet_tag_end(sheet, tag);
    return height;
}

int sheet_text(struct sheet *sheet, enum style style, const char *text, struct place place,
               const char *tag) {
    int line = 0;

    if (!sheet->cairo)
        return sheet_height(sheet, style, text, place.width);
    return sheet_lines(sheet, style, text, place, tag, INT_MAX, &line);
}

void sheet_rule(struct sheet *sheet, int x, int y, int width, int hundredths, bool is_accent) {
    if (!sheet->cairo)
        return;
    if (is_accent)
        accent_use(sheet);
    else
        grey_use(sheet, RULE_GREY);
    cairo_set_line_width(sheet->cairo, hundredths / 100.0);
    cairo_move_to(sheet->cairo, pango_units_to_double(x), pango_units_to_double(y));
    cairo_line_to(sheet->cairo, pango_units_to_double(x + width), pango_units_to_double(y));
    cairo_stroke(sheet->cairo);
}

/* ---- pages ---- */

static void foot_draw(struct sheet *sheet) {
    struct place left = {MARGIN, FOOT_TOP + POINTS(6), CONTENT_WIDTH - POINTS(90), false};
    struct place right = {MARGIN, left.y, CONTENT_WIDTH, true};
    const char *number = arena_format(sheet->print->arena, say("Page %d of %d"), sheet->page,
                                      sheet->page_count);
    int line = 0;

    sheet_rule(sheet, MARGIN, FOOT_TOP, CONTENT_WIDTH, 50, false);
    sheet_lines(sheet, STYLE_LABEL, sheet->print->paper.foot, left, NULL, 0, &line);
    sheet_text(sheet, STYLE_LABEL, number, right, NULL);
}

bool sheet_fits(const struct sheet *sheet, int height) {
    return sheet->y + height <= CONTENT_BOTTOM;
}

void sheet_next_page(struct sheet *sheet) {
    if (sheet->cairo) {
        foot_draw(sheet);
        cairo_show_page(sheet->cairo);
    }
    sheet->page++;
    sheet->y = CONTENT_TOP;
}

void sheet_need(struct sheet *sheet, int height) {
    if (!sheet_fits(sheet, height) && sheet->y > CONTENT_TOP)
        sheet_next_page(sheet);
}
