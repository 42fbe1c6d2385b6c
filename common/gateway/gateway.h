/*
 * gateway.h - what we ask of a payment gateway, in our words, and what it can answer.
 *
 * A driver turns a question into the bytes of one HTTP request and the bytes of its answer into our
 * words. It does not retry, log bodies, touch the database, read settings by itself or read the
 * clock. Writing and reading are apart, so that one call at a time (pay) and many in flight
 * (drafter) use the same driver. To add a gateway, see README.md.
 */
#ifndef REMIT_GATEWAY_GATEWAY_H
#define REMIT_GATEWAY_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/arena.h"
#include "common/core/date.h"
#include "common/core/result.h"
#include "common/gateway/http_client.h"

/* How a sale, a save or money back ended. The numbers are not stored. */
enum gateway_outcome {
    GATEWAY_APPROVED,      /* money is on its way (cards)                                       */
    GATEWAY_PENDING,       /* accepted for the next ACH file: not money yet                     */
    GATEWAY_DECLINED,      /* the bank said no; decline says how final that is                  */
    GATEWAY_REFUSED,       /* the gateway refused the request itself; nothing was charged       */
    GATEWAY_MISCONFIGURED, /* our key or merchant account is wrong; nothing was charged         */
    GATEWAY_UNKNOWN,       /* may have been charged: look it up, never send again               */
    GATEWAY_NOT_SENT       /* no byte left (resolve, connect, TLS): certainly not charged       */
};

enum gateway_decline {
    DECLINE_NONE,
    DECLINE_SOFT,     /* may pass another day */
    DECLINE_HARD,     /* never retry this method */
    DECLINE_FIX_DATA, /* expired, wrong code: the customer can mend it */
};

enum gateway_initiator { INITIATED_BY_CUSTOMER, INITIATED_BY_MERCHANT };

/* What the card networks are told about a card that is kept (credential on file). */
enum gateway_credential {
    CREDENTIAL_ONCE,  /* not kept after this payment */
    CREDENTIAL_FIRST, /* kept from now on: its first approved use, started by the customer */
    CREDENTIAL_LATER  /* kept before */
};

struct gateway_sale_ask {
    const char *reference;   /* our payment reference: the gateway's order id, sent once */
    const char *vault_id;    /* the saved method */
    bool is_bank;            /* ACH */
    bool is_business;        /* ACH: CCD instead of WEB */
    int64_t amount_cents;    /* 1 .. MONEY_MAX_CENTS */
    const char *description; /* "Invoices 900123, 900124"; may be "" */
    const char *address;     /* the customer's IP address; may be "" */
    const char *email;       /* may be "" */
    enum gateway_initiator initiator;
    enum gateway_credential credential; /* cards; of a merchant's sale always CREDENTIAL_LATER */
    const char *initial_transaction_id; /* of the first approved use; "" when there is none */
};

/* A bank account as the customer typed it: the one number that passes through us. */
struct gateway_bank {
    const char *routing; /* nine digits, checked */
    const char *account; /* 4 .. 17 digits */
    bool is_savings, is_business;
    const char *company; /* may be "" */
};

/* A card from the gateway's hosted fields, or a bank account, into its vault. */
struct gateway_save_ask {
    const struct gateway_bank *bank; /* NULL: a card, by its token */
    const char *token;    /* what the hosted fields gave: used once, gone even after a refusal */
    const char *vault_id; /* ours, new, hard to guess; [A-Za-z0-9_-], at most 36 */
    bool is_checked;      /* ask the bank, and say that it is kept (a validation, CREDENTIAL_FIRST);
                           * false: kept for a payment that comes next, nobody is asked; so is
                           * every bank account */
    const char *holder;   /* the name on the card or account */
    const char *street, *city, *state, *zip; /* its address; each may be "", zip of a card not */
    const char *email, *address;             /* of the customer; address: IP; may be "" */
};

/* What the vault holds under an id. */
struct gateway_vault_entry {
    bool is_bank;
    char brand[32];         /* "Visa", "Mastercard", "Amex", "Discover", "Diners", "JCB", else the
                             * gateway's word; of a bank account "Checking", "Savings" */
    char last_four[5];      /* four digits; "" when the gateway shows fewer */
    struct date expires_on; /* the last day of a card's last month; year 0: none */
    char fingerprint[129];  /* the gateway's own hash of the number, "" when it tells none: to
                             * compare two entries in memory; never kept, never logged */
};

