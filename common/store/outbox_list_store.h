/*
 * outbox_list_store.h - the outbox as the provider looks at it, and lets what was given up be tried
 * anew. Each write is one whole transaction with its audit row; how it is sent is outbox_store.h.
 */
#ifndef REMIT_STORE_OUTBOX_LIST_STORE_H
#define REMIT_STORE_OUTBOX_LIST_STORE_H

#include "common/store/provider_store.h"

/* key, kind, account's number, e-mail, state, tries, created_at, next_at, sent_at, given_up_at,
 * last_error; the newest first. states: "waiting,sending"; "" : all. */
extern const struct statement outbox_list_sql;
MUST_CHECK enum result outbox_list(struct db *db, const char *states, db_each_row each,
                                   void *context);

/* What was given up or waits for its next try is due now, its days begin anew, and what the queue
 * says of it is closed. RESULT_NOT_FOUND: no such key. RESULT_CONFLICT: it is sent, or being sent.
 */
extern const struct statement outbox_retry_sql, outbox_retry_find_sql, outbox_retry_close_sql;
MUST_CHECK enum result outbox_retry(struct db *db, struct arena *arena,
                                    const struct provider_act *act, const char *key);

/* The same for all of them, a piece at a time. *out_count: how many rows. */
extern const struct statement outbox_retry_all_sql, outbox_retry_close_all_sql;
MUST_CHECK enum result outbox_retry_all(struct db *db, const struct provider_act *act,
                                        uint64_t *out_count);

#define OUTBOX_LIST_STATEMENTS                                                                     \
    &outbox_list_sql, &outbox_retry_sql, &outbox_retry_find_sql, &outbox_retry_close_sql,          \
        &outbox_retry_all_sql, &outbox_retry_close_all_sql

#endif
