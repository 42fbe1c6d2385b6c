/*
 * card_guard.h - refuses a request that brings a card number.
 *
 * Card fields live in the gateway's iframes. Should a number arrive here all the same (typed into a
 * note, or a broken page), the request is refused before anything keeps it, and the value is
 * neither stored nor logged.
 */
#ifndef REMIT_HTTP_CARD_GUARD_H
#define REMIT_HTTP_CARD_GUARD_H

#include <stdbool.h>

#include "common/http/form.h"
#include "common/http/request.h"

/* Whole groups of digits, with a single space or hyphen between them, that make 13 to 19 digits
 * with a card prefix of that length and a right Luhn digit. Prefixes: ISO/IEC 7812 ranges of Visa,
 * Mastercard, Amex, Discover, Diners, JCB, UnionPay and Maestro. */
bool card_guard_matches(const char *text);

/* true: refuse. Looks at every value of pairs but those of fields form (may be NULL) declares
 * FIELD_CARD_EXEMPT, at every name, and for fields called ccnumber or cvv.
 * *out_field: a name safe to log. */
bool card_guard_refuses(const struct pairs *pairs, const struct form *form, const char **out_field);

#endif
