/*
 * settler.h - one round of the settler: what is open and due, one thing after the other.
 */
#ifndef REMIT_SETTLER_H
#define REMIT_SETTLER_H

#include "common/program/program.h"

/* Everything that is due now. What the gateway does not answer stays due. RESULT_UNAVAILABLE,
 * RESULT_FAILED: the database, before everything was looked at. */
MUST_CHECK enum result settler_round(struct running *running);

#endif
