/*
 * bank.h - a new bank account on a form: its fields, what is wrong with them, and what the page
 * shows of them again.
 *
 * The account number goes straight to the gateway's vault. It is never shown again, logged or
 * stored; the process that took it ends after its answer (FIELD_ACCOUNT), so that no idle one has
 * it in its memory.
 */
#ifndef REMIT_PROGRAM_BANK_H
#define REMIT_PROGRAM_BANK_H

#include <stdbool.h>

#include "common/program/method_save.h"
#include "common/billing/bank_routing.h"
#include "common/program/visit.h"

/* The fields every form with a new bank account declares: add BANK_FIELDS to its list. The card
 * guard looks at all but the account number, which may look like a card's. */
#define BANK_FIELDS                                                                                \
    {.name = "routing", .flags = FIELD_SECRET, .max_length = 20},                                  \
        {.name = "account",                                                                        \
         .flags = FIELD_SECRET | FIELD_CARD_EXEMPT | FIELD_ACCOUNT,                                \
         .max_length = 40},                                                                        \
        {.name = "account_again",                                                                  \
         .flags = FIELD_SECRET | FIELD_CARD_EXEMPT | FIELD_ACCOUNT,                                \
         .max_length = 40},                                                                        \
        {.name = "holder_type", .max_length = 10}, {.name = "account_type", .max_length = 10},     \
        {.name = "name_on_account", .max_length = 100}, {.name = "company", .max_length = 100},    \
        {.name = "bank_street", .max_length = 100}, {.name = "bank_city", .max_length = 60},       \
        {.name = "bank_state", .max_length = 30}, {                                                \
        .name = "bank_zip", .max_length = 10                                                       \
    }

/* Bank.* and Fields.* for templates/shared/bank.cs, with what was typed and what is wrong on a
 * POST; the numbers have to be typed again. */
void bank_show(struct visit *visit);

/* What is wrong becomes form errors. */
void bank_check(struct visit *visit);

/* What bank_check() found nothing wrong with, for method_save(). */
struct method_entry bank_entry(const struct visit *visit);

#endif
