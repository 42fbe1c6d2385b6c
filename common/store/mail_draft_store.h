/*
 * mail_draft_store.h - what mails about autopay tell. In the way of mail_store.h.
 */
#ifndef REMIT_STORE_MAIL_DRAFT_STORE_H
#define REMIT_STORE_MAIL_DRAFT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/draft_state.h"
#include "common/billing/schedule.h"
#include "common/db/db.h"
#include "common/store/mail_store.h"

/* Each is RESULT_NOT_FOUND where there is none. */

struct mail_enrolment {
    int64_t method_id, noticed_cents, largest_cents;
    enum schedule schedule;
    struct date next_on, noticed_on; /* year 0: none */
    bool is_active;
    bool is_persons, backup_is_persons; /* its methods: bank accounts of persons */
    const char *off_reason;             /* "" */
    const char *backup_text;            /* "Visa ending 4242"; "" */
};

extern const struct statement mail_enrolment_sql;
MUST_CHECK enum result mail_enrolment(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t enrolment_id, struct mail_enrolment *out_enrolment);

/* "All invoices", a billing type, an invoice's number: what it covers, or covered at its end. */
extern const struct statement mail_enrolment_covers_sql;
MUST_CHECK enum result mail_enrolment_covers(struct db *db, struct arena *arena, int64_t account_id,
                                             int64_t enrolment_id, const char *const **out_list,
                                             size_t *out_count);

struct mail_draft {
    int64_t method_id; /* of its enrolment */
    struct date draft_on;
    enum draft_reason reason;
    int64_t amount_cents;    /* of its last attempt; 0: there was none */
    const char *method_text; /* that this was made with; "" */
    struct date retry_on;    /* year 0: it is not tried again */
};

extern const struct statement mail_draft_sql;
MUST_CHECK enum result mail_draft(struct db *db, struct arena *arena, int64_t account_id,
                                  int64_t draft_id, struct mail_draft *out_draft);

/* The last one that was given for an enrolment. */
extern const struct statement mail_enrolment_consent_sql;
MUST_CHECK enum result mail_enrolment_consent(struct db *db, struct arena *arena,
                                              int64_t account_id, int64_t enrolment_id,
                                              struct mail_consent *out_consent);

extern const struct statement mail_method_expiry_sql;
MUST_CHECK enum result mail_method_expiry(struct db *db, struct arena *arena, int64_t account_id,
                                          int64_t method_id, struct date *out_expires_on);

#define MAIL_DRAFT_STATEMENTS                                                                      \
    &mail_enrolment_sql, &mail_enrolment_covers_sql, &mail_draft_sql, &mail_enrolment_consent_sql, \
        &mail_method_expiry_sql

#endif
