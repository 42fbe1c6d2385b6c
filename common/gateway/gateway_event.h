/*
 * gateway_event.h - what a gateway tells by itself (a webhook): whether it is signed, and what it
 * says, in our words.
 *
 * An event is a hint to ask the gateway, never an amount to book. It comes late, twice, in any
 * order or not at all. Needs no key that could move money and no HTTP client, so that the program
 * that takes events has neither.
 */
#ifndef REMIT_GATEWAY_GATEWAY_EVENT_H
#define REMIT_GATEWAY_GATEWAY_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/arena.h"
#include "common/core/result.h"
#include "common/gateway/gateway.h"

enum { GATEWAY_EVENT_TEXT_SIZE = 65, GATEWAY_EVENT_VAULTS_MAX = 500 };

enum gateway_event_kind {
    EVENT_SALE,         /* a sale ended: to who knows how, it is nothing new */
    EVENT_TRANSACTION,  /* something happened to one transaction: ask the gateway for it */
    EVENT_REPORT,       /* something happened to several, or to some that are not named: read the
                         * report */
    EVENT_CARD_UPDATED, /* vault entries hold a new number or date: read them */
    EVENT_CARD_CLOSED,  /* the accounts behind them are closed */
    EVENT_CARD_CONTACT, /* their banks want the customer to be asked */
    EVENT_OTHER         /* nothing that concerns us */
};

struct gateway_event {
    char id[GATEWAY_EVENT_TEXT_SIZE];   /* the gateway's: [A-Za-z0-9_-], the same each time it is
                                         * sent */
    char type[GATEWAY_EVENT_TEXT_SIZE]; /* its word: [A-Za-z0-9_.-] */
    enum gateway_event_kind kind;
    /* Of EVENT_SALE and EVENT_TRANSACTION; order_id is "" where there is none, or none that could
     * be ours. */
    char transaction_id[GATEWAY_ID_SIZE], order_id[GATEWAY_ID_SIZE];
    int64_t amount_cents; /* as the event says it, 0: it does not; to compare, never to book */
    char currency[4];     /* "USD"; "": it does not say */
    /* Of EVENT_CARD_*: each entry once; in arena. What it names beyond GATEWAY_EVENT_VAULTS_MAX is
     * left out. */
    const char *const *vault_ids;
    size_t vault_count;
};

/* The request header its signature comes in, as FastCGI names it ("HTTP_WEBHOOK_SIGNATURE").
 * gateway: a driver's name ("nmi"). */
const char *gateway_event_header(const char *gateway);

/* header: the value of that header; NULL or "" is none. key: the one events of our account at the
 * gateway are signed with; with "" nothing is. The signature is compared in constant time. false:
 * it is not theirs, or was changed on its way. */
bool gateway_event_signed(const char *gateway, const char *key, const char *header,
                          const void *body, size_t length);

/* Only what is signed is worth reading. RESULT_OK; RESULT_INVALID: no event: no JSON object within
 * limits, or without an id or a type of 1 to 64 such characters. What else is missing or strange
 * leaves its place empty, and a type nobody knows is EVENT_OTHER. */
MUST_CHECK enum result gateway_event_read(const char *gateway, struct arena *arena,
                                          const void *body, size_t length,
                                          struct gateway_event *out_event);

#endif
