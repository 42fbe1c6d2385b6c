/*
 * charge_store.h - the writes of a charge, one function for each, to be called in the order that
 * common/program/charge.h describes and inside its transactions.
 *
 * Every one of them that decides something is a conditional update: how many rows it changed is the
 * answer, and the answer counts only after COMMIT.
 */
#ifndef REMIT_STORE_CHARGE_STORE_H
#define REMIT_STORE_CHARGE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/billing/payment_state.h"
#include "common/db/db.h"

enum { CLAIM_TOKEN_BYTES = 16 };

/* First in every transaction about an account's money: bumps its version, so that two of them never
 * interleave, and moves its sums. RESULT_INVALID: the sums do not allow it. */
extern const struct statement account_move_sql;
MUST_CHECK enum result account_move(struct db *db, int64_t account_id, int64_t due_cents,
                                    int64_t pending_cents);

/* What a claim rechecks: read after account_move() in the same transaction. */
struct charge_facts {
    bool user_may_pay;     /* active, still a member, still with the permission */
    bool user_may_autopay; /* the same with that permission: what a draft asks */
    bool method_usable;    /* not removed, not refused for good by its bank */
    bool method_is_new;    /* this is its first payment */
    bool is_remembered, is_stored;
    bool is_bank, is_business;
    const char *brand, *last_four;
    struct date expires_on;
    const char *gateway, *vault_id, *initial_transaction_id, *email;
};

/* RESULT_NOT_FOUND: the method or the user is gone. */
extern const struct statement charge_facts_sql;
MUST_CHECK enum result charge_facts(struct db *db, struct arena *arena, int64_t account_id,
                                    int64_t user_id, int64_t method_id,
                                    struct charge_facts *out_facts);

struct claim {
    int64_t account_id, payment_id;
    const unsigned char *token; /* CLAIM_TOKEN_BYTES */
    int64_t lease_s;            /* send_by is now by the database's clock plus this */
    int64_t now, deadline_at;   /* business time */
    int64_t made_since;         /* reviews older than this are not claimed */
    const char *gateway;
    const char *vault_id; /* the entry that will be charged */
};

/* review -> processing. RESULT_CONFLICT: it is not in review (any more), or too old. */
extern const struct statement payment_claim_sql;
MUST_CHECK enum result payment_claim(struct db *db, const struct claim *claim);

/* The same for a payment that nobody reviewed: an attempt of a draft is made as processing. Its
 * allocations follow (payment_cover_sql), and invoices_take(). */
struct claim_new {
    struct claim claim; /* payment_id and made_since are not read */
    int64_t user_id, method_id, draft_id, attempt, amount_cents;
    const char *reference, *kind, *method_text;
};

/* *out_id. RESULT_CONFLICT: this attempt, or its reference, is there already. */
extern const struct statement payment_claim_new_sql;
MUST_CHECK enum result payment_claim_new(struct db *db, const struct claim_new *claim,
                                         int64_t *out_id);

/* *out_are: other payments of the account are processing or unknown. One of them may be what the
 * customer is about to pay again, so nothing becomes credit meanwhile. payment_id 0: none is
 * excepted. */
extern const struct statement payment_others_open_sql;
MUST_CHECK enum result payment_others_open(struct db *db, struct arena *arena, int64_t account_id,
                                           int64_t payment_id, bool *out_are);

/* Takes the invoices: one open allocation each (RESULT_CONFLICT: another payment has one), and its
 * cents reserved (RESULT_CONFLICT: they are not free any more). */
extern const struct statement allocation_open_sql, invoice_reserve_sql;
MUST_CHECK enum result invoices_take(struct db *db, int64_t account_id, int64_t payment_id);

/* Who holds a claim, and what became of it: after an uncertain COMMIT, and before recording. */
struct claim_state {
    enum payment_state state;
    bool is_mine; /* the token is the one given */
};

