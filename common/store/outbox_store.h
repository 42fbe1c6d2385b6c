/*
 * outbox_store.h - mail to send, as `mailer` takes it and marks it. Rows are written by
 * outbox_add() (event_store.h) in the transaction of what they tell.
 *
 * A row is claimed by a conditional update with a token and a lease by the database's clock; the
 * claim counts only after COMMIT. Every mark is made only while the token is still the claimer's.
 * What a mail says and when it is tried again is not decided here.
 */
#ifndef REMIT_STORE_OUTBOX_STORE_H
#define REMIT_STORE_OUTBOX_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/db/db.h"

enum { OUTBOX_TOKEN_BYTES = 16, OUTBOX_ERROR_MAX = 200 };

enum outbox_state {
    OUTBOX_WAITING,  /* for its next try */
    OUTBOX_SENDING,  /* claimed; after its lease it is due again */
    OUTBOX_SENT,     /* a server took it over */
    OUTBOX_GIVEN_UP, /* a person decides */
    OUTBOX_SPLIT,    /* it is one row for each recipient now */
    OUTBOX_NEEDLESS, /* when its turn came nothing was left to tell */
    OUTBOX_STATE_COUNT
};

struct outbox_row {
    int64_t id, account_id;
    int64_t user_id; /* 0: whoever may see the account's billing */
    int64_t subject_id;
    const char *key, *kind;
    int64_t created_at;
    int64_t since; /* created, or let be tried anew by a person */
    int64_t tries; /* before this one */
};

struct outbox_rows {
    struct outbox_row *list;
    size_t count;
};

/* Rows that are due: waiting ones by when, then those whose claimer's lease is over. At most limit
 * of each. Any of them may be taken by somebody else meanwhile. */
extern const struct statement outbox_due_sql;
MUST_CHECK enum result outbox_due(struct db *db, struct arena *arena, int64_t now, int64_t limit,
                                  struct outbox_rows *out_rows);

/* Counts a try, too. RESULT_CONFLICT: somebody else has it, or had. Inside a transaction. */
extern const struct statement outbox_claim_sql;
MUST_CHECK enum result outbox_claim(struct db *db, int64_t id,
                                    const unsigned char token[OUTBOX_TOKEN_BYTES], int64_t lease_s,
                                    int64_t now);

/* How a row stands, after an uncertain COMMIT. RESULT_NOT_FOUND. */
struct outbox_standing {
    enum outbox_state state;
    bool is_mine; /* the token is the one given */
};

extern const struct statement outbox_standing_sql;
MUST_CHECK enum result outbox_standing(struct db *db, struct arena *arena, int64_t id,
                                       const unsigned char token[OUTBOX_TOKEN_BYTES],
                                       struct outbox_standing *out_standing);

struct outbox_mark {
    int64_t id;
    const unsigned char *token;
    enum outbox_state state; /* anything but sending */
    bool is_untried;         /* waiting: this was no try after all */
    int64_t at;              /* sent, given up: when; waiting: when to try again, 0 as at first */
    const char *words;       /* what the try came to, printable; cut to OUTBOX_ERROR_MAX; "" */
};

/* sending -> mark->state. RESULT_CONFLICT: the claim is not token's (any more). Inside a
 * transaction. */
extern const struct statement outbox_mark_sql;
MUST_CHECK enum result outbox_mark(struct db *db, const struct outbox_mark *mark);

/* Active users of an account with the billing permission. More than limit of them are not written
 * to. */
extern const struct statement outbox_recipients_sql;
MUST_CHECK enum result outbox_recipients(struct db *db, struct arena *arena, int64_t account_id,
                                         int64_t limit, int64_t **out_user_ids, size_t *out_count);

#endif
