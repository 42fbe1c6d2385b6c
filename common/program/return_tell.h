/*
 * return_tell.h - what follows from every payment that comes back, whoever learnt of it and whether
 * it was money already: a fee where there is one, mail, and a person where one has to look. Part of
 * the transaction that records the return.
 */
#ifndef REMIT_PROGRAM_RETURN_TELL_H
#define REMIT_PROGRAM_RETURN_TELL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/db/db.h"

struct return_facts {
    int64_t account_id, payment_id, user_id; /* user 0: recorded */
    const char *payment_reference;
    bool is_chargeback; /* of a card: no fee, and always for a person */
    int64_t amount_cents;
    const char *code;  /* the bank's, "R01"; "" where it is not known */
    bool is_by_hand;   /* no gateway took it: whoever records it knows why it came back */
    int64_t fee_cents; /* what the provider charges for a return; 0: nothing */
    int64_t now;
};

/* The fee that this return costs: only where the customer has to answer for it. */
int64_t return_fee(const struct return_facts *facts);

/* Once for each payment: a second time changes nothing. Runs the statements of import_store.h where
 * it charges a fee, and those of event_store.h. */
MUST_CHECK enum result return_tell(struct db *db, const struct return_facts *facts);

#endif
