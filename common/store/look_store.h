/*
 * look_store.h - what a settler takes up: payments and refunds whose next look is due, one settler
 * at a time.
 *
 * Taking up is a conditional update of look_at: of several settlers one goes on, the others find
 * that it has moved. It saves work and nothing else: what is found out is recorded under the claim
 * of the payment itself, however many looked. One whose settler dies is due again after a while.
 * A look that is further away than any is planned was planned by a clock that was wrong: it is due.
 */
#ifndef REMIT_STORE_LOOK_STORE_H
#define REMIT_STORE_LOOK_STORE_H

#include "common/store/charge_store.h"
#include "common/store/refund_store.h"

/* Unknown ones whose look is due, the longest waiting first; then claims whose lease, with the
 * gateway's time-out on top, is over. At most limit of each. */
extern const struct statement payment_due_list_sql, payment_dead_list_sql;
MUST_CHECK enum result payment_due_list(struct db *db, struct arena *arena, int64_t now,
                                        int64_t limit, struct open_payments *out_payments);
MUST_CHECK enum result payment_dead_list(struct db *db, struct arena *arena,
                                         int64_t gateway_timeout_s, int64_t limit,
                                         struct open_payments *out_payments);

/* Pending ones whose look is due, or that nobody has looked at since accepted_before. */
extern const struct statement payment_pending_due_list_sql;
MUST_CHECK enum result payment_pending_due_list(struct db *db, struct arena *arena, int64_t now,
                                                int64_t accepted_before, int64_t limit,
                                                struct open_payments *out_payments);

/* The one payment under a reference while it is processing, unknown or pending. RESULT_NOT_FOUND:
 * there is none, or it is none of these. */
extern const struct statement payment_open_one_sql;
MUST_CHECK enum result payment_open_one(struct db *db, struct arena *arena, const char *reference,
                                        int64_t gateway_timeout_s,
                                        struct open_payment *out_payment);

/* Takes it up: its look_at becomes next if it is still look_at (0: none) in that state.
 * RESULT_CONFLICT: another settler was first, or it moved on. Inside a transaction. */
extern const struct statement payment_take_sql;
MUST_CHECK enum result payment_take(struct db *db, int64_t account_id, int64_t payment_id,
                                    enum payment_state state, int64_t look_at, int64_t next);

/* The same for refunds: those whose look is due, those whose lease is over. */
extern const struct statement refund_due_list_sql, refund_dead_list_sql, refund_take_sql;
MUST_CHECK enum result refund_due_list(struct db *db, struct arena *arena, int64_t now,
                                       int64_t limit, struct refunds *out_refunds);
MUST_CHECK enum result refund_dead_list(struct db *db, struct arena *arena,
                                        int64_t gateway_timeout_s, int64_t limit,
                                        struct refunds *out_refunds);
MUST_CHECK enum result refund_take(struct db *db, int64_t account_id, int64_t refund_id,
                                   int64_t look_at, int64_t next);

/* ---- whenever its look is planned ---- */

/* Open ones with an id above after_id, by id, at most limit. */
extern const struct statement refund_open_list_sql;
MUST_CHECK enum result refund_open_list(struct db *db, struct arena *arena, int64_t after_id,
                                        int64_t gateway_timeout_s, int64_t limit,
                                        struct refunds *out_refunds);

/* processing -> unknown once nobody can be sending it any more. RESULT_CONFLICT: its lease is not
 * over, or it moved on. Inside a transaction. */
extern const struct statement refund_doubt_sql;
MUST_CHECK enum result refund_doubt(struct db *db, int64_t account_id, int64_t refund_id,
                                    int64_t gateway_timeout_s, int64_t look_at);

/* Plans the next look-up of an unknown one. Inside a transaction. */
extern const struct statement refund_look_again_sql;
MUST_CHECK enum result refund_look_again(struct db *db, int64_t account_id, int64_t refund_id,
                                         int64_t look_at);

#define LOOK_STATEMENTS                                                                            \
    &payment_due_list_sql, &payment_dead_list_sql, &payment_pending_due_list_sql,                  \
        &payment_open_one_sql, &payment_take_sql, &refund_due_list_sql, &refund_dead_list_sql,     \
        &refund_take_sql

#endif