/* Money back: all of a transaction before it settled (a void), or cents of a settled one. */
struct gateway_reverse_ask {
    const char *reference;      /* of the payment: for the log; what an answer may echo */
    const char *transaction_id; /* of its sale */
    bool is_bank;
    int64_t amount_cents; /* 0: void */
};

enum { GATEWAY_TEXT_SIZE = 200, GATEWAY_ID_SIZE = 64, GATEWAY_CODE_SIZE = 16 };

struct gateway_answer {
    enum gateway_outcome outcome;
    enum gateway_decline decline;
    char transaction_id[GATEWAY_ID_SIZE]; /* "" when there is none */
    char code[GATEWAY_CODE_SIZE];         /* the gateway's response code, for people and logs */
    char text[GATEWAY_TEXT_SIZE];         /* its words: UTF-8, one line, digits runs of 8+ masked */
    /* It asks for fewer requests: its own rate limit (GATEWAY_REFUSED: nothing was charged), or
     * HTTP 429 or 503 from it or from what stands before it (GATEWAY_UNKNOWN). Advice about the
     * next requests; about this one the outcome says all. */
    bool slow_down;
};

/* One transaction as the gateway's report tells it. A refund may be a transaction of its own that
 * carries the order id of its sale: has_sale tells them apart. Checks of an account that move no
 * money are not told. */
enum gateway_standing {
    STANDING_APPROVED, /* authorized or accepted, not settled yet */
    STANDING_SETTLED,
    STANDING_DECLINED,
    STANDING_VOIDED,
    STANDING_RETURNED, /* ACH return, late return or card chargeback; without a sale: a refund to a
                        * bank account that came back */
    STANDING_OTHER     /* what we do not understand, another currency than dollars: for a person */
};

struct gateway_transaction {
    char transaction_id[GATEWAY_ID_SIZE];
    char order_id[GATEWAY_ID_SIZE];
    char original_id[GATEWAY_ID_SIZE]; /* of a refund: its sale's transaction; "" where the gateway
                                        * does not tell it */
    enum gateway_standing standing;
    enum gateway_decline decline; /* of STANDING_DECLINED */
    bool is_bank;
    bool has_sale;          /* a sale was tried in it; false: say nothing about a payment from it */
    int64_t amount_cents;   /* of the successful sale; 0: none */
    int64_t refunded_cents; /* sum of successful refunds */
    int64_t returned_cents; /* STANDING_RETURNED: how much the bank took; 0: not told */
    int64_t modified_at;    /* of its last action, UTC */
    /* Of its last action. STANDING_RETURNED: the return's, with the ACH return code ("R01") in
     * code, or "" when the gateway does not tell it. */
    char code[GATEWAY_CODE_SIZE];
    char text[GATEWAY_TEXT_SIZE];
};

/* Anything but RESULT_OK stops the report and is returned by it. */
typedef enum result (*gateway_each)(const struct gateway_transaction *transaction, void *context);

/* What the card networks told the gateway of a card in its vault. */
enum gateway_card_news {
    CARD_NEWS_UPDATED, /* it has a new number or date: read the entry */
    CARD_NEWS_CLOSED,  /* its account is closed */
    CARD_NEWS_CONTACT  /* its bank wants the customer to be asked */
};

struct gateway_card_update {
    char vault_id[GATEWAY_ID_SIZE];
    enum gateway_card_news news;
};

typedef enum result (*gateway_each_card)(const struct gateway_card_update *update, void *context);

struct gateway_options {
    const char *driver;  /* "nmi" */
    const char *api_url; /* "https://secure.nmi.com", without a slash at the end */
    const char *key;     /* borrowed; wiped by its owner */
    unsigned connect_timeout_ms, timeout_ms;
    unsigned duplicate_seconds; /* the gateway's own duplicate check; 0: off (see DESIGN) */
    const char *ca_file;        /* "" : the system's certificates */
};

struct gateway;

struct gateway_driver {
    const char *name;

    /* Each write fills out_call with one request; each read turns its answer into words and never
     * fails: what it cannot read is GATEWAY_UNKNOWN. Texts live in arena. */
    void (*sale_write)(const struct gateway_options *options, struct arena *arena,
                       const struct gateway_sale_ask *ask, struct http_call *out_call);
    void (*sale_read)(const struct gateway_sale_ask *ask, const struct http_call *call,
                      struct gateway_answer *out_answer);

