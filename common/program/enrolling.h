/*
 * enrolling.h - the one door to autopay: what making or changing an enrolment comes to, doing it,
 * and turning it off. Pages, Make a Payment and commands all go through it.
 *
 * What was agreed to is what was shown: a page carries the version of what it showed (the
 * authorization, and what the enrolment takes over from others), and where that changed meanwhile,
 * nothing is done and the page asks again.
 *
 * An enrolment takes over what it covers from the account's others: they lose those covers, and end
 * when nothing is left to them. Whenever invoices change hands, the due-date enrolment that gets
 * them looks at them on their due days.
 */
#ifndef REMIT_PROGRAM_ENROLLING_H
#define REMIT_PROGRAM_ENROLLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/allocation.h"
#include "common/billing/draft_forecast.h"
#include "common/program/authorization.h"
#include "common/program/visit.h"
#include "common/store/enrolment_next_store.h"
#include "common/store/enrolment_store.h"

struct enrolling_ask {
    int64_t enrolment_id;                /* the visitor's own that is changed; 0: a new one */
    int64_t method_id, backup_method_id; /* backup 0: none */
    enum schedule schedule;
    const char *scope;         /* all, types, invoices */
    const char *const *covers; /* cover keys, 1 .. ENROLMENT_COVERS_MAX */
    size_t cover_count;
    int64_t largest_cents; /* 0: no limit */
    bool older;            /* invoices that are issued already, too */
    /* Of a payment that is confirmed with it: a method in its first payment will do, and these
     * cents are as good as paid. */
    bool is_paying;
    const struct allocation *paying;
    size_t paying_count;
    bool is_reserved; /* they are reserved already */
};

enum enrolling_fault {
    ENROLLING_FINE,
    ENROLLING_NOT_ALLOWED, /* the visitor may not manage autopay (any more) */
    ENROLLING_METHOD,      /* not the visitor's own, or it cannot be used */
    ENROLLING_BACKUP,      /* the same of the backup, or it is the method itself */
    ENROLLING_GONE,        /* what was to be changed is off, or not the visitor's */
    ENROLLING_FULL         /* the account has ENROLMENTS_MAX */
};

/* What it comes to. Texts for customers. */
struct enrolling {
    enum enrolling_fault fault; /* with any but ENROLLING_FINE nothing else stands here */
    const char *fault_text;
    bool is_same;               /* it is so already: there is nothing to do */
    bool is_change;             /* enrolment.id is one that is changed */
    struct enrolment enrolment; /* as it will be */
    const char *method_text, *backup_text, *covered_text;
    const char *change_text; /* of is_change: what it was */
    const char *skip_text;   /* of is_change: a skip that ends with it; else "" */
    /* "Takes over from Visa ending 1111: ...": one sentence for each enrolment that loses
     * something. */
    const char *takes[ENROLMENTS_MAX];
    size_t take_count;
    /* What stays with others. */
    const char *beside[ENROLMENTS_MAX];
    size_t beside_count;
    struct forecast forecasts[FORECAST_MAX];
    size_t forecast_count;
    int64_t notice_days; /* enrolling_notice_days() */
    struct authorization authorization;
    char shown[CONSENT_VERSION_SIZE]; /* of the authorization and the texts above it */
};

/* Reads and says what an ask comes to, inside a transaction or outside. Any other result than
 * RESULT_OK: the database. */
MUST_CHECK enum result enrolling_plan(struct visit *visit, const struct enrolling_ask *ask,
                                      struct enrolling *out_plan);

/* Does it, inside a transaction that began with account_move(): plans anew, and only what comes to
 * `shown` is written, with consent, mail and audit. RESULT_CONFLICT: it would be something else
 * now, or has a fault; *out_plan says what. */
MUST_CHECK enum result enrolling_take(struct visit *visit, const struct enrolling_ask *ask,
                                      const char *shown, struct enrolling *out_plan);

/* ---- by the provider ---- */

struct enrolling_desk {
    const char *actor;   /* "operator:ana" */
    bool skips, unskips; /* the next draft is left out; none is */
};

