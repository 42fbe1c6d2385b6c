/*
 * credit_store.h - what an account has in its favour: from payments above what was due, and from
 * the provider. It is spent on invoices by the provider or at import, never below zero: whoever
 * takes of it does so by a conditional update.
 */
#ifndef REMIT_STORE_CREDIT_STORE_H
#define REMIT_STORE_CREDIT_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/core/secret.h"
#include "common/db/db.h"
#include "common/store/cover_store.h"
#include "common/store/provider_store.h"

/* ---- inside a transaction, after account_move() ---- */

/* RESULT_NOT_FOUND: no such account. */
extern const struct statement credit_read_sql;
MUST_CHECK enum result credit_read(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t *out_cents);

/* Adds cents, or takes them where they are negative. RESULT_CONFLICT: there are not as many. */
extern const struct statement credit_move_sql;
MUST_CHECK enum result credit_move(struct db *db, int64_t account_id, int64_t cents);

/* ---- what the provider does, each in a transaction of its own with its audit row ---- */

enum credit_kind {
    CREDIT_GIVEN,   /* a favour, a correction */
    CREDIT_TAKEN,   /* a correction, or paid out by hand */
    CREDIT_APPLIED, /* to invoices */
    CREDIT_KIND_COUNT
};

const char *credit_kind_name(enum credit_kind kind); /* "given" */

/* "C" and 12 characters. */
void credit_reference(char out[REFERENCE_SIZE]);

struct credit_ask {
    int64_t account_id;
    enum credit_kind kind;
    int64_t amount_cents;       /* applied: 0 for as much as there is and the invoices take */
    const char *reference;      /* ours, new */
    const char *request_key;    /* NULL: none */
    const char *note;           /* may be "" */
    const char *const *numbers; /* applied: to these invoices; count 0: the oldest due first */
    size_t number_count;        /* 0 .. ALLOCATIONS_MAX */
};

enum credit_end {
    CREDIT_DONE,
    CREDIT_AGAIN,      /* the key did the same before: told->reference is it */
    CREDIT_KEY_USED,   /* the key did something else: told->reference is it */
    CREDIT_NO_INVOICE, /* told->covers.number: not of this account */
    CREDIT_BUSY,       /* told->covers.number: a payment is being decided on it */
    CREDIT_TOO_LITTLE, /* there are only told->credit_cents */
    CREDIT_TOO_MUCH,   /* the invoices take only told->covers.free_cents */
    CREDIT_NOTHING,    /* no credit, or no invoice to apply it to */
};

struct credit_told {
    enum credit_end end;
    const char *reference;
    int64_t amount_cents; /* of it, or of what the key did */
    int64_t credit_cents; /* what the account has now */
    struct covers covers;
};

/* RESULT_OK with any end: only CREDIT_DONE wrote something. */
MUST_CHECK enum result credit_run(struct db *db, struct arena *arena,
                                  const struct provider_act *act, const struct credit_ask *ask,
                                  struct credit_told *out_told);

/* A new invoice takes what credit its account has: part of the transaction that writes it. */
MUST_CHECK enum result credit_apply_new(struct db *db, const struct provider_act *act,
                                        int64_t account_id, int64_t invoice_id,
                                        int64_t total_cents);

/* reference, kind, amount (cents), note, actor, created_at, request_key: latest first. */
extern const struct statement credit_list_sql;
MUST_CHECK enum result credit_list(struct db *db, int64_t account_id, db_each_row each,
                                   void *context);

extern const struct statement credit_of_request_sql, credit_add_sql, credit_invoice_sql;
/* With CHARGE_STATEMENTS. */
#define CREDIT_STATEMENTS                                                                          \
    &credit_read_sql, &credit_list_sql, &credit_of_request_sql, &credit_add_sql, &credit_invoice_sql

#endif