    /* The same for a card to keep, and for money back. An approved save carries the transaction id
     * of the check, when there was one; a refused one left nothing in the vault. Money back is
     * never GATEWAY_PENDING, from a bank account neither; an approved refund carries a transaction
     * id of its own. */
    void (*save_write)(const struct gateway_options *options, struct arena *arena,
                       const struct gateway_save_ask *ask, struct http_call *out_call);
    void (*save_read)(const struct gateway_save_ask *ask, const struct http_call *call,
                      struct gateway_answer *out_answer);
    void (*reverse_write)(const struct gateway_options *options, struct arena *arena,
                          const struct gateway_reverse_ask *ask, struct http_call *out_call);
    void (*reverse_read)(const struct gateway_reverse_ask *ask, const struct http_call *call,
                         struct gateway_answer *out_answer);

    /* Takes an entry out of the vault. RESULT_OK: it is not there (any more); RESULT_UNAVAILABLE:
     * the gateway refuses or is away, it may still be there. Safe to repeat. */
    enum result (*vault_remove)(struct gateway *gateway, struct arena *arena, const char *vault_id);
    /* Reads an entry. RESULT_NOT_FOUND: the vault has none under this id; RESULT_UNCERTAIN: no
     * answer that can be read, or no card and no bank account in it. */
    enum result (*vault_read)(struct gateway *gateway, struct arena *arena, const char *vault_id,
                              struct gateway_vault_entry *out_entry);

    /* What the gateway has under our reference. lookup is required of every driver: without it an
     * unknown payment cannot be resolved. RESULT_OK: each() saw every transaction with that
     * reference (several: the order id is not unique; none: not found, which proves nothing by
     * itself). RESULT_UNCERTAIN: no answer that can be read. */
    enum result (*lookup)(struct gateway *gateway, struct arena *arena, const char *reference,
                          gateway_each each, void *context);

    /* Every transaction last modified from .. to (UTC instants, inclusive). Same results. The
     * gateway is read in pages: what changes meanwhile may be told twice, and, when to lies in
     * the past, may push another over the edge of a page. Look up before concluding from absence.
     */
    enum result (*report)(struct gateway *gateway, struct arena *arena, int64_t from, int64_t to,
                          gateway_each each, void *context);

    /* Cards of the vault that something was found out about from .. to, each once. Not every
     * gateway, nor every account of one, has such a report: RESULT_UNCERTAIN then, too. */
    enum result (*updates)(struct gateway *gateway, struct arena *arena, int64_t from, int64_t to,
                           gateway_each_card each, void *context);
};

/* options is borrowed for the life of the gateway. RESULT_INVALID: no such driver, no key, a
 * time-out of 0, or an URL that is not https (http only to this machine: the sandbox). Nothing is
 * sent. */
MUST_CHECK enum result gateway_open(const struct gateway_options *options,
                                    struct gateway **out_gateway);
/* Accepts NULL. */
void gateway_close(struct gateway *gateway);

/* The calls from now on wait at most this long, and never longer than the options say; 0: as long
 * as those. For work that is several calls and has one deadline. */
void gateway_limit(struct gateway *gateway, unsigned timeout_ms);

/* Sends one sale, once, waits for its answer up to timeout_ms, and logs how it ended. */
void gateway_sale(struct gateway *gateway, struct arena *arena, const struct gateway_sale_ask *ask,
                  struct gateway_answer *out_answer);

/* The same for a card to keep and for money back. */
void gateway_save(struct gateway *gateway, struct arena *arena, const struct gateway_save_ask *ask,
                  struct gateway_answer *out_answer);
void gateway_reverse(struct gateway *gateway, struct arena *arena,
                     const struct gateway_reverse_ask *ask, struct gateway_answer *out_answer);
MUST_CHECK enum result gateway_vault_remove(struct gateway *gateway, struct arena *arena,
                                            const char *vault_id);
MUST_CHECK enum result gateway_vault_read(struct gateway *gateway, struct arena *arena,
                                          const char *vault_id,
                                          struct gateway_vault_entry *out_entry);

MUST_CHECK enum result gateway_lookup(struct gateway *gateway, struct arena *arena,
                                      const char *reference, gateway_each each, void *context);
MUST_CHECK enum result gateway_report(struct gateway *gateway, struct arena *arena, int64_t from,
                                      int64_t to, gateway_each each, void *context);

MUST_CHECK enum result gateway_updates(struct gateway *gateway, struct arena *arena, int64_t from,
                                       int64_t to, gateway_each_card each, void *context);

const char *gateway_name(const struct gateway *gateway);
const struct gateway_options *gateway_options_of(const struct gateway *gateway);
const char *gateway_decline_name(enum gateway_decline decline); /* "soft", ...; "" for none */
const char *gateway_outcome_name(enum gateway_outcome outcome);

#endif
