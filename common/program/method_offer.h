/*
 * method_offer.h - which ways to pay the provider offers, and whether a saved method can pay now.
 */
#ifndef REMIT_PROGRAM_METHOD_OFFER_H
#define REMIT_PROGRAM_METHOD_OFFER_H

#include <stdbool.h>

#include "common/program/visit.h"
#include "common/store/method_store.h"

/* Payment.Cards, Payment.Banks: whether customers pay here with a card, or a bank account, new or
 * saved. */
bool card_is_offered(const struct visit *visit);
bool bank_is_offered(const struct visit *visit);
/* By kind ("card", "bank"). */
bool method_is_offered(const struct visit *visit, const char *kind);

/* Why a saved method cannot pay now ("This card has expired."); NULL: it can. */
const char *method_fault(const struct visit *visit, const struct method *method);

#endif
