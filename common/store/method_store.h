/*
 * method_store.h - saved payment methods. The method itself is in the gateway's vault; here are its
 * reference there and what tells it apart. Methods belong to the user who added them.
 */
#ifndef REMIT_STORE_METHOD_STORE_H
#define REMIT_STORE_METHOD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"

struct method {
    int64_t id;
    const char *kind;              /* card, bank */
    const char *brand, *last_four; /* "Visa", "4242" */
    struct date expires_on;        /* year 0: does not expire */
    bool needs_attention;
};

struct methods {
    struct method *list;
    size_t count;
};

/* A user's methods in an account, the most recently used or saved first. At most limit. */
extern const struct statement method_list_sql;
MUST_CHECK enum result method_list(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t user_id, int64_t limit, struct methods *out_methods);

/* "Visa ending 4242" */
const char *method_text(struct arena *arena, const struct method *method);

#endif
