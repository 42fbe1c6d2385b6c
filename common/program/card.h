/*
 * card.h - a new card on a form: what the page needs, and what the customer typed beside it.
 *
 * The number, the expiry and the code are typed into frames of the gateway's origin; what arrives
 * here is a token that can be used once. method_save.h puts it into the vault.
 */
#ifndef REMIT_PROGRAM_CARD_H
#define REMIT_PROGRAM_CARD_H

#include <stdbool.h>

#include "common/program/method_save.h"
#include "common/program/visit.h"

/* The fields every form with a new card declares: add CARD_FIELDS to its list. The card guard looks
 * at all of them, the token too: it is no card number. terms: the version that was on the page. */
#define CARD_FIELDS                                                                                \
    {.name = "payment_token", .flags = FIELD_SECRET, .max_length = 200},                           \
        {.name = "name_on_card", .max_length = 100}, {.name = "street", .max_length = 100},        \
        {.name = "city", .max_length = 60}, {.name = "state", .max_length = 30},                   \
        {.name = "zip", .max_length = 10}, {                                                       \
        .name = "terms", .max_length = 16                                                          \
    }

/* The provider's terms, and "Amex, Mastercard, and Visa". */
const char *card_terms(const struct visit *visit);
const char *card_brands(const struct visit *visit);

/* Card.* and Fields.* for templates/shared/card.cs, with what was typed and what is wrong on a
 * POST. keep_token: the token was not used yet, so the card need not be typed again. Allows the
 * gateway's origin in this page's Content-Security-Policy. is_in_autopay, here and below: the card
 * takes the place of one in Auto Pay, and the terms say that it goes on with the new one. */
void card_show(struct visit *visit, bool keep_token, bool is_in_autopay);

/* Checks what came with the token; what is wrong becomes form errors. */
void card_check(struct visit *visit, bool is_in_autopay);

/* What card_check() found nothing wrong with, for method_save(). */
struct method_entry card_entry(const struct visit *visit, bool is_in_autopay);

#endif
