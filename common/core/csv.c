#include "common/core/csv.h"

#include <assert.h>
#include <string.h>

#include "common/core/text.h"

struct csv csv_begin(struct buffer *out) {
    buffer_text(out, "\xef\xbb\xbf");
    return (struct csv){out, false};
}

/* What does not show and does not keep a spreadsheet from what is behind it: spaces of all widths,
 * other byte order marks, marks of no width and of direction. */
static bool is_blank(const char *at, size_t length) {
    static const char *const blanks[] = {" ", "\xc2\xa0", /* no-break space */
                                         "\xe3\x80\x80",  /* as wide as a Chinese character */
                                         "\xef\xbb\xbf"};

    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        if (strlen(blanks[i]) == length && memcmp(at, blanks[i], length) == 0)
            return true;
    /* U+2000 to U+200F, U+2028 to U+202F, U+2060 to U+206F. */
    return length == 3 && (unsigned char)at[0] == 0xe2 &&
           (((unsigned char)at[1] == 0x80 &&
             ((unsigned char)at[2] <= 0x8f ||
              ((unsigned char)at[2] >= 0xa8 && (unsigned char)at[2] <= 0xaf))) ||
            ((unsigned char)at[1] == 0x81 && (unsigned char)at[2] >= 0xa0 &&
             (unsigned char)at[2] <= 0xaf));
}

static bool is_formula(const char *text) {
    static const char *const wide[] = {"＝", "＋", "－", "＠"};
    size_t length;

    while ((length = text_utf8_length(text)) && is_blank(text, length))
        text += length;
    for (size_t at = 0; at < sizeof wide / sizeof *wide; at++)
        if (text_starts_with(text, wide[at]))
            return true;
    return *text && strchr("=+-@\t\r\n", *text);
}

static void separate(struct csv *csv) {
    if (csv->is_in_row)
        buffer_text(csv->out, ",");
    csv->is_in_row = true;
}

void csv_text(struct csv *csv, const char *text) {
    separate(csv);
    buffer_text(csv->out, is_formula(text) ? "\"'" : "\"");
    for (const char *quote; (quote = strchr(text, '"')); text = quote + 1) {
        buffer_add(csv->out, text, (size_t)(quote - text));
        buffer_text(csv->out, "\"\"");
    }
    buffer_text(csv->out, text);
    buffer_text(csv->out, "\"");
}

void csv_plain(struct csv *csv, const char *figure) {
    assert(!figure[strspn(figure, "0123456789.-")]);
    separate(csv);
    buffer_text(csv->out, figure);
}

void csv_end(struct csv *csv) {
    buffer_text(csv->out, "\r\n");
    csv->is_in_row = false;
}
