/*
 * cards_store.h - cards that are kept, as the vault is asked what became of them: numbers and dates
 * change there without us (the card networks tell the gateway).
 */
#ifndef REMIT_STORE_CARDS_STORE_H
#define REMIT_STORE_CARDS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/date.h"
#include "common/db/db.h"

struct kept_card {
    int64_t account_id, id, user_id;
    const char *vault_id, *brand, *last_four, *attention;
    struct date expires_on;
    bool needs_attention;
    int64_t read_at; /* when the vault was last asked; 0: never */
};

struct cards_due {
    const char *gateway;
    int64_t read_before;     /* of any card */
    int64_t expiring_before; /* of one that expires until expires_until: asked more often */
    struct date expires_until;
    size_t limit;
};

/* Cards that may be charged, or could be if their bank let us, longest not asked first; of one that
 * was never asked the day it was made counts. */
extern const struct statement cards_due_sql;
MUST_CHECK enum result cards_due(struct db *db, struct arena *arena, const struct cards_due *due,
                                 struct kept_card **out_list, size_t *out_count);

/* The card of a vault entry. RESULT_NOT_FOUND: no method that can be charged has it. */
extern const struct statement card_find_sql;
MUST_CHECK enum result card_find(struct db *db, struct arena *arena, const char *gateway,
                                 const char *vault_id, struct kept_card *out_card);

/* Inside a transaction. RESULT_CONFLICT: somebody else asked, or it has another number by now. */
extern const struct statement card_claim_sql;
MUST_CHECK enum result card_claim(struct db *db, const struct kept_card *card, int64_t read_at);

/* What the vault holds now; lifts: what was wrong with it is over. Inside a transaction, after
 * account_move(). RESULT_CONFLICT: the customer changed or removed it meanwhile. */
extern const struct statement card_change_sql;
MUST_CHECK enum result card_change(struct db *db, const struct kept_card *card, const char *brand,
                                   const char *last_four, struct date expires_on, bool lifts);

/* It cannot be charged any more, for a reason of at most 16 bytes. Inside a transaction, after
 * account_move(). RESULT_CONFLICT: it needed attention already, or is another one by now. */
extern const struct statement card_stop_sql;
MUST_CHECK enum result card_stop(struct db *db, const struct kept_card *card,
                                 const char *attention);

#define CARDS_STORE_STATEMENTS                                                                     \
    &cards_due_sql, &card_find_sql, &card_claim_sql, &card_change_sql, &card_stop_sql

#endif
