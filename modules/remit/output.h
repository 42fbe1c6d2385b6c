/*
 * output.h - what a command shows: the same columns as a calm table or as JSON.
 *
 * A list is declared: its columns stand in the order of the statement's columns. Money is shown as
 * "$1,234.50" in tables; in JSON as decimal text and, under the same name with "_cents", as a whole
 * number. Instants are UTC. The only user of jansson's writing side.
 */
#ifndef REMIT_REMIT_OUTPUT_H
#define REMIT_REMIT_OUTPUT_H

#include <jansson.h>

#include "common/db/db.h"
#include "common/program/command.h"

enum column_kind {
    COLUMN_TEXT,
    COLUMN_MONEY,
    COLUMN_INT,
    COLUMN_BOOL,
    COLUMN_INSTANT, /* dates are texts */
};

struct column {
    const char *key, *title; /* "due", "Due"; key NULL: not shown */
    enum column_kind kind;
};

#define COLUMNS(list_) (list_), sizeof(list_) / sizeof *(list_)

/* ---- long lists, row by row ---- */

struct listing;

/* empty: what to say when there is no row ("No accounts."). */
struct listing *listing_begin(struct command *command, const struct column *columns, size_t count,
                              const char *empty);
/* For db_each(). */
enum result listing_row(const struct rows *row, void *listing);
void listing_end(struct listing *listing);

/* ---- one thing, and short lists in it ---- */

json_t *row_json(struct command *command, const struct column *columns, size_t count,
                 const struct rows *rows, size_t row);
/* In an arena of its own, for what is many rows. */
json_t *row_json_in(struct arena *arena, const struct column *columns, size_t count,
                    const struct rows *rows, size_t row);
json_t *rows_json(struct command *command, const struct column *columns, size_t count,
                  const struct rows *rows);
/* "Title   value", a line each; empty texts are left out. */
void row_print(struct command *command, const struct column *columns, size_t count,
               const struct rows *rows, size_t row);
void rows_print(struct command *command, const struct column *columns, size_t count,
                const struct rows *rows, const char *empty);

/* Sets key and key_cents. */
void json_set_money(struct command *command, json_t *object, const char *key, int64_t cents);
/* "2026-11-22T15:04:05Z" in the command's arena; 0: "" */
const char *instant_json(struct command *command, int64_t instant);

/* Prints value on one or several lines, and gives it back. */
void json_print(json_t *value);

/* With --json the object, else the sentence; both are made by the caller. Takes object over. */
enum command_exit result_show(struct command *command, json_t *object, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A list that a statement gives, from start to end. each: a store function's db_each part. */
enum command_exit listing_finish(struct listing *listing, enum result result);

#endif
