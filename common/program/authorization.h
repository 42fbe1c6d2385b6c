/*
 * authorization.h - what a customer agrees to when a bank account is debited: the text as it is
 * shown, kept and mailed.
 *
 * The wording is the provider's (Payment.BankAuthorization, Payment.BankSaving,
 * Payment.AutopayAuthorization) with {provider}, {name}, {contact} and, of a payment, {account},
 * {amount} and {date}, of autopay what struct autopay_terms says, filled in. Without one there is
 * ours, which holds what Regulation E (12 CFR 1005.10(b)) and Nacha want of an authorization
 * given online: who debits what, how often, how much, when, how to revoke it, and that a copy is
 * sent. A provider has counsel look at it.
 *
 * Each is in one language: that of who reads it, or the site's first one where the wording is the
 * provider's. So a form that was shown in another language holds another text, and is asked again.
 */
#ifndef REMIT_PROGRAM_AUTHORIZATION_H
#define REMIT_PROGRAM_AUTHORIZATION_H

#include "common/billing/schedule.h"
#include "common/program/visit.h"
#include "common/store/method_save_store.h"

struct authorization {
    const char *source; /* before anything was filled in: its hash is the version that is kept */
    const char *text;
    char shown[CONSENT_VERSION_SIZE]; /* of text: what a form says that was on its page */
};

/* From here on the language is spoken that a text is in whose wording by the provider is own ("":
 * there is none). Returns what was spoken until then, for language_speak(). */
const struct language *authorization_speak(const struct visit *visit, const char *own);

/* Of one debit. method_text: as a payment keeps it, "Checking ending 6789". */
struct authorization authorization_of_payment(struct visit *visit, const char *method_text,
                                              int64_t amount_cents);

/* Of an account that is saved for payments its user starts later. is_in_autopay: it takes the place
 * of one that is paid automatically with. */
struct authorization authorization_of_saving(struct visit *visit, bool is_in_autopay);

/* text, and that Auto Pay goes on with the card or account that takes the place of the old one. */
const char *authorization_goes_on(struct arena *arena, const char *text, bool is_card);

/* What an enrolment agrees to. */
struct autopay_terms {
    bool is_bank;
    const char *account; /* {account}: "Visa ending 4242", in the text's language as all of it */
    const char *backup;  /* tried once where that does not go through; "": none */
    enum schedule schedule;
    const char *covered;   /* {covered}: "all invoices of account A-1001" */
    int64_t largest_cents; /* {limit}; 0: none */
    struct date first_on;  /* {first}; year 0: not known */
    /* Told first (notice_rule.h): a paragraph at the end says so, and names what is agreed to now.
     */
    int64_t notice_days;    /* 0: not */
    struct date noticed_on; /* year 0: nothing is known to be due */
    int64_t noticed_cents;
};

struct authorization authorization_of_autopay(struct visit *visit,
                                              const struct autopay_terms *terms);

#endif
