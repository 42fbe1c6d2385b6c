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
    const char *label;             /* the customer's own name for it; "" */
    const char *holder;            /* the name on it */
    struct date expires_on;        /* year 0: does not expire */
    bool is_new;                   /* not confirmed yet: for its first payment only */
    bool is_persons;               /* a bank account, not of a business */
    bool needs_attention;
    const char *attention; /* the response code that made it so */
    int64_t created_at, used_at;
};

struct methods {
    struct method *list;
    size_t count;
};

enum { METHODS_MAX = 50 }; /* of one user in one account */

/* A user's methods in an account, the most recently used or saved first; those that are being saved
 * or are for one payment only are not among them. At most limit. */
extern const struct statement method_list_sql;
MUST_CHECK enum result method_list(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t user_id, int64_t limit, struct methods *out_methods);

/* One of them. RESULT_NOT_FOUND: not this user's, not in this account, or removed. */
extern const struct statement method_find_sql;
MUST_CHECK enum result method_find(struct db *db, struct arena *arena, int64_t account_id,
                                   int64_t user_id, int64_t method_id, struct method *out_method);

/* The same for one that may be new: in its first payment. */
extern const struct statement method_usable_sql;
MUST_CHECK enum result method_usable(struct db *db, struct arena *arena, int64_t account_id,
                                     int64_t user_id, int64_t method_id, struct method *out_method);

/* Inside a transaction; a method that is not there stays so. */
extern const struct statement method_rename_sql;
MUST_CHECK enum result method_rename(struct db *db, int64_t account_id, int64_t user_id,
                                     int64_t method_id, const char *label);

/* Inside a transaction, after account_move(): gone for the customer; its vault entry goes later
 * (vault.h). RESULT_NOT_FOUND as above. */
extern const struct statement method_remove_sql;
MUST_CHECK enum result method_remove(struct db *db, int64_t account_id, int64_t user_id,
                                     int64_t method_id, int64_t now);

/* Whether a payment of it is not over yet: sent without an answer, or pending at the bank. */
extern const struct statement method_has_open_sql;
MUST_CHECK enum result method_has_open(struct db *db, struct arena *arena, int64_t account_id,
                                       int64_t method_id, bool *out_has_open);

/* visa, mastercard, amex, discover, diners, jcb, bank or other: a class of the page. */
const char *method_brand_kind(const struct method *method);

/* "Visa ending 4242" */
const char *method_text(struct arena *arena, const struct method *method);

#endif
