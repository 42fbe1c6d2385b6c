/*
 * form.h - the fields a page takes, declared; what was typed, kept; what is wrong, said.
 *
 * A field that is not declared has no slot and is dropped. A field declared single but sent twice
 * refuses the request. Limits and validators are per field; their sentences stand beside it.
 */
#ifndef REMIT_HTTP_FORM_H
#define REMIT_HTTP_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "common/core/result.h"
#include "common/http/request.h"

enum { FORM_LIST_MAX = 500, FORM_FIELDS_MAX = 40 };

enum field_flags {
    FIELD_LIST = 1 << 0,        /* may repeat, up to FORM_LIST_MAX values */
    FIELD_LINES = 1 << 1,       /* line breaks and tabs are allowed */
    FIELD_SECRET = 1 << 2,      /* never shown again */
    FIELD_CARD_EXEMPT = 1 << 3, /* keys and references: no card number is looked for */
    FIELD_ACCOUNT = 1 << 4      /* a bank account number: who read it ends after the answer */
};

struct field {
    const char *name; /* as in the page */
    unsigned flags;
    size_t max_length;                   /* characters, of each value */
    bool (*is_valid)(const char *value); /* NULL: any text; "" is not asked */
    const char *sentence;                /* what to say when is_valid is false */
};

struct form {
    const struct field *fields;
    size_t count; /* 1 .. FORM_FIELDS_MAX */
};

#define FORM(fields_)                                                                              \
    { (fields_), sizeof(fields_) / sizeof *(fields_) }

struct form_error {
    const char *field, *text;
};

struct form_data {
    const struct form *form;
    struct arena *arena;
    const char **values[FORM_FIELDS_MAX]; /* in the order sent */
    size_t counts[FORM_FIELDS_MAX];
    struct form_error errors[FORM_FIELDS_MAX];
    size_t error_count;
};

/* Sorts pairs into declared fields. RESULT_INVALID: a single field sent twice, or a list over its
 * limit; *out_field names it (a declared name). Over-long and invalid values become errors. */
MUST_CHECK enum result form_read(struct form_data *data, struct arena *arena,
                                 const struct form *form, const struct pairs *pairs,
                                 const char **out_field);

/* The value of a declared field, "" when absent; asking for an undeclared one is our mistake. */
const char *form_text(const struct form_data *data, const char *field);
const char *const *form_list(const struct form_data *data, const char *field, size_t *out_count);
bool form_has(const struct form_data *data, const char *field);

/* Says what is wrong with a field; the first sentence of a field stays. */
void form_fail(struct form_data *data, const char *field, const char *text);
/* NULL: nothing is wrong with it. */
const char *form_error_of(const struct form_data *data, const char *field);
bool form_has_errors(const struct form_data *data);

#endif
