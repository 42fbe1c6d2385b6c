/*
 * history_store.h - invoices as a customer looks through them: page by page, in either direction
 * from a place in the list, so that a page costs the same wherever it is.
 *
 * Every statement reads its key in the key's order and stops when the page is full; the place is
 * that of a row, which may be gone meanwhile.
 */
#ifndef REMIT_STORE_HISTORY_STORE_H
#define REMIT_STORE_HISTORY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/invoice_status.h"
#include "common/db/db.h"

/* No more than a line of the list shows. */
struct invoice_row {
    int64_t id;
    const char *number;
    struct date issued_on;
    struct invoice_figures figures;
    bool is_held; /* a payment is processing or unknown on it; asked for by invoice_rows_hold() */
};

struct invoice_rows {
    struct invoice_row *list; /* in the order of the list, whichever way they were read */
    size_t count;             /* at most what was asked for */
    bool has_more;            /* more of them lie in the direction that was read */
};

enum invoice_which {
    INVOICES_ALL,
    INVOICES_OPEN,
    INVOICES_LEFT, /* open ones that payments on their way do not cover; by due date only */
    INVOICES_PAID
};
enum invoice_order {
    INVOICES_NEWEST, /* by invoice date */
    INVOICES_OLDEST,
    INVOICES_DUE /* by due date, the earliest first; of open ones only */
};

struct invoice_place {
    struct date on; /* of what the order goes by; year 0: the list's begin */
    int64_t id;
};

struct invoice_history {
    int64_t account_id;
    enum invoice_which which;
    enum invoice_order order;
    struct date from, to; /* first and last day of what the order goes by; year 0: no such end */
    struct invoice_place place;
    bool is_back; /* the rows before the place, instead of those behind it */
    size_t limit; /* 1 .. HISTORY_ROWS_MAX */
};

enum { HISTORY_ROWS_MAX = 100 };

extern const struct statement history_recent_sql, history_all_down_sql, history_all_up_sql,
    history_state_down_sql, history_state_up_sql, history_due_down_sql, history_due_up_sql,
    history_left_down_sql, history_left_up_sql;
#define HISTORY_STATEMENTS                                                                         \
    &history_recent_sql, &history_all_down_sql, &history_all_up_sql, &history_state_down_sql,      \
        &history_state_up_sql, &history_due_down_sql, &history_due_up_sql, &history_left_down_sql, \
        &history_left_up_sql
MUST_CHECK enum result invoice_history(struct db *db, struct arena *arena,
                                       const struct invoice_history *ask,
                                       struct invoice_rows *out_rows);

struct invoice_search {
    int64_t account_id;
    const char *prefix; /* 1 or more characters that invoice numbers have */
    const char *place;  /* a number that begins with prefix; "": the list's begin */
    bool is_back;
    size_t limit; /* 1 .. HISTORY_ROWS_MAX */
};

/* Whether text can stand in an invoice's number. */
bool invoice_number_may_hold(const char *text);

/* Those whose number begins with prefix, in the order of numbers. */
extern const struct statement history_number_up_sql, history_number_down_sql;
MUST_CHECK enum result invoice_search(struct db *db, struct arena *arena,
                                      const struct invoice_search *ask,
                                      struct invoice_rows *out_rows);

/* Sets is_held, and asks only about rows where it makes a difference: a payment is on its way, and
 * does not take all that is due. */
extern const struct statement history_held_sql;
MUST_CHECK enum result invoice_rows_hold(struct db *db, struct arena *arena, int64_t account_id,
                                         struct invoice_rows *rows);

#endif
