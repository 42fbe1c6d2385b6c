/*
 * people_store.h - which accounts a user has, and which users an account has, as they see it
 * themselves. A page at a time: some have hundreds.
 */
#ifndef REMIT_STORE_PEOPLE_STORE_H
#define REMIT_STORE_PEOPLE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"

enum { PEOPLE_PAGE_MAX = 500 };

/* ---- the accounts of a user ---- */

struct choice {
    int64_t account_id;
    const char *number, *organization, *site, *city;
};

struct choices {
    struct choice *list;
    size_t count;
};

/* Those whose site, number, city or organization has find in it, in whatever case; "": all. By site
 * and number. limit: 1 .. PEOPLE_PAGE_MAX. */
extern const struct statement choice_count_sql, choice_list_sql;
MUST_CHECK enum result choice_count(struct db *db, struct arena *arena, int64_t user_id,
                                    const char *find, int64_t *out_count);
MUST_CHECK enum result choice_list(struct db *db, struct arena *arena, int64_t user_id,
                                   const char *find, int64_t offset, int64_t limit,
                                   struct choices *out_choices);

/* RESULT_NOT_FOUND: the user has no account of this number. */
extern const struct statement choice_find_sql;
MUST_CHECK enum result choice_find(struct db *db, struct arena *arena, int64_t user_id,
                                   const char *number, struct choice *out_choice);

/* ---- the users of an account ---- */

struct person {
    int64_t user_id;
    const char *name, *email, *level;
    int64_t seen_at; /* on this account; 0: never */
};

struct people {
    struct person *list;
    size_t count;
};

/* Those who may sign in, by name. */
extern const struct statement people_count_sql, people_list_sql;
MUST_CHECK enum result people_count(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t *out_count);
MUST_CHECK enum result people_list(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t offset, int64_t limit, struct people *out_people);

#define PEOPLE_STATEMENTS                                                                          \
    &choice_count_sql, &choice_list_sql, &choice_find_sql, &people_count_sql, &people_list_sql

#endif
