/*
 * import.h - a file of invoices on its way in: two readers (JSON, CSV), one meaning.
 *
 * A reader takes the file apart and hands texts over by field name; what a text means, and what is
 * wrong with it, is decided once. Every fault is told with file, line and column; a file with one
 * fault is not imported at all.
 */
#ifndef REMIT_REMIT_IMPORT_H
#define REMIT_REMIT_IMPORT_H

#include "common/program/command.h"
#include "common/store/import_store.h"

enum { IMPORT_INVOICES_MAX = 100000, IMPORT_LINES_MAX = 500, IMPORT_BYTES_MAX = 64 * 1024 * 1024 };

enum import_field {
    IMPORT_ACCOUNT,
    IMPORT_NUMBER,
    IMPORT_BILLING_TYPE,
    IMPORT_ISSUED_ON,
    IMPORT_DUE_ON,
    IMPORT_TERMS,
    IMPORT_TAX,
    IMPORT_INVOICE_FIELDS, /* the ones below belong to a line */
    IMPORT_DESCRIPTION = IMPORT_INVOICE_FIELDS,
    IMPORT_QUANTITY,
    IMPORT_PRICE,
    IMPORT_AMOUNT,
    IMPORT_FIELD_COUNT
};

extern const char *const import_field_names[IMPORT_FIELD_COUNT];

/* Where a thing begins in the file; both from 1. */
struct position {
    size_t line, column;
};

struct imported {
    struct import_invoice invoice;
    const char *account;
    struct position position;
    size_t index;   /* in the file */
    bool is_there;  /* issued already, with the same figures */
    bool was_there; /* before this run */
};

struct import {
    struct command *command;
    const char *file;
    const char *bytes;
    size_t length;
    struct imported **list; /* IMPORT_INVOICES_MAX of them */
    size_t count;
    size_t fault_count;
};

/* where: "amount", "[3].lines[0].amount". Tells it on standard error. */
void import_fault(struct import *import, struct position position, const char *where,
                  const char *sentence);

/* NULL: past IMPORT_INVOICES_MAX, and told so. */
struct imported *import_begin(struct import *import, struct position position);

/* A line's texts, by field; NULL or "": not given. NULL when it is fine, else a sentence, and which
 * field it is about. lines holds IMPORT_LINES_MAX. */
const char *import_line_add(struct import *import, struct imported *imported,
                            const char *const texts[IMPORT_FIELD_COUNT],
                            enum import_field *out_field);

/* The same for the texts of the invoice itself. */
const char *import_texts_set(struct import *import, struct imported *imported,
                             const char *const texts[IMPORT_FIELD_COUNT],
                             enum import_field *out_field);

/* After the last line: total and fingerprint. NULL, or a sentence about the whole invoice. */
const char *import_finish(struct import *import, struct imported *imported);

/* The readers. They stop at what makes the rest unreadable. */
void import_json_read(struct import *import);
void import_csv_read(struct import *import);

#endif
