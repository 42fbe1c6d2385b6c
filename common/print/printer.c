/* printer.c - fonts and the logo: what costs time and is the same for every document. */
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/log.h"
#include "common/print/sheet.h"

/* Whatever fontconfig has; these first, for their figures of one width and their two weights. */
#define FAMILIES "Noto Sans,DejaVu Sans,Symbola,sans-serif"

static const char *const fonts[STYLE_COUNT] = {
    [STYLE_TEXT] = FAMILIES " 9",         [STYLE_STRONG] = FAMILIES " Bold 9",
    [STYLE_LABEL] = FAMILIES " 8",        [STYLE_NAME] = FAMILIES " Bold 15",
    [STYLE_TITLE] = FAMILIES " Bold 19",  [STYLE_HEADING] = FAMILIES " Bold 11",
    [STYLE_FIGURE] = FAMILIES " Bold 18", [STYLE_LINK] = FAMILIES " Bold 9"};

/* Without colour fonts; see print.h. */
static const char no_colour[] =
    "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig><selectfont>"
    "<rejectfont><pattern><patelt name=\"color\"><bool>true</bool></patelt></pattern></rejectfont>"
    "</selectfont></fontconfig>";

static PangoFontMap *fonts_open(void) {
    PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    FcConfig *config = FcInitLoadConfig();

    if (config && FcConfigParseAndLoadFromMemory(config, (const FcChar8 *)no_colour, FcFalse) &&
        FcConfigBuildFonts(config))
        pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), config);
    else
        LOG(LOG_LEVEL_WARNING, "print.fonts", LOG_NONE);
    if (config)
        FcConfigDestroy(config);
    /* A point is a point. */
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
    return map;
}

#ifdef __SANITIZE_ADDRESS__
/* Pango asks fontconfig in threads of its own, and what both keep until the process ends is theirs:
 * it is the same after one document and after fifty. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libfontconfig\nleak:libpango\n";
}
#endif

static enum result logo_open(struct printer *printer, const char *file) {
    if (!*file)
        return RESULT_OK;
    printer->logo = cairo_image_surface_create_from_png(file);
    if (cairo_surface_status(printer->logo) != CAIRO_STATUS_SUCCESS)
        return RESULT_INVALID;
    printer->logo_width = cairo_image_surface_get_width(printer->logo);
    printer->logo_height = cairo_image_surface_get_height(printer->logo);
    return printer->logo_width > 0 && printer->logo_width <= PRINT_LOGO_WIDTH_MAX &&
                   printer->logo_height > 0 && printer->logo_height <= PRINT_LOGO_HEIGHT_MAX
               ? RESULT_OK
               : RESULT_INVALID;
}

/* Both runs lay texts out alike: without hints, in parts of a point. */
PangoContext *printer_context(const struct printer *printer) {
    PangoContext *context = pango_font_map_create_context(printer->fonts);
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    return context;
}

static void lines_measure(struct printer *printer) {
    PangoContext *context = printer_context(printer);
    PangoLayout *layout = pango_layout_new(context);

    pango_layout_set_text(layout, "Ag", -1);
    for (int style = 0; style < STYLE_COUNT; style++) {
        pango_layout_set_font_description(layout, printer->styles[style]);
        pango_layout_get_size(layout, NULL, &printer->heights[style]);
        printer->ascents[style] = pango_layout_get_baseline(layout);
    }
    g_object_unref(layout);
    g_object_unref(context);
}

enum result printer_open(const char *logo_file, const char *accent, struct printer **out_printer) {
    struct printer *printer = calloc(1, sizeof *printer);

    if (!printer)
        abort();
    enum result result = logo_open(printer, logo_file);
    if (result != RESULT_OK) {
        printer_close(printer);
        return result;
    }
    printer->fonts = fonts_open();
    for (int style = 0; style < STYLE_COUNT; style++)
        printer->styles[style] = pango_font_description_from_string(fonts[style]);
    lines_measure(printer);
    if (!pango_color_parse(&printer->accent, accent))
        printer->accent = (PangoColor){0};
    *out_printer = printer;
    return RESULT_OK;
}

void printer_close(struct printer *printer) {
    if (!printer)
        return;
    for (int style = 0; style < STYLE_COUNT; style++)
        if (printer->styles[style])
            pango_font_description_free(printer->styles[style]);
    if (printer->fonts)
        g_object_unref(printer->fonts);
    if (printer->logo)
        cairo_surface_destroy(printer->logo);
    free(printer);
}
