/* print.c - a document from its first block to its last, measured and then drawn. */
#include "common/print/print.h"

#include <cairo-pdf.h>
#include <string.h>

#include "common/core/date.h"
#include "common/core/log.h"
#include "common/print/sheet.h"

enum { ROOM_BELOW_HEADING = POINTS(60), GAP = POINTS(10), SMALL_GAP = POINTS(2), LINK_MAX = 4096 };

struct print *print_new(struct arena *arena, struct printer *printer,
                        const struct print_paper *paper) {
    struct print *print = arena_alloc(arena, sizeof *print);

    *print = (struct print){.arena = arena, .printer = printer, .paper = *paper};
    return print;
}

static struct block *block_add(struct print *print, enum block_kind kind) {
    struct block *block = arena_alloc(print->arena, sizeof *block);

    block->kind = kind;
    if (print->last)
        print->last->next = block;
    else
        print->first = block;
    print->last = block;
    return block;
}

void print_letterhead(struct print *print, const struct print_letterhead *letterhead) {
    block_add(print, BLOCK_LETTERHEAD)->letterhead = *letterhead;
}

void print_panel(struct print *print, const struct print_panel *panel) {
    block_add(print, BLOCK_PANEL)->panel = *panel;
}

void print_heading(struct print *print, const char *text) {
    block_add(print, BLOCK_HEADING)->text = text;
}

void print_text(struct print *print, const char *text) {
    block_add(print, BLOCK_TEXT)->text = text;
}

void print_link(struct print *print, const char *text, const char *url) {
    struct block *block = block_add(print, BLOCK_LINK);

    block->text = text;
    block->url = url;
}

void print_table(struct print *print, const struct print_table *table) {
    struct block *block = block_add(print, BLOCK_TABLE);

    block->table = *table;
    block->heights = arena_array(print->arena, table->row_count, sizeof *block->heights);
}

/* ---- blocks ---- */

static void heading_run(struct sheet *sheet, const char *text) {
    struct place place = {MARGIN, 0, CONTENT_WIDTH, false};

    sheet->y += POINTS(8);
    sheet_need(sheet, sheet_height(sheet, STYLE_HEADING, text, CONTENT_WIDTH) + ROOM_BELOW_HEADING);
    place.y = sheet->y;
    sheet->y += sheet_text(sheet, STYLE_HEADING, text, place, "H2") + POINTS(4);
}

/* Over as many pages as it takes. */
static void text_run(struct sheet *sheet, const char *text) {
    int line = 0, before;

    do {
        struct place place = {MARGIN, sheet->y, CONTENT_WIDTH, false};

        before = line;
        sheet_need(sheet, POINTS(14));
        place.y = sheet->y;
        int height = sheet_lines(sheet, STYLE_TEXT, text, place, "P", CONTENT_BOTTOM, &line);
        sheet->y += height;
        if (line == before)
            break;
        if (line < pango_layout_get_line_count(sheet->layout))
            sheet_next_page(sheet);
    } while (line < pango_layout_get_line_count(sheet->layout));
    sheet->y += POINTS(4);
}

/* Cairo reads attributes with quotes around texts, and writes them into a string of PDF as they
 * are: what means something there is written as addresses may have it. */
static const char *link_attributes(struct arena *arena, const char *url) {
    struct buffer out;

    buffer_init(&out, arena, LINK_MAX);
    buffer_text(&out, "uri='");
    for (; *url; url++)
        if (*url <= ' ' || *url > '~' || strchr("'\\()", *url))
            buffer_format(&out, "%%%02X", (unsigned char)*url);
        else
            buffer_add(&out, url, 1);
    buffer_text(&out, "'");
    return out.bytes;
}

static void link_run(struct sheet *sheet, const struct block *block) {
    struct place place = {MARGIN, 0, CONTENT_WIDTH, false};

    sheet_need(sheet, sheet_height(sheet, STYLE_LINK, block->text, CONTENT_WIDTH));
    place.y = sheet->y;
    if (sheet->cairo)
        cairo_tag_begin(sheet->cairo, CAIRO_TAG_LINK,
                        link_attributes(sheet->print->arena, block->url));
    sheet->y += sheet_text(sheet, STYLE_LINK, block->text, place, NULL) + POINTS(4);
    sheet_tag_end(sheet, CAIRO_TAG_LINK);
}

