/*
 * calendar_store.h - what a customer's home and calendar tell, each in one round trip and a bounded
 * number of rows, however long the account's history is.
 *
 * What is cut off at a limit is the older or later end; callers who show a list that may be cut ask
 * for one row more.
 */
#ifndef REMIT_STORE_CALENDAR_STORE_H
#define REMIT_STORE_CALENDAR_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/draft_state.h"
#include "common/billing/payment_state.h"
#include "common/core/date.h"
#include "common/db/db.h"
#include "common/store/enrolment_store.h"
#include "common/store/invoice_store.h"
#include "common/store/method_store.h"

/* The journal's entries of one kind on one day, added up (table activity). */
struct calendar_activity {
    struct date on;
    const char *kind; /* of journal entries */
    int64_t entries;
    int64_t balance_cents; /* what they did to the account's balance */
    int64_t money_cents;   /* in positive, out negative */
};

struct calendar_payment {
    const char *reference, *method_text;
    enum payment_state state;
    int64_t at; /* when it was confirmed */
    int64_t amount_cents;
    /* Of one that came to nothing: the last invoice it was for, on which something is still to pay;
     * else 0 and "". */
    int64_t invoice_id;
    const char *invoice_number;
};

struct calendar_draft {
    int64_t enrolment_id;
    struct date draft_on, retry_on; /* retry_on year 0: none */
    enum draft_state state;
    enum draft_reason reason;
    int64_t amount_cents;
    const char *method_text, *reference; /* of the last attempt of a failed one; "" without one */
    bool is_unpaid; /* on the last invoice of that attempt something is still to pay, or there was
                       no attempt */
};

/* Latest first, but for open, which has processing and unknown payments before pending ones. */
struct calendar_told {
    struct calendar_activity *activity; /* by day */
    size_t activity_count;
    struct calendar_payment *open; /* processing, unknown, pending; whenever they were confirmed */
    size_t open_count;
    struct calendar_draft *drafts; /* the account's latest, whatever became of them */
    size_t draft_count;
    int64_t *stopped; /* active enrolments whose user may not manage autopay any more */
    size_t stopped_count;
    /* For home only: payments that came to nothing and have invoice_id, and methods of the user's
     * own: refused for good, or expiring by a day. A method has id, kind, brand, last_four,
     * expires_on and needs_attention. */
    struct calendar_payment *failed;
    size_t failed_count;
    struct method *methods;
    size_t method_count;
};

/* Activity of the days from .. through, and what is open now. */
extern const struct statement calendar_told_sql;
MUST_CHECK enum result calendar_told(struct db *db, struct arena *arena, int64_t account_id,
                                     struct date from, struct date through,
                                     struct calendar_told *out_told);

struct calendar_home {
    int64_t account_id, user_id;
    struct date from, through; /* as above */
    int64_t returned_since, declined_since;
    struct date expires_by;
};
extern const struct statement calendar_home_sql;
MUST_CHECK enum result calendar_home(struct db *db, struct arena *arena,
                                     const struct calendar_home *home,
                                     struct calendar_told *out_told);

/* The latest invoices, as lists show them, and the open ones that are due first. */
extern const struct statement calendar_invoices_sql;
MUST_CHECK enum result calendar_invoices(struct db *db, struct arena *arena, int64_t account_id,
                                         int64_t latest_limit, int64_t open_limit,
                                         struct invoices *out_latest,
                                         struct enrolment_invoices *out_open);

/* Open ones that are due from .. through, in due order. Of each: number, due_on, due_cents and
 * pending_cents. */
extern const struct statement calendar_due_sql;
MUST_CHECK enum result calendar_due(struct db *db, struct arena *arena, int64_t account_id,
                                    struct date from, struct date through, int64_t limit,
                                    struct enrolment_invoices *out_due);

#endif
