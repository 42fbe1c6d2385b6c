/*
 * record_store.h - money that came by other ways (checks, wires, cash), booked by the provider
 * under the same rules as a charge: the account's version first, only what is free on an invoice,
 * and none that another payment is being decided on.
 */
#ifndef REMIT_STORE_RECORD_STORE_H
#define REMIT_STORE_RECORD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"
#include "common/store/cover_store.h"
#include "common/store/provider_store.h"

struct record {
    int64_t account_id, amount_cents, received_at;
    const char *reference;          /* ours, new */
    const char *kind;               /* check, wire, cash */
    const char *external_reference; /* theirs: once for each account and kind */
    const char *method_text;        /* "Check 1042" */
    const char *note;
    const char *const *numbers; /* of the invoices it is for; count 0: the oldest due first */
    size_t number_count;        /* 0 .. ALLOCATIONS_MAX */
    bool gets_receipt;          /* mailed to whoever may see the account's billing */
    bool may_be_credit;         /* what the invoices do not take becomes account credit */
};

enum record_end {
    RECORD_DONE,
    RECORD_THERE,       /* the account has this kind and external reference already */
    RECORD_NO_INVOICE,  /* covers.number: not of this account */
    RECORD_BUSY,        /* covers.number: another payment is being decided on it */
    RECORD_TOO_MUCH,    /* covers.free_cents is all that can be covered */
    RECORD_OTHERS_OPEN, /* it would leave credit, and another payment of the account is open */
};

struct record_result {
    enum record_end end;
    struct covers covers; /* what it covers */
    int64_t credit_cents; /* what became credit */
};

/* In one transaction; texts of the result live in arena. RESULT_OK with any end: only RECORD_DONE
 * wrote something. RESULT_UNCERTAIN: record_find() tells. */
extern const struct statement record_payment_sql, record_invoice_sql;
MUST_CHECK enum result record_payment(struct db *db, struct arena *arena,
                                      const struct provider_act *act, const struct record *record,
                                      struct record_result *out_result);

struct recorded {
    const char *reference;
    int64_t payment_id, amount_cents, credit_cents, received_at;
    bool is_returned; /* it came back: its number may be presented again */
};

/* RESULT_NOT_FOUND. */
extern const struct statement record_find_sql;
MUST_CHECK enum result record_find(struct db *db, struct arena *arena, int64_t account_id,
                                   const char *kind, const char *external_reference,
                                   struct recorded *out_recorded);

#define RECORD_STATEMENTS &record_payment_sql, &record_invoice_sql, &record_find_sql

#endif
