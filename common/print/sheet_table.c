/* sheet_table.c - tables: which rows a page takes, the header row on each, rows that are higher
 * than a page, and totals that stay with the last row. */
#include "common/print/sheet.h"

enum {
    PAD = POINTS(4),     /* left and right of a cell */
    ROW_PAD = POINTS(3), /* above and below */
    TOTAL_PAD = POINTS(2),
    TOTALS_WIDTH = POINTS(250),
    CELL_LINES_MIN = POINTS(28) /* a row that has to be cut begins where at least this is left */
};

struct grid {
    const struct print_table *table;
    int x[PRINT_COLUMNS_MAX], width[PRINT_COLUMNS_MAX]; /* of texts, without PAD */
    int head_height;
    bool is_first; /* no header row was drawn yet */
};

static void grid_lay(struct grid *grid) {
    int x = MARGIN;

    for (size_t at = 0; at < grid->table->column_count; at++) {
        int width = (int)((int64_t)CONTENT_WIDTH * grid->table->columns[at].width / 1000);

        grid->x[at] = x + PAD;
        grid->width[at] = width - 2 * PAD;
        x += width;
    }
}

static int cells_height(struct sheet *sheet, const struct grid *grid, enum style style,
                        const char *const *cells) {
    int most = 0;

    for (size_t at = 0; at < grid->table->column_count; at++) {
        int height = sheet_height(sheet, style, cells[at], grid->width[at]);

        if (height > most)
            most = height;
    }
    return most + 2 * ROW_PAD;
}

static void titles_of(const struct grid *grid, const char **titles) {
    for (size_t at = 0; at < grid->table->column_count; at++)
        titles[at] = grid->table->columns[at].title;
}

/* Tagged once: what comes again on other pages is not read aloud again. */
static void head_run(struct sheet *sheet, struct grid *grid) {
    const char *titles[PRINT_COLUMNS_MAX];

    titles_of(grid, titles);
    if (sheet->cairo && grid->is_first)
        sheet_tag(sheet, "TR");
    for (size_t at = 0; at < grid->table->column_count; at++) {
        struct place place = {grid->x[at], sheet->y + ROW_PAD, grid->width[at],
                              grid->table->columns[at].is_right};

        sheet_text(sheet, STYLE_LABEL, titles[at], place, grid->is_first ? "TH" : NULL);
    }
    if (sheet->cairo && grid->is_first)
        sheet_tag_end(sheet, "TR");
    grid->is_first = false;
    sheet->y += grid->head_height;
    sheet_rule(sheet, MARGIN, sheet->y, CONTENT_WIDTH, 100, true);
}

static void next_page(struct sheet *sheet, struct grid *grid) {
    sheet_next_page(sheet);
    head_run(sheet, grid);
}

static enum style row_style(const struct print_row *row) {
    return row->is_strong ? STYLE_STRONG : STYLE_TEXT;
}

/* Of a row what fits on this page, each cell from its line on. true: something is left. */
static bool piece_run(struct sheet *sheet, const struct grid *grid, const struct print_row *row,
                      int *lines) {
    int most = 0;
    bool has_more = false;

    sheet_tag(sheet, "TR");
    for (size_t at = 0; at < grid->table->column_count; at++) {
        struct place place = {grid->x[at], sheet->y + ROW_PAD, grid->width[at],
                              grid->table->columns[at].is_right};
        int height = sheet_lines(sheet, row_style(row), row->cells[at], place, "TD",
                                 CONTENT_BOTTOM - ROW_PAD, &lines[at]);

        if (lines[at] < pango_layout_get_line_count(sheet->layout))
            has_more = true;
        if (height > most)
            most = height;
    }
    sheet_tag_end(sheet, "TR");
    sheet->y += most + 2 * ROW_PAD;
    sheet_rule(sheet, MARGIN, sheet->y, CONTENT_WIDTH, 50, false);
    return has_more;
}

