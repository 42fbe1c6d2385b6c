/*
 * counter_store.h - things counted in windows of time: failed sign-ins, payments tried. A count may
 * be lost or come twice without harm, so counters are written alone, outside transactions.
 */
#ifndef REMIT_STORE_COUNTER_STORE_H
#define REMIT_STORE_COUNTER_STORE_H

#include <stdint.h>

#include "common/core/secret.h"
#include "common/db/db.h"

/* Things counted per subject in windows of time; subject is a hash. Adds one. */
extern const struct statement counter_add_sql;
MUST_CHECK enum result counter_add(struct db *db, const char *name, const void *subject,
                                   int64_t window_at);
/* The sum of its windows that began at or after since. */
extern const struct statement counter_read_sql;
MUST_CHECK enum result counter_read(struct db *db, struct arena *arena, const char *name,
                                    const void *subject, int64_t since, int64_t *out_count);

/* One try to pay or to save a card, counted for each it concerns in one round trip. */
enum tried { TRIED_USER, TRIED_ACCOUNT, TRIED_ADDRESS, TRIED_METHOD, TRIED_SITE, TRIED_COUNT };
struct pay_tries {
    unsigned char subjects[TRIED_COUNT][SECRET_HASH_BYTES];
    int64_t counts[TRIED_COUNT]; /* tries_read(): since since; of TRIED_SITE: since site_since */
    int64_t site_declines;       /* of those, declined */
};

extern const struct statement tries_add_sql;
MUST_CHECK enum result tries_add(struct db *db, const struct pay_tries *tries, int64_t window_at);
extern const struct statement tries_read_sql;
MUST_CHECK enum result tries_read(struct db *db, struct arena *arena, int64_t since,
                                  int64_t site_since, struct pay_tries *tries);

#endif
