/*
 * source.h - a file read piece by piece, with the position of every byte. Knows nothing of what is
 * in it. Standard input is copied to a temporary file first: a file can be read twice.
 */
#ifndef REMIT_REMIT_SOURCE_H
#define REMIT_REMIT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/arena.h"
#include "common/core/secret.h"

/* Where a thing begins in the file; both from 1. A column is a character, not a byte. */
struct position {
    size_t line, column;
};

struct source;

/* In arena, closed with it. RESULT_NOT_FOUND: it cannot be read. */
MUST_CHECK enum result source_open(struct arena *arena, const char *name,
                                   struct source **out_source);

/* To its first byte; a byte order mark is passed over. */
MUST_CHECK enum result source_rewind(struct source *source);

/* The byte ahead, or behind that; -1: the end, or it cannot be read (source_failed()). */
int source_peek(struct source *source, size_t ahead); /* ahead: 0 or 1 */
/* The byte ahead, and one step on. */
int source_next(struct source *source);
struct position source_position(const struct source *source);

/* Moves position over one byte of UTF-8. */
void position_move(struct position *position, int byte);

bool source_failed(const struct source *source);
int64_t source_bytes_read(const struct source *source);
int64_t source_size(const struct source *source);

/* Of all its bytes; reads to the end. */
MUST_CHECK enum result source_hash(struct source *source, unsigned char out[SECRET_HASH_BYTES]);

#endif
