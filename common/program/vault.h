/*
 * vault.h - takes entries out of the gateway's vault once their methods are removed and no payment
 * of them is open. When the gateway fails it is tried again: any number of programs may try, since
 * taking away what is not there is harmless.
 */
#ifndef REMIT_PROGRAM_VAULT_H
#define REMIT_PROGRAM_VAULT_H

#include "common/program/program.h"
#include "common/store/vault_store.h"

/* One method's entry, if it may go now. Nothing is told: what could not be done is done by
 * vault_clean_all() later. */
void vault_clean(struct running *running, struct arena *arena, int64_t account_id,
                 int64_t method_id, int64_t now);

/* The same by visit_after(): for a method of the visitor's account. */
struct visit;
void vault_clean_after(struct visit *visit, int64_t method_id);

struct vault_summary {
    int64_t removed; /* gone for good */
    int64_t waiting; /* the gateway did not do it, or may get it only later: tried again */
};

/* Everything that may go: removed methods, cards of payments that are over or were never confirmed,
 * saves whose program died. Ends early when the gateway is away, or the end is asked for: the rest
 * stays due. RESULT_UNAVAILABLE, RESULT_FAILED: the database. */
MUST_CHECK enum result vault_clean_all(struct running *running, struct vault_summary *out_summary);

#define VAULT_STATEMENTS &vault_waiting_one_sql, &vault_gone_sql, &vault_look_again_sql
#define VAULT_ALL_STATEMENTS                                                                       \
    VAULT_STATEMENTS, &vault_waiting_list_sql, &method_abandon_saving_sql, &method_abandon_new_sql

#endif
