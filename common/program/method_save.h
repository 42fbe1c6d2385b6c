/*
 * method_save.h - the order in which a card or a bank account gets into the gateway's vault and
 * into our books, in the manner of charge.h:
 *
 *   1. claim    one transaction: a method row under a vault id derived from the form's key, which
 *               makes a form save one method however often it is sent.
 *   2. save     with no transaction open, the gateway is asked once; what the vault holds then is
 *               read back: brand, last four and expiry come from there.
 *   3. record   one transaction, only if the claim is still ours: the method, and what the customer
 *               agreed to.
 *
 * When it cannot be told whether the vault has it, the row is removed, and settling takes the entry
 * away: a method nobody can see is never kept.
 */
#ifndef REMIT_PROGRAM_METHOD_SAVE_H
#define REMIT_PROGRAM_METHOD_SAVE_H

#include <stdbool.h>

#include "common/gateway/gateway.h"
#include "common/program/visit.h"
#include "common/store/method_save_store.h"
#include "common/store/method_store.h"
#include "common/store/user_store.h"

/* What is to be put into the vault; card_entry() and bank_entry() make it of a form. */
struct method_entry {
    const char *token;               /* of a card */
    const struct gateway_bank *bank; /* NULL: a card */
    const char *holder, *street, *city, *state, *zip;
    /* What the customer agreed to on this form, as struct consent has it; consent_text NULL:
     * nothing. is_mailed: with a copy to the customer. */
    const char *consent_kind, *consent_source, *consent_text;
    bool is_mailed;
};

enum save_end {
    SAVE_DONE,       /* method says which */
    SAVE_ASK_AGAIN,  /* declined, refused, of a brand not taken, lost: sentence says why; a token is
                      * gone */
    SAVE_BUSY,       /* this form is being saved by another request */
    SAVE_TOO_MANY,   /* velocity limits: visit_wait() says it; nothing was sent */
    SAVE_UNAVAILABLE /* the database is away; nothing was sent, or settling cleans up */
};

struct method_save {
    /* The question. */
    const struct method_entry *entry;
    const char *form_key; /* its text: one method for each */
    bool is_remembered;   /* false: for one payment only */
    bool is_for_payment;  /* kept out of lists until that payment is confirmed; not checked with the
                           * bank, since the payment does that */
    int64_t replaces;     /* this method takes the new one's place in the vault; 0: none. The caller
                           * has made sure that it is the visitor's own, and of the same kind */

    /* The answer. */
    const char *sentence;
    struct method method; /* SAVE_DONE: what can be shown and used */
    bool was_known;       /* it was saved before: method is that one, brought up to date */
};

/* Saves what nothing was found wrong with. Waits for the gateway. May use visit_after(). */
enum save_end method_save(struct visit *visit, struct method_save *save);

/* With CHARGE_STATEMENTS, LIMITS_STATEMENTS and VAULT_STATEMENTS. */
#define SAVE_STATEMENTS METHOD_SAVE_STATEMENTS, &method_usable_sql, &audit_add_sql

#endif
