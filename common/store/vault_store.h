/*
 * vault_store.h - methods that are gone for the customer and whose entry in the gateway's vault is
 * still to be taken away.
 */
#ifndef REMIT_STORE_VAULT_STORE_H
#define REMIT_STORE_VAULT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/db/db.h"

struct vault_waiting {
    int64_t account_id, method_id;
    const char *gateway, *vault_id;
    bool was_unsure; /* its save was never answered: it may still land */
    int64_t created_at, looks;
};
struct vault_waitings {
    struct vault_waiting *list;
    size_t count;
};

/* Removed methods whose entry is due to go and that no open payment uses. */
extern const struct statement vault_waiting_one_sql, vault_waiting_list_sql;
MUST_CHECK enum result vault_waiting_one(struct db *db, struct arena *arena, int64_t account_id,
                                         int64_t method_id, int64_t now,
                                         struct vault_waitings *out_waiting);
MUST_CHECK enum result vault_waiting_list(struct db *db, struct arena *arena, int64_t after_id,
                                          int64_t now, int64_t limit,
                                          struct vault_waitings *out_waiting);

extern const struct statement vault_gone_sql, vault_look_again_sql;
MUST_CHECK enum result vault_gone(struct db *db, int64_t account_id, int64_t method_id,
                                  int64_t now);
MUST_CHECK enum result vault_look_again(struct db *db, int64_t account_id, int64_t method_id,
                                        int64_t look_at);

/* Removes methods that nobody can confirm any more: saving ones whose lease ended timeout_s ago,
 * new ones made before an instant whose payments are over, or reviews from before it. At most limit
 * of each; *out_count: of the more frequent kind. */
struct method_abandon {
    int64_t made_before, timeout_s, now;
    int64_t look_at; /* a save that died may land this late */
    int64_t limit;
};
extern const struct statement method_abandon_saving_sql, method_abandon_new_sql;
MUST_CHECK enum result method_abandon(struct db *db, const struct method_abandon *abandon,
                                      uint64_t *out_count);

#endif
