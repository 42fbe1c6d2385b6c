/* print_language.c - what Cairo 1.16 has no call for: the language of a document. The catalog is
 * written again with two entries more, and a table that says where: an incremental update (PDF
 * 32000, 7.5.6). Nothing of what Cairo wrote changes. */
#include <string.h>

#include "common/core/text.h"
#include "common/print/sheet.h"

enum { OFFSET_MAX = 1000000000 };

/* The last place of needle, which is there once or more often. */
static const char *find_last(const struct buffer *pdf, const char *needle) {
    size_t length = strlen(needle);

    for (size_t at = pdf->length; at >= length; at--)
        if (memcmp(pdf->bytes + at - length, needle, length) == 0)
            return pdf->bytes + at - length;
    return NULL;
}

/* The number behind name; -1: none. text ends in a NUL. */
static long number_after(const char *text, const char *name) {
    const char *at = text ? strstr(text, name) : NULL;
    long number = 0;

    if (!at)
        return -1;
    at += strlen(name);
    while (*at == ' ' || *at == '\n' || *at == '\r')
        at++;
    if (!text_is_digit(*at))
        return -1;
    for (; text_is_digit(*at) && number < OFFSET_MAX; at++)
        number = number * 10 + (*at - '0');
    return number;
}

struct catalog {
    long number, size, info, table;
    const char *text; /* "<< ... " without its ">>" */
};

static bool catalog_find(const struct buffer *pdf, struct arena *arena, struct catalog *out) {
    const char *trailer = find_last(pdf, "trailer"), *start = find_last(pdf, "startxref");

    *out = (struct catalog){number_after(trailer, "/Root"), number_after(trailer, "/Size"),
                            number_after(trailer, "/Info"), number_after(start, "startxref"), NULL};
    if (out->number < 0 || out->size < 0 || out->info < 0 || out->table < 0)
        return false;
    const char *head = find_last(pdf, arena_format(arena, "\n%ld 0 obj\n", out->number));
    const char *begin = head ? strstr(head, "<<") : NULL, *end = begin;
    const char *stop = begin ? strstr(begin, "endobj") : NULL;
    for (const char *at = begin; at && stop && at < stop; at++)
        if (at[0] == '>' && at[1] == '>')
            end = at;
    if (!stop || end == begin)
        return false;
    out->text = arena_copy(arena, begin, (size_t)(end - begin));
    return true;
}

enum result print_language(struct buffer *pdf, struct arena *arena, const char *language) {
    struct catalog catalog;

    if (!catalog_find(pdf, arena, &catalog))
        return RESULT_FAILED;
    size_t object_at = pdf->length;
    buffer_format(pdf,
                  "%ld 0 obj\n%s   /Lang (%s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n"
                  ">>\nendobj\n",
                  catalog.number, catalog.text, language);
    size_t table_at = pdf->length;
    buffer_format(pdf,
                  "xref\n%ld 1\n%010zu 00000 n \ntrailer\n<< /Size %ld\n   /Root %ld 0 R\n"
                  "   /Info %ld 0 R\n   /Prev %ld\n>>\nstartxref\n%zu\n%%%%EOF\n",
                  catalog.number, object_at, catalog.size, catalog.number, catalog.info,
                  catalog.table, table_at);
    return RESULT_OK;
}
