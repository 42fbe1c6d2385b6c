/*
 * queue_store.h - what a program must not decide alone (queue_item): listed, decided by a person,
 * closed when it became clear by itself, and told to the provider once.
 *
 * Items are added by queue_add() (event_store.h), in the transaction of what they tell. What a
 * decision does to the books is not known here.
 */
#ifndef REMIT_STORE_QUEUE_STORE_H
#define REMIT_STORE_QUEUE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/db/db.h"

struct queue_entry {
    int64_t id;
    const char *key, *kind, *detail;
    const char *account_number, *payment_reference; /* "" : none */
    const char *decision, *note, *closed_by;        /* "" while it is open */
    int64_t account_id, payment_id;                 /* 0: none */
    int64_t opened_at, closed_at;                   /* closed_at 0: open */
};

struct queue_entries {
    struct queue_entry *list;
    size_t count;
};

/* By id, above after_id, at most limit; open ones, or with is_all closed ones too. */
extern const struct statement queue_list_sql, queue_list_all_sql;
MUST_CHECK enum result queue_list(struct db *db, struct arena *arena, bool is_all, int64_t after_id,
                                  int64_t limit, struct queue_entries *out_entries);

/* RESULT_NOT_FOUND: there is none. */
extern const struct statement queue_find_sql;
MUST_CHECK enum result queue_find(struct db *db, struct arena *arena, int64_t id,
                                  struct queue_entry *out_entry);

/* Inside a transaction. is_cleared: also one that was closed because it became clear by itself, for
 * whoever's decision made it so. RESULT_CONFLICT: it is closed. */
extern const struct statement queue_close_sql;
MUST_CHECK enum result queue_close(struct db *db, int64_t id, bool is_cleared, const char *decision,
                                   const char *note, const char *actor, int64_t now);

/* An open item says something else now, of which nobody was told: detail in place of what it said.
 * Does nothing where it says so already. Inside a transaction. */
extern const struct statement queue_change_sql;
MUST_CHECK enum result queue_change(struct db *db, const char *key, const char *detail);

/* Closes what became clear by itself: items about a doubt that is none any more. Inside a
 * transaction; *out_count of them. */
extern const struct statement queue_tidy_payments_sql, queue_tidy_pending_sql,
    queue_tidy_refunds_sql;
MUST_CHECK enum result queue_tidy(struct db *db, const char *actor, int64_t now,
                                  uint64_t *out_count);

/* Marks what nobody was told of as told. *out_last_id: the last of them, 0: there was none. Inside
 * a transaction. */
extern const struct statement queue_untold_sql, queue_tell_sql;
MUST_CHECK enum result queue_tell(struct db *db, struct arena *arena, int64_t now,
                                  int64_t *out_last_id);

#define QUEUE_TIDY_STATEMENTS                                                                      \
    &queue_tidy_payments_sql, &queue_tidy_pending_sql, &queue_tidy_refunds_sql, &queue_untold_sql, \
        &queue_tell_sql

#endif
