/*
 * ach_return.h - what a return of a bank debit means for the payment's method: the one table of the
 * return codes (Nacha; windows and meanings as of 2026). Rules without I/O.
 *
 * Every return puts the money back and opens the invoices again; this says what else follows.
 */
#ifndef REMIT_BILLING_ACH_RETURN_H
#define REMIT_BILLING_ACH_RETURN_H

#include <stdbool.h>

struct ach_return {
    const char *code;    /* "R01"; "" for one we do not know */
    const char *meaning; /* for people at the provider: "insufficient funds" */
    bool may_retry;      /* the same debit may be presented again, at most twice, within 180 days */
    bool disables;       /* the account cannot be debited any more: the method needs attention */
    bool stops_autopay;  /* the authorization is gone */
    bool to_person;      /* somebody at the provider has to look */
    bool charges_fee;    /* the customer has to answer for it: a Return Fee may be charged */
};

/* Never NULL: a code that is not in the table is one that a person looks at. */
const struct ach_return *ach_return_find(const char *code);

#endif
