/*
 * enrolment_store.h - who pays what by itself: making, changing and ending enrolments, and reading
 * them. What happens on a draft day is draft_store.h.
 *
 * Every write stands in a transaction of the caller that has begun with account_move().
 */
#ifndef REMIT_STORE_ENROLMENT_STORE_H
#define REMIT_STORE_ENROLMENT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/cover_rule.h"
#include "common/billing/schedule.h"
#include "common/core/date.h"
#include "common/db/db.h"

/* ENROLMENTS_MAX: active ones of an account. ENROLMENT_COVERS_MAX: of one enrolment. */
enum { ENROLMENTS_MAX = 20, ENROLMENT_COVERS_MAX = 200, COVER_KEY_SIZE = 81 };

/* What an enrolment shows of a method. */
struct enrolment_method {
    const char *kind, *brand, *last_four;
    bool is_persons; /* a bank account, not of a business */
};

/* Cover keys: "all", "type:Hosting", "invoice:4711" */
struct enrolment {
    int64_t account_id, id, user_id, method_id, backup_method_id; /* backup 0: none */
    enum schedule schedule;
    const char *scope;                      /* all, types, invoices */
    int64_t largest_cents;                  /* most per draft; 0: no limit */
    struct date issued_from;                /* year 0: none */
    struct date began_on, next_on, skip_on; /* year 0: none */
    struct date noticed_on;                 /* what its user was told of (notice_rule.h) */
    int64_t noticed_cents;
    bool is_active;
    const char *off_reason; /* customer, provider, method, user, taken_over, returned; "" */
    int64_t created_at, changed_at, off_at;
    const char *const *covers; /* cover keys; of one that is off those it had at its end */
    size_t cover_count;
    /* Read, never written. */
    const char *user_name;
    struct enrolment_method method, backup; /* backup's texts "" without one */
};

struct enrolments {
    struct enrolment *list;
    size_t count;
};

/* Active ones of an account, with their covers, oldest first; at most limit. */
extern const struct statement enrolment_list_sql;
MUST_CHECK enum result enrolment_list(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t limit, struct enrolments *out_enrolments);
/* RESULT_NOT_FOUND. Ended ones too. */
extern const struct statement enrolment_find_sql, enrolment_own_covers_sql;
MUST_CHECK enum result enrolment_find(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t id, struct enrolment *out_enrolment);

/* What enrolling rechecks: read after account_move() in the same transaction. RESULT_NOT_FOUND:
 * the method is not this user's, or the user is no member any more. */
struct enrolment_facts {
    bool user_may;       /* active, a member, may manage the account's autopay */
    bool is_remembered;  /* the method stays beyond its first payment */
    bool is_usable;      /* the method is active: shown in lists, not refused for good */
    bool is_new;         /* it is in its first payment */
    const char *gateway; /* whose vault has it */
    const char *kind, *brand, *last_four;
    bool is_persons; /* a bank account, not of a business */
    struct date expires_on;
};
extern const struct statement enrolment_facts_sql;
MUST_CHECK enum result enrolment_facts(struct db *db, struct arena *arena, int64_t account_id,
                                       int64_t user_id, int64_t method_id,
                                       struct enrolment_facts *out_facts);

/* From created_at, began_on, next_on and noticed_on on. *out_id; RESULT_CONFLICT: another active
 * enrolment covers one of its keys (enrolment_list() says which). */
extern const struct statement enrolment_add_sql, enrolment_cover_add_sql;
MUST_CHECK enum result enrolment_add(struct db *db, const struct enrolment *enrolment,
                                     int64_t *out_id);
/* All that can be changed: schedule, scope and covers, largest, backup, method, issued_from,
 * began_on, next_on, skip_on, what its user was told. RESULT_CONFLICT as above, or it is off. */
extern const struct statement enrolment_change_sql, enrolment_covers_clear_sql;
MUST_CHECK enum result enrolment_change(struct db *db, const struct enrolment *enrolment,
                                        int64_t now);
/* One key leaves it, because another enrolment takes it over; what is left without a key is to be
 * turned off. RESULT_CONFLICT: it has no such key (any more). */
extern const struct statement enrolment_cover_lose_sql;
MUST_CHECK enum result enrolment_cover_lose(struct db *db, int64_t account_id, int64_t id,
                                            const char *cover_key);
