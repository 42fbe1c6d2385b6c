/*
 * body.h - one form for everything that is imported, whichever reader it came by: each text behind
 * its length, so that no two things share one. It is hashed to tell what comes again from what
 * comes differently, so changing it would refuse every invoice that comes again; and it is what is
 * kept of a file until it is applied.
 */
#ifndef REMIT_REMIT_BODY_H
#define REMIT_REMIT_BODY_H

#include "common/core/buffer.h"
#include "common/core/date.h"

/* NULL is another text than "". */
void body_add_text(struct buffer *body, const char *text);
void body_add_date(struct buffer *body, struct date date);
void body_add_int(struct buffer *body, int64_t number);

/* Bodies that were made here are read back: anything else is our mistake. */
struct body_reader {
    const char *at;
    struct arena *arena;
};

/* Behind its prefix ("invoice-1:"). */
struct body_reader body_reader(struct arena *arena, const char *body, const char *prefix);
const char *body_text(struct body_reader *reader);
struct date body_date(struct body_reader *reader);
int64_t body_int(struct body_reader *reader);
bool body_is_over(const struct body_reader *reader);

#endif
