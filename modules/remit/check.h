/*
 * check.h - what `remit check` has found so far, and its second half: the gateway's own account of
 * what it took.
 */
#ifndef REMIT_REMIT_CHECK_H
#define REMIT_REMIT_CHECK_H

#include "common/program/command.h"
#include "common/store/check_store.h"

enum { CHECK_FAULTS_KEPT = 100000, CHECK_OPEN_KEPT = 10000 };

struct fault {
    const char *name, *what, *subject;
    enum check_kind kind;
    const char *expected, *found;          /* CHECK_TEXT */
    int64_t expected_number, found_number; /* the others */
};

/* What is being decided on: no faults. */
struct open_list {
    struct rows rows; /* CHECK_OPEN_KEPT at most */
    size_t count;     /* more may have been found than are kept */
};

struct gateway_book;

struct checking {
    struct command *command;
    const char *states[CHECK_STATES_COUNT];
    const struct check *check;     /* the one that is running */
    struct fault *faults;          /* CHECK_FAULTS_KEPT of them */
    size_t fault_count;            /* more may have been found than are kept */
    struct open_list open;         /* as check_open() gives them */
    struct open_list open_refunds; /* as check_refund_open() does */
    struct check_counts counts;
    struct gateway_book *book; /* NULL: the gateway is not asked */
};

/* Copied; texts too. */
void check_fault(struct checking *checking, const struct fault *fault);

/* Reads what the gateway took, before the database is read: what it has then has its payment. */
MUST_CHECK enum command_exit gateway_book_read(struct checking *checking);

/* Inside the check's transaction: every payment against the book, and the reverse. May be run
 * again from the start. */
MUST_CHECK enum result gateway_book_compare(struct checking *checking);

/* After it: what the report did not tell is asked for by its reference, and only then missing. */
MUST_CHECK enum command_exit gateway_book_look(struct checking *checking);

size_t gateway_book_count(const struct gateway_book *book);

#endif
