/*
 * issue_store.h - invoices that Remit issues by itself (a fee, an adjustment), written with their
 * line, their journal entry and the account's balance. Inside a transaction, after account_move().
 * The mail about what they are for tells of them (returned, voided): there is none about
 * themselves.
 */
#ifndef REMIT_STORE_ISSUE_STORE_H
#define REMIT_STORE_ISSUE_STORE_H

#include <stdint.h>

#include "common/db/db.h"

struct issue {
    int64_t account_id;
    const char *number, *billing_type, *line;
    const char *kind;     /* of its journal entry: invoice, fee */
    const char *ledger;   /* against the receivable: revenue, adjustment */
    int64_t amount_cents; /* > 0 */
    int64_t now;          /* issued and due on this day */
};

/* RESULT_CONFLICT: the number is used. Runs the statements of import_store.h. */
MUST_CHECK enum result issue_invoice(struct db *db, const struct issue *issue);

/* For the list of a program that issues any, beside those that record payments. */
#define ISSUE_STATEMENTS &import_invoice_sql, &import_line_sql, DRAFT_JOIN_STATEMENTS

#endif
