/*
 * check_store.h - the questions of `remit check`: each finds the rows that contradict the books.
 *
 * Every question answers in the same shape, one row for each fault: what it is about, what was
 * expected, what was found. They run inside one transaction, so that all of them see one moment.
 * Which payment states are money, or reserve cents, comes from common/billing as lists.
 */
#ifndef REMIT_STORE_CHECK_STORE_H
#define REMIT_STORE_CHECK_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"

/* Lists of payment states, each "succeeded,partly_refunded". */
enum check_states {
    CHECK_STATES_ALL,
    CHECK_STATES_CONFIRMED, /* past review */
    CHECK_STATES_OPEN,
    CHECK_STATES_RESERVES,
    CHECK_STATES_MONEY,
    CHECK_STATES_AFTER_MONEY, /* may have been money once */
    CHECK_STATES_COUNT
};

enum check_kind { CHECK_TEXT, CHECK_NUMBER, CHECK_MONEY };

enum { CHECK_BINDS_MAX = 5 };

struct check {
    const struct statement *statement; /* subject, expected, found */
    const char *name, *what;           /* "invoice_paid", a sentence's middle */
    enum check_kind kind;              /* of expected and found */
    enum check_states binds[CHECK_BINDS_MAX];
};

/* All of them: check_table.c. */
extern const struct check checks[];
extern const size_t check_count;

/* Inside a transaction, which the caller keeps for all of them. */
MUST_CHECK enum result check_each(struct db *db, const struct check *check,
                                  const char *const states[CHECK_STATES_COUNT], db_each_row each,
                                  void *context);

struct check_counts {
    int64_t accounts, invoices, payments, refunds, entries, postings;
};

extern const struct statement check_counts_sql;
MUST_CHECK enum result check_counts(struct db *db, struct arena *arena,
                                    struct check_counts *out_counts);

/* reference, account's number, state, amount (cents), confirmed_at of payments in states */
extern const struct statement check_open_sql;
MUST_CHECK enum result check_open(struct db *db, const char *states, db_each_row each,
                                  void *context);

extern const struct statement check_journal_empty_sql, check_journal_orphan_sql,
    check_journal_balance_sql, check_journal_invoice_sql, check_journal_payment_sql,
    check_invoice_paid_sql, check_invoice_pending_sql, check_invoice_credited_sql,
    check_invoice_due_sql, check_invoice_void_sql, check_invoice_parts_sql, check_invoice_state_sql,
    check_account_due_sql, check_account_pending_sql, check_account_receivable_sql,
    check_account_credit_sql, check_allocation_open_sql, check_allocation_orphan_sql,
    check_payment_covers_sql, check_payment_refunded_sql, check_payment_booked_sql,
    check_payment_amount_sql, check_payment_state_sql, check_twice_account_sql,
    check_twice_invoice_sql, check_twice_reference_sql, check_twice_form_sql,
    check_twice_external_sql, check_twice_transaction_sql, check_twice_open_sql,
    check_twice_event_sql, check_payment_open_credit_sql, check_payment_credit_sql,
    check_twice_open_credit_sql;

#define CHECK_STATEMENTS                                                                           \
    &check_journal_empty_sql, &check_journal_orphan_sql, &check_journal_balance_sql,               \
        &check_journal_invoice_sql, &check_journal_payment_sql, &check_invoice_paid_sql,           \
        &check_invoice_pending_sql, &check_invoice_credited_sql, &check_invoice_due_sql,           \
        &check_invoice_void_sql, &check_invoice_parts_sql, &check_invoice_state_sql,               \
        &check_account_due_sql, &check_account_pending_sql, &check_account_receivable_sql,         \
        &check_account_credit_sql, &check_allocation_open_sql, &check_allocation_orphan_sql,       \
        &check_payment_covers_sql, &check_payment_refunded_sql, &check_payment_booked_sql,         \
        &check_payment_amount_sql, &check_payment_state_sql, &check_twice_account_sql,             \
        &check_twice_invoice_sql, &check_twice_reference_sql, &check_twice_form_sql,               \
        &check_twice_external_sql, &check_twice_transaction_sql, &check_twice_open_sql,            \
        &check_twice_event_sql, &check_counts_sql, &check_open_sql,                                \
        &check_payment_open_credit_sql, &check_payment_credit_sql, &check_twice_open_credit_sql

#endif
