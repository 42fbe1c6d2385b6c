/*
 * allocation.h - which cents of a payment go to which invoice. Rules without I/O.
 *
 * Invoices come oldest first (by due date, then id) and are covered in that order. A payment covers
 * at most ALLOCATIONS_MAX invoices. What comes out sums to the payment, and no invoice gets more
 * than is free on it. What goes back of a payment is taken from the other end.
 */
#ifndef REMIT_BILLING_ALLOCATION_H
#define REMIT_BILLING_ALLOCATION_H

#include <stddef.h>
#include <stdint.h>

enum { ALLOCATIONS_MAX = 200 };

struct allocation {
    int64_t invoice_id;
    int64_t free_cents;   /* in: what may be taken, >= 0 */
    int64_t amount_cents; /* out: what is taken, 0 .. free_cents */
};

/* Everything that is free. Returns the sum. */
int64_t allocate_all(struct allocation *list, size_t count);

/* amount_cents (>= 0) from the first invoice on; returns what found no room. */
int64_t allocate_amount(struct allocation *list, size_t count, int64_t amount_cents);

/* Of a payment's allocations, where free_cents is what has not gone back yet: amount_cents (>= 0)
 * from the last invoice on, backwards; returns what found no room. */
int64_t allocate_back(struct allocation *list, size_t count, int64_t amount_cents);

/* Takes the entries without cents away; returns how many stay. */
size_t allocation_pack(struct allocation *list, size_t count);

int64_t allocation_sum(const struct allocation *list, size_t count);

#endif
