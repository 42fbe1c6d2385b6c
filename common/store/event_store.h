/*
 * event_store.h - rows that are only ever added: payment events, journal entries, mail to send, and
 * what a person must decide. Each function runs inside the transaction of what it tells.
 */
#ifndef REMIT_STORE_EVENT_STORE_H
#define REMIT_STORE_EVENT_STORE_H

#include <stdint.h>

#include "common/billing/payment_state.h"
#include "common/core/date.h"
#include "common/db/db.h"

struct payment_event {
    int64_t account_id, payment_id, at;
    const char *from; /* a state's name; "" for the first */
    enum payment_state to;
    int64_t actor_user_id;  /* 0: actor says who */
    const char *actor;      /* "program:settle"; may be NULL */
    const char *detail;     /* may be NULL */
    const char *request_id; /* may be NULL */
};

extern const struct statement payment_event_add_sql;
MUST_CHECK enum result payment_event_add(struct db *db, const struct payment_event *event);

struct journal_entry {
    int64_t account_id;
    const char *event_key; /* what happened: "payment:P123...:paid" */
    const char *kind;
    int64_t at;
    struct date on_date; /* the day customers find it under, in the provider's zone */
    int64_t payment_id;  /* 0: none */
    /* What its postings come to, for the sums of its day, month and year: those to receivable and
     * credit, those to money, and the tax invoiced (positive). */
    int64_t balance_cents, money_cents, tax_cents;
};

/* A journal entry without postings yet. RESULT_CONFLICT: its event is booked already. */
extern const struct statement journal_entry_add_sql, activity_add_sql, feed_add_sql;
MUST_CHECK enum result journal_entry_add(struct db *db, const struct journal_entry *entry,
                                         int64_t *out_entry_id);

/* line: 0 .. , once each in an entry. ledger: receivable, revenue, tax, money, credit, adjustment.
 * Debit positive. invoice_id 0: none. */
extern const struct statement journal_post_sql;
MUST_CHECK enum result journal_post(struct db *db, int64_t account_id, int64_t entry_id, int line,
                                    const char *ledger, int64_t invoice_id, int64_t amount_cents);

/* One posting for each allocation of a payment, lines 1 .. n: receivable, sign * its cents. */
extern const struct statement journal_post_allocations_sql;
MUST_CHECK enum result journal_post_allocations(struct db *db, int64_t account_id, int64_t entry_id,
                                                int64_t payment_id, int sign);

/* The whole entry of a payment that became money: money, the invoices it covers, and credit_cents
 * of it as account credit. RESULT_CONFLICT: it is booked already. */
struct journal_payment {
    int64_t account_id, payment_id;
    const char *reference;
    int64_t amount_cents, credit_cents, at;
};
MUST_CHECK enum result journal_payment_add(struct db *db, const struct journal_payment *payment);

/* Written once by key; a second one with the key is silently the first. account_id 0: to the
 * provider. */
extern const struct statement outbox_add_sql;
MUST_CHECK enum result outbox_add(struct db *db, const char *mail_key, const char *kind,
                                  int64_t account_id, int64_t user_id, int64_t subject_id,
                                  int64_t now);

extern const struct statement queue_add_sql;
MUST_CHECK enum result queue_add(struct db *db, const char *queue_key, const char *kind,
                                 int64_t account_id, int64_t payment_id, const char *detail,
                                 int64_t now);

/* The same for one that no mail to the provider may tell: it is as told when it is written. */
extern const struct statement queue_add_silent_sql;
MUST_CHECK enum result queue_add_silent(struct db *db, const char *queue_key, const char *kind,
                                        int64_t account_id, int64_t payment_id, const char *detail,
                                        int64_t now);

#endif
