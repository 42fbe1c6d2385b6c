/*
 * remind_store.h - invoices that customers are told of and reminded of, as `mailer` reads them:
 * over all accounts when reminders are written, of one account when a mail is.
 */
#ifndef REMIT_STORE_REMIND_STORE_H
#define REMIT_STORE_REMIND_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/cover_rule.h"
#include "common/billing/remind_rule.h"
#include "common/db/db.h"

/* ---- what is due on a day, over all accounts ---- */

/* Behind this invoice of this account; 0, 0: from the start. */
struct remind_cursor {
    int64_t account_id, invoice_id;
};

struct remind_row {
    int64_t account_id;
    struct remind_invoice invoice;
    struct cover_invoice of; /* the same one, for its cover */
    bool is_reminded;        /* the account has its mail already */
};

struct remind_rows {
    struct remind_row *list;
    size_t count;
};

/* Open invoices due on a day, by account and id, at most limit of them. An account's mail is the
 * one with the key before + account's id + after. */
extern const struct statement remind_page_sql;
MUST_CHECK enum result remind_page(struct db *db, struct arena *arena, struct date due_on,
                                   const char *before, const char *after,
                                   const struct remind_cursor *cursor, int64_t limit,
                                   struct remind_rows *out_rows);

/* ---- autopay ---- */

/* The covers of an account's active enrolments, and of each its enrolment. */
struct remind_covers {
    struct enrolment_cover *list;
    struct remind_enrolment {
        struct remind_cover cover;
        int64_t method_id;
        struct date next_on; /* year 0: no day is known */
    } * enrolments;
    size_t count;
};

extern const struct statement remind_covers_sql;
MUST_CHECK enum result remind_covers(struct db *db, struct arena *arena, int64_t account_id,
                                     struct remind_covers *out_covers);

/* Which one pays an invoice; NULL: none does. */
const struct remind_enrolment *remind_enrolment_of(const struct remind_covers *covers,
                                                   const struct cover_invoice *invoice);

/* ---- what mails tell ---- */

struct remind_facts {
    const char *number;
    struct cover_invoice of;
    struct date due_on;
    bool is_void;
    int64_t tax_cents, total_cents, paid_cents, credited_cents, pending_cents;
};

/* RESULT_NOT_FOUND. */
extern const struct statement remind_invoice_sql;
MUST_CHECK enum result remind_invoice(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t invoice_id, struct remind_facts *out_facts);

/* The open invoices of an account that are due on a day and not all in progress, one by one: facts
 * and its texts live until each() returns, which must not use db. */
typedef enum result (*remind_each)(const struct remind_facts *facts, void *context);
extern const struct statement remind_due_sql;
MUST_CHECK enum result remind_due(struct db *db, int64_t account_id, struct date due_on,
                                  remind_each each, void *context);

#define REMIND_STATEMENTS &remind_page_sql, &remind_covers_sql, &remind_invoice_sql, &remind_due_sql

#endif