static void block_run(struct sheet *sheet, struct block *block) {
    switch (block->kind) {
    case BLOCK_LETTERHEAD:
        sheet_letterhead(sheet, &block->letterhead);
        return;
    case BLOCK_PANEL:
        sheet_panel(sheet, &block->panel);
        return;
    case BLOCK_HEADING:
        heading_run(sheet, block->text);
        return;
    case BLOCK_TEXT:
        text_run(sheet, block->text);
        return;
    case BLOCK_LINK:
        link_run(sheet, block);
        return;
    case BLOCK_TABLE:
        sheet_table(sheet, block);
        return;
    }
}

/* ---- runs ---- */

static int gap_above(const struct block *before, const struct block *block) {
    bool is_text = block->kind == BLOCK_TEXT || block->kind == BLOCK_LINK;

    if (!before || before->kind == BLOCK_HEADING)
        return 0;
    if (is_text && (before->kind == BLOCK_TEXT || before->kind == BLOCK_LINK))
        return SMALL_GAP;
    return GAP;
}

/* From start to end. false: it has too many pages. */
static bool sheet_run(struct sheet *sheet) {
    sheet->page = 1;
    sheet->y = CONTENT_TOP;
    const struct block *before = NULL;
    sheet_tag(sheet, "Document");
    for (struct block *block = sheet->print->first; block; block = block->next) {
        if (sheet->y > CONTENT_TOP)
            sheet->y += gap_above(before, block);
        before = block;
        block_run(sheet, block);
        if (sheet->page > PRINT_PAGES_MAX)
            return false;
    }
    sheet_tag_end(sheet, "Document");
    return true;
}

static cairo_status_t bytes_take(void *context, const unsigned char *bytes, unsigned length) {
    struct buffer *out = context;

    buffer_add(out, bytes, length);
    return buffer_is_full(out) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void metadata_set(cairo_surface_t *surface, const struct print *print) {
    const struct print_paper *paper = &print->paper;
    char made_at[INSTANT_TEXT_SIZE];

    instant_format(paper->made_at, made_at);
    made_at[10] = 'T';
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                   print_clean(print->arena, paper->title));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR,
                                   print_clean(print->arena, paper->author));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Remit");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   arena_format(print->arena, "%sZ", made_at));
}

static enum result draw(struct sheet *sheet, struct buffer *out) {
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        bytes_take, out, pango_units_to_double(PAGE_WIDTH), pango_units_to_double(PAGE_HEIGHT));

    metadata_set(surface, sheet->print);
    sheet->cairo = cairo_create(surface);
    sheet_run(sheet);
    sheet_next_page(sheet);
    cairo_destroy(sheet->cairo);
    cairo_surface_finish(surface);
    cairo_status_t status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (buffer_is_full(out))
        return RESULT_INVALID;
    if (status == CAIRO_STATUS_SUCCESS)
        return RESULT_OK;
    LOG(LOG_LEVEL_ERROR, "print.cairo", LOG_TEXT("status", cairo_status_to_string(status)));
    return RESULT_FAILED;
}

/* A long word is broken without a hyphen: in a host name or a serial number it would be read as
 * theirs. */
static PangoLayout *layout_open(PangoContext *context) {
    PangoLayout *layout = pango_layout_new(context);
    PangoAttrList *attributes = pango_attr_list_new();

    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    return layout;
}

enum result print_finish(struct print *print, struct buffer *out) {
    PangoContext *context = printer_context(print->printer);
    struct sheet sheet = {
        .print = print, .context = context, .layout = layout_open(context), .cairo = NULL};
    enum result result = RESULT_INVALID;

    if (sheet_run(&sheet)) {
        sheet.page_count = sheet.page;
        result = draw(&sheet, out);
    }
    g_object_unref(sheet.layout);
    g_object_unref(context);
    if (result != RESULT_OK)
        return result;
    /* A document without it is better than none. */
    if (print_language(out, print->arena, print->paper.language) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "print.language", LOG_NONE);
    return buffer_is_full(out) ? RESULT_INVALID : RESULT_OK;
}
