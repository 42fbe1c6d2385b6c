/*
 * statement_store.h - the journal of one account, month by month, for its statements. Every read
 * names the account. Called inside one transaction, its reads are of one moment.
 */
#ifndef REMIT_STORE_STATEMENT_STORE_H
#define REMIT_STORE_STATEMENT_STORE_H

#include "common/billing/statement_rule.h"
#include "common/db/db.h"

/* All years, and the months of one. */
extern const struct statement statement_activity_sql;
MUST_CHECK enum result statement_activity(struct db *db, struct arena *arena, int64_t account_id,
                                          int year, struct activities *out_activities);

/* What the account owes now, less its credit. */
extern const struct statement statement_account_sql;
MUST_CHECK enum result statement_account(struct db *db, struct arena *arena, int64_t account_id,
                                         int64_t *out_balance_cents);

struct entry {
    int64_t id;
    struct date on;
    const char *kind, *event_key;
    int64_t effect_cents; /* on the account's balance */
    int64_t credit_cents; /* of an entry of kind credit: given negative, spent positive */
    const char *payment;  /* reference, "" for none */
    const char *method_text;
};

struct entries {
    struct entry *list;
    size_t count;
};

/* Where in a month an entry stands. */
struct entry_place {
    struct date on;
    int64_t id;
};

/* Those of month (its first day) behind a place, in order, at most limit; a place of year 0 is
 * before them all. */
extern const struct statement statement_entries_sql;
MUST_CHECK enum result statement_entries(struct db *db, struct arena *arena, int64_t account_id,
                                         struct date month, struct entry_place after, int64_t limit,
                                         struct entries *out_entries);
/* The last limit before a place, in order. */
extern const struct statement statement_entries_before_sql;
MUST_CHECK enum result statement_entries_before(struct db *db, struct arena *arena,
                                                int64_t account_id, struct date month,
                                                struct entry_place before, int64_t limit,
                                                struct entries *out_entries);
/* Every one of month, without keeping any; each() as in db_each(). */
typedef enum result (*entry_each)(const struct entry *entry, void *context);
MUST_CHECK enum result statement_each(struct db *db, int64_t account_id, struct date month,
                                      int64_t limit, entry_each each, void *context);

/* How many of month stand before a place, and what they come to; year 0: all of them. */
extern const struct statement statement_sum_sql;
MUST_CHECK enum result statement_sum(struct db *db, struct arena *arena, int64_t account_id,
                                     struct date month, struct entry_place before,
                                     struct statement_month *out_sum);

#define STATEMENT_STATEMENTS                                                                       \
    &statement_activity_sql, &statement_account_sql, &statement_entries_sql,                       \
        &statement_entries_before_sql, &statement_sum_sql

#endif
