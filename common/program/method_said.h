/* method_said.h - what a payment was made with, in words, as payments keep it. */
#ifndef REMIT_PROGRAM_METHOD_SAID_H
#define REMIT_PROGRAM_METHOD_SAID_H

#include "common/core/arena.h"

/* "Visa ending 4242", "Checking ending 6789", "Check 1001": in the language spoken. Payments and
 * logs keep it in English; what it does not know is returned as it is. */
const char *method_said(struct arena *arena, const char *method_text);

#endif
