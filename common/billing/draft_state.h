/*
 * draft_state.h - the states of a draft (one enrolment on one draft day), the moves between them,
 * and why one ended without money: the one table of both. Rules without I/O.
 */
#ifndef REMIT_BILLING_DRAFT_STATE_H
#define REMIT_BILLING_DRAFT_STATE_H

#include <stdbool.h>

#include "common/core/result.h"

enum draft_state {
    DRAFT_OPEN,    /* an attempt is on its way, or its outcome is not known                   */
    DRAFT_TAKEN,   /* an attempt is money, or accepted by the bank                            */
    DRAFT_NOTHING, /* nothing was due, or less than the smallest payment                      */
    DRAFT_SKIPPED, /* the customer left this day out                                          */
    DRAFT_MERGED,  /* missed, and made up by a later draft                                    */
    DRAFT_PERSON,  /* missed for too long: somebody at the provider decides                   */
    DRAFT_RETRY,   /* will be tried again on its retry day                                    */
    DRAFT_FAILED,  /* over without money; the enrolment goes on                               */
    DRAFT_STATE_COUNT
};

/* The column's word ("taken"), for logs and templates too. */
const char *draft_state_name(enum draft_state state);
/* RESULT_INVALID: no such state. */
MUST_CHECK enum result draft_state_parse(const char *name, enum draft_state *out_state);
/* The customer's word ("Drafted"). */
const char *draft_state_word(enum draft_state state);

bool draft_may_move(enum draft_state from, enum draft_state to);

enum draft_reason {
    DRAFT_NO_REASON,
    DRAFT_BELOW_SMALLEST, /* nothing: less than the smallest payment */
    DRAFT_DECLINED,       /* by the bank, for good or on every day it was tried */
    DRAFT_REFUSED,        /* the gateway refused the request itself */
    DRAFT_METHOD,         /* no method of it can be used: needs attention, expired, removed */
    DRAFT_TRIES,          /* the card was tried as often as it may be in 30 days */
    DRAFT_NEXT_DAY,       /* the next scheduled day came first */
    DRAFT_RETURNED,       /* the bank sent it back and it is not presented again */
    DRAFT_CHANGED,        /* sent back, and what is due is not the same amount any more */
    DRAFT_REPLACED,       /* it came of a schedule that its enrolment has no more */
    DRAFT_VOIDED,         /* the payment was voided */
    DRAFT_CHARGED_BACK,   /* the cardholder's bank took it back */
    DRAFT_OFF,            /* autopay was turned off */
    DRAFT_LATE,           /* person: its day, or its retry day, is too long ago */
    DRAFT_WITH_BACKUP,    /* retry: the next attempt is made with the backup method */
    DRAFT_REASON_COUNT
};

/* The column's word ("below_smallest"), "" for DRAFT_NO_REASON. At most 24 bytes. */
const char *draft_reason_name(enum draft_reason reason);
/* RESULT_INVALID: no such reason. */
MUST_CHECK enum result draft_reason_parse(const char *name, enum draft_reason *out_reason);
/* For the customer, a sentence; "" for DRAFT_NO_REASON. */
const char *draft_reason_sentence(enum draft_reason reason);

#endif
