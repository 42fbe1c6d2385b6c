#include "common/program/outcome.h"

#include "common/core/text.h"
#include "common/core/words.h"

static const char contact_text[] = WORDS("Please contact your service provider for details.");

const struct outcome outcomes[OUTCOME_COUNT] = {
    [PAYMENT_EXPIRED] = {"expired", WORDS("This review has expired"),
                         WORDS("It was not confirmed in time. Nothing was charged."),
                         WORDS("Start again from Make a Payment."), true, false},
    [PAYMENT_PROCESSING] = {"processing", WORDS("Your payment is being processed"),
                            WORDS("It was sent and we are waiting for the answer."),
                            WORDS("Please don't pay these invoices again meanwhile."), false, true},
    [PAYMENT_UNKNOWN] =
        {"unknown", WORDS("We are checking this payment"),
         WORDS("It was sent, but the answer did not arrive, so we do not know yet whether"
               " it was charged. We keep asking until we know; its invoices are held and"
               " cannot be charged twice."),
         WORDS("Please don't pay these invoices again, here or elsewhere. Look at this"
               " page later."),
         false, true},
    [PAYMENT_PENDING] =
        {"pending", WORDS("Your payment was accepted"),
         WORDS("Your bank still has to send the money. Please allow up to 2 business days"
               " for payments to be reflected in your account."),
         NULL, false, false},
    [PAYMENT_SUCCEEDED] = {"success", WORDS("Payment has been processed"),
                           WORDS("Thank you. Please allow up to 2 business days for payments to be"
                                 " reflected in your account."),
                           NULL, false, false},
    [PAYMENT_DECLINED] =
        {"declined", WORDS("The payment was declined"),
         WORDS("Your bank or card company did not approve it this time, most often for"
               " lack of funds. Nothing was charged."),
         WORDS("Try again later, or use another payment method. Please contact your"
               " service provider for details."),
         true, false},
    [OUTCOME_DECLINED_HARD] =
        {"declined", WORDS("The payment was declined"),
         WORDS("Your bank or card company does not allow this method to be used."
               " Nothing was charged."),
         WORDS("Use another payment method; this one cannot be tried again. Please"
               " contact your service provider for details."),
         true, false},
    [OUTCOME_DECLINED_DATA] =
        {"declined", WORDS("The payment was declined"),
         WORDS("The card information was incorrect or incomplete, or has expired."
               " Nothing was charged."),
         WORDS("Enter the card again with its number, expiry and code as they are"
               " on it, or use another method. Please contact your service provider"
               " for details."),
         true, false},
    [OUTCOME_DECLINED_BANK_DATA] =
        {"declined", WORDS("The payment was declined"),
         WORDS("The bank information was incorrect or incomplete. Nothing was"
               " charged."),
         WORDS("Enter the account again with its routing and account number as"
               " they are on a check, or use another method. Please contact"
               " your service provider for details."),
         true, false},
    [PAYMENT_FAILED] = {"failed", WORDS("The payment cannot be processed"),
                        WORDS("The payment service refused it. Nothing was charged."), contact_text,
                        true, false},
    [PAYMENT_NOT_CHARGED] =
        {"not_charged", WORDS("The payment was not made"),
         WORDS("It did not reach the payment service. Nothing was charged, and the"
               " invoices can be paid."),
         WORDS("Try again."), true, false},
    [PAYMENT_RETURNED] = {"failed", WORDS("The payment was returned"),
                          WORDS("Your bank sent it back, so the invoices are open again."),
                          contact_text, true, false},
    [PAYMENT_PARTLY_REFUNDED] = {"refunded", WORDS("Part of this payment was refunded"),
                                 WORDS("Part of the money was sent back to you."), NULL, false,
                                 false},
    [PAYMENT_REFUNDED] = {"refunded", WORDS("This payment was refunded"),
                          WORDS("The money was sent back to you."), NULL, false, false},
    [PAYMENT_VOIDED] = {"not_charged", WORDS("This payment was canceled"),
                        WORDS("It was taken back before it was charged."), NULL, true, false},
    [PAYMENT_CHARGED_BACK] = {"failed", WORDS("This payment was charged back"),
                              WORDS("Your bank took the money back."), contact_text, false, false},
    [OUTCOME_CONFLICT] = {"conflict", WORDS("The invoices changed since you reviewed them"),
                          WORDS(
                              "One of them was paid, changed or taken by another payment meanwhile."
                              " Nothing was charged by this one."),
                          WORDS("Look at what is still due and start again."), true, false},
    [OUTCOME_METHOD_GONE] =
        {"conflict", WORDS("This payment method cannot be used any more"),
         WORDS("It was removed, changed or refused since you reviewed the payment."
               " Nothing was charged."),
         WORDS("Start again and choose the method anew."), true, false},
    [OUTCOME_CREDIT_BUSY] =
        {"conflict", WORDS("Another payment is being processed"),
         WORDS("This payment is more than is due, and another payment of the account"
               " was started since you reviewed it. Nothing was charged by this one."),
         WORDS("Wait until the other one has ended. Then look at what is still due"
               " and start again."),
         true, false},
    [OUTCOME_CREDIT_OFF] =
        {"conflict", WORDS("More than is due is not taken any more"),
         WORDS("This payment is more than is due, and your service provider does not"
               " keep credit any more. Nothing was charged."),
         WORDS("Start again with what is due."), true, false},
    [OUTCOME_CARDS_OFF] = {"conflict", WORDS("Cards are not accepted any more"),
                           WORDS("Your service provider stopped taking cards since you reviewed the"
                                 " payment. Nothing was charged."),
                           WORDS("Start again with another method."), true, false},
    [OUTCOME_BANKS_OFF] =
        {"conflict", WORDS("Bank accounts are not accepted any more"),
         WORDS("Your service provider stopped taking bank accounts since you reviewed"
               " the payment. Nothing was charged."),
         WORDS("Start again with another method."), true, false},
};