/* The draft of skip_on is left out; year 0: none is. RESULT_CONFLICT: next_on is not expected_on
 * (any more), or it is off. */
extern const struct statement enrolment_skip_sql;
MUST_CHECK enum result enrolment_skip(struct db *db, int64_t account_id, int64_t id,
                                      struct date expected_on, struct date skip_on, int64_t now);

/* RESULT_CONFLICT: it is off already. Drafts that wait for a retry end with it. */
extern const struct statement enrolment_off_sql, enrolment_cover_off_sql, enrolment_drafts_off_sql;
MUST_CHECK enum result enrolment_off(struct db *db, int64_t account_id, int64_t id,
                                     const char *reason, int64_t now);
/* The same for every active one of a method (removed) or of a user (left the account), and no
 * other enrolment has it as its backup any more. Those that ended are in arena: each gets its
 * mail. */
extern const struct statement enrolment_backup_off_sql;
MUST_CHECK enum result enrolments_off_of_method(struct db *db, struct arena *arena,
                                                int64_t account_id, int64_t method_id,
                                                const char *reason, int64_t now,
                                                struct enrolments *out_ended);
MUST_CHECK enum result enrolments_off_of_user(struct db *db, struct arena *arena,
                                              int64_t account_id, int64_t user_id,
                                              const char *reason, int64_t now,
                                              struct enrolments *out_ended);

/* ---- what there is to pay ---- */

/* A billing type or an open invoice, as enrolments choose among them. */
struct enrolment_invoice {
    struct cover_invoice cover; /* its id, type and day */
    const char *number;
    struct date due_on;
    int64_t due_cents;     /* still owed, reserved or not */
    int64_t pending_cents; /* of it reserved */
    int64_t free_cents;    /* 0 while a payment of it is processing or unknown, or it is disputed */
};

struct enrolment_invoices {
    struct enrolment_invoice *list;
    size_t count;
};

/* Open ones, oldest due first (due_on, id); at most limit. */
extern const struct statement enrolment_invoices_sql;
MUST_CHECK enum result enrolment_invoices(struct db *db, struct arena *arena, int64_t account_id,
                                          int64_t limit, struct enrolment_invoices *out_invoices);
/* The same behind one of them (NULL: from the first). */
MUST_CHECK enum result enrolment_invoices_after(struct db *db, struct arena *arena,
                                                int64_t account_id,
                                                const struct enrolment_invoice *after,
                                                int64_t limit,
                                                struct enrolment_invoices *out_invoices);

/* The billing types of an account's invoices that have one, by name; at most limit. A round trip
 * for each, and one. */
extern const struct statement enrolment_types_sql;
MUST_CHECK enum result enrolment_types(struct db *db, struct arena *arena, int64_t account_id,
                                       int64_t limit, const char *const **out_types,
                                       size_t *out_count);

/* ---- what happened lately ---- */

struct enrolment_draft {
    int64_t id, enrolment_id;
    struct date draft_on, retry_on; /* retry_on year 0: none */
    const char *state, *reason;     /* the columns' words */
    int64_t amount_cents;
    const char *method_text;       /* of the last attempt; "" without one */
    const char *payment_reference; /* of the last attempt; "" without one */
};

struct enrolment_drafts {
    struct enrolment_draft *list;
    size_t count;
};

/* Of all enrolments of an account, latest first; at most limit. */
extern const struct statement enrolment_drafts_sql;
MUST_CHECK enum result enrolment_drafts(struct db *db, struct arena *arena, int64_t account_id,
                                        int64_t limit, struct enrolment_drafts *out_drafts);

/* For the lists of programs that make and change enrolments; with outbox_add_sql, consent_add_sql
 * and account_move_sql. */
#define ENROLMENT_OFF_STATEMENTS                                                                   \
    &enrolment_list_sql, &enrolment_off_sql, &enrolment_cover_off_sql, &enrolment_drafts_off_sql,  \
        &enrolment_backup_off_sql
#define ENROLMENT_STATEMENTS                                                                       \
    ENROLMENT_OFF_STATEMENTS, &enrolment_find_sql, &enrolment_own_covers_sql,                      \
        &enrolment_facts_sql, &enrolment_add_sql, &enrolment_cover_add_sql, &enrolment_change_sql, \
        &enrolment_covers_clear_sql, &enrolment_cover_lose_sql, &enrolment_invoices_sql

#endif
