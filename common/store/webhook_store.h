/*
 * webhook_store.h - what gateways tell by themselves, kept as it came. Taken in here, and read by
 * the settler.
 */
#ifndef REMIT_STORE_WEBHOOK_STORE_H
#define REMIT_STORE_WEBHOOK_STORE_H

#include <stdint.h>

#include "common/db/db.h"

/* Bytes of a body; the column holds more. */
enum { WEBHOOK_BODY_MAX = 1024 * 1024 };

struct webhook {
    const char *gateway;         /* "nmi" */
    const char *event_id, *type; /* at most 64 characters each */
    const void *body;
    size_t length; /* at most WEBHOOK_BODY_MAX */
    int64_t received_at;
};

/* Keeps it, to be taken up at once. Each event once, however often and by whomever it is brought:
 * RESULT_CONFLICT: it is kept already. RESULT_UNCERTAIN: it may be now; bring it again.
 * RESULT_UNAVAILABLE, RESULT_FAILED: it is not. */
extern const struct statement webhook_add_sql;
MUST_CHECK enum result webhook_add(struct db *db, const struct webhook *webhook);

#endif