/* What a state looks like, for this payment. */
int outcome_of(const struct payment *payment) {
    bool is_bank = text_equal(payment->kind, "bank");

    if (payment->state == PAYMENT_DECLINED && text_equal(payment->decline_class, "hard"))
        return OUTCOME_DECLINED_HARD;
    if (payment->state == PAYMENT_DECLINED && text_equal(payment->decline_class, "fix_data"))
        return is_bank ? OUTCOME_DECLINED_BANK_DATA : OUTCOME_DECLINED_DATA;
    return (int)payment->state;
}

const char *outcome_paper_title(enum payment_state state) {
    switch (state) {
    case PAYMENT_REVIEW:
    case PAYMENT_EXPIRED:
    case PAYMENT_PROCESSING:
    case PAYMENT_UNKNOWN:
    case PAYMENT_DECLINED:
    case PAYMENT_FAILED:
    case PAYMENT_NOT_CHARGED:
    case PAYMENT_STATE_COUNT:
        return NULL;
    case PAYMENT_PENDING:
    case PAYMENT_RETURNED:
    case PAYMENT_VOIDED:
    case PAYMENT_CHARGED_BACK:
        return WORDS("Payment");
    case PAYMENT_SUCCEEDED:
    case PAYMENT_PARTLY_REFUNDED:
    case PAYMENT_REFUNDED:
        return WORDS("Receipt");
    }
    return NULL;
}

const char *outcome_paper_link(enum payment_state state) {
    return text_equal(outcome_paper_title(state), "Receipt") ? say("Download receipt (PDF)")
                                                             : say("Download PDF");
}

const char *outcome_past_text(const struct payment *payment) {
    /* The page right after it thanks, and says when it will show. */
    if (payment->state == PAYMENT_SUCCEEDED)
        return say("The money was received.");
    return say(outcomes[outcome_of(payment)].text);
}