extern const struct statement payment_claim_state_sql;
MUST_CHECK enum result payment_claim_state(struct db *db, struct arena *arena, int64_t account_id,
                                           int64_t payment_id,
                                           const unsigned char token[CLAIM_TOKEN_BYTES],
                                           struct claim_state *out_state);

struct closing {
    int64_t account_id, payment_id;
    enum payment_state from, to;
    const unsigned char *token;
    const char *transaction_id; /* "" : none */
    const char *response_code, *response_text, *decline_class;
    int64_t now, look_at; /* look_at 0: no look-up is planned */
};

/* from -> to, only if the claim is still token's. RESULT_CONFLICT: it is not. */
extern const struct statement payment_close_sql;
MUST_CHECK enum result payment_close(struct db *db, const struct closing *closing);

/* What closing does to the invoices: the reserved cents become paid, or are given back. */
extern const struct statement allocation_close_sql, invoice_settle_sql, invoice_release_sql;
MUST_CHECK enum result allocations_close(struct db *db, int64_t account_id, int64_t payment_id);
MUST_CHECK enum result invoices_settle(struct db *db, int64_t account_id, int64_t payment_id);
MUST_CHECK enum result invoices_release(struct db *db, int64_t account_id, int64_t payment_id);

/* A method that was new is the customer's from now on. Does nothing to others. */
extern const struct statement method_keep_sql;
MUST_CHECK enum result method_keep(struct db *db, int64_t account_id, int64_t method_id);

/* What an outcome says about the vault entry the payment charged, and about the method that has it
 * now: its first approved use is kept for stored-credential fields, a refusal for good marks it,
 * and one that was for this payment only is removed. A method that has another card by now is left
 * alone. */
struct method_paid {
    int64_t account_id, payment_id;
    bool took_money, is_over;
    const char *transaction_id;
    const char *refusal_code; /* of a hard decline; "" : none */
    int64_t now;
};
extern const struct statement method_paid_sql;
MUST_CHECK enum result method_paid(struct db *db, const struct method_paid *paid);

/* ---- what settling looks at ---- */

struct open_payment {
    int64_t account_id, id, user_id, method_id;
    const char *reference, *kind;
    enum payment_state state; /* processing, unknown; pending */
    const unsigned char *token;
    int64_t amount_cents, credit_cents, confirmed_at, deadline_at, looks, look_at;
    int64_t draft_id;   /* the draft it is an attempt of; 0: none */
    bool lease_is_over; /* by the database's clock, with the gateway's time-out on top */
};

struct open_payments {
    struct open_payment *list;
    size_t count;
};

/* Processing and unknown ones with an id above after_id, by id, at most limit. */
extern const struct statement payment_open_list_sql;
MUST_CHECK enum result payment_open_list(struct db *db, struct arena *arena, int64_t after_id,
                                         int64_t gateway_timeout_s, int64_t limit,
                                         struct open_payments *out_payments);

/* The same of payments that a bank accepted and that have not settled. */
extern const struct statement payment_pending_list_sql;
MUST_CHECK enum result payment_pending_list(struct db *db, struct arena *arena, int64_t after_id,
                                            int64_t limit, struct open_payments *out_payments);

/* processing -> unknown once nobody can be sending it any more. RESULT_CONFLICT: its lease is not
 * over, or it moved on. Inside a transaction. */
extern const struct statement payment_doubt_sql;
MUST_CHECK enum result payment_doubt(struct db *db, int64_t account_id, int64_t payment_id,
                                     int64_t gateway_timeout_s, int64_t look_at);

/* Plans the next look-up of an unknown one. Inside a transaction. */
extern const struct statement payment_look_again_sql;
MUST_CHECK enum result payment_look_again(struct db *db, int64_t account_id, int64_t payment_id,
                                          int64_t look_at);

/* review -> expired for reviews made before an instant, at most limit; *out_count says how many. */
extern const struct statement payment_expire_sql;
MUST_CHECK enum result payment_expire(struct db *db, int64_t made_before, int64_t limit,
                                      uint64_t *out_count);

#endif
