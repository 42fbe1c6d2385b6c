/*
 * provider_autopay_store.h - enrolments as the provider looks at them, and what only the provider
 * writes.
 */
#ifndef REMIT_STORE_PROVIDER_AUTOPAY_STORE_H
#define REMIT_STORE_PROVIDER_AUTOPAY_STORE_H

#include <stdint.h>

#include "common/db/db.h"

/* "A1/7", user's e-mail, method, backup, schedule, covers ("all", "type:Hosting, type:Support"),
 * largest (cents), next_on, skip_on, state, off_reason, off_note; last draft's day and state; by
 * account. account_id 0: all accounts. */
extern const struct statement provider_autopay_list_sql;
MUST_CHECK enum result provider_autopay_list(struct db *db, int64_t account_id, db_each_row each,
                                             void *context);

/* Inside a transaction. */
extern const struct statement provider_autopay_note_sql;
MUST_CHECK enum result provider_autopay_note(struct db *db, int64_t account_id, int64_t id,
                                             const char *note);

#define PROVIDER_AUTOPAY_STATEMENTS &provider_autopay_list_sql, &provider_autopay_note_sql

#endif
