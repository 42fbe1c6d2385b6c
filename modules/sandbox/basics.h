/* basics.h - what every file of the sandbox may use: memory, text, money, time, an index, forms. */
#ifndef SANDBOX_BASICS_H
#define SANDBOX_BASICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/buffer.h>

#define BODY_LIMIT_BYTES 65536
#define TEXT_LIMIT_BYTES 255

struct sandbox;

/* memory.c - allocation that ends the process rather than return NULL. */
void *memory_get(size_t size_bytes);
void *memory_grow(void *old, size_t size_bytes);
char *memory_copy(const char *text);

/* text.c - is text fit to be kept, and the three ways to write it out. */
bool text_is_clean(const char *text, size_t length);
void text_write_json(struct evbuffer *out, const char *text);
void text_write_xml(struct evbuffer *out, const char *text);
void text_write_url(struct evbuffer *out, const char *text);

/* money.c - decimal text and int64 cents; never floating point. */
#define CENTS_TEXT_BYTES 24
bool cents_parse(const char *text, int64_t *out_cents);
const char *cents_format(int64_t cents, char out[static CENTS_TEXT_BYTES]);

/* clock.c - business time in seconds UTC, and how it is written. */
#define TIME_TEXT_BYTES 32
int64_t clock_monotonic_ms(void);
/* false: the file is there but cannot be understood. path may be NULL. */
bool clock_read(const char *path, int64_t *out_now);
/* Last good reading when the file is damaged, which is logged. */
int64_t clock_now(struct sandbox *sandbox);
bool time_parse_iso(const char *text, int64_t *out_time);
bool time_parse_nmi(const char *text, int64_t *out_time);
const char *time_format_iso(int64_t time, char out[static TIME_TEXT_BYTES]);
const char *time_format_nmi(int64_t time, char out[static TIME_TEXT_BYTES]);

/* index.c - a hash index that may hold many items under one key, newest first. */
struct index_node {
    uint64_t hash;
    void *item; /* NULL once removed */
    uint32_t next;
};
struct index {
    struct index_node *nodes;
    uint32_t *buckets;
    uint32_t count, room, bucket_count;
};
uint64_t index_hash(const char *text, int64_t number);
void index_add(struct index *index, uint64_t hash, void *item);
void index_remove(struct index *index, uint64_t hash, const void *item);
/* NULL at the end; after is NULL for the first. Equal hash is not equal key. */
const struct index_node *index_next(const struct index *index, uint64_t hash,
                                    const struct index_node *after);
void index_release(struct index *index);

/* form.c - one urlencoded form, decoded in place, wiped when it is freed. */
struct form_field {
    const char *name, *value;
};
struct form {
    char *bytes;
    size_t size;
    struct form_field *fields;
    size_t count;
};
/* Takes bytes, which must have room for one more. false: not UTF-8, or control characters. */
bool form_parse(struct form *form, char *bytes, size_t size);
/* "" when absent; of a repeated field the last counts, as in PHP. */
const char *form_get(const struct form *form, const char *name);
bool form_has(const struct form *form, const char *name);
void form_release(struct form *form);

#endif
