/*
 * encode.h - text in the ways mail wants it.
 */
#ifndef REMIT_MAIL_ENCODE_H
#define REMIT_MAIL_ENCODE_H

#include <stdbool.h>

#include "common/core/buffer.h"

/* One line of at most max_characters: control characters, line and paragraph separators become
 * spaces, marks that turn the direction of what follows are dropped, invalid bytes become '?',
 * spaces at both ends go. */
const char *encode_clean_line(struct arena *arena, const char *text, size_t max_characters);

/* Text for a header that already has column bytes on its line (clean, see above): as it is, in
 * quotes where is_phrase, or as encoded words on as many lines as it takes. Returns the column it
 * ends at. */
size_t encode_header(struct buffer *out, size_t column, const char *text, bool is_phrase);

/* Quoted-printable, with CR LF at each line's end and at the end. */
void encode_body(struct buffer *out, const char *text);

#endif
