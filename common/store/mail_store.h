/*
 * mail_store.h - what mails tell, read when they are sent: by id and account, as outbox rows name
 * it, and no column more than a mail shows.
 */
#ifndef REMIT_STORE_MAIL_STORE_H
#define REMIT_STORE_MAIL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/billing/payment_state.h"
#include "common/db/db.h"

/* Each is RESULT_NOT_FOUND where there is none. */

struct mail_recipient {
    const char *email, *name;
    const char *account_number, *organization;
    const char *language;      /* chosen; "" */
    const char *seen_language; /* of the pages at the last sign-in to this account; "" */
    bool may_get_it;           /* active, and still of this account */
};

extern const struct statement mail_recipient_sql;
MUST_CHECK enum result mail_recipient(struct db *db, struct arena *arena, int64_t account_id,
                                      int64_t user_id, struct mail_recipient *out_recipient);

struct mail_payment {
    const char *reference, *method_text, *note, *transaction_id;
    enum payment_state state;
    int64_t amount_cents, credit_cents; /* credit: the part that became account credit */
    int64_t at;                         /* when it was decided, or confirmed */
};

extern const struct statement mail_payment_sql;
MUST_CHECK enum result mail_payment(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t payment_id, struct mail_payment *out_payment);

/* What a payment covers, oldest due date first. */
struct mail_cover {
    const char *number;
    int64_t amount_cents;
};

extern const struct statement mail_covers_sql;
MUST_CHECK enum result mail_covers(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t payment_id, struct mail_cover **out_list,
                                   size_t *out_count);

struct mail_refund {
    int64_t payment_id, amount_cents, at;
    int64_t adjustment_cents; /* of a void: due as an invoice of its own */
    bool reopens;             /* its invoices are due again */
};

extern const struct statement mail_refund_sql;
MUST_CHECK enum result mail_refund(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t refund_id, struct mail_refund *out_refund);

/* What a return of a payment left, each in cents. */
struct mail_return {
    int64_t due_cents;        /* on its invoices again */
    int64_t credit_cents;     /* taken off the account's credit */
    int64_t adjustment_cents; /* due as an invoice of its own */
    int64_t fee_cents;        /* charged for it */
};

extern const struct statement mail_return_sql;
MUST_CHECK enum result mail_return(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t payment_id, struct mail_return *out_return);

struct mail_method {
    bool is_bank;
    const char *brand, *last_four;
};

extern const struct statement mail_method_sql;
MUST_CHECK enum result mail_method(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t method_id, struct mail_method *out_method);

struct mail_consent {
    int64_t method_id, accepted_at;
    const char *text; /* as it was shown */
};

extern const struct statement mail_consent_sql;
MUST_CHECK enum result mail_consent(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t consent_id, struct mail_consent *out_consent);

#define MAIL_STATEMENTS                                                                            \
    &mail_recipient_sql, &mail_payment_sql, &mail_covers_sql, &mail_refund_sql, &mail_method_sql,  \
        &mail_consent_sql, &mail_return_sql

#endif