/* Higher than a page. */
static void long_row_run(struct sheet *sheet, struct grid *grid, const struct print_row *row) {
    int lines[PRINT_COLUMNS_MAX] = {0};

    if (!sheet_fits(sheet, CELL_LINES_MIN))
        next_page(sheet, grid);
    while (piece_run(sheet, grid, row, lines) && sheet->page <= PRINT_PAGES_MAX)
        next_page(sheet, grid);
}

static void row_run(struct sheet *sheet, const struct grid *grid, const struct print_row *row,
                    int height) {
    int lines[PRINT_COLUMNS_MAX] = {0};
    int top = sheet->y;

    if (sheet->cairo)
        piece_run(sheet, grid, row, lines);
    sheet->y = top + height;
}

/* ---- totals ---- */

static int total_height(struct sheet *sheet, const struct print_fact *total) {
    return sheet_height(sheet, total->is_strong ? STYLE_STRONG : STYLE_TEXT, total->value,
                        TOTALS_WIDTH / 2) +
           2 * TOTAL_PAD;
}

static int totals_height(struct sheet *sheet, const struct print_table *table) {
    int height = table->total_count ? POINTS(4) : 0;

    for (size_t at = 0; at < table->total_count; at++)
        height += total_height(sheet, &table->totals[at]);
    return height;
}

static void totals_run(struct sheet *sheet, const struct print_table *table) {
    int x = PAGE_WIDTH - MARGIN - TOTALS_WIDTH;

    sheet->y += table->total_count ? POINTS(4) : 0;
    for (size_t at = 0; at < table->total_count; at++) {
        const struct print_fact *total = &table->totals[at];
        enum style style = total->is_strong ? STYLE_STRONG : STYLE_TEXT;
        struct place label = {x + PAD, sheet->y + TOTAL_PAD, TOTALS_WIDTH / 2 - PAD, false};
        struct place value = {x + TOTALS_WIDTH / 2, label.y, TOTALS_WIDTH / 2 - PAD, true};

        if (total->is_strong)
            sheet_rule(sheet, x, sheet->y, TOTALS_WIDTH, 75, true);
        sheet_tag(sheet, "P");
        sheet_text(sheet, style, total->label, label, NULL);
        sheet_text(sheet, style, total->value, value, NULL);
        sheet_tag_end(sheet, "P");
        sheet->y += total_height(sheet, total);
    }
}

/* ---- all of it ---- */

static void rows_run(struct sheet *sheet, struct grid *grid, struct block *block, int below) {
    const struct print_table *table = grid->table;
    int page_height = CONTENT_BOTTOM - CONTENT_TOP - grid->head_height;

    for (size_t at = 0; at < table->row_count && sheet->page <= PRINT_PAGES_MAX; at++) {
        const struct print_row *row = &table->rows[at];
        bool is_last = at + 1 == table->row_count;

        if (!sheet->cairo)
            block->heights[at] = cells_height(sheet, grid, row_style(row), row->cells);
        int height = block->heights[at], with = height + (is_last ? below : 0);
        if (height > page_height) {
            long_row_run(sheet, grid, row);
            continue;
        }
        if (!sheet_fits(sheet, with <= page_height ? with : height))
            next_page(sheet, grid);
        row_run(sheet, grid, row, height);
    }
}

void sheet_table(struct sheet *sheet, struct block *block) {
    struct grid grid = {.table = &block->table, .is_first = true};
    const char *titles[PRINT_COLUMNS_MAX];
    int below = totals_height(sheet, &block->table);

    grid_lay(&grid);
    titles_of(&grid, titles);
    grid.head_height = cells_height(sheet, &grid, STYLE_LABEL, titles);
    sheet_need(sheet, grid.head_height + CELL_LINES_MIN);
    sheet_tag(sheet, "Table");
    head_run(sheet, &grid);
    rows_run(sheet, &grid, block, below);
    sheet_tag_end(sheet, "Table");
    if (!block->table.row_count && block->table.empty) {
        struct place place = {MARGIN + PAD, sheet->y + ROW_PAD, CONTENT_WIDTH - 2 * PAD, false};

        sheet->y += sheet_text(sheet, STYLE_TEXT, block->table.empty, place, "P") + 2 * ROW_PAD;
    }
    sheet_need(sheet, below);
    totals_run(sheet, &block->table);
}
