/*
 * charge.h - the order of a charge: the one way money is taken, for a customer's confirm and for an
 * autopay draft alike.
 *
 *   1. claim    one transaction: bump the account's version, recheck who may pay and with what,
 *               review -> processing with a fresh token and a lease, open the allocations, reserve
 *               the cents. The claim holds only once COMMIT has returned success; after an
 * uncertain COMMIT the row is read and the token compared.
 *   2. send     with no transaction open, while less than half of the lease has passed, the gateway
 *               is called once with our payment reference. A reference is sent once.
 *   3. record   one transaction, only if state and token are still ours: outcome, invoices,
 *               journal, mail. Otherwise read again; a disagreement goes to a person.
 *
 * An answer that was not got or cannot be read is `unknown`, never `failed`; settle.h resolves it.
 */
#ifndef REMIT_PROGRAM_CHARGE_H
#define REMIT_PROGRAM_CHARGE_H

#include <stdint.h>

#include "common/billing/retry_rule.h"
#include "common/gateway/gateway.h"
#include "common/program/draft_follow.h"
#include "common/program/program.h"
#include "common/store/charge_store.h"
#include "common/store/credit_store.h"
#include "common/store/method_save_store.h"
#include "common/store/payment_store.h"

/* What step 1 said, and whether step 3 could be written. */
enum charge_end {
    CHARGE_RECORDED,     /* read the payment: its state is the outcome */
    CHARGE_UNRECORDED,   /* sent, but the outcome could not be written yet: settling will */
    CHARGE_NOT_REVIEW,   /* somebody confirmed it already, or it expired: read the payment */
    CHARGE_CHANGED,      /* an invoice was paid, changed or taken by another payment meanwhile */
    CHARGE_CREDIT_BUSY,  /* it would leave credit, and another payment of the account is open */
    CHARGE_NOT_ALLOWED,  /* the user lost the permission */
    CHARGE_ALSO_REFUSED, /* what was to be done with it cannot be: nothing was */
    CHARGE_METHOD_GONE,  /* the method was removed, refused for good, or is not what was reviewed */
    CHARGE_UNAVAILABLE   /* the database is away; nothing was sent */
};

/* Gives running a gateway for charging; an open and a close hook of struct program. */
MUST_CHECK enum result charge_open(struct running *running);
void charge_close(struct running *running);

/* Who confirms, from where, and what they agree to by it: kept with the claim, and mailed. */
struct charge_asker {
    const char *address, *agent, *request_id;              /* to events, consent and gateway */
    const char *authorization_source, *authorization_text; /* of a bank debit; NULL: of a card */
    /* What is done in the same transaction, once the claim is made, or not at all; NULL: nothing.
     * RESULT_CONFLICT from it is CHARGE_ALSO_REFUSED. */
    enum result (*also)(struct db *db, void *context);
    void *also_context;
};

/* What was sent and what became of it; for CHARGE_RECORDED and CHARGE_UNRECORDED. */
struct charge_sent {
    bool is_first_use; /* of the card: its bank was never asked before */
    bool is_once;      /* the method was for this payment only */
    enum payment_state state;
};

/* Confirms a payment that was read in review. */
enum charge_end charge_confirm(struct running *running, struct arena *arena,
                               const struct payment *payment, const struct charge_asker *asker,
                               int64_t now, struct charge_sent *out_sent);

/* One outcome to write, by whoever learnt it. */
struct charge_outcome {
    int64_t account_id, payment_id, user_id, method_id;
    const char *reference;
    int64_t amount_cents, credit_cents; /* credit: the part of the amount no invoice takes */
    int64_t return_fee_cents;           /* of PAYMENT_RETURNED; 0: none is charged */
    const unsigned char *token;
    enum payment_state from, to;
    struct gateway_answer answer;
    const char *actor; /* "program:settle"; NULL: the user */
    const char *request_id;
    int64_t now, look_at;
    /* Of an attempt of a draft (0: it is none): recording it moves the draft on. */
    int64_t draft_id;
    struct date draft_today;            /* the day of the run; year 0: that of now */
    const struct retry_settings *retry; /* the provider's days */
    struct draft_moved *draft_moved;    /* what became of the draft; may be NULL */
};

/* Step 3 as a transaction. RESULT_CONFLICT: state or token are not the expected ones. */
MUST_CHECK enum result charge_record(struct db *db, const struct charge_outcome *outcome);

/* The same as a part of a transaction, by whoever has made the cents reserved in it before. */
MUST_CHECK enum result charge_book(struct db *db, const struct charge_outcome *outcome);

/* Step 3 however it goes: again while the database is away, and where it could not be written as it
 * is, what stands there is read and either agrees, is moved on, or a disagreement is queued.
 * outcome may be changed by it. CHARGE_RECORDED or CHARGE_UNRECORDED. */
enum charge_end charge_answer_record(struct running *running, struct arena *arena,
                                     struct charge_outcome *outcome);

/* The same for several, in one transaction where that works: list in order of account, together
 * under 1,000 rows. An end for each. */
void charge_answers_record(struct running *running, struct charge_outcome *const *list,
                           size_t count, enum charge_end *out_ends);

/* What a sale asks for, by its customer: the method as the claim read it. Texts are lent. */
void charge_sale(struct arena *arena, const struct charge_facts *facts, const char *reference,
                 int64_t amount_cents, struct gateway_sale_ask *out_ask);

enum { CHARGE_FIRST_LOOK_S = 60 }; /* from an answer that did not come to the first look-up */

/* What an answer makes of a payment. */
enum payment_state charge_state_of(enum gateway_outcome outcome);

/* The statements a program needs that records what became of payments, for its list. */
#define CHARGE_RECORD_STATEMENTS                                                                   \
    &account_move_sql, &payment_claim_state_sql, &payment_close_sql, &allocation_close_sql,        \
        &invoice_settle_sql, &invoice_release_sql, &method_paid_sql, &payment_event_add_sql,       \
        &journal_entry_add_sql, &activity_add_sql, &feed_add_sql, &journal_post_sql,               \
        &journal_post_allocations_sql, &outbox_add_sql, &queue_add_sql, &credit_move_sql

/* The same of one that charges; one that confirms bank debits also &consent_add_sql. */
#define CHARGE_STATEMENTS                                                                          \
    CHARGE_RECORD_STATEMENTS, &charge_facts_sql, &payment_claim_sql, &allocation_open_sql,         \
        &invoice_reserve_sql, &method_keep_sql, &payment_others_open_sql

#endif
