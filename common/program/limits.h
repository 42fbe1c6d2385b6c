/*
 * limits.h - how often payments may be tried and cards saved (velocity): against people who test
 * stolen cards, and mistakes that repeat. The figures are the provider's (Limit.*).
 *
 * Counted for the user, the account, the address and the method, in the last hour. When most new
 * cards of the whole site were declined in the last ten minutes, no new card is taken; saved ones
 * are. A count of several at once may run over by as many as there are workers.
 */
#ifndef REMIT_PROGRAM_LIMITS_H
#define REMIT_PROGRAM_LIMITS_H

#include "common/program/visit.h"

struct payment_try {
    int64_t method_id; /* 0: a card that has no row yet */
    bool is_new_card;  /* its bank was never asked before */
};

/* true: go on. false: the response is a wait page (429), or an error page; nothing was done. */
bool limits_allow(struct visit *visit, const struct payment_try *attempt);

/* Counts a try that is about to be sent. */
void limits_count(struct visit *visit, const struct payment_try *attempt);
/* Of those, the ones the bank declined. */
void limits_count_decline(struct visit *visit, const struct payment_try *attempt);

/* A payment made for review: asks, and counts it. Results as limits_allow(). */
bool limits_allow_review(struct visit *visit);

#define LIMITS_STATEMENTS &tries_add_sql, &tries_read_sql, &counter_add_sql, &counter_read_sql

#endif
