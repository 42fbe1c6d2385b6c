/*
 * command.h - the skeleton of a command program: a table of verbs, and one way to read options, to
 * refuse and to end.
 *
 *   remit [--settings FILE] [--json] [--now INSTANT] [--help] VERB [ARGUMENTS] [OPTIONS]
 *
 * Options may stand before or after the verb; an option's name takes a value in every verb or in
 * none. What a verb does not need is not opened: help and `config check` work without a database.
 * Errors are one sentence on standard error.
 */
#ifndef REMIT_PROGRAM_COMMAND_H
#define REMIT_PROGRAM_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/date.h"
#include "common/program/program.h"

enum command_exit {
    COMMAND_DONE = 0,
    COMMAND_REFUSED = 1, /* refused or failed; the sentence says which, and nothing is half done */
    COMMAND_USAGE = 2
};

enum { COMMAND_ARGUMENTS_MAX = 8, COMMAND_OPTIONS_MAX = 256 };

struct command_option {
    const char *name;  /* "account"; NULL ends the list */
    const char *value; /* what --help calls its value; NULL: it takes none */
    const char *help;
};

/* Each includes the ones before it. */
enum command_needs {
    COMMAND_NEEDS_FILE,     /* the settings file is there; the verb reads it */
    COMMAND_NEEDS_SETTINGS, /* it is right, and so are the program's secrets */
    COMMAND_NEEDS_DATABASE,
    COMMAND_NEEDS_GATEWAY
};

struct command;

struct verb {
    const char *words;     /* "invoice import" */
    const char *arguments; /* "FILE" or "" */
    const char *summary;   /* a line for lists */
    const char *help;      /* a paragraph */
    const struct command_option *options;
    unsigned arguments_min, arguments_max;
    enum command_needs needs;
    enum command_exit (*run)(struct command *command);
};

struct command_program {
    struct program program; /* name, statements, and the hooks that open and close a gateway */
    const char *about;
    const struct verb *verbs;
    size_t verb_count;
};

struct command_given {
    const char *name, *value;
};

struct command {
    const struct command_program *program;
    const struct verb *verb;
    struct running running;
    struct arena *arena;       /* lives as long as the command */
    const char *settings_file; /* whole path */
    bool json;
    const char *words[COMMAND_ARGUMENTS_MAX];
    size_t word_count; /* of the verb and then its arguments */
    const char *const *arguments;
    size_t argument_count;
    struct command_given given[COMMAND_OPTIONS_MAX];
    size_t given_count;
};

/* main() of a command program. Returns the exit status. */
int command_main(const struct command_program *program, int argc, char **argv);

/* ---- what was asked ---- */

/* NULL: not given. Given twice, the last one counts. */
const char *command_option(const struct command *command, const char *name);
bool command_has(const struct command *command, const char *name);
/* The index-th value of an option that may be given several times; NULL past the last. */
const char *command_option_at(const struct command *command, const char *name, size_t index);

/* Each reads one option or argument called what ("--account", "NUMBER"), and says what is wrong
 * with it: false means COMMAND_USAGE. text NULL means that a required one is missing. */
bool command_text(struct command *command, const char *what, const char *text,
                  size_t max_characters, const char **out_text);
/* Account, invoice and check numbers: letters, digits and - . _ ~, at most 32. */
bool command_number(struct command *command, const char *what, const char *text,
                    const char **out_number);
bool command_money(struct command *command, const char *what, const char *text, int64_t *out_cents);
bool command_date(struct command *command, const char *what, const char *text,
                  struct date *out_date);

/* Text of at most max_characters, valid UTF-8, without control characters (line ends are let
 * through where lines is true). NULL: fine; otherwise a sentence. */
const char *command_text_fault(const char *text, size_t max_characters, bool lines);
const char *command_number_fault(const char *text);

/* ---- how it ends ---- */

enum command_exit command_usage(struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum command_exit command_refuse(struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* For a call into the database that did not work and that has no better words. */
enum command_exit command_failed(struct command *command, enum result result);

/* For verbs that need the gateway only sometimes: says what is wrong. */
enum command_exit command_gateway_open(struct command *command);

/* Business time. */
int64_t command_now(struct command *command);

/* "operator:ana": the Unix user, for audit rows and payment events. */
const char *command_actor(struct command *command);

#endif
