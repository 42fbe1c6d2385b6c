/*
 * method_words.h - a payment method in the language spoken. What a payment keeps of its method is
 * English ("Checking ending 6789"), so that it can be compared and found; pages and mails say it
 * with this.
 */
#ifndef REMIT_BILLING_METHOD_WORDS_H
#define REMIT_BILLING_METHOD_WORDS_H

#include "common/core/arena.h"

/* "Visa ending 4242". brand: as methods have it. In arena. */
const char *method_words(struct arena *arena, const char *brand, const char *last_four);

/* Of the text that a payment keeps: "Visa ending 4242", "Check 1042". Any other is itself. */
const char *method_words_of(struct arena *arena, const char *kept);

#endif
