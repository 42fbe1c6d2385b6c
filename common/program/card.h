/*
 * card.h - a new card on a form: what the page needs, what the customer typed beside it, and the
 * order in which it gets into the gateway's vault.
 *
 * The number, the expiry and the code are typed into frames of the gateway's origin; what arrives
 * here is a token that can be used once. The order of a save, in the manner of charge.h:
 *
 *   1. claim    one transaction: a method row under a vault id derived from the form's key, which
 *               makes a form save one card however often it is sent.
 *   2. save     with no transaction open, the gateway is asked once; what the vault holds then is
 *               read back: brand, last four and expiry come from there.
 *   3. record   one transaction, only if the claim is still ours: the method, the consent.
 *
 * When it cannot be told whether the vault has it, the row is removed, and settling takes the entry
 * away: a card nobody can see is never kept.
 */
#ifndef REMIT_PROGRAM_CARD_H
#define REMIT_PROGRAM_CARD_H

#include <stdbool.h>

#include "common/program/visit.h"
#include "common/store/method_save_store.h"
#include "common/store/method_store.h"
#include "common/store/user_store.h"

/* The fields every form with a new card declares: add CARD_FIELDS to its list. The card guard looks
 * at all of them, the token too: it is no card number. terms: the version that was on the page. */
#define CARD_FIELDS                                                                                \
    {.name = "payment_token", .flags = FIELD_SECRET, .max_length = 200},                           \
        {.name = "name_on_card", .max_length = 100}, {.name = "street", .max_length = 100},        \
        {.name = "city", .max_length = 60}, {.name = "state", .max_length = 30},                   \
        {.name = "zip", .max_length = 10}, {                                                       \
        .name = "terms", .max_length = 16                                                          \
    }

/* Whether customers may type a new card here: Payment.Cards is on. */
bool card_is_offered(const struct visit *visit);

/* Why a saved method cannot pay now ("This card has expired."); NULL: it can. */
const char *method_fault(const struct visit *visit, const struct method *method);

/* The terms as they are shown and kept, and "Amex, Mastercard, and Visa". */
const char *card_terms(const struct visit *visit);
const char *card_brands(const struct visit *visit);

/* Card.* and Fields.* for templates/shared/card.cs, with what was typed and what is wrong on a
 * POST. keep_token: the token was not used yet, so the card need not be typed again. Allows the
 * gateway's origin in this page's Content-Security-Policy. */
void card_show(struct visit *visit, bool keep_token);

/* Checks what came with the token; what is wrong becomes form errors. */
void card_check(struct visit *visit);

enum card_end {
    CARD_SAVED,      /* method says which */
    CARD_ASK_AGAIN,  /* declined, refused, of a brand not taken, lost: sentence says why; the token
                      * is gone */
    CARD_BUSY,       /* this form is being saved by another request */
    CARD_TOO_MANY,   /* velocity limits: visit_wait() says it; nothing was sent */
    CARD_UNAVAILABLE /* the database is away; nothing was sent, or settling cleans up */
};

struct card_save {
    /* The question. */
    const char *form_key; /* its text: one card for each */
    bool is_remembered;   /* false: for one payment only */
    bool is_for_payment;  /* kept out of lists until that payment is confirmed; not checked with the
                           * bank, since the payment does that */
    int64_t replaces; /* this method takes the new card's place in the vault; 0: none. The caller
                       * has made sure that it is the visitor's own card */

    /* The answer. */
    const char *sentence;
    struct method method; /* CARD_SAVED: what can be shown and used */
    bool was_known;       /* the card was saved before: method is that one, brought up to date */
};

/* Saves the card of visit->form, which card_check() found nothing wrong with. Waits for the
 * gateway. May use visit_after(). */
enum card_end card_save(struct visit *visit, struct card_save *save);

/* With CHARGE_STATEMENTS, LIMITS_STATEMENTS and VAULT_STATEMENTS. */
#define CARD_STATEMENTS METHOD_SAVE_STATEMENTS, &method_usable_sql, &audit_add_sql

#endif
