/*
 * reconciling.h - what reconcile.c, reconcile_one.c and reconcile_ours.c share: a reading, and the
 * transactions under one reference.
 */
#ifndef REMIT_PROGRAM_RECONCILING_H
#define REMIT_PROGRAM_RECONCILING_H

#include "common/gateway/gateway.h"
#include "common/program/reconcile.h"

enum {
    RECONCILE_DAY_S = 24 * 3600,
    RECONCILE_CLOCKS_S = 3600, /* ours and the gateway's may differ, and its reports may lag */
    RECONCILE_LOOKS_MAX = 1000 /* questions to the gateway in one reading; the rest the next time */
};

/* A transaction as the report told it. */
struct told_transaction {
    const char *order_id, *transaction_id, *original_id, *code;
    enum gateway_standing standing;
    bool is_bank, has_sale, is_known; /* is_known: a refund of ours has it */
    int64_t amount_cents, refunded_cents, returned_cents, modified_at;
};

struct reconciling {
    struct running *running;
    struct arena *arena; /* of what was told */
    reconcile_told told;
    void *context;
    struct reconcile_summary *summary;
    int64_t now, from, next; /* next: where the reading after this one continues */
    int64_t looks;
    struct told_transaction **list; /* by order id, then transaction; each transaction once */
    size_t count, capacity;
};

/* The gateway is asked for a reference of ours, and what it has is recorded, or for a person.
 * extra: what the report told of it under another order id; NULL: nothing. */
enum reconcile_end reconcile_look(struct reconciling *reading, const char *reference,
                                  const struct told_transaction *extra);

/* Transactions that are no payment's of ours: listed in one transaction, if they moved money.
 * count: 1 .. RECONCILE_STRANGERS_MAX. What matters most of what became of them. */
enum { RECONCILE_STRANGERS_MAX = 100 };
enum reconcile_end reconcile_strangers(struct reconciling *reading,
                                       const struct told_transaction *const *list, size_t count);

/* Counted, and told unless it is the same. */
void reconcile_tell(struct reconciling *reading, const struct reconcile_news *news,
                    enum reconcile_end end);

/* The next reading begins no later than at. */
void reconcile_hold(struct reconciling *reading, int64_t at);

/* The other direction, after the report was read. */
MUST_CHECK enum result reconcile_ours(struct reconciling *reading);

#endif
