/*
 * cards.h - follows cards that change in the vault without us: the card networks tell the gateway
 * of new numbers and dates, of closed accounts, and of banks that want their customer asked.
 *
 * The vault is asked about each card every Cards.ReadDays, of cards that have expired or expire
 * this month every day. What it holds is taken over, and the customer told; a card that needed
 * attention because of its date or number can be used again when it has a new one. That a card was
 * closed the vault does not tell: card_read() is for who learnt it. Any number of readers may run
 * at once: a card is claimed by its last reading.
 */
#ifndef REMIT_PROGRAM_CARDS_H
#define REMIT_PROGRAM_CARDS_H

#include <stdint.h>

#include "common/program/program.h"
#include "common/store/cards_store.h"
#include "common/store/progress_store.h"

enum { CARDS_BATCH = 100 };

struct cards_summary {
    int64_t read;       /* cards the vault was asked about */
    int64_t updated;    /* have another number or date */
    int64_t lifted;     /* of them can be used again */
    int64_t gone;       /* are not in the vault any more: for a person */
    int64_t no_gateway; /* it did not answer; asked again in an hour */
};

/* One batch of those that are due: fewer than CARDS_BATCH read means that there are no more.
 * RESULT_UNAVAILABLE, RESULT_FAILED: the database. */
MUST_CHECK enum result cards_refresh(struct running *running, struct cards_summary *out_summary);

/* What the gateway's own report tells of cards since the last reading of it: read, closed, to be
 * asked. A gateway without such a report changes nothing. Same results. */
struct cards_news {
    int64_t told, changed, no_gateway;
};
MUST_CHECK enum result cards_report(struct running *running, struct cards_news *out_news);

/* What somebody told of a card. */
enum card_word {
    CARD_UPDATED, /* the vault has something new: it is asked */
    CARD_CLOSED,  /* its account is closed */
    CARD_CONTACT, /* its bank tells nothing of it: its holder has to be asked */
};

enum card_end {
    CARD_SAME,    /* nothing new, or no card of ours */
    CARD_CHANGED, /* recorded, and told */
    CARD_GONE,    /* the vault does not have it: for a person */
    CARD_WAITING, /* the gateway did not answer */
};

/* One card, by its vault entry. */
MUST_CHECK enum result card_read(struct running *running, const char *vault_id, enum card_word word,
                                 enum card_end *out_end);

/* With those of charge.h. */
#define CARDS_STATEMENTS CARDS_STORE_STATEMENTS, PROGRESS_STATEMENTS

#endif
