/* sheet_top.c - what stands above the tables: the letterhead, and whom it is for. */
#include "common/core/text.h"
#include "common/print/sheet.h"

enum {
    LOGO_WIDTH_MAX = 180, /* points */
    LOGO_HEIGHT_MAX = 54,
    LEFT_WIDTH = POINTS(270),
    RIGHT_WIDTH = POINTS(220),
    RIGHT_X = PAGE_WIDTH - MARGIN - RIGHT_WIDTH,
    LABEL_WIDTH = POINTS(92)
};

/* In its own proportions, never larger than it is. Returns its height. Without a tag: Cairo 1.16
 * takes no text in an image's place, and who made the document stands at its foot. */
static int logo_draw(struct sheet *sheet, int y) {
    const struct printer *printer = sheet->print->printer;
    int64_t width = printer->logo_width, height = printer->logo_height;
    int64_t units = POINTS(1);

    if (width * units > POINTS(LOGO_WIDTH_MAX))
        units = POINTS(LOGO_WIDTH_MAX) / width;
    if (height * units > POINTS(LOGO_HEIGHT_MAX))
        units = POINTS(LOGO_HEIGHT_MAX) / height;
    if (units < 1)
        units = 1;
    if (sheet->cairo) {
        cairo_save(sheet->cairo);
        cairo_translate(sheet->cairo, pango_units_to_double(MARGIN), pango_units_to_double(y));
        cairo_scale(sheet->cairo, pango_units_to_double((int)units),
                    pango_units_to_double((int)units));
        cairo_set_source_surface(sheet->cairo, printer->logo, 0, 0);
        /* Not cairo_paint(): within tags Cairo 1.16 takes it for wrong nesting. */
        cairo_rectangle(sheet->cairo, 0, 0, (int)width, (int)height);
        cairo_fill(sheet->cairo);
        cairo_restore(sheet->cairo);
    }
    return (int)(height * units);
}

static int lines_run(struct sheet *sheet, const char *const *lines, size_t count, bool first_strong,
                     struct place place) {
    int height = 0;

    for (size_t at = 0; at < count; at++) {
        struct place line = place;

        line.y += height;
        height += sheet_text(sheet, first_strong && !at ? STYLE_STRONG : STYLE_TEXT, lines[at],
                             line, "P");
    }
    return height;
}

/* Label and value side by side, at the right edge. Returns their height. */
static int facts_run(struct sheet *sheet, const struct print_fact *facts, size_t count, int y) {
    int height = 0;

    for (size_t at = 0; at < count; at++) {
        enum style style = facts[at].is_strong ? STYLE_STRONG : STYLE_TEXT;
        struct place label = {RIGHT_X, y + height + POINTS(1), LABEL_WIDTH, false};
        struct place value = {RIGHT_X + LABEL_WIDTH, y + height, RIGHT_WIDTH - LABEL_WIDTH, true};

        sheet_tag(sheet, "P");
        int label_height = sheet_text(sheet, STYLE_LABEL, facts[at].label, label, NULL);
        int value_height = sheet_text(sheet, style, facts[at].value, value, NULL);
        sheet_tag_end(sheet, "P");
        height += (value_height > label_height ? value_height : label_height) + POINTS(1);
    }
    return height;
}

void sheet_letterhead(struct sheet *sheet, const struct print_letterhead *letterhead) {
    struct place left = {MARGIN, sheet->y, LEFT_WIDTH, false};
    struct place title = {RIGHT_X, sheet->y - POINTS(4), RIGHT_WIDTH, true};
    int left_y, right_y;

    if (sheet->print->printer->logo)
        left.y += logo_draw(sheet, left.y) + POINTS(6);
    else
        left.y += sheet_text(sheet, STYLE_NAME, letterhead->name, left, "P") + POINTS(2);
    left_y = left.y + lines_run(sheet, letterhead->lines, letterhead->line_count, false, left);
    right_y = title.y + sheet_text(sheet, STYLE_TITLE, letterhead->title, title, "H1") + POINTS(6);
    right_y += facts_run(sheet, letterhead->facts, letterhead->fact_count, right_y);
    sheet->y = (left_y > right_y ? left_y : right_y) + POINTS(12);
    sheet_rule(sheet, MARGIN, sheet->y, CONTENT_WIDTH, 150, true);
    sheet->y += POINTS(4);
}

void sheet_panel(struct sheet *sheet, const struct print_panel *panel) {
    struct place left = {MARGIN, sheet->y, LEFT_WIDTH, false};
    struct place right = {RIGHT_X, sheet->y, RIGHT_WIDTH, true};

    left.y += sheet_text(sheet, STYLE_LABEL, panel->label, left, "P") + POINTS(1);
    left.y += lines_run(sheet, panel->lines, panel->line_count, true, left);
    if (panel->figure.value) {
        sheet_tag(sheet, "P");
        right.y += sheet_text(sheet, STYLE_LABEL, panel->figure.label, right, NULL);
        right.y += sheet_text(sheet, STYLE_FIGURE, panel->figure.value, right, NULL);
        sheet_tag_end(sheet, "P");
        if (panel->note)
            right.y += sheet_text(sheet, STYLE_TEXT, panel->note, right, "P");
    }
    sheet->y = left.y > right.y ? left.y : right.y;
}
