/* errand.h - errand.c: what tests ask for below /sandbox/, as a form or a JSON object. */
#ifndef SANDBOX_ERRAND_H
#define SANDBOX_ERRAND_H

#include "modules/sandbox/basics.h"

struct book;
struct evhttp_request;
struct transaction;

#define ERRAND_FIELDS 8
struct errand {
    const char *names[ERRAND_FIELDS];                 /* of the fields there are; the rest NULL */
    const char *unknown;                              /* the sentence about any other */
    char values[ERRAND_FIELDS][TEXT_LIMIT_BYTES + 1]; /* "": not given, or empty */
    bool is_given[ERRAND_FIELDS];
};
/* names and unknown are the caller's. NULL, or what is wrong. A JSON switch is "true" or "false".
 */
const char *errand_read(struct evhttp_request *req, struct errand *errand);
/* NULL, or what is wrong. */
const char *errand_read_switch(const char *text, bool preset, bool *out_switch);
enum errand_of { ERRAND_OF_ANY, ERRAND_OF_CHECK, ERRAND_OF_CARD };
/* By id whatever has it; of an order its one accepted sale. NULL, or what is wrong. */
const char *errand_find(const struct book *book, const char *transaction_id, const char *order_id,
                        enum errand_of of, struct transaction **out_found);
/* 400 with {"error": wrong}, or what write writes of the item. */
void errand_answer(struct sandbox *sandbox, struct evhttp_request *req, const char *wrong,
                   void (*write)(struct sandbox *sandbox, struct evbuffer *out, void *item),
                   void *item);
void errand_write_transaction(struct sandbox *sandbox, struct evbuffer *out, void *transaction);

#endif