/* Changes one for its user (visit->session is the user's, as far as it is known), who gets mail,
 * and keeps who did it. Nobody agrees to anything by it, so no consent is kept; and what takes more
 * from a person's bank account than the person has authorized, or takes over from another
 * enrolment, is not done. Inside a transaction that began with account_move(). RESULT_CONFLICT:
 * nothing was done; out_plan->fault_text says why. RESULT_OK with is_same: there was nothing to do.
 */
MUST_CHECK enum result enrolling_change(struct visit *visit, const struct enrolling_ask *ask,
                                        const struct enrolling_desk *desk,
                                        struct enrolling *out_plan);

/* ---- turning off ---- */

struct enrolling_off {
    struct arena *arena;
    int64_t account_id;
    const char *reason; /* customer, provider, method, user, taken_over, returned */
    int64_t now;
};

/* One, or every active one of a method, or of a user; each gets its mail. Inside a transaction that
 * began with account_move(). RESULT_CONFLICT: it is off already. */
MUST_CHECK enum result enrolling_end(struct db *db, const struct enrolling_off *off,
                                     int64_t enrolment_id);
MUST_CHECK enum result enrolling_end_of_method(struct db *db, const struct enrolling_off *off,
                                               int64_t method_id);
MUST_CHECK enum result enrolling_end_of_user(struct db *db, const struct enrolling_off *off,
                                             int64_t user_id);

/* ---- what it will do next ---- */

struct forecasting {
    struct running *running;
    struct arena *arena;
    struct date today;
    const struct enrolments *active; /* of the account, as they will be */
    const struct enrolment_invoices *invoices;
    bool is_agreed; /* about to be saved: the first draft is agreed to, so it waits for no notice */
};

MUST_CHECK enum result enrolling_forecast(const struct forecasting *forecasting,
                                          const struct enrolment *enrolment,
                                          struct forecast out_forecasts[FORECAST_MAX],
                                          size_t *out_count);

/* How many days ahead its user is told of each draft, and not drafted before; 0: not told first. */
int64_t enrolling_notice_days(const struct settings *settings, const struct enrolment *enrolment);

/* Its notice, where it is told first: what is agreed to when it is saved is told. */
void enrolling_notice(const struct settings *settings, struct enrolment *enrolment,
                      const struct forecast *forecasts, size_t count);

/* ---- in words, in the language spoken ---- */

/* "Visa ending 4242" */
const char *enrolling_method_text(struct arena *arena, const struct enrolment_method *method);
/* "All invoices", "Hosting, Support", "Invoice 4711, 4712". invoices: where numbers are found. */
const char *enrolling_covered(struct arena *arena, const struct enrolment *enrolment,
                              const struct enrolment_invoices *invoices);
/* "Hosting, Support", "4711, 4712"; "" where none of the invoices is open any more. Not of "all".
 */
const char *enrolling_covered_names(struct arena *arena, const struct enrolment *enrolment,
                                    const struct enrolment_invoices *invoices);
/* "$30.43 on December 1, Visa ending 4242" */
const char *enrolling_forecast_text(struct visit *visit, const struct forecast *forecast,
                                    const char *method_text);
/* "December 1", with the year where it is not this one's. */
const char *enrolling_day(struct visit *visit, struct date day);

/* How many open invoices are read at once. Of more, the first by due day are shown and forecast;
 * next_on is found among all of them. */
enum { ENROLLING_INVOICES_MAX = 2000 };

/* For programs that turn off, and for those that enrol; both need also account_move_sql and
 * outbox_add_sql, the latter consent_add_sql and audit_add_sql. */
#define ENROLLING_OFF_STATEMENTS                                                                   \
    ENROLMENT_OFF_STATEMENTS, &enrolment_find_sql, &enrolment_own_covers_sql,                      \
        &enrolment_invoices_sql, &enrolment_next_sql
#define ENROLLING_STATEMENTS                                                                       \
    ENROLMENT_STATEMENTS, &enrolment_next_sql, &enrolment_plan_sql, &enrolment_retries_sql

#endif
