/*
 * import.h - a file of accounts, users or invoices on its way in: two readers (JSON, CSV), three
 * kinds of things, one way to bring them in.
 *
 * A reader takes the file apart, piece by piece, and hands texts over by field; a kind says what a
 * text means and what is wrong with it; the run checks and keeps all of it before the first thing
 * counts. Every fault is told with file, line and column. README.md says what is seen when.
 */
#ifndef REMIT_REMIT_IMPORT_H
#define REMIT_REMIT_IMPORT_H

#include "common/core/buffer.h"
#include "common/program/command.h"
#include "common/store/import_file_store.h"
#include "modules/remit/progress.h"
#include "modules/remit/source.h"

enum {
    IMPORT_FIELDS_MAX = 16,
    IMPORT_LINES_MAX = 500,              /* of one thing */
    IMPORT_THING_BYTES = 8 * 1024 * 1024 /* one thing in its file */
};

struct import;

struct import_field {
    const char *name;
    bool is_needed; /* CSV has to have the column */
};

/* One thing of the file. Lives in its own arena until it is kept. */
struct item {
    struct arena *arena;
    struct position position, key_position, account_position, external_position;
    void *thing; /* the kind's */
    const char *account, *key, *owner;
    const char *level, *external; /* of users; external "": not given */
    int weight;
    struct buffer body; /* what is kept of it: body.h */
};

/* Things that were read and are about to be kept. */
struct staged {
    struct position position, key_position, account_position, external_position;
    int64_t seq, account_id;
    const char *account, *key, *owner, *level, *external, *body;
    unsigned char hash[SECRET_HASH_BYTES]; /* of body */
    bool is_there;
    int weight;
};

struct import_kind {
    const char *name;  /* "invoice"; with an s for several */
    const char *thing; /* what one is called when it comes twice: "Invoice" */
    const struct import_field *fields;
    size_t field_count, own_count;   /* the first own_count are its own, the rest its lines' */
    size_t key_field, account_field; /* what it is known by, and whose it is */
    size_t external_field;           /* how the provider's site calls it; 0: not at all */
    unsigned numeric;                /* bits of fields that may be whole JSON numbers */
    bool is_told;                    /* whom it concerns gets mail of it, but for --no-mail */

    /* Texts by field; NULL: not given. Each gives NULL, or a sentence and the field it is about. */
    const char *(*begin)(struct import *import, struct item *item, const char *const *texts,
                         size_t *out_field);
    const char *(*line)(struct import *import, struct item *item, const char *const *texts,
                        size_t *out_field); /* NULL: it has no lines */
    /* After its last line: fills item in. NULL, or a sentence about all of it. */
    const char *(*finish)(struct import *import, struct item *item);

    /* What the database knows of them: account_id and is_there, or a fault. */
    enum result (*look)(struct import *import, struct arena *arena, struct staged *list,
                        size_t count);
    /* What only all of them together show, once they are kept: faults. NULL: nothing. */
    enum result (*compare)(struct import *import, struct arena *arena);
    /* Writes them, and the step, in one transaction. RESULT_CONFLICT: read the file's mark again;
     * RESULT_INVALID: cannot be written, and told. */
    enum result (*apply)(struct import *import, struct arena *arena, const struct import_rows *rows,
                         struct import_step *step);
    enum command_exit (*show)(struct import *import, const struct import_file *before,
                              const struct import_file *after);
};

struct import {
    struct command *command;
    const struct import_kind *kind;
    struct source *source;
    const char *file;
    int64_t id; /* 0: nothing is kept yet */
    int64_t item_count, unchanged, external_count;
    size_t fault_count;
    enum result result; /* RESULT_OK, until the database fails */
    bool is_stopped;
    bool is_told;        /* by mail: as this run wants it, or as the one did that read the file */
    struct arena *arena; /* of staged */
    struct staged staged[IMPORT_STAGE_MAX];
    size_t staged_count, staged_bytes;
    struct progress progress;
};

/* ---- import_stage.c ---- */

/* where: "amount", "[3].lines[0].amount", "". Tells it on standard error. */
void import_fault(struct import *import, struct position position, const char *where,
                  const char *sentence);

/* There are as many as are told one by one; the rest are only counted. */
bool import_faults_are_many(const struct import *import);

void import_item_begin(struct import *import, struct item *item, struct position position);
/* Keeps it, unless it is broken; and frees it. false: the reader ends here. */
bool import_item_end(struct import *import, struct item *item, bool is_broken);
/* What was read last. */
void import_flush(struct import *import);

/* A JSON array of objects {a: account, k: key, l: level, x: external, where it is given}, in arena.
 */
const char *import_asked(struct arena *arena, const struct staged *list, size_t count);

/* ---- the readers: they stop at what makes the rest unreadable ---- */

void import_json_read(struct import *import);
void import_csv_read(struct import *import);

/* ---- what texts mean (import_text.c); each gives NULL or a sentence ---- */

bool import_is_given(const char *text);
const char *import_text_set(struct arena *arena, const char *text, size_t max, bool lines,
                            const char *fallback, const char **out);
const char *import_number_set(struct arena *arena, const char *text, const char **out);
const char *import_date_set(const char *text, struct date *out);
/* Prices and taxes may be nothing; amounts of lines may not. */
const char *import_money_set(const char *text, bool may_be_zero, int64_t *out);

/* ---- the run (import_run.c) ---- */

enum command_exit import_run(struct command *command, const struct import_kind *kind);
/* One that is released. */
enum command_exit import_go_on(struct command *command, const struct import_kind *kind,
                               const struct import_file *file);

extern const struct import_kind import_accounts, import_users, import_invoices;

#endif
