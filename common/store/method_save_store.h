/*
 * method_save_store.h - the writes of a save, one function for each, to be called in the order
 * method_save.h describes; and what a customer agreed to.
 *
 * A method is claimed under its vault id before the vault is asked, so that one form saves one
 * card; every write after that is conditional, and how many rows it changed is the answer.
 */
#ifndef REMIT_STORE_METHOD_SAVE_STORE_H
#define REMIT_STORE_METHOD_SAVE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/secret.h"
#include "common/db/db.h"

enum { SAVE_TOKEN_BYTES = 16 };

struct method_claim {
    int64_t account_id, user_id;
    const char *kind, *gateway, *vault_id, *holder;
    const char *holder_type;    /* of a bank account "personal", "business"; else "" */
    const unsigned char *token; /* SAVE_TOKEN_BYTES */
    bool is_remembered;
    int64_t lease_s, now;
};

/* Inside a transaction, after account_move(). RESULT_CONFLICT: the vault id is taken: this form was
 * sent before. */
extern const struct statement method_claim_sql;
MUST_CHECK enum result method_claim(struct db *db, const struct method_claim *claim,
                                    int64_t *out_method_id);

/* How many methods a user has or is saving in an account. */
extern const struct statement method_count_sql;
MUST_CHECK enum result method_count(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t user_id, int64_t *out_count);

struct method_claimed {
    int64_t method_id;
    bool is_saving, is_removed, is_mine; /* is_mine: token is the asker's */
};

/* The row under a vault id. RESULT_NOT_FOUND: none of this account. */
extern const struct statement method_claimed_sql;
MUST_CHECK enum result method_claimed(struct db *db, struct arena *arena, int64_t account_id,
                                      const char *gateway, const char *vault_id,
                                      const unsigned char token[SAVE_TOKEN_BYTES],
                                      struct method_claimed *out_claimed);

/* What the vault said of it, and whose it is. */
struct method_details {
    const char *brand, *last_four, *holder;
    const char *holder_type; /* as in struct method_claim */
    struct date expires_on;
    bool is_stored; /* the card networks know that it is kept */
    const char *initial_transaction_id;
};

/* saving -> state ("active", "new"). RESULT_CONFLICT: the claim is not ours any more. */
extern const struct statement method_saved_sql;
MUST_CHECK enum result method_saved(struct db *db, int64_t account_id, int64_t method_id,
                                    const unsigned char token[SAVE_TOKEN_BYTES], const char *state,
                                    const struct method_details *details);

struct method_unsaved {
    int64_t account_id, method_id;
    const unsigned char *token;
    bool is_empty;  /* the vault certainly has nothing */
    bool is_unsure; /* the save was not answered: to be looked for from look_at on */
    int64_t now, look_at;
};

/* saving -> removed. RESULT_CONFLICT as above. */
extern const struct statement method_unsaved_sql;
MUST_CHECK enum result method_unsaved(struct db *db, const struct method_unsaved *unsaved);

/* Where a method is in a vault. */
struct vault_entry {
    const char *gateway, *vault_id;
};

struct method_swap {
    int64_t account_id, user_id;
    int64_t saving_id, target_id;
    const unsigned char *token;     /* of the saving row */
    const char *gateway, *vault_id; /* of the saving row */
    struct vault_entry old;         /* of the target, as it was read */
    const char *kind;               /* both rows' */
    const struct method_details *details;
    int64_t now;
};

/* Puts the saving row's vault entry and details into target, which becomes active, and target's old
 * entry into the saving row, which becomes removed: a method changes its number and stays itself.
 * The old entry stays in the vault while a payment of it is open. RESULT_CONFLICT: the claim is not
 * ours, or target is gone. */
extern const struct statement method_swap_aside_sql, method_swap_in_sql, method_swap_out_sql,
    method_swap_untold_sql;
MUST_CHECK enum result method_swap(struct db *db, const struct method_swap *swap);

/* A user's other methods of the same kind that show the same brand and last four. */
struct method_alike {
    int64_t id;
    const char *vault_id, *holder, *holder_type;
    struct date expires_on;
    bool is_active;
};
struct methods_alike {
    struct method_alike *list;
    size_t count;
};
extern const struct statement method_alike_sql;
MUST_CHECK enum result method_alike(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t user_id, const char *gateway, const char *kind,
                                    const char *brand, const char *last_four,
                                    struct methods_alike *out_alike);

/* RESULT_NOT_FOUND: not this user's, or removed. */
extern const struct statement method_vault_entry_sql;
MUST_CHECK enum result method_vault_entry(struct db *db, struct arena *arena, int64_t account_id,
                                          int64_t user_id, int64_t method_id,
                                          struct vault_entry *out_entry);

/* ---- what a customer agreed to ---- */

enum { CONSENT_VERSION_SIZE = 17 };

/* The version of a text: the beginning of its hash. */
void consent_version(const char *text, char out[CONSENT_VERSION_SIZE]);

struct consent {
    int64_t account_id, user_id, method_id;
    int64_t payment_id;   /* the one it is for; 0: the method itself, or an enrolment */
    int64_t enrolment_id; /* the one it is for; 0: none */
    const char *kind;     /* "card_terms", "ach_authorization", "autopay" */
    const char *source;   /* before anything was filled in: its hash is the version */
    const char *text;     /* as it was shown */
    int64_t now;
    const char *address, *agent, *request_id;
};

/* Inside a transaction. */
extern const struct statement consent_add_sql;
MUST_CHECK enum result consent_add(struct db *db, const struct consent *consent,
                                   int64_t *out_consent_id);

#define METHOD_SAVE_STATEMENTS                                                                     \
    &method_claim_sql, &method_count_sql, &method_claimed_sql, &method_saved_sql,                  \
        &method_unsaved_sql, &method_swap_aside_sql, &method_swap_in_sql, &method_swap_out_sql,    \
        &method_swap_untold_sql, &method_alike_sql, &method_vault_entry_sql, &consent_add_sql

#endif
