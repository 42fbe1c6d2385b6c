/*
 * feed_store.h - the journal in the order in which it is told to other systems, and what it says.
 *
 * An entry is numbered when it is written and can be seen when its transaction is committed: a
 * later number may be seen first, and on several nodes numbers do not even grow. So an entry gets
 * its place here only once it can be seen: whoever tells takes the one row of feed_end, looks for
 * entries without a place, and gives them the next ones, all in one transaction. Whoever comes
 * behind a place has been told everything before it, however late it was committed, and nothing is
 * told by a clock.
 */
#ifndef REMIT_STORE_FEED_STORE_H
#define REMIT_STORE_FEED_STORE_H

#include <stdint.h>

#include "common/db/db.h"

enum { FEED_PLACES_MAX = 500 /* given in one transaction */ };

/* Gives places to entries that have none, at most FEED_PLACES_MAX; *out_count of them. */
extern const struct statement feed_take_sql, feed_new_sql, feed_place_sql, feed_advance_sql,
    feed_end_sql;
MUST_CHECK enum result feed_place(struct db *db, uint64_t *out_count);

/* The last place that was given. */
MUST_CHECK enum result feed_last(struct db *db, struct arena *arena, int64_t *out_seq);

/* Those behind after, in order, at most limit: seq, event_key, kind, at, on_date, account's number,
 * payment's reference, cents: to receivables and credit together, money, tax invoiced, credit given
 * (negative: taken); receivables by invoice ("N1:-1000,N2:-500"). */
extern const struct statement feed_read_sql;
MUST_CHECK enum result feed_read(struct db *db, struct arena *arena, int64_t after, int64_t limit,
                                 struct rows *out_rows);

#define FEED_STATEMENTS                                                                            \
    &feed_take_sql, &feed_new_sql, &feed_place_sql, &feed_advance_sql, &feed_end_sql, &feed_read_sql

#endif
