/*
 * enrolling_hands.h - what the files of enrolling share: which enrolment of an account has which
 * invoice, before and after a change, and a change while it is planned.
 */
#ifndef REMIT_PROGRAM_ENROLLING_HANDS_H
#define REMIT_PROGRAM_ENROLLING_HANDS_H

#include "common/program/enrolling.h"

/* Of a new enrolment, until the database gives it one. */
#define ENROLMENT_NEW_ID INT64_MAX

/* The covers of all of them in one list. */
struct hands {
    struct enrolment_cover *list;
    size_t count;
};

struct hands hands_of(struct arena *arena, const struct enrolments *enrolments);

/* The id of the enrolment that pays an invoice; 0: none does. */
int64_t hands_owner(const struct hands *hands, const struct enrolment_invoice *invoice);

/* Due-date enrolments that got invoices by the change look at them on their due days; `except` is
 * not looked at: its day is known. Inside a transaction. */
MUST_CHECK enum result hands_rejoin(struct db *db, const struct hands *before,
                                    const struct hands *after, const struct enrolments *enrolments,
                                    const struct enrolment_invoices *invoices, int64_t except,
                                    struct date today);

/* The due days of what an enrolment has and somebody still owes. Returns how many there are. */
size_t hands_due_days(const struct hands *hands, const struct enrolment_invoices *invoices,
                      int64_t enrolment_id, struct date *out_days, size_t max);

/* The first of those days among the invoices that were too many to be in `invoices`; year 0: there
 * is none. */
MUST_CHECK enum result hands_due_day_beyond(struct db *db, const struct hands *hands,
                                            const struct enrolment_invoices *invoices,
                                            const struct enrolment *enrolment,
                                            struct date *out_day);

/* One key of its covers. */
bool cover_is_of(const struct enrolment *enrolment, const char *key);

struct planning {
    struct visit *visit;
    const struct enrolling_ask *ask;
    struct enrolling *plan;
    struct enrolments active, after;
    struct enrolment_invoices invoices;
    const struct enrolment *before; /* what is changed; NULL: a new one */
    bool is_desk;                   /* the provider changes it */
    struct enrolment_facts method_facts, backup_facts;
    struct hands hands; /* of after */
};

/* Fills plan and the rest from visit and ask. */
MUST_CHECK enum result planning_run(struct planning *planning);

/* Fills plan->authorization from the rest of it. */
MUST_CHECK enum result enrolling_agreement(struct planning *planning);

/* Adds to the authorization of a change what becomes of the drafts that wait to be tried again. */
MUST_CHECK enum result enrolling_retries_add(const struct planning *planning,
                                             struct authorization *authorization);

/* The mail about one that ended. Inside a transaction. */
MUST_CHECK enum result ended_tell(struct db *db, const struct enrolling_off *off,
                                  const struct enrolment *ended);

#endif
