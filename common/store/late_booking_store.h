/*
 * late_booking_store.h - a payment that was not charged, made fit to be recorded as charged: what
 * its invoices do not take any more is its credit.
 */
#ifndef REMIT_STORE_LATE_BOOKING_STORE_H
#define REMIT_STORE_LATE_BOOKING_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/billing/payment_state.h"
#include "common/db/db.h"

struct late_payment {
    int64_t account_id, id, user_id, method_id, draft_id;
    const char *reference;
    enum payment_state state;
    bool is_bank;
    int64_t amount_cents, credit_cents;
    const unsigned char *token; /* of the claim that sent it */
};

/* RESULT_NOT_FOUND. */
extern const struct statement late_payment_sql;
MUST_CHECK enum result late_payment(struct db *db, struct arena *arena, const char *reference,
                                    struct late_payment *out_payment);

/* Inside a transaction, after account_move(): reserves its cents on the invoices that have room for
 * all of theirs, and takes it off the others. *out_moved_cents: of the others, and added to the
 * payment's credit. RESULT_CONFLICT: it is not not_charged. */
extern const struct statement late_room_sql, late_reserve_sql, late_drop_sql, late_credit_sql;
MUST_CHECK enum result late_payment_fit(struct db *db, struct arena *arena,
                                        const struct late_payment *payment,
                                        int64_t *out_moved_cents);

#define LATE_BOOKING_STATEMENTS                                                                    \
    &late_payment_sql, &late_room_sql, &late_reserve_sql, &late_drop_sql, &late_credit_sql

#endif
