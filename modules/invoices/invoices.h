/* invoices.h - what the pages of `invoices` share. */
#ifndef REMIT_MODULES_INVOICES_H
#define REMIT_MODULES_INVOICES_H

#include "common/program/visit.h"
#include "common/store/invoice_store.h"

enum result invoices_home(struct visit *visit);    /* GET /                  */
enum result invoices_list(struct visit *visit);    /* GET /invoices          */
enum result invoices_invoice(struct visit *visit); /* GET /invoices/:number  */

extern const struct form invoices_list_form;

/* One invoice's own figures, as a table row and an invoice page both show them. */
void invoices_show(struct visit *visit, struct values *node, const struct invoice *invoice);

#endif
