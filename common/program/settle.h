/*
 * settle.h - finds out what became of payments whose outcome is not known.
 *
 * Takes claims whose holder must be dead (send_by and the gateway's time-out have passed), asks the
 * gateway by our reference, and records what it says with the same conditional step a charge ends
 * with. Any number of settlers may run at once.
 *
 * "Not found" proves nothing by itself: on NMI a sale may be booked after our question. It becomes
 * not_charged only 24 hours after the deadline, when a report by modification date over the whole
 * time lacks the reference as well.
 */
#ifndef REMIT_PROGRAM_SETTLE_H
#define REMIT_PROGRAM_SETTLE_H

#include "common/program/program.h"
#include "common/store/look_store.h"

enum settle_end {
    SETTLE_IN_FLIGHT,  /* its lease is not over: somebody may be sending it */
    SETTLE_RESOLVED,   /* it has an outcome now */
    SETTLE_UNKNOWN,    /* still unknown; the next look is planned */
    SETTLE_QUEUED,     /* for a person */
    SETTLE_LOST_RACE,  /* somebody else settled it meanwhile */
    SETTLE_NO_GATEWAY, /* the gateway did not answer */
    SETTLE_END_COUNT
};

const char *settle_end_name(enum settle_end end);

enum {
    SETTLE_RELEASE_AFTER_S = 24 *
                             3600, /* from the deadline, before "not found" may mean "not done" */
    SETTLE_REPORT_MARGIN_S = 3600, /* our clock and the gateway's may differ */
    SETTLE_PERSON_AFTER_S = 900,   /* from the deadline, before a person hears of one not found */
    SETTLE_TAKE_S = 120,           /* one that a settler has in hand is left alone by others */
    SETTLE_RETRY_S = 60            /* after no answer of the gateway */
};

/* Told about each payment looked at; state is what it is now. */
typedef void (*settle_told)(const struct open_payment *payment, enum settle_end end,
                            enum payment_state state, void *context);

struct settle_summary {
    int64_t looked_at, ends[SETTLE_END_COUNT], expired;
};

/* Looks at everything that is open now, whenever its next look is planned, and expires reviews that
 * can no longer be confirmed. RESULT_UNAVAILABLE, RESULT_FAILED: the database. */
MUST_CHECK enum result settle_all(struct running *running, settle_told told, void *context,
                                  struct settle_summary *out_summary);

/* Looks at those that are due: dead claims, and unknown ones whose next look has come, each taken
 * up by one of the settlers that run. Ends early when the gateway does not answer (they stay due)
 * or when the program is to end. Same results. */
MUST_CHECK enum result settle_due(struct running *running, struct settle_summary *out_summary);

/* Expires the reviews alone; adds to summary. Same results. */
MUST_CHECK enum result settle_expire(struct running *running, struct settle_summary *summary);

/* Looks at one payment that is processing, unknown or pending, whenever its look is planned.
 * RESULT_NOT_FOUND: there is none under the reference that is one of these. */
MUST_CHECK enum result settle_reference(struct running *running, const char *reference,
                                        enum settle_end *out_end, enum payment_state *out_state);

#define SETTLE_STATEMENTS                                                                          \
    &payment_open_list_sql, &payment_doubt_sql, &payment_look_again_sql, &payment_expire_sql,      \
        &queue_change_sql, LOOK_STATEMENTS

#endif
