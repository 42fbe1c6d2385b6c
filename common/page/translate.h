/*
 * translate.h - a template's own text in another language, before ClearSilver sees it.
 *
 * What stands between "{{" and "}}" is one text. In the language's file the tags in it are places
 * by name, {Invoice.Number} for <?cs var:Invoice.Number ?>, or by number for every other tag ({1},
 * {2} in their order); runs of white space are one blank. "{{Open|invoice}}" is the word "Open" of
 * an invoice: what follows the last '|' is its context, and is not shown.
 *
 * Done once for each language at start, so that it costs a request nothing.
 */
#ifndef REMIT_PAGE_TRANSLATE_H
#define REMIT_PAGE_TRANSLATE_H

#include <stdbool.h>

#include "common/core/words.h"

/*
 * A copy of source for free(), with its texts in language (NULL: English as it stands). NULL: a
 * "{{" has no end, or a translation's places are not those of its text; *out_reason says which (in
 * arena).
 */
char *template_translate(const char *source, const struct language *language, struct arena *arena,
                         const char **out_reason);

/* Each text of a template as language files have it, in order; false as above. context: NULL, or
 * what it is about. line: where it begins. */
typedef void (*template_text)(const char *context, const char *text, int line, void *to);
bool template_texts(const char *source, struct arena *arena, template_text each, void *to,
                    const char **out_reason);

#endif
