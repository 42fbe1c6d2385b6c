/*
 * mail_queue_store.h - what waits for a person, as the mail to the provider tells it. In the way of
 * mail_store.h.
 */
#ifndef REMIT_STORE_MAIL_QUEUE_STORE_H
#define REMIT_STORE_MAIL_QUEUE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"

struct mail_queue_item {
    int64_t id, opened_at;
    const char *kind, *detail;                      /* detail may be "" */
    const char *account_number, *payment_reference; /* "" : none */
};

struct mail_queue {
    struct mail_queue_item *list; /* the oldest ones */
    size_t count;
    int64_t open_count; /* of all that are open */
};

/* At most limit of what is open. RESULT_CONFLICT: nothing is, but mail to the provider that could
 * not be sent, which is no reason for another. */
extern const struct statement mail_queue_sql, mail_queue_count_sql;
MUST_CHECK enum result mail_queue(struct db *db, struct arena *arena, int64_t limit,
                                  struct mail_queue *out_queue);

#define MAIL_QUEUE_STATEMENTS &mail_queue_sql, &mail_queue_count_sql

#endif
