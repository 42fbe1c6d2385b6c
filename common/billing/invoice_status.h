/*
 * invoice_status.h - what an invoice's figures mean on a given day. Rules without I/O.
 */
#ifndef REMIT_BILLING_INVOICE_STATUS_H
#define REMIT_BILLING_INVOICE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/date.h"

struct invoice_figures {
    bool is_void;
    struct date due_on;
    int64_t total_cents, paid_cents, credited_cents, pending_cents;
};

enum invoice_status {
    INVOICE_OPEN,
    INVOICE_OVERDUE,
    INVOICE_PARTLY_PAID,
    INVOICE_PROCESSING, /* all that is due is reserved by payments that are not final */
    INVOICE_PAID,
    INVOICE_VOID,
    INVOICE_STATUS_COUNT
};

/* What the customer still owes: total - paid - credited; 0 for a void invoice. */
int64_t invoice_due_cents(const struct invoice_figures *figures);
/* What another payment may take: due - pending. */
int64_t invoice_free_cents(const struct invoice_figures *figures);

enum invoice_status invoice_status(const struct invoice_figures *figures, struct date today);

const char *invoice_status_name(enum invoice_status status);     /* "partly_paid" */
const char *invoice_status_word(enum invoice_status status);     /* "Partly paid" */
const char *invoice_status_sentence(enum invoice_status status); /* what it means */

#endif
