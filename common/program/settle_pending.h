/*
 * settle_pending.h - finds out what became of bank debits that were accepted: the bank sends the
 * money days later, or sends the debit back. Asked by our reference; works without any webhook.
 *
 * A return opens the invoices again. What its code means for the method is in
 * common/billing/ach_return.h. A return that comes after the money was there (a late return) is
 * found by settle_late().
 */
#ifndef REMIT_PROGRAM_SETTLE_PENDING_H
#define REMIT_PROGRAM_SETTLE_PENDING_H

#include "common/program/settle.h"

struct pending_summary {
    int64_t looked_at, settled, returned, voided, waiting, queued, no_gateway;
};

/* Looks at every one that is pending now; told as settle_all() does. RESULT_UNAVAILABLE,
 * RESULT_FAILED: the database. */
MUST_CHECK enum result settle_pending(struct running *running, settle_told told, void *context,
                                      struct pending_summary *out_summary);

/* Looks at those nobody has looked at for some hours, each taken up by one of the settlers that
 * run. Ends early as settle_due() does. Same results. */
MUST_CHECK enum result settle_pending_due(struct running *running,
                                          struct pending_summary *out_summary);

#define SETTLE_PENDING_STATEMENTS &payment_pending_list_sql

#endif
