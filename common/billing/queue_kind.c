#include "common/billing/queue_kind.h"

#include "common/core/text.h"
#include "common/core/words.h"

const char *queue_kind_word(const char *kind) {
    static const struct {
        const char *kind, *word;
    } list[] = {
        {"unknown_payment", WORDS("A payment whose outcome is not known")},
        {"pending_payment", WORDS("A bank payment that has been on its way for too long")},
        {"unknown_refund", WORDS("A refund or void whose outcome is not known")},
        {"disagreement", WORDS("The gateway and the books disagree")},
        {"gateway_configuration", WORDS("The gateway refuses how it is set up")},
        {"missing_at_gateway", WORDS("A payment that the gateway does not have")},
        {"chargeback", WORDS("A chargeback: the cardholder's bank took the money back")},
        {"returned_payment", WORDS("A bank payment that was returned")},
        {"late_return", WORDS("A late return that does not fit the books")},
        {"returned_refund", WORDS("A refund that came back")},
        {"adjustment", WORDS("More money went out than the invoice held")},
        {"late_draft", WORDS("An Auto Pay draft day that was missed for too long")},
        {"card_gone", WORDS("A saved payment method that is closed")},
        {"foreign_transaction", WORDS("A transaction at the gateway that is no payment of ours")},
        {"foreign_refund", WORDS("A refund at the gateway that the books do not have")},
        {"mail_given_up", WORDS("Mail that could not be sent")},
    };

    for (size_t at = 0; at < sizeof list / sizeof *list; at++)
        if (text_equal(list[at].kind, kind))
            return say(list[at].word);
    return kind;
}
