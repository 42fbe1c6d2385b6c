/*
 * cover_store.h - which invoices of an account money can go to now: those named, or the oldest due
 * ones. Read inside the transaction that takes them, after account_move().
 */
#ifndef REMIT_STORE_COVER_STORE_H
#define REMIT_STORE_COVER_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/allocation.h"
#include "common/db/db.h"

enum cover_end {
    COVER_FOUND,
    COVER_NO_INVOICE, /* number: not of this account */
    COVER_BUSY,       /* number: another payment is being decided on it */
};

struct covers {
    enum cover_end end;
    const char *number;
    int64_t free_cents;                      /* what they take in all */
    struct allocation list[ALLOCATIONS_MAX]; /* oldest due first, each with free cents */
    const char *numbers[ALLOCATIONS_MAX];    /* theirs */
    size_t count;
    bool has_more; /* others are payable behind them */
};

/* number_count 0 .. ALLOCATIONS_MAX; 0: the account's payable invoices, without those that another
 * payment is being decided on. Texts live in arena. RESULT_OK with any end. */
MUST_CHECK enum result covers_find(struct db *db, struct arena *arena, int64_t account_id,
                                   const char *const *numbers, size_t number_count,
                                   struct covers *out_covers);

/* With invoice_find_sql and invoice_payable_sql. */

#endif
